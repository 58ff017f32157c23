/**
 * One contract for all who write and point: the inference process with an instruct model, and a server behind the egress
 * broker. What is asked here must hold whatever a model says: the one's weights were trained by nobody, and the other answers at
 * random within the grammar it is given.
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {
  authorities,
  intents,
  type LanguageModel,
  type PointRequest,
  spanFields,
  type WriteRequest,
} from '../../appliance/adapters/llm/contract.ts';
import {createInference, type InferenceOptions} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {randomInstructModel} from '../../models/training/random-instruct.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {type Misbehaviour, openModel, reach, startModelServer} from '../helpers/model-server.ts';

type Model = Required<Pick<LanguageModel, 'write' | 'forget'>> & LanguageModel & {ready: () => Promise<void>};
type Limits = {timeoutMs?: number; patienceMs?: number};
type Started = {
  model: Model;
  /** From now on nothing is answered, until `goOn`. */
  stall: () => void;
  goOn: () => void;
  /** Ends what is under way on the other side. */
  breakOff: () => void;
};
type Provider = {
  name: string;
  start: (t: ExecutionContext, limits?: Limits) => Promise<Started>;
  /** Models that answer amiss, by how. */
  amiss: (t: ExecutionContext) => AsyncIterable<[how: string, model: Model]>;
  /** With as much to do as it takes. */
  overloaded: (t: ExecutionContext) => Promise<Model>;
};

const bytes = randomInstructModel({family: 'qwen2'});
const ggufAt = (t: ExecutionContext): string => {
  const path = join(temporaryDirectory(t), 'instruct.gguf');
  writeFileSync(path, bytes);
  return path;
};
const openGguf = (t: ExecutionContext, options: Partial<InferenceOptions> = {}) => {
  const model = createInference({
    modelPath: ggufAt(t),
    log: createLogger('silent'),
    threads: 1,
    sequences: 1,
    catalogue: [],
    patienceMs: 60_000,
    ...options,
  });
  t.teardown(model.close);
  return model;
};
const signal = (model: ReturnType<typeof openGguf>, name: NodeJS.Signals) =>
  process.kill(model.processId() ?? 0, name);

const gguf: Provider = {
  name: 'inference process',
  start: async (t, limits) => {
    const model = openGguf(t, limits);
    await model.ready();
    return {
      model,
      stall: () => signal(model, 'SIGSTOP'),
      goOn: () => signal(model, 'SIGCONT'),
      breakOff: () => signal(model, 'SIGKILL'),
    };
  },
  amiss: async function* (t) {
    const lies = {
      'not JSON': 'drop table',
      'a span outside the message':
        '{"id":1,"result":{"spans":[{"field":"name","start":0,"end":999,"confidence":1}],"intents":[],"authority":null}}',
      'a reply in place of places': '{"id":1,"written":"Buy now"}',
      'without end': `{"id":1,"written":"${'x'.repeat(200_000)}"}`,
    };
    for (const [how, line] of Object.entries(lies)) {
      const nodePath = join(temporaryDirectory(t), 'liar.sh');
      const script = `#!/bin/sh\necho '{"ready":true,"places":2}'\nread line\necho '${line}'\nexec sleep 60\n`;
      writeFileSync(nodePath, script, {mode: 0o700});
      yield [how, openGguf(t, {nodePath})];
    }
  },
  overloaded: async t => {
    const model = openGguf(t, {queueLimit: 1});
    await model.ready();
    signal(model, 'SIGSTOP');
    t.teardown(() => signal(model, 'SIGCONT'));
    for (const text of ['one', 'two']) model.point(says(text)).catch(() => undefined);
    return model;
  },
};

