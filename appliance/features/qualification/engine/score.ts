import type {FactField, Locale, ScoreView} from '../../../kit/schema.ts';
import {type Budget, type Range, type Score, type ScoredFact, timelineBuckets} from './engine.types.ts';
import type {Condition, Playbook} from './playbook.schema.ts';

const isRange = (value: unknown): value is Range =>
  typeof value === 'object' && value !== null && 'min' in value;

/** The middle where both ends are known; an end alone proves only its own side. */
const sizeHolds = (size: Range, atLeast = 0, atMost = Number.POSITIVE_INFINITY): boolean => {
  if (size.min !== null && size.max !== null) {
    const middle = (size.min + size.max) / 2;
    return middle >= atLeast && middle <= atMost;
  }
  return size.min === null ? (size.max ?? 0) <= atMost && atLeast <= 1 : size.min >= atLeast;
};

const perYear = {once: 1, year: 1, month: 12} as const;
/** What they are ready to spend is the upper end. A missing period is read as the rule's own. */
const budgetHolds = (budget: Budget, rule: Extract<Condition, {fact: 'budget'}>): boolean => {
  const amount = budget.max ?? budget.min;
  if (amount === null || (budget.currency !== null && !rule.currencies.includes(budget.currency)))
    return false;
  return amount * perYear[budget.period ?? rule.per] >= rule.atLeast * perYear[rule.per];
};

const proof = (facts: readonly ScoredFact[], when: Condition): ScoredFact[] => {
  if ('known' in when) {
    const known = facts.find(({field}) => (when.known as readonly FactField[]).includes(field));
    return known ? [known] : [];
  }
  if ('intent' in when) {
    return facts.filter(
      ({field, value}) => field === 'intent' && (when.intent as readonly unknown[]).includes(value),
    );
  }
  const fact = facts.findLast(({field}) => field === when.fact);
  if (!fact) return [];
  const {value} = fact;
  const holds =
    when.fact === 'company_size'
      ? isRange(value) && sizeHolds(value, when.atLeast, when.atMost)
      : when.fact === 'budget'
        ? isRange(value) && budgetHolds(value as Budget, when)
        : when.fact === 'timeline'
          ? (timelineBuckets as readonly unknown[]).indexOf(value) >= 0 &&
            (timelineBuckets as readonly unknown[]).indexOf(value) <= timelineBuckets.indexOf(when.within)
          : (when.oneOf as readonly unknown[]).includes(value);
  return holds ? [fact] : [];
};

export const conditionHolds = (facts: readonly ScoredFact[], when: Condition): boolean =>
  proof(facts, when).length > 0;

/** Every rule with its points; a rule that gave none says so, one that would only take away stays silent. */
export const score = (facts: readonly ScoredFact[], playbook: Playbook): Score => {
  const reasons = playbook.rules
    .map(rule => {
      const because = proof(facts, rule.when);
      return {
        rule: rule.id,
        label: rule.label,
        why: rule.why,
        points: because.length > 0 ? rule.points : 0,
        of: Math.max(rule.points, 0),
        because,
      };
    })
    .filter(reason => reason.of > 0 || reason.because.length > 0);
  const points = Math.max(
    0,
    reasons.reduce((sum, reason) => sum + reason.points, 0),
  );
  const barred = facts.some(
    ({field, value}) => field === 'intent' && (playbook.disqualifiedBy as readonly unknown[]).includes(value),
  );
  return {
    points,
    of: reasons.reduce((sum, reason) => sum + reason.of, 0),
    bar: playbook.bar,
    qualified: points >= playbook.bar && !barred,
    reasons,
    known: [...new Set(facts.map(({field}) => field))],
    teams: playbook.routing.filter(({when}) => conditionHolds(facts, when)),
  };
};

const inLanguage = (texts: Record<string, string>, locale: Locale): string =>
  texts[locale] ?? texts.en ?? Object.values(texts)[0] ?? '';

/** The score as agents see it, in one language. */
export const scoreView = (rated: Score, playbook: Playbook, locale: Locale): ScoreView => ({
  points: rated.points,
  of: rated.of,
  bar: rated.bar,
  qualified: rated.qualified,
  reasons: rated.reasons.map(({rule, label, why, points, of, because}) => ({
    rule,
    label: inLanguage(label, locale),
    why: inLanguage(why, locale),
    points,
    of,
    factIds: because.flatMap(({id}) => (id === undefined ? [] : [id])),
  })),
  missing: playbook.facts.map(({field}) => field).filter(field => !rated.known.includes(field)),
  goal: inLanguage(playbook.goals, locale),
  teams: rated.teams.map(({team, why}) => ({team, why: inLanguage(why, locale)})),
});

export const emptyScore: ScoreView = {
  points: 0,
  of: 0,
  bar: 0,
  qualified: false,
  reasons: [],
  missing: [],
  goal: '',
  teams: [],
};
