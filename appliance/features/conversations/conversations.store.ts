import type {Knex} from 'knex';
import {AppError} from '../../kit/errors.ts';
import type {Visit} from '../../kit/visit.ts';
import {
  type DatabaseOrTransaction,
  insertMany,
  nextNumber,
  type Reader,
  type Storage,
  type Transaction,
} from '../../storage/index.ts';
import type {ConversationState} from './conversations.schema.ts';

export type ConversationRow = {
  id: string;
  /** Short, for the index of messages; nobody outside the database knows it. */
  number: number;
  visitor_id: string;
  site_id: string;
  locale: string;
  state: ConversationState;
  agent_id: string | null;
  last_seq: number;
  visitor_read: number;
  agent_read: number;
  waiting_why: 'asked' | 'qualified' | 'handed_back' | 'unavailable' | 'objected' | 'unknown' | null;
  waiting_since: string | null;
  /** From here on no model and no rule reads what the visitor writes. */
  ai_objected_at: string | null;
  /** The visitor wants no processing at all: nothing is added any more. */
  objected_at: string | null;
  created_at: string;
  updated_at: string;
};

export type MessageRow = {
  id: string;
  conversation_number: number;
  conversation_id: string;
  visitor_id: string;
  seq: number;
  client_id: string;
  author_kind: 'visitor' | 'ai' | 'agent' | 'system';
  author_id: string | null;
  event: 'human_requested' | 'ai_objected' | 'agent_joined' | 'handed_back' | 'closed' | 'reopened' | null;
  text: string | null;
  /** JSON: quick replies and source of an AI message; never words of a person. */
  extras: string | null;
  /** JSON: what an AI message quotes, as it was when it was said. */
  citation: string | null;
  at: string;
};

export type VisitorRow = {
  id: string;
  site_id: string;
  number: number;
  locale: string;
  ip: string | null;
  device: string | null;
  browser: string | null;
  page: string | null;
  created_at: string;
};

export type TokenRow = {
  token_hash: string;
  conversation_id: string;
  visitor_id: string;
  site_id: string;
  expires_at: string;
};

const conversations = 'conversations_conversations';
const messages = 'conversations_messages';
const visitors = 'conversations_visitors';
const tokens = 'conversations_tokens';

const visitColumns = {
  address: ['ip_sealed'],
  device: ['device_sealed', 'browser_sealed'],
  pages: ['page_sealed'],
} as const;

