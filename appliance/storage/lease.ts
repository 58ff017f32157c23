import type {Knex} from 'knex';
import {addMilliseconds, type Clock} from '../kit/clock.ts';
import type {Database, Storage, Transaction} from './index.ts';
import {processOwner} from './process-owner.ts';

export {processOwner} from './process-owner.ts';

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

/** Any number that nothing else here uses for advisory locks. */
const aliveLock = 1_129_466_711;

/**
 * PostgreSQL: says that this process lives, by a lock that the server gives back however the process ends. Returns how to
 * stop saying so. Shared, since two appliances in one process are one owner.
 */
export const showAlive = async (db: Database): Promise<() => Promise<void>> => {
  const client = db.client as {
    acquireConnection: () => Promise<{query: (sql: string, values: unknown[]) => Promise<unknown>}>;
    releaseConnection: (connection: unknown) => Promise<void>;
  };
  const connection = await client.acquireConnection();
  await connection.query('select pg_advisory_lock_shared($1, hashtext($2))', [aliveLock, processOwner]);
  return () => client.releaseConnection(connection);
};

/** PostgreSQL: whether another process says that it lives. */
export const othersAlive = async (db: Database): Promise<boolean> => {
  const {rows} = await db.raw<{rows: unknown[]}>(
    `select 1 from pg_locks where locktype = 'advisory' and granted and classid = ${aliveLock} and database = (select oid from pg_database where datname = current_database()) limit 1`,
  );
  return rows.length > 0;
};

/**
 * What a dead process left behind. SQLite belongs to one process, so at its start that is all there is; on PostgreSQL it is
 * what belongs to an owner who holds no lock of `showAlive` any more.
 */
export const ofTheDead =
  (storage: Storage) =>
  (query: Knex.QueryBuilder): void => {
    if (storage.dialect === 'sqlite') return;
    void query.whereRaw(
      `not exists (
        select 1 from pg_locks
        where locktype = 'advisory' and granted and classid = ${aliveLock}
          and objid = (hashtext(lease_owner)::bigint & 4294967295)::oid
          and database = (select oid from pg_database where datname = current_database())
      )`,
    );
  };

/**
 * Gives back the leases of the dead, so that nobody waits for them to run out after a crash.
 * Taken away from a process that lives after all (its connection broke), a turn is not answered twice: `finish` asks for
 * the owner; and a delivery is sent again under the same key.
 */
export const releaseOrphans = async (
  storage: Storage,
  table: string,
  to: string,
  back: string,
): Promise<void> => {
  await storage
    .db(table)
    .where({state: to})
    .modify(ofTheDead(storage))
    .update({state: back, lease_owner: null, lease_until: null});
};
