import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {createServer as createTlsServer} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {createBroker} from '../../appliance/egress/broker.ts';
import {createEgress, type Destination, type EgressAttempt} from '../../appliance/egress/index.ts';
import {probe} from '../../appliance/egress/probe.ts';
import type {WireRequest} from '../../appliance/egress/rules.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {selfSigned} from '../../appliance/tls.ts';
import {readAuthorities, readProxy} from '../../appliance/way-out.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const listening = async (t: ExecutionContext, server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = new Set<Socket>();
  server.on('connection', socket => {
    open.add(socket.on('error', () => {}));
  });
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

type Behaviour = {
  login?: string;
  /** In place of the tunnel. */
  answer?: string;
  /** Says so, and then speaks TLS itself. */
  intercept?: number;
};
/** A corporate proxy: only CONNECT, and a sign-in where it wants one. It writes down what it was asked, and what it saw. */
const startProxy = async (t: ExecutionContext, behaviour: Behaviour = {}) => {
  const asked: string[] = [];
  const seen: Buffer[] = [];
  const port = await listening(
    t,
    createServer(socket => {
      let head = '';
      const take = (chunk: Buffer): void => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        socket.off('data', take);
        asked.push(head);
        const [, host = '', at = ''] = /^CONNECT (.+):(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
        if (behaviour.answer !== undefined) return void socket.end(behaviour.answer);
        const login = Buffer.from(behaviour.login ?? '').toString('base64');
        if (behaviour.login !== undefined && !head.includes(`Proxy-Authorization: Basic ${login}\r\n`))
          return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        const onward = connect(
          behaviour.intercept ?? Number(at),
          host === 'crm.example.com' ? '127.0.0.1' : host,
        );
        onward.on('error', () => socket.destroy());
        socket.write('HTTP/1.1 200 Connection established\r\nVia: 1.1 corporate\r\n\r\n');
        socket
          .on('data', (piece: Buffer) => void seen.push(piece))
          .pipe(onward)
          .pipe(socket);
      };
      socket.on('data', take);
    }),
  );
  return {port, asked, seen: () => Buffer.concat(seen).toString('latin1')};
};

const start = (
  t: ExecutionContext,
  proxy: {port: number; login?: {user: string; password: string}} | null,
  destination: Partial<Destination> & {port: number},
  authorities: string[] = [],
) => {
  const attempts: EgressAttempt[] = [];
  const egress = createEgress({
    region: 'eu',
    destinations: async () => [
      {
        id: 'crm',
        host: 'localhost',
        region: 'eu',
        purpose: 'crm_sync',
        categories: ['D1'],
        private: true,
        plain: false,
        state: 'in_force',
        viaProxy: true,
        ...destination,
      },
    ],
    onAttempt: attempt => void attempts.push(attempt),
    log: createLogger('silent'),
    clock: systemClock,
    authorities,
    proxy: proxy && {host: '127.0.0.1', port: proxy.port, login: proxy.login ?? null},
  });
  t.teardown(() => egress.close());
  const send = async () => {
    await egress.ready();
    return egress.send({
      destination: 'crm',
      purpose: 'crm_sync',
      method: 'POST',
      path: '/leads',
      body: 'zephyrine',
    });
  };
  const refused = async (): Promise<AppError> => {
    const error = await t.throwsAsync<AppError>(send(), {instanceOf: AppError});
    return error ?? t.fail();
  };
  return {egress, attempts, send, refused};
};

test('the organisation’s proxy is taken, signed in to, and sees nothing but TLS', async t => {
  const material = await selfSigned({names: ['localhost', 'crm.example.com'], now: new Date()});
  const receiver = await startWebhookReceiver(t, {
    secrets: [],
    tls: {key: material.key, cert: material.certificate},
  });
  const proxy = await startProxy(t, {login: 'crowlit:the proxy’s word'});
  const login = {user: 'crowlit', password: 'the proxy’s word'};
  const through = start(t, {port: proxy.port, login}, {port: receiver.port}, [material.certificate]);
  t.is((await through.send()).status, 422);
  t.is(receiver.requests(), 1);
  t.regex(proxy.asked[0] ?? '', new RegExp(`^CONNECT localhost:${receiver.port} HTTP/1\\.1\r\n`));
  t.notRegex(proxy.seen(), /zephyrine|leads/);
  t.true(proxy.seen().length > 200, 'what went through it was seen');
  t.like(through.attempts[0], {outcome: 'allowed', host: 'localhost'});

  // per destination: this one goes by itself
  const direct = start(t, {port: proxy.port, login}, {port: receiver.port, viaProxy: false}, [
    material.certificate,
  ]);
  t.is((await direct.send()).status, 422);
  t.is(proxy.asked.length, 1);

  // a name that only the proxy knows
  const known = start(
    t,
    {port: proxy.port, login},
    {host: 'crm.example.com', port: receiver.port, private: false},
    [material.certificate],
  );
  t.is((await known.send()).status, 422);
  t.regex(proxy.asked[1] ?? '', /^CONNECT crm\.example\.com:/);
  // without the authority the certificate is a stranger’s, proxy or not
  const stranger = start(t, {port: proxy.port, login}, {port: receiver.port});
  t.is((await stranger.refused()).code, 'egress.tls_failed');
});

