import {
  type Authority,
  authorities,
  intents,
  type Pointed,
  type PointedSpan,
  type SpanField,
  spanFields,
} from '../adapters/llm/contract.ts';
import type {Sequence} from './sequence.ts';

/** One number per tag, in the order of `tagNames`: O, then B and I of each field. */
export type TagScores = number[];
export type Scores = {tags: TagScores[]; intents: number[]; authorities: number[]};
/** What is less sure than this is not said. A model's file brings its own. */
export type Thresholds = {
  intent: number;
  authority: number;
  span: number;
  /** Fields whose bar is another: where rules know little, the model may be believed sooner. */
  spans: Partial<Record<SpanField, number>>;
  /** A word, an intent or an authority that is less likely is no sign of it. */
  sign: number;
  intentSign: number;
  authoritySign: number;
};
export const defaultThresholds: Thresholds = {
  intent: 0.5,
  authority: 0.5,
  span: 0.45,
  spans: {},
  sign: 0.1,
  intentSign: 0,
  authoritySign: 0,
};

const softmax = (scores: readonly number[]): number[] => {
  const top = Math.max(...scores);
  const weights = scores.map(score => Math.exp(score - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map(weight => weight / total);
};
const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));
const isBegin = (tag: number) => tag % 2 === 1;
const isInside = (tag: number) => tag > 0 && tag % 2 === 0;
const fieldOf = (tag: number) => spanFields[Math.floor((tag - 1) / 2)];

/** Whether `tag` may follow `previous`: an inside tag only continues a span of its own field. */
const mayFollow = (tag: number, previous: number, fresh: boolean) =>
  !isInside(tag) || (!fresh && (previous === tag || previous === tag - 1));

/** The best consistent row of tags, by Viterbi over log probabilities. */
export const bestTags = (rows: number[][], fresh: boolean[]): number[] => {
  const tags = rows[0]?.length ?? 0;
  let scores: number[] = [];
  const back: number[][] = [];
  rows.forEach((row, i) => {
    const next: number[] = [];
    const from: number[] = [];
    for (let tag = 0; tag < tags; tag++) {
      let best = i === 0 && !isInside(tag) ? 0 : Number.NEGATIVE_INFINITY;
      let origin = 0;
      scores.forEach((score, previous) => {
        if (score > best && mayFollow(tag, previous, fresh[i] ?? true)) {
          best = score;
          origin = previous;
        }
      });
      next.push(best + Math.log(Math.max(row[tag] ?? 0, 1e-12)));
      from.push(origin);
    }
    scores = next;
    back.push(from);
  });
  const path: number[] = [];
  let tag = scores.indexOf(Math.max(...scores));
  for (let i = rows.length - 1; i >= 0; i--) {
    path.unshift(tag);
    tag = back[i]?.[tag] ?? 0;
  }
  return path;
};

export const decode = (
  sequence: Sequence,
  scores: Scores,
  thresholds: Thresholds = defaultThresholds,
): Pointed => {
  const rows = scores.tags.map(softmax);
  const path =
    rows.length === 0
      ? []
      : bestTags(
          rows,
          sequence.slots.map(slot => slot.fresh),
        );
  const spans: PointedSpan[] = [];
  let logs: number[] = [];
  path.forEach((tag, i) => {
    const slot = sequence.slots[i];
    const field = tag === 0 ? undefined : fieldOf(tag);
    if (!slot || !field) return;
    const chance = Math.log(Math.max(rows[i]?.[tag] ?? 0, 1e-12));
    const last = spans.at(-1);
    if (isBegin(tag) || !last) {
      logs = [chance];
      spans.push({field, start: slot.unit.start, end: slot.unit.end, confidence: Math.exp(chance)});
    } else {
      logs.push(chance);
      last.end = slot.unit.end;
      last.confidence = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
    }
  });
  const [, ...authorityChances] = softmax(scores.authorities);
  return {
    signs: signsOf(sequence, rows, thresholds.sign),
    intentSigns: intents.filter(
      (_, i) => sigmoid(scores.intents[i] ?? Number.NEGATIVE_INFINITY) >= thresholds.intentSign,
    ),
    authoritySigns: authorities.filter((_, i) => (authorityChances[i] ?? 0) >= thresholds.authoritySign),
    spans: spans.filter(({field, confidence}) => confidence >= (thresholds.spans[field] ?? thresholds.span)),
    intents: decodeIntents(scores, thresholds),
    authority: decodeAuthority(authorityChances, thresholds),
  };
};

/** Where a field may stand, also where another label won. */
const signsOf = (sequence: Sequence, rows: readonly number[][], leastSign: number): PointedSpan[] =>
  sequence.slots.flatMap(({unit: {start, end}}, i) =>
    spanFields.flatMap((field, f) => {
      const confidence = Math.min(1, (rows[i]?.[2 * f + 1] ?? 0) + (rows[i]?.[2 * f + 2] ?? 0));
      return confidence >= leastSign ? [{field, start, end, confidence}] : [];
    }),
  );

const decodeIntents = (scores: Scores, thresholds: Thresholds): Pointed['intents'] =>
  intents
    .map((intent, i) => ({intent, confidence: sigmoid(scores.intents[i] ?? Number.NEGATIVE_INFINITY)}))
    .filter(({confidence}) => confidence >= thresholds.intent);

const decodeAuthority = (chances: readonly number[], thresholds: Thresholds): Pointed['authority'] => {
  const best = Math.max(...chances);
  const value: Authority | undefined = authorities[chances.indexOf(best)];
  return value && best >= thresholds.authority ? {value, confidence: best} : null;
};