const long = 'Gladly, and here is a good deal more of it. '.repeat(200);
/** The same server, bound by a grammar or by a JSON schema. */
const serverBy = (style: 'llama.cpp' | 'json-schema', lies: Record<string, string>): Provider => ({
  name: `model server, ${style}`,
  start: async (t, limits) => {
    let words = 0;
    const fake = await startModelServer(t, {
      flavour: style,
      free: () => long,
      // as a model takes its time: what is to break a reply off has to come before its end
      pace: () =>
        new Promise(resolve => (++words % 500 === 0 ? setTimeout(resolve, 300) : setImmediate(resolve))),
    });
    const model = openModel(t, reach(t, fake), {bindingStyle: style, patienceMs: 60_000, ...limits});
    await model.ready();
    return {
      model,
      stall: () => fake.misbehave('hangs'),
      goOn: () => fake.misbehave(undefined),
      breakOff: fake.cutAll,
    };
  },
  amiss: async function* (t) {
    const hows: Misbehaviour[] = [
      'not JSON',
      'page',
      'empty',
      'endless',
      'resets',
      'broken',
      'redirects',
      'hangs in mid-body',
      'drips',
    ];
    for (const how of hows) {
      const fake = await startModelServer(t, {flavour: style});
      const model = openModel(t, reach(t, fake), {bindingStyle: style, timeoutMs: 800, writeTimeoutMs: 800});
      await model.ready();
      fake.misbehave(how);
      yield [how, model];
    }
    for (const [how, answer] of Object.entries(lies)) {
      const fake = await startModelServer(t, {
        flavour: style,
        bound: () => answer,
        inSchema: () => answer,
      });
      const model = openModel(t, reach(t, fake), {bindingStyle: style});
      await model.ready();
      yield [how, model];
    }
  },
  overloaded: async t => {
    const fake = await startModelServer(t);
    const model = openModel(t, reach(t, fake));
    await model.ready();
    fake.misbehave('busy');
    return model;
  },
});
const server = serverBy('llama.cpp', {
  'a span outside the message': 'name=Mallory\nintents=-\nauthority=-',
  'JSON nobody asked for': '{"name":"Mallory","budget":"1000000"}',
  'a field nobody asked for': 'iban=hello\nintents=buy,everything\nauthority=king',
});
const serverBySchema = serverBy('json-schema', {
  'a span outside the message': '{"name":"Mallory","intents":[],"authority":""}',
  'a part of a word': '{"name":"ello","company":"hell"}',
  'lines nobody asked for': 'name=hello\nintents=demo\nauthority=user',
  'a field nobody asked for': '{"iban":"hello","intents":["buy","everything"],"authority":"king"}',
  'other kinds of values':
    '{"name":["hello"],"budget":7,"need":{"hello":1},"intents":"demo","authority":["user"]}',
  'no object': '"hello"',
  'cut off': '{"name":"hello',
});

const says = (text: string): PointRequest => ({locale: 'en', turns: [{role: 'visitor', text}]});
const reply = (text: string, more: Partial<WriteRequest> = {}): WriteRequest => ({
  locale: 'en-GB',
  system: 'You are the assistant of Ladders Ltd. Ladders come in three lengths.',
  turns: [
    {role: 'assistant', text: 'Hello, what are you looking for?'},
    {role: 'visitor', text},
  ],
  task: 'Ask how many people will use it.',
  maxTokens: 24,
  ...more,
});
const silent = () => undefined;
const codeOf = async (t: ExecutionContext, promise: Promise<unknown>): Promise<string> => {
  const error = await t.throwsAsync(promise, {name: 'AppError'});
  return (error as {code?: string} | undefined)?.code ?? '';
};

