import {canonicalHost, isLoopback} from './address.ts';
import type {Destination, EgressMethod, TunnelTls} from './contract.ts';
import {egressPurposes, tunnelPurposes} from './contract.ts';

/** What travels to the broker with whatever is asked: the appliance's region and its clock, too. */
export type WireAsk = {
  at: string;
  region: string | null;
  destination: string;
  purpose: string;
  expect: {host: string; port: number; plain: boolean} | null;
  timeouts: {connect: number; headers: number; idle?: number; total: number};
};
/** One HTTP request, its body as base64. */
export type WireRequest = WireAsk & {
  method: EgressMethod;
  path: string;
  headers: Record<string, string>;
  body: string;
  answer: {limit: number; whenOver: 'refuse' | 'cut'};
};
/** A connection under TLS, whose bytes are the caller's. */
export type WireTunnel = WireAsk & {tls: TunnelTls; authority: string | null; untilHungUp: boolean};

export type Denial = {code: string; message: string};
export type Verdict = {denied: Denial} | {denied: null; host: string};

/** `eu-at` lies inside `eu`; the list of regions itself is the privacy room's. */
const isInside = (region: string, chosen: string): boolean =>
  region === chosen || region.startsWith(`${chosen}-`);

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** These steer the connection itself, or name the host: the broker's to write, nobody else's. */
const reserved = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
  'accept-encoding',
]);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

const badRequest = (request: WireRequest): string | null => {
  if (!methods.has(request.method)) return 'The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE.';
  if (!/^\/[\x21-\x7e]*$/.test(request.path))
    return 'The path must start with a slash and hold no space or control sign.';
  for (const [name, content] of Object.entries(request.headers)) {
    if (!token.test(name) || !value.test(content)) return `The header "${name.slice(0, 60)}" is malformed.`;
    if (reserved.has(name.toLowerCase())) return `The header "${name}" is the broker's own to write.`;
  }
  return null;
};

/** Default deny: the first rule that a request breaks. Addresses are judged later, once the name is resolved. */
export const judge = (request: WireRequest | WireTunnel, destination: Destination | undefined): Verdict => {
  const deny = (code: string, message: string): Verdict => ({denied: {code: `egress.${code}`, message}});
  if (!destination) {
    return deny(
      'unknown_destination',
      'Nobody declared this destination. An administrator adds it under Destinations.',
    );
  }
  if (destination.state === 'waiting') {
    return deny(
      'waits_for_approval',
      `${destination.host} was declared, and waits until a second administrator has approved it on the page Residency.`,
    );
  }
  if (destination.state !== 'in_force') {
    return deny(
      'not_approved',
      `${destination.host} was declared, and not approved. Save its settings again to ask once more, or remove it.`,
    );
  }
  const host = canonicalHost(destination.host);
  if (
    host === null ||
    !Number.isInteger(destination.port) ||
    destination.port < 1 ||
    destination.port > 65_535
  ) {
    return deny(
      'bad_destination',
      'The destination is not a host name or address with a port from 1 to 65535.',
    );
  }
  if (destination.plain && !destination.private) {
    return deny('plain_refused', `${host} is not inside the organisation's own network, so it needs https.`);
  }
  if (
    !(egressPurposes as readonly string[]).includes(request.purpose) ||
    request.purpose !== destination.purpose
  ) {
    return deny(
      'wrong_purpose',
      `${host} was approved for "${destination.purpose}", not for "${request.purpose}".`,
    );
  }
  const {expect} = request;
  const written = (name: string | null, port: number, plain: boolean) =>
    `${plain ? 'http' : 'https'}://${name}:${port}`;
  const approved = written(host, destination.port, destination.plain);
  const meant = expect ? written(canonicalHost(expect.host), expect.port, expect.plain) : approved;
  if (meant !== approved) return deny('wrong_host', `${approved} was approved, ${meant} was meant.`);
  if (request.region === null)
    return deny('no_region', 'Nothing leaves before a region is chosen at set-up.');
  if (!isInside(destination.region, request.region)) {
    const exception = destination.exception ?? null;
    if (!exception) {
      return deny(
        'wrong_region',
        `${host} is declared to be in "${destination.region}", outside "${request.region}".`,
      );
    }
    // written so that a date nobody can read has ended
    if (!(Date.parse(exception.until) > Date.parse(request.at))) {
      return deny('exception_ended', `The exception for ${host} ended on ${exception.until}.`);
    }
  }
  if ('tls' in request) {
    const bare = request.tls === 'none';
    if (bare && !isLoopback(host))
      return deny('plain_refused', `${host} is not this machine itself, so it needs TLS.`);
    if (destination.plain !== bare)
      return deny('plain_refused', `${host} is declared ${bare ? 'with' : 'without'} TLS.`);
    return (tunnelPurposes as readonly string[]).includes(destination.purpose)
      ? {denied: null, host}
      : deny(
          'bad_request',
          'Only mail and audit witnesses go through a tunnel; all else is an HTTP request.',
        );
  }
  const bad = badRequest(request);
  return bad === null ? {denied: null, host} : deny('bad_request', bad);
};
