import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import test from 'ava';
import {leafHash} from '../../appliance/kit/merkle.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import type {TrustedNow} from '../../appliance/kit/schema.ts';
import {claimRows} from '../../appliance/storage/lease.ts';
import {runVerify} from '../../packaging/verify-audit.mjs';
import {type Api, signIn} from '../helpers/clients.ts';
import {databaseKinds, freshDatabase, type Scope} from '../helpers/databases.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';

const day = 24 * 60 * 60 * 1000;
const usual = {conversations: 180, leads: 365, usage: 30, mail: 30};
const nothing = {conversations: 0, leads: 0, usage: 0, mail: 0};
type DryRun = {
  counts: {category: string; siteName: string | null; count: number}[];
  kept: {legal_hold: number; restricted: number};
  examples: {category: string; name: string; siteName: string | null; at: string}[];
};
type State = {
  days: Record<string, number>;
  runs: {
    id: string;
    state: string;
    removed: Record<string, number>;
    attempts: number;
    problem: string | null;
  }[];
  time: TrustedNow;
  restricted: number;
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

    t.deepEqual(await retention.run(), {...nothing, usage: 1}, 'usage details are kept 30 days');
    const [visitor] = await storage.personal
      .reader('usage')
      .open<{ip: string | null; page: string | null}>(
        'conversations_visitors',
        await storage.db('conversations_visitors').where({id: old.visitorId}),
      );
    t.like(visitor, {ip: null, page: null});

    clock.advance(150 * day);
    t.deepEqual(await retention.run(), {...nothing, conversations: 1, usage: 1});
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
    t.deepEqual(await retention.run(), nothing, 'a second run finds nothing');
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
      while (!(await finished())) await nextTurn();
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
  const rehearsed = await admin.call<DryRun>('POST', '/api/admin/retention/dry-run', {
    periods: {days: {...usual, conversations: 1}, sites: []},
  });
  const siteName = 'www.example.com';
  t.deepEqual(rehearsed.counts, [{category: 'conversations', siteName, count: 1}]);
  t.deepEqual(rehearsed.examples, [
    {category: 'conversations', name: 'Visitor 1', siteName, at: '2026-11-24T08:00:00.000Z'},
  ]);
  t.is((await admin.call<State>('GET', '/api/admin/retention')).days['conversations'], 180);
  const next = {conversations: 7, leads: 30, usage: 7, mail: 7};
  await admin.call('PUT', '/api/admin/retention', {days: next, sites: []});
  t.is((await admin.call<State>('GET', '/api/admin/retention')).days['conversations'], 7);
  const refused = await admin.request('PUT', '/api/admin/retention', {
    days: {...next, conversations: 0},
    sites: [],
  });
  t.is(refused.status, 400);
  const {entries} = await admin.call<{entries: {detail: {after: {conversations: number}}}[]}>(
    'GET',
    '/api/admin/audit?action=retention.changed',
  );
  t.is(entries[0]?.detail.after.conversations, 7);
});

/** A visitor whose words made a lead, long gone from the chat. */
const leadOf = async (appliance: Started, email = 'lead@example.com') => {
  const visitor = await appliance.visitor();
  const {seq} = await visitor.say(wordsOfALead(email));
  await visitor.answerAfter(seq);
  await visitor.close();
  return visitor;
};
const started = async (t: Scope, database: (typeof databaseKinds)[number]) => {
  const clock = createTestClock('2026-11-24T08:00:00.000Z');
  const appliance = await startAppliance(t, {database, clock});
  return {clock, appliance, ...appliance.inside};
};
/** Sessions end with the night. */
const admin = (appliance: Started): Promise<Api> => signIn(appliance.base, administrator);
const left = async ({inside}: Started, conversationId: string): Promise<number> =>
  (await inside.storage.db('conversations_conversations').where({id: conversationId})).length;

