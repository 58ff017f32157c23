import {createHash} from 'node:crypto';
import {createBatcher} from '../../kit/batcher.ts';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import {createEvents} from '../../kit/events.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Citation, Locale} from '../../kit/schema.ts';
import type {Visit} from '../../kit/visit.ts';
import type {Reader, Storage, Transaction} from '../../storage/index.ts';
import {type Append, type Appended, acceptText, conversationFull, createAppender} from './append.ts';
import {createClientIds} from './client-ids.ts';
import type {ConversationState, Message} from './conversations.schema.ts';
import {type ConversationRow, createConversationStore, type MessageRow} from './conversations.store.ts';

const tokenDays = 30;
const day = 24 * 60 * 60 * 1000;
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url');

export type ConversationEvents = {
  /** After the commit that stored it. */
  message: {conversationId: string; message: Message; clientId: string; turnId: string | null};
  /** State, agent or waiting changed. */
  state: {conversationId: string; state: ConversationState; agentId: string | null};
  /** A person is wanted, and why. */
  waiting: {conversationId: string; why: NonNullable<ConversationRow['waiting_why']>; since: string};
  read: {conversationId: string; by: 'visitor' | 'agent'; seq: number};
  /** Anything that a list of conversations shows. */
  changed: {conversationId: string};
};

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

export type VisitorSession = {token: string; conversationId: string; visitorId: string};

const nobodysNames = () => Promise.resolve(new Map<string, string>());

