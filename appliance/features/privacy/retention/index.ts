import type {Clock} from '../../../kit/clock.ts';
import type {Logger} from '../../../kit/logger.ts';
import type {DatabaseOrTransaction, Reader, Storage} from '../../../storage/index.ts';
import {AppError} from '../../../kit/errors.ts';
import {createHolds} from '../holds.service.ts';
import {createDryRun} from './dry-run.ts';
import {erasePerson} from './erasure.ts';
import {createOverdue} from './overdue.ts';
import {createPolicy, type Minimum} from './policy.ts';
import {receiptLines} from './receipts.ts';
import {createRuns, type RunDeps, type RunRow, runTable} from './runs.ts';
import type {RetentionDays, RetentionSection} from './section.ts';

export type {RetentionCategory, RetentionDays, RetentionSection} from './section.ts';
export type {Minimum, Periods, Policy, SitePeriods} from './policy.ts';

export type RetentionDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  reader: Reader;
  sections: readonly RetentionSection[];
  findPerson: (db: DatabaseOrTransaction, id: string) => Promise<string | undefined>;
  siteNames: (ids: string[], db?: DatabaseOrTransaction) => Promise<Map<string, string>>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
} & Pick<RunDeps, 'trustedNow' | 'sign' | 'audit' | 'erasureGoesOn'>;

export type RetentionSaid = {
  days: RetentionDays;
  sites: {name: string; days: Partial<RetentionDays>}[];
  minimums: Minimum[];
};

/** What is kept how long, what suspends that, and the run that enforces it every night. */
export const createRetention = (deps: RetentionDeps) => {
  const {storage, sections, trustedNow} = deps;
  const isSite = async (siteId: string, db?: DatabaseOrTransaction) =>
    (await deps.siteNames([siteId], db)).has(siteId);
  const policy = createPolicy({...deps, isSite});
  const holds = createHolds({...deps, isSite, policy: policy.read});
  const runs = createRuns({
    ...deps,
    policy,
    holds,
    erasePerson: personId => erasePerson(deps, personId),
  });

  return {
    ...runs,
    policy,
    holds,

    /** What documents say of it, with websites by their names. */
    said: async (db: DatabaseOrTransaction): Promise<RetentionSaid> => {
      const {days, sites, minimums} = await policy.get(db);
      const names = await deps.siteNames(
        sites.map(({siteId}) => siteId),
        db,
      );
      return {
        days,
        sites: sites.map(site => ({name: names.get(site.siteId) ?? '', days: site.days})),
        minimums,
      };
    },

    /** What was held back while the clock was doubted follows at once. */
    clockConfirmed: (): void =>
      void runs
        .run(`confirmed, ${deps.clock.iso()}`)
        .catch((error: unknown) => deps.log.error({err: error}, 'a retention run failed')),
    overdue: createOverdue({storage, sections, holds, policy, trustedNow}),
    /** What was held back by it goes on at once. */
    endHold: async (id: string, reason: string, actorId: string): Promise<void> => {
      await holds.end(id, reason, actorId);
      await deps.erasureGoesOn();
    },
    setMinimums: async (next: readonly Minimum[], actorId: string): Promise<void> => {
      await policy.setMinimums(next, actorId);
      await deps.erasureGoesOn();
    },
    dryRun: createDryRun({storage, sections, holds, trustedNow}),

    list: async () =>
      ((await storage.db(runTable).orderBy('id', 'desc').limit(30)) as RunRow[]).map(row => ({
        id: row.id,
        state: row.state,
        startedAt: row.started_at,
        finishedAt: row.finished_at,
        removed: JSON.parse(row.removed) as Record<string, number>,
        kept: (JSON.parse(row.progress) as {kept?: {legalHold: number; restricted: number}}).kept ?? {
          legalHold: 0,
          restricted: 0,
        },
        looked: (JSON.parse(row.progress) as {looked?: number}).looked ?? 0,
        attempts: row.attempts,
        problem: row.problem,
        hasReceipt: row.receipt !== null,
      })),

    receipt: async (runId: string): Promise<{night: string; lines: AsyncGenerator<string>}> => {
      const row: RunRow | undefined = await storage.db(runTable).where({id: runId}).first();
      if (!row?.receipt)
        throw new AppError(
          'not_found',
          'privacy.no_receipt',
          'This run has no receipt: it was held back, is still under way, or is older than receipts.',
        );
      const signed = JSON.parse(row.receipt) as Parameters<typeof receiptLines>[1];
      return {night: row.finished_at?.slice(0, 10) ?? row.night, lines: receiptLines(storage.db, signed)};
    },
  };
};
export type Retention = ReturnType<typeof createRetention>;
