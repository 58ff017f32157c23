import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);

type Statement = {
  reader: boolean;
  all: (bindings: unknown[]) => unknown[];
  run: (bindings: unknown[]) => {lastInsertRowid: number; changes: number};
};
type Connection = {
  pragma: (text: string) => unknown;
  prepare: (sql: string) => Statement;
  close: () => void;
};
type BaseClient = {
  driver: new (filename: string) => Connection;
  connectionSettings: {filename: string; key: Buffer};
  acquireConnection: () => Promise<Connection>;
  _formatBindings: (bindings: unknown[] | undefined) => unknown[];
};
type Query = {sql: string; bindings?: unknown[]; response?: unknown; context?: unknown};

const Base = require('knex/lib/dialects/better-sqlite3/index.js') as new (config: unknown) => BaseClient;

const statementLimit = 500;
const statements = new WeakMap<Connection, Map<string, Statement>>();

/** Knex prepares every query anew; keeping the statements doubles the rate. The oldest goes when there are too many. */
const prepared = (connection: Connection, sql: string): Statement => {
  let kept = statements.get(connection);
  if (!kept) statements.set(connection, (kept = new Map()));
  let statement = kept.get(sql);
  if (!statement) {
    statement = connection.prepare(sql);
    if (kept.size >= statementLimit) kept.delete(kept.keys().next().value as string);
    kept.set(sql, statement);
  }
  return statement;
};

/**
 * Many rows of one shape, each by the same short statement: faster than one long statement of as many values, and without
 * a new one for every count. Only inside a transaction, whose connection `client` holds.
 */
export const insertEach = async (
  client: EncryptedSqlite,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> => {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const connection = await client.acquireConnection();
  const statement = prepared(
    connection,
    `insert into "${table}" (${columns.map(name => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) statement.run(columns.map(name => row[name]));
};

/**
 * SQLite with the whole file under AES-256 (SQLCipher format, raw key). `temp_store=MEMORY` keeps sorter and
 * temporary files off the disk, where they would be plain; `secure_delete` overwrites what is deleted.
 */
export class EncryptedSqlite extends Base {
  _driver(): unknown {
    return require('better-sqlite3-multiple-ciphers');
  }

  async acquireRawConnection(): Promise<Connection> {
    const {filename, key} = this.connectionSettings;
    const connection = new this.driver(filename);
    connection.pragma(`cipher='sqlcipher'`);
    connection.pragma(`key="x'${key.toString('hex')}'"`);
    for (const setting of [
      'journal_mode=WAL',
      'synchronous=FULL',
      'temp_store=MEMORY',
      'cache_size=-65536',
      'secure_delete=ON',
      'foreign_keys=ON',
      'busy_timeout=10000',
      'wal_autocheckpoint=4000',
    ]) {
      connection.pragma(setting);
    }
    return connection;
  }

  async _query(connection: Connection, query: Query): Promise<Query> {
    const statement = prepared(connection, query.sql);
    const bindings = this._formatBindings(query.bindings);
    if (statement.reader) {
      query.response = statement.all(bindings);
    } else {
      const result = statement.run(bindings);
      query.response = result;
      query.context = {lastID: result.lastInsertRowid, changes: result.changes};
    }
    return query;
  }
}
