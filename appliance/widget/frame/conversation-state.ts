/**
 * What the chat shows, as a pure function of what was sent and received. Frames may come twice, late, out of order or
 * after a reconnect (PROTOCOL.md): the messages drawn are always 1, 2, 3 … without gap or double.
 */
import type {Message} from '../../features/conversations/conversations.schema.ts';
import type {ToVisitor} from '../../features/conversations/protocol.ts';
import type {Standing} from './usage.ts';

/** `local`: drawn from our own words after the ack; replaced when the server's (masked) version comes. */
export type Drawn = Message & {local?: true};
export type Outgoing = {
  clientId: string;
  kind: 'message' | 'human' | 'object';
  text: string;
  at: string;
  /** Set by the ack; it stays here until every message before it is drawn. */
  acked?: {seq: number; at: string};
  /** The error code it was refused with. */
  failed?: string;
};
export type Stream = {turnId: string; pieces: (string | undefined)[]};
export type Phase = 'opening' | 'online' | 'offline' | 'refused';
export type Conversation = {
  phase: Phase;
  conversationId: string | null;
  state: 'ai' | 'waiting' | 'agent' | 'closed';
  agent: {name: string} | null;
  personFree: boolean;
  readByAgent: number;
  /** The newest number the server named: replay is complete once it is drawn. */
  lastSeq: number;
  /** `messages[n].seq === n + 1`, always. */
  messages: Drawn[];
  /** Came before one of its predecessors did. */
  early: ReadonlyMap<number, Drawn>;
  outgoing: Outgoing[];
  stream: Stream | null;
  /** Turns whose message is here: late pieces of them are ignored. */
  ended: string[];
  typing: {agent: boolean; ai: boolean};
  /** Whether the use of the chat may be measured; null until the server said so. */
  usage: Standing | null;
};

export type Action =
  | {type: 'frame'; frame: ToVisitor}
  | {type: 'queue'; item: Outgoing}
  | {type: 'retry' | 'drop'; clientId: string}
  | {type: 'quiet'; who: 'agent' | 'ai'}
  | {type: 'phase'; phase: Phase}
  | {type: 'usage'; usage: Standing}
  /** Another session begins: nothing drawn belongs to it; what was not sent yet does. */
  | {type: 'reset'};

export const emptyConversation = (personFree: boolean): Conversation => ({
  phase: 'opening',
  conversationId: null,
  state: 'ai',
  agent: null,
  personFree,
  readByAgent: 0,
  lastSeq: 0,
  messages: [],
  early: new Map(),
  outgoing: [],
  stream: null,
  ended: [],
  typing: {agent: false, ai: false},
  usage: null,
});

const nobody = {agent: false, ai: false};

/** The message an acknowledged item of ours has become, until the server's own version comes. */
const asDrawn = ({clientId, kind, text, acked}: Outgoing): Drawn => ({
  id: clientId,
  seq: acked?.seq ?? 0,
  author: {kind: kind === 'message' ? 'visitor' : 'system', name: null},
  text,
  event: kind === 'message' ? null : kind === 'human' ? 'human_requested' : 'ai_objected',
  quickReplies: [],
  source: null,
  citation: null,
  card: null,
  at: acked?.at ?? '',
  local: true,
});

/** The visitor wants no AI: said and stored, or on its way. */
export const hasObjected = (c: Conversation): boolean =>
  c.messages.some(({event}) => event === 'ai_objected') ||
  c.outgoing.some(({kind, failed}) => kind === 'object' && !failed);

/** Moves over what now follows the last message without a gap. */
const settle = (c: Conversation): Conversation => {
  const messages = [...c.messages];
  const early = new Map(c.early);
  for (;;) {
    const seq = messages.length + 1;
    const own = c.outgoing.find(item => item.acked?.seq === seq);
    const next = early.get(seq) ?? (own && asDrawn(own));
    if (!next) break;
    early.delete(seq);
    messages.push(next);
  }
  const outgoing = c.outgoing.filter(item => !item.acked || item.acked.seq > messages.length);
  return {...c, messages, early, outgoing, lastSeq: Math.max(c.lastSeq, messages.length)};
};

const acknowledge = (c: Conversation, clientId: string, seq: number, at: string): Conversation => ({
  ...c,
  outgoing: c.outgoing.map(item =>
    item.clientId === clientId ? {...item, acked: {seq, at}, failed: undefined} : item,
  ),
});

const receive = (c: Conversation, frame: ToVisitor & {type: 'message'}): Conversation => {
  const {message, clientId, turnId} = frame;
  let next = clientId === undefined ? c : acknowledge(c, clientId, message.seq, message.at);
  if (turnId !== undefined) next = {...next, ended: [...next.ended.slice(-50), turnId]};
  const known = next.messages[message.seq - 1];
  if (known?.local) {
    next = {...next, messages: next.messages.with(message.seq - 1, message)};
  } else if (!known && !next.early.has(message.seq)) {
    next = {...next, early: new Map(next.early).set(message.seq, message)};
    if (message.author.kind === 'ai' && turnId === undefined) next = {...next, stream: null};
    if (message.author.kind === 'ai') next = {...next, typing: {...next.typing, ai: false}};
    if (message.author.kind === 'agent') next = {...next, typing: {...next.typing, agent: false}};
  }
  if (next.stream && next.ended.includes(next.stream.turnId)) next = {...next, stream: null};
  return settle(next);
};

