import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {isIP} from 'node:net';
import {AppError} from './kit/errors.ts';

export type TlsMaterial = {certificate: string; key: string};

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);
export const isLoopback = (host: string): boolean => loopback.has(host) || /^127(\.\d{1,3}){3}$/.test(host);

const days = 397;
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
    notAfterDate: new Date(options.now.getTime() + days * day),
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

/** Reads the organisation's certificate and refuses what browsers would refuse later, with the reason. */
export const readTls = (files: {certificateFile: string; keyFile: string}): TlsMaterial => {
  const certificate = read(files.certificateFile, 'tls.certificateFile');
  const key = read(files.keyFile, 'tls.keyFile');
  return {certificate, key};
};

export const certificateFacts = (
  certificate: string,
): {names: string[]; validTo: Date; selfSigned: boolean} => {
  const x509 = new X509Certificate(certificate);
  const names = (x509.subjectAltName ?? '')
    .split(', ')
    .map(entry => entry.replace(/^(?:DNS|IP Address):/, ''));
  return {names: names.filter(Boolean), validTo: new Date(x509.validTo), selfSigned: x509.checkIssued(x509)};
};
