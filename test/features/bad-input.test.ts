import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, mkdtempSync, openSync, rmSync, rmdirSync, writeSync} from 'node:fs';
import {request as ask} from 'node:http';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {type Api, openAgent, openSocket, signIn} from '../helpers/clients.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {administrator, setupAnswers, type Started, startAppliance} from '../helpers/start.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';
import {newWebhookSecret} from '../../appliance/adapters/crm/webhook/index.ts';

type Refusal = {error: {code: string; message: string}};
type Delivery = {
  state: string;
  attempts: number;
  nextAttemptAt: string | null;
  lastError: {code: string; message: string} | null;
  log: {at: string; outcome: string; status: number | null; message: string}[];
};

/** There is no event for it: asks until it is so. */
const until = async <Value>(look: () => Promise<Value | undefined>): Promise<Value> => {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await pause(20);
  }
};
const theDelivery = async (admin: Api): Promise<Delivery | undefined> =>
  (await admin.call<{deliveries: Delivery[]}>('GET', '/api/admin/deliveries')).deliveries[0];
const deliveryThat = (admin: Api, fits: (delivery: Delivery) => boolean): Promise<Delivery> =>
  until(async () => {
    const delivery = await theDelivery(admin);
    return delivery && fits(delivery) ? delivery : undefined;
  });
const socketUrl = (base: string, side: 'visitor' | 'agent') =>
  `${base.replace(/^http/, 'ws')}/api/${side}/socket`;

/** A visitor becomes a lead while the receiver behaves as told. */
const withLead = async (t: ExecutionContext, clock?: ReturnType<typeof createTestClock>) => {
  const appliance = await startAppliance(t, clock ? {clock} : {});
  const receiver = await connectReceiver(t, appliance, clock ? {now: clock.now} : {});
  await lowerTheBar(appliance);
  const admin = await appliance.administrator();
  const becomeLead = async (): Promise<void> => {
    await (await appliance.visitor()).say(wordsOfALead('ada@example.com'));
  };
  return {appliance, receiver, admin, becomeLead};
};

test('a receiver that answers 500 for an hour is tried less and less often, and gets the lead once', async t => {
  const clock = createTestClock(new Date().toISOString());
  const {receiver, admin, becomeLead} = await withLead(t, clock);
  receiver.misbehave({kind: 'status', status: 500});
  const began = clock.now().getTime();
  await becomeLead();
  const pauses: number[] = [];
  let attempts = 0;
  while (clock.now().getTime() - began < 60 * 60_000) {
    attempts += 1;
    await receiver.waitForRequests(attempts);
    const count = attempts;
    const delivery = await deliveryThat(admin, one => one.state === 'retrying' && one.attempts === count);
    t.is(receiver.requests(), attempts, 'no attempt before its time');
    t.is(delivery.lastError?.code, 'crm.unavailable');
    const wait = new Date(delivery.nextAttemptAt as string).getTime() - clock.now().getTime();
    pauses.push(wait);
    clock.advance(wait);
  }
  pauses.forEach((wait, index) => {
    const ceiling = Math.min(30 * 60_000, 2000 * 2 ** index);
    t.true(wait >= ceiling / 2 && wait <= ceiling, `pause ${index + 1}: ${wait} ms`);
  });
  t.true(attempts >= 8 && attempts <= 16, `${attempts} attempts in an hour`);
  receiver.behave();
  await receiver.waitFor(1);
  const done = await deliveryThat(admin, ({state}) => state === 'delivered');
  t.is(done.log.length, attempts + 1, 'every attempt is in the sync log');
  t.deepEqual(
    done.log.map(({outcome, status}) => `${outcome} ${status}`),
    ['delivered 204', ...Array<string>(attempts).fill('crm.unavailable 500')],
  );
  t.is(receiver.received.length, 1);
  t.deepEqual(receiver.complaints, []);
});

test('a receiver that hangs is given up after a while, told in the sync log, and tried again', async t => {
  const {receiver, admin, becomeLead} = await withLead(t);
  receiver.misbehave({kind: 'hang'}, 1);
  await becomeLead();
  const waiting = await deliveryThat(admin, ({state}) => state === 'retrying');
  t.is(waiting.lastError?.code, 'crm.timeout');
  const [first] = await receiver.waitFor(1);
  const done = await deliveryThat(admin, ({state}) => state === 'delivered');
  t.deepEqual(
    done.log.map(({outcome}) => outcome),
    ['delivered', 'crm.timeout'],
  );
  t.is(receiver.delivered().length, 1);
  t.is(first?.event.type, 'lead.qualified');
});

