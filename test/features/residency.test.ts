import test, {type ExecutionContext} from 'ava';
import {newWebhookSecret} from '../../appliance/adapters/crm/webhook/index.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {type Api, signIn} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {administrator, startAppliance, type StartOptions} from '../helpers/start.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const day = 86_400_000;
type Refusal = {error: {code: string; message: string}};
type Widening = {
  id: string;
  destinationId: string;
  own: boolean;
  askedBy: string;
  statement: string;
  opensAt: string | null;
  before: {host: string; region: string} | null;
  after: {host: string; region: string};
  state: string;
};
type Destination = {
  id: string;
  host: string;
  state: string;
  declaredBy: string;
  approvedBy: string | null;
  exception: {until: string; reason: string; daysLeft: number; ended: boolean} | null;
};
type View = {
  destinations: Destination[];
  waiting: Widening[];
  decided: Widening[];
  administrators: number;
  places: {place: string; region: string; declaredBy: string}[];
  canary: {broker: string; process: string; host: {outcome: string}} | null;
};
type Connector = {connector: {id: string; destination: {state: string}}};
type Attempts = {attempts: {host: string; outcome: string; reason: string | null}[]};

const view = (api: Api): Promise<View> => api.call<View>('GET', '/api/admin/destinations');
const errorOf = async (api: Api, method: string, path: string, body?: object): Promise<Refusal['error']> =>
  (await api.request<Refusal>(method, path, body)).body.error;
const codeOf = async (...call: Parameters<typeof errorOf>): Promise<string> => (await errorOf(...call)).code;

const start = async (t: ExecutionContext, options: StartOptions = {}) => {
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {clock, ...options});
  const secret = newWebhookSecret();
  const receiver = await startWebhookReceiver(t, {secrets: [secret], now: () => clock.now()});
  /** A session ends sooner than a day. */
  const ada = () => signIn(appliance.base, administrator);
  const input = (more: object = {}) => ({
    type: 'webhook',
    name: 'CRM',
    config: {url: receiver.url, secret},
    region: 'eu',
    private: true,
    ...more,
  });
  const connect = async (more: object = {}): Promise<Connector['connector']> =>
    (await (await ada()).call<Connector>('POST', '/api/admin/connectors', input(more))).connector;
  const tested = async (id: string): Promise<{ok: boolean; message: string}> =>
    (await ada()).call('POST', `/api/admin/connectors/${id}/test`);
  const ahead = (days: number) => new Date(clock.now().getTime() + days * day).toISOString();
  return {clock, appliance, receiver, secret, ada, input, connect, tested, ahead};
};
const exception = (until: string) => ({
  reason: 'The parent company keeps its CRM there until the move in spring.',
  until,
  basis: 'standard_clauses',
});
const lastDenial = async (api: Api): Promise<string | null | undefined> =>
  (await api.call<Attempts>('GET', '/api/admin/egress-attempts?outcome=denied')).attempts[0]?.reason;

