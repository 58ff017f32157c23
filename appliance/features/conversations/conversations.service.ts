import type {Clock} from '../../kit/clock.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Visit} from '../../kit/visit.ts';
import type {Reader, Storage, Transaction} from '../../storage/index.ts';
import {createAnswering} from './answering.ts';
import {type Append, acceptText} from './append.ts';
import type {Message} from './conversations.schema.ts';
import {createConversationStore, type MessageRow} from './conversations.store.ts';
import {createDelivery, nobodysNames} from './delivery.ts';
import {createVisitorSessions} from './visitor-sessions.ts';

/** As the ledger of consents takes it. */
type Told = {
  kind: 'ai_disclosure' | 'privacy_notice' | 'usage_monitoring' | 'ai_answers';
  act: 'shown' | 'noted' | 'given' | 'refused' | 'objected' | 'withdrawn';
  how: 'chat_opened' | 'chat_bar' | 'privacy_panel' | 'chat_message' | 'browser_signal' | 'privacy_request';
  language: Locale;
  text?: string;
};

export type ConversationDeps = {
  storage: Storage;
  reader: Reader;
  clock: Clock;
  /** A conversation holds this many; then people go on in a new one. */
  mostMessages: number;
  onError: (error: unknown, event: string) => void;
  /** Queues AI turns in the transaction that stores the messages. */
  onVisitorMessages: (trx: Transaction, messages: {conversationId: string; seq: number}[]) => Promise<void>;
  /** The first message: says that an AI answers and offers a person. */
  greeting: (siteId: string, locale: Locale) => Promise<{text: string; quickReplies: string[]}>;
  /** Said to who presses the button for a person while nobody is there; null while somebody should be. */
  away: (conversation: {id: string; siteId: string; locale: Locale}) => Promise<string | null>;
  /** What of a visit may be stored, and what the ledger is told of it; in the transaction that opens the chat. */
  usageAtOpening: (
    trx: Transaction,
    opening: {siteId: string; language: Locale; visit: Visit; objects: boolean},
  ) => Promise<{kept: Visit; begin: (visitorId: string) => Promise<void>; told: Told[]}>;
  /** What the visitor was shown and answered, for the ledger. */
  consents: (
    trx: Transaction,
    who: {visitorId: string; conversationId: string; siteId: string; page: string | null},
    told: Told[],
  ) => Promise<void>;
  /** The words by which the widget offers to be answered without AI. */
  withoutAi: (locale: Locale) => string;
  /** Names of agents by id, for the transcript. */
  agentNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {
      actor: {kind: 'user' | 'visitor'; id: string};
      action: string;
      conversationId: string;
      visitorId: string;
    },
  ) => Promise<void>;
};

export const createConversations = (deps: ConversationDeps) => {
  const {storage} = deps;
  const store = createConversationStore(storage, deps.reader);
  const delivery = createDelivery({...deps, store});
  const {events, change, toMessages} = delivery;

  return {
    db: storage.db,
    events,
    store,
    change,
    toMessages,
    ...createVisitorSessions({...deps, store, change}),
    ...createAnswering({...deps, store, delivery}),

    say: async (item: {
      conversationId: string;
      clientId: string;
      author: Append['author'];
      text: string;
    }): Promise<Message> => delivery.say({...item, text: acceptText(item.text)}),

    /** How the visitor came, as far as it may be kept: theirs to see, to allow and to have deleted. */
    visits: {
      of: async (visitorId: string): Promise<Visit> => {
        const {ip, device, browser, page} = await store.visitor(storage.db, visitorId);
        return {ip, device, browser, page};
      },
      keep: store.setVisit,
      holding: store.holdingVisit,
      drop: store.dropVisit,
    },

    markRead: async (
      conversationId: string,
      by: {kind: 'visitor'} | {kind: 'agent'; id: string},
      seq: number,
    ): Promise<void> => {
      if (await store.raiseRead(storage.db, conversationId, by, seq)) {
        events.emit('read', {conversationId, by: by.kind, seq});
      }
    },

    /** For a purpose other than showing it: each room that needs it brings the reader of its own purpose. */
    transcript: async (
      conversationId: string,
      purpose: Reader,
      /** Names of agents are personal, too: without a source of that purpose there are none. */
      {
        since = 0,
        agentNames = nobodysNames,
      }: {since?: number; agentNames?: ConversationDeps['agentNames']} = {},
    ) => {
      const own = createConversationStore(storage, purpose);
      const messages = await toMessages(
        await own.messagesSince(storage.db, conversationId, since),
        agentNames,
      );
      return messages.map(({seq, author, text, event, at}) => ({
        seq,
        author: author.kind,
        ...(author.name === null ? {} : {name: author.name}),
        text: event ?? text,
        at,
      }));
    },
    headOf: async (id: string) => {
      const row = await store.get(storage.db, id);
      return {
        id,
        visitorLocale: await store.visitorLocale(storage.db, row.visitor_id),
        visitorId: row.visitor_id,
        siteId: row.site_id,
        locale: row.locale as Locale,
        state: row.state,
        aiObjected: row.ai_objected_at !== null,
      };
    },
    /** Undefined once the conversation is removed: a lead may be kept for longer. */
    localeOf: async (conversationId: string): Promise<string | undefined> =>
      (await store.find(storage.db, conversationId))?.locale,

    messagesSince: async (conversationId: string, since: number): Promise<Message[]> =>
      toMessages(await store.messagesSince(storage.db, conversationId, since)),

    /** What a reconnecting client missed, its own messages under the names it gave them. */
    replay: async (conversationId: string, since: number, by: (row: MessageRow) => boolean) => {
      const rows = await store.messagesSince(storage.db, conversationId, since);
      const messages = await toMessages(rows);
      return rows.map((row, index) => ({
        message: messages[index] as Message,
        ...(by(row) ? {clientId: row.client_id} : {}),
      }));
    },
  };
};
export type Conversations = ReturnType<typeof createConversations>;
