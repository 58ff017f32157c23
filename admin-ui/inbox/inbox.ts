/** The inbox at work: one socket, the requests beside it, and the state they make. Lives on while other pages are open. */
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import {ApiError} from '../shared/api.ts';
import {createAlerts} from './alerts.ts';
import {announce, prepareAnnouncements} from './announce.ts';
import {createCalls, isMine} from './calls.ts';
import {inboxRequests, type ListQuery} from './inbox-requests.ts';
import {createInboxSocket} from './inbox-socket.ts';
import {type Act, type Action, emptyInbox, reduce, threadOf} from './inbox-state.ts';
import {createKept} from './kept.ts';
import {createSending} from './sending.ts';
import {createStore} from './store.ts';
import {hasGap} from './thread.ts';

const openStates = ['waiting', 'ai', 'agent'] as const;
const failed = {accept: 'Not taken over', 'hand-back': 'Not handed back', close: 'Not closed'};
const asError = (caught: unknown) => (caught instanceof Error ? caught : new Error(String(caught)));

export const createInbox = (deps: {meId: string; go: (conversationId: string) => void}) => {
  const store = createStore(emptyInbox(deps.meId));
  const kept = createKept(deps.meId);
  const alerts = createAlerts();
  /** What is on the screen. */
  let open: string | null = null;
  /** Conversations the socket told of while a list is being asked for. */
  let heard: Set<string> | null = null;
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
    if (after.conversations !== before.conversations) alerts.title(calls.count(after));
  };

  const socket = createInboxSocket({
    url: () => `${location.origin.replace(/^http/, 'ws')}/api/agent/socket`,
    onFrame: frame => onFrame(frame),
    onDown: retryAt => {
      if (store.get().line.phase === 'up') announce('Connection lost. What you write is kept.', 'assertive');
      dispatch({type: 'line', line: {phase: 'down', retryAt}});
    },
    onSignedOut: () => {
      dispatch({type: 'line', line: {phase: 'down', retryAt: null}});
      // A request learns whether the session is over; the console then asks to sign in again.
      inboxRequests.agents().then(
        () => socket.open(),
        () => undefined,
      );
    },
    onRefused: () => dispatch({type: 'line', line: {phase: 'refused', retryAt: null}}),
  });
  const sending = createSending({state: store.get, dispatch, send: socket.send, looking});

  const watch = (conversationId: string): void => {
    const since = threadOf(store.get(), conversationId).log.length;
    socket.send({type: 'watch', conversationId, since});
  };
  const load = async (conversationId: string): Promise<void> => {
    dispatch({type: 'load-failed', conversationId, error: null});
    try {
      dispatch({type: 'loaded', detail: await inboxRequests.detail(conversationId)});
      if (open === conversationId) watch(conversationId);
    } catch (caught) {
      dispatch({type: 'load-failed', conversationId, error: asError(caught)});
    }
  };
  const loadList = async (): Promise<void> => {
    const mine = new Set<string>();
    heard = mine;
    try {
      const pages = await Promise.all(openStates.map(state => inboxRequests.list({state, limit: 200})));
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

  const onFrame = (frame: ToAgent): void => {
    const before = store.get();
    dispatch({type: 'frame', frame});
    if (frame.type === 'conversation') heard?.add(frame.conversation.id);
    if (frame.type === 'welcome') {
      if (before.listed === 'ready') announce('Connected again.');
      void loadList();
      // The presence frame that follows says the same, where somebody else is there to cause it.
      inboxRequests.agents().then(
        agents => dispatch({type: 'agents', agents}),
        () => undefined,
      );
      if (open !== null) {
        if (threadOf(store.get(), open).loaded) watch(open);
        else void load(open);
      }
      sending.readMarks();
    }
    if (frame.type === 'error' && frame.conversationId !== undefined) sending.rest(frame.conversationId);
    if (frame.type === 'message' && frame.conversationId === open && hasGap(threadOf(store.get(), open)))
      watch(open);
    calls.onFrame(frame, before, store.get());
    sending.messages();
  };
  const wake = () => {
    if (!document.hidden) socket.wake();
  };

  const act = async (conversationId: string, what: Act): Promise<boolean> => {
    if (store.get().acting.has(conversationId)) return false;
    dispatch({type: 'acting', conversationId, act: what});
    dispatch({type: 'notice', notice: null});
    try {
      dispatch({type: 'acted', conversation: await inboxRequests.act(conversationId, what)});
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
    act,
    reload: loadList,
    reconnect: (): void => {
      dispatch({type: 'line', line: {phase: 'opening', retryAt: null}});
      socket.open();
    },
    typing: sending.typing,
    start: (): void => {
      prepareAnnouncements();
      addEventListener('online', wake);
      // A dead line says nothing; asking it shows that in seconds.
      addEventListener('offline', wake);
      document.addEventListener('visibilitychange', wake);
      for (const [conversationId, items] of kept.outgoing()) {
        for (const item of items) dispatch({type: 'queue', conversationId, item});
      }
      socket.open();
    },
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
    drawn: (conversationId: string): void => {
      sending.drawn(conversationId);
      alerts.withdraw(`line-${conversationId}`);
    },
    /** Takes the conversation over first if need be; false when that failed, and the text stays where it was typed. */
    say: async (conversationId: string, text: string): Promise<boolean> => {
      const one = store.get().conversations.get(conversationId);
      if (!isMine(store.get(), one) && !(await act(conversationId, 'accept'))) return false;
      const item = {clientId: `a_${randomId()}`, text, at: new Date().toISOString(), sent: false};
      sending.typing(conversationId, false);
      dispatch({type: 'queue', conversationId, item});
      sending.messages();
      return true;
    },
    again: (conversationId: string, clientId: string): void => {
      dispatch({type: 'retry', conversationId, clientId});
      sending.messages();
    },
    drop: (conversationId: string, clientId: string): void =>
      dispatch({type: 'drop', conversationId, clientId}),
    dismiss: (): void => dispatch({type: 'notice', notice: null}),
    setPresence: async (presence: 'available' | 'away'): Promise<void> => {
      const mine = await inboxRequests.setPresence(presence);
      const {agents} = store.get();
      dispatch({type: 'agents', agents: agents.map(one => (one.agentId === mine.agentId ? mine : one))});
    },
    /** A page of conversations that the open list does not hold: closed ones, or what a search finds. */
    find: async (query: ListQuery): Promise<string | null> => {
      const {conversations, nextCursor} = await inboxRequests.list(query);
      dispatch({type: 'summaries', conversations});
      return nextCursor;
    },
    stop: (): void => {
      removeEventListener('online', wake);
      removeEventListener('offline', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.stop();
      alerts.title(0);
      alerts.stop();
    },
  };
  return inbox;
};
export type InboxControl = ReturnType<typeof createInbox>;

/** Not `randomUUID`: browsers have that only where the address is https or this machine. */
const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
