import {realpathSync} from 'node:fs';
import {join, resolve} from 'node:path';

const root = resolve(import.meta.dirname, '../..');
export const inferenceEntry = join(import.meta.dirname, 'inference.process.ts');

/** What the inference process has to load, and nothing beside it: no data directory, no key, no configuration. */
const code = [
  'package.json',
  'node_modules',
  'appliance/inference',
  'appliance/adapters/llm',
  'appliance/kit/errors.ts',
  'appliance/kit/neutral.ts',
];

const withRealPath = (path: string): string[] => {
  try {
    return [...new Set([path, realpathSync(path)])];
  } catch {
    return [path];
  }
};

/**
 * Node's arguments for the inference process: the permission model without `--allow-net`, `--allow-child-process`,
 * `--allow-worker` or `--allow-fs-write`. It restrains JavaScript; the native library is restrained by the operating
 * system where the appliance is installed as a service.
 */
export const inferenceArguments = ({
  modelPath,
  threads,
  sequences = 0,
  stateDirectory = '',
  entry = inferenceEntry,
}: {
  modelPath: string;
  threads: number;
  /** Conversations an instruct model evaluates side by side; 0 leaves it to memory and cores. */
  sequences?: number;
  /** Where the native library keeps the shared beginnings of prompts; JavaScript may not even read there. */
  stateDirectory?: string;
  /** Another program under the very same permissions: how a test proves what they forbid. */
  entry?: string;
}): string[] => {
  const readable = [...code.map(path => join(root, path)), resolve(modelPath), entry].flatMap(withRealPath);
  return [
    '--permission',
    '--allow-addons',
    ...readable.map(path => `--allow-fs-read=${path}`),
    '--disable-sigusr1',
    '--disable-warning=SecurityWarning',
    '--max-old-space-size=256',
    entry,
    resolve(modelPath),
    String(threads),
    String(sequences),
    stateDirectory,
  ];
};

/** The child's whole environment: a credential in the appliance's own never reaches it. */
export const inferenceEnvironment = (): Record<string, string> => ({
  NODE_ENV: 'production',
  LANG: 'C.UTF-8',
  NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true',
});
