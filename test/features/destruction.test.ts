/** The end: keys and data are destroyed, whatever is killed on the way, and a certificate is all that is left. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import knex from 'knex';
import {type SignedCertificate} from '../../appliance/features/licensing/destruction/certificate.ts';
import {verifySigned} from '../../appliance/features/audit/signed.ts';
import {verifyCertificate} from '../../packaging/verify-certificate.mjs';
import {verifyLines} from '../../packaging/verify-audit.mjs';
import {
  cancel,
  day,
  endNow,
  filesWith,
  path,
  root,
  runCrowlit,
  withStorage,
} from '../helpers/cancellation.ts';
import type {CancellationView} from '../../appliance/features/licensing/licensing.schema.ts';
import {type DatabaseKind, databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {documentsRead, sendDocument} from '../helpers/documents.ts';
import {signIn} from '../helpers/clients.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';

const canaries = ['Quillfeather', 'zephyrine.quillfeather@example.com', 'Ada Admin', 'Moonlight clause'];

/** An appliance that holds something of everything, was cancelled, and whose thirty days are over. It is stopped. */
const overdue = async (t: ExecutionContext, database: DatabaseKind): Promise<Started> => {
  const appliance = await startAppliance(t, {database});
  const admin = await appliance.administrator();
  const visitor = await appliance.visitor();
  await visitor.say('I am Zephyrine Quillfeather, zephyrine.quillfeather@example.com');
  const text = '# Terms\n\nThe Moonlight clause: we deliver by night.\n';
  await sendDocument(appliance.base, admin, Buffer.from(text), {title: 'Terms'});
  await documentsRead(admin);
  await cancel(admin);
  await appliance.stop();
  await endNow(appliance);
  return appliance;
};

/** As it is kept where nobody gives another place: in the data directory. */
const withKeyFile = ({environment, directory}: Started): Record<string, string> => {
  const {CROWLIT_MASTER_KEY: key = '', ...rest} = environment;
  writeFileSync(join(directory, 'master.key'), `${key}\n`, {mode: 0o600});
  return rest;
};

const remainsOf = (appliance: Started, name: string): string =>
  readFileSync(join(appliance.directory, 'remains', name), 'utf8');

const tablesLeft = async (url: string): Promise<string[]> => {
  const db = knex({client: 'pg', connection: url, pool: {min: 0, max: 1}});
  try {
    const {rows}: {rows: {name: string}[]} = await db.raw(
      `select table_schema || '.' || table_name as name from information_schema.tables where table_schema like 'crowlit%' order by 1`,
    );
    return rows.map(({name}) => name);
  } finally {
    await db.destroy();
  }
};

