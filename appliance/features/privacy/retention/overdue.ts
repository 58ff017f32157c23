import {addMilliseconds} from '../../../kit/clock.ts';
import type {TrustedNow} from '../../../kit/schema.ts';
import type {Storage} from '../../../storage/index.ts';
import type {Holds} from '../holds.service.ts';
import {judgeWindow} from './expired.ts';
import type {RetentionPolicy} from './policy.ts';
import type {AgedPlace, RetentionSection} from './section.ts';

/** A run is due every night; half a day for one that was late. */
const grace = 1.5 * 24 * 3_600_000;
const mostWindows = 8;

/**
 * What a run should have removed by now, category by category: the oldest are looked at, a few thousand at most. What a
 * hold or a law keeps is none of it.
 */
export const createOverdue =
  (deps: {
    storage: Storage;
    sections: readonly RetentionSection[];
    holds: Holds;
    policy: RetentionPolicy;
    trustedNow: () => Promise<TrustedNow>;
  }) =>
  async (): Promise<Record<string, number>> => {
    const {storage, sections, holds} = deps;
    const periods = await deps.policy.periods(storage.db);
    const now = addMilliseconds((await deps.trustedNow()).now, -grace);
    const judges = {holds, restrictions: storage.restrictions};
    const counts: Record<string, number> = {};
    for (const section of sections) {
      let after: AgedPlace | null = null;
      for (let window = 0; window < mostWindows; window++) {
        const {expired, next} = await judgeWindow(judges, storage.db, section, {periods, now, after});
        counts[section.category] = (counts[section.category] ?? 0) + expired.length;
        if (next === null) break;
        after = next;
      }
    }
    return counts;
  };
