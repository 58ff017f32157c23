import test, {type ExecutionContext} from 'ava';
import * as fc from 'fast-check';
import {Webhook} from 'standardwebhooks';
import {
  type Connector,
  connectorErrorCodes,
  connectorProviders,
  type LeadDelivery,
} from '../../appliance/adapters/crm/index.ts';
import {newWebhookSecret} from '../../appliance/adapters/crm/webhook/index.ts';
import {retryAfter} from '../../appliance/adapters/crm/webhook/outcome.ts';
import {sign} from '../../appliance/adapters/crm/webhook/signature.ts';
import {
  bindEgress,
  createEgress,
  type Destination,
  type Egress,
  type EgressAttempt,
} from '../../appliance/egress/index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {startWebhookReceiver, type WebhookReceiver} from '../helpers/webhook-receiver.ts';

const delivery = (): LeadDelivery => ({
  id: newId(),
  event: 'lead.qualified',
  occurredAt: '2026-03-02T09:30:00.000Z',
  lead: {
    id: newId(),
    site: 'Example shop',
    score: 72,
    bar: 60,
    reasons: ['250 employees: 20 of 20'],
    facts: [
      {
        field: 'company_size',
        value: {min: 250, max: 250},
        display: '250',
        quote: 'We are 250 people in Graz',
        at: '2026-03-02T09:28:00.000Z',
      },
    ],
    contact: {
      name: 'Zoë Ñandú',
      email: 'zoe@example.com',
      phone: null,
      company: 'Müller & Söhne',
      jobTitle: null,
    },
    transcript: [
      {seq: 1, author: 'ai', text: 'Hello! I am an AI.', at: '2026-03-02T09:27:00.000Z'},
      {
        seq: 2,
        author: 'visitor',
        name: 'Zoë',
        text: 'We are 250 people in Graz 🙂',
        at: '2026-03-02T09:28:00.000Z',
      },
    ],
    locale: 'en',
    conversationUrl: 'https://chat.example.com/inbox/1',
  },
});

const setUp = async (
  t: ExecutionContext,
): Promise<{
  receiver: WebhookReceiver;
  connector: Connector;
  secret: string;
  attempts: EgressAttempt[];
  egress: Egress;
  connect: (config: Record<string, unknown>, patience?: {headers: number; total: number}) => Connector;
}> => {
  const secret = newWebhookSecret();
  const receiver = await startWebhookReceiver(t, {secrets: [secret]});
  const attempts: EgressAttempt[] = [];
  const destination: Destination = {
    id: 'hook',
    host: receiver.host,
    port: receiver.port,
    region: 'eu',
    purpose: 'crm_sync',
    categories: ['D1', 'D2', 'D4'],
    state: 'in_force',
    private: true,
    plain: true,
  };
  const egress = createEgress({
    region: 'eu',
    destinations: async () => [destination],
    onAttempt: attempt => void attempts.push(attempt),
    log: createLogger('silent'),
    clock: systemClock,
  });
  t.teardown(() => egress.close());
  const [provider] = connectorProviders;
  const send = bindEgress(egress, 'hook', 'crm_sync');
  const connect = (config: Record<string, unknown>, patience?: {headers: number; total: number}) =>
    provider!.create(provider!.config.parse(config), {
      // the same road; with less patience where a hang is to be seen soon
      send: request => send({...request, timeouts: {...request.timeouts, ...patience}}),
      clock: systemClock,
    });
  return {receiver, connector: connect({url: receiver.url, secret}), secret, attempts, egress, connect};
};

test('a lead arrives signed, whole and once accepted stays the same at every attempt', async t => {
  const {receiver, connector, attempts} = await setUp(t);
  const lead = delivery();
  t.deepEqual(await connector.deliver(lead), {ok: true, status: 204, remoteId: null});
  t.deepEqual(await connector.deliver(lead), {ok: true, status: 204, remoteId: null});

  t.deepEqual(receiver.complaints, []);
  t.is(receiver.received.length, 2);
  t.is(receiver.delivered().length, 1, 'a resend carries the same webhook-id');
  const [first, second] = receiver.received;
  t.is(first?.id, lead.id);
  t.is(first?.raw, second?.raw);
  t.deepEqual(first?.event, {type: 'lead.qualified', timestamp: lead.occurredAt, data: lead.lead});
  t.is(attempts.length, 2);
  t.like(attempts[0], {outcome: 'allowed', purpose: 'crm_sync', host: '127.0.0.1'});
  t.notRegex(JSON.stringify(attempts), /Graz|zoe@example|hooks/, 'the egress log holds no content');
});

