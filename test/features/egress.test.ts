import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import * as fc from 'fast-check';
import {canonicalHost, classifyAddress, mayReach} from '../../appliance/egress/address.ts';
import {createBroker} from '../../appliance/egress/broker.ts';
import {
  bindEgress,
  brokerSocket,
  createEgress,
  type Destination,
  type EgressAttempt,
  type EgressDeps,
  type EgressRequest,
  egressDenials,
  egressFailures,
} from '../../appliance/egress/index.ts';
import {createRules} from '../../appliance/egress/guard/rules.ts';
import {judge, type WireRequest} from '../../appliance/egress/rules.ts';
import {createTestClock, systemClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {selfSigned} from '../../appliance/tls.ts';
import {startPostgres} from '../helpers/postgres.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

// Addresses -------------------------------------------------------------------------------------------------------

/** From the IANA special-purpose registries, first and last address of each: written here anew, not taken from the code. */
const special4: [first: string, last: string, kind: string][] = [
  ['0.0.0.0', '0.0.0.0', 'unspecified'],
  ['0.0.0.1', '0.255.255.255', 'reserved'],
  ['10.0.0.0', '10.255.255.255', 'private'],
  ['100.64.0.0', '100.127.255.255', 'shared'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['169.254.0.0', '169.254.255.255', 'link_local'],
  ['172.16.0.0', '172.31.255.255', 'private'],
  ['192.0.0.0', '192.0.0.255', 'reserved'],
  ['192.0.2.0', '192.0.2.255', 'reserved'],
  ['192.88.99.0', '192.88.99.255', 'reserved'],
  ['192.168.0.0', '192.168.255.255', 'private'],
  ['198.18.0.0', '198.19.255.255', 'reserved'],
  ['198.51.100.0', '198.51.100.255', 'reserved'],
  ['203.0.113.0', '203.0.113.255', 'reserved'],
  ['224.0.0.0', '239.255.255.255', 'multicast'],
  ['240.0.0.0', '255.255.255.255', 'reserved'],
];
const public4 = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
];
const special6: [address: string, kind: string][] = [
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fc00::', 'private'],
  ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
  ['fe80::1', 'link_local'],
  ['febf:ffff::1', 'link_local'],
  ['fec0::1', 'private'],
  ['ff02::1', 'multicast'],
  ['2001::1', 'reserved'],
  ['2001:1ff:ffff::1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['3fff:fff::1', 'reserved'],
  ['64:ff9b:1::a00:1', 'reserved'],
  ['100::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['fe80::1%eth0', 'invalid'],
];
const number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const dotted = (value: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.');
const hex4 = (value: number): string =>
  `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;
const anySpecial = fc
  .constantFrom(...special4)
  .chain(([first, last, kind]) =>
    fc.tuple(fc.integer({min: number(first), max: number(last)}), fc.constant(kind)),
  );
/** The same IPv4 address inside an IPv6 one: mapped, translated, compatible, NAT64, 6to4. */
const wrapped = (value: number): string[] => [
  `::ffff:${dotted(value)}`,
  `::ffff:${hex4(value)}`,
  `0:0:0:0:0:FFFF:${hex4(value)}`,
  `::ffff:0:${hex4(value)}`,
  `64:ff9b::${dotted(value)}`,
  `64:ff9b::${hex4(value)}`,
  `2002:${hex4(value)}::1`,
];

test('every special range is known for what it is, to its first and last address', t => {
  for (const [first, last, kind] of special4) {
    t.is(classifyAddress(first), kind as never, first);
    t.is(classifyAddress(last), kind as never, last);
  }
  for (const address of public4) t.is(classifyAddress(address), 'public', address);
  for (const [address, kind] of special6) t.is(classifyAddress(address), kind as never, address);
  for (const address of ['2a00:1450:4001::1', '2606:4700::1', '2001:200::1', '3fff:1000::1', '2003::1']) {
    t.is(classifyAddress(address), 'public', address);
  }
  for (const address of [
    '',
    'example.com',
    '1.2.3',
    '1.2.3.4.5',
    '0x7f.0.0.1',
    '::g',
    '1.2.3.4:80',
    '[::1]',
  ]) {
    t.is(classifyAddress(address), 'invalid', address);
  }
});

test('an address inside another is judged as the one inside', t => {
  fc.assert(
    fc.property(anySpecial, ([value, kind]) => {
      for (const address of wrapped(value)) {
        // :: and ::1 are their own even where they could be read as IPv4-compatible
        if (classifyAddress(address) !== kind) return false;
        if (mayReach(classifyAddress(address), false)) return false;
      }
      return classifyAddress(dotted(value)) === kind;
    }),
    {numRuns: 500},
  );
  for (const address of public4.flatMap(one => wrapped(number(one))))
    t.is(classifyAddress(address), 'public', address);
  fc.assert(
    fc.property(
      fc.ipV4(),
      address =>
        mayReach(classifyAddress(address), false) ===
          !special4.some(
            ([first, last]) => number(address) >= number(first) && number(address) <= number(last),
          ) || ['192.31.196', '192.52.193', '192.175.48'].some(net => address.startsWith(net)),
    ),
  );
});

test("only the organisation's own kinds open to a private destination, link-local never", t => {
  const reachable = (kinds: boolean) =>
    [
      'public',
      'loopback',
      'private',
      'shared',
      'link_local',
      'multicast',
      'unspecified',
      'reserved',
      'invalid',
    ].filter(kind => mayReach(kind as never, kinds));
  t.deepEqual(reachable(false), ['public']);
  t.deepEqual(reachable(true), ['loopback', 'private', 'shared']);
});

test('no spelling of a host hides an address', t => {
  const oct = (part: number) => `0${part.toString(8)}`;
  const hex = (part: number) => `0X${part.toString(16)}`;
  fc.assert(
    fc.property(anySpecial, ([value, kind]) => {
      const parts = dotted(value).split('.').map(Number) as [number, number, number, number];
      const [a, b, c, d] = parts;
      const spellings = [
        String(value),
        hex(value),
        oct(value),
        parts.map(oct).join('.'),
        parts.map(hex).join('.'),
        `${hex(a)}.${b}.${oct(c)}.${d}`,
        `${a}.${b}.${c * 256 + d}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `${dotted(value)}.`,
        // full-width digits and dots of other scripts, as IDNA maps them
        dotted(value).replaceAll(/\d/g, digit => String.fromCodePoint(0xff10 + Number(digit))),
        dotted(value).replaceAll('.', '。'),
      ];
      return spellings.every(
        host => canonicalHost(host) === dotted(value) && classifyAddress(canonicalHost(host) ?? '') === kind,
      );
    }),
  );
  t.is(canonicalHost('BÜCHER.example.'), 'xn--bcher-kva.example');
  t.is(canonicalHost('xn--bcher-kva.example'), 'xn--bcher-kva.example');
  t.is(canonicalHost('[::FFFF:7f00:1]'), '::ffff:7f00:1');
  for (const host of [
    '',
    '.',
    'a..b',
    '.a',
    'a b',
    'a\tb',
    'a\nb',
    'a\0b',
    'user@a',
    'user:pass@a',
    'a:80',
    '1.2.3.4:80',
    '[::1]:80',
    'a/b',
    'a?b',
    'a#b',
    'a\\b',
    '%31',
    'a%00',
    'fe80::1%lo',
    '[a]',
    '1.2.3.256',
    '1.2.3.4.5',
    '4294967296',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(200),
  ]) {
    t.is(canonicalHost(host), null, JSON.stringify(host));
  }
  // whatever it accepts is stable, and nothing that a URL reads as another host
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string(), fc.webUrl()), text => {
      const host = canonicalHost(text);
      if (host === null) return true;
      const url = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}/`);
      return (
        canonicalHost(host) === host && url?.hostname.replace(/^\[|\]$/g, '') === host && url.pathname === '/'
      );
    }),
  );
});

// Rules -----------------------------------------------------------------------------------------------------------

const destination = (changes: Partial<Destination> = {}): Destination => ({
  id: 'hook',
  host: 'crm.example.com',
  port: 443,
  region: 'eu',
  purpose: 'crm_sync',
  categories: ['D1'],
  state: 'in_force',
  private: false,
  plain: false,
  ...changes,
});
const wire = (changes: Partial<WireRequest> = {}): WireRequest => ({
  at: '2026-03-02T09:30:00.000Z',
  region: 'eu',
  destination: 'hook',
  purpose: 'crm_sync',
  expect: null,
  method: 'POST',
  path: '/',
  headers: {},
  body: '',
  timeouts: {connect: 10_000, headers: 10_000, total: 20_000},
  answer: {limit: 1000, whenOver: 'refuse'},
  ...changes,
});

test('each rule refuses by itself, and without a broken rule nothing is refused', t => {
  const code = (request: Partial<WireRequest>, row: Partial<Destination> | null = {}) =>
    judge(wire(request), row === null ? undefined : destination(row)).denied?.code ?? 'allowed';
  const exception = {until: '2026-04-01T00:00:00.000Z'};

  t.is(code({}), 'allowed');
  t.is(code({}, {region: 'eu-at'}), 'allowed', 'a part lies inside the whole');
  t.is(code({expect: {host: 'CRM.example.com.', port: 443, plain: false}}), 'allowed');
  t.is(code({}, {region: 'us', exception}), 'allowed');
  t.is(code({}, {private: true, plain: true}), 'allowed');

  t.is(code({}, null), 'egress.unknown_destination');
  t.is(code({}, {host: 'user@crm.example.com'}), 'egress.bad_destination');
  t.is(code({}, {port: 0}), 'egress.bad_destination');
  t.is(code({}, {port: 70_000}), 'egress.bad_destination');
  t.is(code({}, {plain: true}), 'egress.plain_refused');
  t.is(code({purpose: 'backup'}), 'egress.wrong_purpose');
  t.is(
    code({purpose: 'advertising'}, {purpose: 'advertising'}),
    'egress.wrong_purpose',
    'the list of purposes is closed',
  );
  t.is(code({expect: {host: 'crm.example.org', port: 443, plain: false}}), 'egress.wrong_host');
  t.is(code({expect: {host: 'crm.example.com', port: 8443, plain: false}}), 'egress.wrong_host');
  t.is(code({expect: {host: 'crm.example.com', port: 443, plain: true}}), 'egress.wrong_host');
  t.is(code({region: null}), 'egress.no_region');
  t.is(code({}, {region: 'us'}), 'egress.wrong_region');
  t.is(code({}, {region: 'europe'}), 'egress.wrong_region', 'a longer name is no part');
  t.is(code({region: 'eu-at'}), 'egress.wrong_region', 'the whole does not lie inside a part');
  t.is(code({at: '2026-04-01T00:00:00.000Z'}, {region: 'us', exception}), 'egress.exception_ended');
  t.is(code({}, {region: 'us', exception: {...exception, until: 'never'}}), 'egress.exception_ended');

  const tunnel = (purpose: string, row: Partial<Destination> = {}) => {
    const {at, region, destination: id, expect, timeouts} = wire();
    const asked = {at, region, destination: id, expect, timeouts, purpose, tls: 'starttls', authority: null};
    return judge(asked as never, destination({purpose, ...row})).denied?.code ?? 'allowed';
  };
  t.is(tunnel('mail'), 'allowed');
  t.is(tunnel('mail', {region: 'us'}), 'egress.wrong_region');
  t.is(tunnel('mail', {private: true, plain: true}), 'egress.plain_refused', 'a tunnel has TLS');
  t.is(tunnel('crm_sync'), 'egress.bad_request', 'words of the caller’s own go to a mail server alone');

  for (const method of ['CONNECT', 'TRACE', 'post', ''])
    t.is(code({method: method as never}), 'egress.bad_request', method);
  for (const path of ['', 'x', 'http://other.example/', '/a b', '/a\r\nX: y', '/ü'])
    t.is(code({path}), 'egress.bad_request', path);
  for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'x y', 'x\r\ny', '']) {
    t.is(code({headers: {[name]: '1'}}), 'egress.bad_request', name);
  }
  t.is(code({headers: {x: 'a\r\nHost: other.example'}}), 'egress.bad_request');
});

test('a name is resolved once and the connection goes to what was checked', async t => {
  const server = createServer((_, response) => response.end('reached'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const {port} = server.address() as AddressInfo;

  // the name turns after the first question: who asks again lands elsewhere
  let asked = 0;
  const broker = createBroker(async () => {
    asked += 1;
    return [{address: asked === 1 ? '127.0.0.1' : '127.9.9.9', family: 4}];
  });
  const row = destination({host: 'turncoat.example.com', port, private: true, plain: true});
  broker.apply({destinations: [row], authorities: []});
  const once1 = await broker.handle(wire(), new AbortController().signal);
  t.is(once1.answer?.body.toString(), 'reached');
  t.is(asked, 1);

  const meets = async (addresses: string[], changes: Partial<Destination>) => {
    const judged = createBroker(async () =>
      addresses.map(address => ({address, family: address.includes(':') ? 6 : 4})),
    );
    judged.apply({destinations: [{...row, ...changes}], authorities: []});
    const {attempt, error} = await judged.handle(wire(), new AbortController().signal);
    t.is(attempt.bytesOut, 0);
    return `${attempt.outcome} ${error?.code}`;
  };
  const refused = 'denied egress.address_refused';
  t.is(await meets(['127.0.0.1'], {private: false, plain: false}), refused);
  t.is(await meets(['10.1.2.3'], {private: false, plain: false}), refused);
  t.is(
    await meets(['1.1.1.1', '10.1.2.3'], {private: false, plain: false}),
    refused,
    'one bad address spoils the name',
  );
  t.is(await meets(['::ffff:169.254.169.254'], {private: false, plain: false}), refused);
  t.is(await meets(['169.254.169.254'], {}), refused, 'link-local even for a private destination');
  t.is(
    await meets(['1.1.1.1'], {}),
    refused,
    'in clear to a public address, because a private name leads there',
  );
  t.is(await meets([], {}), refused);
  const unknown = createBroker(() => Promise.reject(new Error('ENOTFOUND')));
  unknown.apply({destinations: [row], authorities: []});
  t.is((await unknown.handle(wire(), new AbortController().signal)).error?.code, 'egress.name_not_found');
  const slow = createBroker(() => new Promise(() => {}));
  slow.apply({destinations: [row], authorities: []});
  const late = await slow.handle(
    wire({timeouts: {connect: 50, headers: 50, total: 500}}),
    new AbortController().signal,
  );
  t.is(late.error?.code, 'egress.timeout', 'a resolver that never answers');
});

// The process -----------------------------------------------------------------------------------------------------

const start = (t: ExecutionContext, rows: Destination[], changes: Partial<EgressDeps> = {}) => {
  const attempts: EgressAttempt[] = [];
  const egress = createEgress({
    region: 'eu',
    destinations: async () => rows,
    onAttempt: attempt => void attempts.push(attempt),
    log: createLogger('silent'),
    clock: systemClock,
    ...changes,
  });
  t.teardown(() => egress.close());
  const send = (request: Partial<EgressRequest> = {}) =>
    egress.send({destination: 'hook', purpose: 'crm_sync', method: 'GET', path: '/', ...request});
  /** The code it was refused with, and that the log says the same. */
  const fails = async (
    t: ExecutionContext,
    request: Partial<EgressRequest>,
    outcome: 'denied' | 'failed',
  ) => {
    const error = await t.throwsAsync<Error & {code: string; kind: string}>(send(request));
    t.is(attempts.at(-1)?.outcome, outcome);
    t.is(`egress.${attempts.at(-1)?.reason}`, error?.code);
    t.is(error?.kind, outcome === 'denied' ? 'forbidden' : 'unavailable');
    t.true(([...egressDenials, ...egressFailures] as string[]).includes(error?.code ?? ''));
    return error?.code;
  };
  return {egress, attempts, send, fails};
};
const local = (port: number, changes: Partial<Destination> = {}): Destination =>
  destination({host: '127.0.0.1', port, private: true, plain: true, ...changes});

test('what is declared is reached, what is not is refused, and both are logged without content', async t => {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () =>
      response
        .writeHead(request.url === '/teapot' ? 418 : 200, {
          'set-cookie': ['a=1', 'b=2'],
          'x-host': request.headers.host,
        })
        .end('hello'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const {port} = server.address() as AddressInfo;
  const rows = [
    local(port),
    local(port, {id: 'named', host: 'localhost'}),
    local(port, {id: 'hidden', private: false, plain: false}),
  ];
  const clock = createTestClock('2026-03-02T09:30:00.000Z');
  const {egress, attempts, send, fails} = start(t, rows, {clock});

  const answer = await send({
    method: 'POST',
    path: '/secret-path?q=1',
    body: 'a secret body',
    headers: {'x-a': 'a secret header'},
  });
  t.like(answer, {status: 200, complete: true});
  t.is(answer.body.toString(), 'hello');
  t.is(answer.headers['x-host'], `127.0.0.1:${port}`);
  t.is(answer.headers['set-cookie'], 'a=1, b=2');
  t.like(attempts[0], {
    at: '2026-03-02T09:30:00.000Z',
    destination: 'hook',
    host: '127.0.0.1',
    port,
    purpose: 'crm_sync',
    region: 'eu',
    categories: ['D1'],
    outcome: 'allowed',
    reason: null,
  });
  t.true((attempts[0]?.bytesOut ?? 0) > 100 && (attempts[0]?.bytesIn ?? 0) > 50);
  t.notRegex(JSON.stringify(attempts), /secret/);
  t.is((await send({path: '/teapot'})).status, 418, 'any status is an answer');
  t.is((await send({destination: 'named'})).headers['x-host'], `localhost:${port}`);

  t.is(await fails(t, {destination: 'nobody'}, 'denied'), 'egress.unknown_destination');
  t.is(await fails(t, {destination: 'hidden'}, 'denied'), 'egress.address_refused');
  t.is(await fails(t, {purpose: 'backup'}, 'denied'), 'egress.wrong_purpose');
  t.is(await fails(t, {path: '/\r\nx'}, 'denied'), 'egress.bad_request');
  t.is(await fails(t, {body: Buffer.alloc(21 * 1024 * 1024)}, 'denied'), 'egress.bad_request');
  t.is((await send({method: 'POST', body: Buffer.alloc(19 * 1024 * 1024)})).status, 200);
  const url = bindEgress(egress, 'hook', 'crm_sync');
  t.is((await url({method: 'GET', url: `http://127.0.0.1:${port}/x`})).status, 200);
  await t.throwsAsync(url({method: 'GET', url: `http://127.0.0.1:${port + 1}/`}), {
    code: 'egress.wrong_host',
  });
  await t.throwsAsync(url({method: 'GET', url: `https://127.0.0.1:${port}/`}), {code: 'egress.wrong_host'});
  await t.throwsAsync(url({method: 'GET', url: `http://a:b@127.0.0.1:${port}/`}), {
    code: 'egress.bad_request',
  });
  await t.throwsAsync(url({method: 'GET', url: 'file:///etc/passwd'}), {code: 'egress.bad_request'});

  // the list changes while the broker runs
  rows.splice(0, rows.length, local(port, {region: 'us'}));
  t.is((await send()).status, 200, 'the old list is in force until told');
  await egress.reload();
  t.is(await fails(t, {}, 'denied'), 'egress.wrong_region');
  rows[0] = local(port, {
    region: 'us',
    exception: {until: '2026-03-02T10:00:00.000Z'},
  });
  await egress.reload();
  t.is((await send()).status, 200);
  clock.advance(3_600_000);
  t.is(await fails(t, {}, 'denied'), 'egress.exception_ended');
  rows.length = 0;
  await egress.reload();
  t.is(await fails(t, {}, 'denied'), 'egress.unknown_destination');
});

