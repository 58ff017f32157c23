/** What is measured of visitors: as declared, as switched, as they answered, and nothing that a client makes up. */
import {setImmediate as turn} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {truncateAddress} from '../../appliance/kit/network.ts';
import {pageOf} from '../../appliance/kit/visit.ts';
import type {VisitorFrame} from '../../appliance/features/conversations/protocol.ts';
import type {
  answerUsage,
  getUsage,
  ownUsage,
  UsageCategory,
} from '../../appliance/features/insights/usage.schema.ts';
import type {z} from 'zod';
import {openSocket, openVisitor, type Visitor} from '../helpers/clients.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {type Started, startAppliance} from '../helpers/start.ts';

type Own = z.infer<(typeof ownUsage)['response']>;
type Settings = z.infer<(typeof getUsage)['response']>;
const all: UsageCategory[] = ['address', 'device', 'pages', 'time', 'video', 'crm'];
const shop = 'https://www.example.com';
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const own = async (appliance: Started, {token}: {token: string}, language = 'en'): Promise<Own> =>
  (await (
    await fetch(`${appliance.base}/api/visitor/usage?language=${language}`, {
      headers: {authorization: `Bearer ${token}`},
    })
  ).json()) as Own;
const answer = async (
  appliance: Started,
  {token}: {token: string},
  body: Partial<z.input<(typeof answerUsage)['body']>>,
) =>
  fetch(`${appliance.base}/api/visitor/usage`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      'user-agent': browser,
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({where: 'panel', page: `${shop}/agreed?who=me`, ...body}),
  });
/** As a browser opens the chat, with what it says of itself. */
const open = async (
  appliance: Started,
  body: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${appliance.base}/api/visitor/sessions`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'user-agent': browser, ...headers},
    body: JSON.stringify({
      siteId: await appliance.siteId(),
      locale: 'en',
      page: `${shop}/prices?utm_source=x#top`,
      ...body,
    }),
  });
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json()) as {token: string; conversationId: string; visitorId: string};
};
const line = async (appliance: Started, {token}: {token: string}, headers: Record<string, string> = {}) => {
  const socket = await openSocket<VisitorFrame, {type: string; usage?: Own['usage']}>(
    `${appliance.base.replace(/^http/, 'ws')}/api/visitor/socket`,
    {headers: {origin: appliance.base, ...headers}},
  );
  socket.send({type: 'hello', token, since: 0});
  const {usage} = await socket.next('welcome');
  return {socket, usage};
};
const valuesOf = ({measured}: Own, category: UsageCategory): string[] | undefined =>
  measured.find(one => one.category === category)?.values.map(({value}) => value);
const setUsage = async (appliance: Started, change: object = {}) =>
  (await appliance.administrator()).call<Settings>('PUT', '/api/admin/usage', {
    collected: all,
    fullAddress: false,
    reason: '',
    ...change,
  });
const setMode = async (appliance: Started, mode: 'ask' | 'inform') =>
  (await appliance.administrator()).call('PUT', `/api/admin/usage/sites/${await appliance.siteId()}`, {mode});
/** Everything that is stored of how somebody used the chat, as the tables hold it. */
const stored = async (appliance: Started, {visitorId}: {visitorId: string}) => {
  const {db} = appliance.inside.storage;
  const [visit] = await db('conversations_visitors')
    .where({id: visitorId})
    .select('ip_sealed', 'device_sealed', 'browser_sealed', 'page_sealed');
  const [counts] = await db('insights_visitors')
    .where({visitor_id: visitorId})
    .select('seconds_personal', 'crm_calls_personal');
  const pages = await db('insights_pages').where({visitor_id: visitorId}).select('id');
  return Object.values({...visit, ...counts}).filter(value => value !== null).length + pages.length;
};
/** A line of this visitor that tells a page and waits until it is noted, so that what was told before is, too. */
const settled = async (appliance: Started, visitor: {token: string}, path: string) => {
  const {socket} = await line(appliance, visitor);
  socket.send({type: 'usage', page: shop + path, open: false});
  const address = shop.replace('https://', '') + path;
  const isNoted = (now: Own) => valuesOf(now, 'pages')?.includes(address);
  let seen = await own(appliance, visitor);
  while (!isNoted(seen)) seen = await own(appliance, visitor);
  await socket.close();
  return seen;
};

