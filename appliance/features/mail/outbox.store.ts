import type {Mailbox} from '../../adapters/mail/contract.ts';
import {processOwner} from '../../storage/lease.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import type {LetterContent} from './letters.ts';
import {accessNotices, type LetterKind, type MailState} from './mail.schema.ts';

export const table = 'mail_outbox';
const attemptsTable = 'mail_attempts';

export type Row = {
  id: string;
  person_id: string;
  kind: LetterKind;
  message_id: string;
  state: MailState;
  attempts: number;
  next_attempt_at: string | null;
  expires_at: string;
  error_code: string | null;
  error_message: string | null;
  created_at: string;
  sent_at: string | null;
};
export type Attempt = {
  mail_id: string;
  at: string;
  outcome: string;
  status: number | null;
  ms: number;
  message: string;
};
/** With the content gone nothing of the person is left in the row. */
export const emptied = {recipient_sealed: null, content_sealed: null} as const;

const plainColumns = [
  'id',
  'person_id',
  'kind',
  'message_id',
  'state',
  'attempts',
  'next_attempt_at',
  'expires_at',
  'error_code',
  'error_message',
  'created_at',
  'sent_at',
] as const;

export const createOutboxStore = (storage: Storage, reader: Reader) => ({
  /** Once for each key, however often it is asked. */
  insert: async (
    trx: Transaction,
    row: Row & {idempotency_key: string; recipient: string; content: string},
  ): Promise<void> => {
    await trx(table)
      .insert(await storage.personal.seal(table, [row]))
      .onConflict('idempotency_key')
      .ignore();
  },

  idOf: async (trx: Transaction, key: string): Promise<string> => {
    const row: {id: string} | undefined = await trx(table).where({idempotency_key: key}).first('id');
    return row?.id ?? '';
  },

  /** Null where the letter is emptied or its person erased. */
  content: async (id: string): Promise<{to: Mailbox; content: LetterContent} | null> => {
    const [row] = await reader.open<{recipient: string | null; content: string | null}>(
      table,
      await storage.db(table).where({id}).select('id', 'person_id', 'recipient_sealed', 'content_sealed'),
    );
    if (!row || row.recipient === null || row.content === null) return null;
    return {to: JSON.parse(row.recipient) as Mailbox, content: JSON.parse(row.content) as LetterContent};
  },

  /** What became of a letter that this process had claimed, with its attempt; nothing where it was withdrawn meanwhile. */
  finish: (
    id: string,
    change: Partial<Row> & Partial<typeof emptied>,
    attempt: (Omit<Attempt, 'mail_id'> & {id: string}) | null,
  ): Promise<void> =>
    storage.transaction(async trx => {
      const mine = await trx(table)
        .where({id, state: 'sending', lease_owner: processOwner})
        .update({lease_owner: null, lease_until: null, ...change});
      if (mine > 0 && attempt) await trx(attemptsTable).insert({...attempt, mail_id: id});
    }),

  remove: async (db: DatabaseOrTransaction, id: string): Promise<void> => {
    await db(table).where({id}).delete();
  },

  withdraw: async (trx: Transaction, personId: string): Promise<void> => {
    await trx(table)
      .where({person_id: personId})
      .whereNotIn('kind', accessNotices)
      .whereNot({state: 'sent'})
      .delete();
  },

  /** What all of these would say is not so any more. */
  withdrawKind: async (trx: Transaction, kind: LetterKind): Promise<void> => {
    await trx(table).where({kind}).whereNot({state: 'sent'}).delete();
  },

  /** What is over is not sent any more, and keeps nothing of its person. */
  expire: async (now: string): Promise<void> => {
    await storage
      .db(table)
      .whereNotIn('state', ['sent', 'sending'])
      .where('expires_at', '<=', now)
      .whereNotNull('content_sealed')
      .update({
        ...emptied,
        state: 'failed',
        next_attempt_at: null,
        error_code: 'mail.expired',
        error_message: 'Its link ended before the letter could be sent.',
      });
  },

  page: async (query: {state?: MailState | undefined; cursor?: string | undefined; limit: number}) => {
    const rows: Row[] = await storage
      .db(table)
      .modify(builder => {
        if (query.state) void builder.where({state: query.state});
        if (query.cursor) void builder.where('id', '<', query.cursor);
      })
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .select(...plainColumns);
    const shown = rows.slice(0, query.limit);
    return {rows: shown, nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null};
  },

  find: async (id: string): Promise<Row | undefined> =>
    storage
      .db(table)
      .where({id})
      .first(...plainColumns),

  attemptsOf: async (ids: readonly string[]): Promise<Attempt[]> =>
    storage
      .db(attemptsTable)
      .whereIn('mail_id', [...ids])
      .orderBy('id', 'desc'),

  /** Which of these still have something that could be sent. */
  whole: async (ids: readonly string[]): Promise<Set<string>> => {
    const rows: {id: string}[] = await storage
      .db(table)
      .whereIn('id', [...ids])
      .whereNotNull('content_sealed')
      .select('id');
    return new Set(rows.map(({id}) => id));
  },

  hurry: async (now: string): Promise<void> => {
    await storage.db(table).where({state: 'retrying'}).update({next_attempt_at: now});
  },

  requeue: async (id: string, now: string): Promise<boolean> =>
    (await storage
      .db(table)
      .where({id})
      .whereIn('state', ['failed', 'retrying'])
      .whereNotNull('content_sealed')
      .where('expires_at', '>', now)
      .update({state: 'queued', next_attempt_at: now})) === 1,

  lastAttemptSince: async (since: string): Promise<Attempt | undefined> =>
    storage.db(attemptsTable).where('at', '>=', since).orderBy('id', 'desc').first(),

  /** A test that failed is not missed by anybody. */
  counts: async (): Promise<{waiting: number; failed: number}> => {
    const rows: {state: MailState; n: number}[] = await storage
      .db(table)
      .whereNot({kind: 'test'})
      .groupBy('state')
      .select('state')
      .count({n: '*'});
    const of = (...states: MailState[]) =>
      rows.filter(({state}) => states.includes(state)).reduce((sum, {n}) => sum + n, 0);
    return {waiting: of('queued', 'retrying', 'sending'), failed: of('failed')};
  },

  /** Letters that went out or were given up. */
  over: (db: DatabaseOrTransaction) => db(table).whereIn('state', ['sent', 'failed']),
  removeAll: async (trx: Transaction, ids: readonly string[]): Promise<void> => {
    await trx(table).whereIn('id', ids).delete();
  },
});
export type OutboxStore = ReturnType<typeof createOutboxStore>;