const streamed = (c: Conversation, frame: ToVisitor & {type: 'stream'}): Conversation => {
  if (c.ended.includes(frame.turnId)) return c;
  const same = c.stream?.turnId === frame.turnId ? c.stream.pieces : [];
  const pieces = frame.index === 0 && same[0] !== undefined ? [] : [...same];
  pieces[frame.index] = frame.text;
  return {...c, stream: {turnId: frame.turnId, pieces}};
};

const onFrame = (c: Conversation, frame: ToVisitor): Conversation => {
  switch (frame.type) {
    case 'welcome': {
      // Another conversation, or one put back to an older day: what is drawn is not what the server has.
      const other = c.conversationId !== null && c.conversationId !== frame.conversationId;
      const kept = other || frame.lastSeq < since(c) ? reset(c) : c;
      return {
        ...kept,
        phase: 'online',
        conversationId: frame.conversationId,
        state: frame.state,
        agent: frame.agent,
        personFree: frame.personFree,
        readByAgent: frame.readByAgent,
        lastSeq: frame.lastSeq,
        stream: null,
        typing: nobody,
        usage: frame.usage,
      };
    }
    case 'message':
      return receive(c, frame);
    case 'ack':
      return settle(acknowledge(c, frame.clientId, frame.seq, frame.at));
    case 'stream':
      return streamed(c, frame);
    case 'typing':
      return {...c, typing: {...c.typing, [frame.who]: frame.on}};
    case 'state': {
      const {state, agent, personFree} = frame;
      // Once the AI is quiet, a half-written answer of it never becomes a message.
      return {...c, state, agent, personFree, ...(state !== 'ai' && {stream: null, typing: nobody})};
    }
    case 'read':
      return {...c, readByAgent: Math.max(c.readByAgent, frame.seq)};
    case 'error':
      // Too fast means later, not never: it stays queued.
      if (frame.code === 'conversations.too_fast') return c;
      return {
        ...c,
        outgoing: c.outgoing.map(item =>
          item.clientId === frame.clientId && !item.acked ? {...item, failed: frame.code} : item,
        ),
      };
    case 'pong':
      return c;
  }
  return c; // a newer server may say more than we know
};

const reset = (c: Conversation): Conversation => ({
  ...emptyConversation(c.personFree),
  outgoing: c.outgoing.map(item => ({...item, acked: undefined})),
});

export const reduce = (c: Conversation, action: Action): Conversation => {
  switch (action.type) {
    case 'frame':
      return onFrame(c, action.frame);
    case 'queue':
      if (c.outgoing.some(item => item.clientId === action.item.clientId)) return c;
      return {...c, outgoing: [...c.outgoing, action.item]};
    case 'retry':
      return {
        ...c,
        outgoing: c.outgoing.map(item =>
          item.clientId === action.clientId ? {...item, failed: undefined} : item,
        ),
      };
    case 'drop':
      return {...c, outgoing: c.outgoing.filter(item => item.clientId !== action.clientId)};
    case 'quiet':
      return {...c, typing: {...c.typing, [action.who]: false}};
    case 'phase':
      // What was half said on a broken line starts over.
      return {...c, phase: action.phase, ...(action.phase !== 'online' && {stream: null, typing: nobody})};
    case 'usage':
      return {...c, usage: action.usage};
    case 'reset':
      return reset(c);
  }
};

/** For `hello`: up to where the server's own version of every message is drawn. */
export const since = (c: Conversation): number => {
  const local = c.messages.findIndex(message => message.local);
  return local === -1 ? c.messages.length : local;
};
/** What still has to reach the server, in the order it was said. */
export const pending = (c: Conversation): Outgoing[] =>
  c.outgoing.filter(item => !item.acked && !item.failed);
export const hasGap = (c: Conversation): boolean =>
  c.early.size > 0 || c.outgoing.some(item => item.acked !== undefined);
export const replaying = (c: Conversation): boolean => c.messages.length < c.lastSeq;
/** The unbroken beginning of the answer that is being written. */
export const streamText = (stream: Stream | null): string => {
  const pieces = stream?.pieces ?? [];
  const hole = Array.from(pieces).indexOf(undefined);
  return (hole === -1 ? pieces : pieces.slice(0, hole)).join('');
};
/** What others said after `seq`. */
export const unread = (c: Conversation, seq: number): number =>
  c.messages.slice(seq).filter(({author}) => author.kind === 'ai' || author.kind === 'agent').length;
/** Only under the newest message, only while nothing of ours is on its way. */
export const quickReplies = (c: Conversation): string[] => {
  const last = c.messages.at(-1);
  const open = last?.author.kind === 'ai' && c.outgoing.length === 0 && c.stream === null;
  return open && c.state !== 'agent' && c.state !== 'closed' ? last.quickReplies : [];
};
