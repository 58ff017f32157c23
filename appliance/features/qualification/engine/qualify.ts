import {
  intents as knownIntents,
  type LanguageModel,
  type ModelErrorCode,
  type Pointed,
  spanFields,
} from '../../../adapters/llm/contract.ts';
import {isAppError} from '../../../kit/errors.ts';
import type {
  Fact,
  FactField,
  FactSource,
  FactValue,
  Intent,
  QualifyInput,
  QualifyResult,
  Turn,
} from './engine.types.ts';
import {detectLanguage} from './language.ts';
import {displayOf, normalise, type NormaliseContext} from './normalise.ts';
import {isOrder} from './orders.ts';
import {readTurn} from './read.ts';
import type {Found, TurnReading} from './read.types.ts';
import {fold} from './text.ts';

export type PointerUse =
  | {used: true; pointed: Pointed}
  | {used: false; reason: 'absent' | 'failed'; code?: ModelErrorCode};

/**
 * The one door every fact comes through: its evidence must be words of a visitor's turn, unchanged, or there is no
 * fact. It takes places, never text, so nobody can hand it words that were not written.
 */
export const makeFact = (
  turns: readonly Turn[],
  claim: {
    field: FactField;
    value: FactValue | null;
    turn: number;
    start: number;
    end: number;
    confidence: number;
    source: FactSource;
    guess?: {turn: number; start: number; end: number};
  },
): Fact | undefined => {
  const {field, value, turn, start, end, source, guess} = claim;
  const said = turns[turn];
  if (said?.role !== 'visitor' || value === null) return undefined;
  if (
    !Number.isInteger(start) ||
    !Number.isInteger(end) ||
    start < 0 ||
    end > said.text.length ||
    start >= end
  )
    return undefined;
  const quote = said.text.slice(start, end);
  if (quote.trim() === '') return undefined;
  const offered = guess ? turns[guess.turn] : undefined;
  if (guess && (offered?.role !== 'assistant' || guess.turn >= turn)) return undefined;
  return {
    field,
    value,
    display: displayOf(field, value),
    evidence: {turn, start, end, quote},
    ...(guess && offered ? {guess: {...guess, quote: offered.text.slice(guess.start, guess.end)}} : {}),
    confidence: Math.max(0, Math.min(1, Number.isFinite(claim.confidence) ? claim.confidence : 0)),
    source,
  };
};

const point = async (
  model: LanguageModel | undefined,
  input: QualifyInput,
  language: string,
): Promise<PointerUse> => {
  if (!model) return {used: false, reason: 'absent'};
  try {
    return {used: true, pointed: await model.point({locale: language, turns: input.turns}, input.signal)};
  } catch (error) {
    const code =
      isAppError(error) && error.code.startsWith('llm.') ? (error.code as ModelErrorCode) : undefined;
    return {used: false, reason: 'failed', ...(code ? {code} : {})};
  }
};

/** Where deterministic reading is surer than a pointer, it decides; elsewhere the surer of the two does. */
const readingFirst: ReadonlySet<FactField> = new Set(['email', 'phone']);
const leastConfidence: Partial<Record<FactField, number>> = {
  name: 0.5,
  company: 0.5,
  job_title: 0.5,
  need: 0.4,
};

/** What rules read is given up only for a pointer that is this sure; one less sure fills what they left open. */
const overrules = 0.9;

const exclusive: ReadonlySet<Intent> = new Set(['vendor_pitch', 'job_seeker', 'support_request', 'opt_out']);

const fromPointer = (
  pointed: Pointed,
  text: string,
  reading: TurnReading,
  context: NormaliseContext,
): Found[] =>
  pointed.spans.flatMap(({field, start, end, confidence}) => {
    if (!(spanFields as readonly string[]).includes(field)) return [];
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > text.length || start >= end)
      return [];
    if (!(confidence >= (leastConfidence[field] ?? 0.5)) || reading.vetoes(field, start, end)) return [];
    const value = reading.valueAt(field, start, end) ?? normalise(field, text.slice(start, end), context);
    return value === null ? [] : [{field, value, start, end, confidence, source: 'model' as const}];
  });

/** Which places hold a name, a firm or a budget of the visitor's own is a matter of sense, which rules have little of. */
const needsSign: ReadonlySet<FactField> = new Set([
  'name',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
]);
/** Whether what rules read is believed: with a model that gives signs, only where it sees one. */
const isBelieved = (found: Found, use: PointerUse): boolean => {
  const signs = use.used ? use.pointed.signs : undefined;
  if (!signs || found.source === 'confirmed' || !needsSign.has(found.field)) return true;
  return signs.some(sign => sign.field === found.field && sign.start < found.end && sign.end > found.start);
};

