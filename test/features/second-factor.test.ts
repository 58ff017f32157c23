import {randomBytes} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import {hashToken} from '../../appliance/features/accounts/index.ts';
import {closeCodes} from '../../appliance/features/conversations/index.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {type Api, openAgent, signIn, withSession} from '../helpers/clients.ts';
import {type DatabaseKind, databaseKinds} from '../helpers/databases.ts';
import {adopt, codeAt, setUpSecondFactor} from '../helpers/second-factor.ts';
import {administrator, setupAnswers, startAppliance} from '../helpers/start.ts';

type Refusal = {error: {code: string; details?: {retryAfterSeconds?: number}}};
const minute = 60_000;
const step = 30_000;

/** An appliance where a second factor is needed by everybody, as a new one is, or by nobody. */
const start = async (t: ExecutionContext, database: DatabaseKind = 'sqlite', secondFactor?: 'optional') => {
  const clock = createTestClock('2026-11-02T08:00:10.000Z');
  const appliance = await startAppliance(t, {database, clock, setUp: false});
  const {secondFactor: _, ...answers} = setupAnswers;
  await appliance.inside.setUp({...answers, ...(secondFactor ? {secondFactor} : {})});
  const {base} = appliance;
  /** What a sign-in is answered with. */
  const trySignIn = async (credentials: {email: string; password: string; code?: string}) => {
    const answer = await fetch(`${base}/api/session`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: base},
      body: JSON.stringify(credentials),
    });
    return {status: answer.status, code: ((await answer.json()) as Partial<Refusal>).error?.code};
  };
  const code = (secret: string, steps = 0) => codeAt(secret, clock.now(), steps);
  const setUp = (api: Api) => setUpSecondFactor(base, api, clock.now());
  /** Takes the next code when this half minute's is used up. */
  const signInWith = (secret: string, who: {email: string; password: string} = administrator) => {
    clock.advance(step);
    return signIn(base, {...who, code: code(secret)});
  };
  const actions = async (api: Api) =>
    (
      await api.call<{entries: {action: string; detail: Record<string, unknown> | null}[]}>(
        'GET',
        '/api/admin/audit?limit=200',
      )
    ).entries;
  return {appliance, base, clock, trySignIn, code, setUp, signInWith, actions};
};

const invite = async (base: string, admin: Api, email: string, role = 'agent') => {
  const {invitationUrl, user} = await admin.call<{invitationUrl: string; user: {id: string}}>(
    'POST',
    '/api/admin/users',
    {name: 'Jana Muster', email, role, languages: ['en']},
  );
  const password = 'another long enough password';
  await open(base, invitationUrl, password);
  return {id: user.id, email, password};
};
const open = (base: string, url: string, password: string) =>
  withSession(base, {cookie: '', csrfToken: '', user: {id: '', name: '', role: ''}}).request<{
    user: object | null;
  }>('POST', `/api/invitations/${new URL(url).pathname.split('/').at(-1)}`, {password});

