import {writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Appliance} from './appliance.ts';
import type {Config} from './config.ts';
import {type hostOrder, hostWords} from './features/privacy/evidence/evidence.schema.ts';
import {AppError} from './kit/errors.ts';
import {hostProof} from './kit/host-order.ts';
import type {z} from 'zod';

type Answer = z.infer<(typeof hostOrder)['response']>;
type Opened = {appliance: Appliance; close: () => Promise<void>};

/** Making a pack renders several documents. */
const patience = 120_000;

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

const exportPack = async (config: Config, folder: string, open: () => Promise<Opened>): Promise<string> => {
  const put = (name: string, content: Buffer): string => {
    const path = join(folder, name);
    try {
      writeFileSync(path, content, {flag: 'wx', mode: 0o640});
    } catch (cause) {
      const {code = 'error'} = cause as {code?: string};
      throw new AppError(
        'invalid',
        'evidence.not_written',
        `${path} cannot be written (${code}). Give another folder with --out.`,
        {
          cause,
        },
      );
    }
    return path;
  };
  const answer = await askRunning(config, 'pack');
  if (answer?.pack) return put(answer.pack.name, Buffer.from(answer.pack.base64, 'base64'));
  const {appliance, close} = await open();
  try {
    const {name, content} = await appliance.evidencePack(null);
    return put(name, content);
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
  say(await exportPack(config, folder, () => deps.open(config)));
  tell('Evidence, not certification: README.txt in it says how it is read and verified.');
  return 0;
};
