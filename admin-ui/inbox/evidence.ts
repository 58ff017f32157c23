/** From facts with their evidence to underlined pieces of text. Offsets are UTF-16, as JavaScript counts. */
import type {FactView} from '../../appliance/kit/schema.ts';

export type NumberedFact = FactView & {number: number};
export type Span = {id: string; number: number; start: number; end: number; quote: string};
/** `ids`: the facts this piece proves; `ends`: the numbers of those whose quote ends with it. */
export type Segment = {text: string; ids: readonly string[]; ends: readonly number[]};

/** Numbered in the order in which the visitor said them. */
export const numberFacts = (facts: readonly FactView[]): NumberedFact[] =>
  [...facts]
    .sort(
      ({evidence: a, id: aId}, {evidence: b, id: bId}) =>
        a.seq - b.seq || a.start - b.start || a.end - b.end || (aId < bId ? -1 : 1),
    )
    .map((fact, index) => ({...fact, number: index + 1}));

/** What makes a fact the same one after another turn, whatever row it is stored in by then. */
export const factKey = ({field, display, evidence: {seq, start}}: FactView): string =>
  `${field} ${seq} ${start} ${display}`;

/** The spans of each message, by its number. */
export const spansBySeq = (facts: readonly NumberedFact[]): Map<number, Span[]> => {
  const bySeq = new Map<number, Span[]>();
  for (const {id, number, evidence} of facts) {
    const {seq, start, end, quote} = evidence;
    bySeq.set(seq, [...(bySeq.get(seq) ?? []), {id, number, start, end, quote}]);
  }
  return bySeq;
};

const isHigh = (code: number) => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number) => code >= 0xdc00 && code < 0xe000;
/** Between the two halves of one character? */
const splits = (text: string, at: number) => isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));

/**
 * Cuts a message where spans begin and end. The pieces joined are the text again, whatever the spans are: outside of it,
 * empty, nested, crossing. A span whose quote is not what stands there proves nothing and is not drawn.
 */
export const segment = (text: string, spans: readonly Span[]): Segment[] => {
  const sound = spans
    .filter(
      ({start, end, quote}) =>
        start >= 0 && start < end && end <= text.length && text.slice(start, end) === quote,
    )
    .map(({start, end, ...span}) => ({
      ...span,
      start: splits(text, start) ? start - 1 : start,
      end: splits(text, end) ? end + 1 : end,
    }));
  const cuts = [...new Set([0, text.length, ...sound.flatMap(({start, end}) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((to, index) => {
    const from = cuts[index] ?? 0;
    const covering = sound.filter(({start, end}) => start <= from && end >= to);
    return {
      text: text.slice(from, to),
      ids: covering.map(({id}) => id),
      ends: covering.filter(({end}) => end === to).map(({number}) => number),
    };
  });
};
