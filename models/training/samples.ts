import {authorities, intents, spanFields} from '../../appliance/adapters/llm/contract.ts';
import {buildSequence, type Room, type Sequence} from '../../appliance/inference/sequence.ts';
import type {Vocabulary} from '../../appliance/inference/vocabulary.ts';
import type {Example} from './augment.ts';
import type {Random} from './random.ts';

export type Sample = {sequence: Sequence; tags: number[]; intents: number; authority: number};

/** The message with its labels, as the model reads it and as it should answer. */
export const toSample = (vocabulary: Vocabulary, example: Example, room: Room, random?: Random): Sample => {
  let text = '';
  const spans = example.parts.flatMap(part => {
    const start = text.length;
    text += part.text;
    return part.field === null ? [] : [{field: part.field, start, end: text.length}];
  });
  // Cutting words in other ways at random teaches the pieces, not only the words they came from.
  const split = random ? () => random.chance(0.08) : undefined;
  const locale = random?.chance(0.15) ? 'xx' : example.locale;
  const turns = [...example.before, {role: 'visitor' as const, text}];
  const sequence = buildSequence(vocabulary, {locale, turns}, room, split);
  let open = -1;
  const tags = sequence.slots.map(({unit}) => {
    const at = spans.findIndex(span => unit.start < span.end && unit.end > span.start);
    const field = spans[at]?.field;
    const begins = at !== open;
    open = at;
    return field === undefined ? 0 : 1 + spanFields.indexOf(field) * 2 + (begins ? 0 : 1);
  });
  return {
    sequence,
    tags,
    intents: example.intents.reduce((bits, intent) => bits | (1 << intents.indexOf(intent)), 0),
    authority: example.authority === null ? 0 : 1 + authorities.indexOf(example.authority),
  };
};

/** Little-endian 32-bit integers: [tokens, slots, ask, intents, authority, …tokens, …positions, …tags] a sample. */
export const packSamples = (samples: readonly Sample[]): Buffer => {
  const numbers: number[] = [];
  for (const {sequence, tags, intents: bits, authority} of samples) {
    numbers.push(sequence.tokens.length, tags.length, sequence.ask, bits, authority);
    numbers.push(...sequence.tokens, ...sequence.slots.map(slot => slot.position), ...tags);
  }
  return Buffer.from(Int32Array.from(numbers).buffer);
};
