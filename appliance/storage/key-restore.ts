import {existsSync, mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError} from '../kit/errors.ts';
import {type Database, openPostgres, openSqlite, type Transaction} from './database.ts';
import {erasedList} from './erased-list.ts';
import {beside, syncFile, syncFolder} from './files.ts';
import {holdDirectory} from './hold.ts';
import {copyFolders, copyId, copyKeyFile} from './key-copies.ts';
import {othersAlive} from './lease.ts';
import {opensFile} from './master-check.ts';
import {migrate} from './migrate.ts';
import {keyStoreMigrations} from './migrations/index.ts';
import {newRotation} from './rotation.ts';
import {openWrappingKeys} from './wrapping-keys.ts';
import {
  copyWrap,
  isMasterOf,
  keyStoreFileKey,
  masterWrap,
  openPerson,
  openRoot,
  type PersonRow,
  type RootRow,
} from './wrapped.ts';

const batch = 500;

export type KeyRestore = {
  file: string;
  directory: string;
  /** Where the copies' keys lie; beside the copies unless told otherwise. */
  keysDirectory?: string | undefined;
  database: string;
  keyStoreUrl?: string | undefined;
  master: Buffer;
  clock: Clock;
};
/** `erased`: keys in the copy that stay destroyed. `present`: those that were there. */
export type Restored = {restored: number; present: number; erased: number};

const refuse = (code: string, message: string, cause?: unknown): AppError =>
  new AppError('unavailable', `storage.${code}`, `${message} Nothing was changed.`, {cause});

const openCopy = async ({file, directory, keysDirectory}: KeyRestore): Promise<Database> => {
  const id = copyId(basename(file));
  if (!existsSync(file) || id === undefined)
    throw refuse('copy_unknown', `${file} is no copy of the key store (keys/backups/key-store-….copy).`);
  const keyFile = copyKeyFile(keysDirectory ?? copyFolders(directory).keys, id);
  if (!existsSync(keyFile))
    throw refuse(
      'copy_over',
      `The key of this copy (${keyFile}) is not there: a copy and its key are destroyed after seven days, and nothing opens it any more.`,
    );
  try {
    return await openSqlite({
      filename: file,
      key: Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'base64'),
    });
  } catch (cause) {
    throw refuse(
      'copy_damaged',
      `${file} does not open with its key: it is damaged, or another file.`,
      cause,
    );
  }
};

/** The key store that is there; a new one gets its name only when it is whole. */
const openPresent = async (options: KeyRestore): Promise<{db: Database; settle: () => Promise<void>}> => {
  if (options.database !== 'sqlite') {
    const db = await openPostgres(options.keyStoreUrl ?? options.database, 'crowlit_keys');
    return {db, settle: () => db.destroy()};
  }
  const file = join(options.directory, 'keys/key-store.sqlite');
  const key = keyStoreFileKey(options.master);
  if (!existsSync(file)) {
    const part = `${file}.part`;
    for (const one of [part, ...beside(part)]) rmSync(one, {force: true});
    const db = await openSqlite({filename: part, key});
    return {
      db,
      settle: async () => {
        await db.raw('pragma journal_mode=delete');
        await db.destroy();
        syncFile(part);
        renameSync(part, file);
        syncFolder(join(options.directory, 'keys'));
      },
    };
  }
  try {
    const db = await openSqlite({filename: file, key});
    return {db, settle: () => db.destroy()};
  } catch (cause) {
    throw refuse(
      'present_unreadable',
      `The key store that is there (${file}) does not open with this master key. Is it damaged, move it and the files named like it to another place, then run this again.`,
      cause,
    );
  }
};

/** The roots of the copy, where there is no key store; where there is one, they must be the same. */
const settleRoots = async (
  trx: Transaction,
  copied: readonly RootRow[],
  account: RootRow,
  {master}: KeyRestore,
): Promise<Buffer> => {
  const accountKey = openRoot(masterWrap(master), 'account', account);
  const present: RootRow | undefined = await trx('keystore_roots').where({kind: 'account'}).first();
  if (!present) {
    await trx('keystore_roots').insert(copied);
    return accountKey;
  }
  if (!isMasterOf(master, present) || !openRoot(masterWrap(master), 'account', present).equals(accountKey))
    throw refuse('copy_other_account', 'This copy belongs to another installation.');
  return accountKey;
};