test('before a region is chosen nothing leaves', async t => {
  let region: string | null = null;
  const receiver = await startWebhookReceiver(t, {secrets: []});
  const {send, fails} = start(t, [local(receiver.port)], {region: () => region});
  t.is(await fails(t, {}, 'denied'), 'egress.no_region');
  t.is(receiver.requests(), 0);
  region = 'eu';
  t.is((await send()).status, 422);
});

test('a receiver that misbehaves costs a bounded time and a bounded amount of memory', async t => {
  const receiver = await startWebhookReceiver(t, {secrets: []});
  const {attempts, send, fails} = start(t, [local(receiver.port), local(9, {id: 'closed'})]);
  const timeouts = {connect: 5000, headers: 1000, total: 2500};

  receiver.misbehave({kind: 'redirect', location: 'http://169.254.169.254/latest/meta-data/'}, 1);
  const redirected = await send();
  t.is(redirected.status, 307);
  t.is(receiver.requests(), 1, 'handed over, never followed');
  t.is(attempts.length, 1);

  receiver.misbehave({kind: 'hang'}, 1);
  t.is(await fails(t, {timeouts}, 'failed'), 'egress.timeout');
  receiver.misbehave({kind: 'drip_head'}, 1);
  t.is(await fails(t, {timeouts}, 'failed'), 'egress.timeout');
  receiver.misbehave({kind: 'drip'}, 2);
  t.is(
    await fails(t, {timeouts}, 'failed'),
    'egress.timeout',
    'whole answers are awaited no longer than told',
  );
  t.true((attempts.at(-1)?.ms ?? 0) < 30_000);
  t.like(await send({timeouts, answer: {limit: 1000, whenOver: 'cut'}}), {status: 200, complete: false});
  receiver.misbehave({kind: 'reset'}, 1);
  t.is(await fails(t, {}, 'failed'), 'egress.reset');
  receiver.misbehave({kind: 'reset_in_answer'}, 2);
  t.is(await fails(t, {}, 'failed'), 'egress.reset');
  t.is(await fails(t, {answer: {limit: 1000, whenOver: 'cut'}}, 'failed'), 'egress.reset');
  receiver.misbehave({kind: 'garbage'}, 1);
  t.is(await fails(t, {}, 'failed'), 'egress.bad_answer');
  receiver.misbehave({kind: 'status', status: 200, headers: {'x-long': 'x'.repeat(40_000)}}, 1);
  t.is(await fails(t, {}, 'failed'), 'egress.bad_answer');
  receiver.misbehave({kind: 'huge', bytes: 200_000_000}, 1);
  t.is(await fails(t, {}, 'failed'), 'egress.answer_too_large');
  t.true((attempts.at(-1)?.bytesIn ?? 0) < 20_000_000);
  receiver.misbehave({kind: 'huge', bytes: 20_000_000}, 1);
  t.is(
    await fails(t, {answer: {limit: 1e9, whenOver: 'refuse'}}, 'failed'),
    'egress.answer_too_large',
    'what is held in memory has a limit of its own',
  );
  receiver.misbehave({kind: 'huge', bytes: 200_000_000}, 1);
  const cut = await send({answer: {limit: 1000, whenOver: 'cut'}});
  t.is(cut.body.length, 1000);
  t.false(cut.complete);
  t.is(await fails(t, {destination: 'closed'}, 'failed'), 'egress.connect_failed');

  const stop = new AbortController();
  receiver.misbehave({kind: 'hang'}, 1);
  const asked = receiver.requests();
  const given = fails(t, {signal: stop.signal}, 'failed');
  await receiver.waitForRequests(asked + 1);
  stop.abort();
  t.is(await given, 'egress.aborted');
  t.is((await send()).status, 422, 'and after all this it serves');
});

