import {once} from 'node:events';
import {type IncomingMessage, request as httpRequest} from 'node:http';
import {isIP, type Socket} from 'node:net';
import {codeOf, type Counted, Failure, onConnection, type Phase, secured, type Target} from './connection.ts';
import type {WireRequest} from './rules.ts';

type Head = {status: number; headers: Record<string, string>};
export type Answer = Head & {body: Buffer; complete: boolean};
/** Takes an answer's body piece by piece; no more is read until it has resolved. */
export type Sink = (piece: Buffer, head: Head, signal: AbortSignal) => Promise<void>;

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

/** One HTTP exchange on a connection of its own. */
export const exchange = (
  request: WireRequest,
  target: Target,
  signal: AbortSignal,
  phase: Phase,
  counted: Counted,
  sink?: Sink,
): Promise<Answer> =>
  onConnection(target, signal, counted, async raw => {
    const socket = target.plain ? raw : await secured(raw, target, signal, ['http/1.1']);
    phase('headers');
    const answer = await head(request, target, socket, signal);
    phase('body');
    return read(answer, request, target, signal, sink);
  });
