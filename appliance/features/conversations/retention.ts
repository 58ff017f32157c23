import {
  type Aged,
  type AgedPlace,
  type DatabaseOrTransaction,
  oldestFirst,
  type Transaction,
  toAged,
} from '../../storage/index.ts';

const conversations = 'conversations_conversations';
const visitors = 'conversations_visitors';

/** Visitors as the console numbers them. */
export const visitorNames = async (
  db: DatabaseOrTransaction,
  records: readonly Aged[],
): Promise<Map<string, string>> => {
  const rows: {id: string; number: number}[] = await db(visitors)
    .whereIn(
      'id',
      records.map(({personId}) => personId ?? ''),
    )
    .select('id', 'number');
  const numbers = new Map(rows.map(({id, number}) => [id, number]));
  return new Map(records.map(({id, personId}) => [id, `Visitor ${numbers.get(personId ?? '') ?? ''}`]));
};

/** Conversations, from their last message on, with all that refers to them; a visitor goes with the last of theirs. */
export const conversationRetention = {
  category: 'conversations' as const,
  older: async (
    db: DatabaseOrTransaction,
    before: string,
    after: AgedPlace | null,
    limit: number,
  ): Promise<Aged[]> =>
    (
      await oldestFirst(db, db(conversations), 'updated_at', {before, after, limit}).select(
        'id',
        'visitor_id as person',
        'site_id',
        'updated_at as at',
      )
    ).map(toAged),
  remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> => {
    await trx(conversations)
      .whereIn(
        'id',
        records.map(({id}) => id),
      )
      .delete();
    await trx(visitors)
      .whereIn(
        'id',
        records.map(({personId}) => personId ?? ''),
      )
      .whereNotExists(
        trx(conversations)
          .whereRaw('?? = ??', [`${conversations}.visitor_id`, `${visitors}.id`])
          .select(trx.raw('1')),
      )
      .delete();
  },
  of: async (db: DatabaseOrTransaction, personIds: readonly string[]): Promise<Aged[]> =>
    (
      await db(conversations)
        .whereIn('visitor_id', personIds)
        .orderBy('id')
        .select('id', 'visitor_id as person', 'site_id', 'updated_at as at')
    ).map(toAged),
  names: visitorNames,
};

/** Usage details are cleared; the person's conversation stays. Its index has the same condition. */
export const usageRetention = {
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
        db(visitors).where(query => {
          void query.whereNotNull('ip_sealed').orWhereNotNull('page_sealed').orWhereNotNull('browser_sealed');
        }),
        'created_at',
        {before, after, limit},
      ).select('id', 'id as person', 'site_id', 'created_at as at')
    ).map(toAged),
  remove: async (trx: Transaction, records: readonly Aged[]): Promise<void> => {
    await trx(visitors)
      .whereIn(
        'id',
        records.map(({id}) => id),
      )
      .update({ip_sealed: null, device_sealed: null, browser_sealed: null, page_sealed: null});
  },
  of: (): Promise<Aged[]> => Promise.resolve([]),
  names: visitorNames,
};

/** Whose conversation, or which visitor, has this id. */
export const findPerson = async (db: DatabaseOrTransaction, id: string): Promise<string | undefined> => {
  const one = await db(conversations).where({id}).first('visitor_id');
  return one?.visitor_id ?? (await db(visitors).where({id}).first('id'))?.id;
};