for (const database of databaseKinds) {
  test(`${database}: after the first password comes the second factor, and nothing before it`, async t => {
    const {appliance, base, clock, trySignIn, code, setUp, signInWith, actions} = await start(t, database);
    const [first, other] = [await signIn(base, administrator), await signIn(base, administrator)];
    const session = await first.call<{secondFactor: object}>('GET', '/api/session');
    t.deepEqual(session.secondFactor, {on: false, needed: true, missing: true, recoveryCodesLeft: 0});
    const opened: string[] = [];
    for (const {method, path, access, body} of appliance.inside.routes) {
      if (access === 'public' || access === 'visitor' || path === '/api/session') continue;
      const address = path.replaceAll(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000');
      const answer = await other.request<Refusal>(method.toUpperCase(), address, body ? {} : undefined);
      if (answer.body?.error?.code !== 'accounts.second_factor_needed') opened.push(`${method} ${path}`);
    }
    t.deepEqual(opened.toSorted(), [
      'post /api/session/proof',
      'post /api/session/second-factor',
      'put /api/session/second-factor',
    ]);
    await t.throwsAsync(openAgent(base, first), {message: /second_factor_needed/});

    const begun = await first.call<{secret: string; uri: string}>('POST', '/api/session/second-factor');
    const uri = new URL(begun.uri);
    t.is(uri.protocol + uri.host, 'otpauth:totp');
    t.like(Object.fromEntries(uri.searchParams), {
      secret: begun.secret,
      issuer: 'Crowlit, Example Bank',
      digits: '6',
      period: '30',
      algorithm: 'SHA1',
    });
    const wrong = await first.request<Refusal>('PUT', '/api/session/second-factor', {
      code: code(begun.secret, 3),
    });
    t.is(wrong.status, 400);
    t.is((await trySignIn(administrator)).status, 200, 'not in force before its first code');
    const {secret, recoveryCodes, api} = await setUp(first);
    t.not(secret, begun.secret, 'begun anew, it is another one');
    t.is(new Set(recoveryCodes).size, 10);
    for (const before of [first, other])
      t.is((await before.request('GET', '/api/admin/overview')).status, 401, 'sessions from before are over');
    t.is((await api.request('GET', '/api/admin/overview')).status, 200);

    t.like(await trySignIn(administrator), {status: 401, code: 'accounts.code_needed'});
    t.like(
      await trySignIn({...administrator, password: 'guess', code: code(secret, 1)}),
      {status: 401, code: 'accounts.wrong_credentials'},
      'the code alone says nothing',
    );
    t.like(
      await trySignIn({...administrator, code: code(secret)}),
      {code: 'accounts.code_used'},
      'used to set up',
    );
    t.like(await trySignIn({...administrator, code: code(secret, 2)}), {code: 'accounts.wrong_code'});
    t.is(
      (await trySignIn({...administrator, code: code(secret, 1)})).status,
      200,
      'a clock half a minute fast',
    );
    t.like(await trySignIn({...administrator, code: code(secret, 1)}), {code: 'accounts.code_used'});
    clock.advance(3 * step);
    t.like(await trySignIn({...administrator, code: code(secret, -2)}), {code: 'accounts.wrong_code'});
    t.is((await trySignIn({...administrator, code: code(secret, -1)})).status, 200, 'half a minute slow');
    const last = ` ${code(secret).slice(0, 3)} ${code(secret).slice(3)} `;
    t.is((await trySignIn({...administrator, code: last})).status, 200, 'typed with spaces');

    const admin = await signInWith(secret);
    const log = await actions(admin);
    t.true(log.some(({action}) => action === 'second_factor.set_up'));
    t.is(log.filter(({action}) => action === 'second_factor.refused').length, 4);
    const {users} = await admin.call<{users: {secondFactor: boolean}[]}>('GET', '/api/admin/users');
    t.true(users[0]?.secondFactor);
    const stored = JSON.stringify([
      await appliance.inside.storage.db.raw('select * from accounts_second_factors'),
      await appliance.inside.storage.db.raw('select * from accounts_recovery_codes'),
      log,
      users,
    ]);
    t.false(stored.includes(secret), 'the secret is sealed');
    for (const one of recoveryCodes) t.false(stored.includes(one) || stored.includes(one.replace('-', '')));
    t.regex(stored, /\$argon2id\$/);
  });

  test(`${database}: each recovery code is good once, whoever lost all asks a colleague`, async t => {
    const {base, trySignIn, setUp, signInWith, actions, clock, code} = await start(t, database);
    const mine = await setUp(await signIn(base, administrator));
    const colleague = await invite(base, mine.api, 'jana@example.com', 'administrator');
    const hers = await setUp(await signIn(base, colleague));
    const [one = '', two = '', three = ''] = mine.recoveryCodes;
    t.like(await trySignIn({...colleague, code: one}), {code: 'accounts.wrong_code'}, 'another person’s');
    t.like(await trySignIn({...colleague, code: code(mine.secret, 1)}), {code: 'accounts.wrong_code'});
    t.is((await trySignIn({...administrator, code: one})).status, 200);
    t.like(await trySignIn({...administrator, code: one}), {code: 'accounts.wrong_code'}, 'once');
    const typed = two.toUpperCase().replace('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l');
    t.is((await trySignIn({...administrator, code: typed})).status, 200, 'as people write');
    const both = await Promise.all([1, 2].map(() => trySignIn({...administrator, code: three})));
    t.deepEqual(
      both.map(({status}) => status).toSorted((a, b) => a - b),
      [200, 401],
      'two at once: one has it',
    );

    const admin = await signInWith(mine.secret);
    const left = await admin.call<{secondFactor: {recoveryCodesLeft: number}}>('GET', '/api/session');
    t.is(left.secondFactor.recoveryCodesLeft, 7);
    const renewed = await admin.call<{recoveryCodes: string[]}>('POST', '/api/session/recovery-codes');
    t.like(await trySignIn({...administrator, code: mine.recoveryCodes[5] ?? ''}), {
      code: 'accounts.wrong_code',
    });
    t.is((await trySignIn({...administrator, code: renewed.recoveryCodes[0] ?? ''})).status, 200);
    const codes = await Promise.all(
      [1, 2].map(() => trySignIn({...administrator, code: code(mine.secret, 1)})),
    );
    t.deepEqual(
      codes.map(({status}) => status).toSorted((a, b) => a - b),
      [200, 401],
      'the same of a code of the app',
    );

    const reset = (id: string) => admin.request<Refusal>('DELETE', `/api/admin/users/${id}/second-factor`);
    t.is((await reset(admin.user.id)).status, 409, 'not one’s own');
    t.is((await reset(colleague.id)).status, 204);
    t.is((await reset(colleague.id)).status, 409, 'there is none any more');
    t.is((await hers.api.request('GET', '/api/admin/users')).status, 401, 'her sessions are over');
    const back = await signIn(base, colleague);
    t.like(await back.request('GET', '/api/admin/users'), {status: 403}, 'and begin with a new one');
    clock.advance(step);
    await setUp(back);
    const log = (await actions(admin)).map(({action}) => action);
    for (const action of ['second_factor.reset', 'second_factor.codes_renewed'])
      t.is(log.filter(one => one === action).length, 1, action);
    t.is(log.filter(action => action === 'second_factor.recovery_used').length, 4);
  });

  test(`${database}: who must have one is the administrator’s to say, and holds at once`, async t => {
    const {appliance, base, setUp, signInWith, clock} = await start(t, database, 'optional');
    const policy = (api: Api, neededOf: string) =>
      api.request<Refusal>('PUT', '/api/admin/second-factor', {neededOf});
    const alone = await signIn(base, administrator);
    const jana = await invite(base, alone, 'jana@example.com');
    const line = await openAgent(base, await signIn(base, jana));
    t.like((await policy(alone, 'everybody')).body, {error: {code: 'accounts.own_factor_first'}});
    const mine = await setUp(alone);
    t.is(
      (await mine.api.request('DELETE', '/api/session/second-factor')).status,
      204,
      'off where none is needed',
    );
    clock.advance(minute);
    const again = await setUp(await signIn(base, administrator));

    clock.advance(step);
    t.is((await policy(again.api, 'new_people')).status, 200);
    clock.advance(step);
    const luc = await invite(base, again.api, 'luc@example.com');
    const standing = async (who: {email: string; password: string}) =>
      (await (await signIn(base, who)).call<{secondFactor: {missing: boolean}}>('GET', '/api/session'))
        .secondFactor.missing;
    t.true(await standing(luc), 'who is invited from now on');
    t.false(await standing(jana), 'not who was here');

    t.is((await policy(again.api, 'everybody')).status, 200);
    t.is(
      (await line.api.request<Refusal>('GET', '/api/agent/conversations')).body.error.code,
      'accounts.second_factor_needed',
    );
    t.is((await line.socket.closed).code, closeCodes.unauthenticated, 'an open line, too');
    t.is(
      (await again.api.request('DELETE', '/api/session/second-factor')).status,
      409,
      'needed: not turned off',
    );
    t.is((await policy(again.api, 'nobody')).status, 200);
    t.false(await standing(luc));
    await signInWith(again.secret);
    await t.throwsAsync(signIn(base, administrator), {message: /code_needed/}, 'who has one is asked for it');
    t.truthy(appliance);
  });

  test(`${database}: a link for a new password does not get around the second factor, unless the host says so`, async t => {
    const {appliance, base, setUp, signInWith, trySignIn} = await start(t, database);
    const mine = await setUp(await signIn(base, administrator));
    const jana = await invite(base, mine.api, 'jana@example.com');
    const hers = await setUp(await signIn(base, jana));
    const {resetUrl} = await mine.api.call<{resetUrl: string}>(
      'POST',
      `/api/admin/users/${jana.id}/password-reset`,
    );
    const next = 'a new and long password';
    const answer = await open(base, resetUrl, next);
    t.like(answer, {status: 200, body: {user: null}}, 'a password, and no session');
    t.is((await hers.api.request('GET', '/api/agent/presence')).status, 401);
    t.like(await trySignIn({...jana, password: next}), {code: 'accounts.code_needed'});
    const api = await signInWith(hers.secret, {...jana, password: next});
    t.is(api.user.role, 'agent');

    const fromHost = async (removesFactor: boolean) => {
      const token = randomBytes(32).toString('base64url');
      await appliance.inside.resetFromHost(administrator.email, {tokenHash: hashToken(token), removesFactor});
      return open(base, `${base}/invitation/${token}`, next);
    };
    t.is((await fromHost(false)).body.user, null);
    t.like(await trySignIn({...administrator, password: next}), {code: 'accounts.code_needed'});
    t.truthy((await fromHost(true)).body.user);
    t.is((await trySignIn({...administrator, password: next})).status, 200);
    const back = await signIn(base, {...administrator, password: next});
    t.is((await back.request('GET', '/api/admin/overview')).status, 403, 'a new one comes first');
  });
}

test('guessing codes gets slow, from everywhere and many at once, and the password does not start it anew', async t => {
  const {base, clock, code, setUp, trySignIn} = await start(t);
  const {secret} = await setUp(await signIn(base, administrator));
  const wrong = () => code(secret, 100);
  const flood = await Promise.all(
    Array.from({length: 30}, () => trySignIn({...administrator, code: wrong()})),
  );
  t.true(flood.filter(({status}) => status === 401).length <= 5, 'many at once do not slip through');
  let tries = 0;
  let wait = 0;
  const until = clock.now().getTime() + 60 * minute;
  while (clock.now().getTime() < until) {
    const answer = await fetch(`${base}/api/session`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: base},
      body: JSON.stringify({...administrator, code: wrong()}),
    });
    const {error} = (await answer.json()) as Refusal;
    if (answer.status === 429) {
      wait = error.details?.retryAfterSeconds ?? 0;
      t.like(
        await trySignIn(administrator),
        {code: 'accounts.code_needed'},
        'the password alone resets nothing',
      );
      clock.advance(wait * 1000);
    } else tries += 1;
  }
  t.true(tries < 20, `${tries} tries in an hour`);
  t.is(wait, 900, 'a quarter of an hour in the end');
  t.is((await trySignIn({...administrator, code: code(secret)})).status, 200, 'the right one after the wait');
  t.is((await trySignIn({...administrator, code: wrong()})).status, 401, 'and it starts anew');
});

