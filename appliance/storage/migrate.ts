import {AppError} from '../kit/errors.ts';
import type {Clock} from '../kit/clock.ts';
import type {Database, Transaction} from './database.ts';

/** Immutable once released: a later change is a later migration (expand, then contract). */
export type Migration = {name: string; up: (trx: Transaction) => Promise<void>};

/**
 * Applies what is missing, all in one transaction: either the schema is new or nothing was touched. Refuses a schema that
 * a newer version wrote, before anything else.
 */
export const migrate = async (deps: {
  db: Database;
  clock: Clock;
  table: string;
  migrations: readonly Migration[];
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
  await db.transaction(async trx => {
    if (!exists) {
      await trx.schema.createTable(table, columns => {
        columns.text('name').primary();
        columns.text('applied_at').notNullable();
      });
    }
    for (const {name, up} of missing) {
      await up(trx);
      await trx(table).insert({name, applied_at: clock.iso()});
    }
  });
  return {applied: missing.map(({name}) => name)};
};
