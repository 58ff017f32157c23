import type {Locale} from '../../kit/schema.ts';
import type {Storage} from '../../storage/index.ts';
import type {Answered, Passage} from './knowledge.schema.ts';
import type {KnowledgeStore} from './knowledge.store.ts';
import type {WordIndex} from './word-index.ts';
import {type Term, termsOf, thingsOf} from './words.ts';

export type Question = {
  text: string;
  locale: Locale;
  /** It asks what something costs. */
  price: boolean;
};
/** How much of what was asked about must stand in a passage, rare words counting more than common ones. */
const bar = 0.6;
/** This much of it stands in the passage itself or in its own heading. */
const ownBar = 0.55;
/** A word that only begins alike. */
const alike = 0.8;
const mostTerms = 12;
const candidates = 60;

const amount =
  /(?:[€$£¥%]|\b(?:eur|chf|usd|gbp|euros?|franken|francs?|dollars?|pounds?|libras?)\b)\s?\d|\d[\d.,'’\u00A0\u202F]*\s?(?:[€$£¥%]|(?:eur|chf|usd|gbp|euros?|franken|francs?|dollars?|pounds?|libras?|percent|prozent)\b)/i;
const free = /\b(?:free|free of charge|kostenlos\p{L}*|kostenfrei\p{L}*|gratis|gratuit\p{L}*|sans frais)\b/iu;

type Weighed = Term & {weight: number};
export type Judged = Pick<Answered['nearest'][number], 'passage' | 'why' | 'missing'> & {
  /** How much of the question stands in it, and how much in its text alone. */
  share: number;
  inText: number;
};

const others: Record<Locale, Locale[]> = {
  en: ['de', 'fr', 'es'],
  de: ['en', 'fr', 'es'],
  fr: ['en', 'de', 'es'],
  es: ['en', 'fr', 'de'],
};

const meets = (term: Term, words: {stems: Set<string>; beginnings: Set<string>}): number => {
  if (words.stems.has(term.stem)) return 1;
  return term.beginning !== null && words.beginnings.has(term.beginning) ? alike : 0;
};
const wordsIn = (text: string, language: Locale) => {
  const terms = termsOf(text, language);
  return {
    stems: new Set(terms.map(({stem}) => stem)),
    beginnings: new Set(terms.flatMap(({beginning}) => beginning ?? [])),
  };
};

/** What names a thing; for another language too, the little words of the visitor's own name none. */
const namedIn = ({text, locale, price}: Question, language: Locale): Term[] => {
  const own = (price ? thingsOf : termsOf)(text, locale);
  return language === locale ? own : termsOf(own.map(({word}) => word).join(' '), language);
};

/** What a passage holds of a question, and whether that is enough to quote it. */
const judge = (passage: Passage, terms: readonly Weighed[], price: boolean): Judged => {
  const {language, text, heading, document} = passage;
  const whole = wordsIn([document, ...heading, text].join(' '), language);
  const body = wordsIn(text, language);
  // headings further up say what a chapter is about, not what this passage answers
  const near = wordsIn([heading.at(-1) ?? '', text].join(' '), language);
  const total = terms.reduce((sum, {weight}) => sum + weight, 0);
  const share = (words: typeof body) =>
    terms.reduce((sum, term) => sum + term.weight * meets(term, words), 0) / total;
  const missing = terms.filter(term => meets(term, whole) === 0).map(({word}) => word);
  const enough = price ? missing.length === 0 : share(whole) >= bar && share(near) >= ownBar;
  return {
    passage,
    missing,
    share: share(whole),
    inText: share(body),
    why: !enough
      ? 'too_little'
      : passage.givesOrders
        ? 'orders'
        : price && !amount.test(text) && !free.test(text)
          ? 'no_price'
          : 'quoted',
  };
};

export const byNearness = (one: Judged, other: Judged): number =>
  Number(other.why === 'quoted') - Number(one.why === 'quoted') ||
  other.share - one.share ||
  other.inText - one.inText ||
  one.passage.text.length - other.passage.text.length;

/**
 * Looks for the passage that answers a question, by its words alone: first in the visitor's language, then in the others.
 * What holds too little of the question is not quoted, however near it is.
 */
export const createWordSearch = (deps: {storage: Storage; store: KnowledgeStore; words: WordIndex}) => {
  const {storage, store, words} = deps;

  const weigh = async (terms: readonly Term[], language: Locale, passages: number): Promise<Weighed[]> => {
    const weighed: Weighed[] = [];
    for (const term of terms) {
      const counts: number[] = [];
      for (const token of words.tokensOf(term, language))
        counts.push(await words.frequency(storage.db, token));
      const [stem = 0, beginning = 0] = counts;
      weighed.push({...term, weight: Math.log(1 + (passages + 1) / ((stem || beginning) + 1))});
    }
    return weighed;
  };
  /** Counting words costs most: once for each question and language. */
  const weights = new WeakMap<Question, Map<Locale, Promise<Weighed[]>>>();
  const weighIn = (question: Question, language: Locale, passages: number): Promise<Weighed[]> => {
    const known = weights.get(question) ?? new Map<Locale, Promise<Weighed[]>>();
    weights.set(question, known);
    const found =
      known.get(language) ?? weigh(namedIn(question, language).slice(0, mostTerms), language, passages);
    known.set(language, found);
    return found;
  };

  const lookIn = async (question: Question, language: Locale, passages: number): Promise<Judged[]> => {
    const weighed = await weighIn(question, language, passages);
    if (weighed.length === 0) return [];
    const wanted = weighed.flatMap(term =>
      words
        .tokensOf(term, language)
        .map((token, i) => ({token, weight: term.weight * (i === 0 ? 1 : alike)})),
    );
    const ids = await words.best(storage.db, wanted, candidates);
    const found = await store.passages(storage.db, ids);
    return found.map(passage => judge(passage, weighed, question.price)).toSorted(byNearness);
  };

  return {
    /** The words that name what is asked about; with none it is small talk. */
    wordsOf: (question: Question): string[] =>
      namedIn(question, question.locale)
        .slice(0, mostTerms)
        .map(({word}) => word),
    /** The nearest first. */
    search: async (question: Question): Promise<Judged[]> => {
      const passages = await store.readyPassages(storage.db);
      let judged = await lookIn(question, question.locale, passages);
      if (passages === 0 || judged[0]?.why === 'quoted') return judged;
      for (const language of others[question.locale]) {
        const foreign = await lookIn(question, language, passages);
        judged = [...judged, ...foreign.filter(({share}) => share > 0)].toSorted(byNearness);
        if (judged[0]?.why === 'quoted') break;
      }
      return judged;
    },
    /** What others found, judged by the same words. */
    judge: async (question: Question, found: readonly Passage[]): Promise<Judged[]> => {
      if (found.length === 0) return [];
      const passages = await store.readyPassages(storage.db);
      const byLanguage = new Map<Locale, Weighed[]>();
      for (const {language} of found)
        if (!byLanguage.has(language)) byLanguage.set(language, await weighIn(question, language, passages));
      return found.map(one => judge(one, byLanguage.get(one.language) ?? [], question.price));
    },
  };
};
