import test from 'ava';
import {egressPurposes} from '../../appliance/egress/contract.ts';
import {getRegion, isInside, regions} from '../../appliance/features/privacy/regions.ts';
import {countryFor} from '../../appliance/features/privacy/country.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {signIn} from '../helpers/clients.ts';
import {administrator, startAppliance} from '../helpers/start.ts';

const day = 24 * 60 * 60 * 1000;
type Retention = {
  days: Record<string, number>;
  wouldRemove: Record<string, number>;
  runs: {removed: Record<string, number>}[];
};

for (const database of databaseKinds) {
  test(`${database}: what is older than its period goes in the night, key first; what is younger stays`, async t => {
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const {storage, retention} = appliance.inside;
    const old = await appliance.visitor();
    const first = await old.say('We are 40 people, mail old@example.com');
    await old.answerAfter(first.seq);
    await old.close();
    clock.advance(31 * day);
    const young = await appliance.visitor();
    const second = await young.say('We are 50 people');
    await young.answerAfter(second.seq);
    await young.close();

    t.deepEqual(
      await retention.run(),
      {conversations: 0, leads: 0, usage: 1},
      'usage details are kept 30 days',
    );
    const [visitor] = await storage.personal
      .reader('usage')
      .open<{ip: string | null; page: string | null}>(
        'conversations_visitors',
        await storage.db('conversations_visitors').where({id: old.visitorId}),
      );
    t.like(visitor, {ip: null, page: null});

    clock.advance(150 * day);
    t.deepEqual(await retention.run(), {conversations: 1, leads: 0, usage: 1});
    for (const table of [
      'conversations_messages',
      'conversations_visitors',
      'qualification_facts',
      'conversations_conversations',
    ]) {
      const column = table === 'conversations_visitors' ? 'id' : 'visitor_id';
      t.deepEqual(await storage.db(table).where({[column]: old.visitorId}), [], table);
    }
    t.is((await storage.keys.find([old.visitorId])).size, 0, 'the key is gone');
    t.is((await storage.keys.find([young.visitorId])).size, 1, 'the other one is not');
    t.true((await storage.db('conversations_messages').where({visitor_id: young.visitorId})).length > 0);
    t.deepEqual(await retention.run(), {conversations: 0, leads: 0, usage: 0}, 'a second run finds nothing');
  });

  test(`${database}: a lead outlives its conversation for its own period, and is still readable`, async t => {
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const admin = await appliance.administrator();
    const {playbooks} = await admin.call<{playbooks: {id: string}[]}>('GET', '/api/admin/playbooks');
    const path = `/api/admin/playbooks/${playbooks[0]?.id}`;
    const {content} = await admin.call<{content: Record<string, unknown>}>('GET', path);
    await admin.call('PUT', path, {content: {...content, bar: 10}});
    const visitor = await appliance.visitor();
    const {seq} = await visitor.say('write to ada@example.com');
    await visitor.answerAfter(seq);
    await visitor.close();
    clock.advance(200 * day);
    t.like(await appliance.inside.retention.run(), {conversations: 1, leads: 0});
    t.is((await appliance.inside.storage.keys.find([visitor.visitorId])).size, 1);
    clock.advance(200 * day);
    t.like(await appliance.inside.retention.run(), {leads: 1});
    t.is((await appliance.inside.storage.keys.find([visitor.visitorId])).size, 0);
  });
}

for (const database of databaseKinds) {
  test(`${database}: a nightly run that was killed half-way is finished at the next start, and no other is repeated`, async t => {
    const existing = await freshDatabase(t, database);
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const first = await startAppliance(t, {existing, clock});
    await first.inside.retention.run();
    const visitor = await first.visitor();
    await visitor.close();
    clock.advance(181 * day);
    const slot = clock.iso().slice(0, 10);
    const run = {name: 'retention', slot, started_at: clock.iso(), finished_at: null};
    await first.inside.storage.db('jobs_runs').insert({...run, lease_owner: newId()});
    await first.stop();

    const startAgain = async () => {
      const again = await startAppliance(t, {existing, clock, setUp: false});
      const {db} = again.inside.storage;
      const finished = async () => (await db('jobs_runs').where({slot}).first())?.finished_at;
      while (!(await finished()));
      const left: unknown[] = await db('conversations_conversations').where({id: visitor.conversationId});
      const runs = (await db('privacy_retention_runs')).length;
      await again.stop();
      return {left: left.length, runs};
    };
    t.deepEqual(await startAgain(), {left: 0, runs: 2});
    t.deepEqual(await startAgain(), {left: 0, runs: 2}, 'what is finished is not begun again');
  });
}

test('a shorter period is rehearsed before it is in force, and the change is written down', async t => {
  const clock = createTestClock('2026-11-24T08:00:00.000Z');
  const appliance = await startAppliance(t, {clock});
  const visitor = await appliance.visitor();
  await visitor.close();
  clock.advance(2 * day);
  // the first session ended with the night
  const admin = await signIn(appliance.base, administrator);
  const rehearsed = await admin.call<Retention>('GET', '/api/admin/retention?conversations=1');
  t.is(rehearsed.wouldRemove['conversations'], 1);
  t.is(rehearsed.days['conversations'], 180, 'nothing is in force yet');
  await admin.call('PUT', '/api/admin/retention', {conversations: 7, leads: 30, usage: 7});
  t.is((await admin.call<Retention>('GET', '/api/admin/retention')).days['conversations'], 7);
  const refused = await admin.request('PUT', '/api/admin/retention', {conversations: 0, leads: 30, usage: 7});
  t.is(refused.status, 400);
  const {entries} = await admin.call<{entries: {detail: {after: {conversations: number}}}[]}>(
    'GET',
    '/api/admin/audit?action=retention.changed',
  );
  t.is(entries[0]?.detail.after.conversations, 7);
});

test('the data map names every personal column with category, purposes and basis', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const {columns} = await admin.call<{
    columns: {
      table: string;
      column: string;
      category: string | null;
      purposes: string[];
      basis: string | null;
      sealed: boolean;
    }[];
  }>('GET', '/api/admin/data-map');
  const text = columns.find(
    ({table, column}) => table === 'conversations_messages' && column === 'text_sealed',
  );
  t.like(text, {category: 'D2', basis: 'contract', sealed: true});
  for (const column of columns.filter(({column: name}) => /_(sealed|personal)$/.test(name))) {
    t.regex(column.category ?? '', /^D[1-6]$/);
    t.true(column.purposes.length > 0);
    t.truthy(column.basis);
  }
});

test('a region holds what lies inside it, and says in words what choosing it means', t => {
  t.true(isInside('eu-at', 'eu'));
  t.true(isInside('eu', 'eu'));
  t.false(isInside('eu', 'eu-at'));
  t.false(isInside('us', 'eu'));
  t.false(isInside('euro', 'eu'));
  t.throws(() => getRegion('atlantis'), {code: 'privacy.unknown_region'});
  for (const {meaning} of regions) t.regex(meaning, /refused/);
  t.is(countryFor('eu', 'de'), 'DE');
  t.is(countryFor('eu-at', 'en'), 'AT');
  t.is(countryFor('uk', 'en'), 'GB');
});

test('what may leave the box leaves for one of a closed list of purposes', t => {
  t.deepEqual([...egressPurposes].toSorted(), [
    'audit_witness',
    'backup',
    'benchmark',
    'crm_sync',
    'identity_provider',
    'licence',
    'mail',
    'model_mirror',
    'model_server',
    'turn',
  ]);
});
