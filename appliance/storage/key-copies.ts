import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {addMilliseconds, type Clock} from '../kit/clock.ts';
import {AppError} from '../kit/errors.ts';
import {newId} from '../kit/ids.ts';
import {type Database, openSqlite} from './database.ts';
import type {ErasedList} from './erased-list.ts';
import {beside, destroyFile, syncFile, syncFolder, writeWhole} from './files.ts';
import type {WrappingKeys} from './wrapping-keys.ts';
import {copyWrap, type PersonRow, type RootRow, wrapPerson} from './wrapped.ts';

const day = 86_400_000;
/** So long a copy lives; then it and the key it lies under are destroyed. */
export const copyLife = 7 * day;
const batch = 500;

export type CopyRow = {
  id: string;
  state: 'making' | 'kept' | 'destroyed';
  /** The machine and the data directory whose file it is. */
  place: string;
  made_at: string;
  ends_at: string;
  persons: number;
  destroyed_at: string | null;
};

export const copyFolders = (directory: string) => ({
  copies: join(directory, 'keys', 'backups'),
  keys: join(directory, 'keys', 'backup-keys'),
});
/** `key-store-2026-11-28-<id>.copy`: the day for people, the id for its key. */
export const copyName = (id: string, madeAt: string): string => `key-store-${madeAt.slice(0, 10)}-${id}.copy`;
export const copyId = (file: string): string | undefined =>
  /key-store-\d{4}-\d\d-\d\d-([0-9a-f-]{36})\.copy/.exec(file)?.[1];
const keyFile = (folder: string, id: string): string => join(folder, `${id}.key`);
export const copyKeyFile = keyFile;

/**
 * The key store's own copies: one a day, each under a key of its own that is drawn by chance. Neither the master key nor
 * words to recover it lead to that key; it lies in a folder apart, and is destroyed with its copy after seven days. Within a
 * copy persons' keys lie under the account's key, too, so that copy and key without the master key open nothing.
 */
