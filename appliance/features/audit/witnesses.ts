import {constants} from 'node:fs';
import {access, type FileHandle, open, readdir, readFile, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import type {Storage} from '../../storage/index.ts';
import type {Checkpoint, Checkpoints} from './checkpoints.ts';

/** Where checkpoints go so that a history that is written anew can be told from the one that was. */
export type WitnessPlace = {kind: 'directory' | 'file'; path: string};
export type WitnessState = {
  /** The first two are named in the settings, the others in the console. */
  kind: WitnessPlace['kind'] | 'syslog' | 'mail';
  path: string;
  deliveredSize: number;
  deliveredAt: string | null;
  problem: string | null;
  problemSince: string | null;
  /** What should have arrived by now has not. */
  behind: boolean;
};
type Row = {
  place: string;
  delivered_size: number;
  delivered_at: string | null;
  problem: string | null;
  problem_since: string | null;
};

/** As the settings name them. */
export const witnessPlaces = (named: {
  directory?: string | undefined;
  file?: string | undefined;
}): WitnessPlace[] =>
  (['directory', 'file'] as const).flatMap(kind => {
    const path = named[kind];
    return path === undefined ? [] : [{kind, path}];
  });

const table = 'audit_witnesses';
const suffix = '.checkpoint';
const pageSize = 200;
/** Checkpoints are made every hour. */
const patience = 2 * 3_600_000;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

const writeAndSync = async (file: FileHandle, text: string): Promise<void> => {
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** A file for each checkpoint, made new and never opened for writing again: what a write-once folder allows. */
const addFile = async (folder: string, {size, note}: Checkpoint): Promise<void> => {
  const name = String(size).padStart(12, '0');
  for (let count = 1; ; count += 1) {
    const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}${suffix}`);
    try {
      await writeAndSync(await open(path, 'wx', 0o440), note);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      // delivered before, or left half-written by a crash: then it stays, and the whole one stands beside it
      if ((await readFile(path, 'utf8')) === note) return;
    }
  }
};

/** A line of JSON for each, in a file that a log collector reads. */
const addLine = async (path: string, {size, at, root_hash: rootHash, note}: Checkpoint): Promise<void> =>
  writeAndSync(
    await open(path, 'a', 0o640),
    `${JSON.stringify({time: at, event: 'crowlit.audit.checkpoint', size, rootHash, note})}\n`,
  );

const deliver = ({kind, path}: WitnessPlace, checkpoint: Checkpoint): Promise<void> =>
  kind === 'directory' ? addFile(path, checkpoint) : addLine(path, checkpoint);

const writable = async ({kind, path}: WitnessPlace): Promise<void> => {
  if (kind === 'file') {
    await access(dirname(path), constants.X_OK);
    return;
  }
  if (!(await stat(path)).isDirectory()) throw Object.assign(new Error('not a folder'), {code: 'ENOTDIR'});
  await access(path, constants.W_OK | constants.X_OK);
};

const reasons: Record<string, string> = {
  ENOENT: 'It does not exist.',
  ENOTDIR: 'It is not a folder.',
  EISDIR: 'It is a folder, not a file.',
  EACCES: 'The user that runs the appliance may not write there.',
  EPERM: 'The user that runs the appliance may not write there.',
  EROFS: 'It lies on a file system that cannot be written.',
  ENOSPC: 'The disk is full.',
};
/** Why a place takes no checkpoint, in plain words; null where it does. */
export const witnessProblem = (place: WitnessPlace): Promise<string | null> =>
  writable(place).then(
    () => null,
    (error: unknown) => reasons[codeOf(error)] ?? (error as Error).message,
  );

export const createWitnesses = (deps: {
  storage: Storage;
  clock: Clock;
  places: readonly WitnessPlace[];
  checkpoints: Checkpoints;
  /** Those set in the console, to which checkpoints travel in the background. */
  elsewhere: {wake: () => Promise<void>; states: () => Promise<WitnessState[]>};
}) => {
  const {storage, clock, places, checkpoints} = deps;
  const key = ({kind, path}: WitnessPlace): string => `${kind}:${path}`;
  const find = async (place: WitnessPlace): Promise<Row | undefined> =>
    storage
      .db(table)
      .where({place: key(place)})
      .first();
  const save = async (place: WitnessPlace, change: Omit<Row, 'place'>): Promise<void> => {
    await storage
      .db(table)
      .insert({place: key(place), ...change})
      .onConflict('place')
      .merge();
  };

  /** What is not there yet, the oldest first; where it fails it goes on from there the next time. */
  const deliverTo = async (place: WitnessPlace): Promise<void> => {
    const row = await find(place);
    let done = {delivered_size: row?.delivered_size ?? 0, delivered_at: row?.delivered_at ?? null};
    try {
      await writable(place);
      for (;;) {
        const due = await checkpoints.after(done.delivered_size, pageSize);
        if (due.length === 0) break;
        for (const one of due) {
          await deliver(place, one);
          done = {delivered_size: one.size, delivered_at: clock.iso()};
        }
      }
      await save(place, {...done, problem: null, problem_since: null});
    } catch (error) {
      await save(place, {
        ...done,
        problem: reasons[codeOf(error)] ?? (error as Error).message,
        problem_since: row?.problem_since ?? clock.iso(),
      });
    }
  };

  return {
    deliver: async (): Promise<void> => {
      for (const place of places) await deliverTo(place);
      await deps.elsewhere.wake();
    },
    states: async (): Promise<WitnessState[]> => {
      const last = await checkpoints.last();
      const late = last !== undefined && last.at < addMilliseconds(clock.iso(), -patience);
      const here = places.map(async place => {
        const row = await find(place);
        const deliveredSize = row?.delivered_size ?? 0;
        return {
          ...place,
          deliveredSize,
          deliveredAt: row?.delivered_at ?? null,
          problem: row?.problem ?? null,
          problemSince: row?.problem_since ?? null,
          behind: late && deliveredSize < last.size,
        };
      });
      return [...(await Promise.all(here)), ...(await deps.elsewhere.states())];
    },
    /** What the write-once folders hold: the log is compared with it. */
    kept: async (): Promise<{name: string; note: string}[]> => {
      const found: {name: string; note: string}[] = [];
      for (const {kind, path} of places) {
        if (kind !== 'directory') continue;
        for (const file of await readdir(path).catch((): string[] => [])) {
          if (!file.endsWith(suffix)) continue;
          const name = join(path, file);
          found.push({name, note: await readFile(name, 'utf8')});
        }
      }
      return found;
    },
  };
};
export type Witnesses = ReturnType<typeof createWitnesses>;