for (const database of databaseKinds) {
  test(`${database}: a website's own period goes before the organisation's, both ways`, async t => {
    const {clock, appliance, retention} = await started(t, database);
    const api = await admin(appliance);
    const other = await api.call<{site: {id: string}}>('POST', '/api/admin/sites', {
      name: 'shop.example.com',
      origins: ['https://shop.example.com'],
      languages: ['en'],
      defaultLanguage: 'en',
    });
    const here = await appliance.visitor();
    await here.close();
    const {storage} = appliance.inside;
    const moved = await appliance.visitor();
    await moved.close();
    for (const [table, column] of [
      ['conversations_conversations', 'visitor_id'],
      ['conversations_visitors', 'id'],
    ] as const)
      await storage
        .db(table)
        .where({[column]: moved.visitorId})
        .update({site_id: other.site.id});
    const sites = [{siteId: other.site.id, days: {conversations: 10}}];
    await api.call('PUT', '/api/admin/retention', {days: usual, sites});
    clock.advance(11 * day);
    t.deepEqual(await retention.run(), {...nothing, conversations: 1});
    t.is(await left(appliance, moved.conversationId), 0, 'the shorter one');
    t.is(await left(appliance, here.conversationId), 1, 'the organisation’s');
    const longer = [{siteId: await appliance.siteId(), days: {conversations: 400, usage: 400}}];
    await (await admin(appliance)).call('PUT', '/api/admin/retention', {days: usual, sites: longer});
    clock.advance(300 * day);
    t.deepEqual(await retention.run(), nothing, 'the longer one');
    const notice = await fetch(`${appliance.base}/privacy/${await appliance.siteId()}`);
    t.regex(await notice.text(), /on www\.example\.com 400 days/);
  });

  test(`${database}: a legal hold suspends deletion, for a person, a website, everything, until it is lifted`, async t => {
    const {clock, appliance, retention} = await started(t, database);
    const [held, free] = [await appliance.visitor(), await appliance.visitor()];
    await Promise.all([held.close(), free.close()]);
    clock.advance(181 * day);
    const api = await admin(appliance);
    const set = (body: object) =>
      api.call<{holds: {id: string; scopeId: string}[]}>('POST', '/api/admin/holds', {
        reason: 'Claim 17/26 against a customer',
        owner: 'Legal, Dr. Example',
        ...body,
      });
    const past = await api.request<{error: {code: string; details: {fields: object}}}>(
      'POST',
      '/api/admin/holds',
      {
        reason: 'Claim 17/26 against a customer',
        owner: 'Legal, Dr. Example',
        scope: 'everything',
        scopeId: null,
        reviewOn: '2020-01-31',
      },
    );
    t.is(past.body.error.code, 'privacy.review_in_the_past');
    t.like(past.body.error.details.fields, {
      reviewOn: 'This day is over. Choose one that is still to come, or leave it out.',
    });
    const {holds} = await set({scope: 'person', scopeId: held.conversationId, reviewOn: '2027-08-01'});
    t.is(holds[0]?.scopeId, held.visitorId, 'found by the conversation');
    const state = await api.call<DryRun>('POST', '/api/admin/retention/dry-run', {});
    t.like(state, {kept: {legal_hold: 2, restricted: 0}});
    t.deepEqual(await retention.run(), {...nothing, conversations: 1, usage: 0});
    t.is(await left(appliance, held.conversationId), 1);
    t.is(await left(appliance, free.conversationId), 0);
    t.is((await appliance.inside.storage.keys.find([held.visitorId])).size, 1, 'it can still be read');
    const {db} = appliance.inside.storage;
    t.deepEqual(
      await retention.holds.keeps(db, [held.visitorId, free.visitorId]),
      new Map([[held.visitorId, {why: 'legal_hold', reason: 'Claim 17/26 against a customer', until: null}]]),
    );
    const lift = (id: string | undefined) =>
      api.request('POST', `/api/admin/holds/${id}/lift`, {reason: 'Settled'});
    for (const scope of [
      {scope: 'site', scopeId: await appliance.siteId()},
      {scope: 'everything', scopeId: null},
    ]) {
      const [next, before] = (await set(scope)).holds;
      t.is((await lift(before?.id)).status, 200);
      t.deepEqual(await retention.run(), nothing, scope.scope);
      t.is((await retention.holds.holds(db)).length, 1);
      t.is((await lift(before?.id)).status, 404, 'it was lifted before');
      t.truthy(next);
    }
    const [last] = await retention.holds.holds(db);
    await lift(last?.id);
    t.like(await retention.run(), {conversations: 1});
    const acts = async (action: string) => (await db('audit_leaves').where({action})).length;
    t.deepEqual([await acts('hold.set'), await acts('hold.lifted')], [3, 3]);
    const unknown = await api.request('POST', '/api/admin/holds', {
      scope: 'person',
      scopeId: newId(),
      reason: 'r',
      owner: 'o',
    });
    t.is(unknown.status, 404);
  });

  test(`${database}: asked to be erased before the lawful minimum, a person is restricted: seen by nobody, sent nowhere, erased when it ends`, async t => {
    const {clock, appliance, retention, storage} = await started(t, database);
    await lowerTheBar(appliance);
    const visitor = await leadOf(appliance);
    const api = await admin(appliance);
    const law = '§ 257 HGB';
    const minimums = [{category: 'conversations', days: 400, law}];
    const refused = await api.request('PUT', '/api/admin/retention/minimums', {minimums});
    t.is(refused.status, 409, 'the period would delete before');
    await api.call('PUT', '/api/admin/retention', {
      days: {...usual, conversations: 500, leads: 600},
      sites: [],
    });
    await api.call('PUT', '/api/admin/retention/minimums', {minimums});
    const shorter = await api.request('PUT', '/api/admin/retention', {
      days: {...usual, conversations: 399},
      sites: [],
    });
    t.regex(JSON.stringify(shorter.body), /privacy\.below_minimum.*§ 257 HGB/);

    const kept = (await retention.holds.keeps(storage.db, [visitor.visitorId])).get(visitor.visitorId);
    t.like(kept, {why: 'lawful_minimum', reason: law});
    t.is(kept?.until?.slice(0, 10), '2027-12-29');
    const {leads} = await api.call<{leads: {id: string}[]}>('GET', '/api/agent/leads');
    const lead = `/api/agent/leads/${leads[0]?.id}`;
    const conversation = `/api/agent/conversations/${visitor.conversationId}`;
    const seen = async () => ({
      inbox: (await api.call<{conversations: object[]}>('GET', '/api/agent/conversations')).conversations
        .length,
      search: (await api.call<{conversations: object[]}>('GET', '/api/agent/conversations?q=visitor'))
        .conversations.length,
      leads: (await api.call<{leads: object[]}>('GET', '/api/agent/leads')).leads.length,
      found: (await api.call<{leads: object[]}>('GET', '/api/agent/leads?q=lead@example.com')).leads.length,
      csv: String((await api.request('GET', '/api/agent/leads.csv')).body).includes('lead@example.com'),
      lead: (await api.request('GET', lead)).status,
      conversation: (await api.request('GET', conversation)).status,
    });
    t.like(await seen(), {inbox: 1, leads: 1, found: 1, csv: true, lead: 200, conversation: 200});

    await storage.transaction(trx =>
      retention.holds.restrict(trx, visitor.visitorId, {
        until: kept?.until ?? null,
        reason: law,
        requestId: null,
      }),
    );
    const receiver = await connectReceiver(t, appliance);
    await storage.db('crm_deliveries').insert({
      id: newId(),
      lead_id: leads[0]?.id,
      connector_id: receiver.connectorId,
      kind: 'lead.updated',
      state: 'queued',
      attempts: 0,
      created_at: clock.iso(),
    });
    t.deepEqual(await seen(), {
      inbox: 0,
      search: 0,
      leads: 0,
      found: 0,
      csv: false,
      lead: 404,
      conversation: 404,
    });
    while ((await storage.db('crm_deliveries')).length > 0) await nextTurn();
    t.is(receiver.received.length, 0, 'nothing is sent of them');
    const rows = await storage.db('conversations_messages').where({visitor_id: visitor.visitorId});
    const texts = async (purpose: 'service' | 'qualification' | 'crm_sync' | 'privacy_rights') =>
      (
        await storage.personal.reader(purpose).open<{text: string | null}>('conversations_messages', rows)
      ).map(({text}) => text);
    for (const purpose of ['service', 'qualification', 'crm_sync'] as const)
      t.true(
        (await texts(purpose)).every(text => text === null),
        purpose,
      );
    t.true((await texts('privacy_rights')).some(text => text?.includes('lead@example.com')));
    t.is(
      (await fetch(`${appliance.base}/api/visitor/conversation`, {headers: {authorization: 'Bearer x'}})).ok,
      false,
    );
    t.is((await api.call<State>('GET', '/api/admin/retention')).restricted, 1);

    t.is((await retention.run())['restricted'], undefined, 'not yet');
    clock.advance(401 * day);
    t.deepEqual(await retention.run(), {...nothing, restricted: 1});
    t.is(await left(appliance, visitor.conversationId), 0);
    t.is((await storage.keys.find([visitor.visitorId])).size, 0);
    t.deepEqual(await storage.db('crm_leads'), []);
    t.deepEqual(await storage.db('storage_restrictions'), []);
  });

  test(`${database}: a clock set forward deletes nothing before an administrator says it is right; one set back keeps nothing late`, async t => {
    const {clock, appliance, retention, storage} = await started(t, database);
    const visitor = await appliance.visitor();
    await visitor.close();
    clock.jump(200 * day);
    t.deepEqual(await retention.run(), {}, 'held back');
    t.is(await left(appliance, visitor.conversationId), 1);
    const api = await admin(appliance);
    const doubted = await api.call<State>('GET', '/api/admin/retention');
    t.regex(doubted.time.doubt?.words ?? '', /200 days ahead/);
    t.is(doubted.runs[0]?.state, 'held_back');
    const {findings} = await api.call<{findings: {check: string; state: string}[]}>(
      'GET',
      '/api/admin/overview',
    );
    t.regex(findings.find(({check}) => check === 'Clock')?.state ?? '', /200 days ahead/);
    clock.jump(-200 * day);
    t.is((await appliance.inside.time.now('retention')).doubt, null, 'set right again');

    clock.jump(-100 * day);
    clock.advance(179 * day);
    t.like(await retention.run(), {conversations: 0, usage: 1});
    clock.advance(2 * day);
    t.like(await retention.run(), {conversations: 1}, 'after 181 days, whatever the clock says');

    const late = await appliance.visitor();
    await late.close();
    clock.jump(100 * day);
    clock.jump(500 * day);
    t.deepEqual(await retention.run(), {}, 'held back again');
    const again = await admin(appliance);
    const stale = await again.request('POST', '/api/admin/clock', {
      serverClock: '2026-11-24T08:00:00.000Z',
    });
    t.is(stale.status, 409);
    t.is(await left(appliance, late.conversationId), 1);
    await again.call('POST', '/api/admin/clock', {serverClock: clock.iso()});
    while ((await left(appliance, late.conversationId)) > 0) await nextTurn();
    const actions: string[] = await storage
      .db('audit_leaves')
      .where('action', 'like', 'clock.%')
      .orderBy('index')
      .pluck('action');
    const [ahead, right, behind, far, confirmed] = actions;
    t.deepEqual(
      [ahead, right, behind, far],
      ['clock.doubted', 'clock.right_again', 'clock.doubted', 'clock.doubted'],
    );
    t.is(confirmed, 'clock.confirmed');
    t.is(actions.length, 5, 'each change once');
  });

  test(`${database}: a run whose node died in the middle is taken up where it was, and what the dead one still tries is refused`, async t => {
    const {clock, appliance, retention, storage} = await started(t, database);
    const visitors = [await appliance.visitor(), await appliance.visitor()];
    for (const visitor of visitors) await visitor.close();
    clock.advance(181 * day);
    const id = newId();
    const at = clock.iso();
    await storage.db('privacy_retention_runs').insert({
      id,
      night: '2027-05-24',
      state: 'running',
      started_at: at,
      removed: '{}',
      lease_owner: newId(),
      lease_until: new Date(clock.now().getTime() + 60_000).toISOString(),
      attempts: 1,
      progress: '{}',
    });
    const claim = () =>
      claimRows({
        storage,
        clock,
        table: 'privacy_retention_runs',
        from: [],
        to: 'running',
        leaseMilliseconds: 1,
        limit: 1,
      });
    t.deepEqual(await claim(), [], 'its lease has not ended');
    t.deepEqual(await retention.run('2027-05-24'), {}, 'that night is somebody’s');
    clock.advance(61_000);
    retention.wake();
    const find = () => storage.db('privacy_retention_runs').where({id}).first();
    while ((await find()).state !== 'finished') await nextTurn();
    t.like(await find(), {attempts: 2});
    t.like(JSON.parse((await find()).removed), {conversations: 2});
    t.deepEqual(await retention.run('2027-05-24'), {}, 'once a night');

    // this node was taken for dead: another one has the run now
    const late = await appliance.visitor();
    await late.close();
    clock.advance(181 * day);
    const {destroy} = storage.keys;
    storage.keys.destroy = async ids => {
      await destroy(ids);
      void Promise.resolve(
        storage.db('privacy_retention_runs').where({night: '2027-11-21'}).update({attempts: 7}),
      );
    };
    const ends = async () => (await storage.db('audit_leaves').where({action: 'retention.run'})).length;
    const before = await ends();
    await retention.run('2027-11-21');
    storage.keys.destroy = destroy;
    t.is(await ends(), before, 'it says nothing of a run that is not its own');
    const row = await storage.db('privacy_retention_runs').where({night: '2027-11-21'}).first();
    t.like(row, {state: 'running', attempts: 7, receipt: null});
  });
}

