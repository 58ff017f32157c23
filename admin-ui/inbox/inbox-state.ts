/** Everything the inbox shows, as a pure function of what came over the socket, by request, and from the agent's hands. */
import type {
  ConversationDetail,
  ConversationSummary,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import type {agentPresence} from '../../appliance/features/routing/routing.schema.ts';
import type {z} from 'zod';
import {
  emptyThread,
  onThreadFrame,
  onThreadLoaded,
  onThreadQuiet,
  type Outgoing,
  type Thread,
  withoutAi,
} from './thread.ts';

export type Colleague = z.infer<typeof agentPresence>;
/** `refused`: trying again cannot help. */
export type Line = {phase: 'opening' | 'up' | 'down' | 'refused'; retryAt: number | null};
export type Notice = {conversationId: string; tone: 'at' | 'da'; title: string; text: string};
export type Inbox = {
  meId: string;
  line: Line;
  conversations: ReadonlyMap<string, ConversationSummary>;
  listed: 'loading' | 'ready' | {failed: Error};
  threads: ReadonlyMap<string, Thread>;
  /** Conversations whose transcript could not be loaded. */
  broken: ReadonlyMap<string, Error>;
  agents: readonly Colleague[];
  /** What is being asked of the server for a conversation, so that nobody asks twice. */
  acting: ReadonlyMap<string, Act>;
  /** How many acts of this agent were done: what they moved in the list moves at once. */
  acted: number;
  notice: Notice | null;
};
export type Act = 'accept' | 'hand-back' | 'close';

export type Action =
  | {type: 'frame'; frame: ToAgent}
  | {type: 'line'; line: Line}
  /** `heard`: what the socket told of while the list was asked for. `whole`: nothing that is open was left out. */
  | {
      type: 'listed';
      conversations: readonly ConversationSummary[];
      heard: ReadonlySet<string>;
      whole: boolean;
    }
  | {type: 'list-failed'; error: Error}
  /** Also those that a search or a filter found. */
  | {type: 'summaries'; conversations: readonly ConversationSummary[]}
  | {type: 'agents'; agents: readonly Colleague[]}
  | {type: 'loaded'; detail: ConversationDetail}
  | {type: 'load-failed'; conversationId: string; error: Error | null}
  | {type: 'quiet'; conversationId: string}
  | {type: 'queue'; conversationId: string; item: Outgoing}
  | {type: 'sent' | 'retry' | 'drop'; conversationId: string; clientId: string}
  | {type: 'acting'; conversationId: string; act: Act | null}
  | {type: 'acted'; conversation: ConversationSummary}
  | {type: 'notice'; notice: Notice | null};

export const emptyInbox = (meId: string): Inbox => ({
  meId,
  line: {phase: 'opening', retryAt: null},
  conversations: new Map(),
  listed: 'loading',
  threads: new Map(),
  broken: new Map(),
  agents: [],
  acting: new Map(),
  acted: 0,
  notice: null,
});

export const threadOf = (inbox: Inbox, id: string): Thread => inbox.threads.get(id) ?? emptyThread;

const withThread = (inbox: Inbox, id: string, change: (thread: Thread) => Thread): Inbox => {
  const before = threadOf(inbox, id);
  const after = change(before);
  return after === before ? inbox : {...inbox, threads: new Map(inbox.threads).set(id, after)};
};

const isNewer = (next: ConversationSummary, known: ConversationSummary | undefined) =>
  !known ||
  next.lastSeq > known.lastSeq ||
  (next.lastSeq === known.lastSeq && next.updatedAt >= known.updatedAt);

/** A summary that overtook a newer one on its way is left aside. */
const upsert = (inbox: Inbox, summaries: readonly ConversationSummary[]): Inbox => {
  const newer = summaries.filter(one => isNewer(one, inbox.conversations.get(one.id)));
  if (newer.length === 0) return inbox;
  const conversations = new Map(inbox.conversations);
  for (const one of newer) conversations.set(one.id, one);
  return newer
    .filter(({id, state}) => state !== 'ai' && state !== 'waiting' && inbox.threads.has(id))
    .reduce<Inbox>((next, {id}) => withThread(next, id, withoutAi), {...inbox, conversations});
};

/**
 * The list is what the server has, except where the socket has just said more. What it no longer names was erased, or the
 * server was put back to an older day.
 */
const listed = (inbox: Inbox, {conversations, heard, whole}: Action & {type: 'listed'}): Inbox => {
  const present = new Set(conversations.map(({id}) => id));
  const kept = [...inbox.conversations].filter(
    ([id, {state}]) => heard.has(id) || (!present.has(id) && (state === 'closed' || !whole)),
  );
  const next = upsert({...inbox, listed: 'ready', conversations: new Map(kept)}, conversations);
  // What is no longer anywhere is no longer here either, except for what this agent still wants to say.
  const threads = [...next.threads].filter(
    ([id, {outgoing, loaded}]) => next.conversations.has(id) || outgoing.length > 0 || !loaded,
  );
  return {...next, threads: new Map(threads)};
};

const onFrame = (inbox: Inbox, frame: ToAgent): Inbox => {
  switch (frame.type) {
    case 'welcome':
      return {...inbox, line: {phase: 'up', retryAt: null}};
    case 'conversation':
      return upsert(inbox, [frame.conversation]);
    case 'offer': {
      // The summary that says the same follows a moment later; who waits should not wait for it.
      const one = inbox.conversations.get(frame.conversationId);
      if (!one || one.state === 'agent' || one.state === 'closed') return inbox;
      const waiting = {why: frame.why, since: frame.since};
      return {...inbox, conversations: new Map(inbox.conversations).set(one.id, {...one, waiting})};
    }
    case 'presence':
      return {...inbox, agents: frame.agents as Colleague[]};
    case 'message':
    case 'ack':
    case 'stream':
    case 'typing':
    case 'read':
    case 'facts':
      return withThread(inbox, frame.conversationId, thread => onThreadFrame(thread, frame));
    case 'error':
      return frame.conversationId === undefined
        ? inbox
        : withThread(inbox, frame.conversationId, thread => onThreadFrame(thread, frame));
    default:
      return inbox; // a newer server may say more than we know
  }
};

const setIn = <V>(map: ReadonlyMap<string, V>, id: string, value: V | null): ReadonlyMap<string, V> => {
  const next = new Map(map);
  if (value === null) next.delete(id);
  else next.set(id, value);
  return next;
};

export const reduce = (inbox: Inbox, action: Action): Inbox => {
  switch (action.type) {
    case 'frame':
      return onFrame(inbox, action.frame);
    case 'line': {
      const threads =
        action.line.phase === 'up'
          ? inbox.threads
          : new Map([...inbox.threads].map(([id, thread]) => [id, onThreadQuiet(thread, true)]));
      return {...inbox, line: action.line, threads};
    }
    case 'listed':
      return listed(inbox, action);
    case 'list-failed':
      return {...inbox, listed: inbox.listed === 'ready' ? 'ready' : {failed: action.error}};
    case 'summaries':
      return upsert(inbox, action.conversations);
    case 'agents':
      return {...inbox, agents: action.agents};
    case 'loaded': {
      const {messages: _m, facts: _f, score: _s, visitor: _v, ...summary} = action.detail;
      const next = withThread(inbox, summary.id, thread => onThreadLoaded(thread, action.detail));
      return upsert({...next, broken: setIn(next.broken, summary.id, null)}, [summary]);
    }
    case 'load-failed':
      return {...inbox, broken: setIn(inbox.broken, action.conversationId, action.error)};
    case 'quiet':
      return withThread(inbox, action.conversationId, thread => onThreadQuiet(thread, false));
    case 'queue':
      return withThread(inbox, action.conversationId, thread =>
        thread.outgoing.some(({clientId}) => clientId === action.item.clientId)
          ? thread
          : {...thread, outgoing: [...thread.outgoing, action.item]},
      );
    case 'drop':
      return withThread(inbox, action.conversationId, thread => ({
        ...thread,
        outgoing: thread.outgoing.filter(({clientId}) => clientId !== action.clientId),
      }));
    case 'sent':
    case 'retry':
      return withThread(inbox, action.conversationId, thread => ({
        ...thread,
        outgoing: thread.outgoing.map(item =>
          item.clientId === action.clientId
            ? {...item, sent: action.type === 'sent', failed: undefined}
            : item,
        ),
      }));
    case 'acted':
      return {...upsert(inbox, [action.conversation]), acted: inbox.acted + 1};
    case 'acting':
      return {...inbox, acting: setIn(inbox.acting, action.conversationId, action.act)};
    case 'notice':
      return {...inbox, notice: action.notice};
  }
};
