import {execFileSync} from 'node:child_process';
import {availableParallelism} from 'node:os';
import type {Recipe} from './prepare.ts';

/** How the bundled model is trained. */
export const qualifierRecipe: Recipe = {
  seed: 20_260_401,
  shape: {width: 128, layers: 4, heads: 4, inner: 384},
  merges: 3400,
  variants: 36,
  composed: 1,
  steps: 11_000,
  batchTokens: 3072,
  rate: 2.5e-3,
  dropout: 0.1,
  hide: 0.06,
  bf16: true,
  threads: Math.min(2, availableParallelism()),
  heldOutEvery: 16,
};

/** Whether this Python can train. */
export const hasTorch = (python: string): boolean => {
  try {
    execFileSync(python, ['-c', 'import torch, numpy'], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
};
