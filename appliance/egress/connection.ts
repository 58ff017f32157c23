import {once} from 'node:events';
import {connect, isIP, type Socket} from 'node:net';
import {Duplex} from 'node:stream';
import {connect as tlsConnect, getCACertificates, type TLSSocket} from 'node:tls';

/** What was allowed and came to no whole answer. */
export class Failure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = `egress.${code}`;
  }
}

export type Target = {
  host: string;
  port: number;
  plain: boolean;
  addresses: {address: string; family: number}[];
  /** Opens the connection in place of TCP to the addresses. */
  through?: ((signal: AbortSignal) => Promise<Socket>) | undefined;
  /** PEM certificates of authorities the organisation runs itself, beside the usual ones. */
  authorities: string[];
};
export type Counted = {bytesOut: number; bytesIn: number};
export type Phase = (name: 'headers' | 'body' | 'taken') => void;

export const codeOf = (error: unknown): string =>
  error instanceof AggregateError
    ? codeOf(error.errors[0])
    : error instanceof Error && 'code' in error
      ? String(error.code)
      : 'unknown error';

/** TCP to the very addresses that were checked. */
const direct = async ({host, port, addresses}: Target, signal: AbortSignal): Promise<Socket> => {
  const raw = connect({
    host,
    port,
    autoSelectFamily: true,
    lookup: (_host, options, callback) => {
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    },
  });
  raw.on('error', () => {});
  try {
    await once(raw, 'connect', {signal});
    return raw;
  } catch (error) {
    raw.destroy();
    signal.throwIfAborted();
    throw new Failure('connect_failed', `No connection to ${host}:${port} (${codeOf(error)}).`);
  }
};

/** Gone when `use` has settled. */
export const onConnection = async <Result>(
  target: Target,
  signal: AbortSignal,
  counted: Counted,
  use: (raw: Socket) => Promise<Result>,
): Promise<Result> => {
  const raw = await (target.through ? target.through(signal) : direct(target, signal));
  try {
    return await use(raw);
  } finally {
    counted.bytesOut = raw.bytesWritten;
    counted.bytesIn = raw.bytesRead;
    raw.destroy();
  }
};

/**
 * The same connection, read and written in JavaScript. Over a socket itself TLS forgets an error that crosses its own
 * farewell, and what was broken off looks as if it had been hung up.
 */
export const observed = (raw: Socket): Duplex => {
  const stream = new Duplex({
    read: () => void raw.resume(),
    write: (piece: Buffer, _encoding, done) => void raw.write(piece, done),
    final: done => void raw.end(done),
    destroy: (_error, done) => {
      raw.destroy();
      // whoever destroys it knows why
      done(null);
    },
  });
  raw
    .on('data', (piece: Buffer) => {
      if (!stream.push(piece)) raw.pause();
    })
    .once('end', () => stream.push(null))
    .once('error', error => {
      if (!stream.destroyed) stream.emit('error', error);
    });
  return stream;
};

/** TLS 1.2 or newer over an open connection, with a certificate that was verified for this host. */
export const secured = async (
  raw: Duplex,
  {host, port, authorities, through}: Target,
  signal: AbortSignal,
  protocols: string[],
): Promise<TLSSocket> => {
  const secure = tlsConnect({
    socket: raw,
    host,
    servername: isIP(host) > 0 ? '' : host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(protocols.length > 0 ? {ALPNProtocols: protocols} : {}),
    ...(authorities.length > 0 ? {ca: [...getCACertificates('default'), ...authorities]} : {}),
  });
  try {
    await once(secure, 'secureConnect', {signal});
  } catch (error) {
    secure.on('error', () => {}).destroy();
    signal.throwIfAborted();
    throw new Failure(
      'tls_failed',
      `${host}:${port} has no certificate or TLS version to trust (${codeOf(error)}).${
        through
          ? ' If the outbound proxy puts a certificate of its own in its place, have it let this host through unopened: nothing was sent.'
          : ''
      }`,
    );
  }
  return secure;
};
