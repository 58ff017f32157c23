/** A model server from its connection to a visitor's reply: through the pages' interface, the broker and the pipeline. */
import test, {type ExecutionContext} from 'ava';
import type {Overview} from '../../appliance/features/models/models.schema.ts';
import {approveAll, second} from '../helpers/four-eyes.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {type ModelServerOptions, startModelServer} from '../helpers/model-server.ts';
import {settled} from '../helpers/models.ts';
import {administrator, startAppliance, type StartOptions} from '../helpers/start.ts';

const key = 'sk-a-secret-nobody-may-read';
/** Points at nothing. */
const silent = (grammar: string): string =>
  grammar.includes('crowlit-7-') ? 'crowlit-7-amber' : 'intents=-\nauthority=-';
type Refusal = {error: {code: string; message: string; details?: {fields?: Record<string, string>}}};
type Audit = {entries: {action: string; actor: {name: string | null}; detail: Record<string, unknown>}[]};
type Destinations = {destinations: Record<string, unknown>[]};

const start = async (t: ExecutionContext, server: ModelServerOptions = {}, options: StartOptions = {}) => {
  const fake = await startModelServer(t, {key, flavour: 'vllm', ...server});
  const appliance = await startAppliance(t, {model: 'bundled', ...options});
  const admin = await appliance.administrator();
  const input = {url: fake.url, model: 'qwen', key, region: 'eu-at', private: true};
  const put = (changes: object = {}) =>
    admin.request<Refusal>('PUT', '/api/admin/model-server', {...input, ...changes});
  const connect = async (changes: object = {}): Promise<Overview> => {
    const {status, body} = await put(changes);
    t.is(status, 202, JSON.stringify(body));
    await approveAll(appliance);
    return settled(admin);
  };
  const act = (what: string) => admin.request<Refusal>('POST', `/api/admin/models/server/${what}`);
  const done = async (what: string): Promise<Overview> => {
    const {status, body} = await act(what);
    t.is(status, 202, JSON.stringify(body));
    return settled(admin);
  };
  const destinations = async () =>
    (await admin.call<Destinations>('GET', '/api/admin/destinations')).destinations;
  return {fake, appliance, admin, put, connect, act, done, destinations};
};

for (const kind of databaseKinds) {
  test(`${kind}: a server is connected, tested, measured, activated, answers in a stream, outlives a restart and is removed`, async t => {
    const answer = 'Thank you, that helps me. We can look at it together. It costs 5 euros a month.';
    const {fake, appliance, admin, connect, act, done, destinations} = await start(
      t,
      {free: () => answer, bound: silent},
      {database: kind},
    );
    const connected = await connect();
    t.is(connected.task?.state, 'done', connected.task?.message ?? '');
    t.like(connected.server, {
      name: 'qwen',
      url: fake.url,
      region: 'eu-at',
      private: true,
      hasKey: true,
      connectedBy: administrator.name,
      usable: true,
      problem: null,
      accuracy: null,
    });
    t.false(JSON.stringify(connected).includes(key), 'the key is never returned');
    const [declared, ...others] = await destinations();
    t.like(declared, {
      host: '127.0.0.1',
      region: 'eu-at',
      purpose: 'model_server',
      categories: ['D1', 'D2', 'D4'],
      declaredBy: administrator.name,
      approvedBy: second.name,
    });
    t.is(others.length, 0);

    const told = async (api: typeof admin) => {
      const document = async (series: string) =>
        (await api.call<{document: object}>('GET', `/api/admin/documents/${series}`)).document;
      const {recipients} = await api.call<{recipients: object[]}>('GET', '/api/admin/register');
      return [await document('notice'), recipients, await document('assessment')].map(said =>
        /are sent there|are sent\. It is named|"host":"127/.test(JSON.stringify(said)),
      );
    };
    t.deepEqual(await told(admin), [false, false, false], 'connected is not yet used');

    const early = await act('activate');
    t.is(early.body.error.code, 'models.not_measured');
    const measured = await done('measure');
    t.is(measured.task?.state, 'done', measured.task?.message ?? '');
    t.like(measured.server?.accuracy, {dialogues: 70, unanswered: 0});
    t.true(((await done('bench')).server?.bench?.tokensPerSecond ?? 0) > 0);
    const active = await done('activate');
    t.is(active.task?.state, 'done', active.task?.message ?? '');
    t.like(active.active, {modelId: 'server', name: 'qwen', state: 'ready', chosen: 'server', problem: null});

    t.deepEqual(await told(admin), [true, true, true], 'notice, register and assessment name it');

    const visitor = await appliance.visitor();
    const {seq} = await visitor.say('We are 25 people');
    const first = await visitor.socket.next('stream');
    t.like(first, {index: 0, text: 'Thank you, that helps me.'});
    const {text} = await visitor.answerAfter(seq);
    t.regex(text, /^Thank you, that helps me\. We can look at it together\. .+\?$/);
    t.notRegex(text, /euros/);
    await visitor.close();

    const inUse = [
      await admin.request<Refusal>('DELETE', '/api/admin/model-server'),
      await admin.request<Refusal>('PUT', '/api/admin/model-server', {
        url: fake.url,
        model: 'another',
        region: 'eu-at',
        private: true,
      }),
    ];
    t.deepEqual(
      inUse.map(({status, body}) => [status, body.error.code]),
      [
        [409, 'models.in_use'],
        [409, 'models.in_use'],
      ],
    );

    await appliance.stop();
    await appliance.start();
    const again = await appliance.administrator();
    await settled(again, ({active: now}) => now.modelId === 'server');
    await again.call('POST', '/api/admin/models/bundled/activate');
    await settled(again, ({active: now}) => now.modelId === 'bundled');
    await appliance.stop();
    await appliance.start();
    const last = await appliance.administrator();
    t.deepEqual(await told(last), [false, false, false], 'no longer asked, no longer named');
    t.is((await last.request('DELETE', '/api/admin/model-server')).status, 204);
    t.is((await settled(last)).server, null);
    t.deepEqual((await last.call<Destinations>('GET', '/api/admin/destinations')).destinations, []);
    const audit = await last.call<Audit>('GET', '/api/admin/audit?limit=200');
    t.deepEqual(
      audit.entries
        .filter(({action}) => action.startsWith('model.'))
        .map(({action}) => action)
        .toReversed(),
      [
        'model.server_connected',
        'model.measured',
        'model.bench_ordered',
        'model.activated',
        'model.activated',
        'model.server_removed',
      ],
    );
    t.false(JSON.stringify(audit).includes(key));
  });
}

