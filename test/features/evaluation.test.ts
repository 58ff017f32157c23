import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {intents, type LanguageModel, type SpanField} from '../../appliance/adapters/llm/contract.ts';
import {qualify} from '../../appliance/features/qualification/engine/index.ts';
import {type Dialogue, type Expected, factFields, readDialogues} from '../../models/evaluation/format.ts';
import {measure} from '../../models/evaluation/measure.ts';
import {errorPage} from '../../models/evaluation/page.ts';
import type {Prediction} from '../../models/evaluation/predict.ts';
import {bootstrapF1, quantile, ratesOf, wilson} from '../../models/evaluation/statistics.ts';
import {printAblation, printTable} from '../../models/evaluation/table.ts';
import {judgeModel} from '../../appliance/inference/index.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const nothing: Expected = {
  name: null,
  email: null,
  phone: null,
  company: null,
  job_title: null,
  company_size: null,
  budget: null,
  timeline: null,
  authority: null,
  intents: [],
};
const dialogue = (id: string, expect: Partial<Expected>, rest: Partial<Dialogue> = {}): Dialogue => ({
  id,
  locale: 'en-GB',
  region: 'GB',
  today: '2026-05-04',
  tags: [],
  turns: [{role: 'visitor', text: 'I am Wilhelmina Quist, budget 500'}],
  expect: {...nothing, ...expect},
  ...rest,
});
const predicted = (id: string, facts: Partial<Expected>, rest: Partial<Prediction> = {}): Prediction => ({
  id,
  facts: {...nothing, ...facts},
  held: [],
  turnMilliseconds: [],
  unanswered: 0,
  ...rest,
});

// --- the intervals, against numbers that others published

test('shares have the Wilson intervals that Newcombe printed', t => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I
  for (const [hits, of, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const)
    t.deepEqual(
      wilson(hits, of).map(end => Number(end.toFixed(4))),
      [low, high],
      `${hits} of ${of}`,
    );
  t.deepEqual(wilson(0, 0), [0, 1], 'nothing is known of no case');
  t.is(wilson(20, 20)[1], 1);
});

test('F1 varies with the dialogues drawn: half of a hundred right gives the quantiles of the binomial', t => {
  const half = Array.from({length: 100}, (_, i) => ({right: i % 2, wrong: 0, missed: 1 - (i % 2)}));
  const [low, high] = bootstrapF1(half);
  // 2.5 % and 97.5 % of Binomial(100, 1/2) are 40 and 60 right, an F1 of 2·40/(100 + 40) and 2·60/(100 + 60)
  t.true(Math.abs(low - 80 / 140) < 0.025, `${low}`);
  t.true(Math.abs(high - 120 / 160) < 0.025, `${high}`);
  t.deepEqual(bootstrapF1(half), [low, high], 'the same seed, the same interval');
});

test('whole dialogues are drawn, so facts that stand or fall together widen the interval', t => {
  const apart = Array.from({length: 80}, (_, i) => ({right: i % 2, wrong: 0, missed: 1 - (i % 2)}));
  const together = Array.from({length: 8}, (_, i) => ({
    right: 10 * (i % 2),
    wrong: 0,
    missed: 10 * (1 - (i % 2)),
  }));
  const width = ([low, high]: [number, number]) => high - low;
  t.is(ratesOf(apart).f1, ratesOf(together).f1);
  t.true(width(bootstrapF1(together)) > 2 * width(bootstrapF1(apart)));
});

test('a quantile lies between two values where it falls between them', t => {
  t.is(quantile([1, 2, 3, 4], 0.5), 2.5);
  t.is(quantile([10, 20, 30], 0.5), 20);
  t.is(
    quantile(
      Array.from({length: 101}, (_, i) => i),
      0.95,
    ),
    95,
  );
  t.is(quantile([], 0.5), null);
});

// --- the counts, on cases small enough to reckon by hand

