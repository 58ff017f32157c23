import {existsSync, linkSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError} from '../kit/errors.ts';
import {copyEncrypted} from './copying.ts';
import {type Database, openPostgres, openSqlite, type Transaction} from './database.ts';
import {beside, destroyFile, syncFile, syncFolder} from './files.ts';
import {holdDirectory} from './hold.ts';
import {othersAlive} from './lease.ts';
import {opensKeyStore} from './master-check.ts';
import {migrate} from './migrate.ts';
import {keyStoreMigrations} from './migrations/index.ts';
import {newRotation} from './rotation.ts';
import {keyStoreFileKey, masterWrap, openRoot, type RootKind, type RootRow, wrapRoot} from './wrapped.ts';

export type MasterChange = {
  directory: string;
  database: string;
  keyStoreUrl?: string | undefined;
  from: Buffer;
  to: Buffer;
  clock: Clock;
};

/** What lies under the master key, wrapped anew. In one transaction: either all of it opens with the one, or with the other. */
const rewrap = async (trx: Transaction, {from, to, clock}: MasterChange): Promise<void> => {
  const rows: RootRow[] = await trx('keystore_roots').whereIn('kind', ['account', 'file', 'file_next']);
  for (const row of rows) {
    const kind: RootKind = row.kind === 'file_next' ? 'file' : row.kind;
    const key = openRoot(masterWrap(from), kind, row);
    await trx('keystore_roots')
      .where({id: row.id})
      .update({wrapped: wrapRoot(masterWrap(to), kind, row.id, key)});
    key.fill(0);
  }
  const now = clock.iso();
  await trx('keystore_rotations').insert(
    newRotation('master', 'done', now, {total: rows.length, done: rows.length, finished_at: now}),
  );
};

const upToDate = (db: Database, clock: Clock) =>
  migrate({db, clock, table: 'keystore_migrations', migrations: keyStoreMigrations});

const inUse = (): AppError =>
  new AppError(
    'conflict',
    'storage.in_use',
    'An appliance is running on this database. Stop every node, then change the master key; nothing was changed.',
  );

/** The key store's file is under the master key, too: a copy under the new one takes its name in one step. */
const changeSqlite = async (change: MasterChange): Promise<void> => {
  const file = join(change.directory, 'keys/key-store.sqlite');
  const [next, old] = [`${file}.next`, `${file}.old`];
  const present = await openSqlite({filename: file, key: keyStoreFileKey(change.from)});
  try {
    await upToDate(present, change.clock);
  } finally {
    await present.destroy();
  }
  await copyEncrypted({
    from: file,
    fromKey: keyStoreFileKey(change.from),
    to: next,
    toKey: keyStoreFileKey(change.to),
  });
  const copy = await openSqlite({filename: next, key: keyStoreFileKey(change.to)});
  try {
    await copy.transaction(trx => rewrap(trx, change));
    await copy.raw('pragma journal_mode=delete');
  } finally {
    await copy.destroy();
  }
  syncFile(next);
  // a log of the old file under the name of the new one's would be taken for its own
  for (const one of beside(file)) destroyFile(one);
  rmSync(old, {force: true});
  linkSync(file, old);
  renameSync(next, file);
  syncFolder(dirname(file));
};

const changePostgres = async (change: MasterChange): Promise<void> => {
  const db = await openPostgres(change.keyStoreUrl ?? change.database, 'crowlit_keys');
  try {
    await upToDate(db, change.clock);
    await db.transaction(trx => rewrap(trx, change));
    await db.raw('vacuum keystore_roots');
  } finally {
    await db.destroy();
  }
};

/** PostgreSQL: whether a node lives on the data's database. */
const refuseWhileServed = async (change: MasterChange): Promise<void> => {
  if (change.database === 'sqlite') return;
  const db = await openPostgres(change.database, 'crowlit');
  try {
    if (await othersAlive(db)) throw inUse();
  } finally {
    await db.destroy();
  }
};

/**
 * Another master key for what is stored. Run again after a crash, it goes on: at every moment exactly one of the two opens the
 * key store. `already`: the new one does, and nothing was left to do but to remove the old file.
 */
export const changeMaster = async (change: MasterChange): Promise<'changed' | 'already'> => {
  const release = holdDirectory(change.directory);
  const file = join(change.directory, 'keys/key-store.sqlite');
  try {
    await refuseWhileServed(change);
    const opens = (master: Buffer) => opensKeyStore({...change, master});
    const already = (await opens(change.to)) === true;
    if (!already) {
      const known = await opens(change.from);
      if (known !== true) {
        throw new AppError(
          'unavailable',
          known === undefined ? 'storage.no_key_store' : 'storage.wrong_key',
          known === undefined
            ? 'There is no key store yet: the first start makes it with the master key it is given.'
            : 'Neither the present master key nor the new one opens the key store. Give the one it was made with; nothing was changed.',
        );
      }
      await (change.database === 'sqlite' ? changeSqlite(change) : changePostgres(change));
    }
    for (const one of [`${file}.old`, `${file}.next`, ...beside(`${file}.next`)])
      if (existsSync(one)) destroyFile(one);
    return already ? 'already' : 'changed';
  } finally {
    release();
  }
};
