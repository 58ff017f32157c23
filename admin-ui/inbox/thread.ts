/**
 * One conversation as an agent sees it, as a pure function of what came and what was sent. Frames may come twice, late,
 * out of order or after a reconnect (PROTOCOL.md): the messages drawn are always 1, 2, 3 … without gap or double.
 */
import type {
  ConversationDetail,
  Message,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import type {FactView, ScoreView} from '../../appliance/kit/schema.ts';

/** Something this agent said that the transcript does not show yet. */
export type Outgoing = {
  clientId: string;
  text: string;
  at: string;
  /** On its way over the present connection. */
  sent: boolean;
  /** Committed; it stays here until the transcript has reached this number. */
  acked?: number | undefined;
  failed?: {code: string; message: string} | undefined;
};
export type Stream = {turnId: string; pieces: readonly (string | undefined)[]};
export type Thread = {
  /** `log[n].seq === n + 1`, always. */
  log: readonly Message[];
  /** Came before one of its predecessors did. */
  early: ReadonlyMap<number, Message>;
  outgoing: readonly Outgoing[];
  stream: Stream | null;
  /** Turns whose message is here: late pieces of them are ignored. */
  ended: readonly string[];
  typing: {visitor: boolean; ai: boolean; agent: boolean};
  visitorRead: number;
  facts: readonly FactView[];
  score: ScoreView | null;
  visitor: ConversationDetail['visitor'] | null;
  /** Nothing of this visitor is deleted until somebody lifts the hold. */
  legalHold: boolean;
  loaded: boolean;
};

const nobody = {visitor: false, ai: false, agent: false};
export const emptyThread: Thread = {
  log: [],
  early: new Map(),
  outgoing: [],
  stream: null,
  ended: [],
  typing: nobody,
  visitorRead: 0,
  facts: [],
  score: null,
  visitor: null,
  legalHold: false,
  loaded: false,
};

/** Moves over what now follows the last message without a gap. */
const settle = (t: Thread): Thread => {
  if (!t.early.has(t.log.length + 1)) {
    const outgoing = t.outgoing.filter(({acked}) => acked === undefined || acked > t.log.length);
    return outgoing.length === t.outgoing.length ? t : {...t, outgoing};
  }
  const log = [...t.log];
  const early = new Map(t.early);
  for (let next = early.get(log.length + 1); next; next = early.get(log.length + 1)) {
    early.delete(next.seq);
    log.push(next);
  }
  const outgoing = t.outgoing.filter(({acked}) => acked === undefined || acked > log.length);
  return {...t, log, early, outgoing};
};

const place = (t: Thread, message: Message): Thread =>
  message.seq <= t.log.length || t.early.has(message.seq)
    ? t
    : {...t, early: new Map(t.early).set(message.seq, message)};

const acknowledge = (t: Thread, clientId: string, seq: number): Thread => ({
  ...t,
  outgoing: t.outgoing.map(item =>
    item.clientId === clientId ? {...item, acked: seq, failed: undefined} : item,
  ),
});

const receive = (t: Thread, {message, clientId, turnId}: ToAgent & {type: 'message'}): Thread => {
  const isNew = message.seq > t.log.length && !t.early.has(message.seq);
  let next = place(t, message);
  // Client ids belong to their sender; ours are long and random, so a colleague's never means one of ours.
  if (clientId !== undefined) next = acknowledge(next, clientId, message.seq);
  if (turnId !== undefined) next = {...next, ended: [...next.ended.slice(-50), turnId]};
  const {kind} = message.author;
  if (isNew && kind === 'ai' && turnId === undefined) next = {...next, stream: null};
  if (next.stream && next.ended.includes(next.stream.turnId)) next = {...next, stream: null};
  if (isNew && kind !== 'system') next = {...next, typing: {...next.typing, [kind]: false}};
  return settle(next);
};

const streamed = (t: Thread, {turnId, index, text}: ToAgent & {type: 'stream'}): Thread => {
  if (t.ended.includes(turnId)) return t;
  const same = t.stream?.turnId === turnId ? t.stream.pieces : [];
  const pieces = index === 0 && same[0] !== undefined ? [] : [...same];
  pieces[index] = text;
  return {...t, stream: {turnId, pieces}};
};

export const onThreadFrame = (t: Thread, frame: ToAgent): Thread => {
  switch (frame.type) {
    case 'message':
      return receive(t, frame);
    case 'ack':
      return settle(acknowledge(t, frame.clientId, frame.seq));
    case 'stream':
      return streamed(t, frame);
    case 'typing':
      return t.typing[frame.who] === frame.on ? t : {...t, typing: {...t.typing, [frame.who]: frame.on}};
    case 'read':
      return frame.by === 'visitor' ? {...t, visitorRead: Math.max(t.visitorRead, frame.seq)} : t;
    case 'facts':
      return {...t, facts: frame.facts, score: frame.score};
    case 'error': {
      if (frame.clientId === undefined) return t;
      // Too fast, or a fault of the server's own, means later and not never.
      const later = frame.code === 'conversations.too_fast' || frame.code === 'internal';
      return {
        ...t,
        outgoing: t.outgoing.map(item =>
          item.clientId !== frame.clientId || item.acked !== undefined
            ? item
            : later
              ? {...item, sent: false}
              : {...item, sent: false, failed: {code: frame.code, message: frame.message}},
        ),
      };
    }
    default:
      return t;
  }
};

/** The whole of it, as a request answered. One put back to an older day is drawn from its beginning. */
export const onThreadLoaded = (t: Thread, detail: ConversationDetail): Thread => {
  const longest = Math.max(detail.lastSeq, detail.messages.length);
  const kept = longest < t.log.length ? {...t, log: [], early: new Map<number, Message>()} : t;
  const outgoing =
    kept === t ? t.outgoing : t.outgoing.map(item => ({...item, acked: undefined, sent: false}));
  const {facts, score, visitor, legalHold} = detail;
  const filled: Thread = {...kept, outgoing, facts, score, visitor, legalHold, loaded: true};
  return settle(detail.messages.reduce(place, filled));
};

/** Nobody listens any more, or the line broke: what was half said starts over, what was not acknowledged goes again. */
export const onThreadQuiet = (t: Thread, lost: boolean): Thread => ({
  ...t,
  stream: null,
  typing: nobody,
  outgoing: lost ? t.outgoing.map(item => (item.sent ? {...item, sent: false} : item)) : t.outgoing,
});

/** Once a person answers, or it is over, a half-written answer of the AI never becomes a message. */
export const withoutAi = (t: Thread): Thread =>
  t.stream || t.typing.ai ? {...t, stream: null, typing: {...t.typing, ai: false}} : t;

/** One at a time, so that what was said first is stored first, whatever is refused or lost in between. */
export const nextToSend = (t: Thread): Outgoing | undefined => {
  const first = t.outgoing.find(({acked, failed}) => acked === undefined && failed === undefined);
  return first?.sent ? undefined : first;
};
export const hasGap = (t: Thread): boolean => t.early.size > 0;
/** The unbroken beginning of the answer that is being written. */
export const streamText = (stream: Stream | null): string => {
  const pieces = Array.from(stream?.pieces ?? []);
  const hole = pieces.indexOf(undefined);
  return (hole === -1 ? pieces : pieces.slice(0, hole)).join('');
};
