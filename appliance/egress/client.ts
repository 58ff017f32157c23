import {Agent, type ClientRequest, type IncomingMessage, request as httpRequest} from 'node:http';
import {Duplex} from 'node:stream';
import {AppError} from '../kit/errors.ts';
import type {Result, Settings} from './broker.ts';
import type {EgressHead, HostAnswer} from './contract.ts';
import type {WireRequest, WireTunnel} from './rules.ts';
import {packed, packedLimit, unpacked} from './wire.ts';

type Answered = Omit<Result, 'answer'> & {
  answer: (EgressHead & {body: string; complete: boolean}) | null;
};
type Streamed = Omit<Result, 'answer'> & {answer: (EgressHead & {complete: boolean}) | null};
export type OnPiece = (piece: Buffer, head: EgressHead) => Promise<void>;

/** How long a broker may take to say how a given-up exchange ended. */
const lastWords = 2000;

/** The broker was not there to be asked: nothing was sent, so asking the next one is safe. */
export const notReached = (error: unknown): boolean => {
  const cause = error instanceof AppError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.syscall === 'connect' && (cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT');
};

const givenUp = (): AppError => new AppError('unavailable', 'egress.aborted', 'The request was given up.');
const lost = (cause: unknown): AppError =>
  new AppError(
    'unavailable',
    'egress.unavailable',
    'The egress broker is not running; it is being restarted. Try again.',
    {
      cause,
    },
  );

/** What is written goes out with the request, what comes is the answer's body. */
const duplexOf = (outgoing: ClientRequest, response: IncomingMessage): Duplex => {
  const stream = new Duplex({
    read: () => void response.resume(),
    write: (piece: Buffer, _encoding, done) => void outgoing.write(piece, done),
    final: done => void outgoing.end(done),
    // who wants no more ends the request, and the broker still says how it went
    destroy: (error, done) => {
      outgoing.end();
      response.resume();
      setTimeout(() => outgoing.destroy(), lastWords).unref();
      done(error);
    },
  });
  response
    .on('data', (piece: Buffer) => {
      if (!stream.destroyed && !stream.push(piece)) response.pause();
    })
    .once('end', () => stream.push(null))
    .once('error', error => stream.destroy(error));
  return stream;
};

/** Speaks to the broker over its socket. Throws `egress.unavailable` when it is gone, `egress.aborted` when asked to stop. */
export const createClient = (socket: string) => {
  // no answer is awaited longer than the broker's own longest exchange, and its end is noticed at once
  const agent = new Agent({keepAlive: true, maxSockets: 128});

  const call = (
    method: 'PUT' | 'POST',
    path: string,
    content: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify(content));
      const fail = (error: unknown) => reject(signal?.aborted ? givenUp() : lost(error));
      const outgoing = httpRequest(
        {
          socketPath: socket,
          agent,
          method,
          path,
          headers: {'content-type': 'application/json', 'content-length': body.length},
          ...(signal ? {signal} : {}),
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', fail);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(JSON.parse(text));
            else fail(new Error(`the broker answered ${response.statusCode}: ${text.slice(0, 200)}`));
          });
        },
      );
      outgoing.once('error', fail);
      outgoing.end(body);
    });

  return {
    apply: async (settings: Settings): Promise<void> => {
      await call('PUT', '/settings', settings);
    },
    probe: async (): Promise<HostAnswer> => (await call('POST', '/probe', {})) as HostAnswer,
    send: async (request: WireRequest, signal?: AbortSignal): Promise<Result> => {
      const {answer, ...rest} = (await call('POST', '/send', request, signal)) as Answered;
      return {...rest, answer: answer && {...answer, body: Buffer.from(answer.body, 'base64')}};
    },
    /** The body goes to `onPiece`, which is waited for; the result's answer has none. */
    stream: (request: WireRequest, onPiece: OnPiece, signal?: AbortSignal): Promise<Result> => {
      const {promise, resolve, reject} = Promise.withResolvers<Result>();
      const fail = (error: unknown) => reject(signal?.aborted ? givenUp() : lost(error));
      const read = async (response: IncomingMessage): Promise<void> => {
        const head = unpacked(response.headers['x-answer']) as EgressHead;
        for await (const piece of response as AsyncIterable<Buffer>)
          if (!signal?.aborted) await onPiece(piece, head);
        const {answer, ...rest} = unpacked(response.trailers['x-result']) as Streamed;
        resolve({...rest, answer: answer && {...answer, body: Buffer.alloc(0)}});
      };
      const outgoing = httpRequest(
        {
          socketPath: socket,
          // kept open by the broker after its answer, so that an end that crosses it breaks nothing
          agent,
          method: 'POST',
          path: '/stream',
          headers: {'content-type': 'application/json'},
          maxHeaderSize: packedLimit,
        },
        response => void read(response).catch(fail),
      );
      outgoing.once('error', fail);
      // it stays open as long as more is wanted
      outgoing.write(`${JSON.stringify(request)}\n`);
      let deaf: NodeJS.Timeout | undefined;
      const stop = (): void => {
        outgoing.end();
        deaf = setTimeout(() => outgoing.destroy(), lastWords);
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, {once: true});
      return promise.finally(() => {
        clearTimeout(deaf);
        signal?.removeEventListener('abort', stop);
        outgoing.destroy();
      });
    },
    /** Resolves when the connection stands, with a result that comes when it is over; or at once where it never stood. */
    tunnel: (
      request: WireTunnel,
      signal?: AbortSignal,
    ): Promise<{stream: Duplex | null; result: Promise<Result>}> => {
      const {promise, resolve, reject} = Promise.withResolvers<{
        stream: Duplex | null;
        result: Promise<Result>;
      }>();
      const ended = Promise.withResolvers<Result>();
      const outgoing = httpRequest(
        {socketPath: socket, agent, method: 'POST', path: '/tunnel', maxHeaderSize: packedLimit},
        response => {
          response.once('error', fail).once('end', () => {
            try {
              ended.resolve(unpacked(response.trailers['x-result']) as Result);
            } catch (error) {
              fail(error);
            }
          });
          const stands = response.headers['x-answer'] === packed(true);
          const stream = stands ? duplexOf(outgoing, response) : null;
          if (!stream) response.resume();
          resolve({stream, result: ended.promise});
        },
      );
      const fail = (error: unknown): void => {
        const told = signal?.aborted ? givenUp() : lost(error);
        reject(told);
        ended.reject(told);
      };
      outgoing.once('error', fail);
      outgoing.write(`${JSON.stringify(request)}\n`);
      const stop = (): void => void outgoing.destroy();
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, {once: true});
      const done = () => {
        signal?.removeEventListener('abort', stop);
        outgoing.destroy();
      };
      void ended.promise.catch(() => undefined).finally(done);
      return promise;
    },
    close: (): void => agent.destroy(),
  };
};
export type Client = ReturnType<typeof createClient>;
