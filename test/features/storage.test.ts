import {opensKeyStore} from '../../appliance/storage/master-check.ts';
import {randomBytes} from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {nextNumber, openStorage, type Storage, type StorageOptions} from '../../appliance/storage/index.ts';
import {migrate} from '../../appliance/storage/migrate.ts';
import {reveal} from '../../appliance/storage/opaque.ts';
import {blindIndex, newKey, seal, unseal} from '../../appliance/storage/seal.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';

const clock = createTestClock('2026-11-24T08:00:00.000Z');
const open = (options: Omit<StorageOptions, 'clock' | 'tables'>): Promise<Storage> =>
  openStorage({...options, clock, tables: allTables});

const canary = 'Zyxomma Petiolatum 4711';

const withMessage = async (storage: Storage, text: string) => {
  const visitor = newId();
  const conversation = newId();
  const id = newId();
  const at = clock.iso();
  await storage.keys.create(visitor);
  await storage.transaction(async trx => {
    await trx('conversations_visitors').insert({
      id: visitor,
      site_id: newId(),
      number: 1,
      locale: 'en',
      created_at: at,
    });
    await trx('conversations_conversations').insert({
      id: conversation,
      number: nextNumber(trx, 'conversations_conversations', 'number'),
      visitor_id: visitor,
      site_id: newId(),
      locale: 'en',
      state: 'ai',
      last_seq: 1,
      visitor_read: 0,
      agent_read: 0,
      created_at: at,
      updated_at: at,
    });
    const {number} = (await trx('conversations_conversations').where({id: conversation}).first('number')) as {
      number: number;
    };
    await trx('conversations_messages').insert(
      await storage.personal.seal('conversations_messages', [
        {
          id,
          conversation_number: number,
          conversation_id: conversation,
          visitor_id: visitor,
          seq: 1,
          client_id: 'a',
          author_kind: 'visitor',
          text,
          at,
        },
      ]),
    );
  });
  return {visitor, conversation, id};
};

for (const kind of databaseKinds) {
  test(`${kind}: what was stored is there after a restart, and only a reader with a purpose sees it`, async t => {
    const options = await freshDatabase(t, kind);
    const first = await open(options);
    const {visitor, conversation} = await withMessage(first, canary);
    await first.close();
    const storage = await open(options);
    const rows = await storage.db('conversations_messages').where({conversation_id: conversation});
    t.is(JSON.stringify(rows[0].text_sealed), '"[personal]"');
    t.is(String(rows[0].text_sealed), '[personal]');
    const [opened] = await storage.personal
      .reader('service')
      .open<{text: string}>('conversations_messages', rows);
    t.is(opened?.text, canary);
    await t.throwsAsync(storage.personal.reader('security').open('conversations_messages', rows), {
      code: 'privacy.purpose_refused',
    });
    await storage.keys.destroy([visitor]);
    const [erased] = await storage.personal
      .reader('service')
      .open<{text: string | null}>('conversations_messages', rows);
    t.is(erased?.text, null);
    await t.throwsAsync(
      storage.personal.seal('conversations_messages', [{id: newId(), visitor_id: visitor, text: 'x'}]),
      {
        code: 'storage.person_erased',
      },
    );
    await storage.close();
  });

  test(`${kind}: a sealed value that was moved to another row or changed is refused`, async t => {
    const storage = await open(await freshDatabase(t, kind));
    const {conversation, id} = await withMessage(storage, canary);
    const service = storage.personal.reader('service');
    const rows = await storage.db('conversations_messages').where({conversation_id: conversation});
    await t.throwsAsync(service.open('conversations_messages', [{...rows[0], id: newId()}]), {
      code: 'storage.unsealable',
    });
    const sealed = Buffer.from(reveal(rows[0].text_sealed) as Buffer);
    sealed[sealed.length - 1] = (sealed.at(-1) as number) ^ 1;
    await storage.db('conversations_messages').where({id}).update({text_sealed: sealed});
    const changed = await storage.db('conversations_messages').where({id});
    await t.throwsAsync(service.open('conversations_messages', changed), {code: 'storage.unsealable'});
    await storage.close();
  });

  test(`${kind}: the wrong master key is refused, and nothing is touched`, async t => {
    const options = await freshDatabase(t, kind);
    const storage = await open(options);
    const {conversation} = await withMessage(storage, canary);
    await storage.close();
    const error = await t.throwsAsync(open({...options, master: randomBytes(32)}), {
      code: 'storage.wrong_key',
    });
    t.regex(error.message, /nothing was changed/);
    const again = await open(options);
    t.is((await again.db('conversations_messages').where({conversation_id: conversation})).length, 1);
    t.true(await opensKeyStore(options), 'found out without opening it');
    t.false(await opensKeyStore({...options, master: randomBytes(32)}));
    await again.close();
    t.true(await opensKeyStore(options));
  });

  test(`${kind}: a schema that a newer version wrote is refused`, async t => {
    const options = await freshDatabase(t, kind);
    const storage = await open(options);
    await storage.db('storage_migrations').insert({name: '9999-from-the-future', applied_at: clock.iso()});
    await storage.close();
    const error = await t.throwsAsync(open(options), {code: 'storage.newer_schema'});
    t.regex(error.message, /9999-from-the-future/);
  });

  test(`${kind}: a migration that fails in the middle leaves nothing behind`, async t => {
    const storage = await open(await freshDatabase(t, kind));
    const broken = [
      {
        name: 'a',
        up: async (trx: Parameters<Parameters<Storage['transaction']>[0]>[0]) =>
          trx.schema.createTable('half', table => void table.text('id')),
      },
      {name: 'b', up: async () => Promise.reject(new Error('power went out'))},
    ];
    await t.throwsAsync(migrate({db: storage.db, clock, table: 'trial_migrations', migrations: broken}), {
      message: 'power went out',
    });
    t.false(await storage.db.schema.hasTable('half'));
    t.false(await storage.db.schema.hasTable('trial_migrations'));
    await storage.close();
  });
}

