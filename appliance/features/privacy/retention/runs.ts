import {setImmediate as nextTurn} from 'node:timers/promises';
import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {newId} from '../../../kit/ids.ts';
import type {Logger} from '../../../kit/logger.ts';
import type {TrustedNow} from '../../../kit/schema.ts';
import {createWorker} from '../../../kit/worker.ts';
import {restrictionTable, type Storage, type Transaction} from '../../../storage/index.ts';
import {claimRows, processOwner, releaseOrphans} from '../../../storage/lease.ts';
import type {Holds} from '../holds.service.ts';
import {judgeWindow} from './expired.ts';
import {removeRecords} from './erasure.ts';
import type {RetentionPolicy} from './policy.ts';
import {type Receipt, type ReceiptCategory, summarise, writeBatches} from './receipts.ts';
import {type AgedPlace, type RetentionSection, retentionCategories} from './section.ts';

export type RunState = 'queued' | 'running' | 'finished' | 'held_back' | 'interrupted';
type Signed = {document: Receipt; signature: string; keyId: string; publicKey: string};
/** Where a run is: written with each batch, so that whoever takes it up goes on from there. */
type Progress = {
  /** Which of the sections; before the first come the persons whose restriction has ended. */
  section: number;
  after: AgedPlace | null;
  batches: number;
  looked: number;
  removed: Partial<Record<ReceiptCategory, number>>;
  kept: {legalHold: number; restricted: number};
};
export type RunRow = {
  id: string;
  night: string;
  state: RunState;
  started_at: string;
  finished_at: string | null;
  attempts: number;
  progress: string;
  problem: string | null;
  receipt: string | null;
  removed: string;
};

export const runTable = 'privacy_retention_runs';
/** Renewed with each batch, which takes a fraction of a second. */
const lease = 60_000;
/** How long a batch may hold the database up while messages wait behind it. */
const target = 20;
const fewest = 10;
/** SQLite has one connection, which a batch holds to its end; in PostgreSQL only what is removed is locked. */
const most = {sqlite: 250, postgres: 1000} as const;

const beginning: Progress = {
  section: -1,
  after: null,
  batches: 0,
  looked: 0,
  removed: Object.fromEntries(retentionCategories.map(category => [category, 0])),
  kept: {legalHold: 0, restricted: 0},
};

/** While nobody waits batches grow; once somebody does they shrink, until they take about as long as they may. */
const nextSize = (size: number, largest: number, took: number, isBusy: boolean): number => {
  const wanted = isBusy ? Math.max((size * target) / took, size / 4) : size * 4;
  return Math.round(Math.max(fewest, Math.min(largest, wanted)));
};

class Overtaken extends Error {}

export type RunDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  sections: readonly RetentionSection[];
  policy: RetentionPolicy;
  holds: Holds;
  trustedNow: () => Promise<TrustedNow>;
  erasePerson: (personId: string) => Promise<void>;
  /** Erasures that were asked for and held back go on; each lifts the restriction at its end, and has a certificate of its own. */
  erasureGoesOn: () => Promise<void>;
  sign: (receipt: Receipt, trx: Transaction) => Promise<Signed>;
  audit: (
    trx: Transaction,
    entry: {
      actorId: string | null;
      action: string;
      subjectId?: string | null;
      detail: Record<string, unknown>;
    },
  ) => Promise<void>;
};

