import {existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {
  bundledModelPath,
  createInference,
  judgeModel,
  readCatalogue,
} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import type {Overview} from '../../appliance/features/models/models.schema.ts';
import * as library from 'node-llama-cpp';
import {architectures} from '../../appliance/inference/architectures.ts';
import {randomInstructModel} from '../../models/training/random-instruct.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {
  heldModels,
  plenty,
  type Refusal,
  settled,
  sha256Of,
  startWithModels,
  upload,
} from '../helpers/models.ts';

const small = randomLabellingModel(7);
const other = randomLabellingModel(8);
for (const kind of databaseKinds) {
  test(`${kind}: a model is imported, checked, benched, measured, activated, outlives a restart and is removed; each on record`, async t => {
    const {appliance, admin, act, done, bring, left} = await startWithModels(t, {database: kind});
    const sha256 = sha256Of(small);
    const imported = await bring(small);
    t.is(imported.task?.state, 'done', imported.task?.message ?? '');
    const model = imported.models.find(({id}) => id === sha256);
    t.like(model, {name: 'random-7', kind: 'labelling', size: small.length, accuracy: null, present: true});
    t.deepEqual(left(), [`${sha256}.gguf`]);
    t.is(statSync(join(appliance.directory, 'models', `${sha256}.gguf`)).mode & 0o777, 0o600);

    const early = await act(sha256, 'activate');
    t.is(early.status, 409);
    t.is(early.body.error.code, 'models.not_measured');
    t.regex(early.body.error.message, /Press “Measure accuracy”/);

    t.regex((await done(sha256, 'verify')).task?.message ?? '', /byte for byte/);
    const {bench} = (await done(sha256, 'bench')).models.find(({id}) => id === sha256) ?? {};
    t.true((bench?.turnMs ?? 0) > 0 && (bench?.tokensPerSecond ?? 0) > 10);
    const measured = await done(sha256, 'measure');
    t.is(measured.task?.state, 'done', measured.task?.message ?? '');
    const {accuracy} = measured.models.find(({id}) => id === sha256) ?? {};
    t.like(accuracy, {dialogues: 70, unanswered: 0, version: '0.0.0-test'});
    t.true((accuracy?.f1 ?? 0) > 0.1 && (accuracy?.turnMs ?? 0) > 0);

    const active = await done(sha256, 'activate');
    t.is(active.task?.state, 'done', active.task?.message ?? '');
    t.like(active.active, {
      modelId: sha256,
      state: 'ready',
      onProbation: true,
      chosen: sha256,
      problem: null,
    });
    t.is(
      (await admin.request<Refusal>('DELETE', `/api/admin/models/${sha256}`)).body.error.code,
      'models.in_use',
    );
    const visitor = await appliance.visitor();
    const {seq} = await visitor.say('We are 35 people in Graz');
    await visitor.answerAfter(seq);
    await visitor.close();

    await appliance.stop();
    await appliance.start();
    const again = await appliance.administrator();
    const back = await settled(again, ({active: now}) => now.modelId === sha256);
    t.is(back.active.problem, null);
    await again.call('POST', '/api/admin/models/bundled/activate');
    await settled(again, ({active: now}) => now.modelId === 'bundled');
    // what served before is kept until the bundled one has held out
    t.is(
      (await again.request<Refusal>('DELETE', `/api/admin/models/${sha256}`)).body.error.code,
      'models.in_use',
    );
    await appliance.stop();
    await appliance.start();
    const last = await appliance.administrator();
    t.is((await last.request('DELETE', `/api/admin/models/${sha256}`)).status, 204);
    t.deepEqual(left(), []);
    const {entries} = await last.call<{entries: {action: string; detail: {name?: string}}[]}>(
      'GET',
      '/api/admin/audit?limit=200',
    );
    const recorded = entries.filter(({action}) => action.startsWith('model.')).map(({action}) => action);
    t.deepEqual(recorded.toReversed(), [
      'model.imported',
      'model.verify_ordered',
      'model.bench_ordered',
      'model.measured',
      'model.activated',
      'model.activated',
      'model.removed',
    ]);
  });
}

