import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type {EvidenceView} from '../../appliance/features/privacy/evidence/evidence.schema.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {readArchive, verifyPack, writeArchive} from '../../packaging/verify-evidence.mjs';
import {databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {freePort} from '../helpers/port.ts';
import {agreedLongAgo} from '../helpers/four-eyes.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {type StartOptions, startAppliance, type Started} from '../helpers/start.ts';

const main = fileURLToPath(new URL('../../appliance/main.ts', import.meta.url));
const verifier = fileURLToPath(new URL('../../packaging/verify-evidence.mjs', import.meta.url));
const hour = 3_600_000;

/** One that no guard of this process keeps: the test process is nobody's appliance. */
const apart = 'L1.process-refuses';
const run = (appliance: Started, ids: string[]) => appliance.inside.evidence.run(ids);
const view = async (appliance: Started): Promise<EvidenceView> =>
  (await appliance.administrator()).call<EvidenceView>('GET', '/api/admin/evidence');
const control = async (appliance: Started, id: string) => {
  const found = (await view(appliance)).promises.flatMap(({controls}) => controls).find(one => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};
const leaves = async (appliance: Started, action: string): Promise<number> => {
  const [row] = await appliance.inside.storage.db('audit_leaves').where({action}).count({count: '*'});
  return Number(row?.['count']);
};

/** Opened to every user of the machine, and closed again. */
const breakIt = ({directory}: Started) => chmodSync(directory, 0o755);
const mendIt = ({directory}: Started) => chmodSync(directory, 0o700);
const broken = 'L3.folders-closed';

const withMail = async (t: ExecutionContext, options: StartOptions) => {
  const login = {user: 'crowlit@example.com', password: 'the password of the mail server'};
  const server = await startSmtpServer(t, {login});
  const appliance = await startAppliance(t, options);
  await (await appliance.administrator()).call('PUT', '/api/admin/mail', {
    host: 'localhost',
    port: server.port,
    tls: 'starttls',
    ...login,
    from: {name: 'Example Bank', address: 'console@example.com'},
    authority: server.certificate.trim(),
    region: 'eu',
    private: true,
  });
  await agreedLongAgo(appliance);
  return {server, appliance};
};

for (const database of databaseKinds) {
  test(`${database}: a promise that breaks is red, on record and told once, and so is its mending`, async t => {
    const {server, appliance} = await withMail(t, {database});
    t.is((await control(appliance, broken)).state, 'not_checked', 'before the first check nothing is kept');
    await run(appliance, [broken]);
    t.is((await control(appliance, broken)).state, 'kept');
    t.is(await leaves(appliance, 'evidence.changed'), 0);
    breakIt(appliance);
    await run(appliance, [broken]);
    await run(appliance, [broken]);
    const red = await control(appliance, broken);
    t.is(red.state, 'broken');
    t.regex(red.found, /may enter/);
    t.deepEqual(
      red.history.map(({state}) => state),
      ['kept', 'broken', 'broken'],
    );
    t.is(red.since, red.history[1]?.at ?? null, 'since it broke, not since it was looked at last');
    t.is(await leaves(appliance, 'evidence.changed'), 1, 'a change is one entry');
    t.is(await leaves(appliance, 'evidence.checked'), 3);
    const letters = await server.waitFor(2);
    t.deepEqual(letters.map(({to}) => to).toSorted(), ['admin@example.com', 'privacy@example.com']);
    for (const {raw} of letters) {
      t.regex(raw, /promise to your visitors is broken/i);
      t.regex(raw, /admin\/evidence/);
    }
    const finding = async () =>
      (
        await (
          await appliance.administrator()
        ).call<{findings: {check: string; severity: string; state: string}[]}>('GET', '/api/admin/overview')
      ).findings.find(({check}) => check === 'Promises');
    t.like(await finding(), {severity: 'danger', state: `Not kept: ${broken}.`});

    mendIt(appliance);
    await run(appliance, [broken]);
    t.is((await control(appliance, broken)).state, 'kept');
    t.is((await server.waitFor(4)).length, 4, 'and told once that it is kept again');
    t.is((await finding())?.severity, 'ok');
  });
}

test('what was seen more than a day ago says nothing of today, and a check that fails says nothing at all', async t => {
  const clock = createTestClock('2026-11-02T08:00:00.000Z');
  const appliance = await startAppliance(t, {clock});
  const one = 'D1.no-other-columns';
  await run(appliance, [one]);
  t.is((await control(appliance, one)).state, 'kept');
  clock.advance(27 * hour);
  const {evidence, storage} = appliance.inside;
  const old = (await evidence.view()).promises[0]?.controls.find(({id}) => id === one);
  t.is(old?.state, 'not_checked');
  t.regex(old?.found ?? '', /^Not checked for more than a day/);
  const {reader} = storage.personal;
  storage.personal.reader = () => {
    throw new Error('ada@example.com stood in the way');
  };
  await run(appliance, ['U1.purpose-refused']);
  storage.personal.reader = reader;
  const failed = (await evidence.view()).promises
    .flatMap(({controls}) => controls)
    .find(({id}) => id === 'U1.purpose-refused');
  t.is(failed?.state, 'not_checked');
  t.notRegex(failed?.found ?? '', /ada@example/, 'an error’s words stay in the log');
});

test('checks are ordered by who may, one after the other, and of controls that exist', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const order = (body: object) =>
    admin.request<{error?: {code: string}; progress?: {total: number}}>(
      'POST',
      '/api/admin/evidence/checks',
      body,
    );
  const unknown = await order({controls: ['L9.nothing']});
  t.is(unknown.status, 404);
  t.is(unknown.body.error?.code, 'evidence.unknown_control');
  t.is((await order({controls: []})).status, 400);
  t.is((await order({controls: 'all'})).status, 400);
  const begun = await order({});
  t.is(begun.status, 202);
  t.true((begun.body.progress?.total ?? 0) > 30);
  const second = await order({});
  t.is(second.status, 409);
  t.is(second.body.error?.code, 'evidence.running');
  while ((await view(appliance)).progress !== null);
  const {promises, lastRunAt} = await view(appliance);
  t.truthy(lastRunAt);
  for (const {id, state, found} of promises.flatMap(({controls}) => controls).filter(one => one.id !== apart))
    t.true(['kept', 'open', 'not_applicable'].includes(state), `${id} is ${state}: ${found}`);
  for (const {id, controls, state} of promises)
    if (controls.length === 0)
      t.is(state, 'not_applicable', `${id} has no check, and does not count as kept`);
  const forged = await admin.request<{error: {code: string}}>('POST', '/api/host/evidence', {
    what: 'pack',
    at: new Date().toISOString(),
    proof: 'AAAA',
  });
  t.is(forged.status, 403);
  t.is(forged.body.error.code, 'evidence.not_the_host');
});

const verify = (...words: string[]): Promise<{code: number; out: string}> =>
  new Promise(resolve => {
    execFile(process.execPath, [verifier, ...words], (error, stdout, stderr) =>
      resolve({code: error === null ? 0 : Number(error.code), out: stdout + stderr}),
    );
  });

test('a pack is whole, says what was seen and names nobody; any changed byte of it is found', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say('I am Zephyrine Quillfeather, zephyrine@example.com')).seq);
  await appliance.inside.evidence.run();
  const admin = await appliance.administrator();
  const answer = await fetch(`${appliance.base}/api/admin/evidence/pack`, {headers: {cookie: admin.cookie}});
  t.is(answer.headers.get('content-type'), 'application/zip');
  const bytes = Buffer.from(await answer.arrayBuffer());
  const whole = verifyPack(bytes);
  t.deepEqual(whole.problems, []);
  const files = readArchive(bytes) ?? [];
  const json = files.find(({name}) => name === 'evidence.json')?.content.toString() ?? '';
  const evidence = JSON.parse(json) as EvidenceView & {disclaimer: string};
  t.is(evidence.promises.length, 24);
  t.regex(evidence.disclaimer, /evidence, not certification/);
  t.notRegex(json, /Zephyrine|Quillfeather|Ada Admin|admin@example/);
  for (const {mapping} of evidence.promises)
    for (const words of Object.values(mapping)) t.true(words.length > 2);
  for (const name of [
    'evidence.pdf',
    'documents/record.pdf',
    'audit/checkpoint.txt',
    'README.txt',
    'verify-evidence.mjs',
  ])
    t.true((files.find(one => one.name === name)?.content.length ?? 0) > 200, name);

  const folder = temporaryDirectory(t);
  const path = join(folder, 'pack.zip');
  writeFileSync(path, bytes);
  const key =
    files
      .find(({name}) => name === 'audit/public-keys.txt')
      ?.content.toString()
      .trim() ?? '';
  t.like(await verify(path, '--key', key), {code: 0});
  t.like(
    await verify(
      path,
      '--key',
      `${key.split('+').slice(0, 2).join('+')}+${Buffer.alloc(33, 1).toString('base64')}`,
    ),
    {
      code: 1,
    },
  );
  t.like(await verify(join(folder, 'nothing.zip')), {code: 2});

  // each part of the archive, and places drawn at random
  const places = new Set([0, 6, 10, 12, 14, 28, 40, bytes.length - 1, bytes.length - 4, bytes.length - 30]);
  while (places.size < 80) places.add(Math.floor(Math.random() * bytes.length));
  const manifest = bytes.indexOf('"signature":"');
  for (let at = manifest; at < manifest + 110; at += 3) places.add(at);
  for (const at of places) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    t.false(verifyPack(changed).ok, `a bit of byte ${at}`);
  }
  t.false(verifyPack(Buffer.concat([bytes, Buffer.from('x')])).ok, 'something behind it');
  t.false(verifyPack(bytes.subarray(0, -1)).ok, 'cut off');
  const {madeAt} = whole;
  const again = (changed: typeof files) => verifyPack(writeArchive(changed, madeAt ?? '')).problems;
  t.deepEqual(again(files), []);
  t.deepEqual(again(files.filter(({name}) => name !== 'evidence.pdf')), ['evidence.pdf is missing.']);
  t.deepEqual(again([...files, {name: 'more.txt', content: Buffer.from('more')}]), [
    'more.txt is not in the manifest: it was added.',
  ]);
});