export const createKeyCopies = (deps: {
  db: Database;
  wrapping: WrappingKeys;
  accountKey: Buffer;
  clock: Clock;
  directory: string;
  /** Where their keys lie; beside the copies unless told otherwise. */
  keysDirectory?: string | undefined;
  erased: ErasedList;
  /** Drops older versions of rows that the database still holds beside its present state. */
  forget: () => Promise<void>;
}) => {
  const {db, clock, wrapping} = deps;
  const table = 'keystore_copies';
  const here = `${hostname()}:${deps.directory}`;
  const folders = copyFolders(deps.directory);
  const keysFolder = deps.keysDirectory ?? folders.keys;
  const under = copyWrap(deps.accountKey);

  const write = async (file: string, key: Buffer): Promise<number> => {
    const copy = await openSqlite({filename: file, key});
    try {
      await copy.schema.createTable('roots', columns => {
        for (const name of ['id', 'kind', 'created_at', 'retired_at']) columns.text(name);
        columns.binary('wrapped');
      });
      await copy.schema.createTable('persons', columns => {
        columns.text('person_id').primary();
        columns.text('created_at');
        columns.binary('wrapped');
      });
      await copy.schema.createTable('erased', columns => {
        columns.text('person_id').primary();
        columns.text('erased_at');
      });
      const roots: RootRow[] = await db('keystore_roots').whereIn('kind', ['account', 'file']);
      await copy('roots').insert(roots);
      let persons = 0;
      for (let after = ''; ; ) {
        const rows: PersonRow[] = await db('keystore_persons')
          .where('person_id', '>', after)
          .orderBy('person_id')
          .limit(batch);
        // made or moved by another node just now
        if (!rows.every(row => wrapping.knows(row.wrapping_id))) {
          await wrapping.refresh();
          continue;
        }
        if (stopping)
          throw new AppError(
            'unavailable',
            'storage.stopping',
            'The appliance stops; the copy is made later.',
          );
        const last = rows.at(-1);
        if (!last) break;
        const inside = rows.map(row => ({
          person_id: row.person_id,
          created_at: row.created_at,
          wrapped: wrapPerson(under, row.person_id, wrapping.open(row)),
        }));
        await copy.batchInsert('persons', inside, batch);
        persons += rows.length;
        after = last.person_id;
        await nextTurn();
      }
      const erased = await db('keystore_erased');
      if (erased.length > 0) await copy.batchInsert('erased', erased, batch);
      await copy.raw('pragma journal_mode=delete');
      return persons;
    } finally {
      await copy.destroy();
    }
  };

  const destroy = async (row: CopyRow): Promise<void> => {
    const file = join(folders.copies, copyName(row.id, row.made_at));
    destroyFile(keyFile(keysFolder, row.id));
    for (const one of [file, `${file}.part`, ...beside(`${file}.part`)]) destroyFile(one);
    await db(table).where({id: row.id}).update({state: 'destroyed', destroyed_at: clock.iso()});
  };

  const making = new Set<string>();
  let stopping = false;

  const kept = async (): Promise<CopyRow[]> => db(table).whereNot({state: 'destroyed'}).orderBy('id', 'desc');

  const idOf = (name: string): string | undefined => copyId(name) ?? /^([0-9a-f-]{36})\.key/.exec(name)?.[1];

  /** What is over here: copies and their keys, files nobody knows, and the names of erased persons no copy can hold. */
  const prune = async (): Promise<number> => {
    const now = clock.iso();
    const alive: CopyRow[] = (await kept()).filter(
      row => row.ends_at > now && (row.state === 'kept' || row.place !== here || making.has(row.id)),
    );
    const known = new Set(alive.map(({id}) => id));
    for (const folder of [keysFolder, folders.copies]) {
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        const id = idOf(name);
        if (id !== undefined && !known.has(id)) destroyFile(join(folder, name));
      }
    }
    const over = (await kept()).filter(row => row.place === here && !known.has(row.id));
    for (const row of over) await destroy(row);
    await db(table)
      .where('ends_at', '<', addMilliseconds(now, -30 * day))
      .delete();
    const before = [addMilliseconds(now, -copyLife), ...alive.map(row => row.made_at)].sort()[0] as string;
    await db('keystore_erased').where('erased_at', '<', before).delete();
    deps.erased.dropBefore(before);
    await deps.forget();
    return over.length;
  };

  const make = async (): Promise<CopyRow> => {
    for (const folder of [folders.copies, keysFolder]) mkdirSync(folder, {recursive: true, mode: 0o700});
    const id = newId();
    const at = clock.iso();
    const row: CopyRow = {
      id,
      state: 'making',
      place: here,
      made_at: at,
      ends_at: addMilliseconds(at, copyLife),
      persons: 0,
      destroyed_at: null,
    };
    making.add(id);
    try {
      // noted first: from now on a key may be in it
      await db(table).insert(row);
      const key = randomBytes(32);
      writeWhole(keyFile(keysFolder, id), `${key.toString('base64')}\n`);
      const file = join(folders.copies, copyName(id, at));
      const part = `${file}.part`;
      rmSync(part, {force: true});
      const persons = await write(part, key);
      key.fill(0);
      syncFile(part);
      renameSync(part, file);
      syncFolder(folders.copies);
      await db(table).where({id}).update({state: 'kept', persons});
      return {...row, state: 'kept', persons};
    } finally {
      making.delete(id);
    }
  };

  return {
    make,
    prune,
    list: async (): Promise<CopyRow[]> => db(table).orderBy('id', 'desc').limit(30),
    /** Those that are kept, wherever they lie, and the files here of which none of them is known. */
    inspect: async (): Promise<{rows: CopyRow[]; unknown: string[]}> => {
      // before the rows: what is made meanwhile is noted before it has a file
      const files = [keysFolder, folders.copies].flatMap(folder =>
        (existsSync(folder) ? readdirSync(folder) : []).map(name => ({name, path: join(folder, name)})),
      );
      const rows = await kept();
      const known = new Set(rows.map(({id}) => id));
      const unknown = files.filter(({name, path}) => {
        const id = idOf(name);
        return id !== undefined && !known.has(id) && existsSync(path);
      });
      return {rows, unknown: unknown.map(({name}) => name)};
    },
    /** What is half-way is given up, and cleared away by the next look. */
    stop: (): void => {
      stopping = true;
    },
    keysFolder,
    folder: folders.copies,
    /** All of them: they open nothing that is still in use. */
    destroyAll: async (except: string): Promise<void> => {
      for (const row of await kept()) if (row.id !== except && row.place === here) await destroy(row);
    },
    /**
     * Until when a copy exists that may hold a key destroyed at this time; the time itself where there is none. An erasure
     * certificate states both.
     */
    lastKeyCopyEnds: async (erasedAt: string): Promise<string> => {
      const ends = (await kept()).filter(row => row.made_at <= erasedAt).map(row => row.ends_at);
      return [erasedAt, ...ends].sort().at(-1) as string;
    },
  };
};
export type KeyCopies = ReturnType<typeof createKeyCopies>;
