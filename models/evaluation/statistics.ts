import {createRandom} from '../training/random.ts';

/** 95 %, lower and upper end. */
export type Interval = [number, number];

/** Of one field: right, said but wrong or not expected, expected but not said (a wrong value is both of the latter). */
export type Counts = {right: number; wrong: number; missed: number};
/** Null where there is nothing to take a share of. */
export type Rates = Counts & {
  precision: number | null;
  recall: number | null;
  f1: number | null;
  intervals: {precision: Interval; recall: Interval; f1: Interval};
};
export type Share = {hits: number; of: number; share: number | null; interval: Interval};

const z = 1.959_963_985;

/** Wilson's score interval, which stays sensible for few cases and for none or all of them. */
export const wilson = (hits: number, of: number): Interval => {
  if (of === 0) return [0, 1];
  const share = hits / of;
  const centre = share + z ** 2 / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const width = 1 + z ** 2 / of;
  return [
    hits === 0 ? 0 : Math.max(0, (centre - half) / width),
    hits === of ? 1 : Math.min(1, (centre + half) / width),
  ];
};

export const shareOf = (hits: number, of: number): Share => ({
  hits,
  of,
  share: of === 0 ? null : hits / of,
  interval: wilson(hits, of),
});

export const none = (): Counts => ({right: 0, wrong: 0, missed: 0});
export const sum = (all: readonly Counts[]): Counts =>
  all.reduce(
    (total, {right, wrong, missed}) => ({
      right: total.right + right,
      wrong: total.wrong + wrong,
      missed: total.missed + missed,
    }),
    none(),
  );

export const f1Of = ({right, wrong, missed}: Counts): number | null =>
  right + wrong + missed === 0 ? null : (2 * right) / (2 * right + wrong + missed);

/** The value below which this share of the sorted numbers lies, between two of them where it falls between. */
export const quantile = (sorted: readonly number[], share: number): number | null => {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? null : low + (high - low) * (at - Math.floor(at));
};

const resamples = 1000;
const seed = 20_260_101;

/** F1 is no share: its interval is what it would be on other draws of as many dialogues, which are what varies, not facts. */
export const bootstrapF1 = (perDialogue: readonly Counts[]): Interval => {
  const random = createRandom(seed);
  const values = Array.from({length: resamples}, () => {
    const total = none();
    for (let i = 0; i < perDialogue.length; i++) {
      const one = random.pick(perDialogue);
      total.right += one.right;
      total.wrong += one.wrong;
      total.missed += one.missed;
    }
    return f1Of(total);
  })
    .filter(value => value !== null)
    .sort((a, b) => a - b);
  return [quantile(values, 0.025) ?? 0, quantile(values, 0.975) ?? 1];
};

/** Micro: the counts of all dialogues together, then the rates. */
export const ratesOf = (perDialogue: readonly Counts[]): Rates => {
  const counts = sum(perDialogue);
  const precision = shareOf(counts.right, counts.right + counts.wrong);
  const recall = shareOf(counts.right, counts.right + counts.missed);
  return {
    ...counts,
    precision: precision.share,
    recall: recall.share,
    f1: f1Of(counts),
    intervals: {precision: precision.interval, recall: recall.interval, f1: bootstrapF1(perDialogue)},
  };
};
