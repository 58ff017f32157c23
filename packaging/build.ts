/** Builds what a browser loads, if its sources changed since the last time. */
import {createHash, type Hash} from 'node:crypto';
import {existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';

const root = resolve(import.meta.dirname, '..');
const shared = [
  'appliance/kit/**/*.ts',
  'appliance/features/**/*.schema.ts',
  'appliance/features/conversations/protocol.ts',
  'package-lock.json',
];

type Target = {name: string; sources: string[]; build: (outDir: string) => Promise<unknown>};
const targets: Target[] = [
  {
    name: 'admin-ui',
    sources: ['admin-ui/**/*', 'packaging/build-admin-ui.ts', ...shared],
    build: async outDir => (await import('./build-admin-ui.ts')).buildAdminUi({outDir}),
  },
  {
    name: 'widget',
    sources: [
      'appliance/widget/**/*',
      'appliance/features/sites/widget-frame.ts',
      'packaging/build-widget.ts',
      ...shared,
    ],
    build: async outDir => (await import('./build-widget.ts')).buildWidget({outDir}),
  },
];

const addFile = (hash: Hash, file: string): void => {
  const content = readFileSync(join(root, file));
  hash.update(`${file}\0${content.length}\0`).update(content);
};

/** Of the content, not of times: a fresh clone of the same sources has the same one. */
const hashOf = ({sources}: Target): string => {
  const hash = createHash('sha256');
  const files = globSync(sources, {cwd: root, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
  if (files.length < 5) throw new Error(`Only ${files.length} sources were found for ${sources[0]}.`);
  for (const file of files) addFile(hash, file);
  return hash.digest('hex');
};

const bring = async (target: Target): Promise<boolean> => {
  const out = join(root, 'build', target.name);
  const stamp = `${out}.sources`;
  const hash = hashOf(target);
  if (existsSync(out) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  process.stderr.write(`Building ${target.name} …\n`);
  // beside and then in place at once: a server that runs meanwhile never sees half of it
  const fresh = `${out}.${process.pid}`;
  const old = `${out}.${process.pid}.old`;
  mkdirSync(fresh, {recursive: true});
  try {
    await target.build(fresh);
    if (existsSync(out)) renameSync(out, old);
    renameSync(fresh, out);
    writeFileSync(stamp, hash);
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, {recursive: true, force: true});
  }
  return true;
};

export const buildStale = (): Promise<boolean[]> => Promise.all(targets.map(bring));

if (import.meta.main) await buildStale();