test('right, wrong and missed are counted by field, language and tag, and for each intent', t => {
  const dialogues = [
    dialogue('a', {name: 'Ada Bell', company: 'Bell & Sons Ltd', intents: ['pricing', 'demo']}),
    dialogue('b', {name: 'Udo Kern', email: 'udo@example.com'}, {locale: 'de-AT', tags: ['hard']}),
    dialogue('c', {intents: ['opt_out']}, {tags: ['hard']}),
  ];
  const report = measure(
    dialogues,
    [
      predicted(
        'a',
        {name: 'ada bell', company: 'Bell & Sons', intents: ['pricing', 'trial']},
        {turnMilliseconds: [1, 3]},
      ),
      predicted('b', {name: 'Udo Korn'}, {turnMilliseconds: [2]}),
      predicted('c', {phone: '+441632960000', intents: ['opt_out']}, {turnMilliseconds: [100]}),
    ],
    'none',
  );
  // a: two right; b: a wrong name (wrong and missed) and a missed e-mail; c: an invented number
  t.like(report.facts, {right: 2, wrong: 2, missed: 2, precision: 0.5, recall: 0.5, f1: 0.5});
  t.like(report.fields.name, {right: 1, wrong: 1, missed: 1, f1: 0.5});
  t.like(report.fields.company, {right: 1, wrong: 0, missed: 0, f1: 1});
  t.like(report.fields.budget, {precision: null, recall: null, f1: null}, 'nobody said or found one');
  t.like(report.intents, {right: 2, wrong: 1, missed: 1});
  t.like(report.eachIntent.demo, {right: 0, wrong: 0, missed: 1, precision: null, recall: 0, f1: 0});
  t.like(report.eachIntent.trial, {right: 0, wrong: 1, missed: 0, precision: 0, recall: null, f1: 0});
  t.deepEqual(Object.keys(report.languages), ['de', 'en']);
  t.like(report.languages.de?.facts, {right: 0, wrong: 1, missed: 2, f1: 0});
  t.like(report.tags.hard, {dialogues: 2});
  t.like(report.invented, {hits: 1, of: 1, share: 1});
  t.like(report.turnMilliseconds, {turns: 4, median: 2.5});
  t.deepEqual(
    report.failures.map(({id, field, kind}) => `${id} ${field} ${kind}`),
    ['a intent missed', 'a intent invented', 'b name wrong', 'b email missed', 'c phone invented'],
  );
});

test('an injection is accepted when a fact is held that is not expected, also in place of a genuine one', t => {
  const attacks = ['resisted', 'genuine', 'invented', 'replaced', 'intent only'].map(id =>
    dialogue(id, id === 'genuine' || id === 'replaced' ? {name: 'Ada Bell'} : {}, {tags: ['injection']}),
  );
  const report = measure(
    [...attacks, dialogue('no attack', {})],
    [
      predicted('resisted', {}),
      predicted('genuine', {name: 'Ada Bell'}),
      predicted('invented', {authority: 'decision_maker'}),
      predicted('replaced', {name: 'The Boss'}),
      predicted('intent only', {intents: ['demo']}),
      predicted('no attack', {name: 'Ada Bell'}),
    ],
    'none',
  );
  t.like(report.injections, {hits: 2, of: 5});
  t.like(report.injectedIntents, {hits: 1, of: 5});
  t.like(report.invented, {hits: 2, of: 4}, 'the invented ones of the four that state no fact');
});

const someFacts = fc.record({
  ...Object.fromEntries(Object.keys(nothing).map(field => [field, fc.constant(null)])),
  name: fc.option(fc.constantFrom('Ada Bell', 'Udo Kern')),
  email: fc.option(fc.constantFrom('ada@example.com', 'udo@example.com')),
  company_size: fc.option(fc.record({min: fc.nat(9), max: fc.constant(null)})),
  authority: fc.option(fc.constantFrom('user', 'influencer')),
  intents: fc.subarray([...intents]),
}) as unknown as fc.Arbitrary<Expected>;
const someDialogues = fc
  .array(
    fc.record({
      expect: someFacts,
      tags: fc.subarray(['hard', 'injection']),
      locale: fc.constantFrom('en-GB', 'fr-CA'),
    }),
    {minLength: 1, maxLength: 8},
  )
  .map(list => list.map(({expect, ...rest}, i) => dialogue(`p${i}`, expect, rest)));

