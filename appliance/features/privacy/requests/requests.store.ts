import {AppError} from '../../../kit/errors.ts';
import type {Locale} from '../../../kit/schema.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../../storage/index.ts';
import type {ObjectionTo, RequestKind, RequestState} from './requests.schema.ts';

export type RequestRow = {
  id: string;
  kind: RequestKind;
  objection: ObjectionTo | null;
  state: RequestState;
  origin: 'widget' | 'console';
  proof: 'session' | 'mail' | 'console' | null;
  language: Locale;
  conversation_id: string | null;
  opened_by: string | null;
  created_at: string;
  due_at: string;
  extended_at: string | null;
  closed_at: string | null;
  closed_by: string | null;
  outcome: string | null;
  address: string | null;
  words: string | null;
  extension: string | null;
  answer: string | null;
  address_index: string | null;
  code_hash: string | null;
  code_until: string | null;
  code_tries: number;
  receipt_hash: string | null;
  certificate: string | null;
};

export const requestTable = 'privacy_requests';
const persons = 'privacy_request_persons';
export const mostTries = 5;
/** What is closed is out of the queue. */
export const pending = ['open', 'running', 'held'] as const;
const closed = ['done', 'refused'] as const;

export const createRequestStore = (storage: Storage, reader: Reader) => {
  const open = (rows: object[]) => reader.open<RequestRow>(requestTable, rows);

  return {
    insert: async (trx: Transaction, row: RequestRow): Promise<void> => {
      await trx(requestTable).insert(await storage.personal.seal(requestTable, [row]));
    },
    find: async (db: DatabaseOrTransaction, id: string): Promise<RequestRow | undefined> =>
      (await open(await db(requestTable).where({id})))[0],
    get: async (db: DatabaseOrTransaction, id: string): Promise<RequestRow> => {
      const [row] = await open(await db(requestTable).where({id}).whereNot({state: 'unproved'}));
      if (!row)
        throw new AppError('not_found', 'privacy.unknown_request', 'This request does not exist any more.');
      return row;
    },
    /** Nobody else changes it until the transaction ends. */
    lock: async (trx: Transaction, id: string): Promise<Pick<RequestRow, 'id' | 'state'>> => {
      const row = await trx(requestTable).where({id}).forUpdate().first('id', 'state');
      if (!row)
        throw new AppError('not_found', 'privacy.unknown_request', 'This request does not exist any more.');
      return row as Pick<RequestRow, 'id' | 'state'>;
    },
    update: async (trx: Transaction, id: string, change: Partial<RequestRow>): Promise<void> => {
      const [row] = await storage.personal.seal(requestTable, [{...change, id}]);
      await trx(requestTable).where({id}).update(row);
    },
    byReceipt: async (db: DatabaseOrTransaction, hash: string): Promise<RequestRow | undefined> =>
      (await open(await db(requestTable).where({receipt_hash: hash})))[0],

    /** Newest first; of those that somebody waits for, the oldest. */
    page: async (query: {
      state?: 'open' | 'closed' | undefined;
      cursor?: string | undefined;
      limit: number;
    }) => {
      const oldestFirst = query.state === 'open';
      const rows: RequestRow[] = await storage
        .db(requestTable)
        .whereNot({state: 'unproved'})
        .modify(builder => {
          if (query.state) void builder.whereIn('state', query.state === 'open' ? pending : closed);
          if (query.cursor) void builder.where('id', oldestFirst ? '>' : '<', query.cursor);
        })
        .orderBy('id', oldestFirst ? 'asc' : 'desc')
        .limit(query.limit + 1);
      const shown = rows.slice(0, query.limit);
      return {rows: shown, nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null};
    },
    counts: async (now: string): Promise<{open: number; overdue: number; closed: number}> => {
      const count = async (states: readonly string[], before?: string): Promise<number> => {
        const [row]: {n: number}[] = await storage
          .db(requestTable)
          .whereIn('state', [...states])
          .modify(query => {
            if (before !== undefined) void query.where('due_at', '<', before);
          })
          .count({n: '*'});
        return row?.n ?? 0;
      };
      return {open: await count(pending), overdue: await count(pending, now), closed: await count(closed)};
    },

    addPersons: async (trx: Transaction, id: string, personIds: readonly string[]): Promise<void> => {
      if (personIds.length > 0)
        await trx(persons).insert(personIds.map(personId => ({request_id: id, person_id: personId})));
    },
    persons: async (db: DatabaseOrTransaction, id: string): Promise<string[]> =>
      db(persons).where({request_id: id}).orderBy('person_id').pluck('person_id'),
    countPersons: async (ids: readonly string[]): Promise<Map<string, number>> => {
      const rows: {request_id: string; n: number}[] = await storage
        .db(persons)
        .whereIn('request_id', [...ids])
        .groupBy('request_id')
        .select('request_id')
        .count({n: '*'});
      return new Map(rows.map(row => [row.request_id, row.n]));
    },

    /** How many were begun from a chat, or for an address, since then. */
    begunSince: async (
      db: DatabaseOrTransaction,
      by: {conversation_id: string} | {address_index: string},
      since: string,
    ): Promise<number> => {
      const [row]: {n: number}[] = await db(requestTable)
        .where({...by, origin: 'widget'})
        .where('created_at', '>', since)
        .count({n: '*'});
      return row?.n ?? 0;
    },
    /** Counts a try before it is judged, so that many at once do not slip through. */
    countTry: async (trx: Transaction, id: string, now: string): Promise<boolean> =>
      (await trx(requestTable)
        .where({id, state: 'unproved'})
        .where('code_until', '>', now)
        .where('code_tries', '<', mostTries)
        .increment('code_tries', 1)) === 1,

    /** Codes that nobody used in time. */
    staleCodes: async (now: string): Promise<string[]> =>
      storage
        .db(requestTable)
        .where({state: 'unproved'})
        .where('code_until', '<', now)
        .limit(500)
        .pluck('id'),
    remove: async (trx: Transaction, ids: readonly string[]): Promise<void> => {
      await trx(requestTable)
        .whereIn('id', [...ids])
        .delete();
    },
    /** Closed before then, or an erasure that is done: with something that says of whom. */
    toEmpty: async (before: string): Promise<string[]> =>
      storage
        .db(requestTable)
        .whereIn('state', [...closed])
        .where(query => {
          void query.where('closed_at', '<', before).orWhere({kind: 'erasure', state: 'done'});
        })
        .where(query => {
          for (const name of [
            'words_sealed',
            'address_sealed',
            'answer_sealed',
            'extension_sealed',
            'address_index',
            'conversation_id',
          ])
            void query.orWhereNotNull(name);
          void query.orWhereExists(
            storage
              .db(persons)
              .whereRaw('privacy_request_persons.request_id = privacy_requests.id')
              .select(storage.db.raw('1')),
          );
        })
        .limit(500)
        .pluck('id'),
    /** Cut off in the middle. */
    halfObjected: async (): Promise<RequestRow[]> =>
      open(await storage.db(requestTable).where({kind: 'objection', state: 'running'})),
    empty: async (trx: Transaction, ids: readonly string[]): Promise<void> => {
      await trx(requestTable)
        .whereIn('id', [...ids])
        .update({
          address_sealed: null,
          words_sealed: null,
          extension_sealed: null,
          answer_sealed: null,
          address_index: null,
          conversation_id: null,
        });
      await trx(persons)
        .whereIn('request_id', [...ids])
        .delete();
    },
    forgetConversations: async (trx: Transaction, ids: readonly string[]): Promise<void> => {
      for (let start = 0; start < ids.length; start += 500)
        await trx(requestTable)
          .whereIn('conversation_id', ids.slice(start, start + 500))
          .update({conversation_id: null});
    },
  };
};
export type RequestStore = ReturnType<typeof createRequestStore>;
