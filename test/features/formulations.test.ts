/** The comparison of formulations: its driver on a small text, and the training itself where PyTorch is. */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {measuredIn, measureFormulations, rowOf} from '../../models/training/formulations.ts';
import {readCorpus} from '../../models/training/prepare.ts';
import {hasTorch, qualifierRecipe} from '../../models/training/recipe.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const small = {
  ...qualifierRecipe,
  shape: {width: 32, layers: 1, heads: 2, inner: 32},
  merges: 60,
  variants: 1,
  composed: 0,
  batchTokens: 512,
  bf16: false,
  heldOutEvery: 40,
};
/** One dialogue in ten, the same ones each time. */
const corpus = readCorpus().filter((_, i) => i % 10 === 0);
const line = (formulation: string, more: object = {}) =>
  JSON.stringify({
    formulation,
    steps: 2,
    messages: 40,
    right: 6,
    wrong: 2,
    missed: 4,
    f1: 0.667,
    interval: [0.5, 0.8],
    free: 11,
    invented: 3,
    seconds: 1,
    ...more,
  });

/** In Python's place: notes what it was given, and answers with these lines. */
const standIn = (t: ExecutionContext, lines: readonly string[], exit = 0) => {
  const folder = temporaryDirectory(t);
  const [path, notes] = [join(folder, 'python'), join(folder, 'notes')];
  const script = [
    '#!/bin/sh',
    `if [ "$1" = -c ]; then exit ${exit}; fi`,
    `echo "$1" > '${notes}'; echo "$2" >> '${notes}'; echo "$3" >> '${notes}'`,
    `(cd "$2" && wc -c config.json train.bin held-out.bin && cat config.json) >> '${notes}'`,
    ...lines.map(one => `echo '${one}'`),
    `exit ${exit}`,
  ];
  writeFileSync(path, script.join('\n'), {mode: 0o700});
  return {path, notes: () => readFileSync(notes, 'utf8').split('\n')};
};

test('the text is prepared once for all three, each is measured on the same messages, and nothing is left', t => {
  const python = standIn(t, [line('tags'), line('span', {f1: 0.5}), line('candidate', {invented: 11})]);
  const measured = measureFormulations(small, {python: python.path, steps: 2, corpus});
  t.deepEqual(
    measured.map(({formulation, f1, invented}) => [formulation, f1, invented]),
    [
      ['tags', 0.667, 3],
      ['span', 0.5, 3],
      ['candidate', 0.667, 11],
    ],
  );
  const [script = '', folder = '', steps, ...rest] = python.notes();
  t.true(existsSync(script), 'the file it is asked to run is there');
  t.is(steps, '2');
  const sizes = rest.slice(0, 3).map(one => Number.parseInt(one.trim(), 10));
  t.true(
    sizes.every(size => size > 500),
    sizes.join(' '),
  );
  const [, train = 0, heldOut = 0] = sizes;
  t.true(heldOut < train / 20, 'what is measured on is a small part, kept away from training');
  t.regex(rest.join('\n'), /"width":\s*32/);
  t.false(existsSync(folder), 'and goes afterwards');
  const [first] = measured;
  t.is(
    first && rowOf(first),
    'tags          F1 0.667 (0.50 to 0.80)  precision 0.750  recall 0.600  invented in 3 of 11 messages without a value  1 s',
  );
});

test('figures that cannot be compared, that are none, or that never came are no result', t => {
  const bad: [string[], RegExp][] = [
    [[line('tags'), line('span', {messages: 39})], /not measured on the same messages/],
    [[line('tags'), line('span', {steps: 1})], /after the same steps/],
    [[line('tags', {f1: 1.2})], /f1/],
    [[line('guess')], /formulation/],
    [['Traceback (most recent call last):'], /JSON/],
    [[], /JSON/],
  ];
  for (const [lines, reason] of bad) t.throws(() => measuredIn(lines.join('\n')), {message: reason});
  t.is(measuredIn(`${line('tags')}\n${line('span')}\n`).length, 2);
  const fails = standIn(t, [line('tags')], 1).path;
  t.throws(() => measureFormulations(small, {python: fails, steps: 2, corpus: corpus.slice(0, 450)}), {
    message: /Command failed/,
  });
});

test('without PyTorch the command says what to install', t => {
  const script = join(import.meta.dirname, '../../models/training/compare-formulations.ts');
  const {status, stderr, stdout} = spawnSync(process.execPath, [script, '--python', standIn(t, [], 1).path], {
    encoding: 'utf8',
  });
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, /This needs PyTorch: apt-get install/);
});

const python = '/usr/bin/python3';
const torch = hasTorch(python);
(torch ? test : test.skip)(
  `the three are trained for two steps and measured${torch ? '' : `: not tried here, since ${python} has no PyTorch`}`,
  t => {
    const measured = measureFormulations(small, {python, steps: 2, corpus});
    t.deepEqual(
      measured.map(({formulation, steps}) => [formulation, steps]),
      [
        ['tags', 2],
        ['span', 2],
        ['candidate', 2],
      ],
    );
    for (const {messages, free, invented, interval, f1} of measured) {
      t.true(messages > 10 && invented <= free && free <= messages);
      t.true(interval[0] <= f1 + 0.001 && f1 <= interval[1] + 0.001);
    }
  },
);
