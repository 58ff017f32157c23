/** The inbox at work: one socket, the requests beside it, and the state they make. Lives on while other pages are open. */
import type {
  actOnConversation,
  ConversationSummary,
  getConversation,
  listConversations,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import type {listPresence, setPresence} from '../../appliance/features/routing/routing.schema.ts';
import {type Answer, ApiError, request, withQuery} from '../shared/api.ts';
import {createAlerts} from './alerts.ts';
import {announce, prepareAnnouncements} from './announce.ts';
import {createCalls, isMine} from './calls.ts';
import {createInboxSocket} from './inbox-socket.ts';
import {type Act, type Action, emptyInbox, reduce, threadOf} from './inbox-state.ts';
import {createKept} from './kept.ts';
import {createStore} from './store.ts';
import {hasGap, nextToSend} from './thread.ts';

const conversationsPath = '/api/agent/conversations';
const openStates = ['waiting', 'ai', 'agent'] as const;
const failed = {accept: 'Not taken over', 'hand-back': 'Not handed back', close: 'Not closed'};
const asError = (caught: unknown) => (caught instanceof Error ? caught : new Error(String(caught)));

export const createInbox = (deps: {meId: string; go: (conversationId: string) => void}) => {
  const store = createStore(emptyInbox(deps.meId));
  const kept = createKept(deps.meId);
  const alerts = createAlerts();
  /** What is on the screen, and what the socket was asked to watch. */
  let open: string | null = null;
  let heard: Set<string> | null = null;
  const paused = new Set<string>();
  const read = new Map<string, {wanted: number; sent: number}>();
  const typing = new Map<string, number>();
  const looking = () => !document.hidden && document.hasFocus();
  const calls = createCalls({alerts, lookedAt: () => (looking() ? open : null), go: deps.go});

  const dispatch = (action: Action): void => {
    const before = store.get();
    const after = reduce(before, action);
    if (after === before) return;
    for (const [id, thread] of after.threads) {
      if (thread.outgoing !== before.threads.get(id)?.outgoing) kept.setOutgoing(id, thread.outgoing);
    }
    store.set(after);
    alerts.title(calls.count(after));
  };

  const flush = (): void => {
    if (store.get().line.phase !== 'up') return;
    for (const [conversationId, thread] of store.get().threads) {
      const next = paused.has(conversationId) ? undefined : nextToSend(thread);
      if (!next) continue;
      const {clientId, text} = next;
      if (socket.send({type: 'message', conversationId, clientId, text}))
        dispatch({type: 'sent', conversationId, clientId});
    }
  };
  const flushRead = (): void => {
    for (const [conversationId, {wanted, sent}] of read) {
      if (wanted > sent && socket.send({type: 'read', conversationId, seq: wanted}))
        read.set(conversationId, {wanted, sent: wanted});
    }
  };
  const watch = (conversationId: string): void => {
    const since = threadOf(store.get(), conversationId).log.length;
    socket.send({type: 'watch', conversationId, since});
  };

  const load = async (conversationId: string): Promise<void> => {
    dispatch({type: 'load-failed', conversationId, error: null});
    try {
      const {conversation} = await request<Answer<typeof getConversation>>(
        'GET',
        `${conversationsPath}/${encodeURIComponent(conversationId)}`,
      );
      dispatch({type: 'loaded', detail: conversation});
      if (open === conversationId) watch(conversationId);
    } catch (caught) {
      dispatch({type: 'load-failed', conversationId, error: asError(caught)});
    }
  };
  const list = (query: Record<string, string | number | undefined>) =>
    request<Answer<typeof listConversations>>('GET', withQuery(conversationsPath, query));
  const loadList = async (): Promise<void> => {
    const mine = new Set<string>();
    heard = mine;
    try {
      const pages = await Promise.all(openStates.map(state => list({state, limit: 200})));
      const before = store.get();
      dispatch({
        type: 'listed',
        conversations: pages.flatMap(({conversations}) => conversations),
        heard: mine,
        whole: pages.every(({nextCursor}) => nextCursor === null),
      });
      calls.onListed(before, store.get());
    } catch (caught) {
      dispatch({type: 'list-failed', error: asError(caught)});
    } finally {
      if (heard === mine) heard = null;
    }
  };
  const loadAgents = async (): Promise<void> => {
    const {agents} = await request<Answer<typeof listPresence>>('GET', '/api/agent/presence');
    dispatch({type: 'agents', agents});
  };

  const onFrame = (frame: ToAgent): void => {
    const before = store.get();
    dispatch({type: 'frame', frame});
    if (frame.type === 'conversation') heard?.add(frame.conversation.id);
    if (frame.type === 'welcome') {
      void loadList();
      loadAgents().catch(() => undefined); // the presence frame that follows says the same
      if (open !== null) {
        if (threadOf(store.get(), open).loaded) watch(open);
        else void load(open);
      }
      flushRead();
    }
    if (frame.type === 'error' && frame.conversationId !== undefined) {
      const {conversationId} = frame;
      paused.add(conversationId);
      setTimeout(() => {
        paused.delete(conversationId);
        flush();
      }, 2000);
    }
    if (frame.type === 'message' && open === frame.conversationId && hasGap(threadOf(store.get(), open)))
      watch(open);
    calls.onFrame(frame, before, store.get());
    flush();
  };

  const socket = createInboxSocket({
    url: () => `${location.origin.replace(/^http/, 'ws')}/api/agent/socket`,
    onFrame,
    onDown: retryAt => {
      if (store.get().line.phase === 'up') announce('Connection lost. What you write is kept.', 'assertive');
      dispatch({type: 'line', line: {phase: 'down', retryAt}});
    },
    onSignedOut: () => {
      dispatch({type: 'line', line: {phase: 'down', retryAt: null}});
      // A request learns whether the session is over; the console then asks to sign in again.
      loadAgents().then(
        () => socket.open(),
        () => undefined,
      );
    },
    onRefused: () => dispatch({type: 'line', line: {phase: 'refused', retryAt: null}}),
  });
  const wake = () => {
    if (!document.hidden) socket.wake();
  };

  const act = async (conversationId: string, what: Act): Promise<boolean> => {
    if (store.get().acting.has(conversationId)) return false;
    dispatch({type: 'acting', conversationId, act: what});
    dispatch({type: 'notice', notice: null});
    try {
      const {conversation} = await request<Answer<typeof actOnConversation>>(
        'POST',
        `${conversationsPath}/${encodeURIComponent(conversationId)}/${what}`,
      );
      dispatch({type: 'summaries', conversations: [conversation]});
      return true;
    } catch (caught) {
      const error = asError(caught);
      const taken = error instanceof ApiError && error.code === 'routing.already_taken';
      const notice = taken
        ? ({
            tone: 'at',
            title: error.message,
            text: 'You can read along. What you typed here is kept.',
          } as const)
        : ({tone: 'da', title: failed[what], text: error.message} as const);
      dispatch({type: 'notice', notice: {conversationId, ...notice}});
      return false;
    } finally {
      dispatch({type: 'acting', conversationId, act: null});
    }
  };

  const inbox = {
    store,
    alerts,
    kept,
    load,
    reload: loadList,
    act,
    start: (): void => {
      prepareAnnouncements();
      addEventListener('online', wake);
      document.addEventListener('visibilitychange', wake);
      for (const [conversationId, items] of kept.outgoing()) {
        for (const item of items) dispatch({type: 'queue', conversationId, item});
      }
      socket.open();
    },
    reconnect: (): void => socket.open(),
    /** Which conversation the page shows. */
    show: (conversationId: string | null): void => {
      if (conversationId === open) return;
      if (open !== null) {
        socket.send({type: 'unwatch', conversationId: open});
        dispatch({type: 'quiet', conversationId: open});
      }
      open = conversationId;
      dispatch({type: 'notice', notice: null});
      if (open !== null) void load(open);
      alerts.title(calls.count(store.get()));
    },
    /** Everything of it was drawn on a page that somebody looks at. */
    drawn: (conversationId: string): void => {
      const inboxNow = store.get();
      const seq = threadOf(inboxNow, conversationId).log.length;
      const one = inboxNow.conversations.get(conversationId);
      // A colleague's conversation is read when the colleague reads it.
      if (!looking() || !one || (one.state === 'agent' && !isMine(inboxNow, one))) return;
      const known = read.get(conversationId) ?? {wanted: 0, sent: one.unread ? 0 : one.lastSeq};
      read.set(conversationId, {...known, wanted: Math.max(seq, known.wanted)});
      flushRead();
      alerts.withdraw(`line-${conversationId}`);
    },
    typing: (conversationId: string, on: boolean): void => {
      const last = typing.get(conversationId) ?? 0;
      if (!isMine(store.get(), store.get().conversations.get(conversationId))) return;
      if (on ? Date.now() - last < 3000 : last === 0) return;
      if (on) typing.set(conversationId, Date.now());
      else typing.delete(conversationId);
      socket.send({type: 'typing', conversationId, on});
    },
    /** Takes the conversation over first if need be; false when that failed, and the text stays where it was typed. */
    say: async (conversationId: string, text: string): Promise<boolean> => {
      const one = store.get().conversations.get(conversationId);
      if (!isMine(store.get(), one) && !(await act(conversationId, 'accept'))) return false;
      const item = {clientId: `a_${crypto.randomUUID()}`, text, at: new Date().toISOString(), sent: false};
      inbox.typing(conversationId, false);
      dispatch({type: 'queue', conversationId, item});
      flush();
      return true;
    },
    again: (conversationId: string, clientId: string): void => {
      dispatch({type: 'retry', conversationId, clientId});
      flush();
    },
    drop: (conversationId: string, clientId: string): void =>
      dispatch({type: 'drop', conversationId, clientId}),
    dismiss: (): void => dispatch({type: 'notice', notice: null}),
    setPresence: async (presence: 'available' | 'away'): Promise<void> => {
      const mine = await request<Answer<typeof setPresence>>('PUT', '/api/agent/presence', {presence});
      const {agents} = store.get();
      dispatch({type: 'agents', agents: agents.map(one => (one.agentId === mine.agentId ? mine : one))});
    },
    /** A page of conversations that the open list does not hold: closed ones, or what a search finds. */
    find: async (query: Record<string, string | number | undefined>): Promise<string | null> => {
      const {conversations, nextCursor} = await list(query);
      dispatch({type: 'summaries', conversations});
      return nextCursor;
    },
    stop: (): void => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.stop();
      alerts.title(0);
      alerts.stop();
    },
  };
  return inbox;
};
export type InboxControl = ReturnType<typeof createInbox>;
export type {ConversationSummary};
