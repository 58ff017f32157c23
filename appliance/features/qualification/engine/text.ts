/**
 * A plain view of what a visitor typed, to look for patterns in: lower case, without accents, invisible signs and
 * typographic variety, and with the way back to the text as it was.
 */
export type Folded = {
  text: string;
  /** Offsets in the original of a stretch of the plain view. */
  span: (start: number, end: number) => {start: number; end: number};
};

const replacements: Record<string, string> = {
  ß: 'ss',
  œ: 'oe',
  Œ: 'oe',
  æ: 'ae',
  Æ: 'ae',
  ø: 'o',
  Ø: 'o',
  ł: 'l',
  Ł: 'l',
  ı: 'i',
  '’': "'",
  '‘': "'",
  '`': "'",
  '´': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‒': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '…': '.',
  '¼': '.25',
  '½': '.5',
  '¾': '.75',
};

const foldOne = (character: string): string => {
  const known = replacements[character];
  if (known !== undefined) return known;
  if (/[\p{Cf}\p{M}\p{Cs}]/u.test(character)) return '';
  if (/[\p{Zs}\t\r\v\f]/u.test(character)) return ' ';
  if (/\p{Nd}/u.test(character)) return otherDigit(character);
  const plain = character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  // ligatures and wide letters become plain ones, "㎡" and its like stay one sign
  return (plain.length <= 3 && /^[\p{L}\p{N}€$£¥₹]/u.test(plain) ? plain : character).toLowerCase();
};

const otherDigit = (character: string): string => {
  const point = character.codePointAt(0) ?? 0;
  const wide = character.normalize('NFKD');
  if (/^\d$/.test(wide)) return wide;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
};

export const fold = (original: string): Folded => {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of original) {
    const code = character.charCodeAt(0);
    const plain =
      code < 0x80
        ? code === 9 || code === 13
          ? ' '
          : character === '`'
            ? "'"
            : character.toLowerCase()
        : foldOne(character);
    for (let i = 0; i < plain.length; i++) {
      starts.push(at);
      ends.push(at + character.length);
    }
    // an accent typed apart belongs to its letter
    if (plain === '' && ends.length > 0 && /\p{M}/u.test(character))
      ends[ends.length - 1] = at + character.length;
    text += plain;
    at += character.length;
  }
  return {
    text,
    span: (start, end) => ({
      start: starts[start] ?? original.length,
      end: end > start ? (ends[end - 1] ?? 0) : (starts[start] ?? 0),
    }),
  };
};

export type Token = {
  /** Plain form. */
  word: string;
  /** Offsets in the plain view. */
  start: number;
  end: number;
  /** Offsets in the original. */
  from: number;
  to: number;
  kind: 'word' | 'number' | 'sign';
  /** Begins with a capital in the original. */
  capital: boolean;
};

export type Reading = {
  original: string;
  plain: string;
  span: Folded['span'];
  tokens: Token[];
};

const tokenPattern = /\p{L}[\p{L}\p{N}]*(?:['&+-]\p{L}[\p{L}\p{N}]*)*|\p{N}+|[^\s]/gu;

export const readText = (original: string): Reading => {
  const folded = fold(original);
  const tokens: Token[] = [];
  for (const match of folded.text.matchAll(tokenPattern)) {
    const start = match.index;
    const end = start + match[0].length;
    const {start: from, end: to} = folded.span(start, end);
    const first = original.charAt(from);
    tokens.push({
      word: match[0],
      start,
      end,
      from,
      to,
      kind: /^\p{L}/u.test(match[0]) ? 'word' : /^\p{N}/u.test(match[0]) ? 'number' : 'sign',
      capital: first !== first.toLowerCase(),
    });
  }
  return {original, plain: folded.text, span: folded.span, tokens};
};

/** Nobody writes longer sentences; who does it to make us count is not followed. */
const reach = 600;

/** Where a sentence begins and ends around a place of the plain view; a dot inside a number or address ends nothing. */
export const sentenceAt = (plain: string, at: number): {start: number; end: number} => {
  let start = at;
  while (start > 0 && at - start < reach && !endsSentence(plain, start - 1)) start -= 1;
  let end = at;
  while (end < plain.length && end - at < reach && !endsSentence(plain, end)) end += 1;
  return {start, end: Math.min(end + 1, plain.length)};
};

const short =
  /(?:^|[\s(])(?:mr|mrs|ms|dr|prof|ing|dipl|st|ca|approx|no|nr|inc|ltd|co|corp|z|b|d|h|bzw|ggf|inkl|incl|env|sra?|dna|don|mme|mlle|fr|rs|p|a|m|tel|sept|oct|nov|dec|jan|feb|aug|q|u|s|e|g|i|l)$/;
const endsSentence = (plain: string, at: number): boolean => {
  const sign = plain.charAt(at);
  if (sign === '!' || sign === '?' || sign === '\n') return true;
  if (sign !== '.') return false;
  const next = plain.charAt(at + 1);
  // "..." is a breath, no end
  if (next === '.' || plain.charAt(at - 1) === '.') return false;
  if (next !== '' && next !== ' ' && next !== '\n' && next !== '.') return false;
  return !short.test(plain.slice(Math.max(0, at - 8), at));
};

/** A part of a sentence: commas, dashes, brackets and "but" end it too. */
export const clauseAt = (plain: string, from: number, to: number): {start: number; end: number} => {
  const sentence = sentenceAt(plain, from);
  const left = plain.slice(sentence.start, from);
  const right = plain.slice(to, Math.max(to, sentence.end));
  let start = sentence.start;
  for (const match of left.matchAll(clauseBreak)) start = sentence.start + match.index + match[0].length;
  const stop = right.search(clauseBreak);
  return {start, end: stop === -1 ? Math.max(to, sentence.end) : to + stop};
};
const clauseBreak =
  /[,;:()](?!\d)| - |\b(?:but|aber|sondern|mais|pero|sino|while|whereas|wahrend|tandis|mientras|though|although|obwohl)\b/g;
