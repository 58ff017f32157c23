import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {LlamaContext, LlamaContextSequence, Token} from 'node-llama-cpp';
import type {Prompt} from './chat.ts';

/** One conversation's evaluated state, in memory only. */
export type Place = {
  sequence: LlamaContextSequence;
  /** Whose words it holds besides the shared beginning. */
  owner: string | undefined;
  busy: boolean;
  /** Erased while it was at work: what it holds goes when the work ends. */
  forgotten: boolean;
  lastUsed: number;
};
export type Pool = {
  places: number;
  /** A free place, aligned with the prompt: what it returns of the prompt is still to be evaluated. */
  take: (prompt: Prompt, owner: string | undefined) => Promise<{place: Place; rest: Token[]}>;
  release: (place: Place) => Promise<void>;
  /** Drops what is held of a conversation. */
  forget: (owner: string) => Promise<void>;
  /** Tokens kept of a conversation. */
  held: (owner: string) => number;
};

/** Evaluating fewer tokens than these is as quick as reading a file. */
const worthSaving = 24;
const mostPrefixes = 4;

/**
 * Sequences of one context, and the beginnings they share. A beginning (a playbook's words, never a visitor's) is
 * evaluated once, kept in a file of `directory`, and read from there into any sequence that needs it.
 */
export const createPool = (context: LlamaContext, directory: string): Pool => {
  const places: Place[] = Array.from({length: context.totalSequences}, () => ({
    sequence: context.getSequence(),
    owner: undefined,
    busy: false,
    forgotten: false,
    lastUsed: 0,
  }));
  const files = new Map<string, string>();
  let uses = 0;
  let inTurn: Promise<unknown> = Promise.resolve();
  /** One at a time: a file is not overwritten while another reads it, and two that need the same evaluate it once. */
  const alone = <T>(act: () => Promise<T>): Promise<T> => {
    const done = inTurn.then(act);
    inTurn = done.catch(() => undefined);
    return done;
  };

  const heldOf = ({sequence}: Place, tokens: Token[]) =>
    sequence.compareContextTokens(tokens).firstDifferentIndex;

  const begin = async (sequence: LlamaContextSequence, beginning: Token[]) => {
    await sequence.clearHistory();
    if (beginning.length < worthSaving) return;
    const key = createHash('sha256').update(Uint32Array.from(beginning)).digest('hex');
    const file = files.get(key);
    if (file !== undefined) {
      files.delete(key);
      files.set(key, file);
      await sequence.loadStateFromFile(file, {acceptRisk: true});
      return;
    }
    await sequence.evaluateWithoutGeneratingNewTokens(beginning);
    const [oldest] = files;
    const room =
      files.size >= mostPrefixes && oldest ? oldest[1] : join(directory, `prefix-${files.size}.state`);
    if (files.size >= mostPrefixes && oldest) files.delete(oldest[0]);
    await sequence.saveStateToFile(room);
    files.set(key, room);
  };

  const choose = (prompt: Prompt, owner: string | undefined): Place => {
    const free = places.filter(place => !place.busy);
    const own = free
      .filter(place => owner !== undefined && place.owner === owner)
      .map(place => ({place, held: heldOf(place, prompt.tokens)}))
      .filter(({held}) => held > prompt.shared)
      .toSorted((a, b) => b.held - a.held)[0];
    const chosen = own?.place ?? free.toSorted((a, b) => a.lastUsed - b.lastUsed)[0];
    if (!chosen) throw new Error('No sequence is free.');
    return chosen;
  };

  const clear = async (place: Place) => {
    place.owner = undefined;
    place.forgotten = false;
    place.lastUsed = 0;
    await place.sequence.clearHistory();
  };

  return {
    places: places.length,
    take: async (prompt, owner) => {
      const place = choose(prompt, owner);
      place.busy = true;
      place.owner = owner;
      place.lastUsed = ++uses;
      const {sequence} = place;
      try {
        if (heldOf(place, prompt.tokens) < prompt.shared)
          await alone(() => begin(sequence, prompt.tokens.slice(0, prompt.shared)));
        // The last token is always evaluated: from it comes the first that is written.
        await sequence.adaptStateToTokens(prompt.tokens.slice(0, -1), false);
        return {place, rest: prompt.tokens.slice(sequence.nextTokenIndex)};
      } catch (error) {
        place.busy = false;
        await clear(place);
        throw error;
      }
    },
    release: async place => {
      if (place.forgotten || place.owner === undefined) await clear(place);
      place.busy = false;
    },
    held: owner =>
      places
        .filter(place => place.owner === owner)
        .reduce((sum, {sequence}) => sum + sequence.nextTokenIndex, 0),
    forget: async owner => {
      for (const place of places.filter(held => held.owner === owner)) {
        if (place.busy) place.forgotten = true;
        else await clear(place);
      }
    },
  };
};
