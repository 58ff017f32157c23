import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';

export const retentionCategories = ['conversations', 'leads', 'usage'] as const;
export type RetentionCategory = (typeof retentionCategories)[number];
export type RetentionDays = Record<RetentionCategory, number>;

/** What a room offers to the retention run for one category. */
export type RetentionSection = {
  category: RetentionCategory;
  count: (db: DatabaseOrTransaction, before: string) => Promise<number>;
  /** Persons with data older than the cutoff, oldest first; empty for data that is cleared without its person. */
  expired: (db: DatabaseOrTransaction, before: string, limit: number) => Promise<string[]>;
  /** Removes this category's rows: of these persons, or of everybody before the cutoff. Returns how many. */
  remove: (trx: Transaction, personIds: string[], before: string) => Promise<number>;
  /** Which of these persons still have rows of this category. */
  holds: (db: DatabaseOrTransaction, personIds: string[]) => Promise<string[]>;
};

const day = 24 * 60 * 60 * 1000;
const batch = 200;

export type RetentionDeps = {
  storage: Storage;
  clock: Clock;
  sections: readonly RetentionSection[];
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

export const createRetention = (deps: RetentionDeps) => {
  const {storage, clock, sections} = deps;
  const policy = 'privacy_retention';
  const runs = 'privacy_retention_runs';

  const days = async (db: DatabaseOrTransaction = storage.db): Promise<RetentionDays> => {
    const rows: {category: RetentionCategory; days: number}[] = await db(policy).select('category', 'days');
    return Object.fromEntries(rows.map(row => [row.category, row.days])) as RetentionDays;
  };

  const cutoffs = (keep: RetentionDays): Record<RetentionCategory, string> =>
    Object.fromEntries(
      retentionCategories.map(category => [category, addMilliseconds(clock.iso(), -keep[category] * day)]),
    ) as Record<RetentionCategory, string>;

  /**
   * A person's key goes before the rows: after a crash in between, the rows that are left are unreadable and the next run
   * removes them. A person of whom another category still keeps something keeps the key.
   */
  const removeBatch = async (
    section: RetentionSection,
    before: string,
  ): Promise<{persons: number; rows: number}> => {
    const persons = await section.expired(storage.db, before, batch);
    if (persons.length > 0) {
      const kept = new Set<string>();
      for (const other of sections) {
        if (other !== section) for (const id of await other.holds(storage.db, persons)) kept.add(id);
      }
      await storage.keys.destroy(persons.filter(id => !kept.has(id)));
    }
    const rows = await storage.transaction(trx => section.remove(trx, persons, before));
    return {persons: persons.length, rows};
  };

  const write = async (trx: Transaction, next: RetentionDays, actorId: string | null): Promise<void> => {
    await trx(policy)
      .insert(
        retentionCategories.map(category => ({
          category,
          days: next[category],
          set_by: actorId,
          set_at: clock.iso(),
        })),
      )
      .onConflict('category')
      .merge();
  };

  return {
    days,
    write,

    set: async (next: RetentionDays, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const before = await days(trx);
        await write(trx, next, actorId);
        await deps.audit(trx, {actorId, action: 'retention.changed', detail: {before, after: next}});
      });
    },

    /** What a run would remove now, if these periods were in force. */
    wouldRemove: async (keep: RetentionDays): Promise<Record<string, number>> => {
      const before = cutoffs(keep);
      const counts: Record<string, number> = {};
      for (const {category, count} of sections)
        counts[category] = (counts[category] ?? 0) + (await count(storage.db, before[category]));
      return counts;
    },

    /** What the run should have removed: older than its period by more than a day, in which one is due. */
    overdue: async (): Promise<Record<string, number>> => {
      const keep = await days();
      const before = cutoffs(keep);
      const counts: Record<string, number> = {};
      for (const {category, count} of sections) {
        const late = addMilliseconds(before[category], -1.5 * day);
        counts[category] = (counts[category] ?? 0) + (await count(storage.db, late));
      }
      return counts;
    },

    run: async (): Promise<Record<string, number>> => {
      const keep = await days();
      if (retentionCategories.some(category => keep[category] === undefined)) return {};
      const before = cutoffs(keep);
      const id = newId();
      await storage.db(runs).insert({id, started_at: clock.iso(), finished_at: null, removed: '{}'});
      const removed: Record<string, number> = {};
      for (const section of sections) {
        for (;;) {
          const {persons, rows} = await removeBatch(section, before[section.category]);
          removed[section.category] = (removed[section.category] ?? 0) + rows;
          if (persons < batch) break;
        }
      }
      await storage.transaction(async trx => {
        await trx(runs)
          .where({id})
          .update({finished_at: clock.iso(), removed: JSON.stringify(removed)});
        await deps.audit(trx, {actorId: null, action: 'retention.run', detail: removed});
      });
      return removed;
    },

    runs: async (): Promise<
      {id: string; startedAt: string; finishedAt: string | null; removed: Record<string, number>}[]
    > =>
      (await storage.db(runs).orderBy('id', 'desc').limit(30)).map(row => ({
        id: row.id,
        startedAt: row.started_at,
        finishedAt: row.finished_at,
        removed: JSON.parse(row.removed) as Record<string, number>,
      })),
  };
};
export type Retention = ReturnType<typeof createRetention>;