test('a proxy that wants a sign-in, refuses, cuts, babbles or opens TLS itself is told in words', async t => {
  const material = await selfSigned({names: ['localhost'], now: new Date()});
  const receiver = await startWebhookReceiver(t, {
    secrets: [],
    tls: {key: material.key, cert: material.certificate},
  });
  const met = async (behaviour: Behaviour, login?: {user: string; password: string}) => {
    const proxy = await startProxy(t, behaviour);
    const {refused, attempts} = start(
      t,
      {port: proxy.port, ...(login ? {login} : {})},
      {port: receiver.port},
      [material.certificate],
    );
    const {code, message} = await refused();
    t.is(attempts[0]?.outcome, 'failed');
    t.notRegex(message, /secret word/);
    return `${code}: ${message}`;
  };
  t.regex(
    await met({login: 'a:b'}),
    /^egress\.proxy_refused: .* wants a sign-in \(407\).*outboundProxy\.credentialsFile/,
  );
  t.regex(await met({login: 'a:b'}, {user: 'a', password: 'secret word'}), /^egress\.proxy_refused: .*407/);
  t.regex(
    await met({answer: 'HTTP/1.1 403 Forbidden\r\n\r\n'}),
    /^egress\.proxy_refused: .* does not let the appliance reach localhost:\d+ \(403\)/,
  );
  t.regex(await met({answer: ''}), /^egress\.proxy_failed: .* cut the connection/);
  t.regex(
    await met({answer: 'SSH-2.0-OpenSSH\r\n\r\n'}),
    /^egress\.proxy_failed: .* does not answer like a proxy/,
  );
  t.regex(await met({answer: `HTTP/1.1 200 ${'x'.repeat(20_000)}`}), /^egress\.proxy_failed: /);

  const own = await selfSigned({names: ['localhost'], now: new Date()});
  let opened = '';
  const intercepting = await listening(
    t,
    createTlsServer({key: own.key, cert: own.certificate}, socket => {
      socket.on('error', () => {}).on('data', (piece: Buffer) => (opened += piece.toString()));
    }),
  );
  t.regex(
    await met({intercept: intercepting}),
    /^egress\.tls_failed: .*If the outbound proxy puts a certificate of its own in its place.*nothing was sent/,
  );
  t.is(opened, '');
  t.is(receiver.requests(), 0);

  const nobody = start(t, {port: 1}, {port: receiver.port}, [material.certificate]);
  t.regex(
    (await nobody.refused()).message,
    /outbound proxy 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
  );
});

test('an address that is refused is refused behind a proxy, too, and a proxy on a forbidden address is none', async t => {
  const proxy = await startProxy(t);
  const met = async (addresses: Record<string, string[]>, host: string): Promise<string> => {
    const broker = createBroker(name =>
      addresses[name]
        ? Promise.resolve(addresses[name].map(address => ({address, family: 4})))
        : Promise.reject(new Error('ENOTFOUND')),
    );
    const row: Destination = {
      id: 'one',
      host,
      port: 443,
      region: 'eu',
      purpose: 'crm_sync',
      categories: [],
      private: false,
      plain: false,
      state: 'in_force',
      viaProxy: true,
    };
    const at = addresses['proxy.example.com'] ? 'proxy.example.com' : '127.0.0.1';
    broker.apply({destinations: [row], authorities: [], proxy: {host: at, port: proxy.port, login: null}});
    const request: WireRequest = {
      at: new Date().toISOString(),
      region: 'eu',
      destination: 'one',
      purpose: 'crm_sync',
      expect: null,
      timeouts: {connect: 5000, headers: 5000, total: 5000},
      method: 'GET',
      path: '/',
      headers: {},
      body: '',
      answer: {limit: 1000, whenOver: 'refuse'},
    };
    return (await broker.handle(request, new AbortController().signal)).error?.code ?? 'reached';
  };
  t.is(
    await met({'turned.example.com': ['169.254.169.254']}, 'turned.example.com'),
    'egress.address_refused',
  );
  t.is(await met({'turned.example.com': ['10.0.0.1']}, 'turned.example.com'), 'egress.address_refused');
  t.is(await met({'proxy.example.com': ['169.254.169.254']}, 'crm.example.com'), 'egress.proxy_failed');
  t.is(proxy.asked.length, 0);
});

