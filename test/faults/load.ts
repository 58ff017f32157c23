import {setTimeout as pause} from 'node:timers/promises';
import {wordsOfALead} from '../helpers/leads.ts';
import type {Agent, Visitor} from './clients.ts';

export type Random = () => number;

/** The same seed, the same choices (mulberry32). What the machine makes of them differs all the same. */
export const createRandom = (seed: number): Random => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
export const between = (random: Random, from: number, to: number): number =>
  Math.floor(from + random() * (to - from));

export type Load = {random: Random; stopping: () => boolean};
const words = 40;

/** Writes on only once it is answered: between two of its messages there must be exactly one answer. */
export const calm = async (visitor: Visitor, {random, stopping}: Load): Promise<void> => {
  for (let n = 1; n <= words && !stopping() && !visitor.ledger.handedOver(); n++) {
    await visitor.say(`Note ${visitor.name}-${n}`);
    await visitor.answered();
    await pause(between(random, 1, 20));
  }
};

/** Writes several messages at once, without waiting for anything: their order must be kept. */
export const hasty = async (visitor: Visitor, {random, stopping}: Load): Promise<void> => {
  const left = Array.from({length: words}, (_, index) => `Note ${visitor.name}-${index + 1}`);
  while (left.length > 0 && !stopping() && !visitor.ledger.handedOver()) {
    await Promise.all(left.splice(0, between(random, 2, 7)).map(text => visitor.say(text)));
    await pause(between(random, 1, 30));
  }
};

/** An agent and a visitor who write at the same time, each without waiting for the other. */
export const together = async (
  agent: Agent,
  conversationId: string,
  visitor: Visitor,
  {random, stopping}: Load,
): Promise<void> => {
  for (let n = 1; !stopping(); n++) {
    const answers = Array.from({length: between(random, 1, 4)}, (_, part) =>
      agent.say(conversationId, `Answer ${visitor.name}-${n}-${part}`),
    );
    await Promise.all([visitor.say(`Note ${visitor.name}-${n}`), ...answers]);
    await pause(between(random, 5, 40));
  }
};

/** Says everything that makes a lead in one message. */
export const lead = async (visitor: Visitor): Promise<void> => {
  await visitor.say(wordsOfALead(`${visitor.name}@example.com`));
  await visitor.answered();
};
