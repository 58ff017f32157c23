import type {CorpusDialogue, CorpusTurn, Field, Intent} from './corpus.ts';
import {swapValue} from './swap.ts';
import type {Random} from './random.ts';
import {syllables} from './values/things.ts';

/** A message in parts: plain text, and values under their labels. Noise keeps the labels where they belong. */
export type Part = {text: string; field: Field | null};
export type Example = {
  locale: string;
  language: string;
  before: {role: 'assistant' | 'visitor'; text: string}[];
  parts: Part[];
  intents: Intent[];
  authority: CorpusTurn['authority'];
};

export const partsOf = (turn: CorpusTurn): Part[] => {
  const parts: Part[] = [];
  let at = 0;
  for (const span of turn.spans) {
    if (span.start > at) parts.push({text: turn.text.slice(at, span.start), field: null});
    parts.push({text: turn.text.slice(span.start, span.end), field: span.field});
    at = span.end;
  }
  if (at < turn.text.length) parts.push({text: turn.text.slice(at), field: null});
  return parts;
};

/** One example for every message a visitor sends, with what was said before it. */
export const examplesOf = (dialogue: CorpusDialogue): Example[] =>
  dialogue.turns.flatMap((turn, i) =>
    turn.role === 'assistant'
      ? []
      : [
          {
            locale: dialogue.locale,
            language: dialogue.locale.slice(0, 2),
            before: dialogue.turns.slice(0, i).map(({role, text}) => ({role, text})),
            parts: partsOf(turn),
            intents: turn.intents,
            authority: turn.authority,
          },
        ],
  );

const textOf = (parts: Part[]) => parts.map(part => part.text).join('');
const fieldsOf = (example: Example) => new Set(example.parts.flatMap(part => part.field ?? []));
const isWhole = (example: Example) => textOf(example.parts).split(/\s+/u).length >= 8;

export type Pools = {
  byLanguage: Map<string, Example[]>;
  /** Questions of the assistant that were answered with nothing but this field. */
  questions: Map<string, string[]>;
  needs: Map<string, string[]>;
};

const add = <T>(map: Map<string, T[]>, key: string, value: T) => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};

export const collectPools = (examples: readonly Example[]): Pools => {
  const pools: Pools = {byLanguage: new Map(), questions: new Map(), needs: new Map()};
  for (const example of examples) {
    add(pools.byLanguage, example.language, example);
    const fields = [...fieldsOf(example)];
    const asked = example.before.at(-1);
    if (
      fields.length === 1 &&
      example.intents.length === 0 &&
      asked?.role === 'assistant' &&
      !isWhole(example)
    )
      add(pools.questions, `${example.language} ${fields[0]}`, asked.text);
    for (const part of example.parts)
      if (part.field === 'need') add(pools.needs, example.language, part.text);
  }
  return pools;
};

const swapped = (example: Example, pools: Pools, random: Random): Part[] =>
  example.parts.map(part => ({
    ...part,
    text: swapValue(part, example.language, pools.needs.get(example.language) ?? [], random),
  }));

/** Two messages in one, as people send them who do not stop: only where neither contradicts the other. */
const joined = (example: Example, pools: Pools, random: Random): Example => {
  const other = random.pick(pools.byLanguage.get(example.language) ?? [example]);
  const fields = fieldsOf(example);
  const clash =
    [...fieldsOf(other)].some(field => fields.has(field)) || (example.authority && other.authority);
  const alone = other.intents.includes('job_seeker') || other.intents.includes('vendor_pitch');
  if (clash || alone || !isWhole(other) || !isWhole(example) || other === example) return example;
  const first = swapped(example, pools, random);
  const second = swapped(other, pools, random);
  const glue: Part = {text: random.pick([' ', ' ', '. ', '\n', ' - ', ', ']), field: null};
  return {
    ...example,
    parts: random.chance(0.5) ? [...first, glue, ...second] : [...second, glue, ...first],
    intents: [...new Set([...example.intents, ...other.intents])],
    authority: example.authority ?? other.authority,
  };
};

