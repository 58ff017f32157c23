import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import type {Config} from './config.ts';
import {canonicalHost} from './egress/address.ts';
import type {OutboundProxy} from './egress/contract.ts';
import {AppError} from './kit/errors.ts';

const read = (key: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError(
      'invalid',
      'config.unreadable',
      `${key}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}). Is it there, and may the appliance’s user read it?`,
      {cause},
    );
  }
};

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Authorities of the organisation's own, from one PEM file. Anything else in it is a mistake that should be seen. */
export const readAuthorities = (path: string | undefined): string[] => {
  if (path === undefined) return [];
  const text = read('authoritiesFile', path);
  const found = text.match(block) ?? [];
  const wrong = (why: string) =>
    new AppError('invalid', 'config.authorities', `authoritiesFile: ${path} ${why}`);
  if (/PRIVATE KEY/.test(text)) throw wrong('holds a private key, which has no business there. Take it out.');
  if (found.length === 0) throw wrong('holds no certificate in PEM (BEGIN CERTIFICATE … END CERTIFICATE).');
  for (const [at, pem] of found.entries()) {
    try {
      if (!new X509Certificate(pem).ca)
        throw wrong(`holds a certificate (number ${at + 1}) that is no authority.`);
    } catch (error) {
      throw error instanceof AppError
        ? error
        : wrong(`holds a certificate (number ${at + 1}) that is damaged.`);
    }
  }
  return [...found];
};

/** The organisation's outbound proxy; its password is in a file of its own, and in no log. */
export const readProxy = ({host, port, credentialsFile}: Config['outboundProxy']): OutboundProxy | null => {
  if (host === undefined) return null;
  const name = canonicalHost(host) ?? host;
  if (credentialsFile === undefined) return {host: name, port, login: null};
  const [, user, password] =
    /^([^:\p{Cc}]+):([^\p{Cc}]+)$/u.exec(read('outboundProxy.credentialsFile', credentialsFile).trim()) ?? [];
  if (user === undefined || password === undefined)
    throw new AppError(
      'invalid',
      'config.proxy_credentials',
      `outboundProxy.credentialsFile: ${credentialsFile} holds no sign-in. Write one line: user:password.`,
    );
  return {host: name, port, login: {user, password}};
};
