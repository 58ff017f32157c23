import type {Draw} from './values/things.ts';

export type Random = Draw & {next: () => number; chance: (probability: number) => boolean};

/** xorshift128+, so that the same seed gives the same training text on every machine. */
export const createRandom = (seed: number): Random => {
  let a = (seed * 2_654_435_761) >>> 0 || 1;
  let b = 362_436_069;
  let c = 521_288_629;
  let d = 88_675_123;
  const next = () => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = (d ^ (d >>> 19) ^ (t ^ (t >>> 8))) >>> 0;
    return d / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) next();
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: probability => next() < probability,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
  };
};
