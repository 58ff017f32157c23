import type {Knex} from 'knex';
import type {Database, Transaction} from './database.ts';
import {EncryptedSqlite} from './sqlite-client.ts';

/** One thing that has a period of retention: a conversation with all that hangs on it, a lead, a letter. */
export type Aged = {
  id: string;
  /** The visitor whose it is; null where it is nobody's who could be erased with it. */
  personId: string | null;
  siteId: string | null;
  /** What its period begins with. */
  at: string;
};
/** A row of any table, selected under these names. */
export type AgedRow = {id: string; person: string; site_id: string; at: string};
export const toAged = (row: AgedRow): Aged => ({
  id: row.id,
  personId: row.person,
  siteId: row.site_id,
  at: row.at,
});
/** The last one that was looked at; the next ones are later, or as late and behind it. */
export type AgedPlace = {at: string; id: string};

/** The oldest first, before the cutoff and behind the place; in a transaction those that nobody else writes to this moment. */
export const oldestFirst = (
  db: Database | Transaction,
  query: Knex.QueryBuilder,
  column: string,
  {before, after, limit}: {before: string; after: AgedPlace | null; limit: number},
): Knex.QueryBuilder => {
  void query.where(column, '<', before).orderBy([column, 'id']).limit(limit);
  if (after) {
    void query
      .where(column, '>=', after.at)
      .where(later => void later.where(column, '>', after.at).orWhere('id', '>', after.id));
  }
  if (db.isTransaction && !(db.client instanceof EncryptedSqlite)) void query.forUpdate().skipLocked();
  return query;
};