for (const database of databaseKinds) {
  test(`${database}: what is declared is measured, for the visitor's own eyes: pages without query, time by our clock`, async t => {
    const clock = createTestClock('2026-11-02T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const visitor = await open(appliance);
    const {socket, usage} = await line(appliance, visitor);
    t.is(usage?.state, 'on');
    t.regex(usage?.question?.text ?? '', /pages visited while the chat is open or minimised/);
    t.deepEqual(usage?.question?.yes, {label: 'Understood', answer: 'noted'});
    socket.send({type: 'usage', page: `${shop}/prices?token=secret#frag`, open: true});
    socket.send({type: 'ping'});
    await socket.next('pong');
    clock.advance(150_000);
    socket.send({type: 'usage', page: `${shop}/contact`, open: false});
    let seen = await settled(appliance, visitor, '/imprint');
    t.deepEqual(valuesOf(seen, 'pages'), [
      'www.example.com/imprint',
      'www.example.com/contact',
      'www.example.com/prices',
    ]);
    t.deepEqual(valuesOf(seen, 'time'), ['3 min'], 'two and a half, by the clock of the server');
    t.deepEqual(valuesOf(seen, 'address'), ['127.0.0.0']);
    t.deepEqual(valuesOf(seen, 'device'), ['desktop, Firefox']);

    // a line that breaks off while the chat is open counts until then
    socket.send({type: 'usage', page: `${shop}/contact`, open: true});
    socket.send({type: 'ping'});
    await socket.next('pong', undefined, socket.frames.length);
    clock.advance(120_000);
    socket.drop();
    while (valuesOf(seen, 'time')?.[0] !== '5 min') seen = await own(appliance, visitor);
    t.is((await own(appliance, visitor, 'de')).words.title, 'Wie der Chat genutzt wird');
  });

  test(`${database}: one press ends it and deletes what was measured; one press allows it again`, async t => {
    const appliance = await startAppliance(t, {database});
    const visitor = await open(appliance);
    const before = await settled(appliance, visitor, '/prices');
    t.is(before.button?.answer, 'declined');
    t.true((await stored(appliance, visitor)) >= 4);
    const {socket} = await line(appliance, visitor);
    t.is((await answer(appliance, visitor, {answer: 'declined'})).status, 200);
    t.is(await stored(appliance, visitor), 0, 'deleted at once');
    // an open line of another tab, and one that is opened anew
    for (const one of [socket, (await line(appliance, visitor)).socket]) {
      one.send({type: 'usage', page: `${shop}/after`, open: true});
      one.send({type: 'ping'});
      await one.next('pong');
      await one.close();
    }
    const after = await own(appliance, visitor);
    t.like(after, {usage: {state: 'off', question: null}, measured: [], button: {answer: 'agreed'}});
    t.is((await answer(appliance, visitor, {answer: 'agreed'})).status, 200);
    t.is((await own(appliance, visitor)).usage.state, 'on');
    await settled(appliance, visitor, '/again');
    t.is(
      await stored(appliance, visitor),
      5,
      'address, device, browser, page of the answer, and one page since',
    );
    await answer(appliance, visitor, {answer: 'declined'});
    t.is(await stored(appliance, visitor), 0);

    const admin = await appliance.administrator();
    const {entries} = await admin.call<{entries: {act: string; how: string; kind: string}[]}>(
      'GET',
      `/api/admin/consents?conversationId=${visitor.conversationId}&kind=usage_monitoring`,
    );
    t.deepEqual(
      entries.map(({act, how}) => `${act} ${how}`),
      ['withdrawn privacy_panel', 'given privacy_panel', 'objected privacy_panel', 'shown chat_opened'],
    );
  });

  test(`${database}: a website that asks first stores nothing before a yes, and takes a no`, async t => {
    const clock = createTestClock('2026-11-02T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    await setMode(appliance, 'ask');
    const visitor = await open(appliance);
    const {socket, usage} = await line(appliance, visitor);
    t.is(usage?.state, 'ask');
    const {question} = usage ?? {};
    t.deepEqual([question?.yes.label, question?.no], ['Yes', 'No']);
    socket.send({type: 'usage', page: `${shop}/before`, open: true});
    socket.send({type: 'ping'});
    await socket.next('pong');
    t.is(await stored(appliance, visitor), 0);
    const stale = await answer(appliance, visitor, {answer: 'agreed', where: 'bar', question: 'other words'});
    t.like(await stale.json(), {usage: {state: 'ask', question: {id: question?.id}}});
    t.is(await stored(appliance, visitor), 0, 'a yes to other words is none');
    await answer(appliance, visitor, {answer: 'noted', where: 'bar', question: question?.id ?? ''});
    t.is((await own(appliance, visitor)).usage.state, 'ask', 'having read it is no yes, either');
    clock.advance(600_000);
    await answer(appliance, visitor, {answer: 'agreed', where: 'bar', question: question?.id ?? ''});
    const seen = await own(appliance, visitor);
    t.deepEqual(valuesOf(seen, 'pages'), ['www.example.com/agreed'], 'from the yes on');
    t.is(seen.usage.question, null);
    clock.advance(120_000);
    socket.send({type: 'usage', page: `${shop}/before`, open: false});
    let later = seen;
    while (valuesOf(later, 'time')?.length === 0) later = await own(appliance, visitor);
    t.deepEqual(valuesOf(later, 'time'), ['2 min'], 'the ten minutes before the yes are not in it');

    const other = await open(appliance);
    const asked = (await line(appliance, other)).usage;
    await answer(appliance, other, {answer: 'declined', where: 'bar', question: asked?.question?.id ?? ''});
    t.like(await line(appliance, other), {usage: {state: 'off', question: null}}, 'and is not asked again');
    t.is(await stored(appliance, other), 0);
    await socket.close();
  });

  test(`${database}: a browser that asks not to be tracked has objected, unless its person chose by hand`, async t => {
    const appliance = await startAppliance(t, {database});
    const ways: [Record<string, unknown>, Record<string, string>][] = [
      [{objects: true}, {}],
      [{}, {'sec-gpc': '1'}],
      [{}, {dnt: '1'}],
    ];
    for (const [body, headers] of ways) {
      const visitor = await open(appliance, body, headers);
      t.is(await stored(appliance, visitor), 0, JSON.stringify([body, headers]));
      const seen = await own(appliance, visitor);
      t.like(seen, {usage: {state: 'off', question: null}});
      t.regex(seen.words.meaning, /asks not to be tracked/);
    }
    const later = await open(appliance);
    t.true((await stored(appliance, later)) > 0);
    t.is((await line(appliance, later, {'sec-gpc': '1'})).usage?.state, 'off');
    t.is(await stored(appliance, later), 0, 'switched on later, it counts from then on');
    await answer(appliance, later, {answer: 'agreed'});
    t.is((await line(appliance, later, {'sec-gpc': '1'})).usage?.state, 'on', 'their own word stands');
  });

  test(`${database}: what is off is not measured, what was measured of it goes, and the documents follow at once`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const visitor = await open(appliance);
    await settled(appliance, visitor, '/prices');
    await answer(appliance, visitor, {
      answer: 'noted',
      where: 'bar',
      question: (await own(appliance, visitor)).usage.question?.id ?? '',
    });
    t.is((await own(appliance, visitor)).usage.question, null);
    const noticeNow = async () =>
      JSON.stringify((await admin.call('GET', '/api/admin/documents/notice?language=en'))['document']);
    t.regex(await noticeNow(), /Pages you visit/);
    const counted = async () =>
      new Map(
        (await admin.call<Settings>('GET', '/api/admin/usage')).categories.map(one => [one.category, one]),
      );
    t.like((await counted()).get('pages'), {collected: true, measured: true, visitors: 1});
    t.like((await counted()).get('video'), {measured: false, visitors: 0});

    const number = async () =>
      (await admin.call<{version: {number: number}}>('GET', '/api/admin/documents/notice')).version.number;
    const version = await number();
    await setUsage(appliance, {collected: all.filter(one => one !== 'pages' && one !== 'address')});
    t.is(await number(), version + 1);
    t.notRegex(await noticeNow(), /Pages you visit|Network address \(IP\)/);
    t.like((await counted()).get('pages'), {collected: false, visitors: 0});
    t.deepEqual(await admin.call('GET', '/api/admin/documents/record/json').then(file => file['usage']), {
      measured: ['device', 'time'],
      off: ['address', 'pages'],
      addresses: 'truncated',
      reason: null,
      modes: ['inform'],
    });
    const after = await own(appliance, visitor);
    t.deepEqual(
      after.measured.map(({category}) => category),
      ['device', 'time'],
    );
    const newcomer = await open(appliance);
    const {socket, usage} = await line(appliance, newcomer);
    t.notRegex(usage?.question?.text ?? '', /pages|address/);
    socket.send({type: 'usage', page: `${shop}/unseen`, open: true});
    socket.send({type: 'ping'});
    await socket.next('pong');
    await socket.close();
    t.is(await stored(appliance, newcomer), 2, 'device and browser');

    await setUsage(appliance);
    t.truthy((await own(appliance, visitor)).usage.question, 'more than they were told of: told again');
    await setUsage(appliance, {collected: []});
    t.like(await own(appliance, visitor), {usage: {state: 'off', question: null}, button: null});
    t.is(await stored(appliance, newcomer), 0);
  });

  test(`${database}: whole addresses need a reason, which stands in the record and the audit log; without it they go`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const refused = await admin.request('PUT', '/api/admin/usage', {
      collected: all,
      fullAddress: true,
      reason: 'because',
    });
    t.like(refused, {status: 400, body: {error: {code: 'usage.reason_missing'}}});
    const before = await open(appliance);
    t.deepEqual(valuesOf(await own(appliance, before), 'address'), ['127.0.0.0']);

    const reason = 'Fraud is reported to the authority with the address.';
    const set = await setUsage(appliance, {fullAddress: true, reason});
    t.like(set, {fullAddress: true, reason, decided: {by: 'Ada Admin'}});
    const visitor = await open(appliance);
    t.deepEqual(valuesOf(await own(appliance, visitor), 'address'), ['127.0.0.1']);
    t.regex((await line(appliance, visitor)).usage?.question?.text ?? '', /your whole network address/);
    t.regex(JSON.stringify(await admin.call('GET', '/api/admin/documents/record')), new RegExp(reason));
    const {entries} = await admin.call<{entries: {action: string; detail: object}[]}>(
      'GET',
      '/api/admin/audit?action=usage.changed',
    );
    t.like(entries[0]?.detail, {after: {address: 'whole', reason}});

    await setUsage(appliance, {fullAddress: false});
    t.is(valuesOf(await own(appliance, visitor), 'address')?.[0], undefined, 'no whole address is left');
    t.deepEqual(valuesOf(await own(appliance, await open(appliance)), 'address'), ['127.0.0.0']);
  });

  test(`${database}: pages and counts go after their period, and everything with its person`, async t => {
    const clock = createTestClock('2026-11-02T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const {db, keys} = appliance.inside.storage;
    const visitor = await open(appliance);
    await settled(appliance, visitor, '/prices');
    clock.advance(31 * 24 * 60 * 60_000);
    const {retention} = appliance.inside;
    const {counts} = await retention.dryRun(await retention.policy.periods(db));
    t.true(counts.reduce((sum, {category, count}) => sum + (category === 'usage' ? count : 0), 0) >= 2);
    await retention.run();
    t.is(await stored(appliance, visitor), 0);
    t.is(
      (await db('insights_visitors').where({visitor_id: visitor.visitorId})).length,
      1,
      'the answer stays',
    );
    clock.advance(180 * 24 * 60 * 60_000);
    await retention.run();
    for (const table of ['insights_visitors', 'insights_pages', 'privacy_consents'])
      t.deepEqual(await db(table).where({visitor_id: visitor.visitorId}).select('visitor_id'), [], table);
    t.is((await keys.find([visitor.visitorId])).size, 0);
  });

  test(`${database}: each call of the CRM for an enquiry is counted, until its person objects`, async t => {
    const appliance = await startAppliance(t, {database});
    await lowerTheBar(appliance);
    const receiver = await connectReceiver(t, appliance);
    const visitor: Visitor = await appliance.visitor();
    await visitor.answerAfter((await visitor.say(wordsOfALead('ada@example.com'))).seq);
    await receiver.waitForRequests(1);
    let seen = await own(appliance, visitor);
    while (!valuesOf(seen, 'crm')) seen = await own(appliance, visitor);
    t.deepEqual(valuesOf(seen, 'crm'), ['1']);
    await answer(appliance, visitor, {answer: 'declined'});
    await visitor.answerAfter((await visitor.say('My e-mail is ada.new@example.com')).seq);
    await receiver.waitForRequests(2);
    const admin = await appliance.administrator();
    const delivered = async () =>
      (await admin.call<{deliveries: {state: string}[]}>('GET', '/api/admin/deliveries')).deliveries.filter(
        ({state}) => state === 'delivered',
      ).length;
    while ((await delivered()) < 2);
    t.is(await stored(appliance, visitor), 0);
  });
}

const flood = async (t: ExecutionContext, appliance: Started, visitor: {token: string}, pages: string[]) => {
  const {socket} = await line(appliance, visitor);
  for (const page of pages) socket.send({type: 'usage', page, open: true});
  socket.send({type: 'ping'});
  await socket.next('pong');
  t.deepEqual(
    socket.frames.filter(({type}) => type === 'error'),
    [],
  );
  await socket.close();
};

test('a flood of pages is dropped, one line and one visitor have their limits, and none of it is an error', async t => {
  const clock = createTestClock('2026-11-02T08:00:00.000Z');
  const appliance = await startAppliance(t, {clock});
  const {db} = appliance.inside.storage;
  const visitor = await open(appliance);
  const count = async () => ((await db('insights_pages').count({n: '*'}).first()) as {n: number}).n;
  await flood(
    t,
    appliance,
    visitor,
    Array.from({length: 80}, (_, at) => `${shop}/a${at}`),
  );
  while ((await count()) < 20) await turn();
  t.is(await count(), 20, 'of one line in a minute');
  for (let lines = 1; lines <= 12; lines++)
    await flood(
      t,
      appliance,
      visitor,
      Array.from({length: 25}, (_, at) => `${shop}/b${lines}-${at}`),
    );
  while ((await count()) < 200) await turn();
  await flood(t, appliance, visitor, [`${shop}/one-more`]);
  t.is(await count(), 200, 'of one visitor');
});

test('what a client makes up is not noted: other websites, titles, another’s id, a time it names itself', async t => {
  const appliance = await startAppliance(t);
  const visitor = await open(appliance);
  const other = await openVisitor(appliance.base, await appliance.siteId());
  const {socket} = await line(appliance, visitor);
  const forged = {
    visitorId: other.visitorId,
    conversationId: other.conversationId,
    seconds: 86_400,
    title: 'T'.repeat(10_000),
  };
  for (const page of [
    'https://evil.example.net/login',
    'javascript:alert(1)',
    'data:text/html,hello',
    'https://www.example.com.evil.example.net/',
    'not a page',
    '',
  ])
    socket.send({type: 'usage', page, open: false, ...forged});
  socket.send({type: 'usage', page: `${shop}/real`, open: false, ...forged});
  let seen = await own(appliance, visitor);
  while (!valuesOf(seen, 'pages')?.includes('www.example.com/real')) seen = await own(appliance, visitor);
  t.deepEqual(valuesOf(seen, 'pages'), ['www.example.com/real']);
  t.deepEqual(valuesOf(seen, 'time'), []);
  t.notRegex(JSON.stringify(seen), /TTT|evil/);
  t.deepEqual(
    valuesOf(await own(appliance, other), 'pages'),
    ['www.example.com/prices'],
    'nothing of it is another’s',
  );
  t.is(
    await appliance.inside.storage.db('insights_pages').where({visitor_id: other.visitorId}).first('id'),
    undefined,
  );

  // frames that are none
  for (const frame of [
    {type: 'usage', page: `${shop}/${'x'.repeat(3000)}`, open: true},
    {type: 'usage', page: 7, open: true},
    {type: 'usage', page: `${shop}/x`},
  ]) {
    const before = socket.frames.length;
    socket.sendRaw(JSON.stringify(frame));
    await socket.next('error', undefined, before);
  }
  await socket.close();
  for (const [token, status] of [
    ['nothing', 401],
    ['', 401],
  ] as const) {
    t.is((await answer(appliance, {token}, {answer: 'declined'})).status, status);
    t.is(
      (await fetch(`${appliance.base}/api/visitor/usage`, {headers: {authorization: `Bearer ${token}`}}))
        .status,
      401,
    );
  }
  const mine = await answer(appliance, visitor, {answer: 'declined', visitorId: other.visitorId} as object);
  t.is(mine.status, 200);
  t.is((await own(appliance, other)).usage.state, 'on', 'an answer is for whose token it is');
  for (const body of [
    {answer: 'maybe'},
    {answer: 'agreed', where: 'afar'},
    {answer: 'agreed', page: 'x'.repeat(2001)},
  ])
    t.is((await answer(appliance, visitor, body as object)).status, 400, JSON.stringify(body));
});

test('an address is truncated before it is stored, of either kind; the audit log holds no whole one, whatever is decided', async t => {
  const appliance = await startAppliance(t, {environment: {CROWLIT_BEHIND_PROXY: 'true'}});
  const admin = await appliance.administrator();
  const addresses = [
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2::77', '2001:db8:1::'],
  ] as const;
  for (const isWhole of [false, true]) {
    if (isWhole)
      await setUsage(appliance, {fullAddress: true, reason: 'Fraud is reported with the address.'});
    for (const [whole, truncated] of addresses) {
      const headers = {'x-forwarded-for': whole};
      const seen = await own(appliance, await open(appliance, {}, headers));
      t.deepEqual(valuesOf(seen, 'address'), [isWhole ? whole : truncated]);
      const refused = await fetch(`${appliance.base}/api/session`, {
        method: 'POST',
        headers: {'content-type': 'application/json', origin: appliance.base, ...headers},
        body: JSON.stringify({email: 'admin@example.com', password: 'not this one at all'}),
      });
      t.is(refused.status, 401);
    }
  }
  const log = JSON.stringify(await admin.call('GET', '/api/admin/audit?limit=200'));
  t.regex(log, /session\.refused/);
  for (const [whole] of addresses) t.false(log.includes(whole), whole);
});

test('truncation keeps the network and nothing else, however the address is written', t => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      const kept = truncateAddress(address);
      const parts = address.split('.');
      t.is(kept, `${parts.slice(0, 3).join('.')}.0`);
      t.is(truncateAddress(`::ffff:${address}`), kept);
      t.is(truncateAddress(kept ?? ''), kept, 'twice is once');
    }),
  );
  const groups = fc.array(fc.integer({min: 0, max: 0xffff}), {minLength: 8, maxLength: 8});
  fc.assert(
    fc.property(groups, groups, (one, two) => {
      const written = (list: number[]) => list.map(part => part.toString(16)).join(':');
      const shortened = (list: number[]) => new URL(`http://[${written(list)}]/`).hostname.slice(1, -1);
      const same = [...one.slice(0, 3), ...two.slice(3)];
      const kept = truncateAddress(written(one));
      t.is(kept, truncateAddress(written(same)), 'the last eighty bits do not matter');
      const canonical = shortened(one);
      // an IPv4 address inside is truncated as one
      if (!/^::(ffff:)?\d+\./.test(canonical)) t.is(truncateAddress(canonical), kept, canonical);
      t.is(truncateAddress(`${written(one)}%eth0`), kept);
      const other = [(one[0] ?? 0) ^ 1, ...one.slice(1)];
      t.not(truncateAddress(written(other)), kept, 'another network stays another');
    }),
  );
  fc.assert(
    fc.property(fc.string(), text => {
      const kept = truncateAddress(text);
      t.true(kept === null || /^(\d+\.\d+\.\d+\.0|[0-9a-f:]+::)$/i.test(kept), text);
    }),
  );
});

test('a page is its address alone: no query, no fragment, no user, no card number, no end', t => {
  fc.assert(
    fc.property(fc.webUrl({withQueryParameters: true, withFragments: true}), url => {
      const page = pageOf(url) ?? '';
      t.false(/[?#]/.test(page), page);
      t.true(page.length <= 500);
    }),
  );
  t.is(pageOf('https://ada:secret@www.example.com/a'), 'https://www.example.com/a');
  t.notRegex(pageOf('https://www.example.com/pay/4111111111111111') ?? '', /4111111111111111/);
  t.is(pageOf('ftp://www.example.com/'), null);
});
