import {createStore, useStore} from './store.ts';

/** One clock for all waiting times; it stands still while nobody looks at one. */
const clock = createStore(Date.now());
let readers = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const ticking = {
  ...clock,
  subscribe: (listener: () => void) => {
    const stop = clock.subscribe(listener);
    if (readers++ === 0) timer = setInterval(() => clock.set(Date.now()), 1000);
    return () => {
      stop();
      if (--readers === 0) clearInterval(timer);
    };
  },
};

/** Now, to the second or to the minute: what reads it is drawn again no more often than that. */
export const useNow = (step: 1000 | 60_000): number =>
  useStore(ticking, now => Math.floor(now / step) * step);