for (const database of databaseKinds) {
  test(`${database}: a destination waits for a second person, and what is for it leaves by itself once they agree`, async t => {
    const {appliance, receiver, connect, tested, ada} = await start(t, {database});
    await lowerTheBar(appliance);
    const berta = await secondAdministrator(appliance);
    const connector = await connect();
    t.is(connector.destination.state, 'waiting');
    const visitor = await appliance.visitor();
    await visitor.answerAfter((await visitor.say(wordsOfALead('ada.probe@example.com'))).seq);
    const refused = await tested(connector.id);
    t.regex(refused.message, /waits until a second administrator has approved it/);
    t.is(receiver.requests(), 0);
    const admin = await ada();
    t.is(await lastDenial(admin), 'waits_for_approval');

    const {waiting} = await view(admin);
    t.is(waiting.length, 1);
    const [asked] = waiting;
    t.like(asked, {own: true, askedBy: 'Ada Admin', opensAt: null, before: null});
    t.regex(
      asked?.statement ?? '',
      /^I declare that 127\.0\.0\.1:\d+ stands in European Union, inside our own network/,
    );
    t.like((await view(berta)).waiting[0], {own: false});
    const approve = `/api/admin/widenings/${asked?.id}/approve`;
    t.is(await codeOf(admin, 'POST', approve), 'privacy.own_widening');
    const agent = await appliance.agent();
    t.is((await agent.api.request('POST', approve)).status, 403);
    await agent.close();
    t.is(await codeOf(berta, 'POST', approve.replace(/[0-9a-f]{12}/, '000000000000')), 'privacy.no_widening');
    t.is(receiver.requests(), 0);

    await berta.call('POST', approve);
    t.is(await codeOf(berta, 'POST', approve), 'privacy.widening_over', 'once');
    const [arrived] = await receiver.waitFor(1);
    t.is(arrived?.event.type, 'lead.qualified', 'nobody pressed anything');
    t.like((await view(admin)).destinations[0], {
      state: 'in_force',
      declaredBy: 'Ada Admin',
      approvedBy: 'Berta Second',
    });
    const {entries} = await admin.call<{
      entries: {action: string; actor: {id: string}; detail: Record<string, unknown>}[];
    }>('GET', '/api/admin/audit?limit=100');
    const of = (action: string) => entries.find(entry => entry.action === action);
    t.is(of('destination.declared')?.actor.id, admin.user.id);
    t.is(of('destination.declared')?.detail['statement'], asked?.statement, 'what was shown is what is kept');
    t.is(of('destination.approved')?.actor.id, berta.user.id);
  });

  test(`${database}: two who approve at the same moment are one approval; less takes force at once, more waits again`, async t => {
    const {appliance, ada, connect, input} = await start(t, {database});
    const berta = await secondAdministrator(appliance);
    const {id} = await connect();
    const widening = (await view(berta)).waiting[0]?.id;
    const both = await Promise.all(
      [0, 1].map(() => berta.request('POST', `/api/admin/widenings/${widening}/approve`)),
    );
    t.deepEqual(
      both.map(({status}) => status).toSorted((a, b) => a - b),
      [200, 409],
    );

    const admin = await ada();
    const change = async (body: object): Promise<string> => {
      const {connector} = await admin.call<Connector>('PATCH', `/api/admin/connectors/${id}`, body);
      return connector.destination.state;
    };
    t.is(await change({name: 'Renamed'}), 'in_force');
    t.is(await change({region: 'eu-at'}), 'in_force', 'a smaller region');
    t.like((await view(admin)).destinations[0], {approvedBy: 'Berta Second'});
    t.is(await change({region: 'eu'}), 'waiting', 'a larger one');
    t.like((await view(admin)).waiting[0], {before: {region: 'eu-at'}, after: {region: 'eu'}});
    await approveAll(appliance);
    t.is(
      await change({config: {...input().config, url: 'https://crm.example.com/in'}, private: false}),
      'waiting',
    );
    t.like((await view(admin)).waiting[0]?.after, {host: 'crm.example.com'});
    const [one] = (await view(berta)).waiting;
    await berta.call('POST', `/api/admin/widenings/${one?.id}/withdraw`);
    t.is((await view(admin)).destinations[0]?.state, 'refused');
    t.is((await view(admin)).decided[0]?.state, 'withdrawn');
    t.is(await codeOf(berta, 'POST', `/api/admin/widenings/${one?.id}/approve`), 'privacy.widening_over');
    t.is(await change({region: 'eu'}), 'waiting', 'saved again, it is asked anew');
    t.is((await view(admin)).waiting.length, 1);
  });

  test(`${database}: with one administrator a day passes, everybody is told, and until then it can be withdrawn`, async t => {
    const {clock, appliance, receiver, ada, connect, tested} = await start(t, {database});
    const server = await startSmtpServer(t);
    await (await ada()).call('PUT', '/api/admin/mail', {
      host: 'localhost',
      port: server.port,
      tls: 'starttls',
      user: null,
      from: {name: 'Example Bank', address: 'console@example.com'},
      authority: server.certificate.trim(),
      region: 'eu',
      private: true,
    });
    const mail = async () =>
      (await (await ada()).call<{health: {state: string}}>('GET', '/api/admin/mail')).health.state;
    t.is(await mail(), 'held');
    clock.advance(day - 60_000);
    await appliance.inside.residency.tick();
    t.is(await mail(), 'held', 'a minute too early');
    clock.advance(61_000);
    await appliance.inside.residency.tick();
    t.is(await mail(), 'untested', 'it may be reached now');
    const [first] = (await view(await ada())).destinations;
    t.like(first, {state: 'in_force', approvedBy: null});

    const connector = await connect();
    const told = await server.waitFor(2);
    t.deepEqual(told.map(({to}) => to).toSorted(), ['admin@example.com', 'privacy@example.com']);
    t.regex(told[0]?.raw ?? '', /127\.0\.0\.1:\d+ \(European Union\)/);
    const [asked] = (await view(await ada())).waiting;
    t.is(asked?.opensAt, new Date(clock.now().getTime() + day).toISOString());
    const own = await errorOf(await ada(), 'POST', `/api/admin/widenings/${asked?.id}/approve`);
    t.regex(own.message, /nobody else can approve it\. It takes force on/);
    await (await ada()).call('POST', `/api/admin/widenings/${asked?.id}/withdraw`);
    clock.advance(2 * day);
    await appliance.inside.residency.tick();
    t.regex((await tested(connector.id)).message, /was declared, and not approved/);
    t.is(receiver.requests(), 0);

    // a colleague who comes later may approve it before the day is over
    await (await ada()).call('PATCH', `/api/admin/connectors/${connector.id}`, {region: 'eu'});
    t.not((await view(await ada())).waiting[0]?.opensAt, null);
    await approveAll(appliance);
    t.true((await tested(connector.id)).ok);

    // what nobody decides for two weeks has to be asked anew
    await (await ada()).call('PATCH', `/api/admin/connectors/${connector.id}`, {
      config: {url: 'https://other.example.com/in'},
      private: false,
    });
    const [late] = (await view(await ada())).waiting;
    t.is(late?.opensAt, null, 'there are two now');
    clock.advance(15 * day);
    const again = await secondAdministrator(appliance);
    t.is(await codeOf(again, 'POST', `/api/admin/widenings/${late?.id}/approve`), 'privacy.widening_over');
    await appliance.inside.residency.tick();
    t.is((await view(await ada())).decided[0]?.state, 'lapsed');
  });

  test(`${database}: an exception has a reason and an end, ends by itself whatever the clock does, and is renewed by two`, async t => {
    const {clock, appliance, ada, connect, tested, input, ahead} = await start(t, {database});
    const berta = await secondAdministrator(appliance);
    const refused = (more: object) =>
      ada().then(api => codeOf(api, 'POST', '/api/admin/connectors', input(more)));
    t.is(await refused({region: 'us'}), 'privacy.outside_region');
    t.is(await refused({region: 'us', exception: exception(ahead(91))}), 'privacy.exception_end');
    t.is(await refused({region: 'us', exception: exception(ahead(-1))}), 'privacy.exception_end');
    t.is(
      await refused({region: 'us', exception: {...exception(ahead(9)), reason: 'because'}}),
      'request.invalid',
    );
    t.deepEqual((await view(berta)).destinations, []);

    const until = ahead(30);
    const {id} = await connect({region: 'us', exception: exception(until)});
    t.false((await tested(id)).ok);
    const register = async () =>
      (await (await ada()).call<{recipients: {transferBasis: string}[]}>('GET', '/api/admin/register'))
        .recipients;
    t.deepEqual(await register(), [], 'what waits gets nothing');
    await approveAll(appliance);
    t.true((await tested(id)).ok);
    t.regex((await register())[0]?.transferBasis ?? '', /standard contractual clauses/);
    t.like((await view(await ada())).destinations[0]?.exception, {until, daysLeft: 30, ended: false});

    // at the minute, before anything has looked at the clock
    clock.advance(30 * day);
    t.regex((await tested(id)).message, /The exception for 127\.0\.0\.1 ended/);
    t.is(await lastDenial(await ada()), 'exception_ended');
    clock.advance(-3 * day);
    t.regex((await tested(id)).message, /ended/, 'set back, the clock brings nothing to life');
    await appliance.inside.residency.tick();
    t.like((await view(await ada())).destinations[0]?.exception, {ended: true, daysLeft: 0});
    t.deepEqual(await register(), []);
    await appliance.stop();
    clock.advance(-3 * day);
    await appliance.start();
    t.regex((await tested(id)).message, /ended/, 'nor does a start before its end');

    const destination = (await view(await ada())).destinations[0]?.id;
    const renew = `/api/admin/destinations/${destination}/exception`;
    t.is(await codeOf(await ada(), 'POST', renew, exception(ahead(200))), 'privacy.exception_end');
    await (await ada()).call('POST', renew, exception(ahead(60)));
    t.false((await tested(id)).ok, 'asked for is not given');
    await approveAll(appliance);
    t.true((await tested(id)).ok);
    await (await ada()).call('DELETE', renew);
    t.false((await tested(id)).ok, 'ended by hand, at once');
    t.is(await codeOf(await ada(), 'DELETE', renew), 'privacy.no_exception');
    const {entries} = await (await ada()).call<{entries: {action: string}[]}>(
      'GET',
      '/api/admin/audit?limit=200',
    );
    for (const action of ['destination.exception_asked', 'destination.exception_ended'])
      t.true(
        entries.some(entry => entry.action === action),
        action,
      );
  });
}

