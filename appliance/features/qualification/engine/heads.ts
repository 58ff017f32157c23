import type {Quantity} from './quantities.ts';

const self = '(?:me|meself|myself|i|ich|meine wenigkeit|moi|moi-meme|yo|un servidor|una servidora)';
const and = '(?:and|plus|und|et|y|&|\\+)';
/** "… apprentices and me": nothing may follow that makes a sentence of it. */
const selfBehind = new RegExp(
  `^(?:\\s(?:\\p{L}[\\p{L}-]*)){0,3}(?<ones>(?:,\\s(?:an?|eine?|une?|una)\\s[\\p{L}-]+){0,3}),?\\s?${and}\\s(?:then |just |of course )?${self}(?=\\s?(?:[.,;:!?)]|$))`,
  'u',
);
/** "me and two others", "ich und meine drei Söhne" */
const selfBefore = new RegExp(
  `(?:^|[\\s,.;:(])${self}\\s?(?:${and}|mit|avec|con|with)\\s(?:my |the |meine[nr]? |den |mes |mis )?$`,
  'u',
);
const listed = new RegExp(`^(?:\\s\\p{L}[\\p{L}-]*){1,2},?\\s?(?:${and}\\s)?$`, 'u');

const plus = ({range, ...rest}: Quantity, more: number, start: number, end: number): Quantity => ({
  ...rest,
  range: {
    min: range.min === null ? null : range.min + more,
    max: range.max === null ? null : range.max + more,
  },
  start,
  end,
});
const exact = ({money, range}: Quantity): number | undefined =>
  !money && range.min !== null && range.min === range.max ? range.min : undefined;

/** Head counts as people tell them who count themselves: "five journeymen, two apprentices and me" are eight. */
export const countSelf = (plain: string, quantities: readonly Quantity[]): Quantity[] => {
  const counted: Quantity[] = [];
  for (const quantity of quantities) {
    const behind =
      exact(quantity) === undefined ? null : selfBehind.exec(plain.slice(quantity.end, quantity.end + 60));
    const before =
      exact(quantity) === undefined
        ? null
        : selfBefore.exec(plain.slice(Math.max(0, quantity.start - 30), quantity.start));
    if (behind) {
      // what was listed before them belongs to the same count
      let sum = quantity;
      for (
        let last = counted.at(-1);
        last && exact(last) !== undefined && listed.test(plain.slice(last.end, sum.start));
        last = counted.at(-1)
      ) {
        counted.pop();
        sum = plus(sum, exact(last) ?? 0, last.start, sum.end);
      }
      const ones = (behind.groups?.ones ?? '').split(',').length - 1;
      counted.push(plus(sum, ones + 1, sum.start, sum.end));
    } else if (before) counted.push(plus(quantity, 1, quantity.start, quantity.end));
    else counted.push(quantity);
  }
  return counted;
};
