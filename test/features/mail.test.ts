import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {createOutbox} from '../../appliance/features/mail/index.ts';
import type {MailRow, MailView} from '../../appliance/features/mail/mail.schema.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {openStorage, type Transaction} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {freePort} from '../helpers/port.ts';
import {
  headersOf,
  plainText,
  type SmtpServer,
  type SmtpServerOptions,
  startSmtpServer,
} from '../helpers/smtp-server.ts';
import {startAppliance, type Started, type StartOptions} from '../helpers/start.ts';

const login = {user: 'crowlit@example.com', password: 'the password of the mail server'};
const settingsFor = (server: SmtpServer, changes: Record<string, unknown> = {}) => ({
  host: 'localhost',
  port: server.port,
  tls: 'starttls',
  user: login.user,
  password: login.password,
  from: {name: 'Example Bank', address: 'console@example.com'},
  authority: server.certificate.trim(),
  region: 'eu',
  private: true,
  ...changes,
});

const withMail = async (
  t: ExecutionContext,
  options: StartOptions = {},
  serverOptions: SmtpServerOptions = {},
) => {
  const server = await startSmtpServer(t, {login, ...serverOptions});
  const appliance = await startAppliance(t, options);
  const admin = await appliance.administrator();
  // there before any letter can be sent
  await secondAdministrator(appliance);
  const set = async (changes: Record<string, unknown> = {}) => {
    const view = await admin.call<MailView>('PUT', '/api/admin/mail', settingsFor(server, changes));
    await approveAll(appliance);
    return view;
  };
  await set();
  return {server, appliance, admin, set};
};

const mails = async (appliance: Started): Promise<MailRow[]> =>
  (await (await appliance.administrator()).call<{mails: MailRow[]}>('GET', '/api/admin/mails')).mails;
/** The newest letter, once it is so. */
const until = async (appliance: Started, fits: (mail: MailRow | undefined) => boolean): Promise<MailRow> => {
  for (;;) {
    const [mail] = await mails(appliance);
    if (fits(mail)) return mail as MailRow;
  }
};
const invite = async (appliance: Started, changes: Record<string, unknown> = {}) =>
  (await appliance.administrator()).call<{user: {id: string}; invitationUrl: string; mailed: boolean}>(
    'POST',
    '/api/admin/users',
    {name: 'Jana Muster', email: 'jana@example.com', role: 'agent', languages: ['de'], ...changes},
  );
