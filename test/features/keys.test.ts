import {randomBytes} from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {type Clock, createTestClock, systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {openPostgres, openSqlite} from '../../appliance/storage/database.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {restoreKeys} from '../../appliance/storage/key-restore.ts';
import {changeMaster} from '../../appliance/storage/master-change.ts';
import {keyStoreFileKey} from '../../appliance/storage/wrapped.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase, temporaryDirectory} from '../helpers/databases.ts';
import {keyWork} from '../helpers/key-work.ts';

type Place = {directory: string; database: string; master: Buffer};
const open = (place: Place, clock: Clock = systemClock): Promise<Storage> =>
  openStorage({...place, clock, tables: allTables});

/** The key store's own rows, as they stand. */
const keyDatabase = ({directory, database, master}: Place) =>
  database === 'sqlite'
    ? openSqlite({filename: join(directory, 'keys/key-store.sqlite'), key: keyStoreFileKey(master)})
    : openPostgres(database, 'crowlit_keys');
const rootsOf = async (place: Place): Promise<{id: string; kind: string; retired_at: string | null}[]> => {
  const db = await keyDatabase(place);
  const rows = await db('keystore_roots').orderBy('id');
  await db.destroy();
  return rows;
};

const people = async (storage: Storage, count: number): Promise<Map<string, string>> => {
  const ids = Array.from({length: count}, () => newId());
  await Promise.all(ids.map(id => storage.keys.create(id)));
  return held(storage, ids);
};
const held = async (storage: Storage, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map([...(await storage.keys.find(ids))].map(([id, key]) => [id, key.toString('hex')]));

for (const kind of databaseKinds) {
  test.serial(
    `${kind}: the wrapping key changes, the old one is destroyed, and every person's key is the same`,
    async t => {
      const place = await freshDatabase(t, kind);
      const storage = await open(place);
      const before = await people(storage, 700);
      const first = await storage.rotation.begin('somebody');
      t.is((await storage.rotation.begin('another')).id, first.id, 'one at a time');
      const [gone] = before.keys();
      await storage.keys.destroy([gone as string]);
      before.delete(gone as string);
      t.true(await storage.rotation.resume());
      t.false(await storage.rotation.resume(), 'nothing is left to do');
      const {rotations, persons} = await storage.rotation.state();
      t.like(rotations[0], {state: 'done', started_by: 'somebody', total: 701, done: 701});
      t.is(persons, 700);
      await storage.close();
      const wrapping = (await rootsOf(place)).filter(row => row.kind === 'wrapping');
      t.is(wrapping.length, 1);
      t.is(wrapping[0]?.id, first.to_id ?? '');
      const again = await open(place);
      t.deepEqual(await held(again, [...before.keys(), gone as string]), before);
      await again.close();
    },
  );

  test.serial(
    `${kind}: killed at any moment of a change, the next start goes on and nobody's key is lost`,
    async t => {
      const place = await freshDatabase(t, kind);
      const first = await open(place);
      const before = await people(first, 1500);
      await first.close();
      let ended = 0;
      await fc.assert(
        fc.asyncProperty(fc.integer({min: 0, max: 250}), async killAfter => {
          if (await keyWork('rotate', place, {killAfter})) ended += 1;
          const storage = await open(place);
          t.deepEqual(await held(storage, [...before.keys()]), before);
          await storage.close();
        }),
        {numRuns: 6, endOnFailure: true},
      );
      // the lease of who was killed ends by itself: another process takes over half a minute later
      const clock = createTestClock(new Date(Date.now() + 60_000).toISOString());
      const storage = await open(place, clock);
      if (await storage.rotation.running()) t.true(await storage.rotation.resume());
      t.is(await storage.rotation.running(), undefined);
      t.deepEqual(await held(storage, [...before.keys()]), before);
      await storage.close();
      t.is(
        (await rootsOf(place)).filter(row => row.kind === 'wrapping').length,
        1,
        `${ended} ended unharmed`,
      );
    },
  );

  test.serial(
    `${kind}: a copy of the key store brings back what was lost, and nobody who was erased`,
    async t => {
      const clock = createTestClock('2026-11-24T08:00:00.000Z');
      const place = await freshDatabase(t, kind);
      const storage = await open(place, clock);
      const all = await people(storage, 30);
      const [erased, lost] = [...all.keys()] as [string, string];
      await storage.rotation.begin(null);
      const copy = await storage.copies.make();
      await storage.rotation.resume();
      t.is(copy.persons, 31);
      clock.advance(60_000);
      await storage.keys.destroy([erased]);
      t.is(await storage.copies.lastKeyCopyEnds(clock.iso()), copy.ends_at);
      t.is(copy.ends_at, '2026-12-01T08:00:00.000Z');
      await storage.close();
      const db = await keyDatabase(place);
      await db('keystore_persons').where({person_id: lost}).delete();
      await db.destroy();
      const [name] = readdirSync(join(place.directory, 'keys/backups'));
      const file = join(place.directory, 'keys/backups', name as string);
      t.false(readFileSync(file).includes('SQLite format'));
      await t.throwsAsync(restoreKeys({...place, file, clock, master: randomBytes(32)}), {
        code: 'storage.copy_other_master',
      });
      t.deepEqual(await restoreKeys({...place, file, clock}), {restored: 1, present: 29, erased: 1});
      const back = await open(place, clock);
      all.delete(erased);
      t.deepEqual(await held(back, [erased, ...all.keys()]), all);
      await back.close();
    },
  );

  test.serial(
    `${kind}: a key store that is gone is made anew from its copy; the list beside it keeps erased persons erased`,
    async t => {
      const clock = createTestClock('2026-11-24T08:00:00.000Z');
      const place = await freshDatabase(t, kind);
      const storage = await open(place, clock);
      const all = await people(storage, 5);
      const [erased] = [...all.keys()] as [string];
      await storage.copies.make();
      clock.advance(60_000);
      await storage.keys.destroy([erased]);
      await storage.close();
      if (kind === 'sqlite') rmSync(join(place.directory, 'keys/key-store.sqlite'));
      else {
        const db = await openPostgres(place.database, 'crowlit_keys');
        await db.raw('drop schema crowlit_keys cascade');
        await db.destroy();
      }
      await t.throwsAsync(
        open(place, clock),
        {code: 'storage.key_store_missing'},
        'no new keys for old data',
      );
      const [name] = readdirSync(join(place.directory, 'keys/backups'));
      const file = join(place.directory, 'keys/backups', name as string);
      t.deepEqual(await restoreKeys({...place, file, clock}), {restored: 5, present: 0, erased: 1});
      const back = await open(place, clock);
      all.delete(erased);
      t.deepEqual(await held(back, [erased, ...all.keys()]), all);
      await back.close();
    },
  );

  test.serial(`${kind}: a copy and its key are destroyed after seven days`, async t => {
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const place = await freshDatabase(t, kind);
    const storage = await open(place, clock);
    const [person] = (await people(storage, 1)).keys() as unknown as [string];
    for (let day = 0; day < 3; day++) {
      await storage.copies.make();
      clock.advance(86_400_000);
    }
    const names = (folder: string) => readdirSync(join(place.directory, 'keys', folder)).length;
    t.deepEqual([names('backups'), names('backup-keys')], [3, 3]);
    await storage.keys.destroy([person]);
    const erasedAt = clock.iso();
    t.is(await storage.copies.lastKeyCopyEnds(erasedAt), '2026-12-03T08:00:00.000Z', 'that of the last day');
    clock.advance(5 * 86_400_000 - 60_000);
    t.is(await storage.copies.prune(), 1);
    t.is(await storage.copies.prune(), 0);
    clock.advance(60_000);
    t.is(await storage.copies.prune(), 1, 'to the minute');
    t.deepEqual([names('backups'), names('backup-keys')], [1, 1]);
    const stray = join(place.directory, 'stray');
    cpSync(join(place.directory, 'keys/backups'), stray, {recursive: true});
    clock.advance(3 * 86_400_000);
    await storage.copies.prune();
    t.deepEqual([names('backups'), names('backup-keys')], [0, 0]);
    t.is(await storage.copies.lastKeyCopyEnds(erasedAt), erasedAt, 'no copy is left');
    t.is(
      readFileSync(join(place.directory, 'keys/erased'), 'utf8'),
      '',
      'and nobody has to be named any more',
    );
    await storage.close();
    const file = join(stray, readdirSync(stray)[0] as string);
    await t.throwsAsync(restoreKeys({...place, file, clock}), {code: 'storage.copy_over'});
  });

  test.serial(`${kind}: a copy killed half-way leaves no key behind at the next look`, async t => {
    const place = await freshDatabase(t, kind);
    const first = await open(place);
    await people(first, 3000);
    await first.close();
    await keyWork('copy', place, {killAfter: 30});
    const storage = await open(place);
    await storage.copies.prune();
    const whole = (await storage.copies.list()).filter(({state}) => state === 'kept').length;
    for (const folder of ['backups', 'backup-keys']) {
      const path = join(place.directory, 'keys', folder);
      t.is(existsSync(path) ? readdirSync(path).length : 0, whole, folder);
    }
    await storage.close();
  });

  test.serial(`${kind}: another master key opens what is stored, and the old one no more`, async t => {
    const place = await freshDatabase(t, kind);
    const storage = await open(place);
    const before = await people(storage, 20);
    const to = randomBytes(32);
    const change = {...place, from: place.master, to, clock: systemClock};
    await t.throwsAsync(changeMaster(change), {code: 'storage.in_use'}, 'not while it runs');
    await storage.close();
    await t.throwsAsync(changeMaster({...change, from: randomBytes(32)}), {code: 'storage.wrong_key'});
    t.is(await changeMaster(change), 'changed');
    t.is(await changeMaster(change), 'already');
    await t.throwsAsync(open(place), {code: 'storage.wrong_key'});
    const again = await open({...place, master: to});
    t.deepEqual(await held(again, [...before.keys()]), before);
    t.like((await again.rotation.unreported())[0], {kind: 'master'});
    await again.close();
    t.deepEqual(
      readdirSync(join(place.directory, 'keys')).filter(name => /next|old/.test(name)),
      [],
    );
  });

  test.serial(
    `${kind}: killed at any moment of a change of the master key, exactly one of the two opens`,
    async t => {
      const place = await freshDatabase(t, kind);
      const first = await open(place);
      const before = await people(first, 50);
      await first.close();
      let master = place.master;
      await fc.assert(
        fc.asyncProperty(fc.integer({min: 0, max: 400}), async killAfter => {
          const to = randomBytes(32);
          const ended = await keyWork('master', {...place, master}, {killAfter, to});
          const opened: Buffer[] = [];
          for (const key of [master, to]) {
            try {
              const storage = await open({...place, master: key});
              t.deepEqual(await held(storage, [...before.keys()]), before);
              await storage.close();
              opened.push(key);
            } catch (error) {
              t.is((error as {code?: string}).code, 'storage.wrong_key');
            }
          }
          t.is(opened.length, 1);
          if (ended) t.true(opened[0]?.equals(to));
          if (opened[0]?.equals(master)) {
            // run again, it goes on
            t.true(await keyWork('master', {...place, master}, {to}));
          }
          master = to;
        }),
        {numRuns: 5, endOnFailure: true},
      );
      const last = await open({...place, master});
      t.deepEqual(await held(last, [...before.keys()]), before);
      await last.close();
    },
  );
}

test.serial('postgres: a node that knows only the old wrapping key learns the new one by itself', async t => {
  const first = await freshDatabase(t, 'postgres');
  const [one, two] = await Promise.all([open(first), open({...first, directory: temporaryDirectory(t)})]);
  const before = await people(one, 300);
  await one.rotation.begin(null);
  const late = await people(two, 1);
  t.true(await one.rotation.resume());
  t.deepEqual(await held(two, [...before.keys()]), before, 'reads what was moved');
  const fresh = await people(two, 1);
  t.deepEqual(await held(one, [...fresh.keys(), ...late.keys()]), new Map([...fresh, ...late]));
  await Promise.all([one.close(), two.close()]);
  const db = await keyDatabase(first);
  const used = await db('keystore_persons').distinct('wrapping_id');
  t.is(used.length, 1);
  await db.destroy();
});

test.serial(
  'postgres: two nodes at one change do each batch once, and the one that waits goes on when the other is gone',
  async t => {
    const first = await freshDatabase(t, 'postgres');
    const [one, two] = await Promise.all([open(first), open({...first, directory: temporaryDirectory(t)})]);
    const before = await people(one, 2000);
    const [mine, theirs] = await Promise.all([one.rotation.begin('one'), two.rotation.begin('two')]);
    t.is(mine.id, theirs.id);
    await Promise.all([one.rotation.resume(), two.rotation.resume()]);
    t.is(await one.rotation.running(), undefined);
    t.like((await one.rotation.state()).rotations[0], {done: 2001, total: 2001});
    t.deepEqual(await held(two, [...before.keys()]), before);
    await Promise.all([one.close(), two.close()]);
  },
);

test.serial(
  'sqlite: the file has another key after the next start, and of the old file nothing is left',
  async t => {
    const place = await freshDatabase(t, 'sqlite');
    const file = join(place.directory, 'appliance.sqlite');
    const storage = await open(place);
    const before = await people(storage, 3);
    await storage.db('jobs_runs').insert({name: 'a row', slot: '1', started_at: 'x', lease_owner: 'y'});
    const ordered = await storage.fileKey?.order('somebody');
    t.is((await storage.fileKey?.order('another'))?.id, ordered?.id);
    await storage.close();
    const old = readFileSync(file);
    const oldRoot = (await rootsOf(place)).find(row => row.kind === 'file')?.id;
    const shown: number[] = [];
    const again = await openStorage({
      ...place,
      clock: systemClock,
      tables: allTables,
      onCopying: (done, total) => shown.push(done / total),
    });
    t.is(shown.at(-1), 1);
    t.is((await again.db('jobs_runs').where({name: 'a row'})).length, 1);
    t.deepEqual(await held(again, [...before.keys()]), before);
    t.like((await again.rotation.unreported())[0], {kind: 'file', state: 'done', started_by: 'somebody'});
    await again.close();
    const roots = (await rootsOf(place)).filter(row => row.kind.startsWith('file'));
    t.deepEqual(
      roots.map(({kind}) => kind),
      ['file'],
    );
    t.not(roots[0]?.id, oldRoot);
    t.deepEqual(
      readdirSync(place.directory).filter(name => name.startsWith('appliance')),
      ['appliance.sqlite'],
    );
    // the old file does not open with what is in the key store now
    writeFileSync(file, old);
    await t.throwsAsync(open(place), {code: 'storage.wrong_key'});
  },
);

test.serial('sqlite: each step of the change of the file’s key can be the last before a crash', async t => {
  const place = await freshDatabase(t, 'sqlite');
  const file = join(place.directory, 'appliance.sqlite');
  const first = await open(place);
  await first.db('jobs_runs').insert({name: 'a row', slot: '1', started_at: 'x', lease_owner: 'y'});
  await first.fileKey?.order(null);
  await first.close();
  const state = async () => {
    const db = await keyDatabase(place);
    const row = await db('keystore_rotations').where({kind: 'file'}).first('state');
    await db.destroy();
    return row.state as string;
  };
  // copied, and nothing said of it yet
  const failing = openStorage({
    ...place,
    clock: systemClock,
    tables: allTables,
    onCopying: (done, total) => {
      if (done === total && existsSync(`${file}.next`)) throw new Error('power went out');
    },
  });
  await t.throwsAsync(failing, {message: 'power went out'});
  t.is(await state(), 'copying');
  // the copy is whole, and has not the file's name yet: a folder is in the way of the step after it
  mkdirSync(`${file}.old`);
  await t.throwsAsync(open(place));
  t.is(await state(), 'switching');
  rmdirSync(`${file}.old`);
  // it has the file's name, and the key store does not know
  renameSync(`${file}.next`, file);
  // and the old file cannot be removed
  mkdirSync(`${file}.next-wal`);
  await t.throwsAsync(open(place));
  t.is(await state(), 'removing');
  rmdirSync(`${file}.next-wal`);
  const last = await open(place);
  t.is(await state(), 'done');
  t.is((await last.db('jobs_runs').where({name: 'a row'})).length, 1);
  await last.close();
  t.deepEqual(
    readdirSync(place.directory).filter(name => name.startsWith('appliance')),
    ['appliance.sqlite'],
  );
});

test.serial(
  'sqlite: killed at any moment of the copying, the next start ends it and every row is there',
  async t => {
    const place = await freshDatabase(t, 'sqlite');
    const first = await open(place);
    const rows = Array.from({length: 20_000}, (_, index) => ({
      name: `row ${index} ${'x'.repeat(200)}`,
      slot: String(index),
      started_at: 'x',
      lease_owner: 'y',
    }));
    for (let at = 0; at < rows.length; at += 100)
      await first.db('jobs_runs').insert(rows.slice(at, at + 100));
    await first.close();
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 100, max: 3000}), async killAfter => {
        const before = await open(place);
        await before.fileKey?.order(null);
        await before.close();
        if (await keyWork('open', place, {killAfter})) ended += 1;
        const after = await open(place);
        t.is(Number((await after.db('jobs_runs').count({n: '*'}).first())?.['n']), rows.length);
        t.is(await after.fileKey?.open(), undefined);
        await after.close();
        t.deepEqual(
          readdirSync(place.directory).filter(name => name.startsWith('appliance')),
          ['appliance.sqlite'],
        );
      }),
      {numRuns: 6, endOnFailure: true},
    );
    t.log(`${ended} of 6 came to their end`);
    t.is((await rootsOf(place)).filter(row => row.kind.startsWith('file')).length, 1);
  },
);

test.serial('sqlite: a copy of the key store from before a change of the file’s key is refused', async t => {
  const place = await freshDatabase(t, 'sqlite');
  const storage = await open(place);
  await storage.copies.make();
  await storage.fileKey?.order(null);
  await storage.close();
  await (await open(place)).close();
  const folder = join(place.directory, 'keys/backups');
  const file = join(folder, readdirSync(folder)[0] as string);
  renameSync(join(place.directory, 'keys/key-store.sqlite'), join(place.directory, 'aside'));
  await t.throwsAsync(restoreKeys({...place, file, clock: systemClock}), {
    code: 'storage.copy_older_file_key',
  });
  t.false(existsSync(join(place.directory, 'keys/key-store.sqlite')));
});