/** A word or two that an order shortly before made mean something: said now, it states nothing. */
const isAgreedWord = (visitorTexts: readonly string[]): boolean => {
  const said = fold(visitorTexts.at(-1) ?? '').text.replaceAll(/^\W+|\W+$/g, '');
  return (
    said.length >= 3 &&
    said.split(/\s+/).length <= 2 &&
    visitorTexts.slice(-5, -1).some(text => isOrder(text) && fold(text).text.includes(said))
  );
};

/** Reads the newest visitor turn: read, point, normalise, check. */
export const qualify = async (input: QualifyInput): Promise<QualifyResult> => {
  const {turns, region, visitorCountry, today} = input;
  const at = turns.length - 1;
  const newest = turns[at];
  const visitorTexts = turns.filter(({role}) => role === 'visitor').map(({text}) => text);
  const language = detectLanguage(visitorTexts, input.locale);
  const empty: QualifyResult = {
    language,
    facts: [],
    intents: [],
    authority: null,
    retracted: [],
    model: {used: false, reason: 'absent'},
  };
  if (newest?.role !== 'visitor') return empty;

  const whole = readTurn({turns, language, region, visitorCountry, today, known: input.known ?? []});
  const reading: TurnReading = input.modelAlone
    ? {...whole, found: [], intents: [], authority: undefined}
    : whole;
  const use = await point(input.model, input, language);
  if (isAgreedWord(visitorTexts)) return {...empty, model: use.used ? {used: true} : use};
  const pointed = use.used
    ? fromPointer(use.pointed, newest.text, reading, {language, region, visitorCountry, today})
    : [];

  const chosen = new Map<FactField, Found>();
  for (const found of reading.found) if (isBelieved(found, use)) chosen.set(found.field, found);
  for (const found of pointed) {
    const read = chosen.get(found.field);
    if (read && (read.source === 'confirmed' || readingFirst.has(found.field))) continue;
    if (read && JSON.stringify(read.value) === JSON.stringify(found.value)) {
      chosen.set(found.field, {...read, confidence: 1 - (1 - read.confidence) * (1 - found.confidence)});
    } else if (!read || found.confidence > Math.max(read.confidence, overrules))
      chosen.set(found.field, found);
  }

  const facts: Fact[] = [];
  const add = (found: Found): Fact | undefined => {
    const fact = makeFact(turns, {...found, turn: at});
    if (fact) facts.push(fact);
    return fact;
  };
  for (const found of chosen.values()) add(found);

  const shown = new Map<
    Intent,
    {start: number; end: number; confidence: number; source: FactSource; guess?: Found['guess']}
  >();
  const hinted = use.used ? use.pointed.intentSigns : undefined;
  for (const one of reading.intents)
    if (!hinted || one.source === 'confirmed' || hinted.includes(one.intent)) shown.set(one.intent, one);
  if (use.used && !reading.ordered) {
    for (const {intent, confidence} of use.pointed.intents) {
      if (!(knownIntents as readonly string[]).includes(intent) || !(confidence >= 0.5) || shown.has(intent))
        continue;
      // what would shut out an intent that was read word for word must have been read itself
      if (reading.intents.length > 0 && exclusive.has(intent)) continue;
      shown.set(intent, {start: 0, end: newest.text.length, confidence, source: 'model'});
    }
  }
  const settled = reading.settle([...shown].map(([intent, rest]) => ({intent, ...rest})));
  const intents = settled.flatMap(({intent, guess, ...rest}) => {
    const fact = add({field: 'intent', value: intent, ...rest, ...(guess ? {guess} : {})});
    return fact ? [{intent, confidence: fact.confidence, evidence: fact.evidence}] : [];
  });

  const signed = use.used ? use.pointed.authoritySigns : undefined;
  const read =
    reading.authority?.source === 'confirmed' ||
    !signed ||
    signed.some(authority => authority === reading.authority?.value)
      ? reading.authority
      : undefined;
  const guessed = use.used && !reading.ordered ? use.pointed.authority : null;
  const spoken: Found | undefined =
    read ??
    (guessed && guessed.confidence >= 0.5
      ? {
          field: 'authority',
          value: guessed.value,
          start: 0,
          end: newest.text.length,
          confidence: guessed.confidence,
          source: 'model',
        }
      : undefined);
  const said = spoken ? add(spoken) : undefined;
  return {
    language,
    facts,
    intents,
    authority: said
      ? {value: said.value as 'user', confidence: said.confidence, evidence: said.evidence}
      : null,
    retracted: reading.retracted.filter(field => !facts.some(fact => fact.field === field)),
    model: use.used ? {used: true} : use,
  };
};
