import type {Storage, Transaction} from '../../storage/index.ts';
import type {CancellationDeps} from './cancellation.service.ts';
import type {CancellationStore, Row} from './cancellation.store.ts';
import type {Reminders} from './reminders.ts';

/** What is due by the clock. Returns the cancellation whose end has come, and which nothing holds back. */
export const createDue = (
  deps: {storage: Storage; store: CancellationStore; reminders: Reminders} & Pick<
    CancellationDeps,
    'trustedNow' | 'blockers' | 'audit'
  >,
) => {
  const {storage, store} = deps;

  const holdBack = async (trx: Transaction, row: Row, now: string, blockers: unknown[]): Promise<void> => {
    if (row.held_back_since !== null) return;
    await store.update(trx, row.id, {held_back_since: now, destruction_began_at: null});
    await deps.audit(trx, {
      actorId: null,
      action: 'cancellation.held_back',
      subjectId: row.id,
      detail: {blockers},
    });
  };

  return async (): Promise<Row | undefined> => {
    const {now} = await deps.trustedNow();
    const row = await store.inForce(storage.db);
    if (!row) return undefined;
    if (now < row.ends_at) {
      await deps.reminders.send(row, now);
      return undefined;
    }
    return storage.transaction(async trx => {
      const blockers = await deps.blockers(trx);
      if (blockers.length > 0) {
        await holdBack(trx, row, now, blockers);
        return undefined;
      }
      if (!(await store.beginDestruction(trx, row.id, now))) return undefined;
      if (row.destruction_began_at === null) {
        await deps.audit(trx, {
          actorId: null,
          action: 'cancellation.destruction_begun',
          subjectId: row.id,
          detail: {startedAt: row.started_at, endedAt: row.ends_at},
        });
      }
      return {...row, destruction_began_at: row.destruction_began_at ?? now};
    });
  };
};
