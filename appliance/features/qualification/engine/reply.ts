import type {Citation} from '../../../kit/schema.ts';
import {isSensitive, saysNo} from './check.ts';
import type {FactField, Intent, Locale, Reply, ScoredFact} from './engine.types.ts';
import {answerFor, isQuestion} from './faq.ts';
import {closedUntil} from './hours.ts';
import {offerIn} from './offer.ts';
import type {answerable, Playbook} from './playbook.schema.ts';
import {asksPrice} from './price.ts';
import {replyWords} from './reply-words.ts';
import {asksIfRobot, robotAnswer} from './robot.ts';
import {isOrder} from './orders.ts';
import {asksWhatThisIs, greets} from './small-talk.ts';
import {fold} from './text.ts';

/** What was looked for in the knowledge: the words that name a thing (small talk has none), and what was found. */
export type LookedUp = {words: readonly string[]; citation: Citation | null};

export type ReplyInput = {
  playbook: Playbook;
  locale: Locale;
  /** All that holds, this turn's included. */
  facts: readonly ScoredFact[];
  newFacts: readonly ScoredFact[];
  intents: readonly {intent: Intent}[];
  /** Fields asked for so far; none is asked twice. */
  asked: readonly string[];
  visitorText: string;
  /** What the knowledge says to it; undefined where it was not asked, or holds nothing. */
  lookedUp?: LookedUp | undefined;
  /** What was said last before it, by each. */
  before: {assistant?: string | undefined; visitor?: string | undefined};
  qualified: boolean;
  wasQualified: boolean;
  /** Whether somebody could take over now. */
  personFree: boolean;
  /** ISO: the playbook's hours say when somebody is back. */
  now: string;
  /** The same seed chooses the same wording. */
  seed: string;
};

/** What it takes to say when somebody is there, and whether a contact is wanted. */
type Standing = Pick<ReplyInput, 'playbook' | 'locale' | 'facts' | 'asked' | 'now'>;

const hash = (text: string): number => {
  let sum = 2_166_136_261;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 16_777_619);
  return sum >>> 0;
};

export const greetingFor = (
  playbook: Playbook,
  locale: Locale,
  company: string,
): {text: string; quickReplies: string[]} => {
  const language = spoken(playbook, locale);
  const words = replyWords[language];
  const disclosure = words.disclosure(company.trim());
  const own = playbook.greeting?.[language] ?? words.welcome;
  const text = own.includes('{disclosure}')
    ? own.replaceAll('{disclosure}', () => disclosure)
    : `${disclosure} ${own}`;
  return {text, quickReplies: [...(playbook.starters?.[language] ?? []), words.person]};
};

/** To who asked for a person by the button, outside business hours; null inside of them. */
export const awayFor = (standing: Standing): string | null => {
  const {playbook, locale, now} = standing;
  const language = spoken(playbook, locale);
  if (closedUntil(playbook.businessHours, now, language) === undefined) return null;
  return [replyWords[language].gladly, ...whileAway(standing, language).says].join(' ');
};

/** The visitor's language where the playbook has it, else the playbook's first. */
const spoken = (playbook: Playbook, locale: Locale): Locale =>
  playbook.languages.includes(locale) ? locale : (playbook.languages[0] ?? 'en');

/** Addresses and numbers are never repeated, a name is. */
const acknowledge = (
  input: ReplyInput,
  language: Locale,
  pick: (from: readonly string[]) => string,
): string | undefined => {
  const words = replyWords[language];
  const fresh = new Set(input.newFacts.map(({field}) => field));
  const name = input.newFacts.find(({field}) => field === 'name')?.value;
  const labels = [...fresh]
    .filter(field => field !== 'name' || typeof name !== 'string')
    .flatMap(field => words.fields[field] ?? [])
    .slice(0, 3);
  const hello =
    typeof name === 'string' ? pick(words.named).replaceAll('{name}', () => name.slice(0, 60)) : undefined;
  if (labels.length === 0) return hello;
  const what =
    labels.length === 1 ? labels.join('') : `${labels.slice(0, -1).join(', ')} ${words.and} ${labels.at(-1)}`;
  const noted = pick(words.noted)
    .replaceAll('{what}', () => what)
    .replaceAll('{What}', () => what.charAt(0).toUpperCase() + what.slice(1));
  return `${hello ?? pick(words.thanks[input.playbook.tone])} ${noted}`;
};

