/** Session, connection and state put together; knows no element of the page. */
import type {ToVisitor} from '../../features/conversations/protocol.ts';
import {backOff, createConnection} from './connection.ts';
import {
  type Action,
  type Conversation,
  emptyConversation,
  hasGap,
  hasObjected,
  type Outgoing,
  pending,
  reduce,
  since,
} from './conversation-state.ts';
import type {DeviceStore} from './device-store.ts';
import type {Opened} from './session.ts';
import type {Standing} from './usage.ts';

export type ChatDeps = {
  store: DeviceStore;
  openSession: (bad: string | null) => Promise<Opened>;
  socketUrl: string;
  personFree: boolean;
  newClientId: () => string;
  /** The browser asks not to be tracked. */
  objects: boolean;
  now: () => number;
};
export type Chat = ReturnType<typeof createChat>;

/** Two below what the server lets through, for what another tab may say. */
const perWindow = 18;
const windowMs = 10_000;
const gapPatienceMs = 4_000;
/** Twice the server's own memory: its "stopped" may get lost with the line. */
const typingForgottenMs = 12_000;

export const createChat = (deps: ChatDeps) => {
  let state: Conversation = emptyConversation(deps.personFree);
  let token: string | null = null;
  let opening = false;
  let gone = false;
  let failures = 0;
  let gaps = 0;
  let readSent = 0;
  let drawn = 0;
  const listeners = new Set<() => void>();
  const inFlight = new Set<string>();
  let sentAt: number[] = [];
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const once = (name: string, delay: number, work: () => void) => {
    clearTimeout(timers.get(name));
    const run = () => {
      timers.delete(name);
      work();
    };
    timers.set(name, setTimeout(run, delay));
  };

  const dispatch = (action: Action) => {
    const before = state.outgoing;
    state = reduce(state, action);
    // Acknowledged or taken back: this device need not remember it any more.
    for (const item of before) {
      const now = state.outgoing.find(({clientId}) => clientId === item.clientId);
      if (!now || now.acked) deps.store.dropOutgoing(item.clientId);
    }
    for (const listener of listeners) listener();
  };

  const flush = () => {
    const now = deps.now();
    sentAt = sentAt.filter(at => now - at < windowMs);
    for (const {clientId, kind, text} of pending(state)) {
      if (inFlight.has(clientId)) continue;
      if (sentAt.length >= perWindow) {
        once('flush', windowMs - (now - (sentAt[0] ?? now)) + 50, flush);
        return;
      }
      const sent = connection.send(
        kind === 'message' ? {type: 'message', clientId, text} : {type: kind, clientId},
      );
      if (!sent) return;
      inFlight.add(clientId);
      sentAt.push(now);
    }
  };
  const sendRead = () => {
    if (drawn > readSent && connection.send({type: 'read', seq: drawn})) readSent = drawn;
  };

  /** On which page, and whether the chat is before the visitor's eyes: said only where it may be measured. */
  let place: {page: string; open: boolean} | null = null;
  const sendPlace = () => {
    if (place && state.usage?.state === 'on') connection.send({type: 'usage', ...place});
  };

  const onFrame = (frame: ToVisitor) => {
    const older = frame.type === 'welcome' && frame.lastSeq < since(state);
    dispatch({type: 'frame', frame});
    if (older) return connection.restart();
    if (frame.type === 'welcome') {
      failures = 0;
      inFlight.clear();
      readSent = 0;
      drawn = Math.min(drawn, state.messages.length);
      flush();
      sendRead();
      sendPlace();
    }
    if (frame.type === 'typing' && frame.on)
      once(frame.who, typingForgottenMs, () => dispatch({type: 'quiet', who: frame.who}));
    if (frame.type === 'error' && frame.clientId && frame.code === 'conversations.too_fast') {
      inFlight.delete(frame.clientId);
      once('flush', windowMs, flush);
    }
    // A number that stays out is one the line lost: only a replay brings it.
    if (!hasGap(state)) gaps = 0;
    else if (!timers.has('gap'))
      once('gap', gapPatienceMs * 2 ** Math.min(gaps++, 4), () => hasGap(state) && connection.restart());
  };

  const leaveSession = (): string => {
    const left = token ?? '';
    if (deps.store.session()?.token === left) deps.store.keepSession(null);
    token = null;
    return left;
  };

  const connection = createConnection({
    url: deps.socketUrl,
    hello: () => ({type: 'hello', token: token ?? '', since: since(state), objects: deps.objects}),
    onFrame,
    onDown: () => dispatch({type: 'phase', phase: 'offline'}),
    onUnauthenticated: () => {
      const bad = leaveSession();
      // Once is an expired session; again and again is a fault that must not become a flood.
      const delay = failures === 0 ? 0 : backOff(failures, Math.random());
      failures++;
      once('start', delay, () => void start(bad));
    },
    onRefused: () => dispatch({type: 'phase', phase: 'refused'}),
  });

  const start = async (bad: string | null = null): Promise<void> => {
    if (opening || token) return;
    opening = true;
    clearTimeout(timers.get('start'));
    const opened = await deps.openSession(bad);
    opening = false;
    if (opened === 'refused') return dispatch({type: 'phase', phase: 'refused'});
    if (opened === 'later') {
      dispatch({type: 'phase', phase: 'offline'});
      once('start', backOff(failures++, Math.random()), () => void start(bad));
      return;
    }
    token = opened.session.token;
    if (bad !== null) dispatch({type: 'reset'});
    connection.open();
  };

  const queue = (kind: Outgoing['kind'], text: string) => {
    const item = {clientId: deps.newClientId(), kind, text, at: new Date(deps.now()).toISOString()};
    deps.store.keepOutgoing(item);
    dispatch({type: 'queue', item});
    flush();
  };

  return {
    get: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Only once the visitor has opened the chat: from here on there is a session and storage. */
    start: () => {
      for (const item of deps.store.outgoing()) dispatch({type: 'queue', item});
      return start();
    },
    say: (text: string) => queue('message', text),
    askForPerson: () => {
      if (!state.outgoing.some(({kind, failed}) => kind === 'human' && !failed)) queue('human', '');
    },
    objectToAi: () => {
      if (!hasObjected(state)) queue('object', '');
    },
    token: () => token,
    at: (page: string, open: boolean) => {
      if (place?.page === page && place.open === open) return;
      place = {page, open};
      sendPlace();
    },
    measured: (usage: Standing) => {
      dispatch({type: 'usage', usage});
      sendPlace();
    },
    typing: (on: boolean) => void connection.send({type: 'typing', on}),
    /** The message with this number is before the visitor's eyes. */
    seen: (seq: number) => {
      drawn = Math.max(drawn, seq);
      sendRead();
    },
    retry: (clientId: string) => {
      inFlight.delete(clientId);
      dispatch({type: 'retry', clientId});
      flush();
    },
    /** The conversation takes no more: what it refused begins another. */
    startAnew: () => {
      connection.stop();
      for (const {clientId, failed} of state.outgoing)
        if (failed === 'conversations.full') dispatch({type: 'retry', clientId});
      return start(leaveSession());
    },
    isErased: () => gone,
    /** The conversation was erased: nothing of it is kept here either. */
    erased: () => {
      gone = true;
      connection.stop();
      leaveSession();
      for (const {clientId} of state.outgoing) deps.store.dropOutgoing(clientId);
      dispatch({type: 'reset'});
    },
    drop: (clientId: string) => dispatch({type: 'drop', clientId}),
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      connection.stop();
    },
    wake: () => (token ? connection.wake() : void start()),
    tryAgain: () => {
      dispatch({type: 'phase', phase: 'opening'});
      return token ? connection.open() : start();
    },
  };
};
