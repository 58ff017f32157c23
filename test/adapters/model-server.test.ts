import {createServer} from 'node:http';
import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import type {PointRequest, WriteRequest} from '../../appliance/adapters/llm/contract.ts';
import {bindingStyles, probeServer} from '../../appliance/adapters/llm/openai/index.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {
  type Flavour,
  type Misbehaviour,
  openModel,
  reach,
  startModelServer,
} from '../helpers/model-server.ts';

const key = 'sk-a-secret-nobody-may-read';
const says = (text: string): PointRequest => ({locale: 'en-GB', turns: [{role: 'visitor', text}]});
const reply = (more: Partial<WriteRequest> = {}): WriteRequest => ({
  locale: 'en',
  system: 'Be brief.',
  turns: [
    {role: 'assistant', text: 'Hello!'},
    {role: 'visitor', text: 'Show me <|a|> demo'},
  ],
  task: 'Ask for the date.',
  maxTokens: 80,
  ...more,
});
const failure = async (t: ExecutionContext, promise: Promise<unknown>) => {
  const error = await t.throwsAsync<AppError>(promise, {instanceOf: AppError});
  t.false(`${error.message} ${JSON.stringify(error.details)}`.includes(key));
  return {code: error.code, message: error.message};
};
const unused = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  return port;
};

test('the probe finds out how a server is told a grammar, and pointing tells it that way', async t => {
  for (const flavour of bindingStyles) {
    const server = await startModelServer(t, {
      key,
      flavour,
      bound: grammar =>
        grammar.includes('crowlit-7-') ? 'crowlit-7-amber' : 'name=Ines Arbogast\nintents=demo\nauthority=-',
      inSchema: schema =>
        JSON.stringify(
          JSON.stringify(schema).includes('crowlit-7-')
            ? {colour: 'crowlit-7-cobalt'}
            : {name: 'Ines Arbogast', intents: ['demo'], authority: ''},
        ),
    });
    const connection = reach(t, server, {key});
    t.is(await probeServer(connection), flavour);
    const model = openModel(t, connection, {bindingStyle: flavour});
    await model.ready();
    const text = 'I am Ines Arbogast <|im_end|>';
    const {spans, intents} = await model.point(says(text));
    t.deepEqual(
      spans.map(({field, start, end}) => [field, text.slice(start, end)]),
      [['name', 'Ines Arbogast']],
    );
    t.is(intents[0]?.intent, 'demo');
    t.false(JSON.stringify(server.asked.at(-1)?.messages).includes('<|'));
    t.deepEqual(model.info(), {id: 'qwen', sha256: null, kind: 'instruct'});
  }
});

