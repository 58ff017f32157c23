import {
  type DatabaseOrTransaction,
  insertMany,
  type Personal,
  type Reader,
  type Transaction,
} from '../../storage/index.ts';

/** What a visitor answered; `signal` is an objection that their browser brought. */
export type Answer = 'agreed' | 'noted' | 'declined' | 'signal';
export type VisitorRow = {
  visitor_id: string;
  site_id: string;
  answer: Answer | null;
  answered_at: string | null;
  /** How many pages are noted: no more than `mostPages`. */
  pages: number;
  seconds: number | null;
  video_uses: number | null;
  crm_calls: number | null;
  measured_at: string;
};
export type PageRow = {id: string; visitor_id: string; page: string | null; at: string};
export type Counter = 'seconds' | 'video_uses' | 'crm_calls';

const visitors = 'insights_visitors';
const pages = 'insights_pages';
const counters: readonly Counter[] = ['seconds', 'video_uses', 'crm_calls'];
const emptied = Object.fromEntries(counters.map(name => [`${name}_personal`, null]));

export const createUsageStore = (personal: Personal, reader: Reader) => ({
  /** Without what is personal. */
  standing: async (
    db: DatabaseOrTransaction,
    visitorId: string,
  ): Promise<Pick<VisitorRow, 'answer' | 'pages'> | undefined> =>
    db(visitors).where({visitor_id: visitorId}).first('answer', 'pages'),

  /** Of those that are here, locked where the database can. */
  lock: async (
    trx: Transaction,
    visitorIds: string[],
  ): Promise<Pick<VisitorRow, 'visitor_id' | 'site_id' | 'answer' | 'answered_at' | 'pages'>[]> =>
    trx(visitors)
      .whereIn('visitor_id', visitorIds)
      .orderBy('visitor_id')
      .forUpdate()
      .select('visitor_id', 'site_id', 'answer', 'answered_at', 'pages'),

  /** Conversations that began before this was measured have no row until their visitor answers. */
  begin: async (
    trx: Transaction,
    {visitorId, siteId, at}: {visitorId: string; siteId: string; at: string},
    answer: Answer | null = null,
  ): Promise<void> => {
    await trx(visitors)
      .insert({
        visitor_id: visitorId,
        site_id: siteId,
        answer,
        answered_at: answer === null ? null : at,
        pages: 0,
        measured_at: at,
      })
      .onConflict('visitor_id')
      .ignore();
  },

  answer: async (trx: Transaction, visitorId: string, answer: Answer, at: string): Promise<void> => {
    await trx(visitors).where({visitor_id: visitorId}).update({answer, answered_at: at});
  },

  /** More is measured than people agreed to or were told of: they are asked, or told, once more. */
  askAgain: async (trx: Transaction): Promise<void> => {
    await trx(visitors).whereIn('answer', ['agreed', 'noted']).update({answer: null, answered_at: null});
  },

  addPages: async (trx: Transaction, rows: (PageRow & {page: string})[]): Promise<void> =>
    insertMany(trx, pages, await personal.seal(pages, rows)),

  measured: async (
    trx: Transaction,
    visitorId: string,
    {newPages, more, at}: {newPages: number; more: Partial<Record<Counter, number>>; at: string},
  ): Promise<void> => {
    const raised = Object.entries(more).map(([name, by]) => [
      `${name}_personal`,
      trx.raw('coalesce(??, 0) + ?', [`${name}_personal`, by]),
    ]);
    await trx(visitors)
      .where({visitor_id: visitorId})
      .update({measured_at: at, pages: trx.raw('pages + ?', [newPages]), ...Object.fromEntries(raised)});
  },

  /** What is stored of one visitor, for their own eyes. */
  of: async (
    db: DatabaseOrTransaction,
    visitorId: string,
  ): Promise<{counts: VisitorRow | undefined; pages: PageRow[]}> => {
    const [counts] = await reader.open<VisitorRow>(
      visitors,
      await db(visitors).where({visitor_id: visitorId}),
    );
    const seen = await db(pages).where({visitor_id: visitorId}).orderBy('id', 'desc').limit(50);
    return {counts, pages: await reader.open<PageRow>(pages, seen)};
  },

  forget: async (trx: Transaction, visitorId: string): Promise<void> => {
    await trx(pages).where({visitor_id: visitorId}).delete();
    await trx(visitors)
      .where({visitor_id: visitorId})
      .update({pages: 0, ...emptied});
  },

  /** Of everybody: the category is off. */
  drop: async (trx: Transaction, what: 'pages' | Counter): Promise<void> => {
    if (what === 'pages') {
      await trx(pages).delete();
      await trx(visitors).where('pages', '>', 0).update({pages: 0});
      return;
    }
    await trx(visitors)
      .whereNotNull(`${what}_personal`)
      .update({[`${what}_personal`]: null});
  },

  holding: async (db: DatabaseOrTransaction, what: 'pages' | Counter): Promise<number> => {
    const query =
      what === 'pages' ? db(visitors).where('pages', '>', 0) : db(visitors).whereNotNull(`${what}_personal`);
    return ((await query.count({n: '*'}).first()) as {n: number}).n;
  },
});
export type UsageStore = ReturnType<typeof createUsageStore>;
