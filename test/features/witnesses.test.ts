import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import type {z} from 'zod';
import type {auditState} from '../../appliance/features/audit/audit.schema.ts';
import type {Elsewhere} from '../../appliance/features/audit/elsewhere/elsewhere.schema.ts';
import type {WireTunnel} from '../../appliance/egress/rules.ts';
import {tunnel} from '../../appliance/egress/tunnel.ts';
import {createMailbox} from '../../appliance/features/audit/index.ts';
import {notesIn, readCheckpoint} from '../../packaging/verify-audit.mjs';
import {hashAnew, openAudit} from '../helpers/audit.ts';
import {databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {freePort} from '../helpers/port.ts';
import {headersOf, startSmtpServer} from '../helpers/smtp-server.ts';
import {startAppliance, type Started, type StartOptions} from '../helpers/start.ts';
import {startSyslogServer, type SyslogServer} from '../helpers/syslog-server.ts';

type AuditState = z.infer<(typeof auditState)['response']>;
const run = promisify(execFile);
const hour = 3_600_000;
const script = join(import.meta.dirname, '../../packaging/verify-audit.mjs');

const settingsFor = (
  server: Pick<SyslogServer, 'port' | 'certificate'>,
  changes: Record<string, unknown> = {},
) => ({
  host: 'localhost',
  port: server.port,
  tls: 'tls',
  authority: server.certificate.trim(),
  region: 'eu',
  private: true,
  entries: false,
  ...changes,
});

const open = async (t: ExecutionContext, options: StartOptions = {}) => {
  const appliance = await startAppliance(t, options);
  const admin = await appliance.administrator();
  await secondAdministrator(appliance);
  return {
    appliance,
    admin,
    set: async (
      server: Pick<SyslogServer, 'port' | 'certificate'>,
      changes: Record<string, unknown> = {},
    ) => {
      await admin.call<Elsewhere>('PUT', '/api/admin/audit/collector', settingsFor(server, changes));
      await approveAll(appliance);
    },
    view: () => admin.call<Elsewhere>('GET', '/api/admin/audit/elsewhere'),
    state: () => admin.call<AuditState>('GET', '/api/admin/audit/state'),
    /** Something is added to the log, and signed. */
    check: () => admin.call<{ok: boolean}>('POST', '/api/admin/audit/checks'),
  };
};
type Open = Awaited<ReturnType<typeof open>>;

/** Until the collector's state is so. */
const untilCollector = async (
  {view}: Open,
  fits: (collector: NonNullable<Elsewhere['collector']>) => boolean,
): Promise<NonNullable<Elsewhere['collector']>> => {
  for (;;) {
    const {collector} = await view();
    if (collector && fits(collector)) return collector;
  }
};
const sizes = (server: SyslogServer): number[] =>
  server.checkpoints().map(({data}) => Number(new Map(data.get('crowlitCheckpoint@32473')).get('size')));

const exported = async ({base, administrator}: Started): Promise<string> => {
  const {cookie} = await administrator();
  const answer = await fetch(`${base}/api/admin/audit/export.jsonl`, {headers: {cookie}});
  return answer.text();
};
/** On a machine of the auditor's own: the program alone, the export, and what the witness kept. */
const verifyAlone = async (t: ExecutionContext, log: string, witness?: {name: string; content: string}) => {
  const folder = temporaryDirectory(t);
  copyFileSync(script, join(folder, 'verify-audit.mjs'));
  writeFileSync(join(folder, 'audit.jsonl'), log);
  if (witness) writeFileSync(join(folder, witness.name), witness.content);
  return run(
    process.execPath,
    ['verify-audit.mjs', 'audit.jsonl', ...(witness ? ['--checkpoint', witness.name] : [])],
    {cwd: folder},
  ).then(
    ({stdout}) => ({code: 0, stdout}),
    ({code, stdout}: {code: number; stdout: string}) => ({code, stdout}),
  );
};

/** What the administrator of the host can do: write the first entry anew, forget what was signed, and sign all of it again. */
const rewriteAndSign = async ({inside}: Started): Promise<void> => {
  const {storage} = inside;
  await storage.db('audit_leaves').where({index: 0}).update({action: 'nothing.happened'});
  await storage.db('audit_checkpoints').delete();
  await hashAnew({storage});
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: checkpoints reach a log collector under TLS once a second person agreed, and a line of it catches a log that was rewritten and signed anew`,
    async t => {
      const server = await startSyslogServer(t);
      const here = await open(t, {database});
      const {appliance, admin, view} = here;
      const set = await admin.call<Elsewhere>('PUT', '/api/admin/audit/collector', settingsFor(server));
      t.like(set.collector, {state: 'waiting', host: 'localhost', entries: false});
      t.regex(set.collector?.witness.problem ?? '', /second administrator has approved/);
      await here.check();
      t.is(server.connections(), 0, 'nothing leaves before');
      await approveAll(appliance);
      await untilCollector(here, ({witness}) => witness.deliveredSize > 0 && witness.problem === null);
      await here.check();
      const {checkpoint, witnesses} = await here.state();
      await untilCollector(here, ({witness}) => witness.deliveredSize >= (checkpoint?.size ?? 0));
      t.deepEqual(server.malformed, []);
      t.like(witnesses[0], {kind: 'syslog', path: `localhost:${server.port}`, behind: false});

      const [first] = server.checkpoints();
      t.like(first, {priority: 109, application: 'crowlit', process: '-', kind: 'audit-checkpoint'});
      const of = new Map(first?.data.get('crowlitCheckpoint@32473'));
      t.deepEqual([...of.keys()], ['log', 'size', 'root', 'time', 'keyId', 'signature']);
      const kept: {note: string; root_hash: string; key_id: string}[] = await appliance.inside.storage
        .db('audit_checkpoints')
        .orderBy('size');
      const lines = server.checkpoints().map(({line}) => `Nov 28 06:00:01 relay ${line}`);
      t.deepEqual(
        notesIn(`${lines.join('\n')}\n`),
        kept.slice(0, lines.length).map(({note}) => note),
      );
      t.is(of.get('keyId') ?? '', kept[0]?.key_id ?? '');
      t.is(Buffer.from(of.get('root') ?? '', 'base64').toString('hex'), kept[0]?.root_hash ?? '');
      t.deepEqual(
        sizes(server),
        sizes(server).toSorted((a, b) => a - b),
      );
      t.is(new Set(sizes(server)).size, sizes(server).length, 'each once');

      const register = await admin.call<{destinations: {purpose: string; host: string}[]}>(
        'GET',
        '/api/admin/destinations',
      );
      t.like(register.destinations[0], {purpose: 'audit_witness', host: 'localhost', region: 'eu'});
      const attempts: {outcome: string}[] = await appliance.inside.storage
        .db('privacy_egress_attempts')
        .where({purpose: 'audit_witness'});
      t.true(attempts.length > 0 && attempts.every(({outcome}) => outcome === 'allowed'));

      const witness = {name: 'siem.log', content: `${lines.join('\n')}\n`};
      const whole = await verifyAlone(t, await exported(appliance), witness);
      t.is(whole.code, 0, whole.stdout);
      t.regex(whole.stdout, new RegExp(`${lines.length} compared from elsewhere`));
      await rewriteAndSign(appliance);
      const rewritten = await exported(appliance);
      t.is(
        (await verifyAlone(t, rewritten)).code,
        0,
        'alone it looks whole: it is signed with the right key',
      );
      const caught = await verifyAlone(t, rewritten, witness);
      t.is(caught.code, 1);
      t.regex(caught.stdout, /siem\.log, number 1: The first \d+ entries are not those .* rewritten later/);

      await admin.call('DELETE', '/api/admin/audit/collector');
      t.is((await view()).collector, null);
      t.deepEqual(
        (await admin.call<{destinations: unknown[]}>('GET', '/api/admin/destinations')).destinations,
        [],
      );
    },
  );
}

test.serial('with entries, each hash goes there, too, before the checkpoint that covers it', async t => {
  const server = await startSyslogServer(t);
  const here = await open(t);
  await here.set(server, {entries: true});
  await here.check();
  const {checkpoint} = await here.state();
  await untilCollector(here, ({witness}) => witness.deliveredSize >= (checkpoint?.size ?? 0));
  t.deepEqual(server.malformed, []);
  const leaves = server.received.filter(({kind}) => kind === 'audit-leaf');
  const of = leaves.map(({data}) => new Map(data.get('crowlitLeaf@32473')));
  const stored: {index: number; leaf_hash: string}[] = await here.appliance.inside.storage
    .db('audit_leaves')
    .orderBy('index');
  const from = Number(of[0]?.get('index'));
  const last = sizes(server).at(-1) ?? 0;
  t.true(from > 0 && of.length > 3, 'from the moment it was set');
  t.deepEqual(
    of.map(one => [Number(one.get('index')), one.get('hash')]),
    stored.slice(from, from + of.length).map(({index, leaf_hash: hash}) => [index, hash]),
  );
  t.is(from + of.length, last);
  // none stands behind a checkpoint that covers it
  let covered = 0;
  for (const {kind, data} of server.received) {
    if (kind === 'audit-checkpoint')
      covered = Number(new Map(data.get('crowlitCheckpoint@32473')).get('size'));
    else t.true(Number(new Map(data.get('crowlitLeaf@32473')).get('index')) >= covered);
  }
});

test.serial(
  'what breaks off in the middle, or is never heard, is sent again, in order, and nothing is lost',
  async t => {
    const server = await startSyslogServer(t);
    const here = await open(t);
    // heard in the middle of the first message, and of the second
    server.misbehave({dropsAfter: 100}, {dropsAfter: 700});
    await here.set(server);
    const failing = await untilCollector(
      here,
      ({witness}) => witness.problem !== null && witness.deliveredAt === null,
    );
    t.regex(failing.witness.problem ?? '', /localhost:\d+ (?:broke the connection off|hung up)/);
    t.truthy(failing.witness.problemSince);
    t.true((await here.check()).ok, 'the log itself goes on');
    await here.check();
    const {checkpoint} = await here.state();
    await untilCollector(here, ({witness}) => witness.deliveredSize >= (checkpoint?.size ?? 0));
    t.deepEqual(server.malformed, []);
    const all: {size: number}[] = await here.appliance.inside.storage.db('audit_checkpoints').orderBy('size');
    t.deepEqual(
      [...new Set(sizes(server))],
      all.map(({size}) => size),
      'none is missing, and each comes after those before it',
    );
    const twice = sizes(server).length - all.length;
    t.true(twice <= 2, `${twice} came again, of two connections that broke`);
  },
);

test.serial(
  'a collector that is silent holds nothing up: neither a check, nor an export, nor the end',
  async t => {
    const server = await startSyslogServer(t);
    const here = await open(t);
    server.misbehave('deaf', 'deaf', 'deaf', 'deaf');
    await here.set(server);
    await server.until(() => server.connections() > 0);
    const began = performance.now();
    t.true((await here.check()).ok);
    t.regex(await exported(here.appliance), /"type":"end"/);
    await here.appliance.stop();
    t.true(performance.now() - began < 12_000);
    t.is(server.received.length, 0);
  },
);

test.serial('without TLS, or with a certificate nobody trusts, not one byte of it leaves', async t => {
  const plain = await startSyslogServer(t, {tls: false});
  const other = await startSyslogServer(t, {names: ['siem.example.com']});
  const right = await startSyslogServer(t);
  const here = await open(t);
  const {certificate} = right;
  for (const [server, changes, why] of [
    [plain, {}, /no certificate or TLS version to trust/],
    [other, {authority: other.certificate.trim()}, /ERR_TLS_CERT_ALTNAME_INVALID/],
    [right, {authority: null}, /SELF_SIGNED|self.signed/i],
  ] as const) {
    await here.set(server, {authority: certificate.trim(), ...changes});
    const failing = await untilCollector(
      here,
      ({witness}) => witness.problem !== null && !/second/.test(witness.problem),
    );
    t.regex(failing.witness.problem ?? '', why);
    t.is(server.received.length, 0);
    t.notRegex(server.malformed.join('\n'), /crowlit|<109>/);
  }
  await here.set(right);
  await untilCollector(here, ({witness}) => witness.deliveredSize > 0 && witness.problem === null);
  t.deepEqual(right.malformed, []);
});

test.serial('TLS may be left out towards this machine alone', async t => {
  const server = await startSyslogServer(t, {tls: false});
  const here = await open(t);
  const put = (changes: Record<string, unknown>) =>
    here.admin.call('PUT', '/api/admin/audit/collector', settingsFor(server, {tls: 'none', ...changes}));
  for (const host of ['siem.example.com', '10.0.0.7', '127.0.0.1.example.com'])
    await t.throwsAsync(put({host}), {message: /Without TLS nothing leaves this machine/}, host);
  await t.throwsAsync(put({private: false}), {message: /plain http is only possible inside/});
  await t.throwsAsync(put({tls: 'tls', authority: 'no certificate'}), {message: /Paste one certificate/});
  await t.throwsAsync(put({tls: 'tls', region: 'us'}), {message: /outside/});
  await here.set(server, {tls: 'none', host: '127.0.0.1'});
  await untilCollector(here, ({witness}) => witness.deliveredSize > 0);
  t.deepEqual(server.malformed, []);
  t.true(sizes(server).length > 0);
});

const attachmentOf = (raw: string): string => {
  const part = raw.slice(raw.indexOf('Content-Disposition: attachment'));
  return Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, part.indexOf('\r\n--')), 'base64').toString();
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: a mailbox gets the newest checkpoint, once a day, and the file in its letter catches a log that was rewritten and signed anew`,
    async t => {
      const smtp = await startSmtpServer(t);
      const here = await open(t, {database});
      const {appliance, admin, view} = here;
      await here.check();
      const address = 'auditor@example.com';
      const without = await admin.call<Elsewhere>('PUT', '/api/admin/audit/mailbox', {address});
      t.regex(without.mailbox?.witness.problem ?? '', /No mail server is set/);
      await admin.call('PUT', '/api/admin/mail', {
        host: 'localhost',
        port: smtp.port,
        tls: 'starttls',
        user: null,
        from: {name: 'Example Bank', address: 'console@example.com'},
        authority: smtp.certificate.trim(),
        region: 'eu',
        private: true,
      });
      await approveAll(appliance);
      // the next checkpoint finds the mail server
      await here.check();
      await smtp.until(() => smtp.received.some(({to}) => to === address));
      const letters = () => smtp.received.filter(({to}) => to === address);
      for (;;) {
        const {mailbox} = await view();
        if (mailbox?.witness.deliveredAt) break;
      }
      const [letter] = letters();
      t.regex(
        headersOf(letter?.raw ?? '').get('subject') ?? '',
        /^Checkpoint of the audit log of Example Bank/,
      );
      const note = attachmentOf(letter?.raw ?? '');
      const {checkpoint, witnesses} = await here.state();
      t.is(readCheckpoint(note)?.size, witnesses[0]?.deliveredSize);
      t.true((checkpoint?.size ?? 0) > 0);
      t.like(witnesses[0], {kind: 'mail', path: 'a mailbox at example.com', problem: null, behind: false});
      const {mails} = await admin.call<{mails: unknown[]}>('GET', '/api/admin/mails');
      t.true(
        mails.some(one => (one as {to: string}).to === 'Witness of the audit log'),
        'the outbox names no address',
      );
      t.notRegex(
        JSON.stringify(await appliance.inside.storage.db('audit_mailboxes').select('*')),
        /auditor@/,
      );

      const witness = {name: 'audit.checkpoint', content: note};
      const whole = await verifyAlone(t, await exported(appliance), witness);
      t.is(whole.code, 0, whole.stdout);
      await rewriteAndSign(appliance);
      const rewritten = await exported(appliance);
      t.is((await verifyAlone(t, rewritten)).code, 0, 'alone it looks whole');
      const caught = await verifyAlone(t, rewritten, witness);
      t.is(caught.code, 1);
      t.regex(caught.stdout, /audit\.checkpoint: The first \d+ entries are not those .* rewritten later/);

      await admin.call('DELETE', '/api/admin/audit/mailbox');
      t.is((await view()).mailbox, null);
    },
  );
}