test('a body is handed on as it comes: no faster than it is taken, no more than allowed, no longer than wanted', async t => {
  let goOn = () => {};
  let written = 0;
  let finished = false;
  let ended = 0;
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) ended += 1;
      for (const listener of listeners) listener();
    });
    if (request.url === '/two') {
      goOn = () => response.end('second');
      response.writeHead(203, {'x-a': 'ü'.repeat(3000)}).write('first');
    } else if (request.url === '/nothing') response.writeHead(204).end();
    else if (request.url === '/short') response.end('all there is');
    else if (request.url === '/break') {
      response.writeHead(200, {'content-length': '1000'}).write('first', () => request.socket.destroy());
    } else {
      const piece = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < 200_000_000) {
          written += piece.length;
          if (!response.write(piece)) return void response.once('drain', write);
        }
        finished = true;
        response.end();
      };
      write();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const {port} = server.address() as AddressInfo;
  const {egress, attempts, send, fails} = start(t, [local(port)]);

  const pieces: string[] = [];
  const whole = await send({
    path: '/two',
    onPiece: (piece, {status, headers}) => {
      t.is(status, 203);
      t.is(headers['x-a']?.length, 3000);
      pieces.push(piece.toString());
      // it came before the end was written
      if (pieces.length === 1) goOn();
    },
  });
  t.deepEqual(pieces, ['first', 'second']);
  t.like(whole, {status: 203, complete: true});
  t.is(whole.body.length, 0);
  t.like(attempts.at(-1), {outcome: 'allowed', reason: null});
  // refused with its very last piece, an answer that is whole by then
  for (let i = 0; i < 20; i++) {
    const last = new Error(`of round ${i}`);
    const onPiece = () => {
      throw last;
    };
    t.is(await t.throwsAsync(send({path: '/short', onPiece})), last);
    t.true((attempts.at(-1)?.bytesIn ?? 0) > 10, 'what came is known');
  }
  const never = () => t.fail('nothing came');
  t.like(await send({path: '/nothing', onPiece: never}), {status: 204, complete: true});
  t.is(await fails(t, {destination: 'nobody', onPiece: never}, 'denied'), 'egress.unknown_destination');
  t.is(await fails(t, {path: '/break', onPiece: () => {}}, 'failed'), 'egress.reset');

  // as long as the first piece is not taken, the other side is held up
  const quiet = async (): Promise<void> => {
    for (let before = -1; before !== written; ) {
      before = written;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  };
  let held = 0;
  const answer = {limit: 1_000_000_000, whenOver: 'refuse'} as const;
  const refused = new Error('no more of this');
  const gaveUp = t.throwsAsync(
    send({
      path: '/much',
      answer,
      onPiece: async () => {
        await quiet();
        held = written;
        throw refused;
      },
    }),
  );
  t.is(await gaveUp, refused);
  t.false(finished);
  t.true(held < 50_000_000, `${held} bytes were read before one piece was taken`);
  t.like(attempts.at(-1), {outcome: 'failed', reason: 'aborted'});

  written = 0;
  let size = 0;
  const count = (piece: Buffer) => {
    size += piece.length;
  };
  t.is(await fails(t, {path: '/much', onPiece: count}, 'failed'), 'egress.answer_too_large');
  t.is(size, 1024 * 1024, 'as much as was allowed');

  const wanted = new AbortController();
  const before = ended;
  let after = 0;
  const given = fails(
    t,
    {
      path: '/two',
      signal: wanted.signal,
      onPiece: () => {
        after += 1;
        wanted.abort();
      },
    },
    'failed',
  );
  t.is(await given, 'egress.aborted');
  t.is(after, 1);
  t.true((attempts.at(-1)?.bytesOut ?? 0) > 50 && (attempts.at(-1)?.bytesIn ?? 0) > 50, 'what left is known');
  await new Promise<void>(resolve => {
    const look = () => (ended > before ? resolve() : undefined);
    listeners.add(look);
    look();
  });
  const hurried = {path: '/two', timeouts: {total: 300}, onPiece: () => {}};
  t.is(await fails(t, hurried, 'failed'), 'egress.timeout');
  const patient = {path: '/two', timeouts: {idle: 300, total: 3_600_000}, onPiece: () => {}};
  t.is(await fails(t, patient, 'failed'), 'egress.timeout', 'as long as pieces come, and no longer');

  const {pid} = egress.status();
  const lost = fails(t, {path: '/two', onPiece: () => void process.kill(pid ?? 0, 'SIGKILL')}, 'failed');
  t.is(await lost, 'egress.unavailable');
  t.like(await send({path: '/nothing', onPiece: never}), {status: 204});
});

