import type {LanguageModel} from '../../adapters/llm/contract.ts';
import type {Clock} from '../../kit/clock.ts';
import type {Logger} from '../../kit/logger.ts';
import type {FactView, Locale, ScoreView} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import {awayFor, emptyScore, greetingFor} from './engine/index.ts';
import {playbookRoutes} from './playbooks.routes.ts';
import {createPlaybooks} from './playbooks.service.ts';
import {createByHand} from './by-hand.ts';
import {createQualificationStore, type FactRow, toFactView} from './qualification.store.ts';
import {rehearse} from './rehearsal.ts';
import {replay} from './replay.ts';
import {createTurns, type TurnDeps} from './turns.service.ts';

export {defaultPlaybookId} from './playbooks/index.ts';
export {asksPrice} from './look-up.ts';
export {detectLanguage} from './engine/index.ts';
export type {Standing as ByHandStanding} from './by-hand.ts';
export {qualificationTables} from './privacy.ts';

export type QualificationDeps = Pick<
  TurnDeps,
  | 'country'
  | 'conversation'
  | 'transcript'
  | 'change'
  | 'onQualified'
  | 'afterQualified'
  | 'objectToAi'
  | 'stream'
  | 'thinking'
  | 'onFacts'
  | 'personFree'
  | 'knowledge'
> & {
  storage: Storage;
  clock: Clock;
  log: Logger;
  model: LanguageModel | undefined;
  /** One for each purpose that facts are read for. */
  readers: {qualification: Reader; service: Reader; crm: Reader; rights: Reader};
  playbookOf: (siteId: string) => Promise<string>;
  company: () => Promise<string>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  looked: (actorId: string, visitorId: string, conversationId: string) => Promise<void>;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

/** What a CRM calls contact data, from the facts. */
export const contactOf = (facts: readonly FactView[]) => {
  const of = (field: FactView['field']) => facts.findLast(fact => fact.field === field)?.display ?? null;
  return {
    name: of('name'),
    email: of('email'),
    phone: of('phone'),
    company: of('company'),
    jobTitle: of('job_title'),
  };
};

const find = (rows: FactRow[], conversationId: string, field: string): string | null =>
  rows.findLast(row => row.conversation_id === conversationId && row.field === field)?.display ?? null;

export const createQualification = (deps: QualificationDeps) => {
  const {storage, clock} = deps;
  const store = createQualificationStore(storage.personal, deps.readers.qualification);
  const shown = createQualificationStore(storage.personal, deps.readers.service);
  const rights = createQualificationStore(storage.personal, deps.readers.rights);
  const sent = createQualificationStore(storage.personal, deps.readers.crm);
  const playbooks = createPlaybooks(deps);
  const playbookFor = async (siteId: string) => playbooks.active(await deps.playbookOf(siteId));
  const turns = createTurns({...deps, store, playbookFor});
  const byHand = createByHand({...deps, store: rights, playbookFor});

  const viewThrough = async (
    from: typeof store,
    db: DatabaseOrTransaction,
    conversationId: string,
  ): Promise<{facts: FactView[]; score: ScoreView}> => {
    const [rows, row] = await Promise.all([
      from.facts.list(db, [conversationId]),
      from.scores.find(db, conversationId),
    ]);
    return {
      facts: rows.map(toFactView),
      score: row?.reasons ? {...emptyScore, ...(JSON.parse(row.reasons) as ScoreView)} : emptyScore,
    };
  };

  const routes = playbookRoutes({
    playbooks,
    rehearse: input => rehearse(deps, input),
    replay: async (playbookId, draft, locale, actorId) => {
      const {playbook: current, version} = await playbooks.active(playbookId);
      const result = await replay(
        {
          past: async (id, limit) =>
            (await store.scores.newestOf(storage.db, id, limit)).map(row => ({
              conversationId: row.conversation_id,
              visitorId: row.visitor_id,
              updatedAt: row.updated_at,
            })),
          facts: async ids =>
            Map.groupBy(
              (await store.facts.list(storage.db, ids)).map(row => ({
                conversationId: row.conversation_id,
                ...toFactView(row),
              })),
              ({conversationId}) => conversationId,
            ),
        },
        {current, draft, locale},
      );
      await storage.transaction(trx =>
        deps.audit(trx, {
          actorId,
          action: 'playbook.replayed',
          detail: {id: playbookId, version, conversations: result.looked},
        }),
      );
      for (const {visitorId, conversationId} of [...result.gained, ...result.lost])
        await deps.looked(actorId, visitorId, conversationId);
      return result;
    },
  });

  return {
    turns,
    byHand,
    personsByEmail: rights.facts.personsByEmail,
    indexAddresses: () => rights.facts.indexAddresses(storage.db),
    playbooks,
    routes,
    /** Who should take over, by the playbook: a sentence for the agents' list. */
    teamsFor: async (conversationId: string): Promise<string> => {
      const {teams} = (await viewThrough(shown, storage.db, conversationId)).score;
      return teams.map(({team, why}) => `For ${team}: ${why}`).join(' ');
    },
    greeting: async (
      playbookId: string,
      locale: Locale,
      company: string,
    ): Promise<{text: string; quickReplies: string[]}> =>
      greetingFor((await playbooks.active(playbookId)).playbook, locale, company),

    /** Outside business hours: when people are back, and where they can reach the visitor. */
    away: async (conversationId: string, siteId: string, locale: Locale): Promise<string | null> => {
      const {playbook} = await playbookFor(siteId);
      const known = await store.facts.list(storage.db, [conversationId], ['email', 'phone']);
      const score = await store.scores.find(storage.db, conversationId);
      const asked = score ? (JSON.parse(score.asked) as string[]) : [];
      return awayFor({playbook, locale, facts: known.map(toFactView), asked, now: clock.iso()});
    },
    view: (db: DatabaseOrTransaction, conversationId: string) => viewThrough(shown, db, conversationId),
    forDelivery: (conversationId: string) => viewThrough(sent, storage.db, conversationId),

    standings: async (db: DatabaseOrTransaction, rows: {id: string; siteId: string}[]) => {
      const ids = rows.map(({id}) => id);
      const [facts, scores] = await Promise.all([
        shown.facts.list(db, ids, ['name', 'company']),
        shown.scores.list(db, ids),
      ]);
      const rated = new Map(scores.map(score => [score.conversation_id, score]));
      return new Map(
        ids.map(id => {
          const score = rated.get(id);
          return [
            id,
            {
              visitorName: find(facts, id, 'name'),
              company: find(facts, id, 'company'),
              points: score?.points ?? 0,
              bar: score?.bar ?? 0,
              qualified: score?.qualified === 1,
            },
          ] as const;
        }),
      );
    },
  };
};
export type Qualification = ReturnType<typeof createQualification>;
export {qualificationControls} from './controls.ts';