test('a receipt holds against its file, and a tampered one is refused with the place', async t => {
  const {clock, appliance, retention} = await started(t, 'sqlite');
  const visitors = [await appliance.visitor(), await appliance.visitor(), await appliance.visitor()];
  for (const visitor of visitors) await visitor.close();
  clock.advance(181 * day);
  await retention.run();
  const api = await admin(appliance);
  const {runs} = await api.call<State>('GET', '/api/admin/retention');
  const [run] = runs;
  const text = String((await api.request('GET', `/api/admin/retention/runs/${run?.id}/receipt`)).body);
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-receipt-'));
  t.teardown(() => rmSync(folder, {recursive: true}));
  const verify = async (content: string, ...words: string[]) => {
    const file = join(folder, 'receipt.jsonl');
    writeFileSync(file, content);
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    return {code: await runVerify([file, ...words], {say, tell: say}), said: said.join('\n')};
  };
  const {keys} = await api.call<{keys: {publicKey: string}[]}>('GET', '/api/admin/audit/state');
  const key = keys[0]?.publicKey ?? '';
  const conversationId = visitors[0]?.conversationId ?? '';
  const good = await verify(text, '--key', key, '--id', conversationId);
  t.is(good.code, 0, good.said);
  t.regex(good.said, /3 conversations of the website .*\n.*The id is among the conversations/);
  const stranger = await verify(text, '--key', key, '--id', newId());
  t.is(stranger.code, 1);

  const lines = text.trimEnd().split('\n');
  const refused = async (changed: string[], where: RegExp, ...words: string[]) => {
    const {code, said} = await verify(`${changed.join('\n')}\n`, ...words);
    t.is(code, 1, said);
    t.regex(said, where);
  };
  const header = lines[0] ?? '';
  await refused(
    [header.replace('"count":3', '"count":2'), ...lines.slice(1)],
    /line 1: The signature is not valid/,
  );
  await refused(
    [header.replace('"legalHold":0', '"legalHold":1'), ...lines.slice(1)],
    /line 1: The signature/,
  );
  const forged = leafHash(Buffer.from('another')).toString('hex');
  const swapped = lines.map((line, index) => (index === 1 ? line.replace(/[0-9a-f]{64}/, forged) : line));
  await refused(swapped, /conversations of the website .*: The hashes do not give the root/);
  const fewer = lines.map((line, index) => (index === 1 ? line.replace(/"[0-9a-f]{64}",/, '') : line));
  await refused(fewer, /3 are signed for, the file has the hashes of 2/);
  await refused(
    lines.filter((_, index) => index !== 1),
    /the file has the hashes of 0/,
  );
  await refused(lines.slice(0, -1), /ends in the middle/);
  const otherKey = key.replace(/^[^+]+/, 'x');
  t.is((await verify(text, '--key', otherKey)).code, 2, 'no key');
});