const nothingIsLeft = async (t: ExecutionContext, appliance: Started, database: DatabaseKind) => {
  t.deepEqual(filesWith(appliance.directory, canaries), [], 'no canary in any file');
  t.deepEqual(
    readdirSync(appliance.directory).filter(name => !name.startsWith('in-use')),
    ['remains'],
  );
  t.deepEqual(readdirSync(join(appliance.directory, 'remains')).toSorted(), [
    'audit.jsonl',
    'certificate.json',
    'verification-key.txt',
  ]);
  if (database === 'postgres')
    t.deepEqual(await tablesLeft(appliance.environment['CROWLIT_DATABASE'] ?? ''), ['crowlit_remains.files']);

  const certificate = JSON.parse(remainsOf(appliance, 'certificate.json')) as SignedCertificate;
  t.true(verifySigned('deletion-certificate', certificate));
  const {document} = certificate;
  t.like(document, {organisation: 'Example Bank', region: 'eu', timeZone: 'Europe/Vienna'});
  const count = (what: string) => document.destroyed.find(one => one.what === what)?.count ?? 0;
  t.is(count('table conversations_visitors'), 1);
  t.true(count('table knowledge_passages') > 0);
  t.true(count('keys of persons') >= 3);
  t.is(document.lastKeyCopyEndsAt, document.liveErasureAt);
  const log = remainsOf(appliance, 'audit.jsonl');
  t.true((await verifyLines(log.trim().split('\n'))).ok);
  t.true(log.includes('cancellation.destruction_begun'));
  const report = await verifyCertificate(remainsOf(appliance, 'certificate.json'), {
    auditLog: join(appliance.directory, 'remains/audit.jsonl'),
    key: Buffer.from(certificate.publicKey, 'base64'),
  });
  t.deepEqual(report.problems, []);
  return certificate;
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: on its day everything is destroyed, the certificate is offered, and nothing begins anew by itself`,
    async t => {
      const appliance = await overdue(t, database);
      const environment = withKeyFile(appliance);
      const serving = runCrowlit(t, environment, ['serve']);
      const address = await serving.until(/\/\?code=/);
      t.true(serving.lines.some(line => line.startsWith('This installation’s data was deleted on ')));
      const certificate = await nothingIsLeft(t, appliance, database);

      const {origin, search} = new URL(address);
      const page = await fetch(`${origin}/`, {headers: {'accept-language': 'de-AT,de;q=0.9'}});
      const words = await page.text();
      t.regex(words, /Die Daten dieser Installation wurden am .* gelöscht/);
      t.false(words.includes('certificate.json'), 'without the code nothing is offered');
      t.is((await fetch(`${origin}/certificate.json`)).status, 410);
      t.is((await fetch(`${origin}/certificate.json?code=wrong`)).status, 410);
      t.is((await fetch(`${origin}/api/session`)).status, 410);
      t.is((await fetch(`${origin}/widget/crowlit.js`)).status, 410);
      t.is((await fetch(`${origin}/health/live`)).status, 200);
      t.true((await (await fetch(`${origin}/${search}`)).text()).includes('/certificate.json?code='));
      const got = await (await fetch(`${origin}/certificate.json${search}`)).text();
      t.deepEqual(JSON.parse(got), certificate);
      t.is(await (await fetch(`${origin}/audit.jsonl${search}`)).text(), remainsOf(appliance, 'audit.jsonl'));
      const status = runCrowlit(t, environment, ['cancel', 'status']);
      t.is(await status.ended, 0, status.lines.join('\n'));
      t.regex(status.lines.join('\n'), /^The data of Example Bank was deleted on /);
      await serving.stop();

      // whatever is tried next, no empty installation comes about by itself
      for (const command of [['setup'], ['demo'], ['reset-password', 'admin@example.com']]) {
        const more: Record<string, string> =
          command[0] === 'setup'
            ? {
                CROWLIT_SETUP_COMPANY: 'Other',
                CROWLIT_SETUP_REGION: 'eu',
                CROWLIT_SETUP_ADMINISTRATOR_NAME: 'Ada',
              }
            : {};
        const tried = runCrowlit(t, {...environment, ...more}, command);
        if (command[0] === 'demo') {
          // serves what is left
          await tried.until(/\/\?code=/);
          await tried.stop();
        } else t.not(await tried.ended, 0, command.join(' '));
      }
      const wrong = runCrowlit(t, environment, ['start-anew', 'Another Bank']);
      t.is(await wrong.ended, 2);
      const anew = runCrowlit(t, environment, ['start-anew', 'Example Bank']);
      t.is(await anew.ended, 0, anew.lines.join('\n'));
      const [kept] = readdirSync(appliance.directory).filter(name => name.startsWith('deleted-'));
      t.true(existsSync(join(appliance.directory, kept ?? '', 'certificate.json')));
      const fresh = runCrowlit(t, environment, ['serve']);
      t.regex(await fresh.until(/https?:\/\//), /\/setup#code=/);
      await fresh.stop();
    },
  );

  test.serial(
    `${database}: killed before any step, the next start goes on, and the certificate is one`,
    async t => {
      const appliance = await overdue(t, database);
      const environment = withKeyFile(appliance);
      // the order is written by the appliance itself, which is then killed
      const ordering = runCrowlit(t, environment, ['serve']);
      await ordering.until(/^Deleting: keys/);
      ordering.child.kill('SIGKILL');
      await ordering.ended;
      const refused = runCrowlit(t, environment, ['reset-password', 'admin@example.com']);
      t.not(await refused.ended, 0);
      t.regex(refused.lines.join('\n'), /is being deleted|was deleted on/);

      const signatures = new Set<string>();
      for (const step of ['keys', 'database', 'files', 'temporary', 'certificate', 'order', 'master key']) {
        const child = spawn(process.execPath, [join(root, 'test/helpers/destruction.process.ts'), step], {
          cwd: root,
          env: {PATH: process.env['PATH'] ?? '', ...environment},
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const told: string[] = [];
        child.stdout.on('data', (chunk: Buffer) => told.push(chunk.toString()));
        const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
        t.is(signal, 'SIGKILL', `${step}: ${told.join('')}`);
        if (existsSync(join(appliance.directory, 'remains/certificate.json')))
          signatures.add(remainsOf(appliance, 'certificate.json'));
      }
      const serving = runCrowlit(t, environment, ['serve']);
      await serving.until(/\/\?code=/);
      await nothingIsLeft(t, appliance, database);
      signatures.add(remainsOf(appliance, 'certificate.json'));
      t.is(signatures.size, 1);
      await serving.stop();
    },
  );
}

test.serial(
  'postgres: nodes end together with one certificate, and one that comes late destroys what it holds',
  async t => {
    const appliance = await overdue(t, 'postgres');
    const [second, late] = [temporaryDirectory(t), temporaryDirectory(t)];
    writeFileSync(join(late, 'left-behind.txt'), 'Quillfeather');
    const on = (directory: string) => ({...appliance.environment, CROWLIT_DATA_DIRECTORY: directory});
    const nodes = [appliance.directory, second].map(directory => runCrowlit(t, on(directory), ['serve']));
    for (const node of nodes) await node.until(/\/\?code=/);
    const status = runCrowlit(t, on(late), ['cancel', 'status']);
    t.is(await status.ended, 0);
    t.regex(status.lines.join('\n'), /being deleted/);
    const third = runCrowlit(t, on(late), ['serve']);
    await third.until(/\/\?code=/);
    const all = [appliance.directory, second, late];
    const texts = all.map(directory => readFileSync(join(directory, 'remains/certificate.json'), 'utf8'));
    t.is(new Set(texts).size, 1);
    for (const directory of all) t.deepEqual(filesWith(directory, canaries), []);
    t.deepEqual(await tablesLeft(appliance.environment['CROWLIT_DATABASE'] ?? ''), ['crowlit_remains.files']);
    for (const node of [...nodes, third]) await node.stop();
  },
);

test.serial(
  'postgres: a node that is in the middle of its work when another one destroys everything ends with the same certificate',
  async t => {
    const appliance = await startAppliance(t, {database: 'postgres'});
    const admin = await appliance.administrator();
    await cancel(admin);
    await appliance.stop();
    const second = temporaryDirectory(t);
    const working = runCrowlit(t, {...appliance.environment, CROWLIT_DATA_DIRECTORY: second}, ['serve']);
    await working.until(/^http/);
    await endNow(appliance);
    const first = runCrowlit(t, appliance.environment, ['serve']);
    await first.until(/\/\?code=/);
    await working.until(/\/\?code=/);
    t.is(
      readFileSync(join(second, 'remains/certificate.json'), 'utf8'),
      remainsOf(appliance, 'certificate.json'),
    );
    t.deepEqual(await tablesLeft(appliance.environment['CROWLIT_DATABASE'] ?? ''), ['crowlit_remains.files']);
    for (const node of [first, working]) await node.stop();
  },
);

test.serial(
  'a certificate that somebody changed, or made, is found out, by the command and by the program alone',
  async t => {
    const appliance = await overdue(t, 'sqlite');
    const serving = runCrowlit(t, appliance.environment, ['serve']);
    await serving.until(/\/\?code=/);
    await serving.stop();
    const folder = temporaryDirectory(t);
    const text = remainsOf(appliance, 'certificate.json');
    const alone = join(folder, 'verify-certificate.mjs');
    writeFileSync(alone, readFileSync(join(root, 'packaging/verify-certificate.mjs')));
    const key = join(appliance.directory, 'remains/verification-key.txt');
    const log = join(appliance.directory, 'remains/audit.jsonl');
    const good = join(folder, 'good.json');
    writeFileSync(good, text);
    const run = (file: string, ...more: string[]) =>
      spawnSync(process.execPath, [alone, file, ...more], {cwd: folder, encoding: 'utf8'});
    const right = run(good, '--key', key, '--audit-log', log);
    t.is(right.status, 0, right.stdout + right.stderr);
    t.regex(right.stdout, /The certificate is whole\. The data of Example Bank was deleted on/);
    t.regex(run(good).stdout, /Compare it with the key/);

    const signed = JSON.parse(text) as SignedCertificate;
    const changed = join(folder, 'changed.json');
    writeFileSync(
      changed,
      JSON.stringify({...signed, document: {...signed.document, endedAt: '2020-01-01T00:00:00.000Z'}}),
    );
    t.is(run(changed).status, 1);
    t.is(run(good, '--key', Buffer.alloc(32, 7).toString('base64')).status, 1);
    const cut = join(folder, 'cut.jsonl');
    writeFileSync(cut, readFileSync(log, 'utf8').split('\n').slice(0, -3).join('\n'));
    t.is(run(good, '--audit-log', cut).status, 1);
    t.is(run(join(folder, 'none.json')).status, 2);
    t.is(run(alone).status, 1, 'a file that is no certificate');
    const command = runCrowlit(t, {}, ['certificate', 'verify', changed]);
    t.is(await command.ended, 1);
  },
);

const library = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find(file => existsSync(file));

test.serial(
  'the real process under a false clock: set forward it deletes nothing, set back it keeps nothing',
  async t => {
    if (library === undefined) {
      t.log('LEFT OUT: libfaketime is missing (apt-get install faketime)');
      return t.pass();
    }
    const under = (offset: string) => ({
      LD_PRELOAD: library,
      FAKETIME: offset,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    const appliance = await startAppliance(t, {process: 'child'});
    await cancel(await appliance.administrator());
    await appliance.stop();

    const ahead = runCrowlit(t, {...appliance.environment, ...under('+40d')}, ['serve']);
    const base = new URL(await ahead.until(/^http/)).origin;
    const view = await (await signIn(base, administrator)).call<CancellationView>('GET', path);
    t.true(
      Date.parse(view.time.serverClock) - Date.now() > 39 * day,
      'the process believes in the false clock',
    );
    t.is(view.current?.daysLeft, 30);
    t.regex(view.time.doubt?.words ?? '', /ahead/);
    await ahead.stop();
    t.false(existsSync(join(appliance.directory, 'remains/order.json')));
    t.true(existsSync(join(appliance.directory, 'appliance.sqlite')));

    // the machine has run for thirty days since, and its clock says that the cancellation is yet to come
    await withStorage(appliance, async ({db}) => {
      await db('operations_time').decrement('up_seconds', (30 * day) / 1000);
    });
    const behind = runCrowlit(t, {...appliance.environment, ...under('-10d')}, ['serve']);
    await behind.until(/\/\?code=/);
    t.false(existsSync(join(appliance.directory, 'appliance.sqlite')));
    await behind.stop();
  },
);
