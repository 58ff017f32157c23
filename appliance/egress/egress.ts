import {chmodSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError, isAppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import type {Destination, Egress, EgressAttempt, EgressRequest, OutboundProxy} from './contract.ts';
import type {OnPiece} from './client.ts';
import {createLink} from './link.ts';
import type {Result} from './broker.ts';
import type {WireAsk, WireRequest} from './rules.ts';
import {nobody, probe} from './probe.ts';
import {brokerEntry} from './supervisor.ts';

export type EgressDeps = {
  /** Where data may be. A function, since it is chosen at set-up; while it says null, nothing leaves. */
  region: string | (() => string | null);
  destinations: () => Promise<Destination[]>;
  /** Appends to the egress log, for every attempt. A request is answered once this has resolved. */
  onAttempt: (attempt: EgressAttempt) => void | Promise<void>;
  log: Logger;
  clock: Clock;
  /** Holds the broker's socket, mode 0700; one of its own under the system's temporary directory unless told. */
  socketDirectory?: string;
  /** PEM certificates of authorities the organisation runs, beside those the host trusts. */
  authorities?: string[];
  /** The organisation's own way out, for the destinations that are to take it. */
  proxy?: OutboundProxy | null;
  /** The broker's program; a bundle has it elsewhere. */
  entry?: string;
};

/** The path a network guard has to allow. */
export const brokerSocket = (socketDirectory: string): string => join(socketDirectory, 'broker.sock');

const timeouts = {connect: 10_000, headers: 20_000, total: 30_000};
/** In base64 and with everything else a request stays under the broker's own limit. */
const largestBody = 20 * 1024 * 1024;

/** The way out of the appliance: one broker process, supervised, told which destinations are allowed. */
export const createEgress = (deps: EgressDeps): Egress => {
  const {log, clock, region, onAttempt} = deps;
  const directory = deps.socketDirectory ?? mkdtempSync(join(tmpdir(), 'crowlit-egress-'));
  const socket = brokerSocket(directory);
  if (Buffer.byteLength(socket) > 107) {
    throw new AppError(
      'invalid',
      'egress.socket_path_too_long',
      `The path ${socket} is longer than the 107 bytes a Unix socket may have. Choose a shorter socket directory.`,
    );
  }
  mkdirSync(directory, {recursive: true});
  chmodSync(directory, 0o700);
  const link = createLink({
    socket,
    entry: deps.entry ?? brokerEntry,
    destinations: deps.destinations,
    authorities: deps.authorities ?? [],
    proxy: deps.proxy ?? null,
    log,
  });

  const record = async (attempt: EgressAttempt): Promise<void> => {
    try {
      await onAttempt(attempt);
    } catch (error) {
      // what has left has left: failing the caller now would only make it send again
      log.error(
        {destination: attempt.destination, outcome: attempt.outcome, err: error},
        'an egress attempt was not logged',
      );
    }
  };

  let latest = '';
  /** A clock that is set back brings no exception to life again. */
  const now = (): string => {
    const at = clock.iso();
    if (at > latest) latest = at;
    return latest;
  };

  const asked = ({
    destination,
    purpose,
    expect = null,
    timeouts: limits,
  }: Pick<EgressRequest, 'destination' | 'purpose' | 'timeouts'> & {
    expect?: EgressRequest['expect'] | null;
  }): WireAsk => ({
    at: now(),
    region: typeof region === 'function' ? region() : region,
    destination,
    purpose,
    expect,
    timeouts: {...timeouts, ...limits},
  });

  const toWire = (request: EgressRequest): WireRequest => {
    const body = Buffer.from(request.body ?? '');
    if (body.length > largestBody) {
      throw new AppError('forbidden', 'egress.bad_request', `The body is larger than ${largestBody} bytes.`);
    }
    return {
      ...asked(request),
      method: request.method,
      path: request.path,
      headers: request.headers ?? {},
      body: body.toString('base64'),
      answer: request.answer ?? {limit: 1024 * 1024, whenOver: 'refuse'},
    };
  };

  /** For the attempts that the broker cannot tell of, by what is known here. */
  const unasked = (
    request: Pick<EgressRequest, 'destination' | 'purpose'>,
    error: unknown,
    began: number,
  ): EgressAttempt => {
    const destination = link.destination(request.destination);
    return {
      at: clock.iso(),
      destination: request.destination,
      host: destination?.host ?? '',
      port: destination?.port ?? 0,
      purpose: request.purpose,
      region: destination?.region ?? null,
      categories: destination?.categories ?? [],
      outcome: isAppError(error) && error.kind === 'forbidden' ? 'denied' : 'failed',
      reason: isAppError(error) ? error.code.slice('egress.'.length) : 'unavailable',
      bytesOut: 0,
      bytesIn: 0,
      ms: Math.round(performance.now() - began),
    };
  };

  const toldBy = (error: NonNullable<Result['error']>, attempt: EgressAttempt): AppError =>
    new AppError(error.denied ? 'forbidden' : 'unavailable', error.code, error.message, {
      details: {destination: attempt.destination, reason: attempt.reason},
    });

  return {
    tunnel: async request => {
      const began = performance.now();
      const wire = {
        ...asked(request),
        tls: request.tls,
        authority: request.authority,
        untilHungUp: request.untilHungUp ?? false,
      };
      const lost = async (thrown: unknown): Promise<AppError> => {
        await record(unasked(request, thrown, began));
        return isAppError(thrown)
          ? thrown
          : new AppError('unavailable', 'egress.unavailable', 'The egress broker gave no answer.');
      };
      const ended = async (result: Promise<Result>): Promise<AppError | null> => {
        try {
          const {attempt, error} = await result;
          await record(attempt);
          return error && toldBy(error, attempt);
        } catch (thrown) {
          return lost(thrown);
        }
      };
      const asking = link.ask(client => client.tunnel(wire, request.signal));
      const {stream, result} = await asking.catch(async (thrown: unknown) => {
        throw await lost(thrown);
      });
      const over = ended(result);
      if (stream) return {stream, over};
      throw (await over) ?? new AppError('unavailable', 'egress.unavailable', 'No connection was opened.');
    },
    send: async request => {
      const began = performance.now();
      const {onPiece} = request;
      let refused: {error: unknown} | undefined;
      const refusal = new AbortController();
      const take: OnPiece | undefined =
        onPiece &&
        (async (piece, head) => {
          try {
            await onPiece(piece, head);
          } catch (error) {
            refused ??= {error};
            refusal.abort();
          }
        });
      const signal = take
        ? AbortSignal.any([refusal.signal, ...(request.signal ? [request.signal] : [])])
        : request.signal;
      const ask = async () => {
        const wire = toWire(request);
        return link.ask(client => (take ? client.stream(wire, take, signal) : client.send(wire, signal)));
      };
      const {attempt, answer, error} = await ask().catch(async (thrown: unknown) => {
        await record(unasked(request, thrown, began));
        throw refused ? refused.error : thrown;
      });
      await record(attempt);
      if (refused) throw refused.error;
      if (error) throw toldBy(error, attempt);
      if (!answer)
        throw new AppError('unavailable', 'egress.unavailable', 'The egress broker gave no answer.');
      return answer;
    },
    canary: async () => {
      const undeclared = toWire({
        destination: 'canary',
        purpose: 'audit_witness',
        method: 'GET',
        path: '/',
        expect: {...nobody, plain: true},
      });
      const [answer, process, host] = await Promise.all([
        link.ask(client => client.send(undeclared)).catch(() => null),
        probe(),
        link.ask(client => client.probe()).catch(() => ({outcome: 'no_route', code: 'no answer'}) as const),
      ]);
      return {
        broker: answer === null ? 'no_answer' : answer.error?.denied === true ? 'refused' : 'open',
        process: process.outcome,
        host,
      };
    },
    status: link.status,
    reload: link.reload,
    ready: link.ready,
    close: async () => {
      await link.close();
      rmSync(socket, {force: true});
      if (deps.socketDirectory === undefined) rmSync(directory, {recursive: true, force: true});
    },
  };
};
