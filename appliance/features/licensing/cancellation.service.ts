import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {TrustedNow} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import type {CancellationStore, Row} from './cancellation.store.ts';
import type {Blocker, CancellationView, HostState, LastExport} from './licensing.schema.ts';
import {day, type Recipient, type Reminders} from './reminders.ts';

/** What the account has until then, and no longer. */
const clockRuns = 30 * day;

export type CancellationDeps = {
  storage: Storage;
  clock: Clock;
  store: CancellationStore;
  trustedNow: () => Promise<TrustedNow>;
  reminders: Reminders;
  recipients: () => Promise<Recipient[]>;
  company: () => Promise<string>;
  mailIsSet: () => Promise<boolean>;
  /** Legal holds, and what a law wants kept: each forbids the deletion of everything. */
  blockers: (db: DatabaseOrTransaction) => Promise<Blocker[]>;
  exports: {list: (cancellationId: string) => Promise<LastExport[]>; drop: () => Promise<void>};
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
};

const same = (typed: string, company: string): boolean =>
  typed.normalize('NFC').trim().replaceAll(/\s+/g, ' ') ===
  company.normalize('NFC').trim().replaceAll(/\s+/g, ' ');

const none = (): AppError =>
  new AppError('conflict', 'licensing.not_cancelled', 'There is no cancellation in force.');

/** As a sentence each: what it is, why, and until when. */
export const blockedBecause = (blockers: readonly Blocker[]): string =>
  blockers
    .map(({what, reason, until}) => `${what}: ${reason}${until === null ? '' : ` (until ${until})`}.`)
    .join(' ');

export const createCancellation = (deps: CancellationDeps) => {
  const {storage, clock, store} = deps;
  const {db} = storage;

  const view = async (viewer: {named: boolean} = {named: true}): Promise<CancellationView> => {
    const time = await deps.trustedNow();
    const [row, revoked, blockers, company, mail] = await Promise.all([
      store.inForce(db),
      store.lastRevoked(db),
      deps.blockers(db),
      deps.company(),
      deps.mailIsSet(),
    ]);
    const ids = [row?.started_by, revoked?.revoked_by].filter(id => typeof id === 'string');
    const names = viewer.named ? await deps.userNames(ids) : new Map<string, string>();
    const name = (id: string): string => names.get(id) ?? (viewer.named ? 'a former user' : id);
    return {
      company,
      time,
      current: row
        ? {
            id: row.id,
            startedAt: row.started_at,
            startedBy: name(row.started_by),
            endsAt: row.ends_at,
            timeZone: row.time_zone,
            daysLeft: Math.max(0, Math.ceil((Date.parse(row.ends_at) - Date.parse(time.now)) / day)),
            widgetStoppedAt: row.widget_stopped_at,
            heldBackSince: row.held_back_since,
            reminders: await store.reminders(db, row.id),
          }
        : null,
      lastRevoked:
        revoked?.revoked_at && revoked.revoked_by
          ? {
              startedAt: revoked.started_at,
              revokedAt: revoked.revoked_at,
              revokedBy: name(revoked.revoked_by),
            }
          : null,
      blockers,
      exports: row ? await deps.exports.list(row.id) : [],
      mail: mail ? 'set' : 'off',
    };
  };

  const needRow = async (trx: Transaction): Promise<Row> => {
    const row = await store.inForce(trx);
    if (!row) throw none();
    return row;
  };

  const start = async (
    input: {confirmation: string; timeZone: string; stopWidget: boolean},
    actorId: string,
  ): Promise<void> => {
    if (!same(input.confirmation, await deps.company())) {
      throw new AppError(
        'invalid',
        'licensing.name_differs',
        'Type the organisation’s name as it stands above. Nothing was cancelled.',
      );
    }
    const {now, doubt} = await deps.trustedNow();
    if (doubt) {
      throw new AppError(
        'conflict',
        'licensing.clock_doubted',
        `${doubt.words} Say first whether the clock is right: the 30 days are counted from it.`,
      );
    }
    const row: Row = {
      id: newId(),
      in_force: 1,
      started_at: now,
      started_by: actorId,
      ends_at: addMilliseconds(now, clockRuns),
      time_zone: input.timeZone,
      widget_stopped_at: input.stopWidget ? now : null,
      revoked_at: null,
      revoked_by: null,
      held_back_since: null,
      destruction_began_at: null,
    };
    await storage.transaction(async trx => {
      const blockers = await deps.blockers(trx);
      if (blockers.length > 0) {
        throw new AppError(
          'conflict',
          'licensing.held',
          `The data may not be deleted now. ${blockedBecause(blockers)} Cancel again once this has ended.`,
          {details: {blockers}},
        );
      }
      if (!(await store.insert(trx, row))) {
        throw new AppError(
          'conflict',
          'licensing.cancelled_already',
          'This was cancelled already, a moment ago or by somebody else. Reload the page.',
        );
      }
      await deps.audit(trx, {
        actorId,
        action: 'cancellation.started',
        subjectId: row.id,
        detail: {endsAt: row.ends_at, timeZone: row.time_zone, widgetStopped: input.stopWidget},
      });
    });
    await deps.reminders.send(row, now);
  };

  return {
    view,
    start,

    revoke: async (actorId: string): Promise<void> => {
      const recipients = await deps.recipients();
      const at = clock.iso();
      await storage.transaction(async trx => {
        const row = await needRow(trx);
        if (!(await store.revoke(trx, row.id, actorId, at))) {
          throw new AppError(
            'conflict',
            'licensing.destruction_began',
            'The deletion has begun: it cannot be taken back any more.',
          );
        }
        await deps.reminders.revoked(trx, row, recipients, at);
        await deps.audit(trx, {
          actorId,
          action: 'cancellation.revoked',
          subjectId: row.id,
          detail: {endsAt: row.ends_at},
        });
      });
      await deps.exports.drop();
    },

    setWidget: (stopped: boolean, actorId: string): Promise<void> =>
      storage.transaction(async trx => {
        const row = await needRow(trx);
        if ((row.widget_stopped_at !== null) === stopped) return;
        await store.update(trx, row.id, {widget_stopped_at: stopped ? clock.iso() : null});
        await deps.audit(trx, {
          actorId,
          action: stopped ? 'cancellation.widget_stopped' : 'cancellation.widget_resumed',
          subjectId: row.id,
          detail: {},
        });
      }),

    /** Asked by whoever draws the widget. */
    widgetStopped: async (): Promise<boolean> => {
      const row = await store.inForce(db);
      return row !== undefined && (row.widget_stopped_at !== null || row.destruction_began_at !== null);
    },

    hostState: async (): Promise<HostState> => {
      const {current, blockers, time} = await view({named: false});
      return {
        endsAt: current?.endsAt ?? null,
        timeZone: current?.timeZone ?? null,
        startedAt: current?.startedAt ?? null,
        heldBackSince: current?.heldBackSince ?? null,
        blockers,
        doubt: time.doubt?.words ?? null,
      };
    },
  };
};
export type Cancellation = ReturnType<typeof createCancellation>;
