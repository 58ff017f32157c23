import type {Knex} from 'knex';
import {addMilliseconds, type Clock} from '../kit/clock.ts';
import {newId} from '../kit/ids.ts';
import type {Storage, Transaction} from './index.ts';

/** Names this process in leases. */
export const processOwner = newId();

/**
 * Claims rows of a job table (`state`, `lease_owner`, `lease_until`, `attempts`): rows in `from` that are due, and rows
 * in `to` whose lease has run out because their worker died. Two workers never get the same row.
 */
export const claimRows = async <Row>(deps: {
  storage: Storage;
  clock: Clock;
  table: string;
  from: readonly string[];
  to: string;
  /** Column that says when a row is due, if there is one. */
  due?: string;
  leaseMilliseconds: number;
  limit: number;
  /** Narrows the choice, for an order that must be kept. */
  only?: (query: Knex.QueryBuilder) => void;
}): Promise<Row[]> => {
  const {storage, clock, table, due} = deps;
  const now = clock.iso();
  const until = addMilliseconds(now, deps.leaseMilliseconds);
  const candidates = (trx: Transaction) =>
    trx(table)
      .where(query => {
        void query.where(fresh => {
          void fresh.whereIn('state', deps.from as string[]);
          if (due) void fresh.where(soon => soon.whereNull(due).orWhere(due, '<=', now));
        });
        void query.orWhere(stale => stale.where({state: deps.to}).where('lease_until', '<', now));
      })
      .orderBy('id')
      .limit(deps.limit)
      .select('id')
      .modify(query => {
        deps.only?.(query);
        if (storage.dialect === 'postgres') void query.forUpdate().skipLocked();
      });
  return storage.transaction(async trx => {
    const ids = (await candidates(trx)).map((row: {id: string}) => row.id);
    if (ids.length === 0) return [];
    await trx(table)
      .whereIn('id', ids)
      .update({
        state: deps.to,
        lease_owner: processOwner,
        lease_until: until,
        attempts: trx.raw('attempts + 1'),
      });
    return (await trx(table).whereIn('id', ids).orderBy('id')) as Row[];
  });
};

/**
 * Leases that an earlier process of this data directory left behind. Only where one process owns the database (SQLite):
 * elsewhere another node may be at work, and leases run out by themselves.
 */
export const releaseOrphans = async (
  storage: Storage,
  table: string,
  to: string,
  back: string,
): Promise<void> => {
  if (storage.dialect !== 'sqlite') return;
  await storage.db(table).where({state: to}).update({state: back, lease_owner: null, lease_until: null});
};