test('who asked for an exception is reminded a week and a day before it ends, once each', async t => {
  const {clock, appliance, ada, connect, ahead} = await start(t);
  await secondAdministrator(appliance);
  // a server that is set keeps letters, whether it is reached or not
  await (await ada()).call('PUT', '/api/admin/mail', {
    host: 'mail.example.com',
    port: 587,
    tls: 'starttls',
    user: null,
    from: {name: 'Example Bank', address: 'console@example.com'},
    authority: null,
    region: 'eu',
    private: false,
  });
  await connect({region: 'us', exception: exception(ahead(20))});
  await approveAll(appliance);
  const reminders = async (): Promise<number> => {
    await appliance.inside.residency.tick();
    return (await appliance.inside.storage.db('mail_outbox').where({kind: 'exception_ends'})).length;
  };
  t.is(await reminders(), 0);
  clock.advance(13 * day + 1000);
  t.is(await reminders(), 3, 'two administrators and the contact for privacy');
  t.is(await reminders(), 3);
  clock.advance(6 * day);
  t.is(await reminders(), 6);
  t.is(await reminders(), 6);
});

test('no spelling of a host hides where it leads, and none that imitates another is declared', async t => {
  const {appliance, ada, input} = await start(t);
  const admin = await ada();
  const declare = (host: string, more: object = {}) =>
    admin.request<Refusal & {sentence: string}>('POST', '/api/admin/destination-declaration', {
      host,
      port: 443,
      region: 'eu',
      purpose: 'crm_sync',
      categories: ['D1', 'D2'],
      private: false,
      plain: false,
      ...more,
    });
  const refusals: Record<string, string> = {
    'user@crm.example.com': 'privacy.bad_host',
    'crm.example.com:443': 'privacy.bad_host',
    'https://crm.example.com': 'privacy.bad_host',
    'crm.example.com/in': 'privacy.bad_host',
    'crm example.com': 'privacy.bad_host',
    'crm.example.com\\@evil.example': 'privacy.bad_host',
    'fe80::1%eth0': 'privacy.bad_host',
    '': 'privacy.bad_host',
    'a..b': 'privacy.bad_host',
    // a Cyrillic а among Latin letters, as it is and in its other spelling
    'ex\u0430mple.com': 'privacy.lookalike_host',
    'xn--exmple-4nf.com': 'privacy.lookalike_host',
  };
  for (const [host, code] of Object.entries(refusals))
    t.is((await declare(host)).body.error?.code, code, host);
  const spelled: Record<string, string> = {
    'CRM.Example.com.': 'crm.example.com',
    'bücher.example': 'xn--bcher-kva.example',
    '2130706433': '127.0.0.1',
    '0x7f.1': '127.0.0.1',
    '::FFFF:7f00:1': '::ffff:7f00:1',
  };
  for (const [host, shown] of Object.entries(spelled)) {
    const {body} = await declare(host);
    t.true(body.sentence.startsWith(`I declare that ${shown}:443 stands in European Union`), body.sentence);
  }
  const near = async (region: string) => (await declare('crm.example.com', {region})).body.error.message;
  t.regex(await near('eu-ta'), /There is no region "eu-ta"/);
  t.regex(await near('at'), /Near it: .*eu-at \(EU, Austria\)/);
  t.regex(await near('germany'), /Near it: eu-de \(EU, Germany\)\./);
  t.regex(await near('uk '), /Near it: .*uk \(United Kingdom\)/);
  t.regex(await near('atlantis'), /Choose one of: eu, /);
  t.deepEqual((await view(admin)).destinations, [], 'a sentence declares nothing');

  // the same way in for every one of them
  const imitation = input({config: {...input().config, url: 'https://ex\u0430mple.com/in'}, private: false});
  t.is(await codeOf(admin, 'POST', '/api/admin/connectors', imitation), 'privacy.lookalike_host');
  t.is((await admin.request('PUT', '/api/admin/residency-places/data', {region: 'atlantis'})).status, 400);
  t.is((await admin.request('PUT', '/api/admin/residency-places/attic', {region: 'eu'})).status, 400);
  t.is((await (await appliance.agent()).api.request('POST', '/api/admin/egress-canary')).status, 403);
});

