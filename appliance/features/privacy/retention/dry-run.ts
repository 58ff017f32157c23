import {setImmediate as nextTurn} from 'node:timers/promises';
import type {TrustedNow} from '../../../kit/schema.ts';
import type {Storage} from '../../../storage/index.ts';
import type {Holds} from '../holds.service.ts';
import {judgeWindow, type Kept} from './expired.ts';
import type {Periods} from './policy.ts';
import type {RetentionCategory, Aged, RetentionSection} from './section.ts';

const mostExamples = 5;

export type Example = {category: RetentionCategory; name: string; siteId: string | null; at: string};
export type DryRun = {
  counts: {category: RetentionCategory; siteId: string | null; count: number}[];
  /** What has outlived its period and stays all the same. */
  kept: Record<Kept, number>;
  /** The oldest of each category: a number, a day and a website, nothing of what was said. */
  examples: Example[];
};

/** What a run would remove now, judged window by window as the run does it, with nothing removed. */
export const createDryRun =
  (deps: {
    storage: Storage;
    sections: readonly RetentionSection[];
    holds: Holds;
    trustedNow: () => Promise<TrustedNow>;
  }) =>
  async (periods: Periods): Promise<DryRun> => {
    const {storage, sections, holds} = deps;
    const judges = {holds, restrictions: storage.restrictions};
    const {now} = await deps.trustedNow();
    const result: DryRun = {counts: [], kept: {legal_hold: 0, restricted: 0}, examples: []};
    for (const section of sections) {
      const bySite = new Map<string | null, number>();
      const examples: Aged[] = [];
      for (let after = null as Aged | {at: string; id: string} | null; ; ) {
        const {expired, kept, next} = await judgeWindow(judges, storage.db, section, {periods, now, after});
        for (const {siteId} of expired) bySite.set(siteId, (bySite.get(siteId) ?? 0) + 1);
        for (const {why} of kept) result.kept[why] += 1;
        examples.push(...expired.slice(0, mostExamples - examples.length));
        if (next === null) break;
        after = next;
        await nextTurn();
      }
      const {category} = section;
      result.counts.push(...[...bySite].map(([siteId, count]) => ({category, siteId, count})));
      const names = await section.names(storage.db, examples);
      result.examples.push(
        ...examples.map(({id, siteId, at}) => ({category, name: names.get(id) ?? '', siteId, at})),
      );
    }
    return result;
  };