const goodbye =
  /^(?:(?:ok(?:ay)?|no|nein|non|nah|nope|alright|super|prima|merci|danke|thanks?|thank you|thx|gracias|cheers|ta|bye|goodbye|tschuss|tschau|ciao|tchao|adios|au revoir|hasta luego|auf wiedersehen|bonne journee|schonen tag|schonen tag noch|vielen dank|merci beaucoup|muchas gracias|that.?s all|das war.?s|das ist alles|c.?est tout|eso es todo|nada mas|nichts mehr|rien d.?autre|perfect|perfekt|parfait|perfecto|great|and|und|et|y|very much|so much)[\s,.!:)-]*){1,6}$/;

/**
 * The guided reply: made of the playbook's own sentences and the built-in ones, so that nothing can be said that
 * nobody wrote.
 */
export const nextReply = (input: ReplyInput): Reply => {
  const {playbook, visitorText} = input;
  const language = spoken(playbook, input.locale);
  const words = replyWords[language];
  let picks = 0;
  const pick = (from: readonly string[]): string =>
    from[hash(`${input.seed} ${picks++}`) % from.length] ?? '';
  const shows = (intent: Intent) => input.intents.some(shown => shown.intent === intent);
  const done = (segments: (string | undefined)[], rest: Partial<Omit<Reply, 'segments'>> = {}): Reply => ({
    segments: segments
      .filter((segment): segment is string => segment !== undefined && segment !== '')
      .map((segment, i) => (i === 0 ? segment : ` ${segment}`)),
    free: 0,
    quickReplies: [],
    source: null,
    citation: null,
    card: null,
    asks: null,
    handOver: null,
    ...rest,
  });
  const own = (intent: Answerable) => playbook.answers?.[intent]?.[language];
  const says = (intent: Answerable) => own(intent) ?? pick(words.intents[intent] ?? ['']);

  if (asksIfRobot(visitorText)) return done([robotAnswer[language]], {quickReplies: [words.person]});
  if (asksWhatThisIs(visitorText))
    return done([robotAnswer[language], words.welcome], {quickReplies: [words.person]});
  if (shows('opt_out')) return done([says('opt_out'), words.privacyChoice], {card: 'privacy'});
  const away = input.personFree ? undefined : whileAway(input, language);
  if (shows('human_request') || shows('video_request'))
    return done(away ? [words.gladly, ...away.says] : [pick(words.asked)], {
      handOver: 'asked',
      asks: away?.asks ?? null,
    });
  if (shows('support_request') && own('support_request') === undefined) {
    return done([says('support_request'), ...(away?.says ?? [words.call])], {
      quickReplies: [words.person],
      asks: away?.asks ?? null,
    });
  }
  for (const intent of ['support_request', 'job_seeker', 'vendor_pitch'] as const) {
    if (shows(intent)) return done([says(intent)], {quickReplies: [words.person]});
  }

  const thanks = acknowledge(input, language, pick);
  if (!thanks && isOrder(visitorText)) return done([pick(words.order)]);
  const faq = answerFor(playbook, language, visitorText, input.intents, input.before.visitor);
  const written = faq ?? ownAnswer(input, own);
  if (!written && isSensitive(visitorText))
    return done([thanks, pick(words.sensitive)], {quickReplies: [words.person]});
  const quote = faq ? undefined : quoted(input.lookedUp?.citation, language);
  const answer = quote ?? written;
  const citation = quote?.citation ?? null;
  if (input.qualified && !input.wasQualified) {
    const next = away ? [words.enoughForUs, ...away.says] : [pick(words.qualified)];
    return done([thanks, answer?.text, ...next], {
      source: answer?.source ?? null,
      citation,
      handOver: 'qualified',
      asks: away?.asks ?? null,
    });
  }
  const plain = fold(visitorText).text;
  if (!answer && !thanks && saysNo(plain) && offerIn(input.before.assistant ?? '')?.question) {
    const question = nextQuestion(input, language, pick);
    return done([pick(words.declined), question?.text ?? pick(words.bye)], {
      quickReplies: question?.quickReplies ?? [],
      asks: question?.field ?? null,
    });
  }
  if (!answer && !thanks && goodbye.test(plain.trim())) return done([pick(words.bye)]);

  const question = nextQuestion(input, language, pick);
  if (!answer && !thanks && greets(visitorText))
    return done([words.here, question?.text ?? words.welcome], {
      quickReplies: question?.quickReplies ?? [words.person],
      asks: question?.field ?? null,
    });
  if (!answer && asks(input)) {
    const colleague = (input.lookedUp?.words.length ?? 0) > 0;
    if (colleague && !away)
      return done([thanks, words.notKnown, words.askColleague], {handOver: 'colleague'});
    const cannot = pick(asksPrice(plain) || shows('pricing') ? words.price : words.unknown);
    // an offer stands alone: a yes to it must mean it
    const next = away ? (away.asks ? away.says : [...away.says, question?.text]) : [words.call];
    const field = away && (away.asks ?? question?.field);
    return done([thanks, cannot, ...next], {
      quickReplies: [words.person],
      asks: field ?? null,
      handOver: colleague ? 'colleague' : 'unknown',
    });
  }
  return done([thanks, answer?.text, question?.text ?? (answer ? undefined : pick(words.enough))], {
    free: [thanks, answer?.text].filter(Boolean).length,
    quickReplies: question?.quickReplies ?? [words.person],
    source: answer?.source ?? null,
    citation,
    asks: question?.field ?? null,
  });
};

