/** What is known of a visitor, told in two sentences: who wants what, and on what terms. Each clause names its facts. */
import type {FactField} from '../../appliance/kit/schema.ts';
import type {NumberedFact} from './evidence.ts';

/** `lead`: what joins it to the clause before. The text between two clauses belongs to no fact. */
export type Clause = {lead: string; text: string; facts: readonly NumberedFact[]};
export type Sentence = readonly Clause[];

const authorityWords: Record<string, string> = {
  decision_maker: 'decides',
  influencer: 'recommends, and somebody else decides',
  user: 'would use it and has no say',
};
const intentWords: Record<string, string> = {
  pricing: 'the price',
  demo: 'a demo',
  trial: 'a trial',
  integration: 'a connection to another system',
  migration: 'moving from another system',
  security_review: 'security and hosting',
  competitor_comparison: 'how you compare with others',
  human_request: 'a person',
  video_request: 'a video call',
};
/** Visitors who are no buyers: said first, for nothing else about them matters as much. */
const otherWords: Record<string, string> = {
  support_request: 'needs help as a customer',
  job_seeker: 'looks for a job',
  vendor_pitch: 'wants to sell something',
  opt_out: 'wants no more contact',
};

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
const bounds = (display: string): string => display.replace(/^([A-Z]{3}) (up to|at least) /, '$2 $1 ');

/** Nothing is said that no fact says; without facts there are no sentences. */
export const summarise = (facts: readonly NumberedFact[]): Sentence[] => {
  const of = (field: FactField) => facts.findLast(fact => fact.field === field);
  const intents = facts.filter(({field}) => field === 'intent');
  const worded = (words: Record<string, string>) => intents.filter(({value}) => String(value) in words);
  const clause = (lead: string, fact: NumberedFact | undefined, text = fact?.display ?? ''): Clause[] =>
    fact ? [{lead, text, facts: [fact]}] : [];

  const [name, title, company, size] = [of('name'), of('job_title'), of('company'), of('company_size')];
  const who: Clause[] = [
    ...clause('', name),
    ...clause(name ? ', ' : 'A visitor, ', title),
    ...clause(name || title ? ' at ' : 'A visitor from ', company),
    ...clause(
      company ? ' (' : name || title ? ', with a company of ' : 'A visitor with a company of ',
      size,
      company && size ? `${size.display})` : undefined,
    ),
  ];
  const somebody = who.length > 0 ? '' : 'A visitor';
  const others = worded(otherWords);
  const what: Clause[] = [
    ...others.map((fact, index) => ({
      lead: index === 0 ? `${somebody} ` : ' and ',
      text: otherWords[String(fact.value)] ?? '',
      facts: [fact],
    })),
    ...clause(others.length > 0 ? ' and looks for ' : `${somebody} looks for `, of('need')),
  ];

  const terms: Clause[] = [];
  const add = (opening: string, lead: string, fact: NumberedFact | undefined, text?: string) =>
    terms.push(...clause(terms.length === 0 ? opening : lead, fact, text));
  const [budget, authority] = [of('budget'), of('authority')];
  add('The budget is ', '; the budget is ', budget, budget && bounds(budget.display));
  add('The start is ', ', the start ', of('timeline'));
  add('The visitor ', '; the visitor ', authority, authority && authorityWords[String(authority.value)]);
  const asked = worded(intentWords);
  if (asked.length > 0)
    terms.push({
      lead: terms.length === 0 ? 'Asked about ' : '; asked about ',
      text: listed(asked.map(({value}) => intentWords[String(value)] ?? '')),
      facts: asked,
    });
  return [[...who, ...what], terms].filter(sentence => sentence.length > 0);
};

export const plainSummary = (sentences: readonly Sentence[]): string =>
  sentences.map(clauses => `${clauses.map(({lead, text}) => lead + text).join('')}.`).join(' ');
