import type {LanguageModel, Turn} from '../../adapters/llm/contract.ts';
import type {Clock} from '../../kit/clock.ts';
import {addMilliseconds} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import {mask} from '../../kit/mask.ts';
import type {Citation, FactView, Locale, ScoreView} from '../../kit/schema.ts';
import {
  closedUntil,
  greetingFor,
  nextReply,
  type Playbook,
  qualify,
  replacedBy,
  score,
  scoreView,
} from './engine/index.ts';
import {type Knowledge, lookUp} from './look-up.ts';
import type {TurnDeps} from './turns.service.ts';

export type RehearsalDeps = {
  clock: Clock;
  model: LanguageModel | undefined;
  country: TurnDeps['country'];
  company: () => Promise<string>;
  knowledge: Knowledge;
};
type Line = {
  seq: number;
  author: 'ai' | 'visitor';
  text: string;
  quickReplies: string[];
  source: string | null;
  citation: Citation | null;
};

const hour = 60 * 60 * 1000;

/** The next instant of the coming week at which the doors are as wanted; now, where they never are. */
const instantWhen = (hours: Playbook['businessHours'], wanted: 'open' | 'closed', now: string): string => {
  for (let i = 0; i < 7 * 24; i++) {
    const at = addMilliseconds(now, i * hour);
    if ((closedUntil(hours, at, 'en') !== undefined) === (wanted === 'closed')) return at;
  }
  return now;
};

/**
 * A conversation as it would go with this playbook: the very reading, scoring and answering of real ones, of which nothing
 * is kept. What the visitor said before is read again each time, so that a changed playbook answers all of it anew.
 */
export const rehearse = async (
  deps: RehearsalDeps,
  input: {playbook: Playbook; locale: Locale; said: string[]; people: 'free' | 'busy' | 'closed'},
) => {
  const {playbook, locale, people} = input;
  const country = await deps.country(locale, undefined);
  const now = instantWhen(playbook.businessHours, people === 'closed' ? 'closed' : 'open', deps.clock.iso());
  const greeting = greetingFor(playbook, locale, await deps.company());
  const lines: Line[] = [{seq: 1, author: 'ai', source: null, citation: null, ...greeting}];
  let facts: FactView[] = [];
  let asked: string[] = [];
  let rated = score([], playbook);
  let answers = true;
  let next: string | null = null;

  for (const said of input.said) {
    const visitorText = mask(said);
    const visitorSeq = lines.length + 1;
    const before = {
      assistant: lines.findLast(({author}) => author === 'ai')?.text,
      visitor: lines.findLast(({author}) => author === 'visitor')?.text,
    };
    lines.push({
      seq: visitorSeq,
      author: 'visitor',
      text: visitorText,
      quickReplies: [],
      source: null,
      citation: null,
    });
    const turns: Turn[] = lines.map(({author, text}) => ({
      role: author === 'visitor' ? 'visitor' : 'assistant',
      text,
    }));
    const read = await qualify({
      turns,
      locale,
      region: country,
      today: deps.clock.iso().slice(0, 10),
      model: deps.model,
      known: facts,
    });
    const fresh: FactView[] = [];
    for (const {evidence, guess: _guess, ...fact} of read.facts) {
      const same = replacedBy(facts, fact);
      if (!same) continue;
      const {turn, start, end, quote} = evidence;
      const seq = lines[turn]?.seq ?? visitorSeq;
      const held = {...fact, id: newId(), evidence: {seq, start, end, quote, at: deps.clock.iso()}};
      facts = [...facts.filter(other => !same.includes(other)), held];
      fresh.push(held);
    }
    facts = facts.filter(({field}) => !read.retracted.includes(field));
    const wasQualified = rated.qualified;
    rated = score(facts, playbook);
    if (!answers) continue;
    const asking = {playbook, locale, intents: read.intents, visitorText, before};
    const reply = nextReply({
      ...asking,
      lookedUp: await lookUp(deps.knowledge, {...asking, language: read.language}),
      facts,
      newFacts: fresh,
      asked,
      qualified: rated.qualified,
      wasQualified,
      personFree: people === 'free',
      now,
      seed: `rehearsal ${visitorSeq}`,
    });
    next = reply.asks;
    if (reply.asks) asked = [...asked, reply.asks];
    const {quickReplies, source, citation, segments} = reply;
    const text = segments.join('');
    lines.push({seq: visitorSeq + 1, author: 'ai', text, quickReplies, source, citation});
    // as in a real conversation: who asked for a person is answered by one
    if (reply.handOver === 'asked') answers = false;
  }
  const view: ScoreView = scoreView(rated, playbook, locale);
  return {lines, facts, score: view, next, waitsForPerson: !answers};
};