test('TLS: an authority that is trusted, the right name, a valid date, and 1.2 at least', async t => {
  const now = new Date();
  const past = new Date(now.getTime() - 800 * 86_400_000);
  const good = await selfSigned({names: ['localhost', '127.0.0.1'], now});
  const other = await selfSigned({names: ['crm.example.com'], now});
  const expired = await selfSigned({names: ['localhost'], now: past});
  const listen = (material: typeof good, maxVersion?: 'TLSv1.1') =>
    startWebhookReceiver(t, {
      secrets: [],
      tls: {key: material.key, cert: material.certificate, ...(maxVersion ? {maxVersion} : {})},
    });
  const receivers = {
    good: await listen(good),
    other: await listen(other),
    expired: await listen(expired),
    old: await listen(good, 'TLSv1.1'),
  };
  const rows = Object.entries(receivers).map(([id, {port}]) =>
    local(port, {id, host: 'localhost', plain: false}),
  );
  const {attempts, send, fails} = start(
    t,
    [...rows, local(receivers.good.port, {id: 'clear', host: 'localhost'})],
    {
      authorities: [good.certificate, other.certificate, expired.certificate],
    },
  );
  t.is((await send({destination: 'good'})).status, 422);
  t.true((attempts[0]?.bytesIn ?? 0) > 500, 'counted on the wire, handshake included');
  for (const id of ['other', 'expired', 'old'])
    t.is(await fails(t, {destination: id}, 'failed'), 'egress.tls_failed', id);
  t.not(
    await fails(t, {destination: 'clear'}, 'failed'),
    'egress.tls_failed',
    'no clear text to a TLS port succeeds',
  );

  const stranger = start(t, rows);
  t.is(
    await stranger.fails(t, {destination: 'good'}, 'failed'),
    'egress.tls_failed',
    'without the authority it is a stranger',
  );
  t.is(receivers.other.requests() + receivers.expired.requests() + receivers.old.requests(), 0);
});

