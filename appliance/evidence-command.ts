import {rmSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Appliance} from './appliance.ts';
import type {Config} from './config.ts';
import {type hostOrder, hostWords} from './features/privacy/evidence/evidence.schema.ts';
import {AppError} from './kit/errors.ts';
import {hostProof} from './kit/host-order.ts';
import {newId} from './kit/ids.ts';
import type {z} from 'zod';

type Answer = z.infer<(typeof hostOrder)['response']>;
type Opened = {appliance: Appliance; close: () => Promise<void>};

/** Making a pack renders several documents, after a check where there was none yet. */
const patience = 300_000;
const why: Record<string, string> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is no folder',
  EACCES: 'this user may not',
  EROFS: 'it is read-only',
  ENOSPC: 'the disk is full',
};

/** Of the appliance that runs; undefined where none does, or where this user cannot read its master key. */
const askRunning = async (config: Config, what: 'state' | 'pack'): Promise<Answer | undefined> => {
  const [{findMasterKey, hostKey}, door] = await Promise.all([
    import('./master-key.ts'),
    import('./door.ts'),
  ]);
  const master = findMasterKey(config);
  if (!master || (await door.whoAnswers(config)) !== 'this_appliance') return undefined;
  const at = new Date().toISOString();
  const proof = hostProof(hostKey(master), hostWords(what, at));
  const {status, answer} = await door.order(config, '/api/host/evidence', {what, at, proof}, patience);
  if (status === 200) return answer as Answer;
  const {error} = answer as {error: {message: string; code: string}};
  throw new AppError('unavailable', error.code, error.message);
};

/** For the doctor: how the promises stand. */
export const evidenceState = async (config: Config) => {
  const nobody = {state: 'not_started' as const, broken: [], lastRunAt: null};
  return (await askRunning(config, 'state').catch(() => undefined)) ?? nobody;
};

/** Before anything is asked for: what cannot be kept is not made, and its making not written to the audit log. */
const refuseUnwritable = (folder: string): void => {
  const probe = join(folder, `.crowlit-${newId()}`);
  try {
    writeFileSync(probe, '', {flag: 'wx', mode: 0o600});
    rmSync(probe);
  } catch (cause) {
    const {code = 'error'} = cause as {code?: string};
    throw new AppError(
      'invalid',
      'evidence.not_written',
      `Nothing can be written into ${folder} (${why[code] ?? code}). Nothing was exported. Give another folder with --out.`,
      {cause},
    );
  }
};

/** Beside those that lie there already, whatever their names. */
const put = (folder: string, {name, content}: {name: string; content: Buffer}): string => {
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : name.replace('.zip', `-${number}.zip`));
    try {
      writeFileSync(path, content, {flag: 'wx', mode: 0o640});
      return path;
    } catch (error) {
      if ((error as {code?: string}).code !== 'EEXIST') throw error;
    }
  }
};

const makePack = async (
  config: Config,
  {open, tell}: {open: () => Promise<Opened>; tell: (line: string) => void},
): Promise<{name: string; content: Buffer}> => {
  const answer = await askRunning(config, 'pack');
  if (answer?.pack) return {name: answer.pack.name, content: Buffer.from(answer.pack.base64, 'base64')};
  const {appliance, close} = await open();
  try {
    // what is not running cannot be looked at
    const {lastRunAt} = await appliance.evidence.health();
    if (lastRunAt === null)
      tell(
        'Nothing was checked yet, and the pack says so of every promise. Start the appliance and export again: it checks first.',
      );
    return await appliance.evidencePack(null);
  } finally {
    await close();
  }
};

/** `words`: what stands after `evidence`. */
export const evidenceCommand = async (
  words: string[],
  deps: {
    config: () => Config;
    out: string | undefined;
    open: (config: Config) => Promise<Opened>;
    workingDirectory: string;
    say: (line: string) => void;
    tell: (line: string) => void;
  },
): Promise<number> => {
  const {say, tell} = deps;
  if (words.length !== 1 || words[0] !== 'export') {
    tell(
      'crowlit evidence: say `crowlit evidence export [--out DIR]`, or `crowlit evidence verify PACK [--key KEY]`.',
    );
    return 2;
  }
  const config = deps.config();
  const folder = resolve(deps.workingDirectory, deps.out ?? '.');
  refuseUnwritable(folder);
  say(put(folder, await makePack(config, {open: () => deps.open(config), tell})));
  tell('Evidence, not certification: README.txt in it says how it is read and verified.');
  return 0;
};
