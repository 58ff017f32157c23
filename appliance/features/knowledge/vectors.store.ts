import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

/** `vector` is null where the model can make nothing of the passage. */
export type VectorRow = {passage_id: string; document_id: string; embedder: string; vector: string | null};
export type Unread = {id: string; text: string};

const table = 'knowledge_vectors';
const documents = 'knowledge_documents';
const passages = 'knowledge_passages';

/** Sealed as text, since that is what is sealed. */
const pack = ({buffer, byteOffset, byteLength}: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
const unpack = (packed: string): Float32Array => {
  const bytes = Buffer.from(packed, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

export const createVectorStore = (personal: Personal, reader: Reader) => ({
  /** Those that can be quoted, in the order they came; `embedder` is the model that has read all their passages. */
  documents: async (
    db: DatabaseOrTransaction,
  ): Promise<{id: string; passages: number; embedder: string | null}[]> =>
    db(documents).where({state: 'ready'}).orderBy('id').select('id', 'passages', 'embedder'),
  /** Passages of a document that this model has not read yet, with the headings above them. */
  unread: async (
    db: DatabaseOrTransaction,
    documentId: string,
    embedder: string,
    limit: number,
  ): Promise<Unread[]> => {
    const rows = await db(passages)
      .where({document_id: documentId})
      .whereNotIn('id', db(table).where({document_id: documentId, embedder}).select('passage_id'))
      .orderBy('seq')
      .limit(limit)
      .select('id', 'heading_sealed', 'text_sealed');
    const opened = await reader.open<{id: string; heading: string; text: string}>(passages, rows);
    return opened.map(({id, heading, text}) => ({
      id,
      text: [...(JSON.parse(heading) as string[]), text].join('\n'),
    }));
  },
  /** How many passages of documents not read to the end this model has read. */
  readOf: async (db: DatabaseOrTransaction, documentIds: readonly string[], embedder: string) => {
    const [row] = await db(table)
      .whereIn('document_id', documentIds as string[])
      .where({embedder})
      .count({count: '*'});
    return Number(row?.['count'] ?? 0);
  },
  /** What was removed meanwhile gets none. */
  put: async (
    trx: Transaction,
    {documentId, embedder}: {documentId: string; embedder: string},
    vectors: ReadonlyMap<string, Float32Array | null>,
  ): Promise<void> => {
    const there: string[] = await trx(passages)
      .whereIn('id', [...vectors.keys()])
      .pluck('id');
    const rows = there.map(id => {
      const vector = vectors.get(id) ?? null;
      return {
        passage_id: id,
        document_id: documentId,
        embedder,
        vector: vector === null ? null : pack(vector),
      };
    });
    if (rows.length === 0) return;
    await trx(table)
      .insert(await personal.seal(table, rows))
      .onConflict('passage_id')
      .merge();
  },
  finish: async (db: DatabaseOrTransaction, documentId: string, embedder: string): Promise<void> => {
    await db(documents).where({id: documentId}).update({embedder});
  },
  load: async (
    db: DatabaseOrTransaction,
    documentId: string,
    embedder: string,
    page: {after: string; limit: number},
  ): Promise<{passageId: string; vector: Float32Array | null}[]> => {
    const rows = await db(table)
      .where({document_id: documentId, embedder})
      .where('passage_id', '>', page.after)
      .orderBy('passage_id')
      .limit(page.limit);
    return (await reader.open<VectorRow>(table, rows)).map(({passage_id, vector}) => ({
      passageId: passage_id,
      vector: vector === null ? null : unpack(vector),
    }));
  },
  remove: async (trx: Transaction, documentId: string): Promise<void> => {
    await trx(table).where({document_id: documentId}).delete();
  },
  /** Of every model but this one; of all where none is chosen. */
  removeOthers: async (trx: Transaction, embedder: string | null): Promise<void> => {
    const others = (query: {whereNot: (where: object) => unknown}) =>
      embedder === null ? query : query.whereNot({embedder});
    await trx(table).modify(others).delete();
    await trx(documents).whereNotNull('embedder').modify(others).update({embedder: null});
  },
});
export type VectorStore = ReturnType<typeof createVectorStore>;
