import {parsePhoneNumberFromString} from 'libphonenumber-js/min';

/**
 * Payment data is taken out of a text before it is stored, queued or logged. A card number or IBAN becomes `•••• 1111`
 * (the last four, which tell the writer which one, and say nothing to anybody else in any language); a security code
 * beside a card becomes `•••`. A number that is split over two messages is not seen.
 */
export const mask = (text: string): string => {
  const cards = findCards(text);
  const codes = cards.length > 0 ? findSecurityCodes(text, cards) : [];
  const spans = [...cards, ...findIbans(text), ...codes].sort((a, b) => a.start - b.start);
  let masked = '';
  let from = 0;
  for (const {start, end, form} of spans) {
    if (start < from) continue;
    masked += text.slice(from, start) + form;
    from = end;
  }
  return from === 0 ? text : masked + text.slice(from);
};

type Span = {start: number; end: number; form: string};
type Digit = {value: number; start: number; end: number; group: number};

/** Digits of every script stand in runs of ten, so the place in the run is the value. Made when first needed. */
let scripts: Map<number, number> | undefined;
const otherDigit = (point: number): number | undefined => {
  if (!scripts) {
    scripts = new Map();
    let place = 0;
    for (let at = 0x80; at < 0x20000; at++) {
      if (/\p{Nd}/u.test(String.fromCodePoint(at))) scripts.set(at, place++ % 10);
      else place = 0;
    }
  }
  return scripts.get(point);
};

const digitValue = (character: string, point: number): number | undefined => {
  if (point >= 0x30 && point <= 0x39) return point - 0x30;
  if (point < 0xb2) return undefined;
  if (/\p{Nd}/u.test(character)) return otherDigit(point);
  // superscripts, circled digits and their like
  if (!/\p{No}/u.test(character)) return undefined;
  const plain = character.normalize('NFKC');
  return /^[0-9]$/.test(plain) ? Number(plain) : undefined;
};

/** The digits of one stretch in which at most three visible signs stand between two of them. */
const stretches = (text: string): Digit[][] => {
  const found: Digit[][] = [];
  let current: Digit[] = [];
  let gap = 0;
  let between = 0;
  let group = 0;
  const close = () => {
    if (current.length >= 13) found.push(current);
    current = [];
    gap = 0;
    between = 0;
  };
  let at = 0;
  for (const character of text) {
    const start = at;
    at += character.length;
    const value = digitValue(character, character.codePointAt(0) ?? 0);
    if (value !== undefined) {
      if (between > 0) group += 1;
      current.push({value, start, end: at, group});
      gap = 0;
      between = 0;
    } else if (current.length > 0) {
      between += 1;
      // invisible signs and accents hide nothing; our own mark ends a number
      if (!/[\p{Cf}\p{M}]/u.test(character)) gap += 1;
      if (gap > 3 || /[\p{L}\p{N}•]/u.test(character)) close();
    }
  }
  close();
  return found;
};

const luhn = (digits: readonly Digit[]): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const value = digits[digits.length - 1 - i]?.value ?? 0;
    const doubled = i % 2 === 1 ? value * 2 : value;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** What card networks really issue: it lets a card be found among other numbers without eating those. */
const isIssued = (digits: readonly Digit[]): boolean => {
  const head = Number(
    digits
      .slice(0, 4)
      .map(({value}) => value)
      .join(''),
  );
  const {length} = digits;
  const starts = (low: number, high: number) => head >= low && head <= high;
  return (
    (starts(4000, 4999) && (length === 13 || length === 16 || length === 19)) ||
    ((starts(5100, 5599) || starts(2221, 2720)) && length === 16) ||
    ((starts(3400, 3499) || starts(3700, 3799)) && length === 15) ||
    ((starts(3000, 3059) || starts(3600, 3699) || starts(3800, 3999)) && length >= 14) ||
    (starts(3528, 3589) && length >= 16) ||
    (starts(6000, 6999) && length >= 16) ||
    (starts(5000, 5099) && length >= 16) ||
    (starts(5600, 5899) && length >= 16)
  );
};

const isPhone = (text: string, digits: readonly Digit[]): boolean => {
  const before = text.slice(0, digits[0]?.start ?? 0).trimEnd();
  if (!before.endsWith('+') || digits.length > 15) return false;
  const number = parsePhoneNumberFromString(`+${digits.map(({value}) => value).join('')}`);
  return number?.isValid() === true;
};

