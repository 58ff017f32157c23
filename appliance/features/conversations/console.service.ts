import {AppError} from '../../kit/errors.ts';
import type {FactView, Locale, ScoreView} from '../../kit/schema.ts';
import type {DatabaseOrTransaction} from '../../storage/index.ts';
import type {ConversationDetail, ConversationSummary} from './conversations.schema.ts';
import type {Conversations} from './conversations.service.ts';
import type {ConversationRow} from './conversations.store.ts';
import type {Fanout} from './fanout.ts';

/** What a list shows of a qualification. */
export type Standing = {
  visitorName: string | null;
  company: string | null;
  points: number;
  bar: number;
  qualified: boolean;
};

export type ConsoleDeps = {
  conversations: Conversations;
  fanout: Fanout;
  standings: (
    db: DatabaseOrTransaction,
    rows: {id: string; siteId: string}[],
  ) => Promise<Map<string, Standing>>;
  qualification: (
    db: DatabaseOrTransaction,
    conversationId: string,
  ) => Promise<{facts: FactView[]; score: ScoreView}>;
  siteNames: (ids: string[]) => Promise<Map<string, string>>;
  agentNames: (ids: string[]) => Promise<Map<string, string>>;
  /** Whether a legal hold suspends the deletion of this visitor's data. */
  isHeld: (visitorId: string) => Promise<boolean>;
  /** One look at a person: actor, person, purpose, within 15 minutes. */
  looked: (actorId: string, visitorId: string, conversationId: string) => Promise<void>;
};

const toCursor = (row: ConversationRow | undefined): string | null =>
  row ? `${row.updated_at} ${row.id}` : null;
const fromCursor = (cursor: string | undefined): {updatedAt: string; id: string} | undefined => {
  if (cursor === undefined) return undefined;
  const [updatedAt = '', id = ''] = cursor.split(' ');
  return {updatedAt, id};
};

/** What agents see of conversations. */
export const createConsole = (deps: ConsoleDeps) => {
  const {conversations, fanout} = deps;
  const {db, store} = conversations;

  const summaries = async (rows: ConversationRow[]): Promise<ConversationSummary[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map(row => row.id);
    const agentIds = [...new Set(rows.map(row => row.agent_id).filter(id => id !== null))];
    const [lastRows, standings, siteNames, agentNames, visitors] = await Promise.all([
      store.lastMessages(db, ids),
      deps.standings(
        db,
        rows.map(row => ({id: row.id, siteId: row.site_id})),
      ),
      deps.siteNames([...new Set(rows.map(row => row.site_id))]),
      deps.agentNames(agentIds),
      store.visitors(
        db,
        rows.map(row => row.visitor_id),
      ),
    ]);
    const last = new Map(lastRows.map(row => [row.conversation_id, row]));
    const numbers = new Map(visitors.map(({id, number}) => [id, number]));
    return rows.map(row => {
      const message = last.get(row.id);
      const standing = standings.get(row.id);
      return {
        id: row.id,
        siteId: row.site_id,
        siteName: siteNames.get(row.site_id) ?? '',
        state: row.state,
        locale: row.locale as Locale,
        visitorName: standing?.visitorName ?? null,
        company: standing?.company ?? null,
        visitorNumber: String(numbers.get(row.visitor_id) ?? ''),
        online: fanout.online(row.id),
        agent: row.agent_id === null ? null : {id: row.agent_id, name: agentNames.get(row.agent_id) ?? ''},
        lastMessage: message
          ? {kind: message.author_kind, text: (message.text ?? '').slice(0, 200), at: message.at}
          : null,
        lastSeq: row.last_seq,
        // only what waits for a person can be unread by one
        unread: (row.state === 'waiting' || row.state === 'agent') && row.last_seq > row.agent_read,
        points: standing?.points ?? 0,
        bar: standing?.bar ?? 0,
        qualified: standing?.qualified ?? false,
        waiting:
          row.waiting_why && row.waiting_since ? {why: row.waiting_why, since: row.waiting_since} : null,
        createdAt: row.created_at,
        aiObjected: row.ai_objected_at !== null,
        updatedAt: row.updated_at,
      };
    });
  };

  const summary = async (conversationId: string): Promise<ConversationSummary> => {
    const [one] = await summaries([await store.get(db, conversationId)]);
    if (!one) throw new AppError('not_found', 'conversations.not_found', 'This conversation does not exist.');
    return one;
  };

  const matches = (one: ConversationSummary, wanted: string): boolean =>
    [one.visitorName, one.company, one.lastMessage?.text, one.siteName, one.visitorNumber].some(text =>
      text?.toLocaleLowerCase().includes(wanted),
    );

  return {
    summary,
    /** What was erased or removed meanwhile is left out. */
    summariesOf: async (ids: string[]) => summaries(await store.byIds(db, ids)),

    /** Newest first. A search looks through the newest 500: names and texts are sealed and opened for it here. */
    list: async (query: {
      state?: ConversationRow['state'] | undefined;
      agentId?: string | undefined;
      q?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    }): Promise<{conversations: ConversationSummary[]; nextCursor: string | null}> => {
      const wanted = query.q?.trim().toLocaleLowerCase();
      const limit = wanted ? 500 : query.limit;
      const rows = await store.list(db, {
        state: query.state,
        agentId: query.agentId,
        before: fromCursor(query.cursor),
        limit: limit + 1,
      });
      const all = await summaries(rows.slice(0, limit));
      return {
        conversations: wanted ? all.filter(one => matches(one, wanted)).slice(0, query.limit) : all,
        nextCursor: !wanted && rows.length > limit ? toCursor(rows[limit - 1]) : null,
      };
    },

    detail: async (conversationId: string, actorId: string): Promise<ConversationDetail> => {
      const row = await store.get(db, conversationId);
      await deps.looked(actorId, row.visitor_id, conversationId);
      const [one, messages, {facts, score}, visitor] = await Promise.all([
        summary(conversationId),
        conversations.messagesSince(conversationId, 0),
        deps.qualification(db, conversationId),
        store.visitor(db, row.visitor_id),
      ]);
      return {
        ...one,
        messages,
        facts,
        score,
        legalHold: await deps.isHeld(row.visitor_id),
        visitor: {page: visitor.page, device: visitor.device, browser: visitor.browser, ip: visitor.ip},
      };
    },
  };
};
export type ConsoleService = ReturnType<typeof createConsole>;