test('a redirect to a private address is not followed; the lead stays, and goes out once the address is right', async t => {
  const {receiver, admin, becomeLead} = await withLead(t);
  const inside = await startWebhookReceiver(t, {secrets: []});
  receiver.misbehave({kind: 'redirect', location: inside.url}, 1);
  await becomeLead();
  const refused = await deliveryThat(admin, ({state}) => state === 'failed');
  t.is(refused.lastError?.code, 'crm.redirected');
  t.regex(refused.lastError?.message ?? '', /only to the approved one/);
  t.is(inside.requests(), 0, 'nobody knocked there');
  const {deliveries} = await admin.call<{deliveries: {id: string}[]}>('GET', '/api/admin/deliveries');
  await admin.call('POST', `/api/admin/deliveries/${deliveries[0]?.id}/retry`);
  await receiver.waitFor(1);
  await deliveryThat(admin, ({state}) => state === 'delivered');
  t.is(receiver.delivered().length, 1);
});

test('a destination on a private address needs to be declared so; what is refused is logged', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const secret = newWebhookSecret();
  const receiver = await startWebhookReceiver(t, {secrets: [secret]});
  const connector = (url: string, more: object) => ({
    type: 'webhook',
    name: 'CRM',
    config: {url, secret},
    region: 'eu',
    ...more,
  });
  const plain = await admin.request<Refusal>('POST', '/api/admin/connectors', connector(receiver.url, {}));
  t.is(plain.status, 400);
  t.like(plain.body.error, {code: 'privacy.plain_http'});
  const abroad = await admin.request<Refusal>(
    'POST',
    '/api/admin/connectors',
    connector('https://crm.example.com/hooks', {region: 'us'}),
  );
  t.is(abroad.status, 403);
  t.is(abroad.body.error.code, 'privacy.outside_region');
  t.regex(
    abroad.body.error.message,
    /crm\.example\.com is declared to be in .*, and this appliance keeps data in/,
  );
  const unknown = await admin.request<Refusal>(
    'POST',
    '/api/admin/connectors',
    connector('https://crm.example.com/hooks', {region: 'atlantis'}),
  );
  t.is(unknown.status, 400);
  t.deepEqual((await admin.call<{connectors: unknown[]}>('GET', '/api/admin/connectors')).connectors, []);
  t.deepEqual(
    (await admin.call<{destinations: unknown[]}>('GET', '/api/admin/destinations')).destinations,
    [],
  );

  for (const host of ['127.0.0.1', 'localhost', '0x7f.1']) {
    const {connector: made} = await admin.call<{connector: {id: string}}>(
      'POST',
      '/api/admin/connectors',
      connector(`https://${host}:${receiver.port}/hooks`, {}),
    );
    await approveAll(appliance);
    const result = await admin.call<{ok: boolean; message: string}>(
      'POST',
      `/api/admin/connectors/${made.id}/test`,
    );
    t.false(result.ok, host);
    t.regex(result.message, /Not allowed to leave/, host);
  }
  t.is(receiver.requests(), 0);
  const {attempts} = await admin.call<{attempts: {outcome: string; reason: string; port: number}[]}>(
    'GET',
    '/api/admin/egress-attempts?outcome=denied',
  );
  t.is(attempts.length, 3);
  for (const attempt of attempts) t.like(attempt, {port: receiver.port, outcome: 'denied'});
});

const path = (route: {path: string}): string => route.path.replaceAll(/\{\w+\}/g, () => newId());