const findCards = (text: string): Span[] => {
  // most messages hold too few digits for a card: they are not searched sign by sign
  if ((text.match(/[\p{Nd}\p{No}]/gu)?.length ?? 0) < 13) return [];
  const cards: Span[] = [];
  for (const digits of stretches(text)) {
    for (let i = 0; i < digits.length; ) {
      const taken = cardAt(text, digits, i);
      if (taken > 0) {
        const card = digits.slice(i, i + taken);
        const tail = card
          .slice(-4)
          .map(({value}) => value)
          .join('');
        i += taken;
        // what is stuck to it is its date and code
        while (i < digits.length && digits[i]?.group === card.at(-1)?.group) i += 1;
        cards.push({start: card[0]?.start ?? 0, end: digits[i - 1]?.end ?? 0, form: `•••• ${tail}`});
      } else i += 1;
    }
  }
  return cards;
};

/** How many digits from the i-th on are a card number; 0 when none is. */
const cardAt = (text: string, digits: readonly Digit[], i: number): number => {
  const group = (at: number) => digits[at]?.group;
  const startsGroup = i === 0 || group(i) !== group(i - 1);
  for (let length = Math.min(19, digits.length - i); length >= 13; length--) {
    const window = digits.slice(i, i + length);
    if (!luhn(window)) continue;
    const endsGroup = i + length === digits.length || group(i + length) !== group(i + length - 1);
    const whole = startsGroup && endsGroup;
    const alone = i === 0 && length === digits.length;
    // written in one go or in fours: the check digit alone decides, whoever issued it
    const oneGo = whole && (group(i) === group(i + length - 1) || inFours(window));
    if ((alone || oneGo || isIssued(window)) && !isPhone(text, window)) return length;
  }
  return 0;
};

const inFours = (digits: readonly Digit[]): boolean =>
  digits.every(({group}, i) => group - (digits[0]?.group ?? 0) === Math.floor(i / 4));

const ibanStart = /(?<![\p{L}\p{N}])[a-z]{2}[\s\p{Cf}]{0,2}\d{2}/giu;
const findIbans = (text: string): Span[] => {
  const found: Span[] = [];
  for (const match of text.matchAll(ibanStart)) {
    const ends: number[] = [];
    let plain = '';
    for (let at = match.index; at < text.length && plain.length < 34 && at < match.index + 80; at++) {
      const sign = text.charAt(at);
      if (/[a-z0-9]/i.test(sign)) {
        plain += sign.toUpperCase();
        ends[plain.length] = at + 1;
      } else if (!/[\s\p{Cf}.-]/u.test(sign)) break;
    }
    for (let length = plain.length; length >= 15; length--) {
      const end = ends[length] ?? 0;
      if (/[\p{L}\p{N}]/u.test(text.charAt(end)) || !ibanValid(plain.slice(0, length))) continue;
      found.push({start: match.index, end, form: `•••• ${plain.slice(length - 4, length)}`});
      break;
    }
  }
  return found;
};
const ibanValid = (iban: string): boolean => {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

const codeWord =
  /(?:cv[vc]2?|csc|security code|sicherheitscode|pr(?:ü|ue)fziffer|pr(?:ü|ue)fnummer|cryptogramme|c[oó]digo de seguridad)[^\p{L}\p{N}]{0,8}(?:(?:is|ist|est|es)\s)?[^\p{L}\p{N}]{0,3}(\d{3,4})(?!\d)/giu;
/** After the number: an expiry date and then three or four digits, or these alone. */
const afterCard =
  /^[^\p{L}\p{N}]{0,4}(?:exp\w{0,5}[.: ]{0,3})?(\d{1,2}\s?[/.-]\s?\d{2,4}[^\p{L}\p{N}]{1,4})?(\d{3,4})(?![\p{N}/])/iu;
const findSecurityCodes = (text: string, cards: readonly Span[]): Span[] => {
  const found: Span[] = [];
  for (const match of text.matchAll(codeWord)) {
    const end = match.index + match[0].length;
    found.push({start: end - (match[1]?.length ?? 0), end, form: '•••'});
  }
  for (const {end} of cards) {
    const match = afterCard.exec(text.slice(end, end + 40));
    if (!match) continue;
    const stop = end + match[0].length;
    found.push({start: stop - (match[2]?.length ?? 0), end: stop, form: '•••'});
  }
  return found;
};
