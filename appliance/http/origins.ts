import type {IncomingHttpHeaders} from 'node:http';
import {hostname, networkInterfaces} from 'node:os';
import {isIP} from 'node:net';
import {AppError} from '../kit/errors.ts';

export type OriginsOptions = {
  /** What browsers reach it under, where that is not the listening address. */
  publicUrl: string | undefined;
  /** Whether this process itself speaks TLS. */
  tls: boolean;
  /** Host names beside the addresses of this machine: the certificate's names, the configured host. */
  names: readonly string[];
};

const hostnameOf = (host: string): string => {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
};

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap(entries => (entries ?? []).map(({address}) => address));

/**
 * Requests are answered only under names that are this appliance's own: a page elsewhere cannot point a name of its own
 * here and then speak as if it were the same origin (DNS rebinding).
 */
export const createOrigins = (options: OriginsOptions) => {
  const publicOrigin = options.publicUrl === undefined ? undefined : new URL(options.publicUrl).origin;
  const names = new Set([
    'localhost',
    '127.0.0.1',
    '::1',
    ...[hostname(), ...options.names].map(name => name.toLowerCase()),
  ]);
  if (options.publicUrl !== undefined) names.add(hostnameOf(new URL(options.publicUrl).host));

  const knownHost = (headers: IncomingHttpHeaders): boolean => {
    const name = hostnameOf(headers.host ?? '').toLowerCase();
    return names.has(name) || (isIP(name) !== 0 && ownAddresses().includes(name));
  };

  const own = (headers: IncomingHttpHeaders): string[] => {
    const direct = `${options.tls ? 'https' : 'http'}://${headers.host ?? ''}`;
    return publicOrigin === undefined ? [direct] : [direct, publicOrigin];
  };

  return {
    knownHost,
    /** The origin this request was made to, as a browser would write it. */
    of: (headers: IncomingHttpHeaders): string => publicOrigin ?? (own(headers)[0] as string),
    /** True for a page that the appliance itself served. */
    isOwn: (headers: IncomingHttpHeaders, origin: string | undefined): boolean =>
      origin !== undefined && knownHost(headers) && own(headers).includes(origin),
    /** Against requests that another site makes in a person's browser. Programs send neither header and have no cookie. */
    checkSameOrigin: (headers: IncomingHttpHeaders): void => {
      const {origin} = headers;
      const site = headers['sec-fetch-site'];
      const foreign = origin === undefined ? false : !own(headers).includes(origin);
      if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
        throw new AppError(
          'forbidden',
          'request.foreign_origin',
          'This request came from another website and was refused.',
        );
      }
    },
  };
};
export type Origins = ReturnType<typeof createOrigins>;
