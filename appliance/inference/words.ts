/**
 * Cuts a text into the units the labelling model points at. Offsets are UTF-16 code units of the text as it was given;
 * a unit never starts or ends inside a surrogate pair, a word or a combining sequence.
 */
export type Unit = {
  kind: 'mail' | 'url' | 'word' | 'number' | 'mark' | 'break';
  start: number;
  end: number;
};

// Bounded repeats: the text is a stranger's, and an unbounded one takes quadratic time on it.
const mail = String.raw`[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,6}[\p{L}\p{N}]{2,24}(?![\p{L}\p{N}\p{M}])`;
const url = String.raw`(?:https?:\/\/|www\.)[^\s<>"']*[\p{L}\p{N}\/]`;
const word = String.raw`\p{L}[\p{L}\p{M}\p{Cf}]*`;
const number = String.raw`\p{N}[\p{N}\p{M}\p{Cf}]*`;
const lineBreak = String.raw`\n`;
const mark = String.raw`[^\s\p{Cf}\p{M}][\p{M}\p{Cf}]*`;
const pattern = new RegExp(
  `(?<mail>${mail})|(?<url>${url})|(?<word>${word})|(?<number>${number})|(?<break>${lineBreak})|(?<mark>${mark})`,
  'gu',
);
const kinds = ['mail', 'url', 'word', 'number', 'break', 'mark'] as const;

export const cutUnits = (text: string): Unit[] => {
  const units: Unit[] = [];
  for (const match of text.matchAll(pattern)) {
    const kind = kinds.find(name => match.groups?.[name] !== undefined) ?? 'mark';
    // A zero-width character after a word is no part of what the visitor is read to have said.
    const trailing = kind === 'word' || kind === 'number' ? (/\p{Cf}+$/u.exec(match[0])?.[0].length ?? 0) : 0;
    units.push({kind, start: match.index, end: match.index + match[0].length - trailing});
  }
  return units;
};

export type Casing = 'lower' | 'capital' | 'upper';

/** How a word was written, and its plain form: no accents, no invisible characters, lower case. */
export const plainWord = (written: string): {plain: string; casing: Casing} => {
  const composed = written.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]+/gu, '');
  const plain = composed.toLowerCase().replaceAll('ß', 'ss').replaceAll('œ', 'oe').replaceAll('æ', 'ae');
  const first = composed.charAt(0);
  if (first === first.toLowerCase()) return {plain, casing: 'lower'};
  return {plain, casing: composed.length > 1 && composed === composed.toUpperCase() ? 'upper' : 'capital'};
};
