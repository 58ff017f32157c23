import type {Locale} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';
import type {Passage} from './knowledge.schema.ts';

export type DocumentRow = {
  id: string;
  title: string;
  file_name: string;
  kind: 'pdf' | 'docx' | 'html' | 'markdown' | 'text' | null;
  size: number;
  sha256: string;
  state: 'reading' | 'ready' | 'refused';
  refusal: string | null;
  pages: number | null;
  passages: number;
  languages: string;
  lease_owner: string | null;
  uploaded_by: string;
  uploaded_at: string;
  read_at: string | null;
};
export type PassageRow = {
  id: string;
  document_id: string;
  seq: number;
  page: number | null;
  heading: string;
  text: string;
  language: Locale;
  gives_orders: number;
};

const documents = 'knowledge_documents';
const passages = 'knowledge_passages';

export const createKnowledgeStore = (personal: Personal, reader: Reader) => {
  const openDocuments = (rows: object[]) => reader.open<DocumentRow>(documents, rows);
  const titles = async (db: DatabaseOrTransaction, ids: string[]): Promise<Map<string, DocumentRow>> =>
    new Map((await openDocuments(await db(documents).whereIn('id', ids))).map(row => [row.id, row]));

  const toPassages = async (db: DatabaseOrTransaction, rows: PassageRow[]): Promise<Passage[]> => {
    const named = await titles(db, [...new Set(rows.map(row => row.document_id))]);
    return rows.map(row => ({
      id: row.id,
      documentId: row.document_id,
      document: named.get(row.document_id)?.title ?? '',
      heading: JSON.parse(row.heading) as string[],
      page: row.page,
      text: row.text,
      language: row.language,
      givesOrders: row.gives_orders === 1,
    }));
  };

  return {
    list: async (db: DatabaseOrTransaction): Promise<DocumentRow[]> =>
      openDocuments(await db(documents).orderBy('id', 'desc')),
    find: async (db: DatabaseOrTransaction, id: string): Promise<DocumentRow | undefined> =>
      (await openDocuments(await db(documents).where({id})))[0],
    /** The same file, unless it was refused. */
    same: async (db: DatabaseOrTransaction, sha256: string): Promise<DocumentRow | undefined> =>
      (await openDocuments(await db(documents).where({sha256}).whereNot({state: 'refused'}).limit(1)))[0],
    insert: async (trx: Transaction, row: DocumentRow): Promise<void> => {
      await trx(documents).insert(await personal.seal(documents, [row]));
    },
    /** False where it was removed meanwhile. */
    finish: async (
      db: DatabaseOrTransaction,
      id: string,
      values: Partial<
        Pick<
          DocumentRow,
          'kind' | 'state' | 'refusal' | 'pages' | 'passages' | 'languages' | 'lease_owner' | 'read_at'
        >
      >,
    ): Promise<boolean> => (await db(documents).where({id, state: 'reading'}).update(values)) > 0,
    isReading: async (db: DatabaseOrTransaction, id: string): Promise<boolean> =>
      (await db(documents).where({id, state: 'reading'}).first('id')) !== undefined,
    remove: async (trx: Transaction, id: string): Promise<void> => {
      await trx(passages).where({document_id: id}).delete();
      await trx(documents).where({id}).delete();
    },
    removePassages: async (trx: Transaction, documentId: string): Promise<void> => {
      await trx(passages).where({document_id: documentId}).delete();
    },

    insertPassages: async (trx: Transaction, rows: readonly PassageRow[]): Promise<void> => {
      await trx(passages).insert(await personal.seal(passages, rows));
    },
    listPassages: async (
      db: DatabaseOrTransaction,
      documentId: string,
      {after, limit}: {after: number; limit: number},
    ): Promise<{passages: Passage[]; next: number | null}> => {
      const rows: PassageRow[] = await reader.open<PassageRow>(
        passages,
        await db(passages)
          .where({document_id: documentId})
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(limit + 1),
      );
      const page = rows.slice(0, limit);
      return {
        passages: await toPassages(db, page),
        next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
      };
    },
    /** Of documents that are ready, in their order within each. */
    passages: async (db: DatabaseOrTransaction, ids: readonly string[]): Promise<Passage[]> => {
      const rows = await db(passages)
        .whereIn('id', ids as string[])
        .whereIn('document_id', db(documents).where({state: 'ready'}).select('id'))
        .orderBy([
          {column: 'document_id', order: 'desc'},
          {column: 'seq', order: 'asc'},
        ]);
      return toPassages(db, await reader.open<PassageRow>(passages, rows));
    },
    readyPassages: async (db: DatabaseOrTransaction): Promise<number> => {
      const [row] = await db(documents).where({state: 'ready'}).sum({sum: 'passages'});
      return Number(row?.['sum'] ?? 0);
    },
  };
};
export type KnowledgeStore = ReturnType<typeof createKnowledgeStore>;