test('perfect predictions score 1, none score nothing, and whatever they are the numbers agree', t => {
  fc.assert(
    fc.property(someDialogues, fc.array(someFacts, {minLength: 8, maxLength: 8}), (dialogues, guesses) => {
      const by = (pick: (one: Dialogue, i: number) => Partial<Expected>) =>
        measure(
          dialogues,
          dialogues.map((one, i) => predicted(one.id, pick(one, i))),
          'none',
        );
      const perfect = by(({expect}) => expect);
      for (const rates of [perfect.facts, perfect.intents, ...Object.values(perfect.fields)])
        for (const value of [rates.precision, rates.recall, rates.f1]) t.true(value === 1 || value === null);
      t.is(perfect.invented.hits + perfect.injections.hits + perfect.failures.length, 0);

      const silent = by(() => ({}));
      t.is(silent.facts.right + silent.facts.wrong + silent.invented.hits + silent.injections.hits, 0);

      const any = by((_, i) => guesses[i] ?? {});
      const {facts, languages, fields} = any;
      const total = (parts: {right: number; wrong: number; missed: number}[]) =>
        parts.reduce((sum, {right, wrong, missed}) => sum + right + 10 * wrong + 100 * missed, 0);
      t.is(total(Object.values(fields)), total([facts]), 'fields add up');
      t.is(total(Object.values(languages).map(one => one.facts)), total([facts]), 'languages add up');
      for (const name of ['precision', 'recall'] as const) {
        const value = facts[name];
        const [low, high] = facts.intervals[name];
        t.true(value === null || (low <= value && value <= high));
      }
      if (facts.precision !== null && facts.recall !== null && facts.right > 0)
        t.true(
          Math.abs((facts.f1 ?? 0) - 2 / (1 / facts.precision + 1 / facts.recall)) < 1e-9,
          'F1 is the harmonic mean',
        );
    }),
    {numRuns: 25},
  );
  t.is(factFields.length, 9);
});

// --- what the model alone is worth

test('alone, the model keeps its spans as values and its labels, and reading adds none of its own', async t => {
  const text =
    'Wilhelmina Quist here, w.quist@example.com, we can spend up to 40k a year. What does it cost?';
  const at = (words: string, field: SpanField) => {
    const start = text.indexOf(words);
    return {field, start, end: start + words.length, confidence: 0.99};
  };
  const model: LanguageModel = {
    info: () => undefined,
    point: async () => ({
      spans: [at('up to 40k a year', 'budget')],
      intents: [{intent: 'trial', confidence: 0.99}],
      authority: null,
    }),
    close: async () => {},
  };
  const input = {
    turns: [{role: 'visitor' as const, text}],
    locale: 'en-GB',
    region: 'GB',
    today: '2026-05-04',
    model,
  };
  const held = async (modelAlone: boolean) =>
    (await qualify({...input, modelAlone})).facts.map(({field, value}) => [field, value]);
  t.deepEqual(await held(true), [
    ['budget', {min: null, max: 40_000, currency: 'GBP', period: 'year'}],
    ['intent', 'trial'],
  ]);
  const both = (await held(false)).map(([field]) => field);
  t.true(both.includes('email') && both.includes('name') && both.includes('budget'));
});

// --- what people and machines get

test('the page shows an error in its dialogue with the words taken for proof, and runs nothing of a visitor', t => {
  const text = '<script>alert(1)</script> we pay 500 & more, card 4111 1111 1111 1111';
  const start = text.indexOf('500');
  const evidence = {turn: 0, start, end: start + 3, quote: '500'};
  const budget = {min: 500, max: 500, currency: 'GBP', period: null};
  const dialogues = [dialogue('x"1', {}, {turns: [{role: 'visitor', text}], tags: ['<b>']})];
  const held = [
    {
      field: 'budget' as const,
      value: budget,
      display: '',
      evidence,
      confidence: 1,
      source: 'reading' as const,
    },
  ];
  const report = measure(dialogues, [predicted('x"1', {budget}, {held})], 'none');
  const page = errorPage(report, dialogues, printTable(report));
  t.true(page.includes('&lt;script&gt;alert(1)&lt;/script&gt; we pay <mark>500</mark> &amp; more'));
  t.true(page.includes('<td><mark>500</mark> <small>turn 1, reading</small></td>'));
  t.false(/<script|<b>\s|4111 1111/.test(page));
  t.true(page.includes('1 errors in 1 of 1 dialogues'));
});

test('three reports stand side by side', t => {
  const dialogues = [dialogue('a', {name: 'Ada Bell'})];
  const one = (facts: Partial<Expected>) => measure(dialogues, [predicted('a', facts)], 'm');
  const table = printAblation({
    'reading alone': one({}),
    'model alone': one({name: 'Ada'}),
    both: one({name: 'Ada Bell'}),
  });
  t.regex(table, /^F1 +reading alone +model alone +both$/m);
  t.regex(table, /^name +0\.000 \S+ to \S+ +0\.000 \S+ to \S+ +1\.000 /m);
});

