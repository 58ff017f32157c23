import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../../storage/index.ts';
import {type RetentionCategory, retentionCategories, type RetentionDays} from './section.ts';

export type SitePeriods = {siteId: string; days: Partial<RetentionDays>};
export type Periods = {days: RetentionDays; sites: SitePeriods[]};
/** Not erased before so many days have passed, whoever asks: a law demands it. */
export type Minimum = {category: RetentionCategory; days: number; law: string};
export type Policy = Periods & {minimums: Minimum[]};

const day = 24 * 60 * 60 * 1000;
const ofOrganisation = 'privacy_retention';
const ofSites = 'privacy_site_retention';
const minimumTable = 'privacy_minimums';

/** A website's own period goes before the organisation's. */
export const daysFor = ({days, sites}: Periods, category: RetentionCategory, siteId: string | null): number =>
  sites.find(site => site.siteId === siteId)?.days[category] ?? days[category];

export const cutoffFor = (
  periods: Periods,
  category: RetentionCategory,
  siteId: string | null,
  now: string,
): string => addMilliseconds(now, -daysFor(periods, category, siteId) * day);

/** What is younger than this has outlived no period, wherever it is from. */
export const latestCutoff = (periods: Periods, category: RetentionCategory, now: string): string =>
  addMilliseconds(
    now,
    -Math.min(periods.days[category], ...periods.sites.map(({days}) => days[category] ?? Infinity)) * day,
  );

const checkAgainst = (periods: Periods, minimums: readonly Minimum[]): void => {
  for (const {category, days, law} of minimums) {
    const all = [periods.days[category], ...periods.sites.map(site => site.days[category] ?? Infinity)];
    const shortest = Math.min(...all);
    if (shortest >= days) continue;
    throw new AppError(
      'conflict',
      'privacy.below_minimum',
      `${law} demands that ${category} are kept for ${days} days; a period of ${shortest} days would delete them before. Nothing was changed.`,
      {details: {category, minimum: days, period: shortest}},
    );
  }
};

export const createPolicy = (deps: {
  storage: Storage;
  clock: Clock;
  isSite: (siteId: string, db?: DatabaseOrTransaction) => Promise<boolean>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;

  const minimums = async (db: DatabaseOrTransaction): Promise<Minimum[]> =>
    db(minimumTable).orderBy('category').select('category', 'days', 'law');

  /** In one query: each batch of a run asks. Undefined until the set-up has run. */
  const readPeriods = async (db: DatabaseOrTransaction): Promise<Periods | undefined> => {
    const rows: {site_id: string; category: RetentionCategory; days: number}[] = await db(ofOrganisation)
      .select(db.raw(`'' as site_id`), 'category', 'days')
      .unionAll(db(ofSites).select('site_id', 'category', 'days'))
      .orderBy(['site_id', 'category']);
    const places = Map.groupBy(rows, row => row.site_id);
    const daysOf = (place: string) =>
      Object.fromEntries((places.get(place) ?? []).map(row => [row.category, row.days]));
    const days = daysOf('') as RetentionDays;
    if (retentionCategories.some(category => days[category] === undefined)) return undefined;
    const sites = [...places.keys()].filter(place => place !== '');
    return {days, sites: sites.map(siteId => ({siteId, days: daysOf(siteId)}))};
  };
  const read = async (db: DatabaseOrTransaction = storage.db): Promise<Policy | undefined> => {
    const periods = await readPeriods(db);
    return periods && {...periods, minimums: await minimums(db)};
  };
  const notSetUp = () =>
    new AppError('conflict', 'privacy.not_set_up', 'Set the appliance up first: it has no periods yet.');

  const get = async (db?: DatabaseOrTransaction): Promise<Policy> => {
    const policy = await read(db);
    if (!policy) throw notSetUp();
    return policy;
  };

  const write = async (trx: Transaction, next: RetentionDays, actorId: string | null): Promise<void> => {
    const set = {set_by: actorId, set_at: clock.iso()};
    await trx(ofOrganisation)
      .insert(retentionCategories.map(category => ({category, days: next[category], ...set})))
      .onConflict('category')
      .merge();
  };

  const writeSites = async (
    trx: Transaction,
    sites: readonly SitePeriods[],
    actorId: string,
  ): Promise<void> => {
    const rows = sites.flatMap(site =>
      retentionCategories.flatMap(category => {
        const own = site.days[category];
        if (own === undefined) return [];
        const set = {set_by: actorId, set_at: clock.iso()};
        return [{id: newId(), site_id: site.siteId, category, days: own, ...set}];
      }),
    );
    await trx(ofSites).delete();
    if (rows.length > 0) await trx(ofSites).insert(rows);
  };

  const check = async (periods: Periods): Promise<void> => {
    for (const {siteId} of periods.sites) {
      if (await deps.isSite(siteId)) continue;
      throw new AppError('not_found', 'sites.unknown', 'One of these websites is not set up here.');
    }
    if (new Set(periods.sites.map(({siteId}) => siteId)).size < periods.sites.length)
      throw new AppError('invalid', 'privacy.site_twice', 'A website is named twice. Name each once.');
    checkAgainst(periods, await minimums(storage.db));
  };

  return {
    periods: async (db: DatabaseOrTransaction): Promise<Periods> => {
      const periods = await readPeriods(db);
      if (!periods) throw notSetUp();
      return periods;
    },
    read,
    get,
    write,
    check,

    set: async (next: Periods, actorId: string): Promise<void> => {
      await check(next);
      await storage.transaction(async trx => {
        const {days: organisation, sites} = await get(trx);
        checkAgainst(next, await minimums(trx));
        await write(trx, next.days, actorId);
        await writeSites(trx, next.sites, actorId);
        await deps.audit(trx, {
          actorId,
          action: 'retention.changed',
          detail: {before: organisation, after: next.days, sitesBefore: sites, sitesAfter: next.sites},
        });
      });
    },

    setMinimums: async (next: readonly Minimum[], actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const policy = await get(trx);
        checkAgainst(policy, next);
        await trx(minimumTable).delete();
        if (next.length > 0) {
          const set = {set_by: actorId, set_at: clock.iso()};
          await trx(minimumTable).insert(next.map(one => ({...one, ...set})));
        }
        await deps.audit(trx, {
          actorId,
          action: 'retention.minimums_changed',
          detail: {before: policy.minimums, after: next},
        });
      });
    },
  };
};
export type RetentionPolicy = ReturnType<typeof createPolicy>;
