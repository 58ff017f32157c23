/**
 * Who makes vectors: the inference process with an embedding model, and a server behind the egress broker. No trained model is
 * at hand here; these have the architectures, tokenizers and pooling of real ones, and weights by chance or by hand.
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createOpenAiEmbedder} from '../../appliance/adapters/llm/openai/index.ts';
import {fitOf} from '../../appliance/features/models/fit.ts';
import {createInference, type InferenceOptions, judgeModel} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {randomInstructModel} from '../../models/training/random-instruct.ts';
import {embedderFamilies, smallEmbedder} from '../../models/training/small-embedder.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {concepts, meantBy} from '../helpers/meaning.ts';
import {
  type Misbehaviour,
  type ModelServerOptions,
  reach,
  startModelServer,
} from '../helpers/model-server.ts';

const place = (t: ExecutionContext, bytes: Buffer): string => {
  const path = join(temporaryDirectory(t), 'embedding.gguf');
  writeFileSync(path, bytes);
  return path;
};
const open = (t: ExecutionContext, bytes: Buffer, options: Partial<InferenceOptions> = {}) => {
  const model = createInference({
    modelPath: place(t, bytes),
    log: createLogger('silent'),
    threads: 1,
    use: 'finds',
    catalogue: [],
    ...options,
  });
  t.teardown(model.close);
  return model;
};
const openServer = async (t: ExecutionContext, options: ModelServerOptions = {}, timeoutMs = 10_000) => {
  const server = await startModelServer(t, {embed: meantBy, ...options});
  const connection = reach(t, server, {key: options.key ?? null});
  const model = createOpenAiEmbedder({...connection, timeoutMs});
  t.teardown(model.close);
  // the broker is a process that has to start first
  while (!(await model.embed({texts: ['ok'], as: 'question'}).then(Boolean, () => false)));
  return {server, model};
};
const closeness = (one: Float32Array | undefined, other: Float32Array | undefined): number =>
  one?.reduce((sum, value, i) => sum + value * (other?.[i] ?? 0), 0) ?? 0;
const codeOf = async (t: ExecutionContext, promise: Promise<unknown>): Promise<string> =>
  ((await t.throwsAsync(promise, {name: 'AppError'})) as {code?: string} | undefined)?.code ?? '';
const passages = (...texts: string[]) => ({texts, as: 'passage'}) as const;

const nasty = [
  'We deliver within three working days.',
  '',
  '[SEP] [CLS] <|eot_id|> <|begin_of_text|>',
  '👩‍🚀 e\u0301 \u202E مرحبا 会社は35人です',
  '\u0000',
  'word '.repeat(5000),
];

for (const family of embedderFamilies) {
  test.serial(`${family}: every text has a vector of unit length, and the same one each time`, async t => {
    const model = open(t, smallEmbedder({family}));
    await model.ready();
    t.like(model.info(), {id: `small-${family}`, kind: 'embedding'});
    const first = await model.embed(passages(...nasty));
    t.is(first.length, nasty.length);
    for (const vector of first) {
      t.is(vector.length, 64);
      t.true(Math.abs(closeness(vector, vector) - 1) < 1e-4);
    }
    const again = await model.embed(passages(...nasty));
    for (const [i, vector] of again.entries()) t.true(closeness(vector, first[i]) > 0.999, nasty[i]);
    t.true(closeness(first[0], first[3]) < 0.999, 'two texts are two');
    const [asked] = await model.embed({texts: nasty.slice(0, 1), as: 'question'});
    t.is(closeness(asked, first[0]) < 0.999, family === 'nomic-bert', 'this family reads a question as one');
    const error = await t.throwsAsync(fitOf(model, () => undefined, new AbortController().signal));
    t.is((error as {code?: string}).code, 'models.unfit', 'weights by chance find nothing, and are not used');
    t.is(
      await codeOf(t, model.point({locale: 'en', turns: [{role: 'visitor', text: 'x'}]})),
      'llm.unavailable',
    );
  });
}

test.serial('a text longer than the model reads counts by its parts', async t => {
  const model = open(t, smallEmbedder({concepts, context: 32}));
  const filler = 'it is with us and with them '.repeat(12);
  const [start, both, end] = await model.embed(
    passages(
      `deliver parcel ${filler}`,
      `deliver parcel ${filler} insured damage`,
      `${filler} insured damage`,
    ),
  );
  const [delivery, insurance] = await model.embed(passages('deliver parcel', 'insured damage'));
  t.true(closeness(start, delivery) > 0.9 && closeness(end, insurance) > 0.9);
  t.true(closeness(both, delivery) > 0.3 && closeness(both, insurance) > 0.3, 'nothing is cut off');
});

test.serial('a process that dies or lies costs what it was asked, and the next is served', async t => {
  const model = open(t, smallEmbedder({concepts}));
  await model.ready();
  const before = model.processId() ?? 0;
  process.kill(before, 'SIGSTOP');
  const dying = model.embed(passages('deliver'));
  process.kill(before, 'SIGKILL');
  t.is(await codeOf(t, dying), 'llm.unavailable');
  t.is((await model.embed(passages('deliver'))).length, 1);
  t.not(model.processId(), before);
  t.is(await codeOf(t, model.embed(passages('deliver'), AbortSignal.abort())), 'llm.timeout');

  const packed = (values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
  const ones = Array.from({length: 64}, () => 1);
  const lies = {
    'too few': [],
    'too many': [packed(ones), packed(ones)],
    'of no numbers': [packed(ones.map(() => NaN))],
    'of nothing': [packed(ones.map(() => 0))],
    'too small': [packed([1, 2])],
    'no base64': ['!!!'],
  };
  for (const [how, vectors] of Object.entries(lies)) {
    const nodePath = join(temporaryDirectory(t), 'liar.sh');
    const line = JSON.stringify({id: 1, vectors});
    writeFileSync(
      nodePath,
      `#!/bin/sh\necho '{"ready":true,"places":1}'\nread line\necho '${line}'\nexec sleep 60\n`,
      {mode: 0o700},
    );
    const liar = open(t, smallEmbedder(), {nodePath});
    t.is(await codeOf(t, liar.embed(passages('deliver'))), 'llm.unavailable', how);
    await liar.close();
  }
});

test.serial('a question goes before the passages that wait', async t => {
  const model = open(t, smallEmbedder({concepts}));
  await model.ready();
  const id = model.processId() ?? 0;
  process.kill(id, 'SIGSTOP');
  const order: string[] = [];
  const reading = Array.from({length: 5}, (_, i) =>
    model.embed(passages('deliver')).then(() => order.push(`passage ${i}`)),
  );
  const asking = model.embed({texts: ['parcel'], as: 'question'}).then(() => order.push('question'));
  process.kill(id, 'SIGCONT');
  await Promise.all([...reading, asking]);
  t.deepEqual(order.slice(0, 2), ['passage 0', 'question'], 'only what was begun is ended first');
});

test('what cannot make vectors, and what can do nothing else, is refused in words', async t => {
  const refused = async (bytes: Buffer, use: 'answers' | 'finds' = 'finds'): Promise<string> => {
    const model = open(t, bytes, {use});
    await t.throwsAsync(model.ready());
    return model.status().problem?.message ?? '';
  };
  t.regex(await refused(smallEmbedder({pooling: 4})), /ranks texts/);
  t.regex(await refused(smallEmbedder({pooling: 9})), /not known \(9\)/);
  t.regex(await refused(smallEmbedder({context: 16})), /needs 32 at least/);
  t.regex(await refused(randomInstructModel({family: 'qwen2'})), /no embedding model/);
  t.regex(await refused(smallEmbedder(), 'answers'), /cannot answer anybody/);
  const judged = await judgeModel(place(t, smallEmbedder()));
  t.like(judged, {kind: 'embedding', architecture: 'bert', name: 'small-bert'});
});

test('a server: its vectors are put in order, its key is sent, a text it finds too long is shortened', async t => {
  const {server, model} = await openServer(t, {
    key: 'sk-1',
    room: 150,
    vectors: data => data.toReversed(),
  });
  const texts = ['deliver', 'insured', `cold ${'x'.repeat(400)}`];
  const [delivery, insurance, cold] = await model.embed(passages(...texts));
  const expected = await model.embed(passages('deliver', 'insured'));
  t.true(closeness(delivery, expected[0]) > 0.999 && closeness(insurance, expected[1]) > 0.999);
  t.is(cold?.length, 64);
  t.true(server.embedded.every(text => text.length <= 150));
});

test('a server that answers amiss is a known failure, whatever it says', async t => {
  const {server, model} = await openServer(t, {}, 800);
  const hows: [Misbehaviour, string][] = [
    ['busy', 'llm.overloaded'],
    ['broken', 'llm.unavailable'],
    ['hangs', 'llm.timeout'],
    ['hangs in mid-body', 'llm.timeout'],
    ['drips', 'llm.timeout'],
    ['resets', 'llm.unavailable'],
    ['page', 'llm.unavailable'],
    ['not JSON', 'llm.unavailable'],
    ['empty', 'llm.unavailable'],
    ['redirects', 'llm.unavailable'],
  ];
  for (const [how, code] of hows) {
    server.misbehave(how);
    t.is(await codeOf(t, model.embed(passages('deliver'))), code, how);
  }
  server.misbehave(undefined);
  for (const vectors of [
    () => [],
    () => [{index: 1, embedding: meantBy('x')}],
    () => [{index: 0, embedding: Array.from({length: 9000}, () => 1)}],
    () => [{index: 0, embedding: [null, 1, 1, 1, 1, 1, 1, 1]}],
    () => [{index: 0, embedding: 'AAAA'}],
    () => 'vectors',
  ]) {
    server.embedWith(meantBy, vectors);
    t.is(
      await codeOf(t, model.embed(passages('deliver'))),
      'llm.unavailable',
      JSON.stringify(vectors()).slice(0, 40),
    );
  }
  server.embedWith(meantBy);
  t.is((await model.embed(passages('deliver'))).length, 1);
  server.misbehave('hangs');
  const ending = model.embed(passages('deliver'));
  await model.close();
  t.is(await codeOf(t, ending), 'llm.unavailable');
});
