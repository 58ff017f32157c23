import {once} from 'node:events';
import {type IncomingMessage, request as httpRequest} from 'node:http';
import {connect, isIP, type Socket} from 'node:net';
import {connect as tlsConnect, getCACertificates} from 'node:tls';
import type {WireRequest} from './rules.ts';

/** An allowed exchange that came to no whole answer. */
export class Failure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = `egress.${code}`;
  }
}

type Head = {status: number; headers: Record<string, string>};
export type Answer = Head & {body: Buffer; complete: boolean};
/** Takes an answer's body piece by piece; no more is read until it has resolved. */
export type Sink = (piece: Buffer, head: Head, signal: AbortSignal) => Promise<void>;
export type Target = {
  host: string;
  port: number;
  plain: boolean;
  addresses: {address: string; family: number}[];
  /** PEM certificates of authorities the organisation runs itself, beside the usual ones. */
  authorities: string[];
};
export type Counted = {bytesOut: number; bytesIn: number};

const codeOf = (error: unknown): string =>
  error instanceof AggregateError
    ? codeOf(error.errors[0])
    : error instanceof Error && 'code' in error
      ? String(error.code)
      : 'unknown error';

/** TCP, then TLS, to the very addresses that were checked. */
const open = async (target: Target, signal: AbortSignal, raw: Socket): Promise<Socket> => {
  const {host, port, plain, authorities} = target;
  try {
    await once(raw, 'connect', {signal});
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure('connect_failed', `No connection to ${host}:${port} (${codeOf(error)}).`);
  }
  if (plain) return raw;
  const secure = tlsConnect({
    socket: raw,
    host,
    servername: isIP(host) > 0 ? '' : host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    ...(authorities.length > 0 ? {ca: [...getCACertificates('default'), ...authorities]} : {}),
  });
  try {
    await once(secure, 'secureConnect', {signal});
  } catch (error) {
    secure.on('error', () => {}).destroy();
    signal.throwIfAborted();
    throw new Failure(
      'tls_failed',
      `${host}:${port} has no certificate or TLS version to trust (${codeOf(error)}).`,
    );
  }
  return secure;
};

const flatten = (answer: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(answer.headersDistinct))
    headers[name] = (values ?? []).join(', ');
  return headers;
};

const head = async (
  request: WireRequest,
  target: Target,
  socket: Socket,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const {host, port, plain} = target;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const body = Buffer.from(request.body, 'base64');
  const outgoing = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: request.path,
    setHost: false,
    headers: {
      ...request.headers,
      Host: port === (plain ? 80 : 443) ? name : `${name}:${port}`,
      'Accept-Encoding': 'identity',
      Connection: 'close',
      ...(body.length > 0 ||
      request.method === 'POST' ||
      request.method === 'PUT' ||
      request.method === 'PATCH'
        ? {'Content-Length': String(body.length)}
        : {}),
    },
  });
  outgoing.on('error', () => {});
  outgoing.end(body);
  try {
    const [answer] = (await once(outgoing, 'response', {signal})) as [IncomingMessage];
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    throw code.startsWith('HPE_')
      ? new Failure('bad_answer', `${host}:${port} did not answer in HTTP (${code}).`)
      : new Failure('reset', `${host}:${port} broke the connection off before it answered (${code}).`);
  }
};

/** What is cut off by us leaves a part; what the other side broke off is no answer. */
const read = async (
  answer: IncomingMessage,
  request: WireRequest,
  target: Target,
  signal: AbortSignal,
  sink: Sink | undefined,
): Promise<Answer> => {
  const {limit, whenOver} = request.answer;
  const start: Head = {status: answer.statusCode ?? 0, headers: flatten(answer)};
  const chunks: Buffer[] = [];
  let size = 0;
  const done = (complete: boolean): Answer => ({...start, body: Buffer.concat(chunks), complete});
  const stop = () => answer.destroy();
  signal.addEventListener('abort', stop, {once: true});
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const room = limit - size;
      const piece = chunk.subarray(0, room);
      if (sink) await sink(piece, start, signal);
      else chunks.push(piece);
      size += piece.length;
      if (chunk.length <= room) continue;
      if (whenOver === 'cut') return done(false);
      throw new Failure(
        'answer_too_large',
        `${target.host}:${target.port} answered with more than ${limit} bytes.`,
      );
    }
    if (!signal.aborted) return done(true);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (!signal.aborted) {
      throw new Failure('reset', `${target.host}:${target.port} broke its answer off (${codeOf(error)}).`);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (whenOver === 'cut' && signal.reason instanceof Failure) return done(false);
  throw signal.reason as Error;
};

/** One HTTP exchange on a connection of its own. `limit(name)` starts the time limit of a phase. */
export const exchange = async (
  request: WireRequest,
  target: Target,
  signal: AbortSignal,
  phase: (name: 'headers' | 'body') => void,
  counted: Counted,
  sink?: Sink,
): Promise<Answer> => {
  const {host, port, addresses} = target;
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
    const socket = await open(target, signal, raw);
    phase('headers');
    const answer = await head(request, target, socket, signal);
    phase('body');
    return await read(answer, request, target, signal, sink);
  } finally {
    counted.bytesOut = raw.bytesWritten;
    counted.bytesIn = raw.bytesRead;
    raw.destroy();
  }
};
