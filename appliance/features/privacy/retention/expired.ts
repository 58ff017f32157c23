import type {DatabaseOrTransaction, Restrictions} from '../../../storage/index.ts';
import type {Holds} from '../holds.service.ts';
import {cutoffFor, latestCutoff, type Periods} from './policy.ts';
import type {Aged, AgedPlace, RetentionSection} from './section.ts';

/** As many are looked at in one query: what holds the database up stays short, however much there is. */
const window = 250;

export type Kept = 'legal_hold' | 'restricted';
export type Judged = {
  expired: Aged[];
  kept: {record: Aged; why: Kept}[];
  /** Where the next window begins; null once nothing was left to look at. */
  next: AgedPlace | null;
};

/** Which of the next records have outlived their website's period, and which of those stay all the same. */
export const judgeWindow = async (
  deps: {holds: Holds; restrictions: Pick<Restrictions, 'has'>},
  db: DatabaseOrTransaction,
  section: RetentionSection,
  at: {periods: Periods; now: string; after: AgedPlace | null; most?: number},
): Promise<Judged> => {
  const {category} = section;
  const {periods, now} = at;
  const before = latestCutoff(periods, category, now);
  const records = await section.older(db, before, at.after, at.most ?? window);
  const last = records.at(-1);
  const over = records.filter(record => record.at < cutoffFor(periods, category, record.siteId, now));
  const holdOf = await deps.holds.covering(db);
  const whyKept = (record: Aged): Kept | undefined =>
    holdOf(record) ? 'legal_hold' : deps.restrictions.has(record.personId ?? '') ? 'restricted' : undefined;
  return {
    expired: over.filter(record => whyKept(record) === undefined),
    kept: over.flatMap(record => {
      const why = whyKept(record);
      return why === undefined ? [] : [{record, why}];
    }),
    next: last ? {at: last.at, id: last.id} : null,
  };
};
