import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {authorities, intents, spanFields} from '../../appliance/adapters/llm/contract.ts';
import {decode, type Scores} from '../../appliance/inference/decode.ts';
import type {Labeller} from '../../appliance/inference/labeller.ts';
import {defaultRoom} from '../../appliance/inference/sequence.ts';
import type {Vocabulary} from '../../appliance/inference/vocabulary.ts';
import type {Example} from './augment.ts';
import {type Sample, toSample} from './samples.ts';

export type Counts = {right: number; wrong: number; missed: number};
export const f1 = ({right, wrong, missed}: Counts): number =>
  right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed);
export type Measured = {
  fields: Record<string, Counts>;
  intents: Counts;
  authority: Counts;
  messages: number;
  /** Messages without any fact, and those among them in which one was found. */
  factFree: number;
  invented: number;
};

const none = (): Counts => ({right: 0, wrong: 0, missed: 0});
const tally = (counts: Counts, expected: Set<string>, found: Set<string>) => {
  for (const item of found) counts[expected.has(item) ? 'right' : 'wrong'] += 1;
  for (const item of expected) if (!found.has(item)) counts.missed += 1;
};

/** Exact spans, as the inference process would answer them. */
export const measure = async (labeller: Labeller, examples: readonly Example[]): Promise<Measured> => {
  const measured: Measured = {
    fields: Object.fromEntries(spanFields.map(field => [field, none()])),
    intents: none(),
    authority: none(),
    messages: examples.length,
    factFree: 0,
    invented: 0,
  };
  for (const example of examples) {
    const text = example.parts.map(part => part.text).join('');
    const turns = [...example.before, {role: 'visitor' as const, text}];
    const answer = await labeller.point({locale: example.locale, turns});
    for (const field of spanFields)
      tally(
        measured.fields[field] ?? none(),
        new Set(example.parts.filter(part => part.field === field).map(part => part.text)),
        new Set(
          answer.spans.filter(span => span.field === field).map(span => text.slice(span.start, span.end)),
        ),
      );
    tally(measured.intents, new Set(example.intents), new Set(answer.intents.map(({intent}) => intent)));
    tally(
      measured.authority,
      new Set(example.authority ? [example.authority] : []),
      new Set(answer.authority ? [answer.authority.value] : []),
    );
    if (example.parts.every(part => part.field === null)) {
      measured.factFree += 1;
      measured.invented += answer.spans.length > 0 ? 1 : 0;
    }
  }
  return measured;
};

/** What torch said of the held-out samples, beside what the GGUF says through llama.cpp. */
export type Parity = {messages: number; same: number; labels: number; sameLabels: number; furthest: number};

const readScores = (folder: string, samples: readonly Sample[]): Scores[] => {
  const bytes = readFileSync(join(folder, 'scores.bin'));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const width = 1 + spanFields.length * 2;
  let at = 0;
  const take = (count: number) => Array.from(numbers.subarray(at, (at += count)));
  const scores = samples.map(({tags}) => ({
    tags: tags.map(() => take(width)),
    intents: take(intents.length),
    authorities: take(authorities.length + 1),
  }));
  if (at !== numbers.length) throw new Error('scores.bin does not belong to these samples.');
  return scores;
};

const top = (row: readonly number[]) => row.indexOf(Math.max(...row));
/** Every label taken off one sequence: a tag a unit, yes or no an intent, one authority. */
const labelsOf = (scores: Scores) => [
  ...scores.tags.map(top),
  ...scores.intents.map(score => (score > 0 ? 1 : 0)),
  top(scores.authorities),
];

export const compare = async (
  folder: string,
  labeller: Labeller,
  vocabulary: Vocabulary,
  examples: readonly Example[],
): Promise<Parity> => {
  const samples = examples.map(example => toSample(vocabulary, example, defaultRoom));
  const expected = readScores(folder, samples);
  const parity: Parity = {messages: samples.length, same: 0, labels: 0, sameLabels: 0, furthest: 0};
  for (const [i, {sequence}] of samples.entries()) {
    const torch = expected[i] as Scores;
    const positions = sequence.slots.map(slot => slot.position);
    const native = await labeller.score(sequence.tokens, sequence.ask, positions);
    const [ours, theirs] = [labelsOf(native), labelsOf(torch)];
    parity.labels += ours.length;
    parity.sameLabels += ours.filter((label, at) => label === theirs[at]).length;
    const shape = ({spans, intents: shown, authority}: ReturnType<typeof decode>) =>
      JSON.stringify([
        spans.map(({field, start, end}) => [field, start, end]),
        shown.map(({intent}) => intent),
        authority?.value,
      ]);
    parity.same += shape(decode(sequence, native)) === shape(decode(sequence, torch)) ? 1 : 0;
    for (const [row, tags] of torch.tags.entries())
      for (const [tag, score] of tags.entries())
        parity.furthest = Math.max(parity.furthest, Math.abs(score - (native.tags[row]?.[tag] ?? 0)));
  }
  return parity;
};
