import type {Knex} from 'knex';
import type {Database} from '../database.ts';
import type {Migration} from '../migrate.ts';
import {sealStored} from '../personal.ts';

const table = 'conversations_visitors';
const index = 'conversations_visitors_usage';
const names = ['ip', 'device', 'browser'] as const;
const plain = names.map(name => `${name}_personal`);
const batch = 500;

const isPostgres = ({client}: Knex): boolean => (client as {dialect: string}).dialect === 'postgresql';

/** One statement for many rows: each gets its sealed values, and lets go of the plain ones. */
const replace = async (db: Database, rows: readonly Record<string, unknown>[]): Promise<void> => {
  const bytes = `cast(? as ${isPostgres(db) ? 'bytea' : 'blob'})`;
  const changes = names.map((name, at) => `${name}_sealed = one.column${at + 2}, ${name}_personal = null`);
  await db.raw(
    `update ${table} set ${changes.join(', ')}
      from (values ${rows.map(() => `(?, ${names.map(() => bytes).join(', ')})`).join(', ')}) as one
      where ${table}.id = one.column1`,
    rows.flatMap(row => [row['id'], ...names.map(name => row[`${name}_sealed`])]) as Knex.RawBinding[],
  );
};

/** A network address, a device and a browser are a person's, too: from here on they lie under their key. */
export const sealedVisits: Migration = {
  name: '0028-sealed-visits',
  up: async trx => {
    await trx.schema.alterTable(table, columns => {
      for (const name of names) columns.binary(`${name}_sealed`);
    });
  },
};

/** Whose key was destroyed had no right to plain ones any more: of them nothing is kept. */
export const noPlainVisits: Migration = {
  name: '0028-sealed-visits-only',
  prepare: async (db, keys) => {
    for (let last = ''; ; ) {
      const rows: {id: string}[] = await db(table)
        .where('id', '>', last)
        .where(some => {
          for (const name of plain) void some.orWhereNotNull(name);
        })
        .orderBy('id')
        .limit(batch)
        .select('id', ...plain);
      if (rows.length === 0) break;
      last = rows.at(-1)?.id ?? last;
      await replace(db, await sealStored(keys, {table, rowId: 'id', person: 'id', names}, rows));
    }
    // neither database keeps an older version of a row beside the present one
    await db.raw(isPostgres(db) ? `vacuum full ${table}` : 'pragma wal_checkpoint(truncate)');
  },
  up: async trx => {
    await trx.raw(`drop index ${index}`);
    for (const name of plain) await trx.raw(`alter table ${table} drop column ${name}`);
    await trx.raw(
      `create index ${index} on ${table} (created_at, id)
        where ip_sealed is not null or page_sealed is not null or browser_sealed is not null`,
    );
  },
};
