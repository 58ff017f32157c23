import {statSync} from 'node:fs';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {Logger} from '../../kit/logger.ts';
import type {RotationRow, Storage, Transaction} from '../../storage/index.ts';
import type {Change, HostAct, KeysView} from './keys.schema.ts';

const day = 86_400_000;
const hour = 3_600_000;

export type KeysDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  /** How often the wrapping key changes by itself; 0: never. */
  everyDays: number;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

const ends = {
  wrapping: 'keys.wrapping_changed',
  file: 'keys.file_changed',
  master: 'keys.master_changed',
  restore: 'keys.restored',
} as const;

const deviceOf = (path: string): number | undefined => statSync(path, {throwIfNoEntry: false})?.dev;

/** What is done with keys, by people and by the clock; how it is done is storage's matter. */
export const createKeys = (deps: KeysDeps) => {
  const {storage, clock, log} = deps;
  const {rotation, copies} = storage;

  const say = (actorId: string | null, action: string, detail: Record<string, unknown>) =>
    storage.transaction(trx => deps.audit(trx, {actorId, action, detail}));

  /** Once its key has changed, a copy of the key store from before opens no database file any more. */
  const renewCopies = async (): Promise<void> => {
    const {id} = await copies.make();
    await copies.destroyAll(id);
  };

  /** What ended goes to the audit log, at the next start if not now: better twice than never. */
  const report = async (): Promise<void> => {
    for (const row of await rotation.unreported()) {
      if (row.kind === 'file') await renewCopies();
      await say(row.started_by, ends[row.kind], {
        startedAt: row.started_at,
        done: row.done,
        total: row.total,
      });
      await rotation.reported(row.id);
    }
  };

  const goOn = async (): Promise<void> => {
    await rotation.resume();
    await report();
  };
  const under = new Set<Promise<unknown>>();
  const tracked = <Result>(work: Promise<Result>): Promise<Result> => {
    const done: Promise<unknown> = work.finally(() => under.delete(done)).catch(() => undefined);
    under.add(done);
    return work;
  };
  const inBackground = (work: Promise<unknown>): void =>
    void tracked(work).catch((error: unknown) =>
      log.error({err: error}, 'work on keys failed and is tried again within the hour'),
    );

  const begin = async (startedBy: string | null): Promise<RotationRow> => {
    const already = await rotation.running();
    const row = await rotation.begin(startedBy);
    if (row.id !== already?.id) await say(startedBy, 'keys.wrapping_change_begun', {});
    return row;
  };

  const isDue = async (): Promise<boolean> =>
    deps.everyDays > 0 &&
    addMilliseconds((await rotation.state()).since.wrapping, deps.everyDays * day) <= clock.iso();

  const view = async (): Promise<KeysView> => {
    const [state, listed] = await Promise.all([rotation.state(), copies.list()]);
    // of one look, so that a change is either under way or in the history
    const underWay = (kind: RotationRow['kind']) =>
      state.rotations.find(row => row.kind === kind && row.finished_at === null);
    const [moving, ordered] = [underWay('wrapping'), underWay('file')];
    const by = state.rotations.flatMap(row => row.started_by ?? []);
    const names = await deps.userNames([...new Set(by)]);
    const shown = (row: RotationRow): Change => ({
      id: row.id,
      kind: row.kind,
      startedAt: row.started_at,
      startedBy: row.started_by === null ? null : (names.get(row.started_by) ?? 'a former user'),
      finishedAt: row.finished_at,
      done: row.done,
      total: row.total,
    });
    const {wrapping, file} = state.since;
    return {
      database: storage.dialect,
      wrapping: {
        since: wrapping,
        persons: state.persons,
        everyDays: deps.everyDays,
        nextAt: deps.everyDays === 0 ? null : addMilliseconds(wrapping, deps.everyDays * day),
        moving: moving ? shown(moving) : null,
      },
      databaseFile: storage.fileKey ? {since: file, ordered: ordered ? shown(ordered) : null} : null,
      copies: {
        folder: copies.folder,
        keysFolder: copies.keysFolder,
        keysBeside: deviceOf(copies.folder) === deviceOf(copies.keysFolder),
        list: listed.map(row => ({
          id: row.id,
          state: row.state,
          madeAt: row.made_at,
          endsAt: row.ends_at,
          persons: row.persons,
        })),
      },
      history: state.rotations.filter(row => row.finished_at !== null).map(shown),
    };
  };

  const rotate = async (startedBy: string | null): Promise<void> => {
    await begin(startedBy);
    inBackground(goOn());
  };

  const orderFile = async (startedBy: string | null): Promise<void> => {
    if (!storage.fileKey)
      throw new AppError(
        'conflict',
        'keys.no_file',
        'The data is in PostgreSQL: there is no file here whose key could change. Personal fields are sealed; the disk is encrypted by its host.',
      );
    if (await storage.fileKey.open()) return;
    await storage.fileKey.order(startedBy);
    await say(startedBy, 'keys.file_change_ordered', {});
  };

  let timer: NodeJS.Timeout | undefined;
  const lookAfter = async (): Promise<void> => {
    await copies.prune();
    await goOn();
  };

  return {
    view,
    rotate,
    orderFile,
    /** Of the day: a copy is made, and a wrapping key that is old enough changes. */
    daily: (): Promise<void> =>
      tracked(
        (async () => {
          await copies.prune();
          await copies.make();
          if (await isDue()) await begin(null);
          await goOn();
        })(),
      ),
    order: async (act: HostAct): Promise<KeysView> => {
      if (act === 'rotate') await rotate(null);
      if (act === 'rotate-file') await orderFile(null);
      if (act === 'copy') await copies.make();
      return view();
    },
    /** Goes on with what an earlier run began; then every hour, on every node: files are this machine's own. */
    start: (): void => {
      inBackground(lookAfter());
      timer = setInterval(() => inBackground(lookAfter()), hour).unref();
    },
    /** For the command line, which waits for the end. */
    finish: goOn,
    stop: async (): Promise<void> => {
      clearInterval(timer);
      copies.stop();
      await rotation.stop();
      await Promise.all(under);
    },
  };
};
export type Keys = ReturnType<typeof createKeys>;
