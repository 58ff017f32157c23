/** Whoever's password, second factor or recovery codes change hears of it by mail, in their language, whoever did it. */
import test, {type ExecutionContext} from 'ava';
import {render} from '../../appliance/features/mail/letters.ts';
import {accessNotices} from '../../appliance/features/mail/mail.schema.ts';
import {texts as languages} from '../../appliance/features/mail/texts/texts.ts';
import type {Locale} from '../../appliance/kit/schema.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {type Api, signIn, withSession} from '../helpers/clients.ts';
import {type DatabaseKind, databaseKinds} from '../helpers/databases.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {codeAt, setUpSecondFactor} from '../helpers/second-factor.ts';
import {headersOf, plainText, startSmtpServer} from '../helpers/smtp-server.ts';
import {startAppliance} from '../helpers/start.ts';

const jana = {email: 'jana@example.com', password: 'a password that is long'};
const next = 'another one that is long';

const start = async (t: ExecutionContext, database: DatabaseKind = 'sqlite') => {
  const clock = createTestClock('2026-11-02T08:00:10.000Z');
  const server = await startSmtpServer(t);
  const appliance = await startAppliance(t, {database, clock});
  const admin = await appliance.administrator();
  const {invitationUrl, user} = await admin.call<{invitationUrl: string; user: {id: string}}>(
    'POST',
    '/api/admin/users',
    {name: 'Jana Muster', email: jana.email, role: 'agent', languages: ['de']},
  );
  const {base} = appliance;
  const accept = (url: string, password: string) =>
    withSession(base, {cookie: '', csrfToken: '', user: {id: '', name: '', role: ''}}).request(
      'POST',
      `/api/invitations/${new URL(url).pathname.split('/').at(-1)}`,
      {password},
    );
  await accept(invitationUrl, jana.password);
  await admin.call('PUT', '/api/admin/mail', {
    host: 'localhost',
    port: server.port,
    tls: 'starttls',
    user: null,
    from: {name: 'Example Bank', address: 'console@example.com'},
    authority: server.certificate.trim(),
    region: 'eu',
    private: true,
  });
  await approveAll(appliance);
  const letters = () => server.received.filter(({to}) => to === jana.email);
  /** The one letter that the act brings, as it is read. */
  const brings = async (act: () => Promise<unknown>): Promise<string> => {
    const before = letters().length;
    await act();
    await server.until(() => letters().length > before);
    t.is(letters().length, before + 1);
    const {raw = ''} = letters().at(-1) ?? {};
    t.is(headersOf(raw).get('auto-submitted'), 'auto-generated');
    return plainText(raw);
  };
  return {appliance, base, admin, clock, accept, brings, letters, server, userId: user.id};
};

for (const database of databaseKinds) {
  test(`${database}: each change of a way in is told to its person`, async t => {
    const {base, admin, clock, accept, brings, userId} = await start(t, database);
    const texts: string[] = [];
    const secrets = [jana.password, next];
    const told = async (what: RegExp, act: () => Promise<unknown>): Promise<void> => {
      const text = await brings(act);
      t.regex(text, what);
      texts.push(text);
    };

    let api: Api = await signIn(base, jana);
    await told(
      /Ihr Passwort für die Konsole von Example Bank wurde am 2\. November 2026 um 08:00 UTC geändert/,
      () => api.call('POST', '/api/session/password', {current: jana.password, next}),
    );
    await told(/Authenticator-App als zweiter Faktor/, async () => {
      const done = await setUpSecondFactor(base, api, clock.now());
      ({api} = done);
      secrets.push(done.secret, ...done.recoveryCodes);
    });
    const [code = ''] = secrets.slice(3);
    await told(/wurde anstelle des zweiten Faktors .* ein Wiederherstellungscode benutzt/, async () => {
      api = await signIn(base, {email: jana.email, password: next, code});
    });
    await told(/neue Wiederherstellungscodes für Ihr Konto/, async () => {
      const {recoveryCodes} = await api.call<{recoveryCodes: string[]}>(
        'POST',
        '/api/session/recovery-codes',
      );
      secrets.push(...recoveryCodes);
    });
    await told(/Authenticator-App als zweiter Faktor/, async () => {
      const done = await setUpSecondFactor(base, api, clock.now());
      ({api} = done);
      secrets.push(done.secret, ...done.recoveryCodes);
    });
    await told(/der zweite Faktor Ihres Kontos .* entfernt/, () =>
      admin.call('DELETE', `/api/admin/users/${userId}/second-factor`),
    );
    // the link goes by a letter of its own; that it was used, by another
    let link = '';
    const reset = await brings(async () => {
      ({resetUrl: link} = await admin.call<{resetUrl: string}>(
        'POST',
        `/api/admin/users/${userId}/password-reset`,
      ));
    });
    t.true(reset.includes(link));
    await told(/Passwort für die Konsole von Example Bank wurde/, () => accept(link, jana.password));

    t.is(texts.length, 7);
    for (const text of texts) {
      t.regex(text, /^Guten Tag Jana Muster,/);
      t.regex(text, /Wenn Sie es nicht waren, sagen Sie es sofort der Verwaltung/);
      t.notRegex(text, /https?:|invitation/, 'no link');
      for (const secret of secrets) t.false(text.includes(secret), 'no secret');
    }
  });
}

test('what is refused brings no letter, and the second factor that is turned off brings one', async t => {
  const {base, clock, brings, letters} = await start(t);
  const api = await signIn(base, jana);
  t.is((await api.request('POST', '/api/session/password', {current: 'guessed wrongly', next})).status, 400);
  let {api: own, secret} = {api, secret: ''};
  await brings(async () => ({api: own, secret} = await setUpSecondFactor(base, api, clock.now())));
  const before = letters().length;
  for (const code of [codeAt(secret, clock.now(), 5), 'aaaaa-aaaaa'])
    await t.throwsAsync(signIn(base, {...jana, code}));
  t.is(letters().length, before);
  await t.throwsAsync(own.call('PUT', '/api/session/second-factor', {code: '000000'}));
  t.is(letters().length, before);
  t.regex(await brings(() => own.call('DELETE', '/api/session/second-factor')), /Faktor .* entfernt/);
});

test('a letter that waits is not taken back with a link that was replaced', async t => {
  const {appliance, base, admin, server, userId} = await start(t);
  server.misbehave({at: 'RCPT', status: 450}, 1);
  const api = await signIn(base, jana);
  await api.call('POST', '/api/session/password', {current: jana.password, next});
  await server.until(() => server.pending() === 0);
  await admin.call('POST', `/api/admin/users/${userId}/password-reset`);
  await admin.call('POST', `/api/admin/users/${userId}/password-reset`);
  await admin.call('PATCH', `/api/admin/users/${userId}`, {disabled: true});
  const kinds = await appliance.inside.storage.db('mail_outbox').where({person_id: userId}).pluck('kind');
  t.true(kinds.includes('password_changed'), String(kinds));
});

const locales = Object.keys(languages) as Locale[];

test('in each language each letter says what, when, and what to do if it was not them', t => {
  const seen = new Set<string>();
  for (const language of locales)
    for (const kind of accessNotices) {
      const {subject, text, html} = render(
        kind,
        {language, name: 'Jana Muster', link: null, until: '2026-11-02T08:00:00.000Z'},
        'Example Bank',
      );
      t.true(subject.includes('Example Bank'));
      t.regex(text, /2026/);
      t.regex(text, /Example Bank/);
      t.notRegex(text + html, /https?:|href/);
      seen.add(subject);
      seen.add(text);
    }
  t.is(seen.size, locales.length * accessNotices.length * 2);
});