test('while a secret is changed, old and new receivers both accept', async t => {
  const {receiver, connect, secret} = await setUp(t);
  const next = newWebhookSecret();
  const rotating = connect({url: receiver.url, secret: next, previousSecret: secret});
  t.true((await rotating.deliver(delivery())).ok, 'the receiver still has the old secret');
  receiver.trust([next]);
  t.true((await rotating.deliver(delivery())).ok, 'the receiver has the new one already');
  t.is(receiver.received[0]?.signatures, 2);

  const done = connect({url: receiver.url, secret: next, previousSecret: ''});
  t.true((await done.deliver(delivery())).ok);
  t.is(receiver.received[2]?.signatures, 1);
});

test('a wrong secret is refused by the receiver and told as what it is', async t => {
  const {receiver, connect} = await setUp(t);
  const result = await connect({url: receiver.url, secret: newWebhookSecret()}).deliver(delivery());
  t.like(result, {ok: false, error: {code: 'crm.rejected', status: 422, permanent: true}});
  t.deepEqual(receiver.received, []);
  t.regex(receiver.complaints[0] ?? '', /no signature/);
});

const answers: [status: number, headers: Record<string, string>, expected: Record<string, unknown>][] = [
  [301, {location: 'http://10.0.0.1/'}, {code: 'crm.redirected', permanent: true}],
  [304, {}, {code: 'crm.redirected', permanent: true}],
  [307, {location: 'http://169.254.169.254/latest/meta-data'}, {code: 'crm.redirected', permanent: true}],
  [400, {}, {code: 'crm.rejected', permanent: true}],
  [401, {}, {code: 'crm.auth', permanent: false, retryAfterMs: 900_000}],
  [403, {}, {code: 'crm.auth', permanent: false}],
  [404, {}, {code: 'crm.rejected', permanent: true}],
  [408, {}, {code: 'crm.unavailable', permanent: false}],
  [409, {}, {code: 'crm.rejected', permanent: true}],
  [410, {}, {code: 'crm.rejected', permanent: true}],
  [413, {}, {code: 'crm.rejected', permanent: true}],
  [425, {}, {code: 'crm.unavailable', permanent: false}],
  [429, {'retry-after': '7'}, {code: 'crm.rate_limited', permanent: false, retryAfterMs: 7000}],
  [429, {'retry-after': 'soon'}, {code: 'crm.rate_limited', permanent: false, retryAfterMs: null}],
  [500, {}, {code: 'crm.unavailable', permanent: false, retryAfterMs: null}],
  [503, {'retry-after': '120'}, {code: 'crm.unavailable', permanent: false, retryAfterMs: 120_000}],
  [599, {}, {code: 'crm.unavailable', permanent: false}],
];

test('every answer of a receiver becomes one of the closed codes', async t => {
  const {receiver, connector} = await setUp(t);
  for (const [status, headers, expected] of answers) {
    receiver.misbehave({kind: 'status', status, headers}, 1);
    const result = await connector.deliver(delivery());
    t.like(result, {ok: false, error: {status, ...expected}} as never, String(status));
    if (!result.ok) t.true(connectorErrorCodes.includes(result.error.code));
  }
  t.is(receiver.requests(), answers.length, 'nothing was followed or tried twice');
  t.deepEqual(receiver.complaints, []);
  t.true((await connector.deliver(delivery())).ok, 'and afterwards it works');
});

test('every way a connection can fail becomes one of the closed codes', async t => {
  const {receiver, connector, connect, secret, attempts} = await setUp(t);
  const hasty = connect({url: receiver.url, secret}, {headers: 300, total: 600});
  const meets = async (behaviour: Parameters<WebhookReceiver['misbehave']>[0], met = connector) => {
    receiver.misbehave(behaviour, 1);
    return met.deliver(delivery());
  };
  t.like(await meets({kind: 'hang'}, hasty), {ok: false, error: {code: 'crm.timeout', permanent: false}});
  t.like(await meets({kind: 'drip_head'}, hasty), {
    ok: false,
    error: {code: 'crm.timeout', permanent: false},
  });
  t.like(await meets({kind: 'reset'}), {ok: false, error: {code: 'crm.unreachable', permanent: false}});
  t.like(await meets({kind: 'reset_in_answer'}), {
    ok: false,
    error: {code: 'crm.unreachable', permanent: false},
  });
  t.like(await meets({kind: 'garbage'}), {ok: false, error: {code: 'crm.unreachable', permanent: false}});
  // it said 2xx: the delivery is taken, however long its answer would have become
  t.like(await meets({kind: 'huge', bytes: 40_000_000}), {ok: true, status: 200});
  t.true((attempts.at(-1)?.bytesIn ?? 0) < 10_000_000, 'and the rest was not taken in');
  // long enough for the head on a busy machine, short enough not to wait for the rest
  const patient = connect({url: receiver.url, secret}, {headers: 4000, total: 4000});
  t.like(await meets({kind: 'drip'}, patient), {ok: true, status: 200});

  const elsewhere = connect({url: 'http://127.0.0.1:9/hooks', secret});
  t.like(await elsewhere.deliver(delivery()), {
    ok: false,
    error: {code: 'crm.unreachable', permanent: false, retryAfterMs: 900_000},
  });
  t.like(attempts.at(-1), {outcome: 'denied', reason: 'wrong_host'});

  await receiver.close();
  t.like(await connector.deliver(delivery()), {
    ok: false,
    error: {code: 'crm.unreachable', permanent: false},
  });
});

