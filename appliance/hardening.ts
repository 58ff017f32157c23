/**
 * What would let keys out of this process: a core dump, a debugger that attaches, a snapshot of the heap. JavaScript cannot
 * lock memory, so swapping is for the host to keep off; the doctor says how it is.
 */
import {writeFileSync} from 'node:fs';
import {AppError} from './kit/errors.ts';

const refused =
  /^--(?:inspect|inspect-brk|inspect-wait|inspect-port|debug-port|abort-on-uncaught-exception|heapsnapshot-signal|heapsnapshot-near-heap-limit|heap-prof)(?:=|$)/;

/** Options of Node with which an appliance does not start. */
export const refuseOpenings = (execArgv: readonly string[], nodeOptions: string | undefined): void => {
  // Node takes underscores for hyphens
  const given = [...execArgv, ...(nodeOptions ?? '').split(/\s+/)].map(word => word.replaceAll('_', '-'));
  const found = given.find(word => refused.test(word));
  if (found === undefined) return;
  throw new AppError(
    'invalid',
    'config.node_option_refused',
    `Node was given ${found.split('=')[0]}, with which keys and what visitors wrote can be read out of memory. Start without it (look at NODE_OPTIONS, too).`,
  );
};

/** Children inherit what a dump would hold, so it comes before the first of them. */
export const restrainProcess = (): void => {
  // Node would open its inspector to whoever may send this signal
  process.on('SIGUSR1', () => undefined);
  try {
    writeFileSync('/proc/self/coredump_filter', '0x0');
  } catch {
    // not given here: the doctor says so
  }
};