test('one command measures several files and writes predictions and the page', async t => {
  const folder = temporaryDirectory(t);
  const line = (id: string, text: string, expect: object) =>
    `${JSON.stringify({id, locale: 'en-GB', region: 'GB', today: '2026-05-04', turns: [{role: 'visitor', text}], expect})}\n`;
  writeFileSync(
    join(folder, 'a.jsonl'),
    line('1', 'Write to quist@example.com', {email: 'quist@example.com', budget: null}),
  );
  writeFileSync(
    join(folder, 'b.jsonl'),
    line('1', 'We have up to 900 pounds', {budget: {max: 900, currency: 'GBP'}}),
  );
  const script = resolve(import.meta.dirname, '../../models/evaluation/evaluate.ts');
  const evaluate = (...parameters: string[]) =>
    promisify(execFile)(process.execPath, [script, ...parameters], {cwd: folder});
  const wanted =
    'a.jsonl b.jsonl --model none --json --predictions out/predictions.jsonl --page out/errors.html';
  const {stdout} = await evaluate(...wanted.split(' '));
  t.like(JSON.parse(stdout), {
    dialogues: 2,
    files: ['a.jsonl', 'b.jsonl'],
    facts: {right: 2, wrong: 0, missed: 0},
  });
  const predictions = readFileSync(join(folder, 'out/predictions.jsonl'), 'utf8').trimEnd().split('\n');
  t.deepEqual(
    predictions.map(text => JSON.parse(text) as unknown),
    [
      {id: '1', facts: {...nothing, email: 'quist@example.com'}},
      {id: '1', facts: {...nothing, budget: {min: null, max: 900, currency: 'GBP', period: null}}},
    ],
  );
  t.true(readFileSync(join(folder, 'out/errors.html'), 'utf8').includes('0 errors in 0 of 2 dialogues'));

  const refused = async (...parameters: string[]) =>
    ((await t.throwsAsync(evaluate(...parameters))) as unknown as {stderr: string}).stderr;
  t.regex(
    await refused('a.jsonl', '--model', 'no-such'),
    /There is no model "no-such" in data\/models: give none, bundled/,
  );
  t.regex(await refused('missing.jsonl'), /missing\.jsonl cannot be read/);
});

test('an imported model is found by its name and by its SHA-256, as the appliance lists them', async t => {
  const folder = temporaryDirectory(t);
  const bytes = randomLabellingModel(7);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  mkdirSync(join(folder, 'data/models'), {recursive: true});
  const path = join(folder, 'data/models', `${sha256}.gguf`);
  writeFileSync(path, bytes);
  writeFileSync(
    join(folder, 'a.jsonl'),
    `${JSON.stringify({id: '1', locale: 'de-AT', region: 'AT', today: '2026-05-04', turns: [{role: 'visitor', text: 'Guten Tag'}], expect: {}})}\n`,
  );
  const {name} = await judgeModel(path);
  const script = resolve(import.meta.dirname, '../../models/evaluation/evaluate.ts');
  for (const wanted of [name.toUpperCase(), sha256.slice(0, 8)]) {
    const {stdout} = await promisify(execFile)(
      process.execPath,
      [script, 'a.jsonl', '--json', '--model', wanted],
      {cwd: folder},
    );
    t.is((JSON.parse(stdout) as {dialogues: number}).dialogues, 1, wanted);
  }
});

test('a faulty line is named, and so is a file without any', t => {
  const file = join(temporaryDirectory(t), 'x.jsonl');
  writeFileSync(file, '\n{"id": 1}\n');
  t.throws(() => readDialogues(file), {message: /x\.jsonl, line 2: .*id/s});
  const spoken = (locale: string) =>
    JSON.stringify({
      id: '1',
      locale,
      region: 'DE',
      today: '2026-05-04',
      turns: [{role: 'visitor', text: 'Hallo'}],
      expect: {},
    });
  writeFileSync(file, `${spoken('de')}\n${spoken('nl-NL')}\n`);
  t.throws(() => readDialogues(file), {message: /x\.jsonl, line 2: .*en, de, fr or es/s});
  writeFileSync(file, '\n');
  t.throws(() => readDialogues(file), {message: /holds no dialogue/});
});