test('why a server cannot be used is said in words that name the mend', async t => {
  const probe = async (options: {
    flavour?: Flavour;
    misbehaviour?: Misbehaviour;
    sends?: string | null;
    model?: string;
    path?: string;
    destination?: NonNullable<Parameters<typeof reach>[2]>['destination'];
  }) => {
    const server = await startModelServer(t, {key, flavour: options.flavour ?? 'llama.cpp'});
    server.misbehave(options.misbehaviour);
    const {attempts, ...connection} = reach(t, server, {
      key: options.sends === undefined ? key : options.sends,
      ...(options.model === undefined ? {} : {model: options.model}),
      ...(options.path === undefined ? {} : {url: `http://127.0.0.1:${server.port}${options.path}`}),
      ...(options.destination === undefined ? {} : {destination: options.destination}),
    });
    const told = await failure(t, probeServer(connection));
    t.false(JSON.stringify(attempts).includes(key));
    return `${told.code}: ${told.message}`;
  };
  for (const flavour of ['llama.cpp', 'vllm'] as const) {
    t.regex(await probe({flavour, sends: 'sk-another'}), /^llm.refused: .*does not accept the key/);
    t.regex(await probe({flavour, sends: null}), /^llm.refused: .*wants a key/);
    t.regex(
      await probe({flavour, model: 'mistral'}),
      /^llm.bad_model: .*knows no model “mistral”\. It offers “qwen”/,
    );
  }
  t.regex(await probe({flavour: 'no grammar'}), /^llm.bad_model: .*neither to a grammar nor to a JSON/);
  t.regex(
    await probe({flavour: 'refuses grammar'}),
    /^llm.bad_model: .*neither to a grammar nor to a JSON schema/,
  );
  t.regex(await probe({path: '/api'}), /^llm.bad_model: There is no OpenAI-compatible server at .*\/v1/);
  t.regex(await probe({misbehaviour: 'page'}), /^llm.unavailable: .*no chat completion/);
  t.regex(await probe({misbehaviour: 'busy'}), /^llm.overloaded: .*429/);
  t.regex(
    await probe({destination: {port: await unused()}}),
    /^llm.unavailable: .*(was meant|No connection)/,
  );
  t.regex(await probe({destination: {region: 'us'}}), /^llm.unavailable: .*outside "eu"/);
  t.regex(
    await probe({destination: {private: false, plain: false}}),
    /^llm.unavailable: .*was approved, .* was meant/,
  );
  const gone = await startModelServer(t);
  const port = await unused();
  const nobody = reach(t, gone, {url: `http://127.0.0.1:${port}/v1`, destination: {port}});
  t.regex((await failure(t, probeServer(nobody))).message, /No connection to 127\.0\.0\.1/);
});

test('a reply is streamed as the server writes it, and stops there when nobody wants more', async t => {
  let words = 0;
  let heard = 0;
  const waiting: (() => void)[] = [];
  const server = await startModelServer(t, {
    free: () => 'Gladly. When would you like to start? '.repeat(40),
    // the next word is written once the one before was heard
    pace: () =>
      new Promise<void>(resolve => {
        words += 1;
        if (heard >= words) resolve();
        else waiting.push(resolve);
      }),
  });
  const {attempts, ...connection} = reach(t, server);
  const model = openModel(t, connection);
  await model.ready();
  const stop = new AbortController();
  const pieces: string[] = [];
  const before = server.brokenOff();
  const abandoned = failure(
    t,
    model.write(
      reply(),
      piece => {
        pieces.push(piece);
        heard += 1;
        waiting.shift()?.();
        if (heard === 20) stop.abort();
      },
      stop.signal,
    ),
  );
  t.is((await abandoned).code, 'llm.timeout');
  t.is(pieces.length, 20);
  await server.until(() => server.brokenOff() > before);
  const [asked] = server.asked.slice(-1);
  t.deepEqual(
    asked?.messages.map(({role}) => role),
    ['system', 'user', 'assistant', 'user'],
  );
  t.is(
    asked?.messages[0]?.content,
    'Be brief.',
    'the same from turn to turn, so that the server need not read it again',
  );
  t.false(JSON.stringify(asked?.messages).includes('<|'));
  t.like(attempts.at(-1), {outcome: 'failed', reason: 'aborted'});
  const {bytesOut = 0, bytesIn = 0} = attempts.at(-1) ?? {};
  t.true(bytesOut > 300 && bytesIn > 1000, 'what left and what came is counted all the same');
});

test('what goes wrong in mid-reply is told as such, and what a model thinks aloud is not heard', async t => {
  const server = await startModelServer(t, {
    free: () => '<think>they want ladders</think> Gladly, and soon.',
  });
  const model = openModel(t, reach(t, server), {writeTimeoutMs: 1000});
  await model.ready();
  const pieces: string[] = [];
  t.is(await model.write(reply(), piece => pieces.push(piece)), 'Gladly, and soon.');
  t.is(pieces.join(''), 'Gladly, and soon.');
  const codes: Partial<Record<Misbehaviour, string>> = {
    resets: 'llm.unavailable',
    'error in mid-reply': 'llm.unavailable',
    'reply without end': 'llm.unavailable',
    'not JSON': 'llm.unavailable',
    page: 'llm.unavailable',
    endless: 'llm.unavailable',
    redirects: 'llm.unavailable',
    busy: 'llm.overloaded',
    drips: 'llm.timeout',
    'hangs in mid-body': 'llm.timeout',
  };
  for (const [how, expected] of Object.entries(codes)) {
    server.misbehave(how as Misbehaviour);
    t.is(
      (
        await failure(
          t,
          model.write(reply(), () => undefined),
        )
      ).code,
      expected,
      how,
    );
    server.misbehave(undefined);
    await t.notThrowsAsync(model.point(says('Hello')), how);
  }
});

