import {randomBytes} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import {
  accountRoutes,
  accountTables,
  createAccounts,
  createHostDoor,
  hashToken,
  proofOf,
} from '../../appliance/features/accounts/index.ts';
import {auditTables, auditRoutes, createAudit} from '../../appliance/features/audit/index.ts';
import {
  createHttp,
  createIdentify,
  createOrigins,
  defaultRequestsPerMinute,
} from '../../appliance/http/index.ts';
import {createHostCheck} from '../../appliance/kit/host-order.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {verifyLines} from '../../packaging/verify-audit.mjs';
import {type DatabaseKind, databaseKinds, freshDatabase} from '../helpers/databases.ts';

const administrator = {name: 'Ada Example', email: 'ada@example.com', password: 'a long enough password'};
const hour = 3_600_000;
const hostSecret = randomBytes(32);

type Answer = {
  status: number;
  body: Record<string, unknown> & {error: {code: string; details: Record<string, unknown>}};
  cookie: string | undefined;
};

const start = async (t: ExecutionContext, kind: DatabaseKind) => {
  const clock = createTestClock('2026-03-02T08:00:00.000Z');
  const storage = await openStorage({
    ...(await freshDatabase(t, kind)),
    clock,
    tables: [...accountTables, ...auditTables],
  });
  t.teardown(() => storage.close());
  const {personal} = storage;
  const ended: string[] = [];
  const accounts = createAccounts({
    storage,
    clock,
    readers: {
      administration: personal.reader('administration'),
      security: personal.reader('security'),
      service: personal.reader('service'),
      crm: personal.reader('crm_sync'),
    },
    audit: async (trx, {actorId, action, subjectId, detail}) =>
      audit.append(trx, {
        actor: {kind: actorId === null ? 'system' : 'user', id: actorId},
        action,
        subject: subjectId === null ? undefined : {kind: 'user', id: subjectId},
        detail,
      }),
    mail: {send: () => Promise.resolve(false), withdraw: () => Promise.resolve(), wake: () => undefined},
    linkFor: token => `https://chat.example.com/invitation/${token}`,
    ended: userId => void ended.push(userId),
  });
  const audit = createAudit({
    storage,
    readers: {administration: personal.reader('administration'), security: personal.reader('security')},
    clock,
    userNames: accounts.names,
    witnesses: [],
    elsewhere: {wake: () => Promise.resolve(), states: () => Promise.resolve([])},
    verify: verifyLines,
  });
  const {name, email, password} = administrator;
  const passwordHash = await accounts.hashPassword(password);
  const adminId = await storage.transaction(trx =>
    accounts.insert(trx, {name, email, role: 'administrator', languages: ['en'], passwordHash}),
  );

  const none = () => undefined;
  const http = createHttp({
    routes: [
      ...accountRoutes({
        listed: async () => undefined,
        accounts,
        setupNeeded: async () => false,
        appliance: async () => ({
          version: '1',
          host: 'box',
          company: 'Example Ltd',
          region: {code: 'eu', label: 'European Union'},
          model: {id: 'none', state: 'unavailable', here: true},
          startedAt: clock.iso(),
        }),
        consoleUrl: () => 'https://chat.example.com',
        checkHost: createHostDoor(createHostCheck(hostSecret, clock)),
      }),
      ...auditRoutes({audit, clock, verifier: async () => ''}),
    ],
    identify: createIdentify({secure: false, user: accounts.session, visitor: async () => undefined}),
    origins: createOrigins({publicUrl: undefined, tls: false, names: []}),
    pages: {frame: async () => undefined, demo: async () => undefined, notice: async () => undefined},
    upgrades: [],
    directories: {adminUi: '/nowhere', widget: '/nowhere'},
    listen: {host: '127.0.0.1', port: 0, tls: undefined},
    behindProxy: false,
    connections: 100,
    requestsPerMinute: {...defaultRequestsPerMinute, signIn: 1000},
    version: '1',
    log: {debug: none, info: none, warn: none, error: fields => t.log(fields)},
  });
  const {port} = await http.listen();
  t.teardown(() => http.close(0));

  /** A browser: keeps its cookie and its token. */
  const browser = () => {
    let cookie: string | undefined;
    let csrf: string | null = null;
    const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          ...(cookie === undefined ? {} : {cookie}),
          ...(csrf === null ? {} : {'x-csrf-token': csrf}),
          ...(body === undefined ? {} : {'content-type': 'application/json'}),
        },
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      });
      const set = response.headers.get('set-cookie');
      if (set !== null) cookie = set.split(';')[0];
      const text = await response.text();
      const parsed = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
      if ('csrfToken' in parsed) csrf = parsed['csrfToken'] as string | null;
      return {status: response.status, body: parsed, cookie};
    };
    return {
      send,
      signIn: (who: {email: string; password: string} = administrator) =>
        send('POST', '/api/session', {email: who.email, password: who.password}),
    };
  };
  return {clock, storage, accounts, audit, browser, adminId, ended};
};

