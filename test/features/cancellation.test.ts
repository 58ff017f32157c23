/** The contract ends: 30 days in which it can be taken back, reminders, a last export, and what holds it back. */
import {existsSync, readdirSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {BlobReader, TextWriter, ZipReader} from '@zip.js/zip.js/lib/zip-core-native.js';
import {createHash} from 'node:crypto';
import {spawnSync} from 'node:child_process';
import test, {type ExecutionContext} from 'ava';
import type {CancellationView} from '../../appliance/features/licensing/licensing.schema.ts';
import {isWithheld, plansFor} from '../../appliance/features/licensing/export-contents.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {allTables} from '../../appliance/tables.ts';
import {verifyLines} from '../../packaging/verify-audit.mjs';
import {cancel, day, filesWith, passphrase, path} from '../helpers/cancellation.ts';
import {type Api, signIn} from '../helpers/clients.ts';
import {type DatabaseKind, databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {setUpSecondFactor} from '../helpers/second-factor.ts';
import {agreedLongAgo} from '../helpers/four-eyes.ts';
import {headersOf, startSmtpServer} from '../helpers/smtp-server.ts';
import {administrator, setupAnswers, type Started, startAppliance} from '../helpers/start.ts';

type Refusal = {error: {code: string; message: string}};
const signedIn = ({base}: Started): Promise<Api> => signIn(base, administrator);

const actionsOf = async (admin: Api): Promise<Set<string>> => {
  const {entries} = await admin.call<{entries: {action: string}[]}>('GET', '/api/admin/audit?limit=200');
  return new Set(entries.map(({action}) => action));
};

const start = async (
  t: ExecutionContext,
  database: DatabaseKind,
  options: Parameters<typeof startAppliance>[1] = {},
) => {
  const clock = createTestClock('2026-11-28T08:00:00.000Z');
  const appliance = await startAppliance(t, {
    database,
    clock,
    ...options,
  });
  return {clock, appliance, admin: await appliance.administrator()};
};

const setMail = async (t: ExecutionContext, admin: Api, appliance: Started) => {
  const server = await startSmtpServer(t, {});
  await admin.call('PUT', '/api/admin/mail', {
    host: 'localhost',
    port: server.port,
    tls: 'starttls',
    user: null,
    from: {name: 'Console', address: 'console@example.com'},
    authority: server.certificate,
    region: 'eu',
    private: true,
  });
  await agreedLongAgo(appliance);
  return server;
};
/** The appliance knows that the mail server has taken them: a letter under way when days pass is sent again. */
const letterBoxIs = async ({inside}: Started, sent: number): Promise<void> => {
  for (;;) {
    const rows: unknown[] = await inside.storage.db('mail_outbox').where({state: 'sent'});
    if (rows.length === sent) return;
    await new Promise(resolve => setImmediate(resolve));
  }
};
const subjectOf = (raw: string): string => {
  const text = headersOf(raw).get('subject') ?? '';
  return text.replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=\s*/gi, (_, words: string) =>
    Buffer.from(
      words
        .replaceAll('_', ' ')
        .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString(),
  );
};

for (const database of databaseKinds) {
  test(`${database}: cancelled under the organisation's name, told with dates, taken back until the last day`, async t => {
    const {clock, appliance, admin} = await start(t, database);
    const wrong = await admin.request<Refusal>('POST', path, {
      confirmation: 'Example Ban',
      timeZone: 'Europe/Vienna',
      stopWidget: false,
    });
    t.is(wrong.status, 400);
    t.is(wrong.body.error.code, 'licensing.name_differs');
    const zone = await admin.request<Refusal>('POST', path, {
      confirmation: setupAnswers.company,
      timeZone: 'Middle-earth/Shire',
      stopWidget: false,
    });
    t.is(zone.status, 400);

    const {current, mail} = await cancel(admin, {confirmation: '  Example  Bank '});
    t.like(current, {
      startedAt: '2026-11-28T08:00:00.000Z',
      endsAt: '2026-12-28T08:00:00.000Z',
      timeZone: 'Europe/Vienna',
      startedBy: 'Ada Admin',
      daysLeft: 30,
      widgetStoppedAt: null,
      reminders: [],
    });
    t.is(mail, 'off');
    const again = await admin.request<Refusal>('POST', path, {
      confirmation: setupAnswers.company,
      timeZone: 'UTC',
      stopWidget: false,
    });
    t.is(again.body.error.code, 'licensing.cancelled_already');
    await (await appliance.visitor()).say('The widget works until then.');

    clock.advance(30 * day - 1000);
    const last = await signedIn(appliance);
    await appliance.inside.cancellation.tick();
    const revoked = await last.call<CancellationView>('DELETE', path);
    t.is(revoked.current, null);
    const actions = await actionsOf(last);
    t.true(actions.has('cancellation.started') && actions.has('cancellation.revoked'));
    t.like(revoked.lastRevoked, {revokedBy: 'Ada Admin'});
    clock.advance(5 * day);
    await appliance.inside.cancellation.tick();
    t.is((await (await signedIn(appliance)).call<CancellationView>('GET', path)).current, null);
    const twice = await (await signedIn(appliance)).request<Refusal>('DELETE', path);
    t.is(twice.body.error.code, 'licensing.not_cancelled');
    // and once more
    t.is((await cancel(await signedIn(appliance))).current?.daysLeft, 30);
  });

  test(`${database}: the widget is stopped at once where that is wanted, and begins again`, async t => {
    const {appliance, admin} = await start(t, database);
    const site = await appliance.siteId();
    const frame = async () => (await fetch(`${appliance.base}/widget/frame?site=${site}`)).status;
    t.is(await frame(), 200);
    await cancel(admin, {stopWidget: true});
    t.is(await frame(), 404);
    await admin.call('PUT', `${path}/widget`, {stopped: false});
    await admin.call('PUT', `${path}/widget`, {stopped: true});
    t.true((await actionsOf(admin)).has('cancellation.widget_stopped'));
    await t.throwsAsync(appliance.visitor(), {message: /The chat of this website is closed/});
    await admin.call('PUT', `${path}/widget`, {stopped: false});
    t.is(await frame(), 200);
    await (await appliance.visitor()).say('Hello again');
  });

  test(`${database}: letters at 30, 7 and 1 days go to all administrators and the contact, each once, whatever was missed`, async t => {
    const {clock, appliance, admin} = await start(t, database);
    const server = await setMail(t, admin, appliance);
    await cancel(admin);
    const first = await server.waitFor(2);
    t.deepEqual(first.map(({to}) => to).toSorted(), ['admin@example.com', 'privacy@example.com']);
    t.true(
      first.every(({raw}) =>
        subjectOf(raw).includes('is deleted on 28 December 2026 at 09:00 (Europe/Vienna)'),
      ),
      subjectOf(first[0]?.raw ?? ''),
    );
    // two nodes look at once, and twice
    const tick = () => appliance.inside.cancellation.tick();
    await letterBoxIs(appliance, 2);
    await Promise.all([tick(), tick()]);
    clock.advance(23 * day - 1000);
    await tick();
    t.is(
      (await (await signedIn(appliance)).call<CancellationView>('GET', path)).current?.reminders.length,
      1,
    );
    clock.advance(2000);
    await tick();
    await server.waitFor(4);
    await letterBoxIs(appliance, 4);
    // off for six days: the letter for one day is sent, nothing is sent twice
    clock.advance(6 * day);
    await tick();
    await server.waitFor(6);
    await letterBoxIs(appliance, 6);
    await tick();
    const {current} = await (await signedIn(appliance)).call<CancellationView>('GET', path);
    t.deepEqual(
      current?.reminders.map(({days, letters}) => [days, letters]),
      [
        [30, 2],
        [7, 2],
        [1, 2],
      ],
    );
    await (await signedIn(appliance)).call('DELETE', path);
    await server.waitFor(8);
    await letterBoxIs(appliance, 8);
    t.is(server.received.length, 8);
    t.regex(subjectOf(server.received.at(-1)?.raw ?? ''), /is not deleted/);
    t.is(new Set(server.received.map(({id}) => id)).size, 8);
  });

  test(`${database}: a date that downtime skipped is passed over, and a mail server that is set late still sends`, async t => {
    const {clock, appliance, admin} = await start(t, database);
    await cancel(admin);
    t.deepEqual((await admin.call<CancellationView>('GET', path)).current?.reminders, []);
    clock.advance(29.5 * day);
    const late = await signedIn(appliance);
    const server = await setMail(t, late, appliance);
    await appliance.inside.cancellation.tick();
    await server.waitFor(2);
    const {current} = await late.call<CancellationView>('GET', path);
    t.deepEqual(
      current?.reminders.map(({days, letters}) => [days, letters]),
      [
        [30, 0],
        [7, 0],
        [1, 2],
      ],
    );
  });

  test(`${database}: held back by a legal hold, before the clock starts and again at its end, with the reason`, async t => {
    let holds = [{what: 'Legal hold', reason: 'the lawsuit Example v. Sample', until: '2027-03-01'}];
    const {clock, appliance, admin} = await start(t, database, {blockers: () => Promise.resolve(holds)});
    const refused = await admin.request<Refusal>('POST', path, {
      confirmation: setupAnswers.company,
      timeZone: 'UTC',
      stopWidget: false,
    });
    t.is(refused.status, 409);
    t.is(refused.body.error.code, 'licensing.held');
    t.regex(refused.body.error.message, /the lawsuit Example v\. Sample \(until 2027-03-01\)/);
    t.is((await admin.call<CancellationView>('GET', path)).current, null);

    const hold = holds;
    holds = [];
    await cancel(admin);
    holds = hold;
    clock.advance(31 * day);
    await appliance.inside.cancellation.tick();
    const held = await (await signedIn(appliance)).call<CancellationView>('GET', path);
    t.truthy(held.current?.heldBackSince);
    t.like(held.blockers[0], {reason: 'the lawsuit Example v. Sample'});
    t.false(existsSync(join(appliance.directory, 'remains/order.json')));
    await appliance.inside.cancellation.tick();
    const log = await (await signedIn(appliance)).call<{entries: {action: string}[]}>(
      'GET',
      '/api/admin/audit?action=cancellation.held_back',
    );
    t.is(log.entries.length, 1, 'said once');

    holds = [];
    await appliance.inside.cancellation.tick();
    await appliance.inside.ended;
    t.true(existsSync(join(appliance.directory, 'remains/order.json')));
    const late = await (await signedIn(appliance)).request<Refusal>('DELETE', path);
    t.is(late.body.error.code, 'licensing.destruction_began');
  });

  test(`${database}: a clock that was set forward deletes nothing early, one set back keeps nothing late`, async t => {
    const {clock, appliance, admin} = await start(t, database);
    await cancel(admin);
    const look = async () => {
      await appliance.inside.cancellation.tick();
      return (await signedIn(appliance)).call<CancellationView>('GET', path);
    };
    clock.jump(40 * day);
    const ahead = await look();
    t.is(ahead.current?.daysLeft, 30);
    t.regex(ahead.time.doubt?.words ?? '', /ahead/);
    t.is(ahead.time.now, '2026-11-28T08:00:00.000Z');
    t.false(existsSync(join(appliance.directory, 'remains/order.json')));
    clock.advance(10 * day);
    t.is((await look()).current?.daysLeft, 20, 'what really passed counts');

    clock.jump(-90 * day);
    const behind = await look();
    t.is(behind.current?.daysLeft, 20);
    t.regex(behind.time.doubt?.words ?? '', /behind/);
    clock.advance(19 * day);
    t.is((await look()).current?.daysLeft, 1);
    clock.advance(day);
    await appliance.inside.cancellation.tick();
    await appliance.inside.ended;
    t.pass('30 days after it began, with a clock that says it has not begun');
  });

  test(`${database}: after a long time off an administrator says that the clock is right`, async t => {
    const {clock, appliance, admin} = await start(t, database);
    await cancel(admin);
    clock.restart(12 * day);
    const asked = await (await signedIn(appliance)).call<CancellationView>('GET', path);
    t.is(asked.time.doubt?.why, 'ahead');
    t.is(asked.current?.daysLeft, 30);
    const other = await (await signedIn(appliance)).request<Refusal>('POST', '/api/admin/clock', {
      serverClock: '2026-11-28T08:00:00.000Z',
    });
    t.is(other.body.error.code, 'operations.clock_moved');
    const {serverClock} = asked.time;
    await (await signedIn(appliance)).call('POST', '/api/admin/clock', {serverClock});
    const right = await (await signedIn(appliance)).call<CancellationView>('GET', path);
    t.is(right.time.doubt, null);
    t.is(right.current?.daysLeft, 18);
    t.true((await actionsOf(await signedIn(appliance))).has('clock.confirmed'));
  });

  test(`${database}: everything goes into one archive under a passphrase, and no secret with it`, async t => {
    const {appliance, clock} = await start(t, database);
    await appliance.siteId();
    const {api: admin, secret} = await setUpSecondFactor(
      appliance.base,
      await appliance.administrator(),
      clock.now(),
    );
    const none = await admin.request<Refusal>('POST', `${path}/exports`, {passphrase});
    t.is(none.body.error.code, 'licensing.not_cancelled');
    const visitor = await appliance.visitor();
    await visitor.say('My name is Zephyrine Quillfeather, zephyrine@example.com');
    await admin
      .call('POST', '/api/admin/connectors', {
        type: 'webhook',
        name: 'CRM',
        config: {url: 'https://crm.example.com/leads', secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0'},
        region: 'eu',
      })
      .catch(() => undefined);
    await cancel(admin);
    const short = await admin.request<Refusal>('POST', `${path}/exports`, {passphrase: 'short'});
    t.is(short.status, 400);
    const ordered = await admin.call<{id: string; state: string}>('POST', `${path}/exports`, {passphrase});
    t.is(ordered.state, 'running');
    const ready = async () => {
      for (;;) {
        const [one] = (await admin.call<CancellationView>('GET', path)).exports;
        if (one?.state !== 'running') return one;
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    const done = await ready();
    t.is(done?.state, 'ready', done?.problem ?? '');
    t.is(done?.tablesDone, done?.tablesTotal);
    const answer = await fetch(`${appliance.base}${path}/exports/${ordered.id}`, {
      headers: {cookie: admin.cookie},
    });
    t.is(answer.status, 200);
    const zip = Buffer.from(await answer.arrayBuffer());
    t.is(createHash('sha256').update(zip).digest('hex'), done?.sha256 ?? '');
    t.false(zip.includes('Quillfeather'));

    const open = async (with_: string) => {
      const reader = new ZipReader(new BlobReader(new Blob([zip])), {password: with_, useWebWorkers: false});
      const files = new Map<string, string>();
      for (const entry of await reader.getEntries()) {
        if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
      }
      return files;
    };
    await t.throwsAsync(open('another long passphrase 12'), {message: /password/i});
    const files = await open(passphrase);
    const manifest = JSON.parse(files.get('manifest.json') ?? '') as {
      organisation: string;
      files: {name: string; rows: number; sha256: string}[];
      leftOut: {table: string}[];
    };
    t.is(manifest.organisation, 'Example Bank');
    for (const {name, rows, sha256} of manifest.files) {
      const content = files.get(name) ?? '';
      t.is(createHash('sha256').update(content).digest('hex'), sha256, name);
      t.is(content.split('\n').length - 1, rows, name);
    }
    t.regex(files.get('conversations_messages.jsonl') ?? '', /Zephyrine Quillfeather/);
    t.regex(files.get('accounts_users.jsonl') ?? '', /admin@example\.com/);
    t.regex(files.get('qualification_playbooks.jsonl') ?? '', /general/);
    t.is(
      (files.get('qualification_playbooks.jsonl') ?? '').split('\n').length - 1,
      (await appliance.inside.storage.db('qualification_playbooks')).length,
      'also where an id is that of several rows',
    );
    t.true((await verifyLines((files.get('audit.jsonl') ?? '').trim().split('\n'))).ok);
    const hashes: {password_hash: string}[] = await appliance.inside.storage.db('accounts_users');
    const secrets = [
      secret,
      hashes[0]?.password_hash ?? 'none',
      admin.csrfToken ?? 'none',
      'c2VjcmV0c2VjcmV0',
      'whsec',
      appliance.environment['CROWLIT_MASTER_KEY'] ?? 'none',
    ];
    for (const [name, content] of files)
      for (const one of secrets) t.false(content.includes(one), `${one} in ${name}`);
    for (const gone of ['accounts_sessions.jsonl', 'accounts_second_factors.jsonl', 'audit_keys.jsonl'])
      t.false(files.has(gone), gone);
    t.deepEqual(filesWith(appliance.directory, ['Quillfeather', passphrase]), []);

    const log = await admin.call<{entries: {action: string}[]}>('GET', '/api/admin/audit');
    const actions = log.entries.map(({action}) => action);
    for (const action of ['export.ordered', 'export.finished', 'export.downloaded'])
      t.true(actions.includes(action), action);

    await admin.call('DELETE', path);
    t.false(existsSync(join(appliance.directory, 'exports')), 'taken back: no copy of everything lies about');
    const gone = await fetch(`${appliance.base}${path}/exports/${ordered.id}`, {
      headers: {cookie: admin.cookie},
    });
    t.is(gone.status, 404);

    const sevenZip = spawnSync('7zz', ['--help']).status === 0;
    if (!sevenZip)
      return t.log('LEFT OUT: 7-Zip is missing (apt-get install 7zip), so no other program opened it');
    const folder = temporaryDirectory(t);
    writeFileSync(join(folder, 'export.zip'), zip);
    const told = spawnSync('7zz', ['x', `-p${passphrase}`, `-o${folder}`, join(folder, 'export.zip')]);
    t.is(told.status, 0, told.stderr.toString());
    t.is(
      await readFile(join(folder, 'conversations_messages.jsonl'), 'utf8'),
      files.get('conversations_messages.jsonl') ?? '',
    );
  });
}

test('an export that was broken off says so, and leaves no file', async t => {
  const {appliance, admin} = await start(t, 'sqlite');
  await cancel(admin);
  const {id} = await admin.call<{id: string}>('POST', `${path}/exports`, {passphrase});
  await appliance.stop();
  await appliance.start();
  const [broken] = (await (await signedIn(appliance)).call<CancellationView>('GET', path)).exports;
  t.like(broken, {id, state: 'failed'});
  t.regex(broken?.problem ?? '', /stopped while it was written/);
  t.deepEqual(readdirSync(join(appliance.directory, 'exports')), []);
});

test('what is named like a secret is withheld, or was judged to be none', t => {
  const withheld = plansFor(allTables).flatMap(plan =>
    plan.withheld.map(column => `${plan.declaration.table}.${column}`),
  );
  t.true(isWithheld('new_table', 'api_token'), 'what nobody has judged stays here');
  t.true(isWithheld('new_table', 'client_secret'));
  t.false(isWithheld('conversations_messages', 'text'));
  // whoever adds a column that is named like a secret, or open for no purpose of an export, decides here
  t.deepEqual(withheld.toSorted(), [
    'accounts_users.email_index',
    'accounts_users.password_hash',
    // where a witness stands is opened for security alone
    'audit_mailboxes.address',
    'crm_connectors.config',
    'crm_leads.email_index',
    'mail_servers.password',
    'models_embedders.key',
    'models_servers.key',
    'privacy_requests.address_index',
    'privacy_requests.code_hash',
    'privacy_requests.receipt_hash',
    'qualification_facts.value_index',
  ]);
});