test('what is under way ends with the exception that allowed it, and with the destination', async t => {
  const receiver = await startWebhookReceiver(t, {secrets: []});
  receiver.misbehave({kind: 'hang'});
  const broker = createBroker(async () => [{address: '127.0.0.1', family: 4}]);
  const row: Destination = {
    id: 'one',
    host: 'localhost',
    port: receiver.port,
    region: 'us',
    purpose: 'crm_sync',
    categories: [],
    private: true,
    plain: true,
    state: 'in_force',
    exception: {until: '2026-03-02T08:00:00.500Z'},
  };
  const ask = () =>
    broker.handle(
      {
        // the caller’s clock counts, and goes on from there
        at: '2026-03-02T08:00:00.000Z',
        region: 'eu',
        destination: 'one',
        purpose: 'crm_sync',
        expect: null,
        timeouts: {connect: 60_000, headers: 60_000, total: 60_000},
        method: 'GET',
        path: '/',
        headers: {},
        body: '',
        answer: {limit: 1000, whenOver: 'refuse'},
      },
      new AbortController().signal,
    );
  broker.apply({destinations: [row], authorities: []});
  const ended = await ask();
  t.like(ended.error, {code: 'egress.exception_ended', denied: false});
  t.is(ended.attempt.outcome, 'failed');
  t.true(ended.attempt.bytesOut > 0, 'it was under way');

  broker.apply({destinations: [{...row, exception: {until: '2026-03-03T08:00:00.000Z'}}], authorities: []});
  const cut = ask();
  await receiver.waitForRequests(2);
  broker.apply({destinations: [], authorities: []});
  t.is((await cut).error?.code, 'egress.unknown_destination');
  for (const state of ['waiting', 'refused'] as const) {
    broker.apply({destinations: [{...row, state}], authorities: []});
    const {attempt, error} = await ask();
    t.is(attempt.outcome, 'denied');
    t.is(error?.code, state === 'waiting' ? 'egress.waits_for_approval' : 'egress.not_approved');
    t.is(attempt.bytesOut, 0);
  }
});

test('the canary tells a wall from an open door', async t => {
  const port = await listening(t, createServer());
  t.deepEqual(await probe({host: '127.0.0.1', port}), {outcome: 'open', code: 'connected'});
  const material = await selfSigned({names: ['localhost'], now: new Date()});
  const {egress} = start(t, null, {port}, [material.certificate]);
  await egress.ready();
  const result = await egress.canary();
  t.is(result.broker, 'refused');
  t.not(result.process, 'refused', 'this test runs without the guard, and nothing else refuses');
});

test('proxy and authorities are read from files, and what is wrong with them is said', async t => {
  const folder = temporaryDirectory(t);
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const material = await selfSigned({names: ['localhost'], now: new Date()});
  const wrong = (work: () => unknown): string => t.throws(work)?.message ?? '';
  t.deepEqual(readAuthorities(undefined), []);
  t.regex(
    wrong(() => readAuthorities(join(folder, 'none.pem'))),
    /cannot be read \(ENOENT\)/,
  );
  t.regex(
    wrong(() => readAuthorities(file('key.pem', material.key + material.certificate))),
    /private key/,
  );
  t.regex(
    wrong(() => readAuthorities(file('empty.pem', 'nothing'))),
    /holds no certificate/,
  );
  const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  t.regex(
    wrong(() => readAuthorities(file('damaged.pem', damaged))),
    /number 1\) that is damaged/,
  );

  t.is(readProxy({port: 3128}), null);
  t.deepEqual(readProxy({host: 'Proxy.Example.com.', port: 3128}), {
    host: 'proxy.example.com',
    port: 3128,
    login: null,
  });
  const credentialsFile = file('proxy', 'crowlit:a:b c\n');
  t.deepEqual(readProxy({host: 'proxy', port: 1, credentialsFile})?.login, {
    user: 'crowlit',
    password: 'a:b c',
  });
  for (const text of ['', 'user', 'user:', ':word', 'user:two\nlines'])
    t.regex(
      wrong(() => readProxy({host: 'proxy', port: 1, credentialsFile: file('bad', text)})),
      /holds no sign-in\. Write one line/,
      JSON.stringify(text),
    );
});