export const createConversationStore = (
  {personal, restrictions}: Pick<Storage, 'personal' | 'restrictions'>,
  reader: Reader,
) => {
  /** Without those whose data may only be kept: to everybody here they are gone. */
  const inUse =
    (column = `${conversations}.visitor_id`) =>
    (query: Knex.QueryBuilder): void =>
      restrictions.exclude(query, column);
  const open = (rows: object[]) => reader.open<MessageRow>(messages, rows);
  const ofConversation = (db: DatabaseOrTransaction, id: string) =>
    db(messages).where('conversation_number', db(conversations).where({id}).select('number'));

  return {
    find: async (db: DatabaseOrTransaction, id: string): Promise<ConversationRow | undefined> =>
      db<ConversationRow>(conversations).where({id}).modify(inUse()).first(),

    get: async (db: DatabaseOrTransaction, id: string): Promise<ConversationRow> => {
      const row = await db<ConversationRow>(conversations).where({id}).modify(inUse()).first();
      if (!row)
        throw new AppError('not_found', 'conversations.not_found', 'This conversation does not exist.');
      return row;
    },

    byIds: async (db: DatabaseOrTransaction, ids: string[]): Promise<ConversationRow[]> =>
      db<ConversationRow>(conversations).whereIn('id', ids).modify(inUse()),

    /** Locked where the database can (PostgreSQL); SQLite runs one transaction at a time anyway. */
    listForUpdate: async (trx: Transaction, ids: string[]): Promise<ConversationRow[]> =>
      (await trx<ConversationRow>(conversations).whereIn('id', ids).orderBy('id').forUpdate()).filter(
        row => !restrictions.has(row.visitor_id),
      ),

    /** For a change that depends on the state: nobody else changes it until the transaction ends. */
    lock: async (trx: Transaction, id: string): Promise<ConversationRow> => {
      const row = await trx<ConversationRow>(conversations).where({id}).forUpdate().first();
      if (!row)
        throw new AppError('not_found', 'conversations.not_found', 'This conversation does not exist.');
      return row;
    },

    list: async (
      db: DatabaseOrTransaction,
      filter: {
        state?: ConversationState | undefined;
        agentId?: string | undefined;
        /** The last one of the page before: of those that changed at the same instant, lower ids follow. */
        before?: {updatedAt: string; id: string} | undefined;
        limit: number;
      },
    ): Promise<ConversationRow[]> =>
      db<ConversationRow>(conversations)
        .modify(inUse())
        .modify(query => {
          if (filter.state) void query.where({state: filter.state});
          if (filter.agentId) void query.where({agent_id: filter.agentId});
          const {before} = filter;
          if (!before) return;
          void query.where(older => {
            void older
              .where('updated_at', '<', before.updatedAt)
              .orWhere(same => same.where('updated_at', before.updatedAt).where('id', '<', before.id));
          });
        })
        .orderBy([
          {column: 'updated_at', order: 'desc'},
          {column: 'id', order: 'desc'},
        ])
        .limit(filter.limit),

    insertVisitor: async (trx: Transaction, row: Omit<VisitorRow, 'number'>): Promise<number> => {
      const {newest} = (await trx(visitors).max({newest: 'number'}).first()) as {newest: number | null};
      const number = (newest ?? 0) + 1;
      await trx(visitors).insert(await personal.seal(visitors, [{...row, number}]));
      return number;
    },

    visitors: async (db: DatabaseOrTransaction, ids: string[]): Promise<{id: string; number: number}[]> =>
      db(visitors).whereIn('id', ids).select('id', 'number'),

    visitorLocale: async (db: DatabaseOrTransaction, id: string): Promise<string> =>
      (await db<VisitorRow>(visitors).where({id}).first('locale'))?.locale ?? '',

    visitor: async (db: DatabaseOrTransaction, id: string): Promise<VisitorRow> => {
      const [row] = await reader.open<VisitorRow>(visitors, await db(visitors).where({id}).limit(1));
      if (!row) throw new AppError('not_found', 'conversations.not_found', 'This visitor does not exist.');
      return row;
    },

    insert: async (trx: Transaction, row: Omit<ConversationRow, 'number'>): Promise<void> => {
      await trx(conversations).insert({...row, number: nextNumber(trx, conversations, 'number')});
    },

    update: async (trx: Transaction, id: string, change: Partial<ConversationRow>): Promise<void> => {
      await trx(conversations).where({id}).update(change);
    },

    /** Takes the conversation only if nobody has: the one place where two agents who accept at once are told apart. */
    claim: async (trx: Transaction, id: string, agentId: string, at: string): Promise<boolean> =>
      (await trx(conversations).where({id}).whereIn('state', ['ai', 'waiting']).update({
        state: 'agent',
        agent_id: agentId,
        waiting_why: null,
        waiting_since: null,
        updated_at: at,
      })) === 1,

    /** Marks read up to `seq`; an agent's reading counts where the conversation is theirs. */
    raiseRead: async (
      db: DatabaseOrTransaction,
      id: string,
      by: {kind: 'visitor'} | {kind: 'agent'; id: string},
      seq: number,
    ): Promise<boolean> => {
      const column = by.kind === 'visitor' ? 'visitor_read' : 'agent_read';
      const changed = await db(conversations)
        .where({id, ...(by.kind === 'agent' ? {agent_id: by.id} : {})})
        .where(column, '<', seq)
        .where('last_seq', '>=', seq)
        .update({[column]: seq});
      return changed === 1;
    },

    /** The head of each conversation follows its messages: one statement for a whole batch. */
    advance: async (trx: Transaction, ids: string[], at: string): Promise<void> => {
      await trx(conversations)
        .whereIn('id', ids)
        .update({
          last_seq: trx.raw(
            '(select max(seq) from conversations_messages where conversation_number = conversations_conversations.number)',
          ),
          updated_at: at,
        });
    },

    insertMessages: async (trx: Transaction, rows: MessageRow[]): Promise<void> =>
      insertMany(trx, messages, await personal.seal(messages, rows)),

    message: async (trx: Transaction, conversationId: string, seq: number): Promise<MessageRow> => {
      const [row] = await open(await ofConversation(trx, conversationId).where({seq}));
      if (!row)
        throw new AppError('internal', 'conversations.gap', `Message ${seq} of a conversation is missing.`);
      return row;
    },

    /** In order, without what was said. */
    clientIdsSince: async (
      trx: Transaction,
      conversationId: string,
      since: number,
    ): Promise<Pick<MessageRow, 'conversation_id' | 'client_id' | 'seq'>[]> =>
      ofConversation(trx, conversationId)
        .where('seq', '>', since)
        .orderBy('seq')
        .select('conversation_id', 'client_id', 'seq'),

    messagesSince: async (
      db: DatabaseOrTransaction,
      conversationId: string,
      since: number,
    ): Promise<MessageRow[]> =>
      open(await ofConversation(db, conversationId).where('seq', '>', since).orderBy('seq')),

    lastMessages: async (db: DatabaseOrTransaction, ids: string[]): Promise<MessageRow[]> =>
      open(
        await db(`${messages} as m`)
          .join(`${conversations} as c`, join => {
            join.on('c.number', 'm.conversation_number').andOn('c.last_seq', 'm.seq');
          })
          .whereIn('c.id', ids)
          .select('m.*'),
      ),

    insertToken: async (trx: Transaction, row: TokenRow): Promise<void> => {
      await trx(tokens).insert(row);
    },

    token: async (db: DatabaseOrTransaction, tokenHash: string): Promise<TokenRow | undefined> =>
      db<TokenRow>(tokens)
        .where({token_hash: tokenHash})
        .modify(inUse(`${tokens}.visitor_id`))
        .first(),

    extendToken: async (db: DatabaseOrTransaction, tokenHash: string, expiresAt: string): Promise<void> => {
      await db(tokens).where({token_hash: tokenHash}).update({expires_at: expiresAt});
    },

    openByAgent: async (db: DatabaseOrTransaction): Promise<Map<string, number>> => {
      const rows: {agent_id: string; n: number}[] = await db(conversations)
        .where({state: 'agent'})
        .whereNotNull('agent_id')
        .groupBy('agent_id')
        .select('agent_id')
        .count({n: '*'});
      return new Map(rows.map(row => [row.agent_id, row.n]));
    },

    countsSince: async (
      db: DatabaseOrTransaction,
      since: string,
    ): Promise<{conversations: number; waiting: number}> => {
      const count = async (query: Knex.QueryBuilder): Promise<number> =>
        ((await query.count({n: '*'}).first()) as {n: number}).n;
      return {
        conversations: await count(db(conversations).where('created_at', '>=', since)),
        waiting: await count(db(conversations).whereNotNull('waiting_since')),
      };
    },

    ofVisitor: async (db: DatabaseOrTransaction, visitorId: string): Promise<string[]> =>
      db(conversations).where({visitor_id: visitorId}).orderBy('id').pluck('id'),

    /** The way back in is gone: who comes again is somebody new. */
    removeTokens: async (trx: Transaction, conversationId: string): Promise<void> => {
      await trx(tokens).where({conversation_id: conversationId}).delete();
    },

    /** Replaces what is kept of how the visitor came. */
    setVisit: async (trx: Transaction, id: string, visit: Visit): Promise<void> => {
      await trx(visitors)
        .where({id})
        .update((await personal.seal(visitors, [{id, ...visit}]))[0] ?? {});
    },
    holdingVisit: async (db: DatabaseOrTransaction, what: keyof typeof visitColumns): Promise<number> =>
      (
        (await db(visitors)
          .where(some => {
            for (const name of visitColumns[what]) void some.orWhereNotNull(name);
          })
          .count({n: '*'})
          .first()) as {n: number}
      ).n,
    /** Of everybody. */
    dropVisit: async (trx: Transaction, what: keyof typeof visitColumns): Promise<void> => {
      await trx(visitors)
        .where(some => {
          for (const name of visitColumns[what]) void some.orWhereNotNull(name);
        })
        .update(Object.fromEntries(visitColumns[what].map(name => [name, null])));
    },
  };
};
export type ConversationStore = ReturnType<typeof createConversationStore>;
