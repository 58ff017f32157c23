import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';

/** The one model chosen to find passages, whether a file here or on a server. */
export type EmbedderRow = {
  id: 'embedder';
  /** What vectors are kept under: a file’s SHA-256, or an id made with each test of a server. */
  embedder: string;
  sha256: string | null;
  /** A file’s name, or the model as the server calls it. */
  name: string;
  destination_id: string | null;
  /** With its `/v1`. */
  url: string | null;
  /** Opened; null where the server wants none. */
  key: string | null;
  /** Null until it was tried. */
  fit: string | null;
  problem: string | null;
  chosen_by: string | null;
  chosen_at: string;
  tested_at: string | null;
};
const table = 'models_embedders';
const id = 'embedder';

export const createEmbedderStore = (storage: Storage, reader: Reader) => ({
  find: async (db: DatabaseOrTransaction): Promise<EmbedderRow | undefined> =>
    (await reader.open<EmbedderRow>(table, await db(table).where({id})))[0],
  put: async (trx: Transaction, row: Omit<EmbedderRow, 'id'>): Promise<void> => {
    const [sealed] = await storage.personal.seal(table, [{...row, id}]);
    await trx(table)
      .insert(sealed ?? {})
      .onConflict('id')
      .merge();
  },
  note: async (
    db: DatabaseOrTransaction,
    values: Partial<Pick<EmbedderRow, 'embedder' | 'fit' | 'problem' | 'tested_at'>>,
  ): Promise<void> => {
    await db(table).where({id}).update(values);
  },
  remove: async (trx: Transaction): Promise<void> => {
    await trx(table).where({id}).delete();
  },
});
