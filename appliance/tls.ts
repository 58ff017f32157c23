import {X509Certificate, createPrivateKey} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {isIP} from 'node:net';
import {hostname, networkInterfaces} from 'node:os';
import {join} from 'node:path';
import {AppError} from './kit/errors.ts';

export type TlsMaterial = {certificate: string; key: string};

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

const lifetimeDays = 397;
const renewBeforeDays = 30;
const day = 86_400_000;

/** A certificate for a first evening: browsers warn until the organisation's own takes its place. */
export const selfSigned = async (options: {names: readonly string[]; now: Date}): Promise<TlsMaterial> => {
  // loaded only here: it takes longer to load than the whole server
  const {generate} = await import('selfsigned');
  const [first = 'localhost'] = options.names;
  const made = await generate([{name: 'commonName', value: first}], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(options.now.getTime() - day),
    notAfterDate: new Date(options.now.getTime() + lifetimeDays * day),
    extensions: [
      {name: 'basicConstraints', cA: false, critical: true},
      {name: 'keyUsage', digitalSignature: true, critical: true},
      {name: 'extKeyUsage', serverAuth: true},
      {
        name: 'subjectAltName',
        altNames: options.names.map(name =>
          isIP(name) === 0 ? {type: 2, value: name} : {type: 7, ip: name},
        ),
      },
    ],
  });
  return {certificate: made.cert, key: made.private};
};

const read = (file: string, key: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError(
      'invalid',
      'config.tls_unreadable',
      `${key}: ${file} cannot be read. Check that it exists and that this user may read it.`,
      {cause},
    );
  }
};

const parsed = <Value>(make: () => Value, key: string, file: string, what: string): Value => {
  try {
    return make();
  } catch (cause) {
    throw new AppError('invalid', 'config.tls_malformed', `${key}: ${file} does not hold ${what} in PEM.`, {
      cause,
    });
  }
};

/** Reads the organisation's certificate and refuses what browsers would refuse later, with the reason. */
export const readTls = (files: {certificateFile: string; keyFile: string}): TlsMaterial => {
  const certificate = read(files.certificateFile, 'tls.certificateFile');
  const key = read(files.keyFile, 'tls.keyFile');
  const x509 = parsed(
    () => new X509Certificate(certificate),
    'tls.certificateFile',
    files.certificateFile,
    'a certificate',
  );
  const privateKey = parsed(
    () => createPrivateKey(key),
    'tls.keyFile',
    files.keyFile,
    'an unencrypted private key',
  );
  if (!x509.checkPrivateKey(privateKey)) {
    throw new AppError(
      'invalid',
      'config.tls_mismatch',
      `tls.keyFile: ${files.keyFile} is not the key of the certificate ${files.certificateFile}. Give the two that belong together.`,
    );
  }
  return {certificate, key};
};

export const certificateFacts = (certificate: string): {names: string[]; daysLeft: (now: Date) => number} => {
  const x509 = new X509Certificate(certificate);
  const names = (x509.subjectAltName ?? '')
    .split(', ')
    .map(entry => entry.replace(/^(?:DNS|IP Address):/, ''));
  return {
    names: names.filter(Boolean),
    daysLeft: now => Math.floor((new Date(x509.validTo).getTime() - now.getTime()) / day),
  };
};

const ownNames = (config: {host: string; publicUrl?: string | undefined}): string[] => {
  const addresses = Object.values(networkInterfaces()).flatMap(entries =>
    (entries ?? []).map(({address}) => address),
  );
  const given = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).hostname];
  const host = ['0.0.0.0', '::'].includes(config.host) ? [] : [config.host];
  const usable = addresses.filter(address => !address.includes('%') && !address.startsWith('fe80'));
  return [...new Set([...given, ...host, hostname(), 'localhost', ...usable])];
};

export const selfSignedFiles = (dataDirectory: string) => ({
  certificateFile: join(dataDirectory, 'tls', 'self-signed.crt'),
  keyFile: join(dataDirectory, 'tls', 'self-signed.key'),
});

export type TlsConfig = {
  host: string;
  publicUrl?: string | undefined;
  dataDirectory: string;
  tls: {certificateFile: string; keyFile: string} | {selfSigned: true} | undefined;
};

/** What to serve with, and what the person who starts it must hear. A self-signed one is kept and made anew in time. */
export const prepareTls = async (
  config: TlsConfig,
  now: Date,
): Promise<{material: TlsMaterial | undefined; notice: string | undefined}> => {
  if (config.tls === undefined) return {material: undefined, notice: undefined};
  if ('certificateFile' in config.tls) {
    const material = readTls(config.tls);
    const left = certificateFacts(material.certificate).daysLeft(now);
    const notice =
      left < 0
        ? `The certificate ${config.tls.certificateFile} ended ${-left} days ago: browsers refuse to connect. Put a new one there and restart.`
        : undefined;
    return {material, notice};
  }
  const files = selfSignedFiles(config.dataDirectory);
  const notice = `A self-signed certificate is used (${files.certificateFile}): browsers warn. Give tls.certificateFile and tls.keyFile of your organisation.`;
  if (existsSync(files.certificateFile) && existsSync(files.keyFile)) {
    const kept = readTls(files);
    const {names, daysLeft} = certificateFacts(kept.certificate);
    const wanted = ownNames(config).filter(name => isIP(name) !== 6);
    if (daysLeft(now) > renewBeforeDays && wanted.every(name => names.includes(name)))
      return {material: kept, notice};
  }
  const material = await selfSigned({names: ownNames(config), now});
  mkdirSync(join(config.dataDirectory, 'tls'), {recursive: true, mode: 0o700});
  writeFileSync(files.keyFile, material.key, {mode: 0o600});
  writeFileSync(files.certificateFile, material.certificate);
  return {material, notice};
};