test('where the disk stands is declared, the way out is tried, and doctor says what is missing', async t => {
  const {clock, ada} = await start(t);
  let admin = await ada();
  const finding = async (check: string) => {
    const {findings} = await admin.call<{findings: {check: string; severity: string; state: string}[]}>(
      'GET',
      '/api/admin/overview',
    );
    const found = findings.find(one => one.check === check);
    return `${found?.severity}: ${found?.state}`;
  };
  t.regex(await finding('Region of the disk'), /^attention: Nobody declared/);
  await admin.call('PUT', '/api/admin/residency-places/data', {region: 'eu-at'});
  t.regex(await finding('Region of the disk'), /^ok: Declared to be in EU, Austria; no backup target/);
  await admin.call('PUT', '/api/admin/residency-places/backup', {region: 'us'});
  t.regex(
    await finding('Region of the disk'),
    /^danger: The backup target is declared to be in United States/,
  );
  t.deepEqual(
    (await view(admin)).places.map(({place, region, declaredBy}) => [place, region, declaredBy]),
    [
      ['data', 'eu-at', 'Ada Admin'],
      ['backup', 'us', 'Ada Admin'],
    ],
  );

  t.regex(await finding('Way out'), /^attention: It was not tried yet/);
  const {canary} = await admin.call<View>('POST', '/api/admin/egress-canary');
  t.is(canary?.broker, 'refused');
  // in a test the appliance runs without its guard, and no firewall is set
  t.not(canary?.process, 'refused');
  t.regex(
    await finding('Way out'),
    /^attention: The broker refused; .*guard.* was not seen.*firewall was not seen/,
  );
  clock.advance(3 * day);
  admin = await ada();
  t.regex(await finding('Way out'), /^attention: It was last tried more than two days ago/);
});

