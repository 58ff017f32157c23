import type {Logger} from './logger.ts';

const longestWork = 10 * 60_000;

/**
 * Works through leased rows: claims what is due, handles several at once, and sleeps until it is woken or something
 * may have become due. A row whose worker died becomes due again when its lease ends.
 */
export const createWorker = <Job>(deps: {
  name: string;
  claim: (limit: number) => Promise<Job[]>;
  /** Must not throw for what it can record itself; what it throws is logged and the lease runs out. */
  handle: (job: Job) => Promise<void>;
  /** Prolongs the leases of what is still under way: slow is not dead. */
  renew?: {every: number; rows: (jobs: Job[]) => Promise<void>};
  concurrency: number;
  /** How long it may sleep at most, in milliseconds. */
  idle: number;
  log: Logger;
}) => {
  const under = new Map<Promise<void>, {job: Job; since: number}>();
  let woken = false;
  let wakeUp: (() => void) | undefined;
  let stopping = false;

  const sleep = (): Promise<void> =>
    new Promise(resolve => {
      if (woken || stopping) return resolve();
      const timer = setTimeout(resolve, deps.idle);
      timer.unref();
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!stopping) {
      woken = false;
      const free = deps.concurrency - under.size;
      let jobs: Job[] = [];
      try {
        jobs = free > 0 ? await deps.claim(free) : [];
      } catch (error) {
        deps.log.error({err: error, worker: deps.name}, 'work could not be claimed');
      }
      for (const job of jobs) {
        const done: Promise<void> = deps
          .handle(job)
          .catch((error: unknown) => deps.log.error({err: error, worker: deps.name}, 'work failed'))
          .finally(() => {
            under.delete(done);
            wake();
          });
        under.set(done, {job, since: performance.now()});
      }
      if (jobs.length === 0) await sleep();
    }
    await Promise.allSettled(under.keys());
    clearInterval(renewal);
  };

  /** What has not ended after so long never will: its lease runs out. */
  const renewUnderWay = (): void => {
    const now = performance.now();
    const slow = [...under.values()].filter(({since}) => now - since < longestWork).map(({job}) => job);
    if (slow.length === 0) return;
    deps.renew
      ?.rows(slow)
      .catch((error: unknown) => deps.log.warn({err: error, worker: deps.name}, 'leases were not renewed'));
  };
  let renewal: NodeJS.Timeout | undefined;

  const wake = (): void => {
    woken = true;
    wakeUp?.();
  };

  let running: Promise<void> | undefined;
  return {
    start: (): void => {
      running ??= run();
      if (deps.renew) renewal ??= setInterval(renewUnderWay, deps.renew.every).unref();
    },
    wake,
    /** Finishes what is under way. */
    stop: async (): Promise<void> => {
      stopping = true;
      wake();
      await running;
    },
  };
};
export type Worker = ReturnType<typeof createWorker>;
