/** Erasures that are cut off, ledgers that are changed, and copies of the data from before. */
import {copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {SignedEntry} from '../../appliance/features/privacy/requests/ledger.ts';
import {signIn} from '../helpers/clients.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';
import {enterRequest, eraseByRequest, requestOf, requestThat, rowsNaming} from '../helpers/subjects.ts';

const path = '/api/admin/privacy-requests';
const says = async (appliance: Started, text: string) => {
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say(text)).seq);
  await visitor.close();
  return visitor;
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: an erasure that is killed half-way is finished at the next start, once for each person`,
    async t => {
      const existing = await freshDatabase(t, database);
      const appliance = await startAppliance(t, {existing, process: 'child'});
      for (let i = 0; i < 12; i++) await says(appliance, `I am Ada number ${i}, mail me at ada@example.com`);
      const before = await appliance.administrator();
      const {id, persons} = await enterRequest(before, {kind: 'erasure', address: 'ada@example.com'});
      t.is(persons, 12);
      await before.call('POST', `${path}/${id}/execution`);
      await requestThat(before, id, ({erasures}) => erasures.some(({erasedAt}) => erasedAt !== null));
      await appliance.killHard();
      await appliance.start();
      const admin = await signIn(appliance.base, administrator);
      const after = await requestThat(admin, id, ({state}) => state === 'done');
      t.is(after.erasures.length, 12);
      const ledger = await admin.call<string>('GET', '/api/admin/erasure-ledger.jsonl');
      const entries = ledger
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as SignedEntry);
      t.is(entries.length, 12);
      t.deepEqual(
        entries.map(({document}) => document.pseudonym).toSorted(),
        after.erasures.map(({pseudonym}) => pseudonym).toSorted(),
      );
      t.is(
        readFileSync(join(existing.directory, 'erasure-ledger.jsonl'), 'utf8'),
        ledger,
        'the copy beside the data',
      );
      const {conversations} = await admin.call<{conversations: unknown[]}>('GET', '/api/agent/conversations');
      t.deepEqual(conversations, []);
    },
  );

  test.serial(
    `${database}: cut off between any two steps, what is left is erased and the ledger has one entry`,
    async t => {
      const appliance = await startAppliance(t, {database});
      const {storage, subjects} = appliance.inside;
      const admin = await appliance.administrator();
      const stores = ['privacy', 'mail', 'crm', 'qualification', 'conversations'];
      for (let cut = 0; cut <= stores.length + 1; cut++) {
        const visitor = await says(appliance, `I am Ada number ${cut}`);
        const {visitorId, conversationId} = visitor;
        const {id} = await enterRequest(admin, {kind: 'erasure', conversationId});
        const before = (await subjects.ledger.head()).number;
        const leasedElsewhere = {state: 'running', lease_owner: 'somebody who died', lease_until: '9999'};
        // as if a process had come so far, and died: the last cut lies behind the key, before the ledger
        await storage.transaction(async trx => {
          await subjects.erasures.begin(trx, id, [visitorId]);
          await trx('privacy_erasures').where({request_id: id}).update(leasedElsewhere);
        });
        const row = await storage.db('privacy_erasures').where({request_id: id}).first();
        const steps = JSON.parse(row?.steps as string) as {
          store: string;
          state: string;
          rows: number;
          at: string;
        }[];
        const gone = steps.slice(0, cut);
        for (const step of gone)
          Object.assign(step, {state: 'done', rows: 1, at: '2026-11-24T08:00:00.000Z'});
        if (cut > stores.indexOf('qualification'))
          await storage.db('qualification_facts').where({visitor_id: visitorId}).delete();
        if (cut > stores.indexOf('conversations'))
          await storage.db('conversations_visitors').where({id: visitorId}).delete();
        if (cut > stores.length) await storage.keys.destroy([visitorId]);
        await storage
          .db('privacy_erasures')
          .where({request_id: id})
          .update({steps: JSON.stringify(steps), state: 'queued', lease_owner: null, lease_until: null});
        subjects.erasures.wake();
        await requestThat(admin, id, ({state}) => state === 'done');
        t.deepEqual(await rowsNaming(storage, visitorId), [], `cut ${cut}`);
        t.is((await storage.keys.find([visitorId])).size, 0);
        t.is((await subjects.ledger.head()).number, before + 1);
      }
    },
  );

  test.serial(
    `${database}: rows and keys that a copy from before brings back go again when the ledger is replayed`,
    async t => {
      const appliance = await startAppliance(t, {database});
      const {storage, subjects} = appliance.inside;
      const admin = await appliance.administrator();
      const ada = await says(appliance, 'I am Ada Lovelace, ada@example.com');
      const grace = await says(appliance, 'I am Grace Hopper, grace@example.com');
      const tables = [
        'conversations_visitors',
        'conversations_conversations',
        'conversations_messages',
        'qualification_facts',
      ];
      const copy = new Map<string, Record<string, unknown>[]>();
      for (const table of tables) {
        const column = table === 'conversations_visitors' ? 'id' : 'visitor_id';
        const rows: Record<string, unknown>[] = await storage.db(table).where({[column]: ada.visitorId});
        copy.set(
          table,
          // personal values do not leave the database: what matters here is that the rows are back
          rows.map(row =>
            Object.fromEntries(
              Object.entries(row).map(([name, value]) => [
                name,
                name.endsWith('_sealed') ? Buffer.from('sealed') : name.endsWith('_personal') ? null : value,
              ]),
            ),
          ),
        );
      }
      await eraseByRequest(admin, {address: 'ada@example.com'});
      const ledger = await admin.call<string>('GET', '/api/admin/erasure-ledger.jsonl');
      for (const table of tables) await storage.db(table).insert(copy.get(table) ?? []);
      await storage.keys.create(ada.visitorId);
      t.true((await rowsNaming(storage, ada.visitorId)).length >= 4);

      // the copy knows no ledger either
      await storage.db('privacy_ledger').delete();
      t.is(await subjects.replay(ledger), 1);
      t.deepEqual(await rowsNaming(storage, ada.visitorId), []);
      t.is((await storage.keys.find([ada.visitorId])).size, 0);
      t.true((await rowsNaming(storage, grace.visitorId)).length >= 4, 'nobody else goes');
      t.is((await subjects.ledger.head()).number, 1);
      t.is(await subjects.replay(ledger), 0, 'a second time nobody is left');
    },
  );
}

test.serial('a ledger that was changed, cut, or is older than the one that is known is refused', async t => {
  const appliance = await startAppliance(t);
  const {subjects} = appliance.inside;
  const admin = await appliance.administrator();
  const current = () => admin.call<string>('GET', '/api/admin/erasure-ledger.jsonl');
  for (const name of ['ada', 'grace']) {
    await says(appliance, `I am ${name}, ${name}@example.com`);
    await eraseByRequest(admin, {address: `${name}@example.com`});
  }
  const ledger = await current();
  const [first = '', second = ''] = ledger.trim().split('\n');
  const changed = (line: string, change: (entry: SignedEntry) => void): string => {
    const entry = JSON.parse(line) as SignedEntry;
    change(entry);
    return JSON.stringify(entry);
  };
  const refused = async (text: string, code: string, what: string) =>
    t.throwsAsync(subjects.replay(text), {code: `privacy.ledger_${code}`}, what);
  await refused(`${first}\n`, 'older', 'an older head');
  await refused('', 'older', 'none at all');
  await refused(`${second}\n`, 'tampered', 'the first is missing');
  await refused(`${second}\n${first}\n`, 'tampered', 'another order');
  await refused(
    `${changed(first, entry => (entry.document.pseudonym = 'f'.repeat(64)))}\n${second}\n`,
    'tampered',
    'another person',
  );
  await refused(
    `${first}\n${changed(second, entry => (entry.document.at = '2020-01-01T00:00:00.000Z'))}\n`,
    'tampered',
    'another time',
  );
  await refused('nonsense\n', 'unreadable', 'no ledger');
  t.is(await current(), ledger, 'nothing was changed');
});

test.serial(
  'an old copy of the data directory, started with the ledger that stood beside it, brings nobody back',
  async t => {
    const existing = await freshDatabase(t, 'sqlite');
    let appliance = await startAppliance(t, {existing});
    const ada = await says(appliance, 'I am Ada Lovelace, ada@example.com');
    const grace = await says(appliance, 'I am Grace Hopper, grace@example.com');
    await appliance.stop();
    const old = `${existing.directory}-old`;
    cpSync(existing.directory, old, {recursive: true});
    t.teardown(() => rmSync(old, {recursive: true, force: true}));

    appliance = await startAppliance(t, {existing, setUp: false});
    const request = await eraseByRequest(await appliance.administrator(), {address: 'ada@example.com'});
    await appliance.stop();
    const ledger = join(existing.directory, 'erasure-ledger.jsonl');
    t.true(existsSync(ledger));

    // everything of before, keys and all; only the ledger is of now
    const kept = readFileSync(ledger);
    rmSync(existing.directory, {recursive: true});
    cpSync(old, existing.directory, {recursive: true});
    writeFileSync(ledger, kept);
    appliance = await startAppliance(t, {existing, setUp: false});
    const {storage, subjects} = appliance.inside;
    t.deepEqual(await rowsNaming(storage, ada.visitorId), []);
    t.is((await storage.keys.find([ada.visitorId])).size, 0, 'nor can what a log says of them be read');
    t.true((await rowsNaming(storage, grace.visitorId)).length >= 4);
    t.is((await subjects.ledger.head()).number, 1);
    const admin = await appliance.administrator();
    t.is((await enterRequest(admin, {kind: 'access', address: 'ada@example.com'})).persons, 0);
    await t.throwsAsync(requestOf(admin, request.id), {message: /404/});
    await appliance.stop();

    // a ledger that somebody wrote in is no reason to serve what it would have erased
    copyFileSync(ledger, `${ledger}.good`);
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replace(/"pseudonym":"./, '"pseudonym":"x'));
    await t.throwsAsync(startAppliance(t, {existing, setUp: false}), {code: 'privacy.ledger_tampered'});
  },
);
