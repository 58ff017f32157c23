import type {SpanField} from '../../../adapters/llm/contract.ts';
import {readAsked} from './asked.ts';
import {readChecks, saysNo, saysYes, supposes} from './check.ts';
import {countriesOf, findEmails, findPhones} from './contacts.ts';
import {deniedIdentity} from './denied-identity.ts';
import type {FactField, FactValue, Intent, KnownFact, Locale, Turn} from './engine.types.ts';
import {isFiller} from './filler.ts';
import {labelledIn} from './forms.ts';
import {readGuess} from './guess.ts';
import {type Candidate, readBudgets, readSizes, readTimelines} from './measures.ts';
import {normalise} from './normalise.ts';
import {acceptance, offerIn} from './offer.ts';
import {readPeople} from './people.ts';
import {findQuantities, toBudget} from './quantities.ts';
import {withCorrected} from './read-corrected.ts';
import {readAuthority, readIntents, settle} from './read-intents.ts';
import {readNeed} from './read-need.ts';
import type {Found, ReadInput, TurnReading} from './read.types.ts';
import {clauseAt, type Reading, readText, sentenceAt} from './text.ts';

const best = <Value>(candidates: readonly Candidate<Value>[]): Candidate<Value> | undefined =>
  candidates.reduce<Candidate<Value> | undefined>(
    (top, one) => (top && top.weight > one.weight ? top : one),
    undefined,
  );
const confidenceOf = (weight: number): number => Math.min(0.97, 0.45 + weight * 0.15);