const refuseOtherFile = (copied: readonly RootRow[], {directory, master, database}: KeyRestore): void => {
  const file = join(directory, 'appliance.sqlite');
  if (database !== 'sqlite' || !existsSync(file)) return;
  const root = copied.find(({kind}) => kind === 'file');
  if (!root || opensFile(file, openRoot(masterWrap(master), 'file', root)) !== true)
    throw refuse(
      'copy_older_file_key',
      'The key of the database file was changed after this copy was made: take a later one.',
    );
};

/**
 * Keys of a copy are put back into the key store, or a lost key store is made anew from it. Whose key was destroyed after the
 * copy was made stays erased: their ids stand in the key store, in the list beside it, and in the copy. All in one
 * transaction, while no appliance runs.
 */
export const restoreKeys = async (options: KeyRestore): Promise<Restored> => {
  mkdirSync(join(options.directory, 'keys'), {recursive: true, mode: 0o700});
  const release = holdDirectory(options.directory);
  const open: Database[] = [];
  try {
    const copy = await openCopy(options);
    open.push(copy);
    const copied: RootRow[] = await copy('roots');
    const account = copied.find(({kind}) => kind === 'account');
    if (!account || !isMasterOf(options.master, account))
      throw refuse(
        'copy_other_master',
        'This copy was made under another master key. Give that one (masterKeyFile), restore, then change the master key again.',
      );
    refuseOtherFile(copied, options);
    if (options.database !== 'sqlite') {
      const data = await openPostgres(options.database, 'crowlit');
      open.push(data);
      if (await othersAlive(data))
        throw refuse('in_use', 'An appliance is running on this database. Stop every node, then restore.');
    }
    const {db, settle} = await openPresent(options);
    open.push(db);
    await migrate({db, clock: options.clock, table: 'keystore_migrations', migrations: keyStoreMigrations});
    const listed = erasedList(join(options.directory, 'keys/erased')).read();
    const restored = await db.transaction(async trx => {
      const accountKey = await settleRoots(trx, copied, account, options);
      const wrapping = await openWrappingKeys({db: trx, accountKey, clock: options.clock});
      const under = wrapping.current();
      const erasedRows: {person_id: string; erased_at: string}[] = [
        ...(await copy('erased')),
        ...(await trx('keystore_erased')),
        ...listed.map(({id, at}) => ({person_id: id, erased_at: at})),
      ];
      const erased = new Set(erasedRows.map(row => row.person_id));
      for (let at = 0; at < erasedRows.length; at += batch)
        await trx('keystore_erased')
          .insert(erasedRows.slice(at, at + batch))
          .onConflict('person_id')
          .ignore();
      const result: Restored = {restored: 0, present: 0, erased: 0};
      for (let after = ''; ; ) {
        const rows: PersonRow[] = await copy('persons')
          .where('person_id', '>', after)
          .orderBy('person_id')
          .limit(batch);
        const last = rows.at(-1);
        if (!last) break;
        after = last.person_id;
        const ids = rows.map(row => row.person_id);
        const there = new Set<string>(
          await trx('keystore_persons').whereIn('person_id', ids).pluck('person_id'),
        );
        const missing = rows.filter(row => !there.has(row.person_id) && !erased.has(row.person_id));
        result.present += there.size;
        result.erased += ids.filter(id => !there.has(id) && erased.has(id)).length;
        result.restored += missing.length;
        if (missing.length === 0) continue;
        await trx('keystore_persons').insert(
          missing.map(row => ({
            person_id: row.person_id,
            wrapping_id: under,
            wrapped: wrapping.wrap(under, row.person_id, openPerson(copyWrap(accountKey), row)),
            created_at: row.created_at,
          })),
        );
      }
      const now = options.clock.iso();
      await trx('keystore_rotations').insert(
        newRotation('restore', 'done', now, {
          total: result.restored + result.present + result.erased,
          done: result.restored,
          finished_at: now,
        }),
      );
      return result;
    });
    await settle();
    return restored;
  } finally {
    for (const db of open) await db.destroy();
    release();
  }
};
