/** What stood plain of how visitors came is sealed by the upgrade, wherever it is cut off, and no plain copy stays beside it. */
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {openSqlite} from '../../appliance/storage/database.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {noPlainVisits} from '../../appliance/storage/migrations/0028-sealed-visits.ts';
import {keyStoreFileKey, masterWrap, openRoot, type RootRow} from '../../appliance/storage/wrapped.ts';
import {allTables} from '../../appliance/tables.ts';
import {decrypted, found} from '../helpers/canaries.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {keyWork} from '../helpers/key-work.ts';

const clock = createTestClock('2026-11-24T08:00:00.000Z');
const table = 'conversations_visitors';
const names = ['ip', 'device', 'browser'] as const;
const came = {ip: '198.51.100.173', device: 'tablet', browser: 'NAVER Whale Browser'};
type Place = Awaited<ReturnType<typeof freshDatabase>>;
type Came = {id: string; ip: string | null; device: string | null; browser: string | null};
const open = (place: Place) => openStorage({...place, clock, tables: allTables});

/** As the version before left it: plain columns, an index that names them, and visitors in them. */
const before = async (place: Place, count: number) => {
  const storage = await open(place);
  const {db} = storage;
  await db.raw('drop index conversations_visitors_usage');
  for (const name of names) {
    await db.raw(`alter table ${table} drop column ${name}_sealed`);
    await db.raw(`alter table ${table} add column ${name}_personal text`);
  }
  await db.raw(
    `create index conversations_visitors_usage on ${table} (created_at, id)
      where ip_personal is not null or page_sealed is not null or browser_personal is not null`,
  );
  await db('storage_migrations').where('name', 'like', '0028-%').delete();
  const ids = Array.from({length: count}, newId).toSorted();
  await Promise.all(ids.map(id => storage.keys.create(id)));
  await db.batchInsert(
    table,
    ids.map((id, at) => ({
      id,
      site_id: 'site',
      number: at + 1,
      locale: 'en',
      created_at: clock.iso(),
      // the second agreed to nothing
      ...(at === 1
        ? {}
        : {ip_personal: came.ip, device_personal: came.device, browser_personal: came.browser}),
    })),
    100,
  );
  return {storage, ids};
};
const visits = async ({db, personal}: Storage): Promise<Came[]> => {
  const rows = await db(table)
    .orderBy('number')
    .select('id', ...names.map(name => `${name}_sealed`));
  return personal.reader('usage').open<Came>(table, rows);
};

/** The table as it lies on the disk: every page under its key, or the file of the relation. */
const onDisk = async ({master, directory}: Place, storage: Storage): Promise<Buffer> => {
  if (storage.dialect === 'postgres') {
    await storage.db.raw('checkpoint');
    const {rows} = await storage.db.raw<{rows: {content: Buffer}[]}>(
      `select pg_read_binary_file(pg_relation_filepath('crowlit.${table}')) as content`,
    );
    return rows[0]?.content ?? Buffer.alloc(0);
  }
  const log = readFileSync(join(directory, 'appliance.sqlite-wal'));
  const keyDb = await openSqlite({
    filename: join(directory, 'keys/key-store.sqlite'),
    key: keyStoreFileKey(master),
  });
  const root: RootRow = await keyDb('keystore_roots').where({kind: 'file'}).first();
  await keyDb.destroy();
  const pages = decrypted(join(directory, 'appliance.sqlite'), openRoot(masterWrap(master), 'file', root));
  return Buffer.concat([pages, log]);
};

for (const kind of databaseKinds) {
  test(`${kind}: an upgrade that was cut off goes on, and leaves nothing plain`, async t => {
    const place = await freshDatabase(t, kind);
    const {storage, ids} = await before(place, 1300);
    const [first, second, third] = ids;
    await storage.keys.destroy([third as string]);
    t.deepEqual(
      found(came, await onDisk(place, storage)).toSorted(),
      ['browser', 'device', 'ip'],
      'they are there',
    );

    // the power goes out before the third batch
    const {db} = storage;
    for (const name of names)
      await db.raw(`alter table ${table} add column ${name}_sealed ${kind === 'sqlite' ? 'blob' : 'bytea'}`);
    await db('storage_migrations').insert({name: '0028-sealed-visits', applied_at: clock.iso()});
    let batches = 0;
    const cut = {
      find: (some: readonly string[]) =>
        ++batches > 2 ? Promise.reject(new Error('power went out')) : storage.keys.find(some),
    };
    await t.throwsAsync(noPlainVisits.prepare?.(db, cut) ?? Promise.resolve(), {message: 'power went out'});
    const counted = async (column: string) => Number((await db(table).count({n: column}).first())?.['n']);
    t.is(await counted('ip_sealed'), 999, 'two batches, less one who is erased');
    t.is(await counted('ip_personal'), 299);
    await storage.close();

    const upgraded = await open(place);
    const seen = await visits(upgraded);
    t.is(seen.length, 1300);
    const nothing = {ip: null, device: null, browser: null};
    for (const one of seen)
      t.deepEqual(one, {id: one.id, ...(one.id === second || one.id === third ? nothing : came)});
    t.is(
      await upgraded.db(table).whereNotNull('ip_sealed').where({id: third}).first('id'),
      undefined,
      'the erased stays erased',
    );
    const columns = Object.keys(await upgraded.db(table).columnInfo());
    t.deepEqual(
      columns.filter(name => name.endsWith('_personal')),
      [],
    );
    t.deepEqual(found(came, await onDisk(place, upgraded)), []);
    await upgraded.keys.destroy([first as string]);
    t.like((await visits(upgraded))[0], nothing);
    await upgraded.close();
  });

  if (kind === 'sqlite')
    test('sqlite: no older version of a row stays in the log beside the file', async t => {
      const place = await freshDatabase(t, kind);
      const {storage} = await before(place, 600);
      for (const name of names) await storage.db.raw(`alter table ${table} add column ${name}_sealed blob`);
      const log = join(place.directory, 'appliance.sqlite-wal');
      t.true(statSync(log).size > 0);
      await noPlainVisits.prepare?.(storage.db, storage.keys);
      t.is(statSync(log).size, 0);
      await storage.close();
    });

  test(`${kind}: killed at any moment of the upgrade, the next start has all of it`, async t => {
    const place = await freshDatabase(t, kind);
    const {storage} = await before(place, 6000);
    await storage.close();
    let kills = 0;
    for (let after = 60; !(await keyWork('open', place, {killAfter: after})); after = Math.round(after * 1.6))
      kills += 1;
    t.true(kills > 0, 'it was killed');
    const upgraded = await open(place);
    const seen = await visits(upgraded);
    t.is(
      seen.filter(
        ({ip, device, browser}) => ip === came.ip && device === came.device && browser === came.browser,
      ).length,
      5999,
    );
    await upgraded.close();
  });
}