for (const database of databaseKinds) {
  test.serial(
    `${database}: what was killed while the collector listened is sent again after it, and every checkpoint is there`,
    async t => {
      const server = await startSyslogServer(t);
      const here = await open(t, {database, process: 'child'});
      // hears everything and does not hang up, so that nobody knows whether it was taken
      server.misbehave('hangs');
      await here.set(server);
      await server.until(() => server.checkpoints().length > 0);
      await here.appliance.killHard();
      await here.appliance.start();
      const admin = await here.appliance.administrator();
      const after = {...here, view: () => admin.call<Elsewhere>('GET', '/api/admin/audit/elsewhere')};
      await admin.call('POST', '/api/admin/audit/checks');
      const {checkpoint} = await admin.call<AuditState>('GET', '/api/admin/audit/state');
      await untilCollector(after, ({witness}) => witness.deliveredSize >= (checkpoint?.size ?? 0));
      t.deepEqual(server.malformed, []);
      const [first = 0, second] = sizes(server);
      t.is(second, first, 'at least once');
      t.is(sizes(server).at(-1), checkpoint?.size ?? 0);
    },
  );

  test.serial(`${database}: a letter a day and no more, and a mailbox that got none is told`, async t => {
    const {audit, storage, clock, admin} = await openAudit(t, database);
    const letters: {size: number; note: string; key: string}[] = [];
    const outcomes = new Map<
      string,
      {state: 'waiting' | 'sent' | 'failed'; at: string | null; problem: string | null}
    >();
    const mailbox = createMailbox({
      storage,
      clock,
      reader: storage.personal.reader('security'),
      checkpoints: audit.checkpoints,
      mail: {
        send: (_, letter) => {
          letters.push(letter);
          outcomes.set(letter.key, {state: 'waiting', at: null, problem: null});
          return Promise.resolve(letter.key);
        },
        look: id => Promise.resolve(outcomes.get(id)),
        wake: () => undefined,
      },
      audit: (trx, {actorId, action}) => audit.append(trx, {actor: {kind: 'user', id: actorId}, action}),
    });
    const taken = (state: 'sent' | 'failed', problem: string | null = null) =>
      outcomes.set(letters.at(-1)?.key ?? '', {state, at: clock.iso(), problem});
    const add = async () => {
      await storage.transaction(trx =>
        audit.append(trx, {actor: {kind: 'user', id: admin}, action: 'site.changed'}),
      );
      await audit.checkpoint();
    };
    t.is(await mailbox.state(), null);
    await mailbox.put({address: 'auditor@example.com'}, admin);
    await mailbox.mailFirst();
    t.is(letters.length, 0, 'nothing is signed yet');
    await add();
    await mailbox.mailFirst();
    await mailbox.mailFirst();
    await mailbox.mailNewest();
    t.is(letters.length, 1);
    t.is(readCheckpoint(letters[0]?.note ?? '')?.size, letters[0]?.size);
    t.like(await mailbox.state(), {deliveredSize: 0, problem: null, behind: false});
    taken('sent');
    t.like(await mailbox.state(), {deliveredSize: letters[0]?.size, deliveredAt: clock.iso(), problem: null});

    await add();
    await mailbox.mailFirst();
    t.is(letters.length, 1, 'what follows waits for the night');
    clock.advance(20 * hour);
    await mailbox.mailNewest();
    t.is(letters.length, 2);
    taken('failed', 'The mail server refuses the address (550).');
    t.like(await mailbox.state(), {
      deliveredSize: letters[0]?.size,
      problem: 'The mail server refuses the address (550).',
    });
    await add();
    clock.advance(31 * hour);
    t.like(await mailbox.state(), {behind: true});
    await mailbox.mailNewest();
    t.is(letters.length, 3);
    taken('sent');
    t.like(await mailbox.state(), {
      deliveredSize: letters[2]?.size,
      problem: null,
      problemSince: null,
      behind: false,
    });
    outcomes.clear();
    await add();
    await mailbox.mailNewest();
    outcomes.clear();
    t.regex((await mailbox.state())?.problem ?? '', /not sent/, 'a letter that was taken out of the outbox');
    await mailbox.remove(admin);
    await t.throwsAsync(mailbox.remove(admin), {message: /No mailbox is set/});
  });
}

