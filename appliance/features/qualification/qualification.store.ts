import type {FactView, ScoreView} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

export type FactRow = {
  id: string;
  conversation_id: string;
  visitor_id: string;
  field: FactView['field'];
  message_seq: number;
  span_start: number;
  span_end: number;
  /** JSON. */
  value: string | null;
  display: string | null;
  quote: string | null;
  confidence: number;
  source: FactView['source'];
  model_id: string | null;
  superseded_by: string | null;
  /** Of an address of e-mail; empty where it cannot be read any more. */
  value_index: string | null;
  created_at: string;
};
export type ScoreRow = {
  conversation_id: string;
  visitor_id: string;
  playbook_id: string;
  playbook_version: number;
  points: number;
  bar: number;
  qualified: number;
  /** What a person decided, whatever the points say. */
  decided: number | null;
  /** JSON: the whole score as it is shown. */
  reasons: string | null;
  /** JSON: fields already asked for, in order. */
  asked: string;
  updated_at: string;
};
export type TurnRow = {
  id: string;
  conversation_id: string;
  seq: number;
  /** `given_up`: not answered, and its messages not read; the next turn reads them. */
  state: 'queued' | 'leased' | 'done' | 'given_up';
  attempts: number;
};

const facts = 'qualification_facts';
const scores = 'qualification_scores';
const turns = 'qualification_turns';

export const toFactView = (row: FactRow): FactView => ({
  id: row.id,
  field: row.field,
  value: row.value === null ? null : (JSON.parse(row.value) as unknown),
  display: row.display ?? '',
  evidence: {
    seq: row.message_seq,
    start: row.span_start,
    end: row.span_end,
    quote: row.quote ?? '',
    at: row.created_at,
  },
  confidence: row.confidence,
  source: row.source,
});

