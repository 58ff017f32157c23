/**
 * Storage: an encrypted SQLite file or PostgreSQL, the key store beside it, and the reader of personal columns.
 *
 * A room's store takes `db | trx` first and works on both dialects; ids are UUIDv7 text, times ISO-8601 UTC text, flags
 * integers 0/1, structured values JSON text. Inside a transaction only `trx` (SQLite has one connection), and no network
 * or model call. To write a row with personal columns: `trx(table).insert(await personal.seal(table, rows))`; to read
 * them: `await reader.open<Row>(table, rows)`.
 */
import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError} from '../kit/errors.ts';
import {
  type Database,
  type Dialect,
  openPostgres,
  openSqlite,
  storageError,
  type Transaction,
} from './database.ts';
import type {TableDeclaration} from './declare.ts';
import {holdDirectory} from './hold.ts';
import type {Progress} from './copying.ts';
import {type ErasedList, erasedList} from './erased-list.ts';
import {closeToOthers} from './files.ts';
import {createKeyInspection, type KeysInspected} from './inspect-keys.ts';
import {createFileKey, type FileKey} from './file-key.ts';
import {createKeyCopies, type KeyCopies} from './key-copies.ts';
import {type KeyStore, openKeyStore} from './key-store.ts';
import {showAlive} from './lease.ts';
import {migrate} from './migrate.ts';
import {dataMigrations, keyStoreMigrations} from './migrations/index.ts';
import {createPersonal, type Personal} from './personal.ts';
import {createRestrictions, type Restrictions} from './restrictions.ts';
import {createRotation, type KeyRotation} from './rotation.ts';
import {oneAtATime} from './start-up.ts';
import {keyStoreFileKey} from './wrapped.ts';

export {type Aged, type AgedPlace, type AgedRow, oldestFirst, toAged} from './aged.ts';
export type {Database, Dialect, Transaction} from './database.ts';
export {insertMany, isDuplicate, nextNumber} from './database.ts';
export {sampleOf} from './sample.ts';
export * from './declare.ts';
export type {CopyRow} from './key-copies.ts';
export type {KeysInspected} from './inspect-keys.ts';
export type {KeyStore} from './key-store.ts';
export type {Personal, Reader} from './personal.ts';
export {type Restriction, type Restrictions, restrictionTable} from './restrictions.ts';
export type {RotationKind, RotationRow} from './rotation.ts';

/** Holds the key for what belongs to no person: events of the system itself. */
export const accountPerson = 'account';

export type DatabaseOrTransaction = Database | Transaction;

export type Storage = {
  db: Database;
  dialect: Dialect;
  personal: Personal;
  keys: KeyStore;
  restrictions: Restrictions;
  rotation: KeyRotation;
  copies: KeyCopies;
  inspectKeys: () => Promise<KeysInspected>;
  /** SQLite only: on PostgreSQL there is no file of ours. */
  fileKey: FileKey | undefined;
  /** One transaction; on SQLite they run one after the other. Driver errors become AppErrors with a mend. */
  transaction: <Result>(work: (trx: Transaction) => Promise<Result>) => Promise<Result>;
  /** Whether somebody else has or wants SQLite's one connection now; PostgreSQL has one for everybody. */
  isBusy: () => boolean;
  close: () => Promise<void>;
};

export type StorageOptions = {
  /** Holds `appliance.sqlite` and `keys/key-store.sqlite`; with PostgreSQL only the lock. Made 0700, or closed to that. */
  directory: string;
  /** 'sqlite', or the connection URL of PostgreSQL. */
  database: string;
  /** PostgreSQL only: where the key store lives; the same server's schema `crowlit_keys` unless told otherwise. */
  keyStoreUrl?: string | undefined;
  /** 32 bytes. */
  master: Buffer;
  clock: Clock;
  tables: readonly TableDeclaration[];
  /** Where the keys of the key store's copies lie, if not beside them. */
  copyKeysDirectory?: string | undefined;
  /** Told while the database file is copied under a new key, before anything else begins. */
  onCopying?: Progress | undefined;
};

type Opened = {
  db: Database;
  keys: KeyStore;
  rotation: KeyRotation;
  copies: KeyCopies;
  inspectKeys: () => Promise<KeysInspected>;
  fileKey: FileKey | undefined;
};

const refuseHalfAStore = (dataFile: string, keyFile: string): void => {
  if (existsSync(dataFile) && !existsSync(keyFile)) {
    throw new AppError(
      'unavailable',
      'storage.key_store_missing',
      `The data is there but its key store is not (${keyFile}). Put the key store back, or a copy of it (\`crowlit keys restore FILE\`); nothing was changed.`,
    );
  }
};

