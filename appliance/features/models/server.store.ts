import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import type {Measured} from './models.store.ts';

/** The one connected model server. */
export type ServerRow = {
  id: 'server';
  destination_id: string;
  /** With its `/v1`. */
  url: string;
  model: string;
  /** Opened; null where the server wants none. */
  key: string | null;
  /** How it is told a grammar; null until a test found out. */
  grammar: string | null;
  connected_by: string;
  connected_at: string;
  tested_at: string | null;
  /** Why the last test failed. */
  problem: string | null;
  bench: string | null;
  accuracy: string | null;
};
const table = 'models_servers';
const id = 'server';

export const createServerStore = (storage: Storage, reader: Reader) => ({
  find: async (db: DatabaseOrTransaction): Promise<ServerRow | undefined> =>
    (await reader.open<ServerRow>(table, await db(table).where({id})))[0],
  /** Without the key. */
  place: async (
    db: DatabaseOrTransaction,
  ): Promise<Pick<ServerRow, 'destination_id' | 'model'> | undefined> =>
    db(table).where({id}).first('destination_id', 'model'),
  put: async (trx: Transaction, row: Omit<ServerRow, 'id'>): Promise<void> => {
    const [sealed] = await storage.personal.seal(table, [{...row, id}]);
    await trx(table)
      .insert(sealed ?? {})
      .onConflict('id')
      .merge();
  },
  note: async (
    db: DatabaseOrTransaction,
    values:
      | Exclude<Measured, {verified_at: string}>
      | Partial<Pick<ServerRow, 'grammar' | 'tested_at' | 'problem'>>,
  ): Promise<void> => {
    const stored = Object.entries(values).map(([name, value]): [string, string | null] => [
      name,
      typeof value === 'string' || value === null ? value : JSON.stringify(value),
    ]);
    await db(table).where({id}).update(Object.fromEntries(stored));
  },
  remove: async (trx: Transaction): Promise<void> => {
    await trx(table).where({id}).delete();
  },
});