test('a broker that dies is started again; what was under way is told and logged', async t => {
  const receiver = await startWebhookReceiver(t, {secrets: []});
  const {egress, attempts, send} = start(t, [local(receiver.port)]);
  await egress.ready();
  const {pid} = egress.status();
  t.like(egress.status(), {state: 'running', restarts: 0, destinations: 1, lastError: null});

  receiver.misbehave({kind: 'hang'}, 1);
  const lost = t.throwsAsync(send(), {code: 'egress.unavailable'});
  await receiver.waitForRequests(1);
  process.kill(pid ?? 0, 'SIGKILL');
  await lost;
  t.like(attempts[0], {
    outcome: 'failed',
    reason: 'unavailable',
    host: '127.0.0.1',
    port: receiver.port,
    region: 'eu',
  });
  const next = await send();
  t.is(next.status, 422, 'the next one waits for the new broker, which knows the destinations');
  t.like(egress.status(), {state: 'running', restarts: 1});
  t.not(egress.status().pid, pid);
  await egress.close();
  t.is(egress.status().state, 'stopped');
  await t.throwsAsync(send(), {code: 'egress.unavailable'});
});

test('a broker that will not start is told, not waited for', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-egress-test-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  const entry = join(directory, 'broken.mjs');
  writeFileSync(entry, 'process.stderr.write("cannot listen"); process.exit(3);');
  const ended = Promise.withResolvers<unknown>();
  const log = {...createLogger('silent'), error: ended.resolve};
  const {egress, send, attempts} = start(t, [], {entry, log});
  await ended.promise;
  await t.throwsAsync(send(), {code: 'egress.unavailable'});
  t.like(attempts[0], {outcome: 'failed', reason: 'unavailable'});
  t.is(egress.status().state, 'starting');
  t.regex(egress.status().lastError ?? '', /ended with 3: cannot listen/);

  t.throws(() => start(t, [], {socketDirectory: join(directory, 'x'.repeat(110))}), {
    code: 'egress.socket_path_too_long',
  });
});