test('what is for administrators is refused to agents and strangers, each route of it', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  const {routes} = appliance.inside;
  const forAdministrators = routes.filter(
    ({access, path: at}) =>
      at.startsWith('/api/admin/') || (Array.isArray(access) && !access.includes('agent')),
  );
  t.true(forAdministrators.length >= 20, `${forAdministrators.length} routes`);
  for (const route of forAdministrators) {
    const name = `${route.method} ${route.path}`;
    // who else reads evidence is in roles.test.ts
    t.true(route.access.includes('administrator') && !route.access.includes('agent'), name);
    const asAgent = await agent.api.request<Refusal>(route.method.toUpperCase(), path(route));
    t.is(asAgent.status, 403, name);
    t.is(asAgent.body.error.code, 'request.role', name);
    for (const headers of [{}, {authorization: `Bearer ${visitor.token}`}]) {
      const stranger = await fetch(appliance.base + path(route), {
        method: route.method.toUpperCase(),
        headers,
      });
      t.is(stranger.status, 401, name);
    }
  }
  // whatever is open to everybody is named here, so that nothing becomes so by accident
  t.deepEqual(
    routes
      .filter(({access}) => access === 'public')
      .map(({method, path: at}) => `${method} ${at}`)
      .toSorted(),
    [
      'get /api/invitations/{token}',
      'get /api/openapi.json',
      'get /api/session',
      'get /api/setup',
      'get /api/visitor/privacy-receipts/{receipt}', // with the receipt's own secret
      'get /health/live',
      'get /health/ready',
      'post /api/host/audit', // the same
      'post /api/host/cancellation', // with a proof made of the master key
      'post /api/host/evidence', // the same
      'post /api/host/keys', // with a proof made of the master key
      'post /api/host/mail',
      'post /api/host/models', // with a proof made of the master key
      'post /api/host/password-reset', // the same
      'post /api/invitations/{token}',
      'post /api/session',
      'post /api/setup',
      'post /api/visitor/sessions',
    ],
  );
});

test('no change without the page’s own token, and none from another website', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const changing = appliance.inside.routes.filter(
    ({method, access}) => method !== 'get' && Array.isArray(access),
  );
  t.true(changing.length >= 12, `${changing.length} routes`);
  const attempts: [string, Record<string, string>, string][] = [
    ['no token', {origin: appliance.base}, 'request.csrf'],
    [
      'a forged token',
      {origin: appliance.base, 'x-csrf-token': 'x'.repeat(admin.csrfToken.length)},
      'request.csrf',
    ],
    [
      'another origin',
      {origin: 'https://evil.example.org', 'x-csrf-token': admin.csrfToken},
      'request.foreign_origin',
    ],
    [
      'a form elsewhere',
      {'sec-fetch-site': 'cross-site', 'x-csrf-token': admin.csrfToken},
      'request.foreign_origin',
    ],
  ];
  for (const route of changing) {
    for (const [how, headers, code] of attempts) {
      const answer = await fetch(appliance.base + path(route), {
        method: route.method.toUpperCase(),
        headers: {cookie: admin.cookie, 'content-type': 'application/json', ...headers},
        body: '{}',
      });
      t.is(answer.status, 403, `${route.method} ${route.path}: ${how}`);
      t.is(((await answer.json()) as Refusal).error.code, code, `${route.method} ${route.path}: ${how}`);
    }
  }
});

test('tokens: expired, foreign and forged ones open nothing, and a conversation only its own', async t => {
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {clock});
  const agent = await appliance.agent();
  const [one, other] = [await appliance.visitor(), await appliance.visitor()];
  const own = {origin: appliance.base};

  // a visitor's frames have no say in whose conversation they are for
  one.socket.sendRaw(
    JSON.stringify({
      type: 'message',
      clientId: 'f1',
      text: 'Not there',
      conversationId: other.conversationId,
    }),
  );
  const ack = await one.socket.next('ack', ({clientId}) => clientId === 'f1');
  t.is((await one.reconnect()).messages.find(({seq}) => seq === ack.seq)?.text, 'Not there');
  t.false((await other.reconnect()).messages.some(({text}) => text === 'Not there'));
  // an agent who has not taken a conversation, or makes one up, is refused
  await agent.accept(one.conversationId);
  for (const [conversationId, code] of [
    [other.conversationId, 'conversations.not_yours'],
    [newId(), 'conversations.not_found'],
    ['../../etc/passwd', 'protocol.invalid_frame'],
  ] as const) {
    await t.throwsAsync(agent.say(conversationId, 'Hello?'), {code}, conversationId);
  }
  for (const id of [newId(), 'nothing', '%00', '..%2f..%2fadmin'])
    t.true(
      [400, 404].includes((await agent.api.request('GET', `/api/agent/conversations/${id}`)).status),
      id,
    );

  // twelve idle hours for an agent
  clock.advance(12 * 60 * 60_000 + 1);
  t.is((await agent.api.request('GET', '/api/agent/conversations')).status, 401);
  agent.socket.send({type: 'message', conversationId: one.conversationId, clientId: 'late', text: 'Late'});
  t.is((await agent.socket.closed).code, 4401, 'an open socket is not a way round it');
  t.is(
    (
      await (
        await openSocket(socketUrl(appliance.base, 'agent'), {headers: {...own, cookie: agent.api.cookie}})
      ).closed
    ).code,
    4401,
  );
  // thirty days for a visitor
  await one.reconnect();
  clock.advance(31 * 24 * 60 * 60_000);
  for (const token of [one.token, `${one.token}x`, one.conversationId, '']) {
    const socket = await openSocket(socketUrl(appliance.base, 'visitor'), {headers: own});
    socket.send({type: 'hello', token, since: 0});
    t.is((await socket.closed).code, 4401);
  }
});

