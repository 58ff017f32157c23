import type {Knex} from 'knex';
import {
  type Aged,
  type AgedPlace,
  type AgedRow,
  type DatabaseOrTransaction,
  oldestFirst,
  type Transaction,
  toAged,
} from '../../storage/index.ts';

const visitors = 'insights_visitors';
const pages = 'insights_pages';
const counters = ['seconds_personal', 'video_uses_personal', 'crm_calls_personal'] as const;

const idsOf = (records: readonly Aged[]): string[] => records.map(({id}) => id);
const none = (): Promise<Aged[]> => Promise.resolve([]);

const holdsCounts = (query: Knex.QueryBuilder): void => {
  for (const name of counters) void query.orWhereNotNull(name);
};

/** Pages and counts are cleared; what a person answered stays as long as the conversation. */
export const usageRetention = [
  {
    category: 'usage' as const,
    older: async (
      db: DatabaseOrTransaction,
      before: string,
      after: AgedPlace | null,
      limit: number,
    ): Promise<Aged[]> =>
      (
        await oldestFirst(
          db,
          db(pages).join(visitors, `${visitors}.visitor_id`, `${pages}.visitor_id`),
          'at',
          {before, after, limit},
        ).select(`${pages}.id`, `${pages}.visitor_id as person`, 'site_id', 'at')
      ).map(toAged),
    remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> => {
      await trx(pages).whereIn('id', idsOf(records)).delete();
    },
    of: none,
  },
  {
    category: 'usage' as const,
    older: async (
      db: DatabaseOrTransaction,
      before: string,
      after: AgedPlace | null,
      limit: number,
    ): Promise<Aged[]> =>
      (
        await oldestFirst(
          db,
          db
            .select('id', 'site_id', 'at')
            .from(
              db(visitors)
                .where(holdsCounts)
                .select('visitor_id as id', 'site_id', 'measured_at as at')
                .as('measured'),
            ),
          'at',
          {before, after, limit},
        )
      ).map((row: Omit<AgedRow, 'person'>) => toAged({...row, person: row.id})),
    remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> => {
      await trx(visitors)
        .whereIn('visitor_id', idsOf(records))
        .update({pages: 0, ...Object.fromEntries(counters.map(name => [name, null]))});
    },
    of: none,
  },
];
