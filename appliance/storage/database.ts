import {createRequire} from 'node:module';
import knexModule, {type Knex} from 'knex';
import {AppError} from '../kit/errors.ts';
import {concealPersonal} from './opaque.ts';
import {refuseRenamed} from './results.ts';
import {EncryptedSqlite, insertEach} from './sqlite-client.ts';
import {oneAtATime} from './start-up.ts';

export type Database = Knex;
export type Transaction = Knex.Transaction;
export type Dialect = 'sqlite' | 'postgres';

const require = createRequire(import.meta.url);

// what goes wrong is thrown, and said once, in plain words
const nothing = () => undefined;
const quiet = {warn: nothing, error: nothing, deprecate: nothing, debug: nothing};

export type SqliteOptions = {filename: string; key: Buffer};

/** No result gives a personal column out under another name. And outside of a transaction, too, an error says in plain words what is wrong. Inside one, the transaction does. */
const explained = (database: Database): Database => {
  database.on('query', refuseRenamed);
  const client = database.client as {query: (...parameters: unknown[]) => Promise<unknown>};
  const query = client.query.bind(client);
  client.query = async (...parameters) => {
    try {
      return await query(...parameters);
    } catch (error) {
      throw storageError(error);
    }
  };
  return database;
};

/** Bound values are what people wrote: an error's message, which may be logged, names the statement without them. */
const discreet = {compileSqlOnError: false};

/** Opens the file and reads from it, so that a wrong key or a broken file is found now. */
export const openSqlite = async (options: SqliteOptions): Promise<Database> => {
  const database = knexModule({
    ...discreet,
    client: EncryptedSqlite as unknown as typeof Knex.Client,
    connection: {filename: options.filename, key: options.key} as unknown as Knex.Sqlite3ConnectionConfig,
    useNullAsDefault: true,
    pool: {min: 1, max: 1, acquireTimeoutMillis: 60_000},
    postProcessResponse: concealPersonal,
    log: quiet,
  });
  try {
    await database.raw('select count(*) from sqlite_master');
    return explained(database);
  } catch (error) {
    await database.destroy();
    throw storageError(error);
  }
};

export const unreachable = (cause: unknown): AppError =>
  new AppError(
    'unavailable',
    'storage.unreachable',
    'The database cannot be reached. Check the key `database` and that PostgreSQL accepts the connection.',
    {cause},
  );

/** Rows are returned with numbers for int8 (counts): no count here comes near 2^53. */
export const openPostgres = async (url: string, schema: string): Promise<Database> => {
  const pg = require('pg') as typeof import('pg');
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const database = knexModule({
    ...discreet,
    client: 'pg',
    connection: {connectionString: url, application_name: 'crowlit'},
    searchPath: [schema],
    pool: {min: 1, max: 10, acquireTimeoutMillis: 60_000},
    postProcessResponse: concealPersonal,
    log: quiet,
  });
  try {
    await oneAtATime(database, async () => database.raw('create schema if not exists ??', [schema]));
    return explained(database);
  } catch (error) {
    await database.destroy();
    throw unreachable(error);
  }
};

/** For what is inserted all the time: rows of one shape, sealed already. */
export const insertMany = async (
  trx: Transaction,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> => {
  if (trx.client instanceof EncryptedSqlite) await insertEach(trx.client, table, rows);
  else if (rows.length > 0) await trx(table).insert(rows);
};

/** A number that no row of the table has: PostgreSQL's identity counts, SQLite has one writer. */
export const nextNumber = (trx: Transaction, table: string, column: string): Knex.Raw =>
  trx.client instanceof EncryptedSqlite
    ? trx.raw('(select coalesce(max(??), 0) + 1 from ??)', [column, table])
    : trx.raw('nextval(pg_get_serial_sequence(?, ?))', [table, column]);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Says in plain words what a driver's error means; anything unknown passes through. */
export const storageError = (error: unknown): unknown => {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_NOTADB')) {
    return new AppError(
      'unavailable',
      'storage.wrong_key',
      'The database cannot be opened with this master key. Give the key it was created with; nothing was changed.',
      {cause: error},
    );
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AppError(
      'unavailable',
      'storage.corrupt',
      'The database file is damaged. Stop the appliance, keep the file, and restore the last backup; nothing was changed.',
      {cause: error},
    );
  }
  if (code.startsWith('SQLITE_FULL') || code === '53100' || code === 'ENOSPC') {
    return new AppError(
      'unavailable',
      'storage.disk_full',
      'The disk is full: nothing more can be stored. Free space on the data directory; what was acknowledged is safe.',
      {cause: error},
    );
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_IOERR')
  ) {
    return new AppError(
      'unavailable',
      'storage.unwritable',
      'The database file cannot be written. Check the owner, the mode and the disk of the data directory.',
      {cause: error},
    );
  }
  return error;
};

/** True when an insert met a row that is already there (unique or primary key). */
export const isDuplicate = (error: unknown): boolean => {
  const code = codeOf(error);
  return (
    code.startsWith('SQLITE_CONSTRAINT_UNIQUE') ||
    code.startsWith('SQLITE_CONSTRAINT_PRIMARYKEY') ||
    code === '23505'
  );
};

/** True when an insert or delete met a row of another table that is missing, or that still points here. */
export const isMissingParent = (error: unknown): boolean => {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CONSTRAINT_FOREIGNKEY') || code === '23503';
};
