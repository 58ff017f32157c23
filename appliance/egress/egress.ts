import {chmodSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError, isAppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {createClient} from './client.ts';
import type {Destination, Egress, EgressAttempt, EgressRequest, EgressStatus} from './contract.ts';
import type {WireRequest} from './rules.ts';
import {brokerEntry, supervise} from './supervisor.ts';

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
  /** The broker's program; a bundle has it elsewhere. */
  entry?: string;
};

/** The path a network guard has to allow. */
export const brokerSocket = (socketDirectory: string): string => join(socketDirectory, 'broker.sock');

/** How long a request waits for a broker that is starting. */
const patience = 5000;
const defaults = {connect: 10_000, headers: 20_000, total: 30_000};

/** The way out of the appliance: one broker process, supervised, told which destinations are allowed. */
export const createEgress = (deps: EgressDeps): Egress => {
  const {log, clock, onAttempt} = deps;
  const directory = deps.socketDirectory ?? mkdtempSync(join(tmpdir(), 'crowlit-egress-'));
  mkdirSync(directory, {recursive: true});
  chmodSync(directory, 0o700);
  const socket = brokerSocket(directory);
  if (Buffer.byteLength(socket) > 107) {
    throw new AppError(
      'invalid',
      'egress.socket_path_too_long',
      `The path ${socket} is longer than the 107 bytes a Unix socket may have. Choose a shorter socket directory.`,
    );
  }

  const client = createClient(socket);
  let known = new Map<string, Destination>();
  let state: EgressStatus['state'] = 'starting';
  let lastError: string | null = null;
  let serving = Promise.withResolvers<void>();
  const first = serving;
  let generation = 0;

  const push = async (): Promise<void> => {
    const list = await deps.destinations();
    await client.apply({destinations: list, authorities: deps.authorities ?? []});
    known = new Map(list.map(one => [one.id, one]));
  };
  // one after another: an older list must never arrive after a newer one
  let pushed: Promise<void> = Promise.resolve();
  const pushInTurn = (): Promise<void> => {
    const turn = pushed.catch(() => {}).then(push);
    pushed = turn;
    return turn;
  };

  const supervisor = supervise({
    socket,
    entry: deps.entry ?? brokerEntry,
    log,
    onListening: () => {
      const mine = ++generation;
      pushInTurn().then(
        () => {
          if (mine !== generation || state === 'stopped') return;
          state = 'running';
          serving.resolve();
        },
        (error: unknown) => {
          if (mine !== generation || state === 'stopped') return;
          lastError = String(error);
          // without its destinations it refuses everything; a fresh start asks for them again, with growing pauses
          log.error({error: lastError}, 'the egress broker could not be given its destinations');
          supervisor.restart();
        },
      );
    },
    onGone: reason => {
      generation += 1;
      lastError = reason;
      if (state === 'running') {
        serving = Promise.withResolvers();
        serving.promise.catch(() => {});
      }
      state = 'starting';
    },
  });
  serving.promise.catch(() => {});

  const record = async (attempt: EgressAttempt): Promise<void> => {
    try {
      await onAttempt(attempt);
    } catch (error) {
      // what has left has left: failing the caller now would only make it send again
      log.error(
        {destination: attempt.destination, outcome: attempt.outcome, error: String(error)},
        'an egress attempt was not logged',
      );
    }
  };

  const available = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('late')), patience);
    });
    await Promise.race([serving.promise, late])
      .catch(cause => {
        throw new AppError(
          'unavailable',
          'egress.unavailable',
          'The egress broker is not running. Try again.',
          {cause},
        );
      })
      .finally(() => clearTimeout(timer));
  };

  const toWire = (request: EgressRequest): WireRequest => ({
    at: clock.iso(),
    region: typeof deps.region === 'function' ? deps.region() : deps.region,
    destination: request.destination,
    purpose: request.purpose,
    expect: request.expect ?? null,
    method: request.method,
    path: request.path,
    headers: request.headers ?? {},
    body: Buffer.from(request.body ?? '').toString('base64'),
    timeouts: {...defaults, ...request.timeouts},
    answer: request.answer ?? {limit: 1024 * 1024, whenOver: 'refuse'},
  });

  return {
    send: async request => {
      const wire = toWire(request);
      const began = performance.now();
      const result = await available()
        .then(() => client.send(wire, request.signal))
        .catch(async (error: unknown) => {
          // the broker cannot tell how this one went, so what is known here is logged
          const destination = known.get(request.destination);
          await record({
            at: wire.at,
            destination: wire.destination,
            host: destination?.host ?? '',
            port: destination?.port ?? 0,
            purpose: wire.purpose,
            region: destination?.region ?? null,
            categories: destination?.categories ?? [],
            outcome: 'failed',
            reason: isAppError(error) ? error.code.slice('egress.'.length) : 'unavailable',
            bytesOut: 0,
            bytesIn: 0,
            ms: Math.round(performance.now() - began),
          });
          throw error;
        });
      await record(result.attempt);
      if (result.error) {
        const {code, message, denied} = result.error;
        throw new AppError(denied ? 'forbidden' : 'unavailable', code, message, {
          details: {destination: request.destination, reason: result.attempt.reason},
        });
      }
      if (!result.answer)
        throw new AppError('internal', 'egress.unavailable', 'The egress broker gave no answer.');
      return result.answer;
    },
    status: () => ({
      state,
      pid: supervisor.pid(),
      restarts: supervisor.restarts(),
      destinations: known.size,
      lastError,
    }),
    reload: async () => {
      await available();
      await pushInTurn();
    },
    ready: () => first.promise,
    close: async () => {
      state = 'stopped';
      serving.reject(new Error('closed'));
      client.close();
      await supervisor.close();
      rmSync(socket, {force: true});
      if (deps.socketDirectory === undefined) rmSync(directory, {recursive: true, force: true});
    },
  };
};