/** One run a night, under a lease: in short batches, each with its progress and its share of the receipt in one transaction. */
export const createRuns = (deps: RunDeps) => {
  const {storage, clock, sections, holds} = deps;
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  /** The claim of an attempt: whoever takes the run up counts one further, and this one ends. */
  const write = async (trx: Transaction, run: RunRow, change: Partial<RunRow>): Promise<void> => {
    const mine = await trx(runTable)
      .where({id: run.id, state: 'running', attempts: run.attempts})
      .update({lease_until: addMilliseconds(clock.iso(), lease), ...change});
    if (mine === 0) throw new Overtaken();
  };

  const note = (progress: Progress, category: ReceiptCategory, count: number): Progress['removed'] => ({
    ...progress.removed,
    [category]: (progress.removed[category] ?? 0) + count,
  });

  /** Erased now, by whoever erases persons: what forbade it has ended. */
  const endRestrictions = async (run: RunRow, progress: Progress, now: string): Promise<Progress> => {
    type Ended = {person_id: string; request_id: string | null};
    const due: Ended[] = await storage
      .db(restrictionTable)
      .where(query => void query.whereNull('until').orWhere('until', '<=', now))
      .orderBy('person_id')
      .select('person_id', 'request_id');
    let state = progress;
    for (const {person_id: personId, request_id: requestId} of due) {
      if ((await holds.keeps(storage.db, [personId])).size > 0) {
        state = {...state, kept: {...state.kept, restricted: state.kept.restricted + 1}};
        continue;
      }
      if (requestId !== null) {
        await deps.erasureGoesOn();
        continue;
      }
      const [record] = (await Promise.all(sections.map(({of}) => of(storage.db, [personId])))).flat();
      await deps.erasePerson(personId);
      const before = state;
      state = await storage.transaction(async trx => {
        const gone = [{id: personId, siteId: record?.siteId ?? null}];
        const next = {
          ...before,
          batches: await writeBatches(trx, run.id, before.batches, 'restricted', gone),
          removed: note(before, 'restricted', 1),
        };
        await write(trx, run, {progress: JSON.stringify(next)});
        await holds.lift(trx, personId);
        return next;
      });
    }
    return {...state, section: 0};
  };

  const batch = async (
    trx: Transaction,
    run: RunRow,
    section: RetentionSection,
    progress: Progress,
    {now, size}: {now: string; size: number},
  ): Promise<Progress> => {
    // whoever sets a hold meanwhile waits for this row; SQLite has one writer anyway
    if (storage.dialect === 'postgres') await write(trx, run, {});
    // as they are this moment: a hold or a longer period holds from its commit on
    const periods = await deps.policy.periods(trx);
    const at = {periods, now, after: progress.after, most: size};
    const {expired, kept, next} = await judgeWindow(
      {holds, restrictions: storage.restrictions},
      trx,
      section,
      at,
    );
    if (expired.length > 0) await removeRecords(deps, trx, section, expired);
    const held = kept.filter(({why}) => why === 'legal_hold').length;
    const after: Progress = {
      section: next === null ? progress.section + 1 : progress.section,
      after: next,
      batches: await writeBatches(trx, run.id, progress.batches, section.category, expired),
      looked: progress.looked + expired.length + kept.length,
      removed: note(progress, section.category, expired.length),
      kept: {
        legalHold: progress.kept.legalHold + held,
        restricted: progress.kept.restricted + kept.length - held,
      },
    };
    await write(trx, run, {progress: JSON.stringify(after), removed: JSON.stringify(after.removed)});
    return after;
  };

  const oneBatch = (run: RunRow, progress: Progress, at: {now: string; size: number}) =>
    storage.transaction(trx => batch(trx, run, sections[progress.section] as RetentionSection, progress, at));

  /** The appliance stops: the next start goes on at once. */
  const giveBack = (run: RunRow): Promise<void> =>
    storage.transaction(trx => write(trx, run, {state: 'queued'}));

  const finish = async (run: RunRow, progress: Progress, now: string): Promise<void> => {
    const summary = await summarise(storage.db, run.id);
    await storage.transaction(async trx => {
      const finishedAt = clock.iso();
      const receipt: Receipt = {
        run: run.id,
        night: run.night,
        startedAt: run.started_at,
        finishedAt,
        countedFrom: now,
        policy: await deps.policy.get(trx),
        ...summary,
        kept: progress.kept,
      };
      const signed = await deps.sign(receipt, trx);
      await write(trx, run, {state: 'finished', finished_at: finishedAt, receipt: JSON.stringify(signed)});
      await deps.audit(trx, {
        actorId: null,
        action: 'retention.run',
        subjectId: run.id,
        detail: {...progress.removed, kept: progress.kept, rootHash: summary.tree.rootHash},
      });
    });
  };

  const holdBack = (run: RunRow, problem: string): Promise<void> =>
    storage.transaction(async trx => {
      await write(trx, run, {state: 'held_back', finished_at: clock.iso(), problem});
      await deps.audit(trx, {
        actorId: null,
        action: 'retention.held_back',
        subjectId: run.id,
        detail: {problem},
      });
    });

  const work = async (run: RunRow): Promise<void> => {
    const {now, doubt} = await deps.trustedNow();
    if (doubt?.why === 'ahead') return holdBack(run, doubt.words);
    let progress: Progress = {...beginning, ...(JSON.parse(run.progress) as Partial<Progress>)};
    if (progress.section < 0) progress = await endRestrictions(run, progress, now);
    for (let size = fewest; progress.section < sections.length; ) {
      if (stopping) return giveBack(run);
      const started = performance.now();
      progress = await oneBatch(run, progress, {now, size});
      const took = performance.now() - started;
      // what waits for the database, or for this thread, comes first
      await nextTurn();
      await nextTurn();
      size = nextSize(size, most[storage.dialect], took, storage.isBusy());
    }
    return finish(run, progress, now);
  };

  const handle = async (run: RunRow): Promise<void> => {
    const done = work(run).catch((error: unknown) => {
      // taken over by another node, which goes on
      if (!(error instanceof Overtaken)) throw error;
    });
    underWay.add(done);
    await done.finally(() => underWay.delete(done));
  };

  /** A run whose node died, or that failed: once its lease is over. */
  const claim = (limit: number): Promise<RunRow[]> =>
    claimRows<RunRow>({
      storage,
      clock,
      table: runTable,
      from: ['queued'],
      to: 'running',
      leaseMilliseconds: lease,
      limit,
    });
  const worker = createWorker<RunRow>({
    name: 'retention',
    concurrency: 1,
    idle: 30_000,
    log: deps.log,
    handle,
    claim,
  });

  return {
    start: async (): Promise<void> => {
      await releaseOrphans(storage, runTable, 'running', 'queued');
      worker.start();
    },
    wake: worker.wake,
    stop: async (): Promise<void> => {
      stopping = true;
      await worker.stop();
      await Promise.allSettled(underWay);
    },

    /** The run of that night, unless it is there already. Returns what it removed. */
    run: async (night = `by hand, ${newId()}`): Promise<Record<string, number>> => {
      if (!(await deps.policy.read())) return {};
      const [run]: RunRow[] = await storage
        .db(runTable)
        .insert({
          id: newId(),
          night,
          state: 'running',
          started_at: clock.iso(),
          finished_at: null,
          lease_owner: processOwner,
          lease_until: addMilliseconds(clock.iso(), lease),
          attempts: 1,
          progress: '{}',
          removed: '{}',
        })
        .onConflict('night')
        .ignore()
        .returning('*');
      if (!run) return {};
      await handle(run);
      const row: RunRow = await storage.db(runTable).where({id: run.id}).first();
      return JSON.parse(row.removed) as Record<string, number>;
    },
  };
};
export type Runs = ReturnType<typeof createRuns>;