test('sqlite: no word of a visitor and no key stands in any file of the data directory', async t => {
  const options = await freshDatabase(t, 'sqlite');
  const storage = await open(options);
  for (let index = 0; index < 50; index++) await withMessage(storage, `${canary} ${index}`);
  const look = (directory: string): string[] =>
    readdirSync(directory).flatMap(name => {
      const path = join(directory, name);
      if (statSync(path).isDirectory()) return look(path);
      const content = readFileSync(path);
      return [canary, 'conversations_messages', 'SQLite format 3'].filter(
        needle => content.includes(needle) && !(needle === 'SQLite format 3' && name === 'in-use'),
      );
    });
  t.deepEqual(look(options.directory), []);
  t.is(statSync(join(options.directory, 'keys')).mode & 0o777, 0o700);
  await storage.close();
});

test('a folder that other users may enter is closed to them, or refused', async t => {
  const options = await freshDatabase(t, 'sqlite');
  mkdirSync(join(options.directory, 'keys'), {recursive: true, mode: 0o755});
  chmodSync(options.directory, 0o755);
  await (await open(options)).close();
  for (const folder of [options.directory, join(options.directory, 'keys')])
    t.is(statSync(folder).mode & 0o777, 0o700);
  // what is another user's can be entered and cannot be closed
  chmodSync(options.directory, 0o777);
  chmodSync(dirname(options.directory), 0o755);
  if (process.getuid?.() !== 0) return t.log('LEFT OUT: only root can become another user');
  process.seteuid?.(65_534);
  try {
    const error = await t.throwsAsync(open(options), {code: 'storage.folder_open'});
    t.regex(error.message, /chmod 700/);
  } finally {
    process.seteuid?.(0);
  }
});

test('sqlite: of a key that is destroyed no older version stays beside the database', async t => {
  const options = await freshDatabase(t, 'sqlite');
  const storage = await open(options);
  const [gone, stays] = [newId(), newId()];
  await storage.keys.create(gone);
  await storage.keys.create(stays);
  const log = join(options.directory, 'keys', 'key-store.sqlite-wal');
  t.true(statSync(log).size > 0);
  await storage.keys.destroy([gone]);
  t.is(statSync(log).size, 0);
  t.deepEqual([...(await storage.keys.find([gone, stays])).keys()], [stays]);
  await storage.close();
});

test('sqlite: a damaged file is named as such', async t => {
  const options = await freshDatabase(t, 'sqlite');
  const storage = await open(options);
  for (let index = 0; index < 20; index++) await withMessage(storage, 'x'.repeat(2000));
  await storage.close();
  const file = join(options.directory, 'appliance.sqlite');
  const handle = openSync(file, 'r+');
  for (let page = 1; page < statSync(file).size / 4096; page++)
    writeSync(handle, randomBytes(64), 0, 64, page * 4096 + 100);
  closeSync(handle);
  const error = await t.throwsAsync(open(options));
  t.true(
    ['storage.corrupt', 'storage.wrong_key'].includes((error as {code?: string}).code ?? ''),
    String(error),
  );
});

test('sqlite: data without its key store is refused', async t => {
  const options = await freshDatabase(t, 'sqlite');
  mkdirSync(options.directory, {recursive: true});
  const storage = await open(options);
  await storage.close();
  const {rmSync} = await import('node:fs');
  rmSync(join(options.directory, 'keys'), {recursive: true});
  await t.throwsAsync(open(options), {code: 'storage.key_store_missing'});
});