test('the test button sends no data of a person and says what exactly failed', async t => {
  const {receiver, connector, connect} = await setUp(t);
  t.like(await connector.test(), {ok: true, status: 204, mend: null});
  t.is(receiver.received[0]?.event.type, 'connector.test');
  receiver.misbehave({kind: 'status', status: 404}, 1);
  t.like(await connector.test(), {ok: false, status: 404, mend: 'Check the address of the receiver.'});
  const wrong = await connect({
    url: receiver.url.replace('http:', 'https:'),
    secret: newWebhookSecret(),
  }).test();
  t.false(wrong.ok);
  t.regex(wrong.message, /http:\/\/127\.0\.0\.1:\d+ was approved, https:/);
});

test('a bug of ours is not disguised as a fault of the receiver', async t => {
  const [provider] = connectorProviders;
  const config = provider!.config.parse({url: 'https://crm.example.com/x', secret: newWebhookSecret()});
  const connector = provider!.create(config, {
    send: () => Promise.reject(new TypeError('ours')),
    clock: systemClock,
  });
  await t.throwsAsync(connector.deliver(delivery()), {instanceOf: TypeError, message: 'ours'});
});

test('a configuration is refused with the reason, and names the host it needs', t => {
  const [provider] = connectorProviders;
  const secret = newWebhookSecret();
  const refused = (config: Record<string, unknown>) => !provider!.config.safeParse(config).success;
  for (const url of [
    '',
    'crm.example.com',
    'ftp://crm.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pass@crm.example.com/',
    'https://user@crm.example.com',
    'https://crm.example.com/#x',
    'https://',
    'http://[::1',
  ]) {
    t.true(refused({url, secret}), url);
  }
  for (const bad of [
    '',
    'secret',
    'whsec_',
    'whsec_c2hvcnQ=',
    `whsec_${'A'.repeat(200)}`,
    'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
    secret.slice(6),
  ]) {
    t.true(refused({url: 'https://crm.example.com/', secret: bad}), bad);
  }
  t.true(refused({url: 'https://crm.example.com/', secret, extra: 1}));

  const hosts = (url: string) => provider!.hosts(provider!.config.parse({url, secret}));
  t.deepEqual(hosts('https://CRM.example.com/a?b=c'), [{host: 'crm.example.com', port: 443, plain: false}]);
  t.deepEqual(hosts('http://crm.example.com:8080/'), [{host: 'crm.example.com', port: 8080, plain: true}]);
  t.deepEqual(hosts('http://0x7f.1/'), [{host: '127.0.0.1', port: 80, plain: true}]);
  t.deepEqual(hosts('https://[::1]:8443/'), [{host: '::1', port: 8443, plain: false}]);
});

test('every connector keeps to the kit: fields, schema and list agree', t => {
  t.is(new Set(connectorProviders.map(({type}) => type)).size, connectorProviders.length);
  for (const provider of connectorProviders) {
    const shape = (provider.config as unknown as {shape: Record<string, unknown>}).shape;
    t.deepEqual(provider.fields.map(({name}) => name).sort(), Object.keys(shape).sort());
    t.true(provider.fields.every(({label, help}) => label.length > 0 && help.length > 0));
    t.true(provider.categories.every(category => /^D[1-6]$/.test(category)));
  }
});

test('signatures are those of the standardwebhooks package, for any content', t => {
  const key = fc.uint8Array({minLength: 24, maxLength: 64});
  fc.assert(
    fc.property(key, fc.uuid(), fc.string({unit: 'binary'}), (bytes, id, text) => {
      const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
      const body = JSON.stringify({text});
      const now = new Date();
      const timestamp = Math.floor(now.getTime() / 1000);
      return sign([secret], id, timestamp, body) === new Webhook(secret).sign(id, now, body);
    }),
  );
  t.pass();
});

test('Retry-After is read as seconds or as a date, and never for longer than a day', t => {
  const now = new Date('2026-03-02T09:30:00.000Z');
  t.is(retryAfter(undefined, now), null);
  t.is(retryAfter('30', now), 30_000);
  t.is(retryAfter('Mon, 02 Mar 2026 09:31:00 GMT', now), 60_000);
  t.is(retryAfter('Mon, 02 Mar 2026 09:00:00 GMT', now), null);
  t.is(retryAfter('999999999', now), 86_400_000);
  t.is(retryAfter('-5', now), null);
  t.is(retryAfter('', now), null);
});