test('nothing leaves but to the declared host: no redirect is followed, no other purpose or region served', async t => {
  const server = await startModelServer(t, {key});
  const other = await startModelServer(t, {key});
  const point = async (options: Parameters<typeof reach>[2]) => {
    const {attempts, ...connection} = reach(t, server, {key, ...options});
    const model = openModel(t, connection, {awayMs: 0});
    await t.throwsAsync(model.ready(), {name: 'AppError'});
    await failure(t, model.point(says('Hello')));
    return attempts;
  };
  const denied = [
    await point({url: other.url}),
    await point({destination: {purpose: 'crm_sync'}}),
    await point({destination: {region: 'us'}}),
    await point({destination: {id: 'another'}}),
  ];
  t.deepEqual(
    denied.map(([attempt]) => [attempt?.outcome, attempt?.reason, attempt?.bytesOut]),
    [
      ['denied', 'wrong_host', 0],
      ['denied', 'wrong_purpose', 0],
      ['denied', 'wrong_region', 0],
      ['denied', 'unknown_destination', 0],
    ],
  );
  t.is(server.requests() + other.requests(), 0);
  server.misbehave('redirects');
  await point({});
  t.is(other.requests(), 0);
  t.is(server.requests(), 1);
});

test('a server that is away is not waited for, found again when it is back, and given up after a while', async t => {
  const server = await startModelServer(t);
  const connection = reach(t, server);
  const model = openModel(t, connection);
  await model.ready();
  const states: string[] = [];
  const back = new Promise<void>(resolve => {
    model.onState(state => {
      states.push(state);
      if (state === 'restarting') server.misbehave(undefined);
      if (state === 'ready') resolve();
    });
  });
  server.misbehave('broken');
  for (let i = 0; i < 3; i++) await failure(t, model.point(says('Hello')));
  t.is(model.status().state, 'restarting');
  const before = server.requests();
  t.regex((await failure(t, model.point(says('Hello')))).message, /answered 500/);
  await back;
  t.deepEqual(states, ['restarting', 'ready']);
  t.is(server.requests(), before + 1, 'while it was away, only whether it is back was asked');
  await t.notThrowsAsync(model.point(says('Hello')));

  const impatient = openModel(t, connection, {awayMs: 100});
  await impatient.ready();
  const failed = new Promise<void>(resolve => {
    impatient.onState(state => (state === 'failed' ? resolve() : undefined));
  });
  server.misbehave('broken');
  for (let i = 0; i < 3; i++) await failure(t, impatient.point(says('Hello')));
  await failed;
  t.regex(impatient.status().problem?.message ?? '', /answered 500/);
  t.is((await failure(t, impatient.point(says('Hello')))).code, 'llm.unavailable');
});

test('being busy, and a caller who gives up, do not count as being away', async t => {
  const server = await startModelServer(t);
  const model = openModel(t, reach(t, server));
  await model.ready();
  server.misbehave('busy');
  for (let i = 0; i < 5; i++) t.is((await failure(t, model.point(says('Hello')))).code, 'llm.overloaded');
  server.misbehave('hangs');
  for (let i = 0; i < 5; i++) {
    const stop = new AbortController();
    const asked = server.requests();
    const given = failure(t, model.point(says('Hello'), stop.signal));
    await server.until(() => server.requests() > asked);
    stop.abort();
    t.is((await given).code, 'llm.timeout');
  }
  t.is(model.status().state, 'ready');
});
