import {createPrivateKey} from 'node:crypto';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, sep} from 'node:path';
import {destroyDatabase, destroyKeys, type Place, shred, syncFolder} from '../../../storage/destroy.ts';
import {deriveKey} from '../../../storage/seal.ts';
import {certificateOf, type Order, type SignedCertificate, type Step, steps} from './certificate.ts';
import type {Remains} from './remains.ts';

/** Under which the signing key outlives the key store, until it has signed. */
export const lockFor = (master: Buffer): string => deriveKey(master, 'destruction').toString('base64');

/** Stays in a data directory: what is left of it, what was left of earlier ones, the lock of who is at work, the last key. */
const stays = (name: string): boolean =>
  /^(?:remains|in-use(?:-journal)?|master\.key|deleted-[\dT-]+)$/.test(name);

const removeAllBut = (folder: string, keep: readonly string[]): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (keep.includes(path)) continue;
    if (keep.some(one => one.startsWith(path + sep))) removeAllBut(path, keep);
    else rmSync(path, {recursive: true, force: true});
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Beginnings of prompts that a model's process kept, and left where it was killed. */
const sweepPrefixes = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^crowlit-prefix-(\d+)-\w{6}$/.exec(name)?.[1]);
    if (!pid || (pid !== process.pid && isRunning(pid))) continue;
    rmSync(join(folder, name), {recursive: true, force: true});
  }
};

export type DestroyDeps = {
  place: Place;
  master: Buffer;
  /** The key's file, where it is one: it opens nothing any more, and goes. */
  masterKeyFile: string | undefined;
  remains: Remains;
  /** Files that somebody else put there: settings, the certificate of the web server, what a witness was given. */
  keep: readonly string[];
  now: () => string;
  sign: (
    document: SignedCertificate['document'],
    key: {id: string; publicKey: string; privateKey: string},
  ) => SignedCertificate;
  /** Told before each step. */
  onStep?: (step: Step | 'certificate' | 'order' | 'master_key') => void;
};

type Told = NonNullable<DestroyDeps['onStep']>;

/** Each step may be repeated, and none is needed by one after it. */
const carryOut = async (
  {place, keep}: Pick<DestroyDeps, 'place' | 'keep'>,
  told: Told,
  done: (step: Step) => Promise<void>,
): Promise<void> => {
  const {directory} = place;
  const work: Record<Step, () => Promise<void> | void> = {
    keys: () => destroyKeys(place),
    database: () => destroyDatabase(place),
    files: () => {
      const ours = readdirSync(directory).filter(stays);
      removeAllBut(directory, [...keep, ...ours.map(name => join(directory, name))]);
      syncFolder(directory);
    },
    temporary: () => sweepPrefixes(tmpdir()),
  };
  for (const step of steps) {
    told(step);
    await work[step]();
    await done(step);
  }
};

/** On a node that comes late: the others have made the certificate, and it destroys what it still holds itself. */
export const follow = async (
  deps: Pick<DestroyDeps, 'place' | 'keep' | 'remains' | 'onStep'>,
): Promise<void> => {
  await carryOut(deps, deps.onStep ?? (() => undefined), () => Promise.resolve());
  await deps.remains.adopt();
};

/** Everything, keys first. After a crash at any place the next start goes on. The storage must be closed. */
export const destroy = async (deps: DestroyDeps, given: Order): Promise<SignedCertificate> => {
  const {remains} = deps;
  const told = deps.onStep ?? (() => undefined);
  let order = given;
  // done again after a crash: whoever was killed may have written once more
  await carryOut(deps, told, async step => {
    order = {...order, done: {...order.done, [step]: order.done[step] ?? deps.now()}};
    await remains.note(order);
  });
  told('certificate');
  const {id, publicKey, locked} = order.signing;
  const privateKey = createPrivateKey({key: locked, format: 'pem', passphrase: lockFor(deps.master)})
    .export({format: 'der', type: 'pkcs8'})
    .toString('base64');
  const certificate = await remains.certify(
    deps.sign(certificateOf(order), {id, publicKey, privateKey}),
    `${publicKey}\n`,
  );
  await finish(deps);
  return certificate;
};

/** The last things: what could still sign, and what could still open. */
export const finish = async ({
  remains,
  masterKeyFile,
  onStep,
}: Pick<DestroyDeps, 'remains' | 'masterKeyFile' | 'onStep'>): Promise<void> => {
  if (remains.local().order) {
    onStep?.('order');
    await remains.forgetOrder();
  }
  if (masterKeyFile !== undefined && existsSync(masterKeyFile)) {
    onStep?.('master_key');
    shred(masterKeyFile);
  }
};
