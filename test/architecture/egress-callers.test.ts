import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {egressPurposes} from '../../appliance/egress/contract.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
type Source = {file: string; text: string};

const sources: Source[] = readdirSync(join(root, 'appliance'), {recursive: true, withFileTypes: true})
  .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map(entry => join(entry.parentPath, entry.name).slice(root.length))
  .filter(file => !/^appliance\/(egress|widget)\//.test(file))
  .map(file => ({file, text: readFileSync(join(root, file), 'utf8')}));

const spoken = (text: string) => text.replace(/\/\*[^]*?\*\//g, '').replace(/(?<![:'"`])\/\/.*$/gm, '');

/** Whoever takes something that runs from the way out, by name. Types send nothing. */
const takers = (given: Source[]): string[] =>
  given
    .flatMap(({file, text}) =>
      [
        ...spoken(text).matchAll(
          /import\s+(?!type\b)([^'"]+?)\s+from\s+['"][^'"]*\/egress\/([\w-]+)\.ts['"]/g,
        ),
      ].flatMap(([, names = '']) =>
        names
          .replace(/[{}]/g, '')
          .split(',')
          .map(name => name.trim())
          .filter(name => name !== '' && !name.startsWith('type '))
          .map(name => `${file} ${name}`),
      ),
    )
    .toSorted();

/** Every call through which something leaves, with the purpose it names; one that names none in place says so. */
const calls = (given: Source[]): string[] =>
  given
    .flatMap(({file, text}) => [
      ...[...spoken(text).matchAll(/\bbindEgress\(\s*\w+,\s*[\w.]+,\s*([^)]*?),?\s*\)/g)].map(
        ([, purpose = '']) => `${file} ${/^'(\w+)'$/.exec(purpose)?.[1] ?? `not in place: ${purpose}`}`,
      ),
      ...[...spoken(text).matchAll(/\begress\.(?:send|tunnel)\(([^]{0,400})/g)].map(
        ([, given = '']) => `${file} ${/\bpurpose: '(\w+)'/.exec(given)?.[1] ?? 'not in place'}`,
      ),
      ...[...spoken(text).matchAll(/import\(['"][^'"]*\/egress\//g)].map(() => `${file} import()`),
    ])
    .toSorted();

/** Ways out that pass the broker by. */
const others = (given: Source[]): string[] =>
  given
    .flatMap(({file, text}) =>
      [
        ...spoken(text).matchAll(
          /(?<![.\w])fetch\(|new WebSocket\(|from 'undici'|import\s+\{[^}]*\b(?:request|connect|get|createConnection)\b[^}]*\}\s+from\s+'node:(?:http|https|net|tls|http2)'|from 'node:dgram'/g,
        ),
      ].map(([found]) => `${file} ${found.replaceAll(/\s+/g, ' ')}`),
    )
    .toSorted();

test('every caller of the egress broker is known, with a purpose of the closed list', t => {
  t.true(sources.length >= 150, `${sources.length} files were read`);
  t.deepEqual(takers(sources), [
    'appliance/appliance.ts bindEgress',
    'appliance/appliance.ts canonicalHost',
    'appliance/appliance.ts createEgress',
    // asks for what nobody declared, to see it refused
    'appliance/appliance.ts egressControls',
    'appliance/appliance.ts isLoopback',
    // judges how a host is written, and sends nothing
    'appliance/config.ts canonicalHost',
    'appliance/copying.worker.ts installNetworkGuard',
    // start the broker, and the guard that lets this process reach nothing else
    'appliance/outside.ts brokerEntry',
    'appliance/outside.ts brokerSocket',
    'appliance/outside.ts installNetworkGuard',
    'appliance/outside.ts nobody',
    'appliance/way-out.ts canonicalHost',
  ]);
  const found = calls(sources);
  t.deepEqual(found, [
    'appliance/appliance.ts audit_witness',
    'appliance/appliance.ts crm_sync',
    'appliance/appliance.ts mail',
    'appliance/appliance.ts model_mirror',
    'appliance/appliance.ts model_server',
    'appliance/appliance.ts model_server',
    'appliance/appliance.ts model_server',
  ]);
  for (const one of found)
    t.true((egressPurposes as readonly string[]).includes(one.split(' ')[1] ?? ''), one);
});

test('nothing leaves past the broker: what connects by itself reaches this machine', t => {
  t.deepEqual(others(sources), [
    // the command line asks the appliance beside it
    "appliance/door.ts import {request as tlsRequest} from 'node:https'",
    "appliance/door.ts import {request} from 'node:http'",
    // the checks of the promises ask the appliance itself, as a browser would
    "appliance/http/controls.ts import {connect as tlsConnect} from 'node:tls'",
    "appliance/http/controls.ts import {request as tlsRequest} from 'node:https'",
    "appliance/http/controls.ts import {type IncomingHttpHeaders, request as plainRequest} from 'node:http'",
    // whether somebody still listens at a broker's socket in this machine's temporary folder
    "appliance/outside.ts import {connect} from 'node:net'",
  ]);
});

test('a new caller is found, however it is written', t => {
  const added = (text: string): Source[] => [...sources, {file: 'appliance/features/new/new.ts', text}];
  const known = {
    takers: takers(sources).length,
    calls: calls(sources).length,
    others: others(sources).length,
  };
  for (const text of [
    "import {bindEgress} from '../../egress/index.ts';",
    "import {\n  type Egress,\n  createEgress,\n} from '../../egress/egress.ts';",
    "import * as way from '../../egress/index.ts';",
  ])
    t.is(takers(added(text)).length, known.takers + 1, text);
  for (const text of [
    "const send = bindEgress(egress, destinationId, 'mail');",
    'const send = bindEgress(\n  egress,\n  one.id,\n  purpose,\n);',
    "await deps.egress.send({destination, purpose: 'mail'});",
    "const line = await egress.tunnel({destination: id, purpose: 'backup'});",
    "const {bindEgress} = await import('../../egress/index.ts');",
  ])
    t.is(calls(added(text)).length, known.calls + 1, text);
  t.true(calls(added('bindEgress(egress, id, whatever)')).some(one => one.includes('not in place')));
  for (const text of [
    "await fetch('https://www.example.com')",
    "import {request} from 'node:https';",
    "import {fetch} from 'undici';",
  ])
    t.is(others(added(text)).length, known.others + 1, text);
});