test.serial('doctor on the host, overview and control name a witness that is behind', async t => {
  const server = await startSyslogServer(t);
  const here = await open(t, {process: 'child', environment: {CROWLIT_PORT: await freePort()}});
  type Finding = {check: string; severity: string; state: string};
  const doctor = async (): Promise<Finding | undefined> => {
    const child = spawn(process.execPath, ['appliance/main.ts', 'doctor', '--json'], {
      env: {...here.appliance.environment, PATH: process.env['PATH'] ?? ''},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [out] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return (JSON.parse(out) as {findings: Finding[]}).findings.find(({check}) => check === 'Audit log');
  };
  t.like(await doctor(), {severity: 'attention', state: 'Its checkpoints go to no witness.'});
  const right = server.certificate;
  await here.set({...server, certificate: (await startSyslogServer(t)).certificate});
  await untilCollector(here, ({witness}) => /no certificate/.test(witness.problem ?? ''));
  const failing = await doctor();
  t.is(failing?.severity, 'danger');
  t.regex(failing?.state ?? '', /^No checkpoint can be delivered to localhost:\d+\. .*no certificate/);
  await here.set({...server, certificate: right});
  await untilCollector(here, ({witness}) => witness.deliveredSize > 0 && witness.problem === null);
  t.like(await doctor(), {severity: 'ok', state: `Its checkpoints go to localhost:${server.port}.`});
  const forged = await fetch(`${here.appliance.base}/api/host/audit`, {
    method: 'POST',
    headers: {'content-type': 'application/json', origin: here.appliance.base},
    body: JSON.stringify({at: new Date().toISOString(), proof: 'x'.repeat(43)}),
  });
  t.is(forged.status, 403);
});

test.serial('a witness to which nothing went for hours is behind, even where nothing failed', async t => {
  const server = await startSyslogServer(t);
  const here = await open(t);
  await here.set(server);
  await untilCollector(here, ({witness}) => witness.deliveredSize > 0);
  const {db} = here.appliance.inside.storage;
  const before = new Date(Date.now() - 3 * hour).toISOString();
  await db('audit_collectors').update({delivered_size: 0, set_at: before, state: 'done'});
  t.like((await here.state()).witnesses[0], {behind: false}, 'it is still early');
  await db('audit_checkpoints').update({at: before});
  t.like((await here.state()).witnesses[0], {behind: true, problem: null});
  const {findings} = await here.admin.call<{findings: {check: string; severity: string; state: string}[]}>(
    'GET',
    '/api/admin/overview',
  );
  t.like(
    findings.find(({check}) => check === 'Audit log'),
    {severity: 'danger', state: `The last checkpoints have not reached localhost:${server.port}.`},
  );
  await here.appliance.inside.evidence.run(['L4.witnesses']);
  const evidence = JSON.stringify(await here.admin.call('GET', '/api/admin/evidence'));
  t.regex(evidence, new RegExp(`The last checkpoint has not reached localhost:${server.port}`));
});

test.serial('a connection that is reset, at whatever moment, never counts as heard', async t => {
  const server = await startSyslogServer(t);
  const body = Buffer.from(`<109>1 2026-11-28T06:00:00.000Z host crowlit - test - ${'x'.repeat(400)}`);
  const message = Buffer.concat([Buffer.from(`${body.length} `), body]);
  for (let attempt = 0; attempt < 60; attempt += 1) {
    server.misbehave({dropsAfter: 100 + attempt * 5});
    // so that the reset comes before, with and after the farewell
    const said = async function* () {
      yield Buffer.concat([message, message]);
      const until = performance.now() + attempt / 20;
      while (performance.now() < until) await new Promise(resolve => setImmediate(resolve));
    };
    await t.throwsAsync(
      tunnel(
        {tls: 'implicit', authority: server.certificate, untilHungUp: true} as WireTunnel,
        {
          host: 'localhost',
          port: server.port,
          plain: false,
          addresses: [{address: '127.0.0.1', family: 4}],
          authorities: [],
        },
        new AbortController().signal,
        () => undefined,
        {bytesOut: 0, bytesIn: 0},
        () => undefined,
        {said: Readable.from(said()), hear: () => Promise.resolve()},
      ),
      {code: 'egress.reset'},
      `attempt ${attempt}`,
    );
  }
});