const evidenceIn = (pack: Buffer): EvidenceView =>
  JSON.parse(
    readArchive(pack)
      ?.find(({name}) => name === 'evidence.json')
      ?.content.toString() ?? '',
  ) as EvidenceView;

type Ended = {code: number; out: string; err: string};
const crowlit = async (
  environment: Record<string, string>,
  cwd: string,
  ...words: string[]
): Promise<Ended> => {
  const child = spawn(process.execPath, [main, ...words], {
    cwd,
    env: {PATH: process.env['PATH'] ?? '', ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [child.stdout, child.stderr].map(stream => {
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    return chunks;
  });
  const [code] = (await once(child, 'close')) as [number];
  return {code, out: (out ?? []).join(''), err: (err ?? []).join('')};
};

test('`crowlit evidence export` asks the appliance that runs, or the data of one that does not', async t => {
  const port = await freePort();
  const appliance = await startAppliance(t, {process: 'child', environment: {CROWLIT_PORT: port}});
  const folder = temporaryDirectory(t);
  const running = await crowlit(appliance.environment, folder, 'evidence', 'export', '--out', folder);
  t.is(running.code, 0, running.err);
  t.regex(running.err, /not certification/);
  const [first] = readdirSync(folder).filter(name => name.endsWith('.zip'));
  t.is(running.out.trim(), join(folder, first ?? ''));
  t.true(verifyPack(readFileSync(join(folder, first ?? ''))).ok);
  t.is((await crowlit({}, folder, 'evidence', 'verify', first ?? '')).code, 0);
  const admin = await appliance.administrator();
  const {entries} = await admin.call<{entries: {action: string}[]}>('GET', '/api/admin/audit?limit=5');
  t.true(
    entries.some(({action}) => action === 'evidence.exported'),
    'on record',
  );
  // the first pack is made of a first check, and another one lies beside it
  const {lastRunAt, promises} = evidenceIn(readFileSync(join(folder, first ?? '')));
  t.truthy(lastRunAt);
  t.true(promises.some(({state}) => state === 'kept'));
  const exported = async () =>
    (await admin.call<{entries: {action: string}[]}>('GET', '/api/admin/audit?limit=50')).entries.filter(
      ({action}) => action === 'evidence.exported',
    ).length;
  const again = await crowlit(appliance.environment, folder, 'evidence', 'export', '--out', folder);
  t.not(again.out.trim(), running.out.trim());
  t.is(readdirSync(folder).filter(name => name.endsWith('.zip')).length, 2);
  t.deepEqual(
    readdirSync(folder).filter(name => name.startsWith('.')),
    [],
  );
  // what cannot be kept is not asked for
  for (const [out, says] of [
    ['no/such/folder', /does not exist/],
    [first ?? '', /no folder/],
  ] as const) {
    const refused = await crowlit(appliance.environment, folder, 'evidence', 'export', '--out', out);
    t.is(refused.code, 2);
    t.regex(refused.err, says);
    t.regex(refused.err, /--out/);
  }
  t.is(await exported(), 2, 'a refused one is no export');
  await appliance.stop();
  const other = join(folder, 'other');
  mkdirSync(other);
  t.is((await crowlit(appliance.environment, other, 'evidence', 'export')).code, 0);
  const [second] = readdirSync(other);
  t.true(verifyPack(readFileSync(join(other, second ?? ''))).ok);
  t.is((await crowlit({}, folder, 'evidence')).code, 2);
});

test('what was never started was never checked: its pack says so, and so does the command', async t => {
  const environment = {CROWLIT_PORT: await freePort()};
  const appliance = await startAppliance(t, {process: 'child', environment});
  const {out} = await crowlit(appliance.environment, appliance.directory, 'doctor');
  t.regex(out, /Promises: Not checked yet/);
  await appliance.stop();
  const folder = temporaryDirectory(t);
  const {code, err} = await crowlit(appliance.environment, folder, 'evidence', 'export');
  t.is(code, 0, err);
  t.regex(err, /Nothing was checked yet/);
  const [pack] = readdirSync(folder);
  t.is(evidenceIn(readFileSync(join(folder, pack ?? ''))).lastRunAt, null);
});

test('a pack waits for the check that is running, and two that are the first share one', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const take = async () => {
    const answer = await fetch(`${appliance.base}/api/admin/evidence/pack`, {
      headers: {cookie: admin.cookie},
    });
    t.is(answer.status, 200);
    return evidenceIn(Buffer.from(await answer.arrayBuffer()));
  };
  const [one, other] = await Promise.all([take(), take()]);
  t.truthy(one.lastRunAt);
  t.is(one.lastRunAt, other.lastRunAt);
  t.is(await leaves(appliance, 'evidence.checked'), 1);
  t.true((await admin.request('POST', '/api/admin/evidence/checks', {})).status === 202);
  const {promises} = await take();
  t.is((await view(appliance)).progress, null);
  const looks = promises.flatMap(({controls}) => controls.map(({history}) => history.length));
  t.deepEqual([...new Set(looks)], [2], 'none from the middle of a check');
});
