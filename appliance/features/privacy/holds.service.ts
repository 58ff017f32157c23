import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import {
  type DatabaseOrTransaction,
  type Reader,
  restrictionTable,
  type Storage,
  type Transaction,
} from '../../storage/index.ts';
import type {Policy} from './retention/policy.ts';
import type {Aged, RetentionSection} from './retention/section.ts';

export type HoldScope = 'person' | 'site' | 'everything';
export type NewHold = {
  scope: HoldScope;
  /** A visitor, a conversation or a lead; a website; null for everything. */
  scopeId: string | null;
  reason: string;
  owner: string;
  reviewOn: string | null;
};
export type Keeping = {why: 'legal_hold' | 'lawful_minimum'; reason: string; until: string | null};
type InForce = {id: string; scope: HoldScope; scope_id: string | null};
type Row = InForce & {
  reason: string;
  owner: string;
  review_on: string | null;
  set_by: string;
  set_at: string;
  lifted_by: string | null;
  lifted_at: string | null;
  lifted_reason: string | null;
};

const table = 'privacy_holds';
const day = 24 * 60 * 60 * 1000;
/** Later than anything that is kept. */
const never = '9999-12-31T00:00:00.000Z';

/** What suspends deletion: legal holds, and the minimum periods of laws. */
export const createHolds = (deps: {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  sections: readonly RetentionSection[];
  policy: (db: DatabaseOrTransaction) => Promise<Policy | undefined>;
  /** Whose visitor, conversation or lead this is. */
  findPerson: (db: DatabaseOrTransaction, id: string) => Promise<string | undefined>;
  isSite: (siteId: string, db: DatabaseOrTransaction) => Promise<boolean>;
  siteNames: (ids: string[]) => Promise<Map<string, string>>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {
      actorId: string | null;
      action: string;
      subjectId?: string | null;
      detail: Record<string, unknown>;
    },
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;
  const open = (rows: object[]) => deps.reader.open<Row>(table, rows);

  const inForce = async (db: DatabaseOrTransaction): Promise<InForce[]> =>
    db(table).whereNull('lifted_at').orderBy('id').select('id', 'scope', 'scope_id');

  /** The hold that covers a record, if one does. */
  const covering = async (db: DatabaseOrTransaction) => {
    const holds = await inForce(db);
    return ({personId, siteId}: Pick<Aged, 'personId' | 'siteId'>): InForce | undefined =>
      holds.find(
        ({scope, scope_id: id}) => scope === 'everything' || id === (scope === 'person' ? personId : siteId),
      );
  };

  /** A day that is over everywhere: nobody would be reminded by it. */
  const refusePast = (reviewOn: string | null): void => {
    if (reviewOn === null || reviewOn >= addMilliseconds(clock.iso(), -day / 2).slice(0, 10)) return;
    const message = 'This day is over. Choose one that is still to come, or leave it out.';
    throw new AppError('invalid', 'privacy.review_in_the_past', message, {
      details: {fields: {reviewOn: message}},
    });
  };

  const recordsOf = async (db: DatabaseOrTransaction, personIds: readonly string[]) => {
    const all: (Aged & {category: RetentionSection['category']})[] = [];
    for (const {category, of} of deps.sections)
      all.push(...(await of(db, personIds)).map(record => ({...record, category})));
    return all;
  };

  const lawful = (policy: Policy, now: string, records: Awaited<ReturnType<typeof recordsOf>>) => {
    const demands = records.flatMap(({category, at}) => {
      const minimum = policy.minimums.find(one => one.category === category);
      const until = minimum && addMilliseconds(at, minimum.days * day);
      return minimum && until && until > now ? [{law: minimum.law, until}] : [];
    });
    return demands.toSorted((one, other) => (one.until < other.until ? 1 : -1))[0];
  };

  /** Why these persons may not be erased now; those who may are not in it. */
  const keeps = async (
    db: DatabaseOrTransaction,
    personIds: readonly string[],
  ): Promise<Map<string, Keeping>> => {
    const [policy, cover, records] = [
      await deps.policy(db),
      await covering(db),
      await recordsOf(db, personIds),
    ];
    const found = new Map<string, Keeping>();
    const byPerson = Map.groupBy(records, ({personId}) => personId);
    for (const personId of personIds) {
      const own = byPerson.get(personId) ?? [];
      const hold = [{personId, siteId: null}, ...own].map(cover).find(Boolean);
      if (hold) {
        const [row] = await open(await db(table).where({id: hold.id}));
        found.set(personId, {why: 'legal_hold', reason: row?.reason ?? '', until: null});
        continue;
      }
      const demand = policy && lawful(policy, clock.iso(), own);
      if (demand) found.set(personId, {why: 'lawful_minimum', reason: demand.law, until: demand.until});
    }
    return found;
  };

  const scopeIdOf = async (trx: Transaction, {scope, scopeId}: NewHold): Promise<string | null> => {
    if (scope === 'everything') return null;
    if (scope === 'site' && scopeId !== null && (await deps.isSite(scopeId, trx))) return scopeId;
    const person = scope === 'person' && scopeId !== null ? await deps.findPerson(trx, scopeId) : undefined;
    if (person !== undefined) return person;
    throw new AppError(
      'not_found',
      'privacy.hold_scope_unknown',
      scope === 'site'
        ? 'This website is not set up here. Choose one of the list.'
        : 'No conversation, lead or visitor has this id. Copy it from the address of the conversation or the lead.',
    );
  };

  const view = async (rows: Row[]) => {
    const names = await deps.userNames([
      ...new Set(rows.flatMap(row => [row.set_by, ...(row.lifted_by === null ? [] : [row.lifted_by])])),
    ]);
    const sites = await deps.siteNames(
      rows.flatMap(row => (row.scope === 'site' ? [row.scope_id ?? ''] : [])),
    );
    return rows.map(row => ({
      id: row.id,
      scope: row.scope,
      scopeId: row.scope_id,
      siteName: row.scope === 'site' ? (sites.get(row.scope_id ?? '') ?? '') : null,
      reason: row.reason,
      owner: row.owner,
      reviewOn: row.review_on,
      setBy: {id: row.set_by, name: names.get(row.set_by) ?? null},
      setAt: row.set_at,
      lifted:
        row.lifted_at === null
          ? null
          : {
              at: row.lifted_at,
              by: {id: row.lifted_by ?? '', name: names.get(row.lifted_by ?? '') ?? null},
              reason: row.lifted_reason ?? '',
            },
    }));
  };

  return {
    keeps,
    covering,

    isHeld: async (personId: string): Promise<boolean> =>
      (await keeps(storage.db, [personId])).get(personId)?.why === 'legal_hold',

    /** All in force. A hold has no end of its own: somebody lifts it. */
    holds: async (db: DatabaseOrTransaction): Promise<{id: string; reason: string; until: string | null}[]> =>
      (await open(await db(table).whereNull('lifted_at').orderBy('id'))).map(({id, reason}) => ({
        id,
        reason,
        until: null,
      })),

    /** Why not everything may be deleted now: each hold, and each law that still asks for something. */
    blockers: async (
      db: DatabaseOrTransaction,
    ): Promise<{what: string; reason: string; until: string | null}[]> => {
      const held = await open(await db(table).whereNull('lifted_at').orderBy('id'));
      const policy = await deps.policy(db);
      const laws: string[] = [];
      for (const {category, days, law} of policy?.minimums ?? []) {
        const cutoff = addMilliseconds(clock.iso(), -days * day);
        const sections = deps.sections.filter(one => one.category === category);
        for (const {older} of sections) {
          const [young] = await older(db, never, {at: cutoff, id: ''}, 1);
          if (young && !laws.includes(law)) laws.push(law);
        }
      }
      return [
        ...held.map(({reason}) => ({what: 'Legal hold', reason, until: null})),
        ...laws.map(reason => ({what: 'Lawful minimum', reason, until: null})),
      ];
    },

    list: async () => view(await open(await storage.db(table).orderBy('id', 'desc').limit(200))),

    set: async (hold: NewHold, actorId: string): Promise<string> => {
      refusePast(hold.reviewOn);
      const id = newId();
      await storage.transaction(async trx => {
        // a batch that is being removed ends first; the next one sees this hold
        await trx('privacy_retention_runs').where({state: 'running'}).forUpdate().select('id');
        const scopeId = await scopeIdOf(trx, hold);
        const [row] = await storage.personal.seal(table, [
          {
            id,
            scope: hold.scope,
            scope_id: scopeId,
            reason: hold.reason,
            owner: hold.owner,
            review_on: hold.reviewOn,
            set_by: actorId,
            set_at: clock.iso(),
            lifted_by: null,
            lifted_at: null,
            lifted_reason: null,
          },
        ]);
        await trx(table).insert(row);
        await deps.audit(trx, {
          actorId,
          action: 'hold.set',
          subjectId: id,
          detail: {
            scope: hold.scope,
            scopeId,
            reason: hold.reason,
            owner: hold.owner,
            reviewOn: hold.reviewOn,
          },
        });
      });
      return id;
    },

    end: async (id: string, reason: string, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const [sealed] = await storage.personal.seal(table, [{id, lifted_reason: reason}]);
        const {lifted_reason_sealed} = sealed as {lifted_reason_sealed: Buffer};
        const changed = await trx(table)
          .where({id})
          .whereNull('lifted_at')
          .update({lifted_by: actorId, lifted_at: clock.iso(), lifted_reason_sealed});
        if (changed === 0)
          throw new AppError('not_found', 'privacy.no_hold', 'There is no such legal hold in force.');
        await deps.audit(trx, {actorId, action: 'hold.lifted', subjectId: id, detail: {reason}});
      });
    },

    /** Erasure was asked for and may not be yet: from now on the data is kept and not used (Art. 18). */
    restrict: async (
      trx: Transaction,
      personId: string,
      {until, reason, requestId}: {until: string | null; reason: string; requestId: string | null},
    ): Promise<void> => {
      const [row] = await storage.personal.seal(restrictionTable, [
        {person_id: personId, until, reason, request_id: requestId, set_at: clock.iso()},
      ]);
      await storage.restrictions.put(trx, row as Parameters<typeof storage.restrictions.put>[1]);
    },
    lift: (trx: Transaction, personId: string): Promise<void> => storage.restrictions.remove(trx, [personId]),
  };
};
export type Holds = ReturnType<typeof createHolds>;