test('the broker can read nothing but its code, start nothing, and was given no environment', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-egress-test-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  const entry = join(directory, 'probe.mjs');
  // started by the same supervisor with the same flags: what it finds is what the broker would find
  writeFileSync(
    entry,
    `import {readFileSync, writeFileSync, readdirSync} from 'node:fs';
     import {spawn} from 'node:child_process';
     import {Worker} from 'node:worker_threads';
     const can = f => { try { f(); return 'yes'; } catch (error) { return error.code; } };
     process.stderr.write(JSON.stringify({
       own: can(() => readFileSync(${JSON.stringify(entry)})),
       database: can(() => readFileSync(${JSON.stringify(join(repository, 'package.json'))})),
       list: can(() => readdirSync('/')), passwd: can(() => readFileSync('/etc/passwd')),
       write: can(() => writeFileSync(${JSON.stringify(join(directory, 'x'))}, '')),
       spawn: can(() => spawn('true')), worker: can(() => new Worker('1', {eval: true})),
       addon: can(() => process.dlopen({exports: {}}, '/nowhere.node')),
       environment: Object.keys(process.env), directory: process.cwd(),
     }));
     process.exit(3);`,
  );
  const ended = Promise.withResolvers<Record<string, unknown>>();
  start(t, [], {entry, log: {...createLogger('silent'), error: ended.resolve}});
  const {reason} = await ended.promise;
  const found = JSON.parse(/\{.*\}/s.exec(String(reason))?.[0] ?? '{}') as Record<string, unknown>;
  t.deepEqual(found, {
    own: 'yes',
    database: 'ERR_ACCESS_DENIED',
    list: 'ERR_ACCESS_DENIED',
    passwd: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    worker: 'ERR_ACCESS_DENIED',
    addon: 'ERR_DLOPEN_DISABLED',
    environment: [],
    directory: '/',
  });
});