/** The passage as it stands in the document, in quotation marks. */
const quoted = (
  citation: Citation | null | undefined,
  language: Locale,
): {text: string; source: null; citation: Citation} | undefined => {
  if (!citation) return undefined;
  const {says, marks} = replyWords[language].documents;
  const foreign =
    citation.language === language
      ? undefined
      : new Intl.DisplayNames([language], {type: 'language'}).of(citation.language);
  const [open, close] = marks;
  return {text: `${says(foreign)} ${open}${citation.quote}${close}`, source: null, citation};
};

const asks = ({visitorText, intents}: Pick<ReplyInput, 'visitorText' | 'intents'>): boolean =>
  isQuestion(visitorText) || intents.some(({intent}) => asksSomething.has(intent));

/** Whether the knowledge is to be asked: a question, and none of the playbook's own answers fits it. */
export const wantsKnowledge = (
  input: Pick<ReplyInput, 'playbook' | 'locale' | 'visitorText' | 'intents' | 'before'>,
): boolean => {
  const {playbook, locale, visitorText, intents, before} = input;
  return (
    asks(input) &&
    !isOrder(visitorText) &&
    !greets(visitorText) &&
    !asksWhatThisIs(visitorText) &&
    answerFor(playbook, spoken(playbook, locale), visitorText, intents, before.visitor) === undefined
  );
};

/** What can be said in truth while nobody is free: when somebody is, and how they could answer. */
const whileAway = (
  {playbook, facts, asked, now}: Standing,
  language: Locale,
): {says: string[]; asks: FactField | null} => {
  const words = replyWords[language];
  const when = closedUntil(playbook.businessHours, now, language);
  const nobody = when === undefined ? words.nobody : words.back(when);
  if (isReachable(facts)) return {says: [nobody, words.kept], asks: null};
  return asked.includes('email')
    ? {says: [nobody, words.leave], asks: null}
    : {says: [nobody, words.contact], asks: 'email'};
};

type Answerable = (typeof answerable)[number];
/** The playbook's words for an intent it has an answer to. They are its own: there is no source to name. */
const ownAnswer = (
  {intents}: ReplyInput,
  own: (intent: Answerable) => string | undefined,
): {text: string; source: null} | undefined => {
  for (const {intent} of intents) {
    const text = intent === 'human_request' || intent === 'video_request' ? undefined : own(intent);
    if (text !== undefined) return {text, source: null};
  }
  return undefined;
};

const isReachable = (facts: readonly ScoredFact[]): boolean =>
  facts.some(({field}) => field === 'email' || field === 'phone');

/** What a document may answer; to be shown or to try something is a wish, not a question. */
const asksSomething: ReadonlySet<Intent> = new Set([
  'pricing',
  'integration',
  'security_review',
  'competitor_comparison',
]);

const nextQuestion = (
  {playbook, facts, asked}: ReplyInput,
  language: Locale,
  pick: (from: readonly string[]) => string,
): {field: FactField; text: string; quickReplies: string[]} | undefined => {
  const reachable = isReachable(facts);
  const wanted = playbook.facts.find(
    ({field}) =>
      !asked.includes(field) &&
      !facts.some(fact => fact.field === field) &&
      // one way to reach somebody is enough
      !(field === 'phone' && reachable) &&
      !(field === 'email' && reachable),
  );
  if (!wanted) return undefined;
  return {
    field: wanted.field,
    text: pick(wanted.question[language] ?? []),
    quickReplies: wanted.quickReplies?.[language] ?? [],
  };
};