export const createConversations = (deps: ConversationDeps) => {
  const {storage, clock} = deps;
  const store = createConversationStore(storage, deps.reader);
  const append = createAppender({
    store,
    clientIds: createClientIds(store),
    clock,
    mostMessages: deps.mostMessages,
    onVisitorMessages: deps.onVisitorMessages,
  });
  const events = createEvents<ConversationEvents>((error, name) => deps.onError(error, name));

  const toMessage = (row: MessageRow, names: Map<string, string>): Message => {
    const extras = row.extras ? (JSON.parse(row.extras) as NonNullable<Append['extras']>) : null;
    return {
      id: row.id,
      seq: row.seq,
      author: {kind: row.author_kind, name: row.author_id ? (names.get(row.author_id) ?? null) : null},
      text: row.text ?? '',
      event: row.event,
      quickReplies: extras?.quickReplies ?? [],
      source: extras?.source ?? null,
      citation: row.citation ? (JSON.parse(row.citation) as Citation) : null,
      card: extras?.card ?? null,
      at: row.at,
    };
  };

  const toMessages = async (rows: readonly MessageRow[], namesOf = deps.agentNames): Promise<Message[]> => {
    const ids = [...new Set(rows.map(row => row.author_id).filter(id => id !== null))];
    const names = ids.length > 0 ? await namesOf(ids) : new Map<string, string>();
    return rows.map(row => toMessage(row, names));
  };

  /** What is committed is shown, if need be without the name of who said it: an error now would have it stored, and hidden. */
  const toShow = (rows: readonly MessageRow[]): Promise<Message[]> =>
    toMessages(rows).catch((error: unknown) => {
      deps.onError(error, 'message');
      return toMessages(rows, nobodysNames);
    });

  const announce = (row: MessageRow, message: Message): void => {
    const turnId = row.client_id.startsWith('turn_') ? row.client_id.slice(5) : null;
    events.emit('message', {conversationId: row.conversation_id, message, clientId: row.client_id, turnId});
    events.emit('changed', {conversationId: row.conversation_id});
  };

  /** Group commit: what arrives in one turn of the event loop is one transaction; acknowledged after it. */
  const receive = createBatcher(async (items: Append[]) => {
    const appended = await storage.transaction(trx => append(trx, items));
    const messages = await toShow(appended.map(({row}) => row));
    return appended.map(({row, duplicate, reopened}, index) => {
      const message = messages[index] as Message;
      if (!duplicate) announce(row, message);
      if (reopened)
        events.emit('state', {conversationId: row.conversation_id, state: reopened, agentId: null});
      if (reopened === 'waiting')
        events.emit('waiting', {conversationId: row.conversation_id, why: 'objected', since: row.at});
      return message;
    });
  });

  /** Those that took no more: what still comes for them must not undo the batches that others share. */
  const full = new Set<string>();
  const say = async (item: Append): Promise<Message> => {
    if (full.has(item.conversationId))
      return (await toMessages([(await change((_, put) => put(item))).row]))[0] as Message;
    try {
      return await receive(item);
    } catch (error) {
      if (isAppError(error) && error.code === conversationFull) full.add(item.conversationId);
      throw error;
    }
  };

  /** Runs `work` in a transaction and announces what it stored once it is committed. */
  const change = async <Result>(
    work: (
      trx: Transaction,
      put: (item: Append) => Promise<Appended>,
      after: (then: () => void) => void,
    ) => Promise<Result>,
  ): Promise<Result> => {
    const rows: MessageRow[] = [];
    const later: (() => void)[] = [];
    const result = await storage.transaction(async trx =>
      work(
        trx,
        async item => {
          const [done] = await append(trx, [item]);
          if (!done) throw new Error('nothing was appended');
          if (!done.duplicate) rows.push(done.row);
          return done;
        },
        then => later.push(then),
      ),
    );
    const messages = await toShow(rows);
    rows.forEach((row, index) => announce(row, messages[index] as Message));
    for (const then of later) then();
    return result;
  };

  const system = (
    conversationId: string,
    event: NonNullable<MessageRow['event']>,
    agentId: string | null,
    clientId?: string,
  ): Append => ({
    conversationId,
    clientId: clientId ?? `system_${newId()}`,
    author: {kind: 'system', id: agentId},
    text: '',
    event,
  });

  /** A person is wanted. `asked` makes the AI wait; `qualified` lets it go on until somebody accepts. */
  const callPerson = async (
    trx: Transaction,
    after: (then: () => void) => void,
    conversationId: string,
    why: NonNullable<ConversationRow['waiting_why']>,
  ): Promise<boolean> => {
    const row = await store.lock(trx, conversationId);
    if (row.state === 'agent' || (row.state === 'closed' && why !== 'asked')) return false;
    if (row.state === 'waiting' || (row.waiting_why === why && why === 'qualified')) return false;
    if (row.waiting_why !== null && why === 'unknown') return false;
    const since = clock.iso();
    // the AI goes on meanwhile: nobody asked it to be quiet
    const state = why === 'qualified' || why === 'unknown' ? row.state : 'waiting';
    await store.update(trx, conversationId, {
      state,
      waiting_why: why,
      waiting_since: since,
      updated_at: since,
    });
    after(() => {
      events.emit('state', {conversationId, state, agentId: null});
      events.emit('waiting', {conversationId, why, since});
      events.emit('changed', {conversationId});
    });
    return true;
  };

  const leave = async (conversationId: string, agentId: string, to: 'ai' | 'closed'): Promise<void> => {
    await change(async (trx, put, after) => {
      const row = await store.lock(trx, conversationId);
      if (row.state === to) return;
      if (row.state === 'agent' && row.agent_id !== agentId) {
        throw new AppError(
          'conflict',
          'conversations.not_yours',
          'Another person answers in this conversation.',
        );
      }
      if (to === 'ai' && row.ai_objected_at !== null) {
        throw new AppError(
          'conflict',
          'conversations.ai_objected',
          'This visitor wants no AI. Go on yourself, or close the conversation.',
        );
      }
      await put(system(conversationId, to === 'ai' ? 'handed_back' : 'closed', agentId));
      await store.update(trx, conversationId, {
        state: to,
        agent_id: null,
        waiting_why: null,
        waiting_since: null,
      });
      await deps.audit(trx, {
        actor: {kind: 'user', id: agentId},
        action: to === 'ai' ? 'conversation.handed_back' : 'conversation.closed',
        conversationId,
        visitorId: row.visitor_id,
      });
      after(() => {
        events.emit('state', {conversationId, state: to, agentId: null});
        events.emit('changed', {conversationId});
      });
    });
  };

  return {
    db: storage.db,
    events,
    store,
    change,
    callPerson,
    toMessages,

    openSession: async (input: {
      siteId: string;
      locale: Locale;
      /** As the browser said it, with its country: national phone numbers are read by it. */
      visitorLocale: string;
      visit: Visit;
      /** To being measured, from the beginning. */
      objects: boolean;
    }): Promise<VisitorSession> => {
      const visitorId = newId();
      const conversationId = newId();
      const token = newToken();
      const at = clock.iso();
      const greeting = await deps.greeting(input.siteId, input.locale);
      await storage.keys.create(visitorId);
      await change(async (trx, put) => {
        const usage = await deps.usageAtOpening(trx, {
          siteId: input.siteId,
          language: input.locale,
          visit: input.visit,
          objects: input.objects,
        });
        await store.insertVisitor(trx, {
          id: visitorId,
          site_id: input.siteId,
          locale: input.visitorLocale,
          ...usage.kept,
          created_at: at,
        });
        await store.insert(trx, {
          id: conversationId,
          visitor_id: visitorId,
          site_id: input.siteId,
          locale: input.locale,
          state: 'ai',
          agent_id: null,
          last_seq: 0,
          visitor_read: 0,
          agent_read: 0,
          waiting_why: null,
          waiting_since: null,
          ai_objected_at: null,
          objected_at: null,
          created_at: at,
          updated_at: at,
        });
        await store.insertToken(trx, {
          token_hash: hash(token),
          conversation_id: conversationId,
          visitor_id: visitorId,
          site_id: input.siteId,
          expires_at: addMilliseconds(at, tokenDays * day),
        });
        await put({
          conversationId,
          clientId: 'greeting',
          author: {kind: 'ai', id: null},
          text: greeting.text,
          extras: {quickReplies: greeting.quickReplies, source: null},
        });
        await usage.begin(visitorId);
        const opened = {how: 'chat_opened', language: input.locale, act: 'shown'} as const;
        await deps.consents(trx, {visitorId, conversationId, siteId: input.siteId, page: input.visit.page}, [
          {...opened, kind: 'ai_disclosure', text: greeting.text},
          {...opened, kind: 'privacy_notice'},
          ...usage.told,
        ]);
      });
      return {token, conversationId, visitorId};
    },

    /** Whose token this is; undefined when it is unknown or has expired. Using it keeps it alive. */
    identify: async (
      token: string,
    ): Promise<{visitorId: string; conversationId: string; siteId: string} | undefined> => {
      const row = await store.token(storage.db, hash(token));
      const now = clock.iso();
      if (!row || row.expires_at <= now) return undefined;
      const extended = addMilliseconds(now, tokenDays * day);
      // written at most once a day
      if (addMilliseconds(row.expires_at, day) < extended)
        await store.extendToken(storage.db, row.token_hash, extended).catch(() => undefined);
      return {visitorId: row.visitor_id, conversationId: row.conversation_id, siteId: row.site_id};
    },

    say: async (item: {
      conversationId: string;
      clientId: string;
      author: Append['author'];
      text: string;
    }): Promise<Message> => say({...item, text: acceptText(item.text)}),

    askForPerson: async (conversationId: string, clientId: string): Promise<Message> => {
      const {site_id: siteId, locale} = await store.get(storage.db, conversationId);
      const away = await deps.away({id: conversationId, siteId, locale: locale as Locale});
      const {row} = await change(async (trx, put, after) => {
        const placed = await put(system(conversationId, 'human_requested', null, clientId));
        // sent again after a cut line: somebody may have come, and gone, since
        const called = !placed.duplicate && (await callPerson(trx, after, conversationId, 'asked'));
        if (called && away !== null) {
          await put({
            conversationId,
            clientId: `away_${clientId}`,
            author: {kind: 'ai', id: null},
            text: away,
            extras: {quickReplies: [], source: null},
          });
        }
        return placed;
      });
      return (await toMessages([row]))[0] as Message;
    },

    /** The visitor wants no AI: what is not read yet stays unread by it, and a person is called. */
    objectToAi: async (
      conversationId: string,
      clientId: string,
      how: 'privacy_panel' | 'chat_message' | 'privacy_request',
    ): Promise<Message> => {
      const {row} = await change(async (trx, put, after) => {
        const placed = await put(system(conversationId, 'ai_objected', null, clientId));
        if (placed.duplicate) return placed;
        const head = await store.lock(trx, conversationId);
        const {visitor_id: visitorId, site_id: siteId, ai_objected_at: before} = head;
        if (before !== null) return placed;
        await store.update(trx, conversationId, {ai_objected_at: clock.iso()});
        await callPerson(trx, after, conversationId, 'objected');
        await deps.audit(trx, {
          actor: {kind: 'visitor', id: visitorId},
          action: 'conversation.ai_objected',
          conversationId,
          visitorId,
        });
        const language = head.locale as Locale;
        await deps.consents(trx, {visitorId, conversationId, siteId, page: null}, [
          {
            kind: 'ai_answers',
            act: 'objected',
            how,
            language,
            ...(how === 'privacy_panel' ? {text: deps.withoutAi(language)} : {}),
          },
        ]);
        return placed;
      });
      return (await toMessages([row]))[0] as Message;
    },

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

    /** The visitor objects to any processing: their conversations end for good, and nobody adds to them. */
    endFor: async (visitorId: string): Promise<void> => {
      for (const conversationId of await store.ofVisitor(storage.db, visitorId)) {
        await change(async (trx, put, after) => {
          const row = await store.lock(trx, conversationId);
          if (row.objected_at !== null) return;
          if (row.state !== 'closed') await put(system(conversationId, 'closed', null));
          const at = clock.iso();
          await store.update(trx, conversationId, {
            state: 'closed',
            agent_id: null,
            waiting_why: null,
            waiting_since: null,
            ai_objected_at: row.ai_objected_at ?? at,
            objected_at: at,
          });
          await store.removeTokens(trx, conversationId);
          after(() => {
            events.emit('state', {conversationId, state: 'closed', agentId: null});
            events.emit('changed', {conversationId});
          });
        });
      }
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

    accept: async (conversationId: string, agentId: string): Promise<void> => {
      const taken = await change(async (trx, put, after) => {
        const before = await store.get(trx, conversationId);
        if (before.state === 'agent' && before.agent_id === agentId) return undefined;
        if (!(await store.claim(trx, conversationId, agentId, clock.iso())))
          return store.get(trx, conversationId);
        await put(system(conversationId, 'agent_joined', agentId));
        await deps.audit(trx, {
          actor: {kind: 'user', id: agentId},
          action: 'conversation.accepted',
          conversationId,
          visitorId: before.visitor_id,
        });
        after(() => {
          events.emit('state', {conversationId, state: 'agent', agentId});
          events.emit('changed', {conversationId});
        });
        return undefined;
      });
      if (!taken) return;
      if (taken.state === 'closed')
        throw new AppError('conflict', 'routing.closed', 'This conversation is closed.');
      const name = taken.agent_id
        ? ((await deps.agentNames([taken.agent_id])).get(taken.agent_id) ?? null)
        : null;
      throw new AppError('conflict', 'routing.already_taken', `${name ?? 'Somebody'} was first.`, {
        details: {name},
      });
    },

    handBack: (conversationId: string, agentId: string) => leave(conversationId, agentId, 'ai'),
    close: (conversationId: string, agentId: string) => leave(conversationId, agentId, 'closed'),

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
