import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (directory: string): string[] =>
  readdirSync(join(root, directory), {withFileTypes: true}).flatMap(entry =>
    entry.isDirectory()
      ? list(join(directory, entry.name))
      : /\.(ts|tsx)$/.test(entry.name)
        ? [join(directory, entry.name)]
        : [],
  );

type Import = {from: string; to: string; typeOnly: boolean; names: string};
/** Static imports, re-exports and dynamic imports of files of ours. */
const importsOf = (file: string): Import[] => {
  const source = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"`;]*?)\s*from\s*['"](\.[^'"]+)['"]|import\s*\(\s*['"](\.[^'"]+)['"]\s*\)|(?:^|\n)import\s+['"](\.[^'"]+)['"]/g;
  for (const match of source.matchAll(pattern)) {
    const target = match[4] ?? match[5] ?? match[6];
    if (!target) continue;
    const to = relative(root, resolve(root, dirname(file), target));
    found.push({from: file, to, typeOnly: match[2] !== undefined, names: match[3] ?? ''});
  }
  return found;
};

const server = list('appliance').filter(file => !file.startsWith('appliance/widget/'));
const browser = [...list('admin-ui'), ...list('appliance/widget')];
const imports = server.flatMap(importsOf);
const roomOf = (file: string): string | undefined => /^appliance\/features\/([^/]+)\//.exec(file)?.[1];
const composition = [
  'appliance/appliance.ts',
  'appliance/deletion.ts',
  'appliance/main.ts',
  'appliance/tables.ts',
];

test('the guard reads the modules it guards', t => {
  t.true(server.length >= 90, `${server.length} server modules were read`);
  t.true(browser.length >= 40, `${browser.length} browser modules were read`);
  t.true(imports.length >= 250, `${imports.length} imports were read`);
  t.true(
    imports.some(one => roomOf(one.from) && one.to.startsWith('appliance/storage/')),
    'imports of storage are seen',
  );
  const rooms = new Set(server.map(roomOf).filter(Boolean));
  t.true(rooms.size >= 9, `${[...rooms].join(', ')}`);
});

test('a room imports itself, the kit and storage; never another room', t => {
  for (const {from, to, typeOnly} of imports) {
    const room = roomOf(from);
    if (!room) continue;
    const allowed =
      to.startsWith(`appliance/features/${room}/`) ||
      to.startsWith('appliance/kit/') ||
      to.startsWith('appliance/storage/') ||
      (/^appliance\/(adapters\/[^/]+|egress)\/contract\.ts$/.test(to) && (typeOnly || to.includes('/llm/')));
    t.true(allowed, `${from} imports ${to}`);
  }
});

test('the kit imports nothing of ours, storage only the kit', t => {
  for (const {from, to} of imports) {
    if (from.startsWith('appliance/kit/')) t.true(to.startsWith('appliance/kit/'), `${from} imports ${to}`);
    if (from.startsWith('appliance/storage/')) {
      t.true(to.startsWith('appliance/kit/') || to.startsWith('appliance/storage/'), `${from} imports ${to}`);
    }
  }
});

test('rooms meet in the composition root alone', t => {
  for (const {from, to} of imports) {
    const target = roomOf(to);
    if (!target || roomOf(from) === target || composition.includes(from)) continue;
    t.true(/\.schema\.ts$|widget-frame\.ts$/.test(to), `${from} imports ${to}`);
  }
});

test('what a personal column holds is revealed in one module', t => {
  const openers = imports.filter(
    ({to, names}) => to === 'appliance/storage/opaque.ts' && /\breveal\b/.test(names),
  );
  t.deepEqual(
    openers.map(({from}) => from),
    ['appliance/storage/personal.ts'],
  );
  const unsealers = imports.filter(
    ({to, names}) => to === 'appliance/storage/seal.ts' && /\bunseal\b/.test(names),
  );
  t.deepEqual(unsealers.map(({from}) => from).toSorted(), [
    'appliance/storage/personal.ts',
    'appliance/storage/wrapped.ts',
  ]);
});

test('personal columns are not plucked past the reader', t => {
  for (const file of server) {
    const source = readFileSync(join(root, file), 'utf8');
    t.notRegex(source, /pluck(<[^>]*>)?\(\s*['"`][^'"`]*_(personal|sealed)/, file);
  }
});

test('one module reads the environment', t => {
  const readers = server.filter(file => /process\.env\b/.test(readFileSync(join(root, file), 'utf8')));
  // the guard looks at what a child would be given, to refuse it; it takes no setting from there
  t.deepEqual(readers.toSorted(), ['appliance/egress/guard/processes.ts', 'appliance/main.ts']);
});

test('browsers take types from schema files and nothing else of the server', t => {
  for (const {from, to, typeOnly} of browser.flatMap(importsOf)) {
    if (!to.startsWith('appliance/') || to.startsWith('appliance/widget/')) continue;
    t.true(typeOnly && /(schema|protocol)\.ts$/.test(to), `${from} imports ${to}`);
  }
});