/** The key store and what looks after it. */
const openKeys = async (
  options: StorageOptions,
  db: Database,
  {shared, mayMake}: {shared: boolean; mayMake: boolean},
  forget: () => Promise<void>,
): Promise<Omit<Opened, 'db'> & {fileKeyBytes: Buffer}> => {
  const {clock, master, directory} = options;
  mkdirSync(join(directory, 'keys'), {recursive: true, mode: 0o700});
  closeToOthers(join(directory, 'keys'));
  const erased: ErasedList = erasedList(join(directory, 'keys/erased'));
  await migrate({db, clock, table: 'keystore_migrations', migrations: keyStoreMigrations});
  const {
    keys,
    wrapping,
    fileKey: fileKeyBytes,
  } = await openKeyStore({
    db,
    master,
    clock,
    shared,
    mayMake,
    // PostgreSQL: within the hour, by `prune`; a vacuum for each erasure would cost more than the erasure
    forget: shared ? async () => undefined : forget,
    onDestroy: (ids, at) => erased.add(ids, at),
  });
  return {
    keys,
    fileKeyBytes,
    rotation: createRotation({db, wrapping, clock, shared, forget}),
    inspectKeys: createKeyInspection({db, accountKey: keys.accountKey}),
    copies: createKeyCopies({
      db,
      wrapping,
      accountKey: keys.accountKey,
      clock,
      directory,
      keysDirectory: options.copyKeysDirectory,
      erased,
      forget,
    }),
    fileKey: shared
      ? undefined
      : createFileKey({db, master, clock, file: join(directory, 'appliance.sqlite')}),
  };
};

const openSqlitePair = async (options: StorageOptions): Promise<Opened> => {
  const keyDirectory = join(options.directory, 'keys');
  const dataFile = join(options.directory, 'appliance.sqlite');
  const keyFile = join(keyDirectory, 'key-store.sqlite');
  refuseHalfAStore(dataFile, keyFile);
  mkdirSync(keyDirectory, {recursive: true, mode: 0o700});
  const keyDb = await openSqlite({filename: keyFile, key: keyStoreFileKey(options.master)});
  try {
    const {fileKeyBytes, ...opened} = await openKeys(
      options,
      keyDb,
      {shared: false, mayMake: !existsSync(dataFile)},
      async () => {
        // a key that is deleted would stand in the write-ahead log until somebody writes over it
        await keyDb.raw('pragma wal_checkpoint(truncate)');
      },
    );
    const key = (await opened.fileKey?.carryOut(options.onCopying)) ?? fileKeyBytes;
    return {...opened, db: await openSqlite({filename: dataFile, key})};
  } catch (error) {
    await keyDb.destroy();
    throw error;
  }
};

const openPostgresPair = async (options: StorageOptions): Promise<Opened> => {
  const keyDb = await openPostgres(options.keyStoreUrl ?? options.database, 'crowlit_keys');
  try {
    // what PostgreSQL keeps of a deleted row it lets go of at the next vacuum; what a write-ahead archive holds lies
    // under a wrapping key, and is of no use once that one is changed
    const forget = async () => {
      await keyDb.raw('vacuum keystore_persons, keystore_roots').catch(() => undefined);
    };
    const db = await openPostgres(options.database, 'crowlit');
    try {
      const {fileKeyBytes: _none, ...opened} = await oneAtATime(keyDb, async () =>
        openKeys(
          options,
          keyDb,
          {shared: true, mayMake: !(await db.schema.hasTable('storage_migrations'))},
          forget,
        ),
      );
      return {...opened, db};
    } catch (error) {
      await db.destroy();
      throw error;
    }
  } catch (error) {
    await keyDb.destroy();
    throw error;
  }
};

export const openStorage = async (options: StorageOptions): Promise<Storage> => {
  mkdirSync(options.directory, {recursive: true, mode: 0o700});
  closeToOthers(options.directory);
  const release = holdDirectory(options.directory);
  const dialect: Dialect = options.database === 'sqlite' ? 'sqlite' : 'postgres';
  let opened: Opened | undefined;
  try {
    opened = dialect === 'sqlite' ? await openSqlitePair(options) : await openPostgresPair(options);
    const {db, keys, rotation, copies, inspectKeys, fileKey} = opened;
    const prepare = () =>
      migrate({db, clock: options.clock, table: 'storage_migrations', migrations: dataMigrations, keys});
    await (dialect === 'postgres' ? oneAtATime(db, prepare) : prepare());
    await keys.create(accountPerson);
    const restrictions = await createRestrictions({db, shared: dialect === 'postgres'});
    const hide = dialect === 'postgres' ? await showAlive(db) : undefined;
    const close = async (): Promise<void> => {
      restrictions.stop();
      await rotation.stop();
      await hide?.();
      await db.destroy();
      await keys.close();
      release();
    };
    let closed: Promise<void> | undefined;
    return {
      db,
      dialect,
      keys,
      rotation,
      copies,
      inspectKeys,
      fileKey,
      restrictions,
      personal: createPersonal(options.tables, keys, restrictions),
      transaction: async work => {
        try {
          return await db.transaction(work);
        } catch (error) {
          throw storageError(error);
        }
      },
      isBusy: () => {
        const {pool} = db.client as {pool: {numUsed: () => number; numPendingAcquires: () => number}};
        return dialect === 'sqlite' && pool.numUsed() + pool.numPendingAcquires() > 0;
      },
      close: () => (closed ??= close()),
    };
  } catch (error) {
    await opened?.db.destroy();
    await opened?.keys.close();
    release();
    throw storageError(error);
  }
};