test('sqlite: a second appliance on the same directory is refused while the first runs', async t => {
  const options = await freshDatabase(t, 'sqlite');
  const first = await open(options);
  await t.throwsAsync(open(options), {code: 'storage.in_use'});
  await first.close();
  await (await open(options)).close();
});

test('sealing: opens only with the same key, value and place', t => {
  fc.assert(
    fc.property(
      fc.uint8Array({maxLength: 300}),
      fc.string(),
      fc.string(),
      fc.nat(),
      (bytes, place, other, flip) => {
        const key = newKey();
        const sealed = seal(key, Buffer.from(bytes), place);
        t.deepEqual(unseal(key, sealed, place), Buffer.from(bytes));
        t.throws(() => unseal(newKey(), sealed, place));
        if (other !== place) t.throws(() => unseal(key, sealed, other));
        const changed = Buffer.from(sealed);
        const index = flip % changed.length;
        changed[index] = (changed[index] as number) ^ 0x80;
        t.throws(() => unseal(key, changed, place));
        t.throws(() => unseal(key, sealed.subarray(0, sealed.length - 1), place));
      },
    ),
    {numRuns: 200},
  );
});

test('blind indexes meet for equal values and differ for other keys', t => {
  const key = newKey();
  t.is(blindIndex(key, ' Ada@Example.com '), blindIndex(key, 'ada@example.com'));
  t.not(blindIndex(key, 'ada@example.com'), blindIndex(newKey(), 'ada@example.com'));
});

for (const kind of databaseKinds) {
  test(`${kind}: no query gives a personal column out under another name`, async t => {
    const storage = await open(await freshDatabase(t, kind));
    t.teardown(storage.close);
    const {db} = storage;
    const visitors = 'conversations_visitors';
    const id = newId();
    await db(visitors).insert({
      id,
      site_id: newId(),
      number: 7,
      locale: 'en',
      created_at: clock.iso(),
      ip_sealed: Buffer.from(canary),
    });
    const attempts: Record<string, () => Promise<unknown>> = {
      pluck: async () => db(visitors).pluck('ip_sealed'),
      alias: async () => db(visitors).select('ip_sealed as place'),
      'alias of first': async () => db(visitors).first({place: 'ip_sealed'}),
      max: async () => db(visitors).max('ip_sealed'),
      'max by another name': async () => db(visitors).max({newest: 'ip_sealed'}).first(),
      raw: async () => db.raw(`select ip_sealed place from ${visitors}`),
      'raw expression': async () => db(visitors).select(db.raw(`'' || ip_sealed as x`)),
      'raw comment': async () => db.raw(`select/**/ip_sealed as x from ${visitors}`),
      inner: async () => db.select('x').from(db(visitors).select('ip_sealed as x').as('q')),
      union: async () => db(visitors).select('locale').union(db(visitors).select('ip_sealed')),
      with: async () => db.raw(`with q(x) as (select ip_sealed from ${visitors}) select x from q`),
      returning: async () => db(visitors).where({id}).update({number: 8}).returning('ip_sealed as x'),
      'in a transaction': async () => storage.transaction(async trx => trx(visitors).pluck('ip_sealed')),
    };
    for (const [how, attempt] of Object.entries(attempts)) {
      const result = await attempt().then(
        rows => JSON.stringify(rows),
        (error: unknown) => (error as {code?: string}).code,
      );
      t.is(result, 'storage.personal_renamed', how);
    }
    t.is((await db(visitors).where({id}).first('number')).number, 7, 'what is refused is not done');
    const concealed: Record<string, unknown> = {
      itself: await db(visitors)
        .where({ip_sealed: Buffer.from(canary)})
        .select('id', 'ip_sealed')
        .orderBy('ip_sealed'),
      'of a table': await db(`${visitors} as v`).select('v.ip_sealed', 'v.id'),
      everything: await db(visitors),
      returned: await db(visitors).where({id}).update({number: 9}).returning(['id', 'ip_sealed']),
      inserted: await db(visitors)
        .insert({
          id: newId(),
          site_id: newId(),
          number: 1,
          locale: 'en',
          created_at: clock.iso(),
          ip_sealed: Buffer.from(canary),
        })
        .returning('ip_sealed'),
    };
    for (const [how, rows] of Object.entries(concealed)) {
      const shown = JSON.stringify(rows);
      t.true(shown.includes('[personal]') && !shown.includes(canary), `${how}: ${shown}`);
    }
    t.is(Number((await db(visitors).count({n: 'ip_sealed'}).first())?.['n']), 2, 'how many is no content');
  });
}
