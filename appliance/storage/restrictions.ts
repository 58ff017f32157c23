import type {Knex} from 'knex';
import type {Database, Transaction} from './database.ts';

/**
 * Persons whose data is kept and no longer used (GDPR Art. 18): what a law demands to be kept, and what is under a legal
 * hold, after erasure was asked for. The reader gives their data out for the person's own rights alone, and a query that
 * shows or sends something leaves them out with `exclude`.
 */
export type Restrictions = {
  has: (personId: string) => boolean;
  /** Leaves out the rows whose `column` names such a person. */
  exclude: (query: Knex.QueryBuilder, column: string) => void;
  put: (trx: Transaction, row: Restriction) => Promise<void>;
  remove: (trx: Transaction, personIds: readonly string[]) => Promise<void>;
  stop: () => void;
};
export type Restriction = {
  person_id: string;
  /** Null: until what forbids the erasure is gone. */
  until: string | null;
  request_id: string | null;
  reason_sealed: unknown;
  set_at: string;
};

export const restrictionTable = 'storage_restrictions';
/** Another node may have restricted somebody: so often the list is read again, whether somebody asks or not. */
const often = 5_000;

export const createRestrictions = async (deps: {
  db: Database;
  /** Other processes restrict persons, too. */
  shared: boolean;
}): Promise<Restrictions> => {
  const {db} = deps;
  let known = new Set<string>();
  /** Of transactions that have not ended: restricted at once, for a moment too long rather than too short. */
  const pending = new Set<string>();

  let [begun, shown] = [0, 0];
  const read = async (): Promise<void> => {
    const number = ++begun;
    const ids: string[] = await db(restrictionTable).pluck('person_id');
    // one that began earlier and took longer knows less
    if (number < shown) return;
    shown = number;
    known = new Set(ids);
  };
  /** Not waited for where a transaction may be open: SQLite's one connection is taken then. */
  const refresh = (): Promise<void> => read().catch(() => undefined);
  await read();
  const learning = deps.shared ? setInterval(() => void refresh(), often).unref() : undefined;

  return {
    has: personId => known.has(personId) || pending.has(personId),
    exclude: (query, column) => {
      void query.whereNotExists(
        db(restrictionTable)
          .whereRaw('?? = ??', [`${restrictionTable}.person_id`, column])
          .select(db.raw('1')),
      );
    },
    put: async (trx, row) => {
      await trx(restrictionTable).insert(row).onConflict('person_id').merge();
      pending.add(row.person_id);
      const settled = () =>
        read().then(
          () => pending.delete(row.person_id),
          () => undefined,
        );
      void trx.executionPromise.then(settled, settled);
    },
    remove: async (trx, personIds) => {
      await trx(restrictionTable).whereIn('person_id', personIds).delete();
      void trx.executionPromise.then(refresh, () => undefined);
    },
    stop: () => clearInterval(learning),
  };
};
