import {
  type Aged,
  type AgedPlace,
  type DatabaseOrTransaction,
  oldestFirst,
  type Transaction,
} from '../../storage/index.ts';
import type {OutboxStore} from './outbox.store.ts';

/** Letters that have gone out or were given up. They are for people who work here: nobody's key goes with them. */
export const mailRetention = (store: OutboxStore) => ({
  category: 'mail' as const,
  older: async (
    db: DatabaseOrTransaction,
    before: string,
    after: AgedPlace | null,
    limit: number,
  ): Promise<Aged[]> => {
    const rows: {id: string; at: string}[] = await oldestFirst(db, store.over(db), 'created_at', {
      before,
      after,
      limit,
    }).select('id', 'created_at as at');
    return rows.map(({id, at}) => ({id, at, personId: null, siteId: null}));
  },
  remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> =>
    store.removeAll(
      trx,
      records.map(({id}) => id),
    ),
  of: (): Promise<Aged[]> => Promise.resolve([]),
  names: (_: DatabaseOrTransaction, records: readonly Aged[]) =>
    Promise.resolve(new Map(records.map(({id}) => [id, `Letter ${id.slice(-8)}`]))),
});