test('what is too large or not readable is refused in words, and the next request is served', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${appliance.base}/api/visitor/sessions`, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body,
    });
    return {status: answer.status, code: ((await answer.json()) as Refusal).error?.code};
  };
  t.deepEqual(await post(`{"x":"${'x'.repeat(2_000_000)}"}`), {status: 413, code: 'request.too_large'});
  t.deepEqual(await post('{"siteId":'), {status: 400, code: 'request.malformed'});
  t.deepEqual(await post('{}', {'content-type': 'text/plain'}), {status: 400, code: 'request.not_json'});
  t.deepEqual(await post(`${'['.repeat(40_000)}${']'.repeat(40_000)}`), {
    status: 400,
    code: 'request.invalid',
  });
  t.deepEqual(await post('{"siteId":"__proto__","locale":"en","page":"x"}'), {
    status: 400,
    code: 'request.invalid',
  });
  t.deepEqual(await post('{"__proto__":{"siteId":"x"}}'), {status: 400, code: 'request.malformed'});
  const url = new URL(appliance.base);
  const raw = (headers: Record<string, string>, at = '/api/setup'): Promise<number> =>
    new Promise((resolve, reject) => {
      ask({host: url.hostname, port: url.port, path: at, headers: {host: url.host, ...headers}}, answer => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  t.is(await raw({'x-large': 'x'.repeat(100_000)}), 431);
  t.is(await raw({cookie: `crowlit_session=${'x'.repeat(8000)}`}), 200, 'an odd cookie is nobody’s');
  t.is(await raw({host: 'evil.example.org'}), 403);
  t.is(await raw({}, `/api/agent/conversations?q=${'x'.repeat(5000)}`), 401);
  t.is((await admin.request('GET', `/api/agent/conversations?q=${'x'.repeat(5000)}`)).status, 400);
  t.is((await admin.request('GET', '/api/agent/leads?cursor=%27%20or%201%3D1--')).status < 500, true);
  t.is(await raw({}), 200);
});

test('what a browser’s address bar can say, the database never has to', async t => {
  const appliance = await startAppliance(t, {database: 'postgres'});
  const admin = await appliance.administrator();
  t.is((await fetch(`${appliance.base}/widget/frame?site=%00`)).status, 404);
  for (const path of ['audit?cursor=abc', 'audit?cursor=99999999999999', 'audit?action=%00'])
    t.is((await admin.request('GET', `/api/admin/${path}`)).status, 400, path);
  const site = {name: 'Branches', languages: ['en'], defaultLanguage: 'en'};
  for (const origin of ['https://*', 'https://a;b', 'https://www.example.com/', 'javascript://x'])
    t.is((await admin.request('POST', '/api/admin/sites', {...site, origins: [origin]})).status, 400, origin);
  const origins = ['https://www.example.com:8443', 'http://[2001:db8::1]', 'https://xn--bcher-kva.example'];
  t.is((await admin.request('POST', '/api/admin/sites', {...site, origins})).status, 201);
});

test('a database that cannot be written can still be read by whoever is signed in', async t => {
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {clock});
  const admin = await appliance.administrator();
  const visitor = await appliance.visitor();
  clock.advance(2 * 24 * 60 * 60 * 1000);
  const again = await signIn(appliance.base, administrator);
  clock.advance(5 * 60_000);
  await appliance.inside.storage.db.raw('pragma query_only=1');
  t.is((await again.request('GET', '/api/admin/overview')).status, 200);
  t.is((await visitor.reconnect()).messages.length, 1);
  t.is((await admin.request('GET', '/api/admin/overview')).status, 401, 'but not by others');
  await appliance.inside.storage.db.raw('pragma query_only=0');
});

test('set-up happens once, by whoever has the code', async t => {
  const appliance = await startAppliance(t, {setUp: false});
  const code = new URL(appliance.setupUrl ?? '').hash.slice('#code='.length);
  const setUp = async (given: string, answers: object = setupAnswers) => {
    const answer = await fetch(`${appliance.base}/api/setup`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: appliance.base},
      body: JSON.stringify({code: given, answers}),
    });
    return {status: answer.status, code: ((await answer.json()) as Partial<Refusal>).error?.code};
  };
  const needed = async () =>
    ((await (await fetch(`${appliance.base}/api/setup`)).json()) as {needed: boolean}).needed;
  for (const wrong of [
    '',
    'guess',
    code.slice(1),
    `${code}x`,
    code.toLowerCase() === code ? 'A' : code.toLowerCase(),
  ])
    t.deepEqual(await setUp(wrong), {status: 403, code: 'setup.wrong_code'});
  t.is((await setUp(code, {...setupAnswers, region: 'atlantis'})).status, 400);
  t.is(
    (await setUp(code, {...setupAnswers, administrator: {...administrator, password: 'short'}})).status,
    400,
  );
  t.true(await needed(), 'a refused attempt leaves nothing behind');
  const answers = await Promise.all(
    ['admin', 'first', 'faster'].map(name =>
      setUp(code, {...setupAnswers, administrator: {...administrator, email: `${name}@example.com`}}),
    ),
  );
  t.deepEqual(
    answers.map(({status}) => status).toSorted((a, b) => a - b),
    [200, 409, 409],
    'of three at once one sets up',
  );
  t.deepEqual(await setUp(code), {status: 409, code: 'setup.done_already'});
  t.false(await needed());
  const emails = ['admin', 'first', 'faster'].map(name => `${name}@example.com`);
  const signedIn = await Promise.allSettled(
    emails.map(email => signIn(appliance.base, {...administrator, email})),
  );
  t.is(signedIn.filter(({status}) => status === 'fulfilled').length, 1, 'there is one administrator');
});

const acknowledgedTexts = async (appliance: Started, conversationId: string): Promise<string[]> => {
  const api = await signIn(appliance.base, administrator);
  const {conversation} = await api.call<{conversation: {messages: {text: string; author: {kind: string}}[]}}>(
    'GET',
    `/api/agent/conversations/${conversationId}`,
  );
  return conversation.messages.filter(({author}) => author.kind === 'visitor').map(({text}) => text);
};

test('a port in use ends the start with the key to set, and nothing is damaged', async t => {
  const appliance = await startAppliance(t, {process: 'child'});
  const visitor = await appliance.visitor();
  await visitor.say('Kept');
  await appliance.stop();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const {port} = holder.address() as AddressInfo;
  appliance.environment['CROWLIT_PORT'] = String(port);
  const {message} = await t.throwsAsync(appliance.start());
  t.regex(message, /the appliance ended with 1/);
  t.regex(message, new RegExp(`crowlit: Port ${port} on 127\\.0\\.0\\.1 is in use.*CROWLIT_PORT`));
  t.notRegex(message, /\n\s+at /, 'no stack');
  holder.close();
  await once(holder, 'close');
  await appliance.start();
  t.deepEqual(await acknowledgedTexts(appliance, visitor.conversationId), ['Kept']);
});

/** A small disk of its own; undefined with the reason where this user may not mount one. */
const mountSmallDisk = (megabytes: number): {folder: string; unmount: () => void} | {reason: string} => {
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
  } catch (error) {
    rmdirSync(folder);
    return {
      reason: `no tmpfs can be mounted here: ${String((error as {stderr?: Buffer}).stderr ?? error).trim()}`,
    };
  }
  return {
    folder,
    unmount: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
};
const probe = mountSmallDisk(1);
if ('reason' in probe) process.stderr.write(`SKIPPED, the test of a full disk: ${probe.reason}\n`);
else probe.unmount();
const onSmallDisk = 'reason' in probe ? test.skip : test;

onSmallDisk(
  'a full disk: said in words, nothing acknowledged is lost, and it goes on once there is room',
  async t => {
    const disk = mountSmallDisk(32);
    if ('reason' in disk) throw new Error(disk.reason);
    t.teardown(disk.unmount);
    const data = join(disk.folder, 'data');
    const appliance = await startAppliance(t, {
      process: 'child',
      environment: {
        CROWLIT_DATA_DIRECTORY: data,
        CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000000',
        CROWLIT_CHAT_FRAMES_PER_TEN_SECONDS: '1000000',
      },
    });
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    const unseen = await appliance.visitor();
    await agent.accept(visitor.conversationId);
    await agent.watch(visitor.conversationId);
    const kept: string[] = [];
    const say = async (text: string): Promise<void> => {
      await visitor.say(text);
      kept.push(text);
    };
    await say('Before');

    const filler = join(disk.folder, 'filler');
    const fill = (): void => {
      const file = openSync(filler, 'a');
      try {
        for (const size of [1_000_000, 4096, 1]) {
          try {
            for (;;) writeSync(file, Buffer.alloc(size, 1));
          } catch (error) {
            t.is((error as {code?: string}).code, 'ENOSPC');
          }
        }
      } finally {
        closeSync(file);
      }
    };
    fill();
    // what the database had room for already may still be taken
    const refused = await until(async () => {
      try {
        await say(`${kept.length} ${'x'.repeat(3000)}`);
        return undefined;
      } catch (error) {
        return error as Error & {code: string};
      }
    });
    t.is(refused.code, 'storage.disk_full');
    t.regex(refused.message, /disk is full.*Free space/);
    await t.throwsAsync(agent.say(visitor.conversationId, 'x'.repeat(3000)), {code: 'storage.disk_full'});
    const session = await until(async () => {
      const answer = await fetch(`${appliance.base}/api/visitor/sessions`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({
          siteId: await appliance.siteId(),
          locale: 'en',
          page: 'https://www.example.com/',
        }),
      });
      return answer.status === 201 ? undefined : answer;
    });
    t.is(session.status, 503);
    t.is(((await session.json()) as Refusal).error.code, 'storage.disk_full');
    const errors = visitor.socket.frames.filter(({type}) => type === 'error');
    t.true(errors.every(frame => frame.type === 'error' && frame.code === 'storage.disk_full'));
    visitor.socket.send({type: 'read', seq: kept.length});
    visitor.socket.send({type: 'typing', on: true});

    t.is((await fetch(`${appliance.base}/health/live`)).status, 200, 'it stays up');
    t.is(appliance.child?.exitCode, null);
    const shown = await agent.api.call<{conversation: {messages: {text: string; author: {kind: string}}[]}}>(
      'GET',
      `/api/agent/conversations/${visitor.conversationId}`,
    );
    t.deepEqual(
      shown.conversation.messages.filter(({author}) => author.kind === 'visitor').map(({text}) => text),
      kept,
    );
    t.is((await visitor.reconnect()).welcome.lastSeq, kept.length + 2, 'and shows what it has');
    const look = await agent.api.request<Refusal>('GET', `/api/agent/conversations/${unseen.conversationId}`);
    t.is(look.body.error.code, 'storage.disk_full', 'a look that cannot be logged is not given');

    // killed while the disk is full: it starts, or says why not, and has lost nothing
    await appliance.killHard();
    const started = await appliance.start().then(
      () => 'started',
      (error: Error) => error.message,
    );
    t.log(`killed on a full disk: ${started}`);
    if (started !== 'started') t.regex(started, /\[(storage\.disk_full|config\.\w+)\]/);
    rmSync(filler);
    if (started !== 'started') await appliance.start();
    t.deepEqual(await acknowledgedTexts(appliance, visitor.conversationId), kept);
    const back = await openAgent(appliance.base, await signIn(appliance.base, administrator));
    await back.close();
    await visitor.reconnect(appliance.base);
    await say('After');
    t.deepEqual(await acknowledgedTexts(appliance, visitor.conversationId), kept);
  },
);
