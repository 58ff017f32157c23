import {AppError} from '../kit/errors.ts';
import type {Clock} from '../kit/clock.ts';
import type {Database, Transaction} from './database.ts';
import type {KeyStore} from './key-store.ts';

/** Immutable once released: a later change is a later migration (expand, then contract). */
export type Migration = {
  name: string;
  /**
   * What is too much for one transaction, in transactions of its own, once everything before it is committed. It may be cut
   * off anywhere: the next start begins it again, and finds less to do.
   */
  prepare?: (db: Database, keys: Pick<KeyStore, 'find'>) => Promise<void>;
  up: (trx: Transaction) => Promise<void>;
};

/** Each lot is one transaction; what has to be prepared begins another. */
const lotsOf = (migrations: readonly Migration[]): Migration[][] => {
  const lots: Migration[][] = [];
  for (const migration of migrations) {
    const lot = lots.at(-1);
    if (lot && !migration.prepare) lot.push(migration);
    else lots.push([migration]);
  }
  return lots;
};
const noKeys = {find: () => Promise.reject(new Error('no keys were handed to this migration'))};

/**
 * Applies what is missing: of each lot either all is there or nothing was touched. Refuses a schema that a newer version
 * wrote, before anything else.
 */
export const migrate = async (deps: {
  db: Database;
  clock: Clock;
  table: string;
  migrations: readonly Migration[];
  keys?: Pick<KeyStore, 'find'>;
}): Promise<{applied: string[]}> => {
  const {db, clock, table, migrations} = deps;
  const exists = await db.schema.hasTable(table);
  const done = new Set(exists ? await db(table).pluck<string[]>('name') : []);
  const known = new Set(migrations.map(({name}) => name));
  const unknown = [...done].filter(name => !known.has(name));
  if (unknown.length > 0) {
    throw new AppError(
      'unavailable',
      'storage.newer_schema',
      `The database was written by a newer version (${unknown.join(', ')}). Start that version, or restore a backup made with this one; nothing was changed.`,
    );
  }
  const missing = migrations.filter(({name}) => !done.has(name));
  if (missing.length === 0) return {applied: []};
  for (const [place, lot] of lotsOf(missing).entries()) {
    await lot[0]?.prepare?.(db, deps.keys ?? noKeys);
    await db.transaction(async trx => {
      if (!exists && place === 0) {
        await trx.schema.createTable(table, columns => {
          columns.text('name').primary();
          columns.text('applied_at').notNullable();
        });
      }
      for (const {name, up} of lot) {
        await up(trx);
        await trx(table).insert({name, applied_at: clock.iso()});
      }
    });
  }
  return {applied: missing.map(({name}) => name)};
};