const otherPerson =
  /\b(?:colleague|boss|assistant|wife|husband|partner|neighbou?r|secretary|manager|accountant|friend|daughter|son|brother|sister|office of|my (?:pa|md|ceo)|kolleg(?:e|in|en)|chef(?:in)?|mann|frau|nachbar\w*|sekretarin|assistentin|steuerberater\w*|collegue|patron|assistante?|mari|femme|voisine?|companer[oa]|jef[ea]|mari?do|mujer|vecin[oa]|secretari[oa]|soci[oa]|his|her|their|seine|ihre[mr]?|sa|son|cc|not (?:my|mine)|isn't (?:my|mine)|nicht mein\w*|pas (?:le|la) (?:mien|mienne|mon|ma)|no es (?:mi|el mio)|leider nicht|nachbarpraxis)\b/;

/** Everything code alone reads in the newest turn. */
export const readTurn = (input: ReadInput): TurnReading => {
  const reading = readWith(input, false);
  if (reading.found.some(({field}) => field !== 'need') || reading.silent || !mayBeLate(input))
    return reading;
  // an answer that comes a question late
  const again = readWith(input, true);
  return again.found.some(({field}) => lateFields.has(field)) ? again : reading;
};
/** Only a few words, after a question that no number or date could answer. */
const mayBeLate = ({turns}: ReadInput): boolean => {
  const {fields} = readAsked(turns.slice(0, -1).findLast(turn => turn.role === 'assistant')?.text);
  const words = (turns.at(-1)?.text ?? '').slice(0, 80).trim().split(/\s+/).length;
  return words <= 6 && fields.size > 0 && !fields.has('company_size') && !fields.has('phone');
};
const lateFields: ReadonlySet<FactField> = new Set(['company_size', 'budget', 'timeline']);

const readWith = (
  {turns, language, region, visitorCountry, today, known}: ReadInput,
  late: boolean,
): TurnReading => {
  const at = turns.length - 1;
  const text = turns[at]?.text ?? '';
  const directly = turns.slice(0, at).findLast(turn => turn.role === 'assistant');
  const asked = withCorrected(readAsked(directly?.text), turns, {language, region, today}, {is: late, known});
  const reading = readText(text);
  const {plain} = reading;
  const checks = readChecks(reading);
  const found: Found[] = [];
  const add = (field: FactField, value: FactValue | null, start: number, end: number, confidence: number) => {
    if (value === null) return;
    const span = reading.span(start, end);
    found.push({field, value, start: span.start, end: span.end, confidence, source: 'reading'});
  };

  // contacts first: their digits are no amounts
  const emails = findEmails(reading).filter(({start, end}) => !checks.vetoed(start, end));
  const phones = findPhones(reading, countriesOf({region, visitorCountry}), asked.fields.has('phone')).filter(
    ({start, end}) => !checks.vetoed(start, end),
  );
  const inContact = (start: number, end: number) =>
    [...emails, ...phones].some(contact => start < contact.end && end > contact.start);
  const mine = ({start, end}: {start: number; end: number}): boolean => {
    const sentence = sentenceAt(plain, start);
    const clause = clauseAt(plain, start, end);
    const lead = plain.slice(Math.max(sentence.start, start - 70), start);
    if (
      /\b(?:our|unser\p{L}*|notre|nuestr[oa]) (?!e-?mail|mail|adress|phone|number|correo)\p{L}{3,20}\b[^.!?]{0,40}$/u.test(
        lead,
      ) &&
      !/\b(?:my|mine|me|mein\p{L}*|mich|mon|moi|mi)\b[^.!?]{0,30}$/u.test(lead)
    )
      return false;
    if (
      /^,?\s?(?:die|der|she|he|elle|il|ella|el) (?:macht|does|handles|ist zustandig|s'en occupe|gere|lleva)/.test(
        plain.slice(end, end + 40),
      )
    )
      return false;
    // given, and taken back in the same breath
    const after = plain.slice(end);
    if (
      /^[\s.,!-]{0,6}(?:\p{L}+[\s,.!]+){0,4}(?:(?:forget|delete|scrap|wipe|strike) (?:that|it|this|the)|(?:vergiss|vergessen|streich|loesch|losch)\p{L}* (?:sie )?(?:das|die|es|sie)|(?:efface|oublie|supprime)\p{L}*[ -](?:ca|cela|la|le|ce)|(?:borr|olvid|quit|tach)(?:al|el|ad|en)\p{L}*)/u.test(
        after,
      )
    )
      return false;
    return (
      !otherPerson.test(plain.slice(Math.max(clause.start, start - 60), start)) &&
      !otherPerson.test(
        plain
          .slice(end, Math.min(sentence.end, end + 45))
          .replace(/^[^,.]*\b(?:for|an|pour|para) (?:my|meine[nm]?|mon|mi)\b/, '')
          .slice(0, 45)
          .replace(
            /^[^]*?(?=\b(?:not my|isn't|nicht mein|leider nicht|nachbarpraxis|pas (?:le|la)|no es)|$)/,
            '',
          ),
      )
    );
  };
  const takesBack =
    checks.forgets &&
    /\b(?:mail|email|e-mail|number|phone|nummer|telefon|adresse|address|numero|correo|telefono|telephone|that|das|ca|eso)\b/.test(
      plain,
    );
  const email = emails.filter(mine).at(-1);
  const phone = phones.filter(mine).at(-1);
  if (email) add('email', email.value, email.start, email.end, email.sure ? 0.97 : 0.85);
  if (phone) add('phone', phone.value, phone.start, phone.end, phone.sure ? 0.95 : 0.75);

  // amounts
  const quantities = findQuantities(reading, language, region).filter(
    ({start, end}) => !inContact(start, end),
  );
  const bare = reading.tokens.length <= 6;
  const size = best(readSizes(reading, quantities, checks, asked, bare));
  const isSize = (start: number, end: number) =>
    size !== undefined && start < size.end && end > size.start && size.weight >= 2.5;
  const timelines = readTimelines(reading, {language, region, today}, checks, asked);
  const timeline = best(timelines);
  const budget = best(
    readBudgets(
      reading,
      quantities,
      checks,
      asked,
      (start, end) => isSize(start, end) || timelines.some(one => start < one.end && end > one.start),
    ),
  );
  if (size)
    add(
      'company_size',
      {min: size.value.range.min, max: size.value.range.max},
      size.start,
      size.end,
      confidenceOf(size.weight),
    );
  if (timeline) add('timeline', timeline.value, timeline.start, timeline.end, confidenceOf(timeline.weight));
  if (budget)
    add(
      'budget',
      toBudget(budget.value, region),
      budget.start,
      withPeriod(plain, budget.end),
      confidenceOf(budget.weight),
    );

  for (const {field, start, end} of labelledIn(plain)) {
    if (field === 'name' || field === 'company' || field === 'job_title') continue;
    if (found.some(one => one.field === field) || checks.vetoed(start, end)) continue;
    const span = reading.span(start, end);
    const value = normalise(field, text.slice(span.start, span.end), {language, region, today});
    add(field, value, start, end, 0.9);
  }

  // who
  const courtesy = isFiller(text);
  const who = readPeople(reading, language, checks, asked);
  const free = (one: Candidate<string>) => !courtesy && !inContact(one.start, one.end);
  const name = best(who.names.filter(free));
  const company = best(
    who.companies
      .filter(free)
      .filter(one => !size || one.start >= size.end || one.end <= size.start)
      .filter(one => !name || one.start >= name.end || one.end <= name.start),
  );
  const title = best(
    who.titles.filter(free).filter(one => !company || one.start >= company.end || one.end <= company.start),
  );
  const context = {language, region, today};
  if (name)
    add('name', normalise('name', name.value, context), name.start, name.end, confidenceOf(name.weight));
  if (company)
    add(
      'company',
      normalise('company', company.value, context),
      company.start,
      company.end,
      confidenceOf(company.weight - 0.4),
    );
  if (title)
    add(
      'job_title',
      normalise('job_title', title.value, context),
      title.start,
      title.end,
      confidenceOf(title.weight - 0.2),
    );

  const intents = checks.takeover ? [] : readIntents(reading, checks);
  let authority = checks.takeover ? undefined : readAuthority(reading, checks, asked);
  const need = readNeed(reading, checks, asked.fields.has('need'), found.length);
  const elsewhere = intents.some(({intent}) =>
    /^(?:human_request|video_request|opt_out|job_seeker|vendor_pitch)$/.test(intent),
  );
  if (need && !elsewhere && !courtesy)
    add(
      'need',
      normalise('need', plain.slice(need.start, need.end), context) === null
        ? null
        : text.slice(reading.span(need.start, need.end).start, reading.span(need.start, need.end).end),
      need.start,
      need.end,
      0.5,
    );

  // what pitchers charge and when applicants could start is neither a budget nor a time frame
  if (intents.some(({intent}) => intent === 'vendor_pitch' || intent === 'job_seeker')) {
    for (const field of ['budget', 'timeline'] as const) {
      const index = found.findIndex(one => one.field === field);
      if (index >= 0) found.splice(index, 1);
    }
  }

  // an offer answered with its own word, or a call back answered with a number
  if (directly && !checks.takeover) {
    const offered = asked.question;
    const offer = (intent: Intent, at: {start: number; end: number}) => {
      if (!intents.some(one => one.intent === intent))
        intents.push({intent, ...at, confidence: 0.7, source: 'reading'});
    };
    const video = /\bvideo|\bvisio/.test(offered) ? /\b(?:video|visio)\w*/.exec(plain) : null;
    if (video && !saysNo(plain))
      offer('video_request', reading.span(video.index, video.index + video[0].length));
    const callsBack =
      /\b(?:call you|ring you|phone you|zuruckrufen|anrufen|rappeler|appeler|llamar(?:le|te)?|llamen)\b/.test(
        offered,
      );
    if (callsBack && phone) offer('human_request', reading.span(phone.start, phone.end));
    const rivals =
      /\b(?:other|another|else|compar\w*|andere\w*|weitere\w*|d'autres|otr[oa]s)\b.{0,24}\b(?:suppliers?|vendors?|providers?|options?|tools?|solutions?|offers?|radar|anbieter|angebote|losungen|prestataires|offres|fournisseurs|proveedores|alternativas|ofertas|opciones)\b|\bwho else are you|\bon your radar/.test(
        offered,
      );
    if (
      rivals &&
      !saysNo(plain) &&
      (saysYes(plain) || reading.tokens.some(token => token.capital && token.start > 2))
    ) {
      offer('competitor_comparison', reading.span(0, Math.min(plain.length, 80)));
    }
  }

  // a person offered, and accepted
  const offer = directly && !checks.takeover ? offerIn(directly.text) : undefined;
  const accepted = offer && acceptance(plain, offer);
  if (directly && offer && accepted && !intents.some(({intent}) => intent === 'human_request')) {
    const guess = {turn: turns.lastIndexOf(directly), start: offer.start, end: offer.end};
    const span = reading.span(accepted.start, accepted.end);
    intents.push({intent: 'human_request', ...span, confidence: 0.85, source: 'confirmed', guess});
  }

  // yes or no to what the assistant asked
  const yes = saysYes(plain);
  if (yes && directly && !checks.takeover) {
    const span = reading.span(yes.index + (/^\W*/.exec(yes[0])?.[0].length ?? 0), yes.index + yes[0].length);
    const guessTurn = turns.lastIndexOf(directly);
    for (const guess of readGuess(directly.text, {language, region, today}, asked)) {
      const place = {turn: guessTurn, start: guess.start, end: guess.end};
      if (guess.kind === 'fact' && !found.some(one => one.field === guess.field)) {
        found.push({
          field: guess.field,
          value: guess.value,
          ...span,
          confidence: 0.85,
          source: 'confirmed',
          guess: place,
        });
      } else if (guess.kind === 'intent' && !intents.some(one => one.intent === guess.intent)) {
        intents.push({intent: guess.intent, ...span, confidence: 0.8, source: 'confirmed', guess: place});
      } else if (guess.kind === 'authority' && !authority) {
        authority = {
          field: 'authority',
          value: 'decision_maker',
          ...span,
          confidence: 0.8,
          source: 'confirmed',
          guess: place,
        };
      }
    }
  }
  if (
    saysNo(plain) &&
    authority?.value === 'decision_maker' &&
    asked.fields.has('authority') &&
    !/\b(?:decide|decision|entscheid\w*)\b/.test(plain)
  )
    authority = undefined;

  return {
    language,
    found: checks.takeover ? [] : found,
    intents,
    authority,
    retracted: retractedBy(plain, checks.jokeAtStart, takesBack, known, turns, {language, region, today}),
    ordered: checks.ordered,
    silent: checks.takeover,
    vetoes: (field, start, end) => {
      const from = plainAt(reading, start);
      const to = Math.max(from + 1, plainAt(reading, end));
      if (checks.vetoed(from, to) || courtesy) return true;
      if (field === 'job_title' && wantsSomebody.test(plain)) return true;
      if (field === 'email' || field === 'phone') return !mine({start: from, end: to});
      if (field === 'company_size' || field === 'budget' || field === 'timeline') {
        return (
          checks.othersIn(from, to) ||
          checks.vague ||
          (field !== 'timeline' && checks.negated(from, to)) ||
          (supposes(plain, from) && !asked.fields.has(field))
        );
      }
      return false;
    },
    settle: all => settle(all, plain),
    valueAt: (field, start, end) =>
      valueAt(field as SpanField, plainAt(reading, start), plainAt(reading, end)),
  };

  function valueAt(field: SpanField, from: number, to: number): FactValue | null {
    if (field !== 'budget' && field !== 'company_size') return null;
    const inside = quantities.filter(one => one.start < to && one.end > from);
    const quantity =
      field === 'budget'
        ? (inside.filter(one => one.money).at(-1) ?? inside.at(-1))
        : inside.findLast(one => !one.money);
    if (!quantity) return null;
    return field === 'budget'
      ? toBudget(quantity, region)
      : {min: quantity.range.min, max: quantity.range.max};
  }
};

/** Who is called for is not who calls. */
const wantsSomebody =
  /^\W*(?:an? |the |einen? |un |une |una )?(?:agent|adviser|advisor|operator|human|person|berater(?:in)?|mitarbeiter(?:in)?|mensch|conseiller|conseillere|humain|agente|asesora?|operador|humano|persona)\W*$/;

const plainAt = (reading: Reading, original: number): number => {
  let low = 0;
  let high = reading.plain.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reading.span(middle, middle + 1).start < original) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** "a month" belongs to the words that prove a monthly budget. */
const withPeriod = (plain: string, end: number): number => {
  const match =
    /^\s?(?:\/|per |a |each |every |pro |im |par |al |por )?\s?(?:month(?:ly)?|mo\b|monat(?:lich)?|mois|mes\b|mensual(?:es)?|mensuel(?:le)?s?|year(?:ly)?|annually|annum|jahr\b|jahrlich|an\b|ano\b|anual(?:es)?|annuel(?:le)?s?)/.exec(
      plain.slice(end, end + 20),
    );
  return match ? end + match[0].length : end;
};

/** "Kidding!" takes back what the last message said, "forget my mail" the mail. */
const retractedBy = (
  plain: string,
  joke: boolean,
  takesBack: boolean,
  known: readonly KnownFact[],
  turns: readonly Turn[],
  context: {language: Locale; region: string; today: string},
): FactField[] => {
  const fields = new Set<FactField>();
  if (takesBack) {
    if (/\b(?:e-?mail|mail|correo|courriel|adresse|address|direccion)\b/.test(plain)) fields.add('email');
    if (/\b(?:phone|number|nummer|telefon|numero|telefono|telephone|handy|mobile|movil)\b/.test(plain))
      fields.add('phone');
    if (/\b(?:budget|presupuesto)\b/.test(plain)) fields.add('budget');
    if (/\b(?:my name|meinen? namen?|mon nom|mi nombre)\b/.test(plain)) fields.add('name');
  }
  if (joke) {
    const last = turns.slice(0, -1).findLastIndex(turn => turn.role === 'visitor');
    if (last >= 0) {
      const said = readTurn({turns: turns.slice(0, last + 1), ...context, known: []});
      for (const {field} of said.found)
        if (field !== 'name' && field !== 'email' && field !== 'phone' && field !== 'need') fields.add(field);
    }
  }
  if (saysNo(plain)) for (const field of deniedIdentity(turns, known)) fields.add(field);
  return [...fields].filter(field => known.some(fact => fact.field === field));
};
