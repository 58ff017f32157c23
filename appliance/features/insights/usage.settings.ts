/** The administrator's side: what is measured, how whole an address is, and how each website asks. */
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import {readModes, readPolicy, writeMode, writePolicy} from './usage.policy.ts';
import {usageCategories, type UsageCategory, type UsageMode} from './usage.schema.ts';
import type {Usage} from './usage.service.ts';
import type {Counter} from './usage.store.ts';

type OfVisit = 'address' | 'device' | 'pages';
const own: Partial<Record<UsageCategory, 'pages' | Counter>> = {
  pages: 'pages',
  time: 'seconds',
  video: 'video_uses',
  crm: 'crm_calls',
};
const ofVisit = (category: UsageCategory): category is OfVisit =>
  category === 'address' || category === 'device' || category === 'pages';
const leastReason = 10;

export const createUsageSettings = (deps: {
  storage: Storage;
  clock: Clock;
  usage: Usage;
  measures: readonly UsageCategory[];
  sites: (db: DatabaseOrTransaction) => Promise<{id: string; name: string}[]>;
  /** What stands with visitors since they opened the chat. */
  visits: {
    holding: (db: DatabaseOrTransaction, what: OfVisit) => Promise<number>;
    drop: (trx: Transaction, what: OfVisit) => Promise<void>;
  };
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId?: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, usage} = deps;

  const holding = async (category: UsageCategory): Promise<number> => {
    const mine = own[category];
    return Math.max(
      ofVisit(category) ? await deps.visits.holding(storage.db, category) : 0,
      mine ? await usage.store.holding(storage.db, mine) : 0,
    );
  };
  const drop = async (trx: Transaction, category: UsageCategory): Promise<void> => {
    const mine = own[category];
    if (ofVisit(category)) await deps.visits.drop(trx, category);
    if (mine) await usage.store.drop(trx, mine);
  };

  return {
    view: async () => {
      const [policy, modeOf, sites] = await Promise.all([
        readPolicy(storage.db),
        readModes(storage.db),
        deps.sites(storage.db),
      ]);
      const categories = [];
      for (const category of usageCategories)
        categories.push({
          category,
          collected: policy.collected.includes(category),
          measured: deps.measures.includes(category),
          visitors: await holding(category),
        });
      return {
        categories,
        fullAddress: policy.fullAddress !== null,
        reason: policy.fullAddress?.reason ?? '',
        decided: policy.decided,
        sites: sites.map(({id, name}) => ({siteId: id, name, mode: modeOf(id)})),
      };
    },

    /** What is off from now on is deleted of everybody; who agreed to less is asked again. */
    set: async (
      next: {collected: readonly UsageCategory[]; fullAddress: boolean; reason: string},
      actorId: string,
    ): Promise<void> => {
      if (next.fullAddress && next.reason.length < leastReason) {
        throw new AppError(
          'invalid',
          'usage.reason_missing',
          'Say why whole addresses are needed: the reason stands in the record of processing.',
        );
      }
      await storage.transaction(async trx => {
        const before = await readPolicy(trx);
        const after = {
          collected: usageCategories.filter(one => next.collected.includes(one)),
          fullAddress: next.fullAddress ? {reason: next.reason} : null,
        };
        await writePolicy(trx, after, {by: actorId, at: deps.clock.iso()});
        for (const category of before.collected)
          if (!after.collected.includes(category)) await drop(trx, category);
        if (before.fullAddress && !after.fullAddress) await drop(trx, 'address');
        const isWider =
          after.collected.some(one => !before.collected.includes(one)) ||
          (after.fullAddress !== null && before.fullAddress === null);
        if (isWider) await usage.store.askAgain(trx);
        const said = ({collected, fullAddress}: typeof after) => ({
          collected,
          address: fullAddress ? 'whole' : 'truncated',
          reason: fullAddress?.reason ?? null,
        });
        await deps.audit(trx, {
          actorId,
          action: 'usage.changed',
          detail: {before: said({...before, collected: [...before.collected]}), after: said(after)},
        });
      });
    },

    setMode: async (siteId: string, mode: UsageMode, actorId: string): Promise<void> => {
      if (!(await deps.sites(storage.db)).some(({id}) => id === siteId))
        throw new AppError('not_found', 'sites.unknown', 'This website is not set up here.');
      await storage.transaction(async trx => {
        const before = (await readModes(trx))(siteId);
        await writeMode(trx, siteId, mode);
        await deps.audit(trx, {
          actorId,
          action: 'usage.mode_changed',
          subjectId: siteId,
          detail: {before, after: mode},
        });
      });
    },

    /** For what is said about privacy. */
    inForce: async (db: DatabaseOrTransaction) => {
      const policy = await readPolicy(db);
      const modeOf = await readModes(db);
      const sites = await deps.sites(db);
      const measured = usage.measuredBy(policy);
      return {
        measured,
        off: deps.measures.filter(one => !measured.includes(one)),
        fullAddress: policy.fullAddress?.reason ?? null,
        modes: [...new Set(sites.map(({id}) => modeOf(id)))].toSorted(),
      };
    },
  };
};
export type UsageSettings = ReturnType<typeof createUsageSettings>;
