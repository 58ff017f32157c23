import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {WebhookReceiver} from '../helpers/webhook-receiver.ts';
import type {Happening} from './clients.ts';
import {between, type Random} from './load.ts';

/**
 * When the process is killed. `at random`, in the middle of `a turn` of the AI, right after `an acknowledgement` while
 * others are on their way, while the receiver holds `a delivery` it has not taken, after it has taken one that is not
 * yet `marked`, and while it is `starting`.
 */
export const moments = [
  'at random',
  'a turn',
  'an acknowledgement',
  'a delivery',
  'marked',
  'starting',
] as const;
export type Moment = (typeof moments)[number];

/** A moment that does not come is replaced by this much later. */
const patience = 1500;
const main = fileURLToPath(new URL('../../appliance/main.ts', import.meta.url));

export const createTrigger = () => {
  let armed: {on: Happening; skip: number; fire: () => void} | undefined;
  return {
    happened: (what: Happening): void => {
      if (armed?.on !== what || armed.skip-- > 0) return;
      const {fire} = armed;
      armed = undefined;
      fire();
    },
    /** `fire` runs in the very turn of the event loop in which it happens, after `skip` times. */
    arm: (on: Happening, skip: number, fire: () => void): void => {
      armed = {on, skip, fire};
    },
    disarm: (): void => {
      armed = undefined;
    },
  };
};
export type Trigger = ReturnType<typeof createTrigger>;

/** Kills at the moment asked for; says whether that moment came. */
export const killAt = async (
  moment: Exclude<Moment, 'starting'>,
  deps: {child: ChildProcess; trigger: Trigger; receiver: WebhookReceiver; random: Random},
): Promise<boolean> => {
  const {child, trigger, receiver, random} = deps;
  const exited = once(child, 'exit');
  let came = true;
  const late = setTimeout(
    () => {
      came = moment === 'at random';
      child.kill('SIGKILL');
    },
    moment === 'at random' ? between(random, 5, 400) : patience,
  );
  const kill = (): void => void child.kill('SIGKILL');
  if (moment === 'a turn') trigger.arm('thinking', between(random, 0, 6), kill);
  if (moment === 'an acknowledgement') trigger.arm('acknowledged', between(random, 0, 60), kill);
  if (moment === 'a delivery' || moment === 'marked') {
    receiver.misbehave({kind: moment === 'a delivery' ? 'hang' : 'drip'}, 1);
    void receiver.waitForRequests(receiver.requests() + 1).then(kill);
  }
  await exited;
  clearTimeout(late);
  trigger.disarm();
  receiver.behave();
  return came;
};

/** Killed before it serves: in the middle of opening its database, or of taking up what was left. */
export const killWhileStarting = async (
  environment: Record<string, string>,
  random: Random,
): Promise<void> => {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {PATH: process.env['PATH'] ?? '', ...environment},
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), between(random, 100, 1100));
  await exited;
  clearTimeout(timer);
};

type Left = {pid: number; startedAt: string};
/** Undefined when it is gone, or ended and only waits for the system to take note. */
const startedAt = (pid: number): string | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

/** The processes this one has started: they must go when it is killed. */
export const childrenOf = (pid: number): Left[] =>
  readFileSync(join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8')
    .split(' ')
    .filter(text => text !== '')
    .map(text => ({pid: Number(text), startedAt: startedAt(Number(text)) ?? ''}));
export const isAlive = ({pid, startedAt: at}: Left): boolean => startedAt(pid) === at;