const invite = async (
  admin: {send: (method: string, path: string, body?: unknown) => Promise<Answer>},
  email: string,
  role = 'agent',
) => {
  const {status, body} = await admin.send('POST', '/api/admin/users', {
    name: 'Grace Sample',
    email,
    role,
    languages: ['en', 'de'],
  });
  const token = String(body['invitationUrl']).split('/').at(-1) ?? '';
  return {status, body, token, userId: (body['user'] as {id: string} | undefined)?.id ?? ''};
};

for (const kind of databaseKinds) {
  test(`${kind}: an administrator invites, the person chooses a password, disabling ends it all at once`, async t => {
    const {browser, ended, storage, audit} = await start(t, kind);
    const admin = browser();
    t.is((await admin.send('GET', '/api/admin/users')).status, 401);
    const signedIn = await admin.signIn({...administrator, email: ' Ada@Example.com'.trim()});
    t.is(signedIn.status, 200);
    t.like(signedIn.body, {
      user: {name: 'Ada Example', email: 'ada@example.com', role: 'administrator', invited: false},
      setupNeeded: false,
    });

    const first = await invite(admin, 'grace@example.com');
    t.is(first.status, 201);
    t.like(first.body, {user: {invited: true}});
    const again = await invite(admin, 'grace@example.com');
    t.is(again.userId, first.userId, 'an unused invitation is renewed, not doubled');
    const person = browser();
    t.is(
      (await person.send('GET', `/api/invitations/${first.token}`)).status,
      404,
      'the first link went with the second',
    );
    t.like((await person.send('GET', `/api/invitations/${again.token}`)).body, {
      name: 'Grace Sample',
      email: 'grace@example.com',
    });
    t.is((await person.send('POST', `/api/invitations/${again.token}`, {password: 'short'})).status, 400);
    for (const password of ['qwertyqwerty', 'QwertyQwerty', '1qaz2wsx3edc']) {
      const refused = await person.send('POST', `/api/invitations/${again.token}`, {password});
      t.is(refused.status, 400, password);
      t.regex(JSON.stringify(refused.body), /"password":"This is one of the commonest passwords/);
    }
    const accepted = await person.send('POST', `/api/invitations/${again.token}`, {
      password: 'grace has a long one',
    });
    t.like(accepted.body, {user: {name: 'Grace Sample', role: 'agent', invited: false}});
    t.is(
      (await browser().send('POST', `/api/invitations/${again.token}`, {password: 'somebody else entirely'}))
        .status,
      404,
    );
    t.is((await person.send('GET', '/api/admin/users')).status, 403);
    t.is((await invite(admin, 'GRACE@example.com')).status, 409);

    t.is((await admin.send('PATCH', `/api/admin/users/${first.userId}`, {disabled: true})).status, 200);
    t.deepEqual(ended, [first.userId]);
    const outside = (await person.send('GET', '/api/session')).body;
    t.is(outside['user'], null);
    t.like(
      outside['appliance'],
      {company: 'Example Ltd', version: null, host: null},
      'what runs here is nobody else’s',
    );
    t.is(
      (await browser().signIn({email: 'grace@example.com', password: 'grace has a long one'})).status,
      401,
    );
    t.is(
      (await admin.send('PATCH', `/api/admin/users/${first.userId}`, {disabled: false, name: 'Grace S.'}))
        .status,
      200,
    );
    const users = (await admin.send('GET', '/api/admin/users')).body['users'] as {name: string}[];
    t.deepEqual(
      users.map(({name}) => name),
      ['Ada Example', 'Grace S.'],
    );

    const {entries} = await audit.list({limit: 50});
    t.deepEqual(entries.map(({action}) => action).toReversed(), [
      'session.started',
      'user.invited',
      'user.invited',
      'invitation.accepted',
      'user.disabled',
      'session.refused',
      'user.enabled',
    ]);
    const [stored] = (await storage.db
      .raw('select * from accounts_users')
      .then((answer: {rows?: object[]} | object[]) => ('rows' in answer ? answer.rows : answer))) as object[];
    t.notRegex(JSON.stringify(stored), /Ada|example\.com|long enough/);
  });

  test(`${kind}: an administrator makes a link for a new password: once, for an hour, and the old sessions end`, async t => {
    const {browser, ended, audit, clock, adminId} = await start(t, kind);
    const admin = browser();
    await admin.signIn(administrator);
    const {token, userId} = await invite(admin, 'grace@example.com');
    const path = `/api/admin/users/${userId}/password-reset`;
    t.is((await admin.send('POST', path)).status, 409, 'who has no password yet gets an invitation');
    const person = browser();
    const password = 'grace has a long one';
    await person.send('POST', `/api/invitations/${token}`, {password});
    t.is((await person.send('POST', path)).status, 403, 'agents make none');
    t.is(
      (await admin.send('POST', `/api/admin/users/${adminId}/password-reset`)).status,
      409,
      'not for oneself',
    );

    const linkOf = async (): Promise<string> => {
      const {status, body} = await admin.send('POST', path);
      t.is(status, 201);
      return (body['resetUrl'] as string).replace(
        'https://chat.example.com/invitation/',
        '/api/invitations/',
      );
    };
    const late = await linkOf();
    clock.advance(61 * 60_000);
    t.is((await browser().send('GET', late)).status, 404, 'over after an hour');
    t.is(
      (await admin.send('POST', path)).body.error.code,
      'accounts.proof_needed',
      'an old session is asked',
    );
    t.is((await admin.send('POST', '/api/session/proof', {password: 'a guess'})).status, 400);
    t.is((await admin.send('POST', path)).status, 403);
    t.is((await admin.send('POST', '/api/session/proof', {password: administrator.password})).status, 200);
    const replaced = await linkOf();
    const link = await linkOf();
    t.is((await browser().send('GET', replaced)).status, 404, 'one at a time');
    t.like((await browser().send('GET', link)).body, {email: 'grace@example.com', reset: true});
    t.is(
      (await browser().signIn({email: 'grace@example.com', password})).status,
      200,
      'the old one is good until then',
    );

    const fresh = browser();
    t.is((await fresh.send('POST', link, {password: 'quite another long one'})).status, 200);
    t.deepEqual(ended, [userId]);
    t.is((await person.send('GET', '/api/session')).body['user'], null, 'the old session is over');
    t.like((await fresh.send('GET', '/api/session')).body, {user: {email: 'grace@example.com'}});
    t.is((await browser().signIn({email: 'grace@example.com', password})).status, 401);
    t.is((await browser().send('POST', link, {password: 'a third long password'})).status, 404, 'once');

    const unused = await linkOf();
    await fresh.send('POST', '/api/session/password', {
      current: 'quite another long one',
      next: 'her own choice now',
    });
    t.is((await browser().send('GET', unused)).status, 404, 'a password that was changed needs no link');
    const {entries} = await audit.list({limit: 50});
    const resets = entries.filter(({action}) => action.startsWith('password.')).map(({action}) => action);
    t.deepEqual(resets.toReversed().slice(-3), [
      'password.reset',
      'password.reset_issued',
      'password.changed',
    ]);
    t.is(resets.filter(action => action === 'password.reset_issued').length, 4);
  });

  test(`${kind}: the host orders a link with the master key, for a minute, and once`, async t => {
    const {browser, audit, clock} = await start(t, kind);
    const path = '/api/host/password-reset';
    const order = (over: object = {}, key = hostSecret) => {
      const wanted = {
        email: administrator.email,
        tokenHash: hashToken('t'.repeat(43)),
        removesFactor: false,
        at: clock.iso(),
        ...over,
      };
      return {...wanted, proof: proofOf(key, wanted)};
    };
    const send = async (body: object) => (await browser().send('POST', path, body)).status;
    t.is(await send(order({}, randomBytes(32))), 403, 'another key');
    t.is(await send({...order(), email: 'grace@example.com'}), 403, 'another person than was ordered');
    t.is(await send(order({at: new Date(clock.now().getTime() - 61_000).toISOString()})), 403, 'too old');
    t.is(await send(order({email: 'nobody@example.com'})), 404);
    const good = order();
    t.is(await send(good), 201);
    t.is(await send(good), 403, 'the same order again');
    t.is(
      (await browser().send('POST', `/api/invitations/${'t'.repeat(43)}`, {password: 'the new long one'}))
        .status,
      200,
    );
    t.is((await browser().signIn({...administrator, password: 'the new long one'})).status, 200);
    const {entries} = await audit.list({limit: 50});
    t.like(
      entries.find(({action}) => action === 'password.reset_issued'),
      {actor: {kind: 'system'}, detail: {by: 'host'}},
    );
  });

  test(`${kind}: the last administrator stays`, async t => {
    const {browser, adminId} = await start(t, kind);
    const admin = browser();
    await admin.signIn();
    const other = await invite(admin, 'second@example.com', 'administrator');
    for (const change of [{disabled: true}, {role: 'agent'}]) {
      const refused = await admin.send('PATCH', `/api/admin/users/${adminId}`, change);
      t.is(refused.status, 409);
      t.is(refused.body.error.code, 'accounts.last_administrator', 'one who is only invited does not count');
    }
    const second = browser();
    await second.send('POST', `/api/invitations/${other.token}`, {password: 'the second administrator'});
    // both at once, each removing the other: one of them must be refused
    const [left, right] = await Promise.all([
      admin.send('PATCH', `/api/admin/users/${other.userId}`, {disabled: true}),
      second.send('PATCH', `/api/admin/users/${adminId}`, {role: 'agent'}),
    ]);
    t.true(
      [left.status, right.status].filter(status => status === 200).length === 1,
      `${left.status} ${right.status}`,
    );
  });

  test(`${kind}: sessions end: by signing out, after twelve idle hours, after seven days, with a new password elsewhere`, async t => {
    const {browser, clock} = await start(t, kind);
    const user = async (who: {send: (method: string, path: string) => Promise<Answer>}) =>
      (await who.send('GET', '/api/session')).body['user'];
    const one = browser();
    await one.signIn();
    clock.advance(11 * hour);
    t.truthy(await user(one));
    clock.advance(11 * hour);
    t.truthy(await user(one), 'a request keeps it alive');
    clock.advance(13 * hour);
    t.is(await user(one), null);

    await one.signIn();
    for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
      clock.advance(10 * hour);
      t.truthy(await user(one), `${hours}`);
    }
    clock.advance(10 * hour);
    t.is(await user(one), null, 'seven days at most');

    await one.signIn();
    const two = browser();
    await two.signIn();
    const wrong = await one.send('POST', '/api/session/password', {
      current: 'not this one',
      next: 'a new and long password',
    });
    t.is(wrong.status, 400);
    t.deepEqual(Object.keys(wrong.body.error.details['fields'] as object), ['current']);
    t.is(
      (
        await one.send('POST', '/api/session/password', {
          current: administrator.password,
          next: 'a new and long password',
        })
      ).status,
      204,
    );
    t.truthy(await user(one));
    t.is(await user(two), null);
    t.is((await browser().signIn()).status, 401);
    t.is((await one.send('DELETE', '/api/session')).status, 204);
    t.is(await user(one), null);
  });
}

