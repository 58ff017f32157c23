import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

type Collect = (options: {type: 'major'; execution: 'async'}) => Promise<void>;

const interval = 5000;
const worthIt = 12 * 1024 * 1024;

/**
 * V8 collects while a program allocates: a server that has become quiet would keep the garbage of its busiest minute, and
 * its memory would say more about the past than about who is connected.
 */
export const collectWhenQuiet = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  // the first frees, the second gives the emptied pages back to the system
  const collectTwice = async (): Promise<void> => {
    for (let pass = 0; pass < 2; pass++) await collect({type: 'major', execution: 'async'});
  };
  let before = performance.eventLoopUtilization();
  let kept = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const isQuiet = performance.eventLoopUtilization(now, before).utilization < 0.05;
    before = now;
    const used = process.memoryUsage().heapUsed;
    if (used < kept) kept = used;
    if (!isQuiet || used - kept < worthIt) return;
    void collectTwice().then(() => {
      kept = process.memoryUsage().heapUsed;
    });
  }, interval);
  timer.unref();
};
