import type {Database} from './database.ts';

/** Any number that nothing else here uses for advisory locks; `lease.ts` has another. */
const startUpLock = 1_129_466_712;

type Connection = {query: (sql: string, values: unknown[]) => Promise<unknown>};

/**
 * PostgreSQL: two appliances that start at once on an empty database would both make schema and keys. The lock belongs to
 * one connection, so that the server gives it back however this process ends.
 */
export const oneAtATime = async <Result>(db: Database, work: () => Promise<Result>): Promise<Result> => {
  const client = db.client as {
    acquireConnection: () => Promise<Connection>;
    releaseConnection: (connection: Connection) => Promise<void>;
  };
  const connection = await client.acquireConnection();
  try {
    await connection.query('select pg_advisory_lock($1)', [startUpLock]);
    return await work();
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [startUpLock]).catch(() => undefined);
    await client.releaseConnection(connection);
  }
};