test('what is not whole, not a model, not what its publisher made or already here is refused, and leaves nothing', async t => {
  const {admin, appliance, bring, left} = await startWithModels(t, {model: 'none'});
  const patched = (write: (copy: Buffer) => void) => {
    const copy = Buffer.from(small);
    write(copy);
    return copy;
  };
  const bad: [string, Buffer, RegExp][] = [
    ['text', Buffer.from('#!/bin/sh\nrm -rf /\n'.repeat(20)), /not a GGUF model/],
    ['truncated', small.subarray(0, small.length - 4096), /truncated/],
    ['unknown architecture', patched(copy => copy.write('llamb', copy.indexOf('llada'))), /architecture/],
    [
      'a base model',
      patched(copy => copy.write('crowlit.labellinX', copy.indexOf('crowlit.labelling'))),
      /no chat\s+template/,
    ],
  ];
  for (const [name, bytes, reason] of bad) {
    const {task} = await bring(bytes);
    t.is(task?.state, 'failed', name);
    t.regex(task?.message ?? '', reason, name);
    const sent = await upload(appliance.base, admin, bytes);
    t.is(sent.code, 'llm.bad_model', name);
    t.deepEqual(left(), [], name);
  }
  const foreign = await bring(small, sha256Of(other));
  t.regex(foreign.task?.message ?? '', /not the file its publisher made.*Nothing was kept/);
  t.is((await upload(appliance.base, admin, small, {sha256: sha256Of(other)})).code, 'models.wrong_hash');
  t.is((await upload(appliance.base, admin, small, {size: 10})).status, 400);
  t.is((await upload(appliance.base, admin, small, {size: 1e15})).code, 'models.no_disk');
  t.is((await upload(appliance.base, admin, small, {name: '../escape.gguf'})).status, 400);
  t.is(
    (await admin.request('POST', '/api/admin/model-imports', {file: '../x.gguf', sha256: sha256Of(small)}))
      .status,
    400,
  );
  t.deepEqual(left(), []);

  t.is((await upload(appliance.base, admin, small)).status, 200);
  t.is((await upload(appliance.base, admin, small)).code, 'models.known');
  t.deepEqual(left(), [`${sha256Of(small)}.gguf`]);
});

test('an upload that is broken off leaves nothing, and the next one is let in', async t => {
  const {admin, appliance, left} = await startWithModels(t, {model: 'none'});
  const input = {name: 'x.gguf', size: small.length, sha256: sha256Of(small)};
  const {uploadId} = await admin.call<{uploadId: string}>('POST', '/api/admin/model-uploads', input);
  t.is(
    (await admin.request<Refusal>('POST', '/api/admin/model-uploads', input)).body.error.code,
    'models.busy',
  );
  t.is(left().length, 1);
  await admin.call('DELETE', `/api/admin/model-uploads/${uploadId}`);
  t.deepEqual(left(), []);
  await admin.call('POST', '/api/admin/model-uploads', input);
  await appliance.stop();
  t.deepEqual(left(), []);
  writeFileSync(join(appliance.directory, 'models/killed.part'), 'half');
  await appliance.start();
  t.deepEqual(left(), []);
});

test('one byte changed after the import: the check says so, and it is not activated', async t => {
  const {appliance, done, bring} = await startWithModels(t);
  const sha256 = sha256Of(small);
  await bring(small);
  await done(sha256, 'measure');
  const path = join(appliance.directory, 'models', `${sha256}.gguf`);
  const bytes = readFileSync(path);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  for (const what of ['verify', 'activate', 'bench']) {
    const {task, active} = await done(sha256, what);
    t.is(task?.state, 'failed', what);
    t.regex(task?.message ?? '', /SHA-256/, what);
    t.is(active.modelId, 'bundled', what);
  }
});

