/** What happens by the clock: once for each slot, tried again when it failed, and not remembered for ever. */
import test, {type ExecutionContext} from 'ava';
import {createRunOnce, daily} from '../../appliance/jobs/schedule.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {type DatabaseKind, databaseKinds, freshDatabase} from '../helpers/databases.ts';

const day = 24 * 60 * 60 * 1000;

const open = async (t: ExecutionContext, kind: DatabaseKind) => {
  const clock = createTestClock('2026-11-28T08:00:00.000Z');
  const storage = await openStorage({...(await freshDatabase(t, kind)), clock, tables: allTables});
  t.teardown(storage.close);
  const runOnce = createRunOnce({storage, clock});
  const slots = async (): Promise<string[]> =>
    (await storage.db('jobs_runs').orderBy('slot').pluck('slot')) as string[];
  return {clock, slots, tidy: (run: () => Promise<void>) => runOnce({name: 'tidy', slot: daily, run})};
};
const well = () => Promise.resolve();

for (const kind of databaseKinds) {
  test(`${kind}: a job runs once a day, whoever else tries at that moment, and again after it failed`, async t => {
    const {clock, slots, tidy} = await open(t, kind);
    await t.throwsAsync(() => tidy(() => Promise.reject(new Error('the disk was full'))), {
      message: 'the disk was full',
    });
    const both = await Promise.all([tidy(well), tidy(well)]);
    t.is(both.filter(Boolean).length, 1);
    t.false(await tidy(well));
    clock.advance(day);
    t.true(await tidy(well));
    t.deepEqual(await slots(), ['2026-11-28', '2026-11-29']);
  });

  test(`${kind}: a run of three months ago is forgotten`, async t => {
    const {clock, slots, tidy} = await open(t, kind);
    await tidy(well);
    clock.advance(91 * day);
    await tidy(well);
    t.deepEqual(await slots(), ['2027-02-27']);
  });
}
