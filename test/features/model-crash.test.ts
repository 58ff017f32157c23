/** Models that end their process on probation: real files, real processes, real signals. */
import {basename} from 'node:path';
import test from 'ava';
import {createInference, type Inference} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {randomInstructModel} from '../../models/training/random-instruct.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {plenty, settled, sha256Of, startWithModels} from '../helpers/models.ts';

const small = randomLabellingModel(7);

test('a file that passes every check and its first answer, then dies of a visitor’s words: the model before answers them, and why is said', async t => {
  const {appliance, admin, done, bring} = await startWithModels(t, {
    models: {memory: plenty, probationMs: 3_600_000},
  });
  // llama.cpp looks up the token of each byte that is in no other, and ends where there is none: here for every emoji
  const bytes = randomInstructModel({family: 'phi3', seed: 3});
  bytes.write('<0xG0>', bytes.indexOf('<0xF0>'));
  const sha256 = sha256Of(bytes);
  t.is((await bring(bytes)).task?.state, 'done');
  t.is((await done(sha256, 'measure')).task?.state, 'done');
  const active = await done(sha256, 'activate');
  t.is(active.task?.state, 'done', active.task?.message ?? '');
  t.like(active.active, {modelId: sha256, onProbation: true});

  const visitor = await appliance.visitor();
  const answered = async (text: string) => (await visitor.answerAfter((await visitor.say(text)).seq)).text;
  t.true((await answered('We are 20 people')).length > 0);
  t.like((await settled(admin)).active, {modelId: sha256, problem: null}, 'plain words do it no harm');
  t.true((await answered('Hello 👋, I am Ines Arbogast')).length > 0);
  const {active: back, models} = await settled(admin, overview => overview.active.problem !== null);
  t.like(back, {modelId: 'bundled', chosen: 'bundled', state: 'ready', onProbation: false});
  t.regex(
    back.problem ?? '',
    /^random-phi3-3 failed while it was tried, and the bundled model answers again: The model crashed the library that runs it \(it ended with SIGABRT\)/,
  );
  t.true((await answered('We want to start in May 👍')).length > 0);
  t.is((await fetch(`${appliance.base}/health/live`)).status, 200);
  t.true(models.find(({id}) => id === sha256)?.present, 'its file is still there to be looked at');
  const {entries} = await admin.call<{entries: {action: string; detail: {reason?: string}}[]}>(
    'GET',
    '/api/admin/audit?limit=50',
  );
  t.regex(entries.find(({action}) => action === 'model.returned')?.detail.reason ?? '', /SIGABRT/);

  await appliance.stop();
  await appliance.start();
  const again = await settled(
    await appliance.administrator(),
    ({active: now}) => now.state === 'ready' && now.modelId !== null,
  );
  t.is(again.active.modelId, 'bundled', 'nor does a start try it again');
  t.regex(again.active.problem ?? '', /SIGABRT/);
});

test('a model that held out its probation and crashes again and again on certain words is left after the fourth time', async t => {
  const {appliance, admin, done, bring} = await startWithModels(t, {
    models: {memory: plenty, probationMs: 0},
  });
  const bytes = randomInstructModel({family: 'phi3', seed: 3});
  bytes.write('<0xG0>', bytes.indexOf('<0xF0>'));
  const sha256 = sha256Of(bytes);
  await bring(bytes);
  await done(sha256, 'measure');
  await done(sha256, 'activate');
  await settled(admin, ({active}) => !active.onProbation);

  const visitor = await appliance.visitor();
  const answered = async (text: string) => (await visitor.answerAfter((await visitor.say(text)).seq)).text;
  for (let crash = 1; crash <= 3; crash += 1) {
    await answered(`Hello 👋, number ${crash}`);
    const {active} = await settled(admin, now => now.active.state === 'ready');
    t.like(active, {modelId: sha256}, `it came back after crash ${crash}`);
  }
  await answered('Hello 👋, once more');
  const {active} = await settled(admin, now => now.active.problem !== null && now.active.state === 'ready');
  t.is(active.modelId, 'bundled');
  t.regex(
    active.problem ?? '',
    /^random-phi3-3 cannot go on, and the bundled model answers: It crashed 4 times within an hour\. The model crashed/,
  );
  t.true((await answered('We want to start in May 👍')).length > 0);
});

test('real processes that are killed on probation: by a fault, by the system, and where they hang', async t => {
  const opened: Inference[] = [];
  const {appliance, admin, act, done, bring} = await startWithModels(t, {
    models: {
      memory: plenty,
      probationMs: 3_600_000,
      open: (modelPath, {id, sha256}) => {
        const listed = {
          id,
          name: id,
          file: basename(modelPath),
          kind: 'labelling' as const,
          licence: 'none',
          size: null,
          sha256,
          ram: 1,
          languages: [],
          source: 'none',
        };
        const model = createInference({
          modelPath,
          log: createLogger('silent'),
          threads: 1,
          catalogue: [listed],
          timeoutMs: 1500,
        });
        opened.push(model);
        return model;
      },
    },
  });
  const sha256 = sha256Of(small);
  await bring(small);
  await done(sha256, 'measure');
  // a new one each time: what nobody trained may well find that a visitor wants a person
  const answered = async (text: string): Promise<void> => {
    const visitor = await appliance.visitor();
    await visitor.answerAfter((await visitor.say(text)).seq);
    await visitor.close();
  };
  const ends: [NodeJS.Signals, RegExp][] = [
    ['SIGSEGV', /crashed the library that runs it \(it ended with SIGSEGV\)/],
    ['SIGKILL', /ended from outside \(it ended with SIGKILL\), as the system does when memory runs out/],
    ['SIGSTOP', /did not come back from a turn, and was ended/],
  ];
  for (const [signal, reason] of ends) {
    t.is((await done(sha256, 'activate')).active.modelId, sha256, signal);
    await answered('We are 20 people');
    const model = opened.at(-1);
    process.kill(model?.processId() ?? 0, signal);
    await answered('We want to start in May');
    const {active} = await settled(admin, overview => overview.active.problem !== null);
    t.like(active, {modelId: 'bundled', chosen: 'bundled', state: 'ready'}, signal);
    t.regex(active.problem ?? '', reason, signal);
    t.is(model?.status().state, 'closed', signal);
  }
  t.is((await act('bundled', 'activate')).status, 202);
});
