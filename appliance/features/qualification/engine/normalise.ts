import type {SpanField} from '../../../adapters/llm/contract.ts';
import {bucketOf, readDay} from './calendar.ts';
import {countriesOf, findEmails, findPhones} from './contacts.ts';
import {findMoments} from './dates.ts';
import type {Budget, FactField, FactValue, Locale, Range} from './engine.types.ts';
import {greetingLength, isFiller} from './filler.ts';
import {findQuantities, toBudget} from './quantities.ts';
import {countSelf} from './heads.ts';
import {fold, readText} from './text.ts';

export type NormaliseContext = {
  language: Locale;
  region: string;
  visitorCountry?: string | undefined;
  today: string;
};

const titlesBefore =
  /^(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|rev|sr|sra|srta|don|doña|señora?|lic|ing|dipl\.?-?\s?ing|mag|herrn?|frau|m|mme|mlle|monsieur|madame|maître|docteur|shri|smt|arq)\.?\s+)+/iu;

/** A name as its bearer would write it: all lower or all upper case gets its capitals. */
const writeName = (text: string): string => {
  const plain = text
    .replaceAll(/[\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const lower = plain === plain.toLowerCase();
  const upper = plain.length > 4 && plain === plain.toUpperCase() && plain.includes(' ');
  if (!lower && !upper) return plain;
  return plain
    .toLowerCase()
    .replaceAll(/(^|[\s'’-])(\p{L})(\p{L}*)/gu, (whole, before: string, first: string, rest: string) =>
      /^(?:von|van|de|del|della|di|da|du|la|le|der|den|zu|zur|y|e|dos|al|bin)$/.test(first + rest) &&
      before !== ''
        ? whole
        : before + first.toUpperCase() + rest,
    );
};

/** Said in the visitor's own words, so that a model may point at any. */
const words: ReadonlySet<SpanField> = new Set(['name', 'company', 'job_title', 'need']);
const withoutGreeting = (text: string): string => text.slice(greetingLength(fold(text).text));

const together: Record<string, number> = {
  zweit: 2,
  dritt: 3,
  viert: 4,
  funft: 5,
  sechst: 6,
  siebt: 7,
  acht: 8,
  neunt: 9,
  zehnt: 10,
  elft: 11,
  zwolft: 12,
};
const oneself =
  '(?:me|meself|myself|i|ich|mich|moi|moi-meme|yo|mi|yo mism[oa]|one|eine[rn]?|einer|un|une|uno|una)';
const alone = new RegExp(
  `^(?:it's |es |c'est |soy |ich bin |i'm |je suis |solo |only |just |nur |bloss |juste |seulement )*(?:${oneself}(?: (?:person|employee|personne|persona|mann|frau|man|woman|tout seul|toute seule|ganz allein|all alone|seul|seule|solo|sola|allein|alleine|alone|nada mas|nomas|only|selbst))*|allein|alleine|seul|seule|solo|alone|solopreneur)$`,
  'u',
);
const pair = new RegExp(
  `^(?:just |only |nur |solo |juste )*(?:${oneself}(?:,| and| und| et| y| plus| n|,? &) (?:a|an|my|one|mein|meine|ein|eine|mon|ma|un|une|mi|una) (?:\\p{L}+[ -]?){1,2}|(?:my|mein|meine|mon|ma|mi) \\p{L}+ (?:and|und|et|y) ${oneself}|both of us|wir beide|nous deux|los dos|las dos)$`,
  'u',
);
/** "zu fünft", "just me", "my sister and I": how few they are, in words. */
const fewPeople = (plain: string): number | undefined => {
  const bare = plain.replace(/[.!,;:)]+$/u, '').trim();
  const group = /\bzu (\p{L}+)$/u.exec(bare);
  if (group) return together[group[1] ?? ''];
  if (alone.test(bare)) return 1;
  return pair.test(bare) ? 2 : undefined;
};

/** What a span says, as a typed value; null when it says none of this kind. */
export const normalise = (field: SpanField, text: string, context: NormaliseContext): FactValue | null => {
  const clean = text.replaceAll(/[\p{Cf}]/gu, '').trim();
  if (clean === '' || clean.length > 400 || (words.has(field) && isFiller(clean))) return null;
  switch (field) {
    case 'name': {
      const bare = withoutGreeting(clean)
        .replace(titlesBefore, '')
        .replaceAll(/^["'(]+|["'),.;:!?]+$/g, '');
      const letters = (bare.match(/\p{L}/gu) ?? []).length;
      return letters >= 2 && bare.length <= 80 && !/[@\d•]/.test(bare) ? writeName(bare) : null;
    }
    case 'company':
    case 'job_title': {
      const bare = clean
        .replaceAll(/^["'«„“(]+|["'»“”),;:!?]+$/gu, '')
        .replaceAll(/\s+/g, ' ')
        .replace(/(?<!\b\p{L}|\b(?:co|inc|ltd|corp))\.$/iu, '')
        .trim();
      if (!/[\p{L}\p{N}]/u.test(bare) || bare.length > 120 || bare.includes('•') || bare.includes('@'))
        return null;
      return bare;
    }
    case 'need':
      return /\p{L}{2}/u.test(clean) ? clean.slice(0, 300) : null;
    case 'email':
      return findEmails(readText(clean))[0]?.value ?? null;
    case 'phone':
      return findPhones(readText(clean), countriesOf(context), true)[0]?.value ?? null;
    case 'timeline': {
      const today = readDay(context.today);
      const moments = findMoments(readText(clean), {...context, today, loose: true});
      return (
        moments.map(({target}) => bucketOf(target, today)).findLast(bucket => bucket !== undefined) ?? null
      );
    }
    case 'company_size': {
      const reading = readText(clean);
      const quantities = findQuantities(reading, context.language, context.region);
      const quantity = countSelf(reading.plain, quantities).at(-1);
      const few = quantity ? undefined : fewPeople(fold(clean).text);
      if (few !== undefined) return {min: few, max: few};
      if (!quantity || quantity.money) return null;
      const {min, max} = quantity.range;
      return Number.isInteger(max ?? min) && (max ?? min ?? 0) >= 1 ? {min, max} : null;
    }
    case 'budget': {
      const quantity = findQuantities(readText(clean), context.language, context.region).at(-1);
      return quantity ? toBudget(quantity, context.region) : null;
    }
    default:
      return null;
  }
};

const amount = (value: number): string => value.toLocaleString('en-GB', {maximumFractionDigits: 2});
const rangeText = ({min, max}: Range): string =>
  min !== null && max !== null
    ? min === max
      ? amount(min)
      : `${amount(min)} to ${amount(max)}`
    : min === null
      ? `up to ${amount(max ?? 0)}`
      : `at least ${amount(min)}`;
const periods = {once: ' once', month: ' a month', year: ' a year'} as const;

/** The value for a person. */
export const displayOf = (field: FactField, value: FactValue): string => {
  if (typeof value === 'string') {
    if (field === 'timeline')
      return value === '12m+'
        ? 'in more than 12 months'
        : `in ${value.replace('m', '')} months`.replace('0-1 months', '0-1 month');
    return field === 'authority' || field === 'intent' ? value.replaceAll('_', ' ') : value;
  }
  if (field !== 'budget') return `${rangeText(value)} people`;
  const {currency, period} = value as Budget;
  return `${currency ? `${currency} ` : ''}${rangeText(value)}${period ? periods[period] : ''}`;
};
