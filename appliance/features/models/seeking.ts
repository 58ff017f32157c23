import {setTimeout as pause} from 'node:timers/promises';

export type SeekingPauses = {firstMs: number; mostMs: number};

/** Tries something again with growing pauses, until it says that it is done, or is stopped. One thing at a time. */
export const createSeeking = ({firstMs, mostMs}: SeekingPauses) => {
  let under = new AbortController();

  const run = async (attempt: (signal: AbortSignal) => Promise<boolean>, signal: AbortSignal) => {
    for (let wait = firstMs; !signal.aborted; wait = Math.min(wait * 2, mostMs)) {
      await pause(wait, undefined, {signal, ref: false}).catch(() => undefined);
      if (signal.aborted || (await attempt(signal))) return;
    }
  };
  const stop = (): void => under.abort();
  return {
    start: (attempt: (signal: AbortSignal) => Promise<boolean>): void => {
      stop();
      under = new AbortController();
      void run(attempt, under.signal);
    },
    stop,
  };
};
