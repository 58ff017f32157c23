/**
 * After an erasure nothing of the person is anywhere: words seeded through the real ways in, and looked for in every file, in
 * the database as it is under its key, in a copy of the data from before, and in memory after a restart.
 */
import {cpSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import test from 'ava';
import knex from 'knex';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {openSqlite} from '../../appliance/storage/database.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {keyStoreFileKey, masterWrap, openRoot, type RootRow} from '../../appliance/storage/wrapped.ts';
import {allTables} from '../../appliance/tables.ts';
import {type Canaries, decrypted, found, inFiles, inMemory, readable} from '../helpers/canaries.ts';
import {openAgent, openVisitor, signIn} from '../helpers/clients.ts';
import {databaseKinds, freshDatabase, temporaryDirectory} from '../helpers/databases.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {connectReceiver, lowerTheBar} from '../helpers/leads.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';

const day = 86_400_000;
const erased: Canaries = {
  name: 'Zephyrine Quillfeather',
  email: 'zephyrine@petiolatum.example.com',
  phone: '660 5557391',
  company: 'Zyxomma Petiolatum',
  word: 'brontosaurine-4711',
  agentsWord: 'xylographic-0815',
  page: 'https://www.example.com/very-private-page-2342',
  address: '203.0.113.197',
  browser: 'NAVER Whale Browser',
};
/** What a person came with, as their browser says it. */
const came = {
  'x-forwarded-for': erased['address'] as string,
  'user-agent':
    'Mozilla/5.0 (Linux; Android 13; SM-T970) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36 Whale/3.1',
};
const visit = {ip: erased['address'], device: 'tablet', browser: erased['browser']};
const letter: Canaries = {
  userName: 'Quintessa Marmelstein',
  userEmail: 'quintessa@marmelstein.example.com',
};
const stays: Canaries = {stays: 'perpetual-inkwell-3141'};
const all = {...erased, ...letter};

/** Through the ways people and other machines come in. Returns whom to erase. */
const seed = async (t: Parameters<typeof connectReceiver>[0], appliance: Started) => {
  await lowerTheBar(appliance);
  const receiver = await connectReceiver(t, appliance);
  // a receiver that quotes what it was sent, and a mail server that quotes the address
  receiver.misbehave({kind: 'status', status: 500, body: `no such ${erased['email']}`}, 1);
  await (await appliance.administrator()).call('PUT', '/api/admin/usage', {
    collected: ['address', 'device', 'pages', 'time'],
    fullAddress: true,
    reason: 'Attacks on the login page are traced back to networks.',
  });
  const visitor = await openVisitor(appliance.base, await appliance.siteId(), {
    page: erased['page'] as string,
    headers: came,
  });
  const said = `Hello, I am ${erased['name']} of ${erased['company']}, mail me at ${erased['email']} or call +43 ${erased['phone']}. Our budget is around 40,000 euros a year, we are 250 people. About ${erased['word']}.`;
  await visitor.answerAfter((await visitor.say(said)).seq);
  await receiver.waitForRequests(1);
  const agent = await openAgent(appliance.base, await appliance.administrator());
  await visitor.askForPerson();
  await agent.accept(visitor.conversationId);
  await agent.say(visitor.conversationId, `About your ${erased['agentsWord']}, gladly.`);
  await agent.watch(visitor.conversationId);
  await agent.close();
  await visitor.close();
  const server = await startSmtpServer(t, {login: {user: 'crowlit', password: 'secret words'}});
  server.misbehave({at: 'RCPT', status: 550, text: `5.1.1 <${letter['userEmail']}> is nobody here`});
  const admin = await appliance.administrator();
  await admin.call('PUT', '/api/admin/mail', {
    host: '127.0.0.1',
    port: server.port,
    tls: 'starttls',
    user: 'crowlit',
    password: 'secret words',
    from: {name: 'Example Bank', address: 'console@example.com'},
    authority: server.certificate.trim(),
    region: 'eu',
    private: true,
  });
  await approveAll(appliance);
  const {user} = await admin.call<{user: {id: string}}>('POST', '/api/admin/users', {
    name: letter['userName'],
    email: letter['userEmail'],
    role: 'agent',
    languages: ['en'],
  });
  await server.until(() => server.pending() === 0);
  type Letters = {mails: {state: string}[]};
  while ((await admin.call<Letters>('GET', '/api/admin/mails')).mails[0]?.state !== 'failed');
  // lists and exports are looked at, as people do
  await admin.call('GET', '/api/agent/leads');
  await admin.request('GET', '/api/agent/leads.csv');
  return {visitorId: visitor.visitorId, userId: user.id};
};

/** As they lie in the key store. */
const wrappedKeys = async (
  {directory, master}: {directory: string; master: Buffer},
  ids: string[],
): Promise<Buffer[]> => {
  const db = await openSqlite({
    filename: join(directory, 'keys/key-store.sqlite'),
    key: keyStoreFileKey(master),
  });
  const rows: {wrapped: Buffer}[] = await db('keystore_persons').whereIn('person_id', ids).select('wrapped');
  await db.destroy();
  return rows.map(({wrapped}) => wrapped);
};

/** How somebody came, of a copy of the data, under the keys that are there. */
const visitOf = async ({db, personal}: Storage, id: string) => {
  const rows = await db('conversations_visitors')
    .where({id})
    .select('id', 'ip_sealed', 'device_sealed', 'browser_sealed');
  const [opened] = await personal.reader('privacy_rights').open<typeof visit>('conversations_visitors', rows);
  return opened;
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: an erased person is in no file, no page, no older copy of the data and no memory`,
    async t => {
      const place = await freshDatabase(t, database);
      const temporary = temporaryDirectory(t);
      const logs: string[] = [];
      const environment = {CROWLIT_LOG_LEVEL: 'debug', CROWLIT_BEHIND_PROXY: 'true', TMPDIR: temporary};
      const first = await startAppliance(t, {
        existing: place,
        process: 'child',
        environment,
        model: 'bundled',
      });
      first.child?.stderr?.on('data', (chunk: Buffer) => logs.push(chunk.toString()));
      const {visitorId, userId} = await seed(t, first);
      await first.stop();

      // the copy from before: in it everything is still there
      const before = join(temporaryDirectory(t), 'before');
      cpSync(place.directory, before, {recursive: true});
      const oldKeys = database === 'sqlite' ? join(before, 'keys') : '';
      const clock = createTestClock(new Date(Date.now() + 400 * day).toISOString());
      const opened = await openStorage({...place, clock, tables: allTables});
      const seen = found(all, await readable(opened, allTables));
      t.deepEqual(
        seen.toSorted(),
        Object.keys(all).toSorted(),
        'each canary is one: before the erasure it is read',
      );
      t.like(await visitOf(opened, visitorId), visit);
      await opened.close();
      const wrappedBefore = database === 'sqlite' ? await wrappedKeys(place, [visitorId, userId]) : [];

      // erased, as it is done today: the nightly run for the visitor, the key of the colleague
      const second = await startAppliance(t, {existing: place, clock, setUp: false});
      const staying = await second.visitor();
      await staying.say(`Hello, it is about ${stays['stays']}`);
      await staying.close();
      // a year has passed since anybody looked: somebody says that the clock is right, and what was held back follows
      await second.inside.time.confirm(clock.iso(), userId);
      const runs = second.inside.storage.db('privacy_retention_runs').where('night', 'like', 'confirmed%');
      while ((await runs.clone().first('state'))?.state !== 'finished') await nextTurn();
      await second.inside.storage.keys.destroy([userId]);
      const {storage} = second.inside;
      t.is((await storage.keys.find([visitorId, userId])).size, 0);
      const now = await readable(storage, allTables);
      t.deepEqual(found(stays, now), ['stays'], 'whoever stays is read');
      t.deepEqual(found(all, now), [], 'whoever is erased is not');
      // while it runs, with its write-ahead log
      const running = inFiles({...all, ...stays}, place.directory);
      t.true(running.looked >= 4);
      t.deepEqual(running.hits, []);
      await second.stop();

      writeFileSync(join(temporary, 'appliance.log'), logs.join(''));
      t.true(logs.join('').length > 0, 'something was logged');
      for (const folder of [place.directory, temporary, before]) {
        const {hits} = inFiles(all, folder);
        t.deepEqual(hits, [], folder);
      }

      if (database === 'sqlite') {
        const keyFile = join(place.directory, 'keys/key-store.sqlite');
        const keyDb = await openSqlite({filename: keyFile, key: keyStoreFileKey(place.master)});
        const root: RootRow = await keyDb('keystore_roots').where({kind: 'file'}).first();
        await keyDb.destroy();
        const fileKey = openRoot(masterWrap(place.master), 'file', root);
        const pages = decrypted(join(place.directory, 'appliance.sqlite'), fileKey);
        t.true(pages.includes('conversations_messages'), 'the pages are open');
        t.deepEqual(found(all, pages), [], 'no page holds a word, free ones included');
        t.is(wrappedBefore.length, 2);
        const keyPages = decrypted(keyFile, keyStoreFileKey(place.master));
        for (const wrapped of wrappedBefore)
          t.false(keyPages.includes(wrapped), 'no page of the key store holds the key');
        // the older copy of the data with its own, older key store: this is what the separate store is for
        const whole = await openStorage({...place, directory: before, clock, tables: allTables});
        t.deepEqual(found(all, await readable(whole, allTables)).toSorted(), Object.keys(all).toSorted());
        t.like(await visitOf(whole, visitorId), visit);
        await whole.close();
        // and with the key store of today: nothing
        rmSync(oldKeys, {recursive: true});
        cpSync(join(place.directory, 'keys'), oldKeys, {recursive: true});
        const today = await openStorage({...place, directory: before, clock, tables: allTables});
        t.deepEqual(found(all, await readable(today, allTables)), []);
        t.like(await visitOf(today, visitorId), {ip: null, device: null, browser: null});
        await today.close();
      } else {
        const db = knex({client: 'pg', connection: place.database, pool: {min: 0, max: 1}});
        const {rows: tables} = await db.raw<{rows: {schemaname: string; tablename: string}[]}>(
          `select schemaname, tablename from pg_tables where schemaname in ('crowlit', 'crowlit_keys')`,
        );
        t.true(tables.length > 20);
        for (const {schemaname, tablename} of tables) {
          const {rows} = await db.raw<{rows: {line: string}[]}>('select t::text as line from ??.?? t', [
            schemaname,
            tablename,
          ]);
          t.deepEqual(found(all, rows.map(({line}) => line).join('\n')), [], tablename);
        }
        await db.destroy();
      }

      const third = await startAppliance(t, {
        existing: place,
        process: 'child',
        model: 'bundled',
        setUp: false,
      });
      const api = await signIn(third.base, administrator);
      const {conversations} = await api.call<{conversations: {id: string}[]}>(
        'GET',
        '/api/agent/conversations',
      );
      for (const {id} of conversations) await api.call('GET', `/api/agent/conversations/${id}`);
      await api.call('GET', '/api/agent/leads');
      await api.call('GET', '/api/admin/users');
      // the names of browsers stand in the program that tells them apart
      const {browser: _named, ...inNobodysProgram} = all;
      const memory = inMemory({...inNobodysProgram, ...stays}, third.child?.pid ?? 0);
      if (!memory)
        t.log('LEFT OUT: this user may not look into memory; run the tests as root to have it looked into');
      else {
        t.true(memory.bytes > 50_000_000, `${memory.bytes} bytes were looked into`);
        t.true(
          memory.hits.some(hit => hit.endsWith('stays')),
          'what was just read is found there',
        );
        t.deepEqual(
          memory.hits.filter(hit => !hit.endsWith('stays')),
          [],
        );
      }
      await third.stop();
    },
  );
}
