import {z} from 'zod';
import {
  authorities,
  type EmbedRequest,
  intents,
  type Pointed,
  type PointRequest,
  spanFields,
  type WriteRequest,
} from '../adapters/llm/contract.ts';

/** One JSON object a line, both ways. The child reads untrusted text with native code, so what it answers is checked. */
export type Ask = {point: PointRequest} | {write: WriteRequest} | {embed: EmbedRequest};
export type ToModel = ({id: number} & Ask) | {cancel: number} | {forget: string};

const chance = z.number().min(0).max(1);
const place = z.object({
  field: z.enum(spanFields),
  start: z.number().int().min(0),
  end: z.number().int().min(1),
  confidence: chance,
});
const pointed = z.object({
  spans: z.array(place).max(4000),
  signs: z.array(place).max(20_000).optional(),
  intentSigns: z.array(z.enum(intents)).max(intents.length).optional(),
  authoritySigns: z.array(z.enum(authorities)).max(authorities.length).optional(),
  intents: z.array(z.object({intent: z.enum(intents), confidence: chance})).max(intents.length),
  authority: z.object({value: z.enum(authorities), confidence: chance}).nullable(),
});
/** Texts in one request: their vectors must fit into a line. */
export const mostTexts = 16;
/** Numbers of four bytes each, as base64. */
const vectors = z.array(z.base64().max(44_000)).max(mostTexts);
export const packVector = ({buffer, byteOffset, byteLength}: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
export const unpackVector = (packed: string): Float32Array => {
  const bytes = Buffer.from(packed, 'base64');
  return Float32Array.from({length: Math.floor(bytes.length / 4)}, (_, i) => bytes.readFloatLE(i * 4));
};

/** A reply, or all its pieces together. */
export const longestText = 100_000;
const text = z.string().max(longestText);
export const fromModel = z.union([
  // how many requests it works on at once
  z.object({ready: z.literal(true), places: z.number().int().min(1).max(64).default(1)}),
  z.object({failed: z.string().max(2000), code: z.enum(['llm.unavailable', 'llm.bad_model'])}),
  z.object({id: z.number().int(), result: pointed}),
  z.object({id: z.number().int(), piece: text}),
  z.object({id: z.number().int(), written: text}),
  z.object({id: z.number().int(), vectors}),
  z.object({id: z.number().int(), error: z.string().max(2000)}),
]);
export type FromModel = z.infer<typeof fromModel>;

/** A line longer than this is no answer of ours. */
export const longestLine = 1 << 20;

/** Spans in order, inside the text, apart from each other, and signs inside it: true of every honest answer. */
export const isWithin = (answer: Pointed, text: string): boolean => {
  if (answer.signs?.some(({start, end}) => start >= end || end > text.length)) return false;
  let end = 0;
  return answer.spans.every(span => {
    const sound = span.start >= end && span.start < span.end && span.end <= text.length;
    end = span.end;
    return sound;
  });
};

/** Calls back with every whole line; says so once when a line grows past the limit. */
export const splitLines = (onLine: (line: string) => void, onTooLong: () => void) => {
  let rest = '';
  return (chunk: string): void => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > longestLine) onTooLong();
  };
};
