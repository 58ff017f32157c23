import {isDeepStrictEqual} from 'node:util';
import type {Message} from '../../appliance/features/conversations/conversations.schema.ts';

export const faultKinds = [
  'lost',
  'doubled',
  'changed',
  'gap',
  'order',
  'answered twice',
  'unanswered',
  'lead lost',
  'lead doubled',
  'left behind',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Report = (kind: FaultKind, what: string) => void;

/** One word to the server: kept until it is acknowledged, and after that for the final count. */
export type Said = {clientId: string; text: string; seq: number | undefined};
/** A message as a frame brings it. */
export type Line = {message: Message; clientId?: string | undefined; turnId?: string | undefined};

/** What one client knows of one conversation, by the rules of PROTOCOL.md: what it draws, what it keeps, what it sends again. */
export const createLedger = (name: string, report: Report) => {
  const messages = new Map<number, Message>();
  const said: Said[] = [];
  const byId = new Map<string, Said>();
  const turns = new Map<string, number>();
  const waiting = new Set<() => void>();
  let drawn = 0;
  let early = 0;
  let handedOver = false;

  const until = (done: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const look = (): void => {
        if (!done()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const changed = (): void => {
    for (const look of waiting) look();
  };

  const acknowledged = (clientId: string, seq: number): void => {
    const one = byId.get(clientId);
    if (!one) return;
    if (one.seq !== undefined && one.seq !== seq)
      report('doubled', `${name}: ${clientId} was acknowledged as ${one.seq} and as ${seq}`);
    one.seq = seq;
    changed();
  };

  return {
    name,
    said,
    messages,
    until,
    /** What `hello` or `watch` says: the last number up to which nothing is missing. */
    drawn: (): number => drawn,
    /** Messages that came before an earlier one; allowed, but worth knowing. */
    early: (): number => early,
    /** A turn whose process died several times in a row goes to a person: the AI is quiet from then on. */
    handedOver: (): boolean => handedOver,
    handOver: (): void => {
      handedOver = true;
      changed();
    },
    pending: (): Said[] => said.filter(({seq}) => seq === undefined),
    say: (text: string): Said => {
      const one = {clientId: `${name}-${said.length + 1}`, text, seq: undefined};
      said.push(one);
      byId.set(one.clientId, one);
      return one;
    },
    acknowledged,
    take: ({message, clientId, turnId}: Line): void => {
      const known = messages.get(message.seq);
      if (known && !isDeepStrictEqual(known, message))
        report('changed', `${name}: message ${message.seq} was "${known.text}" and is "${message.text}"`);
      if (!known && message.seq > drawn + 1) early += 1;
      messages.set(message.seq, message);
      while (messages.has(drawn + 1)) drawn += 1;
      if (turnId !== undefined) {
        const before = turns.get(turnId);
        if (before !== undefined && before !== message.seq)
          report('answered twice', `${name}: turn ${turnId} is answered by ${before} and ${message.seq}`);
        turns.set(turnId, message.seq);
      }
      if (clientId !== undefined) acknowledged(clientId, message.seq);
      changed();
    },
  };
};
export type Ledger = ReturnType<typeof createLedger>;
