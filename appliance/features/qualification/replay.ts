import {setImmediate as breathe} from 'node:timers/promises';
import type {FactView, Locale, ScoreView} from '../../kit/schema.ts';
import {type Playbook, score, scoreView} from './engine/index.ts';

export type PastConversation = {conversationId: string; visitorId: string; updatedAt: string};
export type ReplayDeps = {
  /** Newest first. */
  past: (playbookId: string, limit: number) => Promise<PastConversation[]>;
  /** Facts that hold, by conversation. */
  facts: (conversationIds: string[]) => Promise<Map<string, FactView[]>>;
};
export type Replayed = PastConversation & {
  visitorName: string | null;
  company: string | null;
  before: number;
  after: number;
  /** What gives other points now, in words of the playbook. */
  changes: {label: string; before: number; after: number}[];
  /** Barred by an intent, on one side of the comparison. */
  barred: boolean;
};

export const replayWindow = 500;
export const mostShown = 50;
const piece = 25;

/** Rules that give other points than before; a rule that came or went counts from nothing. */
const changesBetween = (before: ScoreView, after: ScoreView): Replayed['changes'] => {
  const points = (view: ScoreView, rule: string) =>
    view.reasons.find(reason => reason.rule === rule)?.points ?? 0;
  const labels = new Map([...before.reasons, ...after.reasons].map(({rule, label}) => [rule, label]));
  return [...labels]
    .map(([rule, label]) => ({label, before: points(before, rule), after: points(after, rule)}))
    .filter(change => change.before !== change.after);
};

/**
 * Scores past conversations by two playbooks and says whose result differs. Read again are the facts, not the talk: what a
 * changed question would have brought to light, nobody can know. In pieces, with a breath between them, so that visitors
 * who write meanwhile wait for no more than one piece.
 */
export const replay = async (
  deps: ReplayDeps,
  {current, draft, locale}: {current: Playbook; draft: Playbook; locale: Locale},
) => {
  const past = await deps.past(current.id, replayWindow);
  const gained: Replayed[] = [];
  const lost: Replayed[] = [];
  let qualifiedBefore = 0;
  for (let from = 0; from < past.length; from += piece) {
    const some = past.slice(from, from + piece);
    const facts = await deps.facts(some.map(({conversationId}) => conversationId));
    for (const conversation of some) {
      const said = facts.get(conversation.conversationId) ?? [];
      const [then, now] = [score(said, current), score(said, draft)];
      if (then.qualified) qualifiedBefore += 1;
      if (then.qualified === now.qualified) continue;
      const [before, after] = [scoreView(then, current, locale), scoreView(now, draft, locale)];
      const of = (field: FactView['field']) => said.findLast(fact => fact.field === field)?.display ?? null;
      (now.qualified ? gained : lost).push({
        ...conversation,
        visitorName: of('name'),
        company: of('company'),
        before: before.points,
        after: after.points,
        changes: changesBetween(before, after),
        barred: now.qualified ? then.points >= then.bar : now.points >= now.bar,
      });
    }
    await breathe();
  }
  return {
    looked: past.length,
    oldest: past.at(-1)?.updatedAt ?? null,
    qualifiedBefore,
    qualifiedAfter: qualifiedBefore + gained.length - lost.length,
    bar: {before: current.bar, after: draft.bar},
    gained: gained.slice(0, mostShown),
    gainedCount: gained.length,
    lost: lost.slice(0, mostShown),
    lostCount: lost.length,
  };
};