test('a clock that is set back brings no used code back; a recovery code opens', async t => {
  const {base, clock, code, setUp, signInWith, trySignIn} = await start(t);
  const {secret, recoveryCodes} = await setUp(await signIn(base, administrator));
  await signInWith(secret);
  clock.advance(-2 * minute);
  t.like(await trySignIn({...administrator, code: code(secret)}), {code: 'accounts.code_used'});
  clock.advance(-365 * 24 * 60 * minute);
  t.like(await trySignIn({...administrator, code: code(secret)}), {code: 'accounts.code_used'});
  const {status} = await trySignIn({...administrator, code: recoveryCodes[0] ?? ''});
  t.is(status, 200);
});

test('an old session shows once more that it is its person’s before it touches accounts', async t => {
  const {base, clock, code, setUp} = await start(t);
  const {secret, api} = await setUp(await signIn(base, administrator));
  const jana = await invite(base, api, 'jana@example.com');
  clock.advance(16 * minute);
  const disable = (who: Api) =>
    who.request<Refusal>('PATCH', `/api/admin/users/${jana.id}`, {disabled: true});
  for (const [method, path, body] of [
    [
      'POST',
      '/api/admin/users',
      {name: 'A', email: 'a@example.com', role: 'administrator', languages: ['en']},
    ],
    ['POST', `/api/admin/users/${jana.id}/password-reset`, undefined],
    ['DELETE', `/api/admin/users/${jana.id}/second-factor`, undefined],
    ['PUT', '/api/admin/second-factor', {neededOf: 'nobody'}],
    ['POST', '/api/session/second-factor', undefined],
    ['POST', '/api/session/recovery-codes', undefined],
  ] as const)
    t.like(
      (await api.request<Refusal>(method, path, body)).body,
      {error: {code: 'accounts.proof_needed'}},
      path,
    );
  t.is((await disable(api)).status, 403);
  t.is((await api.request('GET', '/api/admin/users')).status, 200, 'the rest goes on');
  const prove = (body: object) =>
    api.request<Refusal & {csrfToken: string; user: Api['user']}>('POST', '/api/session/proof', body);
  t.is((await prove({password: administrator.password})).status, 401, 'the password alone is not enough');
  t.is((await prove({code: code(secret, 9)})).status, 401);
  const proved = await prove({code: code(secret)});
  t.is(proved.status, 200);
  t.is((await api.request('GET', '/api/admin/users')).status, 401, 'under a new token');
  const renewed = adopt(base, {headers: proved.headers, session: proved.body});
  t.is((await disable(renewed)).status, 200);
});
