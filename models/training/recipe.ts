import {execFileSync} from 'node:child_process';
import {availableParallelism} from 'node:os';
import type {Recipe} from './prepare.ts';

/** For two processors and two hours. */
export const qualifierRecipe: Recipe = {
  seed: 20_260_401,
  shape: {width: 128, layers: 4, heads: 4, inner: 384},
  merges: 3400,
  variants: 20,
  composed: 1,
  steps: 8500,
  batchTokens: 3072,
  rate: 2.5e-3,
  dropout: 0.1,
  hide: 0.06,
  bf16: true,
  threads: Math.min(2, availableParallelism()),
  heldOutEvery: 16,
};

/** Where an accelerator is at hand: a larger model, taught by several. */
export const acceleratedRecipe: Recipe = {
  ...qualifierRecipe,
  shape: {width: 256, layers: 6, heads: 8, inner: 768},
  steps: 14_000,
  batchTokens: 8192,
  rate: 1.5e-3,
  hide: 0.08,
  teachers: {
    width: 256,
    layers: 6,
    heads: 8,
    inner: 768,
    members: 6,
    steps: 9000,
    batchTokens: 8192,
    rate: 1.5e-3,
    dropout: 0.2,
    hide: 0.1,
  },
};

const succeeds = (python: string, code: string): boolean => {
  try {
    execFileSync(python, ['-c', code], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
};
/** Whether this Python can train. */
export const hasTorch = (python: string): boolean => succeeds(python, 'import torch, numpy');
export const hasAccelerator = (python: string): boolean =>
  succeeds(python, 'import torch, sys; sys.exit(not torch.cuda.is_available())');