test('what is wrong with a connection is said; nothing outside the region is declared, no key goes to another host', async t => {
  const {fake, admin, put, connect, act, done, destinations} = await start(t);
  const code = async (changes: object) => (await put(changes)).body.error.code;
  t.is(await code({region: 'us'}), 'privacy.outside_region');
  t.is(await code({private: false}), 'privacy.plain_http');
  t.is(await code({url: 'http://user:secret@127.0.0.1/v1'}), 'request.invalid');
  t.is(await code({key: 'two words'}), 'request.invalid');
  t.deepEqual(await destinations(), []);
  t.is((await act('verify')).body.error.code, 'models.no_server');

  const wrong = await connect({key: 'sk-another'});
  t.is(wrong.task?.state, 'failed');
  t.like(wrong.server, {usable: false, hasKey: true});
  t.regex(wrong.server?.problem ?? '', /does not accept the key/);
  const measured = await done('measure');
  t.regex(measured.task?.message ?? '', /is not used: .*does not accept the key/);

  // the address without its /v1 is the same one; a key alone mends it
  const {server} = await connect({url: fake.url.replace('/v1', '/')});
  t.like(server, {usable: true, problem: null, url: fake.url});
  t.like((await connect({key: undefined})).server, {usable: true, hasKey: true});
  t.is((await destinations()).length, 1);

  const other = await startModelServer(t, {key, flavour: 'vllm'});
  const moved = await connect({url: other.url, key: undefined});
  t.like(moved.server, {hasKey: false, usable: false});
  t.regex(moved.server?.problem ?? '', /wants a key/);
  t.is((await destinations()).length, 1);
  t.like((await connect({url: other.url, key})).server, {usable: true});
  t.regex((await connect({url: other.url, key, model: 'mistral'})).server?.problem ?? '', /It offers “qwen”/);
  const agent = await admin.request<Refusal>('GET', '/api/admin/models');
  t.false(JSON.stringify(agent.body).includes(key));
});

test('a server that fails on probation gives back to the model before, and why is shown', async t => {
  const {fake, appliance, admin, connect, done} = await start(
    t,
    // one that points at random may find that a visitor wants a person, and then no AI answers
    {bound: silent},
    {models: {memory: () => ({free: 64e9, total: 64e9}), probationMs: 3_600_000}},
  );
  await connect();
  await done('measure');
  await done('activate');
  const visitor = await appliance.visitor();
  const answered = async (text: string) => visitor.answerAfter((await visitor.say(text)).seq);
  await answered('Hello, we are 20 people');
  fake.misbehave('broken');
  // a turn asks it once at least, and after three failures it is away
  for (const text of ['I am Ines Arbogast', 'and we want to start in May', 'with 40,000 euros'])
    await answered(text);
  const {active} = await settled(admin, overview => overview.active.problem !== null);
  t.like(active, {modelId: 'bundled', chosen: 'bundled', state: 'ready'});
  t.regex(active.problem ?? '', /qwen failed while it was tried.*answered 500/);
  fake.misbehave(undefined);
});