test('too little memory is said before anything is loaded: at the import, and beside the model that answers', async t => {
  const memory = {free: 64e9, total: 1e8};
  const {admin, appliance, act, bring} = await startWithModels(t, {
    model: 'none',
    models: {memory: () => memory},
  });
  t.regex((await bring(small)).task?.message ?? '', /needs about \d+ MB of memory; this machine has 100 MB/);
  memory.total = 64e9;
  t.is((await upload(appliance.base, admin, small)).status, 200);
  memory.free = 1e8;
  await act(sha256Of(small), 'measure');
  const {task} = await settled(admin);
  t.is(task?.state, 'failed');
  t.regex(task?.message ?? '', /beside the model that answers now; 100 MB are free/);
});

test('visitors are answered throughout; a model that dies on probation gives back to the one before, and why is shown', async t => {
  const held = heldModels({memory: plenty, probationMs: 3_600_000});
  const {appliance, admin, done, bring} = await startWithModels(t, {models: held.outside});
  const [first, second] = [sha256Of(small), sha256Of(other)];
  await bring(small);
  await bring(other);
  await done(first, 'measure');
  await done(second, 'measure');
  await done(first, 'activate');
  const serving = held.opened.at(-1);
  const visitor = await appliance.visitor();
  const answered = async (text: string) => visitor.answerAfter((await visitor.say(text)).seq);
  const before = serving?.asked() ?? 0;
  await answered('Hello, we are 20 people');
  t.true((serving?.asked() ?? 0) > before, 'the new one reads');

  await done(second, 'activate');
  const tried = held.opened.at(-1);
  t.not(tried, serving);
  t.is(serving?.state(), 'ready', 'the one before is still loaded');
  const kept = () =>
    JSON.parse(readFileSync(join(appliance.directory, 'models/active.json'), 'utf8')) as object;
  t.like(kept(), {model: second, state: 'probation'}, 'a start that finds this does not try it again');
  await answered('and we want to start in May');
  tried?.die();
  const back = await settled(admin, ({active}) => active.problem !== null);
  t.like(back.active, {modelId: first, chosen: first, state: 'ready'});
  t.regex(back.active.problem ?? '', /random-8 failed while it was tried, and random-7 answers again/);
  const asked = serving?.asked() ?? 0;
  await answered('our budget is 5,000 a month');
  t.true((serving?.asked() ?? 0) > asked);
  t.is(tried?.state(), 'closed');
  const {findings} = await admin.call<{findings: {check: string; severity: string; state: string}[]}>(
    'GET',
    '/api/admin/overview',
  );
  t.like(
    findings.find(({check}) => check === 'Language model'),
    {severity: 'attention', state: back.active.problem ?? ''},
  );
});

test('what answers may fail while the next one is loaded: that one goes back to what still can answer', async t => {
  const held = heldModels({memory: plenty, probationMs: 3_600_000});
  const {appliance, admin, done, bring} = await startWithModels(t, {models: held.outside});
  const [first, second] = [sha256Of(small), sha256Of(other)];
  await bring(small);
  await bring(other);
  await done(first, 'measure');
  await done(second, 'measure');
  await done(first, 'activate');
  const failing = held.opened.at(-1);
  const letGo = held.holdNext();
  await admin.call('POST', `/api/admin/models/${second}/activate`);
  while (held.opened.at(-1) === failing) await admin.call('GET', '/api/admin/models');
  failing?.die();
  const meanwhile = await admin.call<Overview>('GET', '/api/admin/models');
  t.like(meanwhile.active, {modelId: 'bundled', chosen: second});
  letGo();
  t.like((await settled(admin)).active, {modelId: second, chosen: second, problem: null});
  held.opened.at(-1)?.die();
  const back = await settled(admin, ({active}) => active.problem !== null);
  t.like(back.active, {modelId: 'bundled', chosen: 'bundled'});
  t.regex(
    back.active.problem ?? '',
    /random-8 failed while it was tried, and the bundled model answers again/,
  );
  const choice = readFileSync(join(appliance.directory, 'models/active.json'), 'utf8');
  t.like(JSON.parse(choice) as object, {model: null, before: {model: null}});
});

