import type {DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';
import {processOwner} from '../../../storage/lease.ts';

/** `done`: everything there is has arrived. */
type State = 'queued' | 'sending' | 'done';
export type Collector = {
  id: 'collector';
  destination_id: string;
  host: string;
  port: number;
  tls: 'tls' | 'none';
  authority: string | null;
  /** Whether each entry's hash goes there, and how many of them, from the first, need not go any more. */
  entries: number;
  entries_sent: number;
  set_by: string;
  set_at: string;
  state: State;
  attempts: number;
  next_attempt_at: string | null;
  delivered_size: number;
  delivered_at: string | null;
  problem: string | null;
  problem_since: string | null;
};

export const table = 'audit_collectors';
export const id = 'collector';

export const collectorStore = {
  find: async (db: DatabaseOrTransaction): Promise<Collector | undefined> => db(table).where({id}).first(),
  write: async (trx: Transaction, row: Collector): Promise<void> => {
    // whoever is sending loses its lease with the settings it sends by
    await trx(table)
      .insert({...row, lease_owner: null, lease_until: null})
      .onConflict('id')
      .merge();
  },
  remove: async (trx: Transaction): Promise<void> => {
    await trx(table).where({id}).delete();
  },
  /** What has become of the sending this process claimed; false where its settings have changed meanwhile. */
  mine: async (db: DatabaseOrTransaction, destinationId: string, change: Partial<Collector>) =>
    (await db(table)
      .where({id, state: 'sending', lease_owner: processOwner, destination_id: destinationId})
      .update(change)) === 1,
  /** There may be more to send: now, whatever went wrong before. */
  wake: async (db: DatabaseOrTransaction): Promise<void> => {
    await db(table).where({id}).whereNot({state: 'sending'}).update({state: 'queued', next_attempt_at: null});
  },
};
