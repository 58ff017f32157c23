import {
  type Aged,
  type AgedPlace,
  type DatabaseOrTransaction,
  oldestFirst,
  type Transaction,
} from '../../storage/index.ts';

const table = 'crm_leads';

const toRecord = (row: {id: string; visitor_id: string; site_id: string; at: string}): Aged => ({
  id: row.id,
  personId: row.visitor_id,
  siteId: row.site_id,
  at: row.at,
});
const columns = ['id', 'visitor_id', 'site_id', 'updated_at as at'];

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
    return rows.map(toRecord);
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
    (await db(table).whereIn('visitor_id', personIds).orderBy('id').select(columns)).map(toRecord),
  names: (_: DatabaseOrTransaction, records: readonly Aged[]) =>
    Promise.resolve(new Map(records.map(({id}) => [id, `Lead ${id.slice(-8)}`]))),
};

/** Whose lead has this id. */
export const findLead = async (db: DatabaseOrTransaction, id: string): Promise<string | undefined> =>
  (await db(table).where({id}).first('visitor_id'))?.visitor_id;