test('the log is filtered by host, outcome and day, and leaves as a file that runs no formula', async t => {
  const {clock, appliance, ada, connect, tested} = await start(t);
  const {id} = await connect();
  await tested(id);
  await approveAll(appliance);
  await tested(id);
  const admin = await ada();
  await appliance.inside.residency.egressLog.record({
    destinationId: null,
    host: '=cmd|calc',
    port: 1,
    purpose: 'crm_sync',
    region: null,
    outcome: 'denied',
    reason: 'unknown_destination',
    bytesOut: 0,
    bytesIn: 0,
    ms: 1,
  });
  const count = async (query: string): Promise<number> =>
    (await admin.call<Attempts>('GET', `/api/admin/egress-attempts?${query}`)).attempts.length;
  const today = clock.iso().slice(0, 10);
  const before = new Date(clock.now().getTime() - day).toISOString().slice(0, 10);
  t.is(await count(''), 3);
  t.is(await count('destination=127.0.0.1'), 2);
  t.is(await count('destination=127.0.0.1:1'), 0);
  t.is(await count('destination=127.0.0.1&outcome=allowed'), 1);
  t.is(await count(`from=${today}&to=${today}`), 3);
  t.is(await count(`to=${before}`), 0);
  t.is((await admin.request('GET', '/api/admin/egress-attempts?from=yesterday')).status, 400);
  const csv = await admin.call<string>('GET', '/api/admin/egress-attempts.csv?outcome=denied');
  const [head, ...lines] = csv.trim().split('\n');
  t.is(head, 'at,host,port,purpose,region,outcome,reason,bytesOut,bytesIn,ms');
  t.is(lines.length, 2);
  t.true(lines.some(line => line.includes("'=cmd|calc")));
});

test('whoever has not shown for a while that it is them shows it again before they approve', async t => {
  const {clock, appliance, connect} = await start(t);
  const berta = await secondAdministrator(appliance);
  await connect();
  const [asked] = (await view(berta)).waiting;
  clock.advance(20 * 60_000);
  t.is(await codeOf(berta, 'POST', `/api/admin/widenings/${asked?.id}/approve`), 'accounts.proof_needed');
});