const neighbours = 'qwertyuiopasdfghjklzxcvbnm';
const umlauts: Record<string, string> = {ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue', ß: 'ss'};
/** As it is typed without the keys for it: "für" as "fur" or "fuer", "où" as "ou". */
const withoutMarks = (text: string, spelled: boolean): string =>
  text
    .replaceAll(/[äöüÄÖÜß]/gu, letter => (spelled || letter === 'ß' ? (umlauts[letter] ?? letter) : letter))
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFC');
const mistype = (word: string, random: Random): string => {
  const at = 1 + random.below(Math.max(1, word.length - 1));
  const [head, letter, tail] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  return random.pick([
    head + tail,
    head + letter + letter + tail,
    head + tail.charAt(0) + letter + tail.slice(1),
    head + random.pick(Array.from(neighbours)) + tail,
  ]);
};

/** Every kind of carelessness a chat window sees; applied to all parts alike. */
const createNoise = (random: Random): ((text: string) => string) => {
  const lower = random.chance(0.22);
  const upper = !lower && random.chance(0.02);
  const bare = random.chance(0.15);
  const typos = random.chance(0.4) ? random.pick([0.04, 0.08, 0.16]) : 0;
  const unmarked = random.chance(0.15);
  const spelled = random.chance(0.5);
  return text => {
    let noisy = unmarked ? withoutMarks(text, spelled) : text;
    if (lower) noisy = noisy.toLowerCase();
    if (upper) noisy = noisy.toUpperCase();
    if (bare) noisy = noisy.replaceAll(/(?<!\d)[.,;:!?'’"](?!\d)/gu, '');
    if (typos > 0)
      noisy = noisy.replaceAll(/\p{L}{4,}/gu, word => (random.chance(typos) ? mistype(word, random) : word));
    // A value that noise leaves empty would lose its label.
    return noisy.trim() === '' && text.trim() !== '' ? text : noisy;
  };
};

const context = (example: Example, pools: Pools, random: Random): Example['before'] => {
  if (isWhole(example) && random.chance(0.2)) return [];
  const last = example.before.at(-1);
  const fields = [...fieldsOf(example)];
  if (last?.role !== 'assistant') return example.before;
  const questions = pools.questions.get(`${example.language} ${fields[0]}`);
  if (fields.length !== 1 || !questions || !random.chance(0.3)) return example.before;
  return [...example.before.slice(0, -1), {role: 'assistant', text: random.pick(questions)}];
};

/**
 * Words nobody knows, where nothing is stated. Otherwise the unknown words of the training text are all names and firms,
 * and every rare word of a visitor's becomes one.
 */
const estranged = (text: string, random: Random): string =>
  text.replaceAll(/\p{L}{4,}/gu, word => {
    if (!random.chance(0.12)) return word;
    const strange = syllables(random);
    if (word !== word.toLowerCase()) return strange;
    const ending = random.chance(0.5) ? word.slice(-2 - random.below(2)) : '';
    return strange.toLowerCase() + ending;
  });

export const noised = (example: Example, random: Random): Example => {
  const noise = createNoise(random);
  const strange = random.chance(0.35);
  return {
    ...example,
    parts: example.parts.map(part => ({
      ...part,
      text: noise(
        strange && (part.field === null || part.field === 'need') ? estranged(part.text, random) : part.text,
      ),
    })),
  };
};

export const vary = (example: Example, pools: Pools, random: Random): Example => {
  const base = random.chance(0.22)
    ? joined(example, pools, random)
    : {...example, parts: swapped(example, pools, random)};
  const varied = noised({...base, before: context(base, pools, random)}, random);
  const ending = random.pick(['.', '!', ' :)', ' thx', '...', ' 👍', ' ']);
  return random.chance(0.1) ? {...varied, parts: [...varied.parts, {text: ending, field: null}]} : varied;
};
