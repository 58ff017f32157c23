import {realpathSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';

const root = resolve(import.meta.dirname, '../..');
export const readingEntry = join(import.meta.dirname, 'reading.process.ts');

/** What it has to load, and nothing beside it: no data directory, no key, not even the document's own file. */
const code = [
  'package.json',
  'appliance/reading',
  ...[
    'unpdf',
    'htmlparser2',
    'domhandler',
    'domelementtype',
    'domutils',
    'dom-serializer',
    'entities',
    'marked',
    'yauzl',
    'pend',
    'zod',
  ].map(name => `node_modules/${name}`),
];

const withRealPath = (path: string): string[] => {
  try {
    return [...new Set([path, realpathSync(path)])];
  } catch {
    return [path];
  }
};

/** The permission model with nothing allowed but to read its own code; memory for text, and not much more. */
export const readingArguments = (entry = readingEntry): string[] => [
  '--permission',
  ...[...code.map(path => join(root, path)), dirname(entry)]
    .flatMap(withRealPath)
    .map(path => `--allow-fs-read=${path}`),
  '--disable-sigusr1',
  '--disable-warning=SecurityWarning',
  '--max-old-space-size=512',
  entry,
];

export const readingEnvironment = (): Record<string, string> => ({NODE_ENV: 'production', LANG: 'C.UTF-8'});
