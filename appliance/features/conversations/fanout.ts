import type {Connection} from '../../kit/socket.ts';
import type {Message} from './conversations.schema.ts';
import type {ToAgent, ToVisitor} from './protocol.ts';

type Side = 'visitor' | 'agent';
/** Takes JSON that was made once for all who listen on one side. */
type Listener = (json: string) => void;

/**
 * Who listens to which conversation, on this node. A frame is serialised once a side. Several nodes will meet here: what
 * is published locally is then also sent to the others.
 */
export const createFanout = (deps: {typingSeconds: number; onPresence: (conversationId: string) => void}) => {
  const listeners = {visitor: new Map<string, Set<Listener>>(), agent: new Map<string, Set<Listener>>()};
  /** Each open console and whose it is. */
  const consoles = new Map<Listener, string>();
  const typingTimers = new Map<string, NodeJS.Timeout>();

  const tellJson = (side: Side, conversationId: string, make: () => string): void => {
    const set = listeners[side].get(conversationId);
    if (!set || set.size === 0) return;
    const json = make();
    for (const listener of set) listener(json);
  };
  const tell = (side: Side, conversationId: string, frame: object): void =>
    tellJson(side, conversationId, () => JSON.stringify(frame));

  const typing = (conversationId: string, who: 'visitor' | 'agent' | 'ai', on: boolean): void => {
    if (!on && typingTimers.size === 0) return;
    const key = `${conversationId} ${who}`;
    const timer = typingTimers.get(key);
    if (!on && !timer) return;
    clearTimeout(timer);
    typingTimers.delete(key);
    if (on) {
      const forget = setTimeout(() => typing(conversationId, who, false), deps.typingSeconds * 1000);
      forget.unref();
      typingTimers.set(key, forget);
    }
    if (timer && on) return;
    if (who !== 'visitor') tell('visitor', conversationId, {type: 'typing', who, on} satisfies ToVisitor);
    tell('agent', conversationId, {type: 'typing', conversationId, who, on} satisfies ToAgent);
  };

  return {
    /** Returns how to leave. */
    join: (conversationId: string, side: Side, listener: Listener): (() => void) => {
      const set = listeners[side].get(conversationId) ?? new Set();
      listeners[side].set(conversationId, set);
      set.add(listener);
      if (side === 'visitor' && set.size === 1) deps.onPresence(conversationId);
      return () => {
        set.delete(listener);
        if (set.size > 0) return;
        if (listeners[side].get(conversationId) === set) listeners[side].delete(conversationId);
        if (side === 'visitor') {
          typing(conversationId, 'visitor', false);
          deps.onPresence(conversationId);
        }
      };
    },
    joinConsole: (userId: string, listener: Listener): (() => void) => {
      consoles.set(listener, userId);
      return () => consoles.delete(listener);
    },
    /** A `message` frame to both sides, each with the names that side knows it by. The message is serialised once. */
    message: (
      conversationId: string,
      message: Message,
      names: Record<Side, {clientId?: string; turnId?: string}>,
    ): void => {
      const said = JSON.stringify(message);
      for (const side of ['visitor', 'agent'] as const) {
        tellJson(side, conversationId, () => {
          const rest = JSON.stringify({...(side === 'agent' ? {conversationId} : {}), ...names[side]});
          return `{"type":"message","message":${said}${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}`;
        });
      }
    },
    toVisitor: (conversationId: string, frame: ToVisitor): void => tell('visitor', conversationId, frame),
    toAgents: (conversationId: string, frame: ToAgent): void => tell('agent', conversationId, frame),
    toConsoles: (frame: ToAgent): void => {
      if (consoles.size === 0) return;
      const json = JSON.stringify(frame);
      for (const listener of consoles.keys()) listener(json);
    },
    typing,
    online: (conversationId: string): boolean => listeners.visitor.has(conversationId),
    consoleUsers: (): string[] => [...new Set(consoles.values())],
    hasConsoles: (): boolean => consoles.size > 0,
    visitors: (): Iterable<string> => listeners.visitor.keys(),
  };
};
export type Fanout = ReturnType<typeof createFanout>;

const piece = 32;
/** A long replay waits for its reader, or it would look like one who does not read. */
export const inPieces = async <Item>(
  connection: Connection,
  items: readonly Item[],
  send: (item: Item) => void,
): Promise<void> => {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % piece === 0) await connection.flushed();
    send(item);
  }
};
