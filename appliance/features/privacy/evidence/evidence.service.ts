import {setTimeout as after} from 'node:timers/promises';
import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {type Control, type Look, promiseOf} from '../../../kit/control.ts';
import {AppError, isAppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {Logger} from '../../../kit/logger.ts';
import type {Storage, Transaction} from '../../../storage/index.ts';
import type {ControlState, EvidenceView, Progress, PromiseView} from './evidence.schema.ts';
import {productPromises} from './promises.ts';
import {results} from './results.store.ts';
import {promiseView} from './view.ts';

const day = 86_400_000;
const historyDays = 30;
/** As long as an auditor may look back: a year, and some time to come. */
const keptDays = 400;
const patience = 60_000;

type Change = 'broken' | 'mended';
export type MailRecipient = {personId: string; name: string; address: string};
export type EvidenceDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  controls: readonly Control[];
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
  /** Whom to write to, and the letter: once for each change, in the transaction that writes it down. */
  mail: {
    recipients: () => Promise<MailRecipient[]>;
    send: (trx: Transaction, to: MailRecipient, change: Change, key: string) => Promise<unknown>;
    wake: () => void;
  };
  nextRunAt: () => string;
};

const failed = (error: unknown): Look & {state: 'open'} => ({
  state: 'open',
  // an error's own words may hold what it stumbled over
  found: `The check could not be made (${isAppError(error) ? error.code : 'error'}); the log says more.`,
  evidence: {},
});

export const createEvidence = (deps: EvidenceDeps) => {
  const {storage, clock, log, controls} = deps;
  let progress: Progress = null;

  /** What it saw; a check that fails or does not end says nothing about the promise. */
  const look = async (control: Control): Promise<{state: ControlState; found: string; evidence: object}> => {
    const late = new AbortController();
    try {
      return await Promise.race([
        control.check(),
        after(patience, undefined, {signal: late.signal, ref: false}).then((): never => {
          throw new AppError('unavailable', 'evidence.too_slow', 'The check did not end.');
        }),
      ]);
    } catch (error) {
      log.error({err: error, control: control.id}, 'a promise could not be checked');
      return {...failed(error), state: 'not_checked'};
    } finally {
      late.abort();
    }
  };

  /** Whether it broke, or is whole again: nothing is told twice. */
  const keep = async (control: Control, runId: string): Promise<Change | null> => {
    const began = performance.now();
    const {state, found, evidence} = await look(control);
    const ms = Math.round(performance.now() - began);
    return storage.transaction(async trx => {
      const before = (await results.last(trx, control.id))?.state ?? null;
      await results.insert(trx, {
        run_id: runId,
        control: control.id,
        at: clock.iso(),
        state,
        found,
        evidence: JSON.stringify(evidence),
        ms,
      });
      if (state === before || (before === null && state !== 'broken')) return null;
      await deps.audit(trx, {
        actorId: null,
        action: 'evidence.changed',
        detail: {control: control.id, before, after: state},
      });
      if (state === 'broken') return 'broken';
      return before === 'broken' && state === 'kept' ? 'mended' : null;
    });
  };

  const walk = async (chosen: readonly Control[], actorId: string | null): Promise<void> => {
    const runId = newId();
    const changes = new Set<Change>();
    try {
      for (const [done, control] of chosen.entries()) {
        progress = {
          startedAt: progress?.startedAt ?? clock.iso(),
          done,
          total: chosen.length,
          control: control.id,
        };
        const change = await keep(control, runId);
        if (change !== null) changes.add(change);
      }
      const recipients = changes.size === 0 ? [] : await deps.mail.recipients();
      await storage.transaction(async trx => {
        await deps.audit(trx, {actorId, action: 'evidence.checked', detail: {controls: chosen.length}});
        for (const change of changes)
          for (const to of recipients)
            await deps.mail.send(trx, to, change, `evidence ${change} ${runId} ${to.address}`);
      });
      if (recipients.length > 0) deps.mail.wake();
    } finally {
      progress = null;
    }
  };

  let under: Promise<void> | undefined;
  const check = (ids: readonly string[] | undefined, actorId: string | null): Promise<void> => {
    under = walk(begin(ids), actorId).finally(() => {
      under = undefined;
    });
    return under;
  };

  const begin = (ids: readonly string[] | undefined): readonly Control[] => {
    const chosen = ids === undefined ? controls : controls.filter(({id}) => ids.includes(id));
    const unknown = ids?.find(id => !controls.some(control => control.id === id));
    if (unknown !== undefined)
      throw new AppError(
        'not_found',
        'evidence.unknown_control',
        `There is no control ${unknown.slice(0, 80)}.`,
      );
    if (progress !== null)
      throw new AppError('conflict', 'evidence.running', 'A check is running already. Wait for its end.');
    progress = {startedAt: clock.iso(), done: 0, total: chosen.length, control: null};
    return chosen;
  };

  const view = async (): Promise<EvidenceView> => {
    const now = clock.iso();
    const [newest, moments] = await Promise.all([
      results.newest(storage.db),
      results.since(storage.db, addMilliseconds(now, -historyDays * day)),
    ]);
    const promises: PromiseView[] = productPromises.map(promise =>
      promiseView(promise, {
        now,
        controls: controls.filter(control => promiseOf(control) === promise.id),
        newest,
        moments,
      }),
    );
    const times = [...newest.values()].map(({at}) => at);
    return {
      promises,
      lastRunAt: times.length === 0 ? null : times.reduce((a, b) => (a > b ? a : b)),
      nextRunAt: deps.nextRunAt(),
      progress,
    };
  };

  return {
    view,
    /** Resolves at the end; `start` answers at once, and the view says how far it is. */
    run: async (ids?: readonly string[], actorId: string | null = null): Promise<void> => check(ids, actorId),
    /** Whoever takes evidence away takes none from the middle of a check, and none from before the first. */
    settled: async (): Promise<void> => {
      await under?.catch(() => undefined);
      if ((await view()).lastRunAt === null) await (under ?? check(undefined, null));
    },
    start: (ids: readonly string[] | undefined, actorId: string): Progress => {
      void check(ids, actorId).catch((error: unknown) =>
        log.error({err: error}, 'the promises could not be checked'),
      );
      return progress;
    },
    nightly: async (): Promise<void> => {
      await check(undefined, null);
      await results.removeBefore(storage.db, addMilliseconds(clock.iso(), -keptDays * day));
    },
    /** In short, for overview and doctor. */
    health: async (): Promise<{
      state: 'none' | 'kept' | 'broken';
      broken: string[];
      lastRunAt: string | null;
    }> => {
      const {promises, lastRunAt} = await view();
      const broken = promises.flatMap(({controls: all}) => all.filter(({state}) => state === 'broken'));
      return {
        state: lastRunAt === null ? 'none' : broken.length > 0 ? 'broken' : 'kept',
        broken: broken.map(({id}) => id),
        lastRunAt,
      };
    },
  };
};
export type EvidenceService = ReturnType<typeof createEvidence>;