test('a reply that breaks off, or says what nobody said, leaves the visitor with the guided one', async t => {
  const {fake, appliance, connect, done} = await start(t, {
    free: () => 'It costs 5 euros, promised.',
    bound: silent,
  });
  await connect();
  await done('measure');
  await done('activate');
  const visitor = await appliance.visitor();
  const answered = async (text: string) => (await visitor.answerAfter((await visitor.say(text)).seq)).text;
  const written = () => fake.asked.filter(({messages}) => messages[0]?.content.includes('Notes:')).length;
  const first = await answered('We are 25 people');
  t.notRegex(first, /5 euros/);
  t.regex(first, /\?$/);
  t.is(written(), 1);
  fake.misbehave('error in mid-reply');
  const before = fake.requests();
  const second = await answered('My budget is 900 euros a month');
  t.notRegex(second, /Glad/);
  t.regex(second, /\?$/);
  // to point; and to write, where the machine was quick enough for the visitor not to wait longer than three seconds
  t.true(fake.requests() > before, 'it was asked');
});

test('a server that is away for long leaves visitors to the bundled model, and comes back by itself; not when another was chosen', async t => {
  const {fake, appliance, admin, connect, done} = await start(
    t,
    {free: () => 'Thank you, that helps me.', bound: silent},
    {
      models: {
        memory: () => ({free: 64e9, total: 64e9}),
        probationMs: 20,
        awayMs: 50,
        seeking: {firstMs: 20, mostMs: 40},
      },
    },
  );
  await connect();
  await done('measure');
  await done('activate');
  await settled(admin, ({active}) => !active.onProbation);
  const answered = async (text: string): Promise<string> => {
    const visitor = await appliance.visitor();
    const answer = await visitor.answerAfter((await visitor.say(text)).seq);
    await visitor.close();
    return answer.text;
  };
  const failsForGood = async (): Promise<void> => {
    const asks = await appliance.administrator();
    do t.regex(await answered('We are 25 people'), /\?$/, 'guided meanwhile');
    while ((await settled(asks)).active.modelId === 'server');
  };
  fake.misbehave('broken');
  await failsForGood();
  const away = await settled(admin, ({active}) => active.modelId === 'bundled');
  t.is(away.active.chosen, 'server');
  t.regex(
    away.active.problem ?? '',
    /^qwen cannot go on, and the bundled model answers: .*answered 500.* It is asked again from time to time/,
  );
  t.regex(await answered('We are 30 people'), /\?$/);
  const asked = fake.requests();
  await fake.until(() => fake.requests() > asked + 2);
  t.is((await settled(admin)).active.modelId, 'bundled', 'asked again, and still away');

  fake.misbehave(undefined);
  const back = await settled(admin, ({active}) => active.modelId === 'server' && active.problem === null);
  t.like(back.server, {usable: true, problem: null});
  t.regex(await answered('We are 35 people'), /^Thank you, that helps me\./);
  const {entries} = await admin.call<Audit>('GET', '/api/admin/audit?limit=50');
  t.deepEqual(
    entries
      .filter(({action}) => /returned|came_back/.test(action))
      .map(({action, actor}) => [action, actor.name])
      .toReversed(),
    [
      ['model.returned', null],
      ['model.came_back', null],
    ],
  );

  // away when the appliance starts
  await appliance.stop();
  fake.misbehave('broken');
  await appliance.start();
  const restarted = await appliance.administrator();
  const without = await settled(restarted, ({active}) => active.problem !== null && active.modelId !== null);
  t.is(without.active.modelId, 'bundled');
  t.regex(without.active.problem ?? '', /qwen is not used, and the bundled model answers: .*asked again/);
  fake.misbehave(undefined);
  await settled(restarted, ({active}) => active.modelId === 'server' && active.problem === null);

  // who chose another one meanwhile keeps it
  await settled(restarted, ({active}) => !active.onProbation);
  fake.misbehave('broken');
  await failsForGood();
  await settled(restarted, ({active}) => active.modelId === 'bundled');
  await restarted.call('POST', '/api/admin/models/bundled/activate');
  t.like((await settled(restarted)).active, {modelId: 'bundled', chosen: 'bundled', problem: null});
  fake.misbehave(undefined);
  const before = fake.requests();
  for (const text of ['Hello', 'We are 40 people', 'We start in May']) await answered(text);
  await appliance.stop();
  t.is(fake.requests(), before);
});
