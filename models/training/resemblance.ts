/** How much two texts say in the same words: the share of word 5-grams that the one with fewer of them has in common. */
export const mostShared = 0.3;

const size = 5;

/** A text shorter than five words counts as one gram: it resembles its equal, and whatever else is as short, not at all. */
export const gramsOf = (text: string): Set<string> => {
  const words = text.split(/\s+/).filter(word => word !== '');
  if (words.length <= size) return new Set(words.length === 0 ? [] : [words.join(' ')]);
  return new Set(words.slice(size - 1).map((_, i) => words.slice(i, i + size).join(' ')));
};

/** `b` is a place in `others` where they were given, otherwise an earlier one in `texts`. */
export type Alike = {a: number; b: number; shared: number; of: number};

/**
 * Every pair above the limit, found by what stands under the same gram rather than by comparing all with all: among
 * themselves, or each with `others`.
 */
export const findAlike = (
  texts: readonly ReadonlySet<string>[],
  others?: readonly ReadonlySet<string>[],
): Alike[] => {
  const places = new Map<string, number[]>();
  const add = (grams: ReadonlySet<string>, place: number) => {
    for (const gram of grams) {
      const known = places.get(gram);
      if (known) known.push(place);
      else places.set(gram, [place]);
    }
  };
  others?.forEach(add);
  const alike: Alike[] = [];
  texts.forEach((grams, a) => {
    const shared = new Map<number, number>();
    for (const gram of grams) for (const b of places.get(gram) ?? []) shared.set(b, (shared.get(b) ?? 0) + 1);
    for (const [b, count] of shared) {
      const of = Math.min(grams.size, (others ?? texts)[b]?.size ?? 0);
      if (count > of * mostShared) alike.push({a, b, shared: count, of});
    }
    if (!others) add(grams, a);
  });
  return alike;
};

/** The longest run of words that both have, for whoever mends it. */
export const longestShared = (a: ReadonlySet<string>, b: ReadonlySet<string>): string => {
  let longest: string[] = [];
  let run: string[] = [];
  for (const gram of a) {
    const words = gram.split(' ');
    if (!b.has(gram)) run = [];
    else if (run.slice(1 - size).join(' ') === words.slice(0, -1).join(' ')) run.push(...words.slice(-1));
    else run = words;
    if (run.length > longest.length) longest = [...run];
  }
  return longest.join(' ');
};
