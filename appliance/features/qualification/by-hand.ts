import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {FactView, ScoreView} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import {displayOf, normalise, score, scoreView} from './engine/index.ts';
import type {ActivePlaybook} from './playbooks.service.ts';
import {type QualificationStore, type ScoreRow, toFactView} from './qualification.store.ts';
import type {TurnConversation} from './reading.ts';
import type {TurnDeps} from './turns.service.ts';

/** Rules are read by agents, whose console speaks English; what the visitor reads is in the visitor's language. */
export const consoleLanguage = 'en';

const humanRule = 'human_review';
const correctable = [
  'name',
  'email',
  'phone',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
  'need',
] as const;

/** Points go on being counted; whether that is enough, a person has decided (Art. 22(3)). */
export const withDecision = (view: ScoreView, before: ScoreRow | undefined): ScoreView => {
  if (before?.decided === null || before?.decided === undefined) return view;
  const then = before.reasons === null ? undefined : (JSON.parse(before.reasons) as ScoreView);
  const because = then?.reasons.filter(({rule}) => rule === humanRule) ?? [];
  return {...view, qualified: before.decided === 1, reasons: [...because, ...view.reasons]};
};

export type Standing = {
  conversationId: string;
  visitorId: string;
  siteId: string;
  points: number;
  bar: number;
  qualified: boolean;
  facts: FactView[];
};

type Prepared = {
  conversation: TurnConversation;
  playbook: ActivePlaybook['playbook'];
  version: number;
  /** Where national numbers are read. */
  region: string;
};

/** What people do to facts and scores when the person they are about asks for it. */
export const createByHand = (
  deps: Pick<TurnDeps, 'country' | 'conversation'> & {
    clock: Clock;
    store: QualificationStore;
    playbookFor: (siteId: string) => Promise<ActivePlaybook>;
  },
) => {
  const {clock, store} = deps;

  return {
    facts: async (
      db: Parameters<QualificationStore['facts']['list']>[0],
      conversationIds: readonly string[],
    ): Promise<(FactView & {conversationId: string})[]> =>
      (await store.facts.list(db, [...conversationIds]))
        .filter(({field}) => (correctable as readonly string[]).includes(field))
        .map(row => ({...toFactView(row), conversationId: row.conversation_id})),

    /** Conversations where a person decided, or corrected what the score counts. */
    touched: async (
      db: Parameters<QualificationStore['facts']['list']>[0],
      conversationIds: readonly string[],
    ): Promise<Set<string>> =>
      new Set([
        ...(await store.scores.decided(db, conversationIds)).map(row => row.conversation_id),
        ...(await store.facts.confirmed(db, conversationIds)),
      ]),
    /** Conversations whose standing is another than a person decided. */
    overruled: async (
      db: Parameters<QualificationStore['facts']['list']>[0],
      conversationIds: readonly string[],
    ): Promise<string[]> =>
      (await store.scores.decided(db, conversationIds))
        .filter(({qualified, decided}) => qualified !== decided)
        .map(row => row.conversation_id),

    /** Read outside the transaction: what a correction needs to know. */
    prepare: async (conversationId: string): Promise<Prepared> => {
      const conversation = await deps.conversation(conversationId);
      const {playbook, version} = await deps.playbookFor(conversation.siteId);
      const region = await deps.country(conversation.locale, undefined);
      return {conversation, playbook, version, region};
    },

    /** The corrected fact takes the place of the one before, which stays out of sight as evidence of the change. */
    correct: async (
      trx: Transaction,
      {factId, personId, value}: {factId: string; personId: string; value: string},
      prepared: Prepared,
    ): Promise<Standing & {field: string}> => {
      const {conversation, playbook, version, region} = prepared;
      const before = await store.facts.get(trx, factId);
      const field = correctable.find(one => one === before?.field);
      if (!before || before.visitor_id !== personId || before.superseded_by !== null || !field)
        throw new AppError(
          'conflict',
          'qualification.fact_changed',
          'This fact has changed meanwhile. Look at it again.',
        );
      const read = normalise(field, value, {
        language: conversation.locale,
        region,
        today: clock.iso().slice(0, 10),
      });
      if (read === null)
        throw new AppError(
          'invalid',
          'qualification.not_understood',
          'This is not understood as such a value. Write it as the person would say it, like "250 people" or "EUR 40,000 a year".',
        );
      const id = newId();
      await store.facts.insert(trx, [
        {
          ...before,
          id,
          value: JSON.stringify(read),
          display: displayOf(field, read),
          confidence: 1,
          source: 'confirmed',
          model_id: null,
          superseded_by: null,
          created_at: clock.iso(),
        },
      ]);
      await store.facts.supersede(trx, [factId], id);
      const facts = (await store.facts.list(trx, [conversation.id])).map(toFactView);
      const known = await store.scores.find(trx, conversation.id);
      const view = withDecision(scoreView(score(facts, playbook), playbook, consoleLanguage), known);
      await store.scores.put(trx, {
        conversation_id: conversation.id,
        visitor_id: personId,
        playbook_id: playbook.id,
        playbook_version: version,
        points: view.points,
        bar: view.bar,
        qualified: view.qualified ? 1 : 0,
        reasons: view,
        asked: known?.asked ?? '[]',
        updated_at: clock.iso(),
      });
      const {points, bar, qualified} = view;
      const {siteId} = conversation;
      return {
        field,
        conversationId: conversation.id,
        visitorId: personId,
        siteId,
        points,
        bar,
        qualified,
        facts,
      };
    },

    /** A person decides in place of the score, and says why: agents read it first among the reasons. */
    decide: async (
      trx: Transaction,
      {conversationId, qualified, why}: {conversationId: string; qualified: boolean; why: string},
      {conversation}: Prepared,
    ): Promise<Standing> => {
      const before = await store.scores.find(trx, conversationId);
      if (!before?.reasons)
        throw new AppError(
          'conflict',
          'qualification.no_score',
          'Nothing has been decided about this conversation, so there is nothing to review.',
        );
      const view = JSON.parse(before.reasons) as ScoreView;
      await store.scores.decide(trx, before, {
        ...view,
        qualified,
        reasons: [
          {rule: humanRule, label: 'Reviewed by a person', why, points: 0, of: 0, factIds: []},
          ...view.reasons.filter(({rule}) => rule !== humanRule),
        ],
      });
      const facts = (await store.facts.list(trx, [conversationId])).map(toFactView);
      const {siteId, visitorId} = conversation;
      return {conversationId, visitorId, siteId, points: before.points, bar: before.bar, qualified, facts};
    },
  };
};
export type ByHand = ReturnType<typeof createByHand>;