test('sqlite: guessing gets slower, for an address and for an account, and a wait is told', async t => {
  const {browser, clock} = await start(t, 'sqlite');
  const guess = () => browser().signIn({email: 'ada@example.com', password: 'guess'});
  for (let tries = 0; tries < 5; tries += 1) t.is((await guess()).status, 401);
  const waits: number[] = [];
  for (let tries = 0; tries < 4; tries += 1) {
    const refused = await guess();
    t.is(refused.status, 429);
    t.is(refused.body.error.code, 'accounts.too_many_tries');
    const seconds = Number(refused.body.error.details['retryAfterSeconds']);
    waits.push(seconds);
    clock.advance(seconds * 1000);
    t.is((await guess()).status, 401);
  }
  t.deepEqual(waits, [1, 2, 4, 8]);
  t.is((await browser().signIn()).status, 429, 'the right password waits as well');
  clock.advance(60_000);
  t.is((await browser().signIn()).status, 200);
  t.is((await guess()).status, 401, 'and starts anew');
});

test('sqlite: an unknown address is answered like a wrong password, after the same work', async t => {
  const {browser} = await start(t, 'sqlite');
  const timed = async (email: string) => {
    const started = performance.now();
    const {status, body} = await browser().signIn({email, password: 'not the right one'});
    return {status, error: body.error, ms: performance.now() - started};
  };
  await timed('warm@example.com');
  const unknown = await timed('nobody@example.com');
  const known = await timed('ada@example.com');
  t.deepEqual([unknown.status, unknown.error], [known.status, known.error]);
  // argon2id alone takes longer than everything else together: leaving it out would show
  t.true(unknown.ms > known.ms / 4, `unknown ${unknown.ms} ms, known ${known.ms} ms`);
});

test('sqlite: a forged or foreign cookie is nobody', async t => {
  const {accounts} = await start(t, 'sqlite');
  const {token} = await accounts.signIn(administrator, '192.0.2.0');
  t.truthy(await accounts.session(token));
  t.is(await accounts.session(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`), undefined);
  t.is(await accounts.session(''), undefined);
});