test('nobody else may open its socket, and it ends with the appliance', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-egress-test-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import {createEgress} from ${JSON.stringify(join(repository, 'appliance/egress/index.ts'))};
       const none = () => {};
       const egress = createEgress({region: 'eu', destinations: async () => [], onAttempt: none, socketDirectory: ${JSON.stringify(directory)},
         log: {debug: none, info: none, warn: none, error: none}, clock: {now: () => new Date(), iso: () => new Date().toISOString()}});
       await egress.ready();
       console.log(egress.status().pid);`,
    ],
    {stdio: ['ignore', 'pipe', 'inherit']},
  );
  t.teardown(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  t.is(statSync(directory).mode & 0o777, 0o700);
  t.true(statSync(brokerSocket(directory)).isSocket());
  t.deepEqual(readFileSync(`/proc/${pid}/environ`, 'utf8'), '');

  const gone = once(parent, 'close');
  parent.kill('SIGKILL');
  await gone;
  // `close` waited for the pipes that the broker shares with its parent: with it they are shut
  const alive = () => {
    try {
      process.kill(pid, 0);
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
    } catch {
      return false;
    }
  };
  const until = Date.now() + 5000;
  while (alive() && Date.now() < until) await new Promise(resolve => setImmediate(resolve));
  t.false(alive());
});

// The guard -------------------------------------------------------------------------------------------------------

/** Runs a module in a process of its own and returns what it printed as JSON; the guard cannot be taken off again. */
const inChild = async (
  t: ExecutionContext,
  code: string,
  values: Record<string, unknown> = {},
): Promise<Record<string, unknown>> => {
  const path = (file: string) => JSON.stringify(join(repository, file));
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      `import {installNetworkGuard} from ${path('appliance/egress/guard.ts')};
       import {createRequire} from 'node:module';
       const require = createRequire(${path('test/x.js')});
       const repository = ${JSON.stringify(repository)};
       const values = ${JSON.stringify(values)};
       ${code}`,
    ],
    {stdio: ['ignore', 'pipe', 'pipe']},
  );
  t.teardown(() => void child.kill('SIGKILL'));
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0) throw new Error(`the child ended with ${status}: ${complaint}`);
  return JSON.parse(out) as Record<string, unknown>;
};

/** Everything a process can reach out with. Each is a function body; what it resolves with would be a breach. */
const routes: Record<string, string> = {
  fetch: `return fetch('http://198.51.100.7/')`,
  'fetch by name': `return fetch('https://crm.example.com/')`,
  'undici request': `return require('undici').request('http://198.51.100.7/')`,
  'undici with a dispatcher of its own': `const {request, Agent} = require('undici'); return request('http://198.51.100.7/', {dispatcher: new Agent({connect: {timeout: 500}})})`,
  'undici with a lookup of its own': `const {request, Agent} = require('undici'); return request('http://localhost/', {dispatcher: new Agent({connect: {lookup: foreign}})})`,
  'http.get': `return once(require('http').get('http://198.51.100.7/'), 'response')`,
  'https.request': `return once(require('https').request('https://crm.example.com/').end(), 'response')`,
  'http with a lookup of its own': `return once(require('http').get({host: 'localhost', port: 80, lookup: foreign}), 'response')`,
  'http2.connect': `return once(require('http2').connect('https://crm.example.com/'), 'connect')`,
  'net.connect': `return once(require('net').connect(80, '198.51.100.7'), 'connect')`,
  'net.connect, IPv6': `return once(require('net').connect(80, '2001:db8::1'), 'connect')`,
  'net.connect, a decimal address': `return once(require('net').connect(80, '3325256711'), 'connect')`,
  'net.connect, mapped': `return once(require('net').connect(80, '::ffff:198.51.100.7'), 'connect')`,
  'net.connect with a lookup of its own': `return once(require('net').connect({port: 80, host: 'localhost', lookup: foreign}), 'connect')`,
  'a socket made by hand': `return once(new (require('net').Socket)().connect({port: 80, host: '198.51.100.7'}), 'connect')`,
  'the resolver of this machine': `return once(require('net').connect(53, '127.0.0.1'), 'connect')`,
  'tls.connect': `return once(require('tls').connect(443, '198.51.100.7'), 'secureConnect')`,
  'a Unix socket of somebody else': `return once(require('net').connect('/run/docker.sock'), 'connect')`,
  'an abstract Unix socket': `return once(require('net').connect('\\0bus'), 'connect')`,
  'the ws client': `return once(new (require('ws').WebSocket)('ws://198.51.100.7/'), 'open')`,
  'the pg client': `return new (require('pg').Client)({host: '198.51.100.7'}).connect()`,
  'the pg client by name': `return new (require('pg').Client)({host: 'db.example.com'}).connect()`,
  'dgram send': `return new Promise((resolve, reject) => require('dgram').createSocket('udp4').send('x', 53, '198.51.100.7', error => error ? reject(error) : resolve()))`,
  'dgram connect': `require('dgram').createSocket('udp4').connect(53, '198.51.100.7')`,
  'dns.lookup': `return promisify(require('dns').lookup)('crm.example.com')`,
  'dns.promises.lookup': `return require('dns/promises').lookup('crm.example.com')`,
  'dns.lookup, imported before': `return promisify(lookupTaken)('crm.example.com')`,
  'dns.lookupService': `return require('dns').promises.lookupService('127.0.0.1', 80)`,
  'dns.resolve4': `return promisify(require('dns').resolve4)('crm.example.com')`,
  'dns.promises.resolveTxt': `return require('dns').promises.resolveTxt('crm.example.com')`,
  'dns.resolve4, imported before': `return promisify(resolveTaken)('crm.example.com')`,
  'dns.reverse': `return require('dns').promises.reverse('198.51.100.7')`,
  'a Resolver': `return promisify(cb => new (require('dns').Resolver)().resolveMx('crm.example.com', cb))()`,
  'a Resolver with promises': `const resolver = new (require('dns').promises.Resolver)(); resolver.setServers(['198.51.100.7']); return resolver.resolveSrv('crm.example.com')`,
  spawn: `return require('child_process').spawn('curl', ['http://198.51.100.7/'])`,
  'spawn, taken before': `return spawnTaken('curl', ['http://198.51.100.7/'])`,
  exec: `return require('child_process').exec('curl http://198.51.100.7/')`,
  execFileSync: `return require('child_process').execFileSync('true')`,
  spawnSync: `return require('child_process').spawnSync('true')`,
  fork: `return require('child_process').fork('x.js')`,
  'node -e': `return require('child_process').spawn(process.execPath, ['-e', '1'])`,
  'cluster.fork': `const cluster = require('cluster'); cluster.setupPrimary({exec: 'x.js'}); return cluster.fork()`,
  'process.execve': `return process.execve('/bin/true', ['true'])`,
  'a worker of text': `return new (require('worker_threads').Worker)('1', {eval: true})`,
  'a worker of a file': `return new Worker(new URL('file:///tmp/x.mjs'))`,
  'module.register': `return require('module').register('data:text/javascript,')`,
  'node:ffi': `return require('node:ffi').dlopen(null, {})`,
  'node:ffi, its class': `return new (require('node:ffi').DynamicLibrary)(null)`,
  'process.binding': `return process.binding('tcp_wrap')`,
};
/** Where the host is only known as an address, the system's own word is all that can be said. */
const bySystemWord = [
  'undici with a lookup of its own',
  'http with a lookup of its own',
  'net.connect with a lookup of its own',
];

test("the appliance's process reaches out by no route that Node has", async t => {
  const found = await inChild(
    t,
    `import {once} from 'node:events';
     import {promisify} from 'node:util';
     import {Worker} from 'node:worker_threads';
     const {lookup: lookupTaken, resolve4: resolveTaken} = require('dns');
     const {spawn: spawnTaken} = require('child_process');
     const {Worker: WorkerTaken} = require('worker_threads');
     const told = [];
     installNetworkGuard({allow: [], onRefused: error => told.push(error.details.refused)});
     const foreign = (host, options, callback) => options.all ? callback(null, [{address: '198.51.100.7', family: 4}]) : callback(null, '198.51.100.7', 4);
     const outcome = error => {
       for (let one = error; one; one = one.cause ?? one.errors?.[0]) {
         if (one.code === 'egress.direct_connection_refused') return one.kind + ', ' + /egress\\.send/.test(one.message);
         if (one.code === 'EACCES') return 'EACCES';
       }
       return 'something else: ' + error;
     };
     const results = {};
     const routes = {${Object.entries(routes)
       .map(([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`)
       .join(',\n')}};
     for (const [name, route] of Object.entries(routes)) {
       const before = told.length;
       const patience = new Promise((_, reject) => setTimeout(reject, 3000, new Error('nothing happened')).unref());
       results[name] = await Promise.race([route(), patience]).then(() => 'IT GOT OUT', outcome);
       if (told.length === before) results[name] += ', untold';
     }
     const socket = new WebSocket('ws://198.51.100.7/');
     results.WebSocket = await new Promise(resolve => { socket.onerror = () => resolve('refused'); socket.onopen = () => resolve('IT GOT OUT'); });
     const worker = new WorkerTaken('require("worker_threads").parentPort.postMessage(1); setInterval(() => {}, 1000)', {eval: true});
     results['a worker by a class taken before'] = await Promise.race([once(worker, 'exit').then(() => 'ended'), once(worker, 'message').then(() => 'IT RAN')]);
     console.log(JSON.stringify({results, told: told.length}));
     process.exit(0);`,
  );
  const results = found.results as Record<string, string>;
  for (const name of Object.keys(routes)) {
    t.is(results[name], bySystemWord.includes(name) ? 'EACCES' : 'forbidden, true', name);
  }
  t.is(results.WebSocket, 'refused');
  t.is(results['a worker by a class taken before'], 'ended');
  t.true((found.told as number) >= Object.keys(routes).length);
});

test('under the guard the appliance serves, uses its database, and sends through the broker', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-egress-test-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  const postgres = await startPostgres();
  const receiver = await startWebhookReceiver(t, {secrets: []});
  const found = await inChild(
    t,
    `import {createServer, get} from 'node:http';
     import {once} from 'node:events';
     import {spawn} from 'node:child_process';
     import {brokerEntry, brokerSocket, createEgress} from ${JSON.stringify(join(repository, 'appliance/egress/index.ts'))};
     const refused = [];
     const own = values.directory + '/own.sock';
     installNetworkGuard({
       allow: [{path: brokerSocket(values.directory)}, {path: own}],
       children: [{entry: brokerEntry, network: true}, {entry: values.inference}],
       onRefused: error => refused.push(error.message),
     });
     const results = {};
     const server = createServer((_, response) => response.end('served'));
     server.listen(0, '127.0.0.1');
     await once(server, 'listening');
     const {port} = server.address();
     results.byAddress = await (await fetch('http://127.0.0.1:' + port)).text();
     results.byName = await (await fetch('http://localhost:' + port)).text();
     const unix = createServer((_, response) => response.end());
     unix.listen(own);
     await once(unix, 'listening');
     results.unix = (await once(get({socketPath: own}), 'response'))[0].statusCode;
     const {Client} = require('pg');
     const client = new Client(values.database);
     await client.connect();
     results.database = (await client.query('select 40 + 2 as n')).rows[0].n;
     await client.end();

     const none = () => {};
     const attempts = [];
     const egress = createEgress({region: 'eu', destinations: async () => [values.destination], onAttempt: attempt => attempts.push(attempt),
       socketDirectory: values.directory, log: {debug: none, info: none, warn: none, error: none},
       clock: {now: () => new Date(), iso: () => new Date().toISOString()}});
     results.sent = (await egress.send({destination: 'hook', purpose: 'crm_sync', method: 'POST', path: '/', body: 'x'})).status;
     results.logged = attempts.map(({outcome}) => outcome);
     await egress.close();
     results.refused = [...refused];

     const starts = (flags, env = {}) => {
       try { const child = spawn(process.execPath, [...flags, values.inference], {env}); child.kill('SIGKILL'); return 'started'; } catch (error) { return error.code; }
     };
     results.children = [
       starts(['--permission', '--allow-addons']), starts([]), starts(['--permission', '--allow-net']), starts(['--permission', '--import=data:text/javascript,']),
       starts(['--permission', '--eval=1']), starts(['--permission'], {NODE_OPTIONS: '--import=x'}), starts(['--permission'], {LD_PRELOAD: '/x.so'}),
     ];
     console.log(JSON.stringify(results));
     process.exit(0);`,
    {
      directory,
      database: postgres.url('postgres'),
      destination: local(receiver.port),
      inference: fileURLToPath(import.meta.url),
    },
  );
  const refused = 'egress.direct_connection_refused';
  t.deepEqual(found, {
    byAddress: 'served',
    byName: 'served',
    unix: 200,
    database: 42,
    sent: 422,
    logged: ['allowed'],
    refused: [],
    children: ['started', refused, refused, refused, refused, refused, refused],
  });
  t.is(receiver.requests(), 1);
});

test('an allowed database is reached by name or address, on its port alone', t => {
  const told: string[] = [];
  const rules = createRules({
    allow: [
      {host: 'DB.example.internal', port: 5432},
      {host: '10.1.2.3', port: 5433},
      {path: '/run/postgresql/.s.PGSQL.5432'},
    ],
    onRefused: error => told.push(error.code),
  });
  t.true(rules.mayConnect('db.example.internal', 5432));
  t.true(rules.mayConnect('db.example.internal.', 5432));
  t.false(rules.mayConnect('db.example.internal', 5433));
  t.false(rules.mayConnect('x.db.example.internal', 5432));
  t.true(rules.mayResolve('db.example.internal'));
  t.false(rules.mayResolve('secret-data.example.internal'), 'a name is a message to whoever answers for it');
  t.false(rules.mayReachAddress('10.9.9.9', 5432), 'not before its name was asked for');
  rules.remember('db.example.internal', ['10.9.9.9', '2001:DB8::9']);
  t.true(rules.mayReachAddress('10.9.9.9', 5432));
  t.true(rules.mayReachAddress('2001:db8::9', 5432));
  t.false(rules.mayReachAddress('10.9.9.9', 22));
  rules.remember('other.example.internal', ['10.7.7.7']);
  t.false(rules.mayReachAddress('10.7.7.7', 5432));
  t.true(rules.mayReachAddress('10.1.2.3', 5433));
  t.false(rules.mayReachAddress('10.1.2.3', 5432));
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    t.true(rules.mayReachAddress(address, 4000));
  for (const port of [53, 853, 5353]) t.false(rules.mayReachAddress('127.0.0.53', port));
  for (const address of ['0.0.0.0', '::', '169.254.169.254', '224.0.0.1', '192.168.0.1', '', 'x']) {
    t.false(rules.mayReachAddress(address, 5432), address);
  }
  t.true(rules.mayOpen('/run/postgresql/../postgresql/.s.PGSQL.5432'));
  t.false(rules.mayOpen('/run/postgresql/.s.PGSQL.5433'));
  t.deepEqual(told, [], 'asking is no refusal');
  t.throws(() => createRules({allow: [{host: 'user@db', port: 1}]}), {code: 'egress.bad_guard'});
});
