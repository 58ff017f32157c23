import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {z} from 'zod';
import type {CorpusDialogue} from './corpus.ts';
import {prepare, type Recipe} from './prepare.ts';

const count = z.number().int().nonnegative();
const chance = z.number().min(0).max(1);
const measured = z.strictObject({
  formulation: z.enum(['tags', 'span', 'candidate']),
  steps: count,
  messages: count,
  right: count,
  wrong: count,
  missed: count,
  f1: chance,
  interval: z.tuple([chance, chance]),
  /** Messages without a value, and in how many of them one was found. */
  free: count,
  invented: count,
  seconds: count,
});
export type Measured = z.output<typeof measured>;

/** A line each. Figures of different messages or steps say nothing beside each other. */
export const measuredIn = (lines: string): Measured[] => {
  const all = lines
    .trim()
    .split('\n')
    .map(line => measured.parse(JSON.parse(line)));
  if (new Set(all.map(({messages, steps, free}) => `${messages} ${steps} ${free}`)).size !== 1)
    throw new Error('The formulations were not measured on the same messages after the same steps.');
  return all;
};

/** Prepares the text once, and has each formulation trained and measured on it. */
export const measureFormulations = (
  recipe: Recipe,
  {python, steps, corpus}: {python: string; steps: number; corpus?: readonly CorpusDialogue[]},
): Measured[] => {
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-formulations-'));
  try {
    prepare(folder, recipe, corpus);
    const script = join(import.meta.dirname, 'compare-formulations.py');
    return measuredIn(
      execFileSync(python, [script, folder, String(steps)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

export const precisionOf = ({right, wrong}: Measured): number => right / Math.max(1, right + wrong);
export const recallOf = ({right, missed}: Measured): number => right / Math.max(1, right + missed);

export const rowOf = (one: Measured): string =>
  [
    one.formulation.padEnd(12),
    `F1 ${one.f1.toFixed(3)} (${one.interval.map(bound => bound.toFixed(2)).join(' to ')})`,
    `precision ${precisionOf(one).toFixed(3)}`,
    `recall ${recallOf(one).toFixed(3)}`,
    `invented in ${one.invented} of ${one.free} messages without a value`,
    `${one.seconds} s`,
  ].join('  ');