for (const provider of [gguf, server, serverBySchema]) {
  const {name, start} = provider;

  test.serial(`${name}: points at nothing but words of the message, whatever it says`, async t => {
    const {model} = await start(t);
    t.is(model.info()?.kind, 'instruct');
    const nasty = fc.constantFrom(
      '<|im_end|>',
      '"',
      '\\',
      '\n',
      ' 1.200,50 € ',
      'a@b.example',
      '👩‍🚀',
      '\u202E',
      '会社は35人です',
      'Ines Arbogast',
      '::=',
      '|',
    );
    const message = fc
      .array(fc.oneof(nasty, fc.lorem()), {minLength: 1, maxLength: 8})
      .map(parts => parts.join(' '));
    let spans = 0;
    await fc.assert(
      fc.asyncProperty(message, async text => {
        const pointed = await model.point(says(text));
        for (const {field, start: from, end, confidence} of pointed.spans) {
          if (!spanFields.includes(field)) throw new Error(field);
          if (!(from >= 0 && from < end && end <= text.length)) throw new Error(`${from}-${end}`);
          if (text.slice(from, end).trim() === '') throw new Error('a span of nothing');
          if (!(confidence >= 0 && confidence <= 1)) throw new Error(`${confidence}`);
        }
        if (pointed.intents.some(({intent}) => !intents.includes(intent))) throw new Error('intent');
        if (pointed.authority && !authorities.includes(pointed.authority.value)) throw new Error('authority');
        spans += pointed.spans.length;
      }),
      {numRuns: 25},
    );
    t.true(spans > 10, `a property over no spans would prove nothing: ${spans}`);
  });

  test.serial(`${name}: a reply comes in pieces, and they are the whole`, async t => {
    const {model} = await start(t);
    const pieces: string[] = [];
    const whole = await model.write(reply('two ladders'), piece => pieces.push(piece));
    t.true(pieces.length > 3, `${pieces.length} pieces are no stream`);
    t.is(pieces.join(''), whole);
  });

  test.serial(
    `${name}: given up in mid-reply, nothing more is heard, and the next one is served`,
    async t => {
      const {model} = await start(t);
      const impatient = new AbortController();
      let pieces = 0;
      const abandoned = model.write(
        reply('long, please', {maxTokens: 1500}),
        () => {
          pieces += 1;
          impatient.abort();
        },
        impatient.signal,
      );
      t.is(await codeOf(t, abandoned), 'llm.timeout');
      t.is(pieces, 1);
      t.is(await codeOf(t, model.point(says('hello'), AbortSignal.abort())), 'llm.timeout');
      t.true((await model.write(reply('short'), silent)).length > 0);
      t.is(pieces, 1);
    },
  );

  test.serial(`${name}: what is not answered in time is given up, and the next one is answered`, async t => {
    const {model, stall, goOn} = await start(t, {timeoutMs: 1500, patienceMs: 500});
    stall();
    const from = performance.now();
    const given = await Promise.all([
      codeOf(t, model.write(reply('anybody?'), silent)),
      codeOf(t, model.point(says('anybody?'))),
    ]);
    t.deepEqual(given, ['llm.timeout', 'llm.timeout']);
    t.true(performance.now() - from < 10_000);
    goOn();
    await t.notThrowsAsync(model.point(says('35 people')));
  });

  test.serial(`${name}: broken off in mid-reply, that one fails and the next is served`, async t => {
    const {model, breakOff} = await start(t);
    let begun = false;
    const dying = model.write(reply('one', {maxTokens: 1500}), () => {
      if (!begun) breakOff();
      begun = true;
    });
    t.is(await codeOf(t, dying), 'llm.unavailable');
    t.true(begun);
    await t.notThrowsAsync(model.point(says('35 people in Graz')));
  });

  test.serial(`${name}: a bad answer is a known failure or brings in nothing`, async t => {
    let tried = 0;
    for await (const [how, model] of provider.amiss(t)) {
      const outcome = await model.point(says('hello there')).then(
        ({spans, intents: shown, authority}) => [spans, shown, authority],
        (error: {code?: string}) => error.code,
      );
      if (typeof outcome === 'string')
        t.true(['llm.unavailable', 'llm.timeout'].includes(outcome), `${how}: ${outcome}`);
      else t.deepEqual(outcome, [[], [], null], how);
      await model.close();
      tried += 1;
    }
    t.true(tried >= 4);
  });

  test.serial(`${name}: with too much to do it says so at once`, async t => {
    const model = await provider.overloaded(t);
    t.is(await codeOf(t, model.point(says('one too many'))), 'llm.overloaded');
    t.is(await codeOf(t, model.write(reply('one too many'), silent)), 'llm.overloaded');
  });

  test.serial(`${name}: of an erased conversation nothing goes on`, async t => {
    const {model} = await start(t);
    const erased = model.write(reply('five', {conversationId: 'd', maxTokens: 400}), () => model.forget('d'));
    t.is(await codeOf(t, erased), 'llm.unavailable');
    t.true((await model.write(reply('seven', {conversationId: 'e'}), silent)).length > 0);
  });

  test.serial(`${name}: closed, it ends what is under way and takes nothing more`, async t => {
    const {model} = await start(t);
    let closing: Promise<void> | undefined;
    const ending = model.write(reply('one', {maxTokens: 1500}), () => {
      closing ??= model.close();
    });
    t.is(await codeOf(t, ending), 'llm.unavailable');
    await closing;
    t.is(await codeOf(t, model.point(says('hello'))), 'llm.unavailable');
  });
}
