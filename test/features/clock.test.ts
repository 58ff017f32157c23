/** What time it is for deletions: whatever the clock says, over processes, restarts of the machine, nodes and upgrades. */
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {createTrustedTime, type Stake} from '../../appliance/features/operations/trusted-time.service.ts';
import {type Clock, createTestClock, type TestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {judgeTime} from '../../appliance/kit/trusted-time.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {type DatabaseKind, databaseKinds, freshDatabase} from '../helpers/databases.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begin = '2026-11-28T08:00:00.000Z';

test('time goes on as the machine runs: small steps of the clock are followed slowly, jumps are not', t => {
  const marks = [{trustedAt: begin, bootId: 'a', upSeconds: 100}];
  const at = (wall: string, id: string, seconds: number, away = hour) => {
    const {now, doubt} = judgeTime(`2026-${wall}:00.000Z`, {id, seconds}, marks, away);
    return `${now.slice(5, 19)} ${doubt}`;
  };
  t.is(at('11-28T09:00', 'a', 3700), '11-28T09:00:00 null');
  t.is(
    at('11-28T09:05', 'a', 3700),
    '11-28T09:01:00 null',
    'five minutes ahead after an hour: one is believed',
  );
  t.is(at('11-28T08:07', 'a', 160), '11-28T08:01:00 null', 'and none before it is written down');
  t.is(at('11-28T08:55', 'a', 3700), '11-28T09:00:00 null');
  t.is(at('12-28T09:00', 'a', 3700), '11-28T09:00:00 ahead');
  t.is(at('10-28T09:00', 'a', 3700), '11-28T09:00:00 behind');
  // started anew
  t.is(at('11-28T08:50', 'b', 20), '11-28T08:50:00 null');
  t.is(at('11-28T13:00', 'b', 20), '11-28T08:00:00 ahead', 'five hours are too much where much hangs on it');
  t.is(at('11-28T13:00', 'b', 20, day), '11-28T13:00:00 null');
  t.is(at('11-29T08:01', 'b', 20, day), '11-28T08:00:00 ahead');
  t.is(at('11-28T08:50', 'a', 20), '11-28T08:50:00 null', 'a container that began anew');
  marks.push({trustedAt: '2026-11-28T09:02:00.000Z', bootId: 'c', upSeconds: 9});
  t.is(at('11-28T09:00', 'a', 3700), '11-28T09:02:00 null', 'what another machine knows is known');
});

type Entry = {actorId: string | null; action: string; detail: Record<string, unknown>};

const open = async (t: ExecutionContext, kind: DatabaseKind) => {
  const options = {...(await freshDatabase(t, kind)), tables: allTables};
  const clock = createTestClock(begin);
  const entries: Entry[] = [];
  let storage = await openStorage({...options, clock});
  t.teardown(() => storage.close());
  const process = (on: Clock = clock) =>
    createTrustedTime({
      storage,
      clock: on,
      audit: async (_, entry) => void entries.push(entry),
      onConfirmed: () => undefined,
    });
  return {
    clock,
    entries,
    process,
    get storage() {
      return storage;
    },
    /** A new process at the next version. */
    reopen: async (): Promise<void> => {
      await storage.close();
      storage = await openStorage({...options, clock});
    },
  };
};

const doubts = async (time: ReturnType<typeof createTrustedTime>) => ({
  cancellation: (await time.now('cancellation')).doubt?.why ?? null,
  retention: (await time.now('retention')).doubt?.why ?? null,
});

for (const kind of databaseKinds) {
  test(`${kind}: however the clock is set and however often the process ends, no time is earlier than one given, none late, none early`, async t => {
    const {process, storage} = await open(t, kind);
    const span = fc.oneof(
      fc.integer({min: -9 * minute, max: 9 * minute}),
      fc.integer({min: -40 * day, max: 40 * day}),
    );
    const move = fc.record({
      set: fc.option(span, {nil: 0}),
      passes: fc.oneof(fc.integer({min: 0, max: 6 * minute}), fc.integer({min: 0, max: 2 * day})),
      ends: fc.boolean(),
      stake: fc.constantFrom<Stake[]>('cancellation', 'retention'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(move, {minLength: 1, maxLength: 20}), async moves => {
        await storage.db('operations_time').delete();
        const clock = createTestClock(begin);
        let time = process(clock);
        let last = Date.parse((await time.now('retention')).now);
        const from = last;
        let passed = 0;
        for (const {set, passes, ends, stake} of moves) {
          clock.jump(set);
          clock.advance(passes);
          passed += passes;
          if (ends) time = process(clock);
          const now = Date.parse((await time.now(stake)).now);
          if (now < last) throw new Error(`${now - last} ms earlier than before`);
          if (now < from + passed) throw new Error(`${now - from - passed} ms late`);
          const early = now - from - passed;
          if (early > passed / 60 + moves.length) throw new Error(`${early} ms early after ${passed}`);
          last = now;
        }
      }),
      {numRuns: 60},
    );
    t.pass();
  });

  test(`${kind}: the time a machine was off is believed up to an hour for a cancellation, up to a day for a retention run`, async t => {
    const {clock, entries, process} = await open(t, kind);
    t.deepEqual(await doubts(process()), {cancellation: null, retention: null});
    clock.restart(50 * minute);
    t.deepEqual(await doubts(process()), {cancellation: null, retention: null});
    const on = async (stake: Stake) => Date.parse((await process().now(stake)).now) - Date.parse(begin);
    for (const night of [1, 2, 3]) {
      clock.advance(16 * hour);
      await doubts(process());
      clock.restart(8 * hour);
      t.deepEqual(await doubts(process()), {cancellation: 'ahead', retention: null}, 'night after night');
      t.is(await on('retention'), 50 * minute + night * day);
      t.is(await on('cancellation'), 50 * minute + night * 16 * hour, 'what surely passed');
    }
    clock.advance(hour);
    clock.restart(3 * day);
    t.deepEqual(await doubts(process()), {cancellation: 'ahead', retention: 'ahead'});
    const {doubt} = await process().now('retention');
    t.regex(doubt?.words ?? '', /^The clock of this server is 3 days ahead of .*, or the server was off\.$/);
    await process().confirm(clock.iso(), 'ada');
    t.deepEqual(await doubts(process()), {cancellation: null, retention: null});
    t.is((await process().now('cancellation')).now, clock.iso());
    t.deepEqual(
      entries.map(({actorId, action, detail}) => [actorId, action, detail['doubted']]),
      [
        [null, 'clock.doubted', {cancellation: 'ahead'}],
        [null, 'clock.doubted', {cancellation: 'ahead', retention: 'ahead'}],
        ['ada', 'clock.confirmed', undefined],
      ],
    );
  });

  test(`${kind}: nodes share the latest time, each doubts its own clock, and a doubt is on record once however many ask`, async t => {
    const {clock: first, entries, process} = await open(t, kind);
    const second = createTestClock(begin);
    const [one, two] = [process(first), process(second)];
    const both = (move: (clock: TestClock) => void): void => [first, second].forEach(clock => move(clock));
    await Promise.all([doubts(one), doubts(two)]);
    both(clock => clock.advance(day));
    second.jump(8 * minute);
    await two.now('retention');
    const {now} = await two.now('cancellation');
    t.is(now, '2026-11-29T08:08:00.000Z', 'eight minutes within a day are followed');
    t.is((await one.now('cancellation')).now, now);
    second.jump(40 * day);
    await Promise.all(Array.from({length: 10}, () => doubts(two)));
    t.deepEqual(await doubts(one), {cancellation: null, retention: null});
    t.is((await two.now('cancellation')).now, now);
    second.jump(-40 * day);
    await Promise.all(Array.from({length: 10}, () => doubts(two)));
    first.jump(-20 * hour);
    t.deepEqual(await doubts(one), {cancellation: 'behind', retention: 'behind'});
    t.is((await one.now('retention')).now, now);
    t.deepEqual(
      entries.map(({action}) => action),
      ['clock.doubted', 'clock.right_again', 'clock.doubted'],
    );
    await t.throwsAsync(one.confirm(now, 'ada'), {code: 'operations.clock_moved'});
    await one.confirm(first.iso(), 'ada');
    t.is((await one.now('retention')).now, first.iso());
    t.deepEqual(
      await doubts(two),
      {cancellation: 'ahead', retention: null},
      'it is asked what it knows better',
    );
  });

  /** As the two guards before left their tables. */
  const before = async (
    {db}: Storage,
    rows: {seen?: {at: string; doubted?: string}; mark?: {at: string; boot: string; up: number}},
  ): Promise<void> => {
    await db.schema.dropTable('operations_time');
    await db.schema.createTable('privacy_trusted_time', table => {
      table.integer('id').primary();
      table.text('seen_at').notNullable();
      for (const name of ['suspicious_since', 'confirmed_by', 'confirmed_at']) table.text(name);
    });
    await db.schema.createTable('licensing_time', table => {
      table.text('boot_id').primary();
      table.text('trusted_at').notNullable();
      table.double('up_seconds').notNullable();
    });
    const {seen, mark} = rows;
    if (seen) {
      const row = {id: 1, seen_at: seen.at, suspicious_since: seen.doubted ?? null};
      await db('privacy_trusted_time').insert(row);
    }
    if (mark)
      await db('licensing_time').insert({boot_id: mark.boot, trusted_at: mark.at, up_seconds: mark.up});
    await db('storage_migrations').where({name: '0027-trusted-time'}).delete();
  };
  const later = (milliseconds: number): string => new Date(Date.parse(begin) + milliseconds).toISOString();

  test(`${kind}: an upgrade makes no clock doubted, and forgets no doubt and no time`, async t => {
    const place = await open(t, kind);
    const {clock, entries, process} = place;
    const upgrade = async (rows: Parameters<typeof before>[1]) => {
      await before(place.storage, rows);
      await place.reopen();
      t.false(await place.storage.db.schema.hasTable('privacy_trusted_time'));
      t.false(await place.storage.db.schema.hasTable('licensing_time'));
      return doubts(process());
    };
    const none = {cancellation: null, retention: null};
    t.deepEqual(await upgrade({}), none, 'nothing was known');

    const markNow = (ago = 0) => {
      const {id, seconds} = clock.boot();
      return {boot: id, up: seconds - ago / 1000};
    };
    // both agree, the machine ran on while the appliance was stopped for three hours
    let mark = {...markNow(4 * minute), at: later(-4 * minute)};
    clock.advance(3 * hour);
    t.deepEqual(await upgrade({seen: {at: begin}, mark}), none);
    t.is((await process().now('cancellation')).now, later(3 * hour));
    t.is((await process().now('retention')).now, later(3 * hour));

    // the machine had been off for five hours, which retention believed
    mark = {...markNow(), at: later(-2 * hour)};
    t.deepEqual(await upgrade({seen: {at: later(3 * hour)}, mark}), {...none, cancellation: 'ahead'});

    // set forward, and doubted: it is still, with no time gained; set right, that is on record
    mark = {...markNow(), at: later(3 * hour)};
    clock.jump(200 * day);
    entries.splice(0);
    const doubted = {seen: {at: later(3 * hour), doubted: later(3 * hour)}, mark};
    t.deepEqual(await upgrade(doubted), {cancellation: 'ahead', retention: 'ahead'});
    t.is((await process().now('retention')).now, later(3 * hour));
    clock.jump(-200 * day);
    t.deepEqual(await doubts(process()), none);
    t.is(entries.at(-1)?.action, 'clock.right_again');
    // set right while it was upgraded
    entries.splice(0);
    t.deepEqual(await upgrade(doubted), none);
    t.deepEqual(
      entries.map(({action}) => action),
      ['clock.right_again'],
    );

    // from a version that kept no time at all: the newest entry of the audit log tells
    const entry = {index: 1, id: newId(), at: clock.iso(), actor_kind: 'system', action: 'x', leaf_hash: 'x'};
    await place.storage.db('audit_leaves').insert(entry);
    clock.restart(20 * hour);
    t.deepEqual(await upgrade({}), none);
    clock.jump(10 * hour);
    t.deepEqual(await upgrade({}), {...none, retention: 'ahead'});
  });
}
