import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {fine, found} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

/** A file of the kernel; undefined where it is not there. */
export type ReadKernel = (path: string) => string | undefined;
const readKernel: ReadKernel = path => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** What a crash would write to disk. */
export const coreDumps = (read: ReadKernel = readKernel): Finding => {
  const check = 'Core dumps';
  const filter = read('/proc/self/coredump_filter');
  if (filter !== undefined && Number.parseInt(filter, 16) === 0)
    return fine(check, 'A dump would hold no memory.', 'A crash writes neither keys nor words to disk.');
  const limit = /^Max core file size\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  const piped = read('/proc/sys/kernel/core_pattern')?.startsWith('|') ?? false;
  if (limit === '0' && !piped)
    return fine(check, 'They are off.', 'A crash writes neither keys nor words to disk.');
  return found(
    check,
    'attention',
    piped ? 'They are handed to a program of this host.' : 'They are on.',
    'A crash would leave keys and what visitors wrote in a file.',
    piped
      ? 'Run: sysctl -w kernel.core_pattern=core (and set it in /etc/sysctl.d), then restart with `npm start`.'
      : 'Start with `npm start`, or set LimitCORE=0 in the systemd unit.',
  );
};

/** Whether a debugger can attach. */
export const inspector = (given: readonly string[] = process.execArgv): Finding => {
  const check = 'Debugger';
  const guarded = given.includes('--disable-sigusr1') || process.listenerCount('SIGUSR1') > 0;
  return guarded
    ? fine(check, 'Node’s inspector is off, and no signal turns it on.', 'Nobody reads memory through it.')
    : found(
        check,
        'attention',
        'A signal (SIGUSR1) would turn Node’s inspector on.',
        'Whoever may send it could read keys out of memory.',
        'Start with `npm start` or `npm run crowlit -- serve`.',
      );
};

const isEncrypted = (device: string, read: ReadKernel): boolean => {
  const name = basename(device);
  // compressed memory, unless it is written on to a disk
  if (name.startsWith('zram')) return (read(`/sys/block/${name}/backing_dev`) ?? 'none') === 'none';
  return read(`/sys/block/${name}/dm/uuid`)?.startsWith('CRYPT-') ?? false;
};

/** A service that may not be swapped: its own group, or one above it. */
const staysInMemory = (read: ReadKernel): boolean => {
  let group = /^0::(\S+)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '';
  for (; group !== '' && group !== '/'; group = group.slice(0, group.lastIndexOf('/')))
    if (read(`/sys/fs/cgroup${group}/memory.swap.max`) === '0') return true;
  return false;
};

/** Whether keys may be written to a disk in the clear when memory runs short. */
export const swap = (read: ReadKernel = readKernel): Finding => {
  const check = 'Swap';
  const table = read('/proc/swaps');
  if (table === undefined)
    return found(
      check,
      'attention',
      'This system does not say whether it swaps.',
      'Keys could be written to a disk when memory runs short.',
      'Look with `swapon --show`; turn it off, or let it lie on an encrypted disk.',
    );
  const devices = table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/)[0] ?? '')
    .filter(device => device !== '');
  if (devices.length === 0) return fine(check, 'There is none.', 'Keys in memory stay there.');
  if (staysInMemory(read))
    return fine(check, 'It is on, and not for this service.', 'Keys in memory stay there.');
  const open = devices.filter(device => !isEncrypted(device, read));
  if (open.length === 0)
    return fine(check, `It is on and encrypted (${devices.join(', ')}).`, 'What is swapped is unreadable.');
  return found(
    check,
    'attention',
    `Swap is on and not encrypted (${open.join(', ')}).`,
    'When memory runs short, keys and what visitors wrote may be written to that disk, and stay there after an erasure.',
    'Set MemorySwapMax=0 in the systemd unit, or turn swap off (swapoff -a, and its line in /etc/fstab), or put it on dm-crypt.',
  );
};