test('held out long enough, what served before is closed; dead for good after that, the bundled model takes over', async t => {
  const held = heldModels({memory: plenty, probationMs: 50});
  const {admin, done, bring} = await startWithModels(t, {models: held.outside});
  await bring(small);
  await done(sha256Of(small), 'measure');
  await done(sha256Of(small), 'activate');
  const {active} = await settled(admin, ({active: now}) => !now.onProbation);
  t.is(active.modelId, sha256Of(small));
  held.opened.at(-1)?.fail();
  const after = await settled(admin, ({active: now}) => now.modelId === 'bundled');
  t.regex(after.active.problem ?? '', /cannot go on, and the bundled model answers/);
});

test('a start goes without a chosen model that is gone, or that took the appliance down while it was tried', async t => {
  const held = heldModels({memory: plenty, probationMs: 3_600_000});
  const {appliance, done, bring} = await startWithModels(t, {models: held.outside});
  const sha256 = sha256Of(small);
  const path = join(appliance.directory, 'models', `${sha256}.gguf`);
  await bring(small);
  await done(sha256, 'measure');
  await done(sha256, 'activate');
  const choice = join(appliance.directory, 'models/active.json');
  const trying = readFileSync(choice);
  await appliance.stop();

  rmSync(path);
  await appliance.start();
  const gone = await settled(
    await appliance.administrator(),
    ({active}) => active.problem !== null && active.state === 'ready' && active.modelId !== null,
  );
  t.is(gone.active.modelId, 'bundled');
  t.regex(
    gone.active.problem ?? '',
    /random-7 is not used, and the bundled model answers: The file of random-7 is gone/,
  );
  await appliance.stop();

  // as a power cut in the first minute leaves it
  writeFileSync(path, small);
  writeFileSync(choice, trying);
  await appliance.start();
  const ended = await settled(
    await appliance.administrator(),
    ({active}) => active.problem !== null && active.state === 'ready' && active.modelId !== null,
  );
  t.like(ended.active, {modelId: 'bundled', chosen: 'bundled'});
  t.regex(ended.active.problem ?? '', /The appliance ended while random-7 was tried/);
});

test('an instruct model is known by its file, and benched by what it writes', async t => {
  const {done, bring} = await startWithModels(t);
  const bytes = randomInstructModel({family: 'qwen2'});
  const sha256 = sha256Of(bytes);
  const {models} = await bring(bytes);
  t.like(
    models.find(({id}) => id === sha256),
    {kind: 'instruct', architecture: 'qwen2'},
  );
  const benched = await done(sha256, 'bench');
  t.true(
    (benched.models.find(({id}) => id === sha256)?.bench?.tokensPerSecond ?? 0) > 0,
    benched.task?.message ?? '',
  );
});

test('the list of architectures is the library’s own', t => {
  const {GgufArchitectureType} = library as unknown as {GgufArchitectureType: Record<string, string>};
  const known = Object.values(GgufArchitectureType).filter(name => /^[a-z0-9][\w.-]*$/.test(name));
  t.true(known.length > 100);
  t.deepEqual([...architectures].toSorted(), [...new Set(known)].toSorted());
});

test('what the catalogue lists can be told apart from what was measured here', async t => {
  const catalogue = await readCatalogue();
  t.true(catalogue.length >= 6);
  for (const {kind, sha256, size, source} of catalogue) {
    if (kind === 'labelling') continue;
    t.is(sha256, null);
    t.is(size, null);
    t.regex(source, /^https:\/\/huggingface\.co\//);
  }
  const judged = await judgeModel(bundledModelPath);
  t.like(judged, {kind: 'labelling', architecture: 'llada'});
  const path = join(temporaryDirectory(t), 'x.gguf');
  writeFileSync(path, small);
  const model = createInference({modelPath: path, log: createLogger('silent'), threads: 1, catalogue: []});
  await model.ready();
  t.is(model.info()?.kind, (await judgeModel(path)).kind);
  await model.close();
  t.true(existsSync(path));
});