export const createQualificationStore = (personal: Personal, reader: Reader) => {
  const valueIndex = (value: unknown): string =>
    personal.index(facts, 'value', typeof value === 'string' ? value : '');
  return {
    turns: {
      /**
       * One turn waits per conversation: a later message moves it forward. Locked, so that a worker does not take it in
       * between: it has not seen this message.
       */
      queue: async (
        trx: Transaction,
        rows: {id: string; conversationId: string; seq: number; at: string}[],
      ): Promise<void> => {
        const ids = rows.map(row => row.conversationId);
        const waiting = new Set<string>(
          await trx(turns)
            .whereIn('conversation_id', ids)
            .where({state: 'queued'})
            .forUpdate()
            .pluck('conversation_id'),
        );
        for (const row of rows.filter(({conversationId}) => waiting.has(conversationId))) {
          await trx(turns)
            .where({conversation_id: row.conversationId, state: 'queued'})
            .update({seq: row.seq});
        }
        const fresh = rows.filter(({conversationId}) => !waiting.has(conversationId));
        if (fresh.length === 0) return;
        await trx(turns).insert(
          fresh.map(({id, conversationId, seq, at}) => ({
            id,
            conversation_id: conversationId,
            seq,
            state: 'queued',
            lease_owner: null,
            lease_until: null,
            attempts: 0,
            created_at: at,
            done_at: null,
          })),
        );
      },
      /** False when the lease was lost: somebody else answers, and this transaction must be given up. */
      finish: async (
        trx: Transaction,
        id: string,
        owner: string,
        at: string,
        state: 'done' | 'given_up' = 'done',
      ): Promise<boolean> =>
        (await trx(turns)
          .where({id, state: 'leased', lease_owner: owner})
          .update({state, lease_owner: null, lease_until: null, done_at: at})) === 1,
      /** The newest message that a finished turn has read. */
      readUpTo: async (db: DatabaseOrTransaction, conversationId: string): Promise<number> => {
        const row = await db(turns)
          .where({conversation_id: conversationId, state: 'done'})
          .max({seq: 'seq'})
          .first();
        return (row as {seq: number | null} | undefined)?.seq ?? 0;
      },
      /** Whether the turn before this one was given up, too. */
      gaveUpBefore: async (db: DatabaseOrTransaction, turn: TurnRow): Promise<boolean> => {
        const before = await db<TurnRow>(turns)
          .where({conversation_id: turn.conversation_id})
          .where('seq', '<', turn.seq)
          .orderBy('seq', 'desc')
          .first('state');
        return before?.state === 'given_up';
      },
      isQueued: async (db: DatabaseOrTransaction, conversationId: string): Promise<boolean> =>
        (await db(turns).where({conversation_id: conversationId, state: 'queued'}).first('id')) !== undefined,
      waiting: async (db: DatabaseOrTransaction): Promise<number> =>
        ((await db(turns).whereIn('state', ['queued', 'leased']).count({n: '*'}).first()) as {n: number}).n,
    },

    facts: {
      /** What holds now: superseded facts stay in the table, out of sight. */
      list: async (
        db: DatabaseOrTransaction,
        conversationIds: string[],
        fields?: string[],
      ): Promise<FactRow[]> =>
        reader.open<FactRow>(
          facts,
          await db(facts)
            .whereIn('conversation_id', conversationIds)
            .whereNull('superseded_by')
            .modify(query => {
              if (fields) void query.whereIn('field', fields);
            })
            .orderBy('id'),
        ),
      insert: async (trx: Transaction, rows: Omit<FactRow, 'value_index'>[]): Promise<void> => {
        const indexed = rows.map(row => ({
          ...row,
          value_index: row.field === 'email' ? valueIndex(JSON.parse(row.value ?? '""')) : null,
        }));
        if (rows.length > 0) await trx(facts).insert(await personal.seal(facts, indexed));
      },
      get: async (db: DatabaseOrTransaction, id: string): Promise<FactRow | undefined> =>
        (await reader.open<FactRow>(facts, await db(facts).where({id})))[0],
      /** Who says now that this address is theirs: one that was replaced or taken back is not. */
      personsByEmail: async (db: DatabaseOrTransaction, email: string): Promise<string[]> =>
        db(facts)
          .where({value_index: valueIndex(email)})
          .whereNull('superseded_by')
          .distinct()
          .pluck('visitor_id'),
      /** Addresses of before there was an index get one. */
      indexAddresses: async (db: DatabaseOrTransaction): Promise<void> => {
        for (;;) {
          const rows = await db(facts).where({field: 'email'}).whereNull('value_index').limit(500);
          for (const row of await reader.open<FactRow>(facts, rows))
            await db(facts)
              .where({id: row.id})
              .update({value_index: row.value === null ? '' : valueIndex(JSON.parse(row.value))});
          if (rows.length < 500) return;
        }
      },
      /** The conversations in which a person took the place of what was read, or the visitor confirmed it. */
      confirmed: async (db: DatabaseOrTransaction, conversationIds: readonly string[]): Promise<string[]> =>
        db(facts)
          .whereIn('conversation_id', [...conversationIds])
          .where({source: 'confirmed'})
          .distinct()
          .pluck('conversation_id'),
      supersede: async (trx: Transaction, ids: string[], by: string): Promise<void> => {
        if (ids.length > 0) await trx(facts).whereIn('id', ids).update({superseded_by: by});
      },
    },

    scores: {
      find: async (db: DatabaseOrTransaction, conversationId: string): Promise<ScoreRow | undefined> =>
        (await reader.open<ScoreRow>(scores, await db(scores).where({conversation_id: conversationId})))[0],
      /** The conversations that this playbook led, newest first. */
      newestOf: async (
        db: DatabaseOrTransaction,
        playbookId: string,
        limit: number,
      ): Promise<Pick<ScoreRow, 'conversation_id' | 'visitor_id' | 'updated_at'>[]> =>
        db(scores)
          .where({playbook_id: playbookId})
          .orderBy('updated_at', 'desc')
          .limit(limit)
          .select('conversation_id', 'visitor_id', 'updated_at'),
      list: async (db: DatabaseOrTransaction, conversationIds: string[]): Promise<ScoreRow[]> =>
        reader.open<ScoreRow>(
          scores,
          await db(scores)
            .whereIn('conversation_id', conversationIds)
            .select('conversation_id', 'visitor_id', 'points_personal', 'bar', 'qualified_personal'),
        ),
      /** What a person decided, conversation by conversation, beside what holds now. */
      decided: async (
        db: DatabaseOrTransaction,
        conversationIds: readonly string[],
      ): Promise<Pick<ScoreRow, 'conversation_id' | 'visitor_id' | 'qualified' | 'decided'>[]> =>
        reader.open(
          scores,
          await db(scores)
            .whereIn('conversation_id', [...conversationIds])
            .whereNotNull('decided_personal')
            .select('conversation_id', 'visitor_id', 'qualified_personal', 'decided_personal'),
        ),
      /** What a person decided stays as it is. */
      put: async (
        trx: Transaction,
        row: Omit<ScoreRow, 'reasons' | 'decided'> & {reasons: ScoreView},
      ): Promise<void> => {
        const [sealed] = await personal.seal(scores, [{...row, reasons: JSON.stringify(row.reasons)}]);
        await trx(scores).insert(sealed).onConflict('conversation_id').merge();
      },
      decide: async (
        trx: Transaction,
        row: Pick<ScoreRow, 'conversation_id' | 'visitor_id'>,
        reasons: ScoreView,
      ): Promise<void> => {
        const decided = reasons.qualified ? 1 : 0;
        const [sealed] = await personal.seal(scores, [
          {...row, qualified: decided, decided, reasons: JSON.stringify(reasons)},
        ]);
        await trx(scores).where({conversation_id: row.conversation_id}).update(sealed);
      },
    },
  };
};
export type QualificationStore = ReturnType<typeof createQualificationStore>;
