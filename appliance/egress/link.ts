import {AppError, isAppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {type Client, createClient, notReached} from './client.ts';
import type {Destination, EgressStatus, OutboundProxy} from './contract.ts';
import {supervise} from './supervisor.ts';

export type LinkDeps = {
  socket: string;
  entry: string;
  destinations: () => Promise<Destination[]>;
  authorities: string[];
  proxy: OutboundProxy | null;
  log: Logger;
};

/** How long a request waits for a broker that is starting. */
const patience = 5000;

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'egress.unavailable', 'The egress broker is not running. Try again.', {cause});

/** Keeps a broker running that knows the destinations, and puts requests to it. */
export const createLink = ({socket, entry, destinations, authorities, proxy, log}: LinkDeps) => {
  const client = createClient(socket);
  let known = new Map<string, Destination>();
  let state: EgressStatus['state'] = 'starting';
  let lastError: string | null = null;
  /** Counts brokers, so that what an earlier one left behind does not concern the next. */
  let generation = 0;
  const promise = () => {
    const made = Promise.withResolvers<void>();
    made.promise.catch(() => {});
    return made;
  };
  const first = promise();
  let serving = first;

  /** From now on requests wait for the broker after this one. */
  const awaitNext = (): void => {
    generation += 1;
    if (state !== 'running') return;
    state = 'starting';
    serving = promise();
  };

  const push = async (): Promise<void> => {
    const list = await destinations();
    await client.apply({destinations: list, authorities, proxy});
    known = new Map(list.map(one => [one.id, one]));
  };
  // one after another: an older list must never arrive after a newer one
  let pushed: Promise<void> = Promise.resolve();
  const pushInTurn = (): Promise<void> => {
    pushed = pushed.catch(() => {}).then(push);
    return pushed;
  };

  const configure = async (): Promise<void> => {
    const mine = ++generation;
    const error = await pushInTurn().then(
      () => null,
      (thrown: unknown) => String(thrown),
    );
    if (mine !== generation || state === 'stopped') return;
    if (error === null) {
      state = 'running';
      serving.resolve();
      return;
    }
    lastError = error;
    // without its destinations it refuses everything; a fresh start asks for them again, with growing pauses
    log.error({error}, 'the egress broker could not be given its destinations');
    supervisor.restart();
  };

  const supervisor = supervise({
    socket,
    entry,
    log,
    onListening: () => void configure(),
    onGone: reason => {
      lastError = reason;
      awaitNext();
    },
  });

  const available = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready within ${patience} ms`)), patience);
    });
    try {
      await Promise.race([serving.promise, late]);
    } catch (error) {
      throw unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    /** `put` is tried again where the broker was not there to be asked. */
    ask: async <Told>(put: (client: Client) => Promise<Told>): Promise<Told> => {
      await available();
      const mine = generation;
      try {
        return await put(client);
      } catch (error) {
        if (!isAppError(error) || error.code !== 'egress.unavailable' || state === 'stopped') throw error;
        // on this machine a connection breaks only because the broker died, or because its socket was removed: the
        // next request must not meet it again, and the supervisor may not know yet
        if (mine === generation) {
          awaitNext();
          supervisor.restart();
        }
        if (!notReached(error)) throw error;
        await available();
        return put(client);
      }
    },
    destination: (id: string): Destination | undefined => known.get(id),
    reload: async (): Promise<void> => {
      await available();
      await pushInTurn();
    },
    ready: (): Promise<void> => first.promise,
    status: (): EgressStatus => ({
      state,
      pid: supervisor.pid(),
      restarts: supervisor.restarts(),
      destinations: known.size,
      lastError,
    }),
    close: async (): Promise<void> => {
      state = 'stopped';
      // those who wait, and those who come later
      serving.reject(new Error('closed'));
      serving = promise();
      serving.reject(new Error('closed'));
      client.close();
      await supervisor.close();
    },
  };
};
