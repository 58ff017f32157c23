import {setTimeout as pause} from 'node:timers/promises';
import {AppError, isAppError} from '../../../kit/errors.ts';

export type ServerState = 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';
export type AvailabilityOptions = {
  /** Asks the server for next to nothing. */
  check: (signal: AbortSignal) => Promise<unknown>;
  /** How long it may be away before it counts as gone for good. */
  awayMs: number;
};

const mostFailures = 3;
const firstPause = 500;
const longestPause = 30_000;

const whyOf = (error: unknown): string =>
  isAppError(error) ? error.message : 'The model server failed in a way that is not known.';

/**
 * Whether a server answers. After three failures in a row it counts as away: nobody waits for it any more, and it is asked
 * again with growing pauses until it answers or has been away too long.
 */
export const createAvailability = ({check, awayMs}: AvailabilityOptions) => {
  const closing = new AbortController();
  const listeners = new Set<(state: ServerState) => void>();
  let state: ServerState = 'loading';
  let message: string | undefined;
  let failures = 0;

  const become = (next: ServerState): void => {
    if (state === 'closed') return;
    state = next;
    for (const listener of listeners) listener(next);
  };
  const seek = async (): Promise<void> => {
    const since = performance.now();
    for (let wait = firstPause; !closing.signal.aborted; wait = Math.min(wait * 2, longestPause)) {
      try {
        await check(closing.signal);
        failures = 0;
        message = undefined;
        return become('ready');
      } catch (error) {
        message = whyOf(error);
      }
      if (performance.now() - since + wait > awayMs) return become('failed');
      await pause(wait, undefined, {signal: closing.signal, ref: false}).catch(() => undefined);
    }
  };
  void seek();

  const away = (): AppError =>
    new AppError(
      'unavailable',
      'llm.unavailable',
      state === 'closed' ? 'The appliance is shutting down.' : (message ?? 'The model server is not there.'),
    );
  const onState = (listener: (state: ServerState) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    onState,
    status: () => ({state, ...(message === undefined ? {} : {problem: {message}})}),
    /** Resolves once it answers; rejects when it does not in time. */
    ready: (): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (state === 'loading' || state === 'restarting') return;
          stop();
          if (state === 'ready') resolve();
          else reject(away());
        };
        const stop = onState(look);
        look();
      }),
    refuseWhenAway: (): void => {
      if (state !== 'ready') throw away();
    },
    answered: (): void => {
      failures = 0;
    },
    failed: (error: AppError): void => {
      if (error.code === 'llm.overloaded' || state !== 'ready') return;
      failures += 1;
      if (failures < mostFailures) return;
      message = error.message;
      become('restarting');
      void seek();
    },
    close: (): void => {
      become('closed');
      closing.abort();
    },
  };
};
export type Availability = ReturnType<typeof createAvailability>;