for (const database of databaseKinds) {
  test.serial(
    `${database}: invitation and new password arrive by mail, in the person's language, and leave nothing behind`,
    async t => {
      const {server, appliance, admin} = await withMail(t, {database});
      const invited = await invite(appliance);
      t.true(invited.mailed);
      const [first] = await server.waitFor(1);
      t.is(first?.to, 'jana@example.com');
      const words = plainText(first?.raw ?? '');
      t.regex(words, /^Guten Tag Jana Muster,/);
      t.true(words.includes(invited.invitationUrl), words);
      t.is(headersOf(first?.raw ?? '').get('auto-submitted'), 'auto-generated');
      const sent = await until(appliance, mail => mail?.state === 'sent');
      t.like(sent, {kind: 'invitation', to: 'Jana Muster', attempts: 1, canRetry: false});
      const stored = await appliance.inside.storage.db('mail_outbox').select('*');
      t.like(stored[0], {recipient_sealed: null, content_sealed: null});
      t.notRegex(JSON.stringify(stored), /jana@example|invitation\//);

      const token = new URL(invited.invitationUrl).pathname.split('/').at(-1);
      const accepted = await fetch(`${appliance.base}/api/invitations/${token}`, {
        method: 'POST',
        headers: {'content-type': 'application/json', origin: appliance.base},
        body: JSON.stringify({password: 'a password that is long'}),
      });
      t.is(accepted.status, 200);
      const reset = await admin.call<{resetUrl: string; mailed: boolean}>(
        'POST',
        `/api/admin/users/${invited.user.id}/password-reset`,
      );
      t.true(reset.mailed);
      const [, second] = await server.waitFor(2);
      t.true(plainText(second?.raw ?? '').includes(reset.resetUrl));
      t.not(second?.id, first?.id);

      const view = await admin.call<MailView>('GET', '/api/admin/mail');
      await until(appliance, mail => mail?.state === 'sent');
      t.like(view.server, {host: 'localhost', hasPassword: true, user: login.user, region: 'eu'});
      t.false(JSON.stringify([view, await mails(appliance)]).includes(login.password));
      const {destinations} = await admin.call<{destinations: {purpose: string; lastUsedAt: string | null}[]}>(
        'GET',
        '/api/admin/destinations',
      );
      t.like(destinations[0], {purpose: 'mail', categories: ['D1'], private: true});
      t.truthy(destinations[0]?.lastUsedAt);
    },
  );

  test.serial(
    `${database}: what is killed after the letter and before the answer is sent again, recognisably, and once more only`,
    async t => {
      const {server, appliance} = await withMail(t, {database, process: 'child'});
      server.misbehave('hangs after DATA');
      await invite(appliance);
      await server.waitFor(1);
      await appliance.killHard();
      await appliance.start();
      const [first, again] = await server.waitFor(2);
      t.is(again?.id, first?.id);
      t.is(headersOf(again?.raw ?? '').get('date'), headersOf(first?.raw ?? '').get('date'));
      await until(appliance, mail => mail?.state === 'sent');
      t.is(server.received.length, 2);
    },
  );

  test.serial(`${database}: an erased person's letter is never sent, and gone`, async t => {
    const {server, appliance} = await withMail(t, {database});
    server.misbehave({at: 'RCPT', status: 451});
    const {user} = await invite(appliance);
    await until(appliance, mail => mail?.state === 'retrying');
    await appliance.inside.storage.keys.destroy([user.id]);
    await until(appliance, mail => mail === undefined);
    t.is(server.received.length, 0);
    t.deepEqual(await appliance.inside.storage.db('mail_attempts').select('id'), []);
  });

  test.serial(
    `${database}: what is undone sends nothing, and the same letter asked for twice is one`,
    async t => {
      const storage = await openStorage({
        ...(await freshDatabase(t, database)),
        clock: systemClock,
        tables: allTables,
      });
      t.teardown(() => storage.close());
      const sent: string[] = [];
      const arrived = Promise.withResolvers<void>();
      const find = () => Promise.resolve({sender: {name: 'Bank', address: 'console@example.com'}});
      const outbox = createOutbox({
        storage,
        clock: systemClock,
        log: createLogger('silent'),
        reader: storage.personal.reader('service'),
        server: {find, mayBeReached: () => Promise.resolve(true)} as never,
        mailer: () => ({
          send: letter => {
            sent.push(letter.to.address);
            arrived.resolve();
            return Promise.resolve({ok: true, status: 250});
          },
        }),
        company: () => Promise.resolve('Example Bank'),
        userNames: () => Promise.resolve(new Map()),
      });
      const personId = newId();
      await storage.keys.create(personId);
      await storage.db('mail_servers').insert({
        id: 'server',
        destination_id: 'x',
        host: 'x',
        port: 1,
        tls: 'implicit',
        set_by: 'x',
        set_at: 'x',
        sender_sealed: Buffer.from('x'),
      });
      const send = (trx: Transaction, key: string) =>
        outbox.send(trx, {
          personId,
          to: {name: 'Jana', address: `${key}@example.com`},
          language: 'en',
          kind: 'invitation',
          link: 'https://chat.example.com/invitation/x',
          expiresAt: '2999-01-01T00:00:00.000Z',
          key,
        });
      await t.throwsAsync(
        storage.transaction(async trx => {
          await send(trx, 'undone');
          throw new Error('the rest of it failed');
        }),
      );
      const first = await storage.transaction(trx => send(trx, 'kept'));
      t.is(await storage.transaction(trx => send(trx, 'kept')), first);
      await outbox.start();
      await arrived.promise;
      await outbox.stop();
      t.deepEqual(sent, ['kept@example.com']);
      t.is((await outbox.list({limit: 10})).mails.length, 1);
    },
  );
}

test.serial('a mail server that is silent does not hold up the end of the appliance', async t => {
  const {server, appliance} = await withMail(t);
  server.misbehave('hangs after DATA');
  await invite(appliance);
  await server.waitFor(1);
  const began = performance.now();
  await appliance.stop();
  t.true(performance.now() - began < 15_000);
});

test.serial('without a mail server all stays as it was: the link is shown, nothing is kept', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const invited = await invite(appliance);
  t.false(invited.mailed);
  t.regex(invited.invitationUrl, /\/invitation\//);
  t.deepEqual(await mails(appliance), []);
  t.like(await admin.call<MailView>('GET', '/api/admin/mail'), {server: null, health: {state: 'off'}});
  await t.throwsAsync(admin.call('POST', '/api/admin/mail/test'), {message: /mail\.no_server/});
});

test.serial('not now is tried again, and each try is in the log without a word of the letter', async t => {
  const {server, appliance} = await withMail(t);
  server.misbehave({at: 'RCPT', status: 451, text: '4.7.1 <jana@example.com> greylisted'});
  await invite(appliance);
  await server.waitFor(1);
  const sent = await until(appliance, mail => mail?.state === 'sent');
  t.deepEqual(
    sent.log.map(({outcome, status}) => [outcome, status]),
    [
      ['sent', 250],
      ['mail.deferred', 451],
    ],
  );
  t.notRegex(JSON.stringify(sent), /jana@|greylisted|invitation\//);
});

test.serial('a bounce is told at once, is not repeated, and one click tries it again', async t => {
  const {server, appliance, admin} = await withMail(t);
  server.misbehave({at: 'RCPT', status: 550, text: '5.1.1 <jana@example.com> who?'});
  await invite(appliance);
  const failed = await until(appliance, mail => mail?.state === 'failed');
  t.like(failed, {attempts: 1, canRetry: true, lastError: {code: 'mail.bounced'}});
  t.regex(failed.lastError?.message ?? '', /550 5\.1\.1/);
  const finding = async () =>
    (
      await admin.call<{findings: {check: string; severity: string}[]}>('GET', '/api/admin/overview')
    ).findings.find(({check}) => check === 'Mail');
  t.like(await finding(), {severity: 'attention', state: '1 letter could not be delivered.'});
  await admin.call('POST', `/api/admin/mails/${failed.id}/retry`);
  await server.waitFor(1);
  await until(appliance, mail => mail?.state === 'sent');
  t.is((await finding())?.severity, 'ok');
  await t.throwsAsync(admin.call('POST', `/api/admin/mails/${failed.id}/retry`), {
    message: /mail\.sent_already/,
  });
});

test.serial('an answer that is lost means at least once, under one Message-ID', async t => {
  const {server, appliance} = await withMail(t);
  server.misbehave('drops after DATA');
  await invite(appliance);
  const [first, again] = await server.waitFor(2);
  t.is(first?.id, again?.id);
  const sent = await until(appliance, mail => mail?.state === 'sent');
  t.deepEqual(
    sent.log.map(({outcome}) => outcome),
    ['sent', 'mail.unconfirmed'],
  );
});

test.serial(
  'a wrong password is told, and what waited goes out once it is mended; it is in no answer and no log',
  async t => {
    const {server, appliance, admin, set} = await withMail(t);
    const view = await set({password: 'not-the-password'});
    t.like(view, {server: {hasPassword: true}, health: {state: 'untested'}});
    await invite(appliance);
    const waiting = await until(appliance, mail => mail?.state === 'retrying');
    t.is(waiting.lastError?.code, 'mail.auth');
    t.is((await admin.call<MailView>('GET', '/api/admin/mail')).health.state, 'failing');
    const {findings} = await admin.call<{findings: {check: string; severity: string; state: string}[]}>(
      'GET',
      '/api/admin/overview',
    );
    t.like(
      findings.find(({check}) => check === 'Mail'),
      {severity: 'danger'},
    );
    await set();
    await server.waitFor(1);
    await until(appliance, mail => mail?.state === 'sent');
    const everything = await Promise.all(
      ['mail', 'mails', 'audit', 'destinations', 'egress-attempts', 'overview', 'data-map'].map(path =>
        admin.call<unknown>('GET', `/api/admin/${path}`).catch((error: unknown) => String(error)),
      ),
    );
    t.notRegex(JSON.stringify(everything), /not-the-password|the password of the mail server/);
    const stored = await appliance.inside.storage.db('mail_servers').select('*');
    t.notRegex(JSON.stringify(stored), /password of the mail|crowlit@example/);
  },
);

test.serial('a password stays with its host and user, and goes to no other', async t => {
  const {server, admin, set} = await withMail(t);
  const {password: _, ...without} = settingsFor(server);
  t.like(await admin.call<MailView>('PUT', '/api/admin/mail', {...without, port: server.port}), {
    server: {hasPassword: true},
  });
  for (const change of [{host: '127.0.0.1'}, {user: 'somebody'}]) {
    await t.throwsAsync(admin.call('PUT', '/api/admin/mail', {...without, ...change}), {
      message: /mail\.bad_settings/,
    });
  }
  t.like(await set({user: null}), {server: {hasPassword: false, user: null}});
});

test.serial(
  'a host outside the region, settings that are none, and a key in place of a certificate are refused',
  async t => {
    const {server, admin, set} = await withMail(t);
    const before = await admin.call<MailView>('GET', '/api/admin/mail');
    const wrong: [Record<string, unknown>, RegExp][] = [
      [{region: 'us'}, /privacy\.outside_region/],
      [{host: 'smtp.example.com/x'}, /request\.invalid|host/],
      [{host: 'a b'}, /request\.invalid|host/],
      [{port: 0}, /request\.invalid|port/],
      [{tls: 'none'}, /request\.invalid|tls/],
      [{user: 'a\r\nb'}, /request\.invalid|user/],
      [{from: {name: 'x', address: 'a@example.com\r\nBcc: b@example.com'}}, /request\.invalid|from/],
      [{authority: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'}, /mail\.bad_settings/],
      [{authority: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'}, /mail\.bad_settings/],
    ];
    for (const [change, message] of wrong)
      await t.throwsAsync(set(change), {message}, JSON.stringify(change));
    t.deepEqual(await admin.call<MailView>('GET', '/api/admin/mail'), before);
    t.is(server.received.length, 0);
  },
);

test.serial(
  'a host nobody declares any more is refused by the broker, and the log of what left says so',
  async t => {
    const {server, appliance, admin} = await withMail(t);
    await appliance.inside.storage.db('privacy_destinations').delete();
    await appliance.inside.egress.reload();
    await invite(appliance);
    const waiting = await until(appliance, mail => mail?.state === 'retrying');
    t.is(waiting.lastError?.code, 'mail.not_allowed');
    const {attempts} = await admin.call<{attempts: {outcome: string; reason: string; purpose: string}[]}>(
      'GET',
      '/api/admin/egress-attempts',
    );
    t.like(attempts[0], {outcome: 'denied', reason: 'unknown_destination', purpose: 'mail'});
    t.is(server.sessions(), 0);
  },
);

test.serial('a newer link takes the older letter back, and so does closing the account', async t => {
  const {server, appliance, admin} = await withMail(t);
  server.misbehave({at: 'RCPT', status: 550}, 2);
  const first = await invite(appliance);
  const failed = await until(appliance, mail => mail?.state === 'failed');
  await invite(appliance);
  const second = await until(appliance, mail => mail?.state === 'failed' && mail.id !== failed.id);
  t.deepEqual(
    (await mails(appliance)).map(({id}) => id),
    [second.id],
  );
  await admin.call('PATCH', `/api/admin/users/${first.user.id}`, {disabled: true});
  t.deepEqual(await mails(appliance), []);
  t.is(server.received.length, 0);
});

test.serial(
  'a letter whose link has ended is not sent, keeps no content, and cannot be tried again',
  async t => {
    const {server, appliance, admin} = await withMail(t);
    const {storage} = appliance.inside;
    server.misbehave({at: 'RCPT', status: 451});
    await invite(appliance);
    await until(appliance, mail => mail?.state === 'retrying');
    await storage.db('mail_outbox').update({expires_at: '2020-01-01T00:00:00.000Z'});
    const over = await until(appliance, mail => mail?.state === 'failed');
    t.like(over, {canRetry: false, lastError: {code: 'mail.expired'}});
    t.like((await storage.db('mail_outbox').select('*'))[0], {recipient_sealed: null, content_sealed: null});
    await t.throwsAsync(admin.call('POST', `/api/admin/mails/${over.id}/retry`), {message: /mail\.over/});
    t.is(server.received.length, 0);
  },
);

test.serial('what was sent long ago is removed by the nightly run, by its own period', async t => {
  const {server, appliance, admin} = await withMail(t);
  const {storage, retention} = appliance.inside;
  await invite(appliance);
  await server.waitFor(1);
  await until(appliance, mail => mail?.state === 'sent');
  await storage.db('mail_outbox').update({created_at: '2020-01-01T00:00:00.000Z'});
  const planned = await admin.call<{counts: object[]}>('POST', '/api/admin/retention/dry-run', {});
  t.deepEqual(planned.counts, [{category: 'mail', siteName: null, count: 1}]);
  t.is((await retention.run())['mail'], 1);
  t.deepEqual(await mails(appliance), []);
});

test.serial('hostile names in four languages: one letter to one person, and no markup of theirs', async t => {
  const {server, appliance} = await withMail(t);
  const name = 'Eve <img src=x onerror=1>" & Ünï 🦆';
  for (const [index, language] of ['en', 'de', 'fr', 'es'].entries()) {
    await invite(appliance, {name, email: `eve-${language}@example.com`, languages: [language]});
    const got = (await server.waitFor(index + 1))[index];
    t.is(got?.to, `eve-${language}@example.com`);
    const raw = got?.raw ?? '';
    t.notRegex(raw.slice(raw.indexOf('<!doctype')), /<img/);
    t.false(headersOf(got?.raw ?? '').has('bcc'));
  }
  t.is(new Set(server.received.map(({raw}) => headersOf(raw).get('subject'))).size, 4);
});

test.serial(
  'the doctor on the host asks the appliance that runs, whose log names nobody and no secret',
  async t => {
    const {appliance, set} = await withMail(t, {
      process: 'child',
      environment: {CROWLIT_PORT: await freePort(), CROWLIT_LOG_LEVEL: 'debug'},
    });
    let logged = '';
    for (const stream of [appliance.child?.stdout, appliance.child?.stderr]) {
      stream?.on('data', (piece: Buffer) => {
        logged += piece.toString();
      });
    }
    const doctor = async (): Promise<string> => {
      const child = spawn(process.execPath, ['appliance/main.ts', 'doctor', '--json'], {
        env: {...appliance.environment, PATH: process.env['PATH'] ?? ''},
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [out] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const {findings} = JSON.parse(out) as {findings: {check: string; severity: string; state: string}[]};
      const mail = findings.find(({check}) => check === 'Mail');
      return `${mail?.severity}: ${mail?.state}`;
    };
    t.regex(await doctor(), /^attention: A mail server is set, and no letter was sent yet/);
    await set({password: 'a-wrong-word'});
    await invite(appliance);
    await until(appliance, mail => mail?.state === 'retrying');
    t.regex(await doctor(), /^danger: The last letter did not get through/);
    const forged = await fetch(`${appliance.base}/api/host/mail`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: appliance.base},
      body: JSON.stringify({at: new Date().toISOString(), proof: 'x'.repeat(43)}),
    });
    t.is(forged.status, 403);
    await appliance.stop();
    t.regex(logged, /"level"/, 'there is a log');
    t.notRegex(logged, /a-wrong-word|crowlit@example|jana@|Jana|password of the mail server/);
    t.regex(await doctor(), /^unknown: Not looked at: the appliance does not run/);
  },
);
