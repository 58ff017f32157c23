import {syncBuiltinESMExports} from 'node:module';
import {AppError} from '../kit/errors.ts';
import {guardNames} from './guard/names.ts';
import {guardProcesses} from './guard/processes.ts';
import {createRules, type GuardOptions} from './guard/rules.ts';
import {guardSockets} from './guard/sockets.ts';

export type {Allowed, GuardOptions, Program} from './guard/rules.ts';

let installed = false;

/**
 * From here on this process connects to loopback and to what `allow` names, and nowhere else; to undo it, end the
 * process. Call it before anything else is loaded, as other code may keep what it finds.
 *
 * What it is for: a dependency that phones home, a connection written past the broker by mistake. What it is not: a wall
 * against code that means harm in this process. Native addons call the kernel directly, a program that listens on
 * loopback (a proxy, say) may pass things on, and a mail server or resolver of this machine is one such. The
 * host's firewall, by the user the process runs as, is the wall; until it is set up, this guard is all there is.
 */
export const installNetworkGuard = (options: GuardOptions): void => {
  if (installed)
    throw new AppError('conflict', 'egress.guard_installed', 'The network guard is installed already.');
  const rules = createRules(options);
  guardSockets(rules);
  guardNames(rules);
  guardProcesses(rules);
  // `import {lookup} from 'node:dns'` sees the guarded ones, too
  syncBuiltinESMExports();
  installed = true;
};
