import type {TimelineBucket} from './engine.types.ts';

export type Day = {year: number; month: number; day: number};
const toDate = ({year, month, day}: Day): Date => new Date(Date.UTC(year, month - 1, day));
export const fromDate = (date: Date): Day => ({
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
});
export const readDay = (iso: string): Day => {
  const [year = 1970, month = 1, day = 1] = iso.slice(0, 10).split('-').map(Number);
  return {year, month, day};
};
export const isBefore = (a: Day, b: Day): boolean => toDate(a) < toDate(b);
export const addDays = (day: Day, count: number): Day =>
  fromDate(new Date(toDate(day).getTime() + count * 86_400_000));
export const lastOf = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();
/** Calendar months: the 31st of a shorter month is its last day. */
export const addMonths = ({year, month, day}: Day, count: number): Day => {
  const whole = Math.trunc(count);
  const index = year * 12 + (month - 1) + whole;
  const target = {year: Math.floor(index / 12), month: (index % 12) + 1};
  const moved = {...target, day: Math.min(day, lastOf(target.year, target.month))};
  return count === whole ? moved : addDays(moved, Math.round((count - whole) * 30));
};
export const isDay = ({year, month, day}: Day): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= lastOf(year, month);

/** The upper edge belongs to the bucket. Undefined for what lies before today. */
export const bucketOf = (target: Day, today: Day): TimelineBucket | undefined => {
  if (isBefore(target, today)) return undefined;
  const edges = [
    [1, '0-1m'],
    [3, '1-3m'],
    [6, '3-6m'],
    [12, '6-12m'],
  ] as const;
  for (const [months, bucket] of edges) if (!isBefore(addMonths(today, months), target)) return bucket;
  return '12m+';
};

/** Gauss's rule for the Gregorian calendar, in the form of Meeus, Jones and Butcher. */
export const easter = (year: number): Day => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return {year, month: Math.floor(n / 31), day: (n % 31) + 1};
};

/** The n-th such weekday of a month; Sunday is 0. */
const nthWeekday = (year: number, month: number, weekday: number, n: number): Day => {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return {year, month, day: 1 + ((weekday - first + 7) % 7) + (n - 1) * 7};
};

/** The spring festival of the Chinese calendar follows the moon. */
const lunarNewYears: Record<number, [number, number]> = {
  2025: [1, 29],
  2026: [2, 17],
  2027: [2, 6],
  2028: [1, 26],
  2029: [2, 13],
  2030: [2, 3],
  2031: [1, 23],
};

/** Diwali follows the moon; these are the main days. */
const diwaliDays: Record<number, [number, number]> = {
  2025: [10, 20],
  2026: [11, 8],
  2027: [10, 29],
  2028: [10, 17],
  2029: [11, 5],
  2030: [10, 26],
  2031: [11, 14],
};

export const feast = (name: string, year: number): Day | undefined => {
  switch (name) {
    case 'easter':
      return easter(year);
    case 'pentecost':
      return addDays(easter(year), 49);
    case 'carnival':
      return addDays(easter(year), -47);
    case 'christmas':
      return {year, month: 12, day: 24};
    case 'new year':
      return {year, month: 1, day: 1};
    case 'ash wednesday':
      return addDays(easter(year), -46);
    case 'ascension':
      return addDays(easter(year), 39);
    case 'valentine':
      return {year, month: 2, day: 14};
    case 'halloween':
      return {year, month: 10, day: 31};
    case 'all saints':
      return {year, month: 11, day: 1};
    case 'saint nicholas':
      return {year, month: 12, day: 6};
    case 'independence day':
      return {year, month: 7, day: 4};
    case 'labor day':
      return nthWeekday(year, 9, 1, 1);
    case 'thanksgiving':
      return nthWeekday(year, 11, 4, 4);
    case 'black friday':
      return addDays(nthWeekday(year, 11, 4, 4), 1);
    case 'lunar new year': {
      const [month, day] = lunarNewYears[year] ?? [2, 5];
      return {year, month, day};
    }
    case 'diwali': {
      const [month, day] = diwaliDays[year] ?? [11, 1];
      return {year, month, day};
    }
    default:
      return undefined;
  }
};
