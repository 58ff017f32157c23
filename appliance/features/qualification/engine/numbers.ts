import type {Locale} from './engine.types.ts';
import {articles, germanCompound, hyphenated, joins, scaleWords} from './number-words.ts';
import type {Reading, Token} from './text.ts';

export type Figure = {
  value: number;
  /** Offsets in the plain view. */
  start: number;
  end: number;
  /** What was multiplied with, 1 for none: "20-25k" shares it. */
  scale: number;
  /** Written in digits. */
  digits: boolean;
  /** Digits as typed, to tell 0800 from 800. */
  raw: string;
};

// every repeat is bounded or of one class: the text is a stranger's
const literal =
  /\d{1,3}(?:[ '.,]\d{3}){1,5}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)|\d{1,15}(?:[.,]\d{1,4}(?!\d))?|\.\d{1,2}(?!\d)/g;

/** 1.200,50 · 1,200.50 · 1 200,50 · 1'200 · 2,00,000: three digits behind a mark are thousands. */
export const parseLiteral = (raw: string, decimalMark: ',' | '.', scaled: boolean): number => {
  const marks = raw.match(/[.,]/g) ?? [];
  let plain = raw.replaceAll(/[ ']/g, '');
  const last = marks.at(-1);
  if (last === undefined) return Number(plain);
  const tail = plain.length - plain.lastIndexOf(last) - 1;
  const mixed = new Set(marks).size > 1;
  const grouped =
    tail === 3 && !/^0?[.,]/.test(plain) && !(scaled && marks.length === 1 && last === decimalMark);
  if (mixed) {
    const other = last === ',' ? '.' : ',';
    plain = plain.replaceAll(other, '').replace(last, '.');
  } else if (marks.length > 1 || grouped) plain = plain.replaceAll(/[.,]/g, '');
  else plain = plain.replace(last, '.');
  return Number(plain);
};

const attached = /^(k|tsd|mio|mn|mln|m|cr|l|lakhs?|lacs?|crores?)(?![\p{L}\p{N}²³])/u;
const spaced = /^ (k|tsd\.?|mio\.?|mn|mln|m|cr|l)(?![\p{L}\p{N}²³'-])/u;
const attachedScale: Record<string, number> = {
  k: 1e3,
  tsd: 1e3,
  mio: 1e6,
  mn: 1e6,
  mln: 1e6,
  m: 1e6,
  cr: 1e7,
  l: 1e5,
  lakh: 1e5,
  lakhs: 1e5,
  lac: 1e5,
  lacs: 1e5,
  crore: 1e7,
  crores: 1e7,
};

const ownLetter: Record<string, string> = {ZA: '|r', GT: '|q', NG: '|n'};
/** What may stand right before an amount without a blank: "EUR500", and in its own region "R320". */
const attachedMoney = (region: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:eur|chf|usd|gbp|inr|rs|us|au|ca${ownLetter[region] ?? ''})\\.?$`, 'u');

/** Numbers in digits and in words of the given language. */
export const findFigures = (reading: Reading, language: Locale, region: string): Figure[] => {
  const decimalMark = language === 'en' || region === 'MX' || region === 'CH' ? '.' : ',';
  const digits = inDigits(reading, language, region, decimalMark);
  const words = inWords(reading, language, digits);
  return [...digits, ...words].sort((a, b) => a.start - b.start).slice(0, 120);
};

const inDigits = (reading: Reading, language: Locale, region: string, decimalMark: ',' | '.'): Figure[] => {
  const {plain} = reading;
  const found: Figure[] = [];
  for (const match of plain.matchAll(literal)) {
    const start = match.index;
    let end = start + match[0].length;
    const before = plain.charAt(start - 1);
    const masked = plain.slice(Math.max(0, start - 5), start).includes('•');
    // part of a word, a code, an address, a date or a masked number
    const isMoney = attachedMoney(region).test(plain.slice(Math.max(0, start - 5), start));
    if (masked || (/[\p{L}_#@/]/u.test(before) && !isMoney)) continue;
    let raw = match[0];
    // "2026, 12" is no "2026,12" and "3 400" no thousands after a zero
    if (/^0\d/.test(raw)) continue;
    if (/[.,]$/.test(raw)) raw = raw.slice(0, -1);
    let scale = 1;
    const rest = plain.slice(end, end + 12);
    const unit = attached.exec(rest) ?? spaced.exec(rest);
    const unitWord = unit?.[1]?.replace('.', '') ?? '';
    const isLakh = unitWord === 'l';
    const isM = unitWord === 'm';
    const money =
      /[€$£₹]\s?$/.test(plain.slice(Math.max(0, start - 2), start)) ||
      /^\s?[€$£]/.test(plain.slice(end + (unit?.[0].length ?? 0)));
    if (unit && (!isLakh || region === 'IN') && (!isM || money || unit[0].length === 1)) {
      scale = attachedScale[unitWord] ?? 1;
      end += unit[0].length;
    } else if (
      /^[\p{L}_@]/u.test(rest) &&
      !/^(?:x|er|ers|ish|odd|mann|koepfig|st|nd|rd|th|eur|euro|chf|usd|gbp|inr|rs|ppl|pax|pers|fte|ma|h)(?!\p{L})|^(?:€|kopf)/u.test(
        rest,
      )
    )
      continue;
    const word = scaleBehind(plain, end, language);
    if (word && scale === 1) {
      scale = word.factor;
      end = word.end;
      // "3 hundred thousand"
      const second = scaleBehind(plain, end, language);
      if (second && second.factor > word.factor) {
        scale *= second.factor;
        end = second.end;
      }
    }
    const value = parseLiteral(raw, decimalMark, scale > 1) * scale;
    if (Number.isFinite(value)) found.push({value: round(value), start, end, scale, digits: true, raw});
  }
  return found;
};
const round = (value: number) => Math.round(value * 1000) / 1000;

const scaleBehind = (
  plain: string,
  end: number,
  language: Locale,
): {factor: number; end: number} | undefined => {
  const match = /^[ -]?(\p{L}{1,10})(?![\p{L}])/u.exec(plain.slice(end, end + 13));
  const word = match?.[1] ?? '';
  if (word.length < 2 || word === 'couple') return undefined;
  // "10 cents"
  if (word === 'cents' && language !== 'fr') return undefined;
  const factor = scaleWords.all[word] ?? scaleWords[language][word];
  return factor === undefined || !match ? undefined : {factor, end: end + match[0].length};
};

const wordValue = (token: Token, language: Locale): number | undefined => {
  if (token.kind !== 'word') return undefined;
  const {word} = token;
  return language === 'de' ? germanCompound(word) : hyphenated(word, language);
};
const scaleOf = (token: Token | undefined, language: Locale): number | undefined => {
  if (
    token?.kind !== 'word' ||
    token.word === 'm' ||
    token.word === 'k' ||
    token.word === 'cr' ||
    token.word === 'mn'
  )
    return undefined;
  return scaleWords.all[token.word] ?? scaleWords[language][token.word];
};
const halves = /^(?:half|halbe[ns]?|demi|demie|medio|media)$/;

const inWords = ({tokens}: Reading, language: Locale, taken: readonly Figure[]): Figure[] => {
  const found: Figure[] = [];
  let next = 0;
  const isTaken = (token: Token) => {
    while (next < taken.length && (taken[next]?.end ?? 0) <= token.start) next += 1;
    return (taken[next]?.start ?? Number.POSITIVE_INFINITY) < token.end;
  };
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    if (!token || isTaken(token)) {
      i += 1;
      continue;
    }
    const run = numberRun(tokens, i, language);
    if (run) {
      found.push({
        value: round(run.value),
        start: token.start,
        end: tokens[run.next - 1]?.end ?? token.end,
        scale: run.scale,
        digits: false,
        raw: '',
      });
      i = run.next;
    } else i += 1;
  }
  return found;
};

/** "a hundred and fifty", "two and a half thousand", "une trentaine", "medio millón", "zwei Dutzend". */
const numberRun = (
  tokens: Token[],
  from: number,
  language: Locale,
): {value: number; next: number; scale: number} | undefined => {
  let i = from;
  let total = 0;
  let current: number | undefined;
  let scale = 1;
  const first = tokens[i];
  if (!first) return undefined;
  if (articles[language].has(first.word)) {
    let second = tokens[i + 1];
    let at = i + 1;
    if (second && /^(?:good|gute[sn]?|bonne|buena|rund|petite|pequena)$/.test(second.word))
      second = tokens[++at];
    const half = second && halves.test(second.word) ? 0.5 : 1;
    if (half === 0.5) second = tokens[++at];
    if (second && (second.word === 'of' || second.word === 'a' || second.word === 'de'))
      second = tokens[++at];
    const collective = second && collectives.test(second.word) ? wordValue(second, language) : undefined;
    if (scaleOf(second, language) === undefined && collective === undefined) {
      return undefined;
    }
    current = half;
    i = at;
    if (collective !== undefined) {
      current = half * collective;
      i += 1;
    }
  } else if (halves.test(first.word)) {
    let at = i + 1;
    if (tokens[at]?.word === 'a' || tokens[at]?.word === 'an') at += 1;
    const second = tokens[at];
    const collective = second && collectives.test(second.word) ? wordValue(second, language) : undefined;
    if (scaleOf(second, language) === undefined && collective === undefined) return undefined;
    current = 0.5 * (collective ?? 1);
    i = at + (collective === undefined ? 0 : 1);
  }
  let words = 0;
  for (; i < tokens.length && words < 12; words++) {
    const token = tokens[i];
    if (!token) break;
    const factor = scaleOf(token, language);
    const value = wordValue(token, language);
    if (
      factor !== undefined &&
      (current !== undefined ||
        (factor >= 100 && value === undefined && token.word !== 'm') ||
        (factor >= 100 && language === 'de'))
    ) {
      if (factor === 100 || factor === 12) current = (current ?? 1) * factor;
      else if (factor === 2) current = 2;
      else {
        // "two hundred thousand"
        total = (total + (current ?? 1)) * (total > 0 && total < factor ? 1 : 1) * factor;
        current = undefined;
        scale = factor;
      }
      i += 1;
    } else if (value !== undefined) {
      if (
        current !== undefined &&
        current % 100 !== 0 &&
        !(current >= 20 && current % 10 === 0 && value < 10) &&
        !(language === 'fr' && value < 20 && current >= 20)
      )
        break;
      current = (current ?? 0) + value;
      i += 1;
    } else if (current !== undefined || total > 0) {
      const following = tokens[i + 1];
      if (joins[language].has(token.word) && following) {
        if (articles[language].has(following.word) && halves.test(tokens[i + 2]?.word ?? '')) {
          current = (current ?? 0) + 0.5;
          i += 3;
          continue;
        }
        // "noventa y uno", "vingt et un"
        const single = language !== 'en' && language !== 'de' && /^un[oea]?$/.test(following.word);
        if (single && (current ?? 0) >= 20 && (current ?? 0) % 10 === 0) {
          current = (current ?? 0) + 1;
          i += 2;
          continue;
        }
        const rest = wordValue(following, language);
        const joinable =
          rest !== undefined &&
          ((language === 'en' && ((current ?? 0) >= 100 || total > 0)) ||
            (language !== 'en' && (current ?? 0) >= 20 && rest < 20) ||
            (token.word === '-' && rest < 10));
        if (joinable) {
          i += 1;
          continue;
        }
      }
      if (token.word === 'of' && current === 2) {
        i += 1;
        continue;
      }
      break;
    } else break;
  }
  const value = total + (current ?? 0);
  return value > 0 && i > from ? {value, next: i, scale} : undefined;
};
const collectives = /(?:aine|ena|ner|dutzend|dozen|centenar)$/;
