import {
  type Aged,
  type AgedPlace,
  type DatabaseOrTransaction,
  oldestFirst,
  type Transaction,
  toAged,
} from '../../storage/index.ts';

const table = 'crm_leads';

const columns = ['id', 'visitor_id as person', 'site_id', 'updated_at as at'];

/** Leads, from their last change on, with their deliveries. */
export const leadRetention = {
  category: 'leads' as const,
  older: async (
    db: DatabaseOrTransaction,
    before: string,
    after: AgedPlace | null,
    limit: number,
  ): Promise<Aged[]> => {
    const rows = await oldestFirst(db, db(table), 'updated_at', {before, after, limit}).select(columns);
    return rows.map(toAged);
  },
  remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> => {
    await trx(table)
      .whereIn(
        'id',
        records.map(({id}) => id),
      )
      .delete();
  },
  of: async (db: DatabaseOrTransaction, personIds: readonly string[]): Promise<Aged[]> =>
    (await db(table).whereIn('visitor_id', personIds).orderBy('id').select(columns)).map(toAged),
  names: (_: DatabaseOrTransaction, records: readonly Aged[]) =>
    Promise.resolve(new Map(records.map(({id}) => [id, `Lead ${id.slice(-8)}`]))),
};

/** Whose lead has this id. */
export const findLead = async (db: DatabaseOrTransaction, id: string): Promise<string | undefined> =>
  (await db(table).where({id}).first('visitor_id'))?.visitor_id;
