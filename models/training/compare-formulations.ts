/**
 * `npm run compare:formulations -- [--steps 1200] [--python /usr/bin/python3]`: three ways to put the task, on the same
 * training text, with the same encoder and the same number of steps, measured on the dialogues kept away from training.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {prepare} from './prepare.ts';
import {hasTorch, qualifierRecipe} from './recipe.ts';

type Measured = {
  formulation: string;
  steps: number;
  messages: number;
  right: number;
  wrong: number;
  missed: number;
  f1: number;
  interval: [number, number];
  free: number;
  invented: number;
  seconds: number;
};

const {values: options} = parseArgs({
  options: {
    steps: {type: 'string', default: '1200'},
    python: {type: 'string', default: '/usr/bin/python3'},
  },
});

const row = (one: Measured): string =>
  [
    one.formulation.padEnd(12),
    `F1 ${one.f1.toFixed(3)} (${one.interval.map(bound => bound.toFixed(2)).join(' to ')})`,
    `precision ${(one.right / Math.max(1, one.right + one.wrong)).toFixed(3)}`,
    `recall ${(one.right / Math.max(1, one.right + one.missed)).toFixed(3)}`,
    `invented in ${one.invented} of ${one.free} messages without a value`,
    `${one.seconds} s`,
  ].join('  ');

if (hasTorch(options.python)) {
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-formulations-'));
  try {
    prepare(folder, qualifierRecipe);
    const lines = execFileSync(
      options.python,
      [join(import.meta.dirname, 'compare-formulations.py'), folder, options.steps],
      {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']},
    );
    const measured = lines
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Measured);
    console.log(`${measured[0]?.messages} messages, ${measured[0]?.steps} steps each; exact spans`);
    for (const one of measured) console.log(row(one));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
} else {
  console.error('This needs PyTorch: apt-get install -y python3-torch python3-numpy libopenblas0-pthread');
  process.exitCode = 1;
}
