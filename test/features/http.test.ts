import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {get, request as httpRequest} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {Validator} from '@seriousme/openapi-schema-validator';
import test, {type ExecutionContext} from 'ava';
import {WebSocket, WebSocketServer} from 'ws';
import {z} from 'zod';
import {
  createHttp,
  createIdentify,
  createOrigins,
  defaultRequestsPerMinute,
  type HttpDeps,
} from '../../appliance/http/index.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {route, userOf} from '../../appliance/kit/route.ts';
import {newPassword} from '../../appliance/kit/schema.ts';
import {selfSigned} from '../../appliance/tls.ts';

const routes = [
  route({
    method: 'get',
    path: '/api/admin/users/{userId}',
    summary: 'One user.',
    access: ['administrator'],
    params: z.object({userId: z.string().max(5)}),
    query: z.object({limit: z.coerce.number().int().max(10).default(3)}),
    response: z.object({userId: z.string(), limit: z.number()}),
    handle: async ({params, query}) => ({userId: params.userId, limit: query.limit, passwordHash: 'never'}),
  }),
  route({
    method: 'post',
    path: '/api/agent/notes',
    summary: 'Writes a note.',
    access: ['administrator', 'agent'],
    body: z.object({
      text: z.string().min(2),
      languages: z.array(z.enum(['en', 'de'])),
      password: newPassword,
    }),
    response: z.object({by: z.string()}),
    status: 201,
    handle: async ({caller}) => ({by: userOf(caller).userId}),
  }),
  route({
    method: 'post',
    path: '/api/visitor/words',
    summary: 'A visitor says something.',
    access: 'visitor',
    body: z.object({text: z.string()}),
    response: z.object({conversationId: z.string()}),
    handle: async ({caller}) => ({conversationId: caller.kind === 'visitor' ? caller.conversationId : ''}),
  }),
  route({
    method: 'post',
    path: '/api/session',
    summary: 'Sign in.',
    access: 'public',
    handle: async ({setCookie}) => {
      setCookie('session', 'token', {maxAgeSeconds: 60});
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/broken/{how}',
    summary: 'Fails.',
    access: 'public',
    params: z.object({how: z.string()}),
    response: z.object({count: z.number()}),
    handle: async ({params}) => {
      if (params.how === 'answer') return {count: 'three' as unknown as number};
      if (params.how === 'conflict')
        throw new AppError('conflict', 'routing.already_taken', 'Somebody was first.', {
          details: {name: 'Ada'},
        });
      if (params.how === 'full') throw new AppError('unavailable', 'storage.disk_full', 'The disk is full.');
      throw new Error('select * from secret_table where name = Ada');
    },
  }),
  route({
    method: 'get',
    path: '/api/agent/leads.csv',
    summary: 'A file.',
    access: ['agent'],
    handle: async () => ({
      file: {name: 'leads.csv', type: 'text/csv; charset=utf-8', content: 'name\nÄda\n'},
    }),
  }),
  route({
    method: 'get',
    path: '/api/rare',
    summary: 'Twice a minute.',
    access: 'public',
    perMinute: 2,
    response: z.object({}),
    handle: async () => ({}),
  }),
];

type Line = {fields: Record<string, unknown>; message: string};

const start = async (
  t: ExecutionContext,
  options: Partial<HttpDeps> & {publicUrl?: string; tls?: boolean} = {},
) => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-http-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  const directories = {adminUi: join(directory, 'admin-ui'), widget: join(directory, 'widget')};
  mkdirSync(join(directories.adminUi, 'assets'), {recursive: true});
  mkdirSync(directories.widget);
  writeFileSync(
    join(directories.adminUi, 'index.html'),
    '<!doctype html><html><head><title>Console</title></head></html>',
  );
  writeFileSync(join(directories.adminUi, 'assets', 'main-B3xkqv9A.js'), 'console.log(1)');
  const loader = 'export const launcher = 1;'.repeat(200);
  writeFileSync(join(directories.widget, 'widget.js'), loader);
  writeFileSync(join(directories.widget, 'widget.js.br'), brotliCompressSync(loader));
  writeFileSync(join(directory, 'secret.txt'), 'secret');

  const lines: Line[] = [];
  const log = (fields: Record<string, unknown>, message: string) => void lines.push({fields, message});
  const tls = options.tls ? await selfSigned({names: ['localhost'], now: new Date()}) : undefined;
  const secure = tls !== undefined || options.publicUrl?.startsWith('https:') === true;
  const socketServer = new WebSocketServer({noServer: true});
  const http = createHttp({
    routes,
    identify: createIdentify({
      secure,
      user: async token =>
        token === 'admin' || token === 'agent'
          ? {
              userId: token,
              role: token === 'admin' ? 'administrator' : 'agent',
              sessionId: 's',
              csrfToken: `csrf-${token}`,
              complete: true,
              recent: true,
            }
          : undefined,
      visitor: async token =>
        token === 'guest' ? {visitorId: 'v', conversationId: 'c', siteId: 's'} : undefined,
    }),
    origins: createOrigins({publicUrl: options.publicUrl, tls: tls !== undefined, names: []}),
    pages: {
      frame: async ({siteId, nonce}) =>
        siteId === 'known'
          ? {
              html: `<script nonce="${nonce}"></script>`,
              policy: `default-src 'none'; script-src 'nonce-${nonce}'; frame-ancestors 'self' https://www.example.com`,
            }
          : undefined,
      demo: async () => undefined,
      notice: async () => undefined,
    },
    upgrades: [
      {
        path: '/api/visitor/socket',
        handle: (request, socket, head) =>
          socketServer.handleUpgrade(request, socket, head, ws => ws.send('hello')),
      },
    ],
    directories,
    behindProxy: false,
    connections: 100,
    requestsPerMinute: defaultRequestsPerMinute,
    version: '1.2.3',
    log: {debug: log, info: log, warn: log, error: log},
    ...options,
    listen: {host: '127.0.0.1', port: 0, tls},
  });
  const {port} = await http.listen();
  t.teardown(() => http.close(0));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const ask = (path: string, init: RequestInit & {headers?: Record<string, string>} = {}) =>
    fetch(url + path, init);
  const asUser = (who: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        cookie: `crowlit_session=${who}`,
        ...(body === undefined ? {} : {'content-type': 'application/json', 'x-csrf-token': `csrf-${who}`}),
        ...headers,
      },
      ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    });
  return {http, url, port, ask, asUser, lines};
};

const errorOf = async (response: Response) =>
  ((await response.json()) as {error: {code: string; message: string; details?: Record<string, unknown>}})
    .error;
const note = {text: 'hello', languages: ['en'], password: 'twelve or more'};

test('a route answers what its schema declares and nothing else', async t => {
  const {asUser} = await start(t);
  const response = await asUser('admin', '/api/admin/users/u1?limit=7');
  t.is(response.status, 200);
  t.deepEqual(await response.json(), {userId: 'u1', limit: 7});
  t.is(response.headers.get('cache-control'), 'no-store');
  const file = await asUser('agent', '/api/agent/leads.csv');
  t.is(file.headers.get('content-disposition'), 'attachment; filename="leads.csv"');
  t.is(await file.text(), 'name\nÄda\n');
});

test('what is not right is said field by field, in plain words', async t => {
  const {asUser} = await start(t);
  const wrong = await asUser('agent', '/api/agent/notes', {
    text: 'x',
    languages: ['en', 'fr'],
    password: 'short',
  });
  t.is(wrong.status, 400);
  const error = await errorOf(wrong);
  t.is(error.code, 'request.invalid');
  t.deepEqual(error.details, {
    fields: {
      text: 'Give at least 2 characters.',
      'languages.1': 'This must be one of: en, de.',
      password: 'Use at least 12 characters.',
    },
  });
  const missing = await errorOf(await asUser('agent', '/api/agent/notes', {}));
  t.like(missing.details, {fields: {text: 'This is missing.'}});
  const parameter = await asUser('admin', '/api/admin/users/far-too-long?limit=11');
  t.like(await errorOf(parameter), {details: {fields: {userId: 'Give at most 5 characters.'}}});

  t.is((await asUser('agent', '/api/agent/notes', {...note, text: 'nul\u0000byte'})).status, 400);
  t.is((await asUser('admin', '/api/admin/users/u%001')).status, 400);

  t.is((await errorOf(await asUser('agent', '/api/agent/notes', '{"text":'))).code, 'request.malformed');
  t.is(
    (await errorOf(await asUser('agent', '/api/agent/notes', 'text=x', {'content-type': 'text/plain'}))).code,
    'request.not_json',
  );
  const large = await asUser('agent', '/api/agent/notes', {...note, text: 'x'.repeat(110_000)});
  t.is(large.status, 413);
  t.is((await errorOf(large)).code, 'request.too_large');
});

test('nobody gets in without the role, and a session cannot be ridden from another website', async t => {
  const {ask, asUser, port} = await start(t);
  t.is((await ask('/api/admin/users/u1')).status, 401);
  t.is((await asUser('stranger', '/api/admin/users/u1')).status, 401);
  t.is((await asUser('agent', '/api/admin/users/u1')).status, 403);
  t.is((await asUser('agent', '/api/agent/notes', note)).status, 201);

  const codes = async (headers: Record<string, string>) =>
    (await errorOf(await asUser('agent', '/api/agent/notes', note, headers))).code;
  t.is(await codes({'x-csrf-token': ''}), 'request.csrf');
  t.is(await codes({'x-csrf-token': 'csrf-admin'}), 'request.csrf');
  t.is(await codes({origin: 'https://attacker.example.com'}), 'request.foreign_origin');
  t.is(await codes({origin: 'null'}), 'request.foreign_origin');
  t.is(await codes({'sec-fetch-site': 'cross-site'}), 'request.foreign_origin');
  t.is(
    (
      await asUser('agent', '/api/agent/notes', note, {
        origin: `http://127.0.0.1:${port}`,
        'sec-fetch-site': 'same-origin',
      })
    ).status,
    201,
  );

  const visitor = (token: string) =>
    ask('/api/visitor/words', {
      method: 'POST',
      headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
      body: '{"text":"hi"}',
    });
  t.deepEqual(await (await visitor('guest')).json(), {conversationId: 'c'});
  t.is((await visitor('forged')).status, 401);
  t.is((await asUser('admin', '/api/visitor/words', {text: 'hi'})).status, 401);
});

test('a name that is not the appliance’s own is refused, so that no other page can pose as it', async t => {
  const {port} = await start(t, {publicUrl: 'https://chat.example.com'});
  const status = (host: string) =>
    new Promise<number>((resolve, reject) => {
      get({port, host: '127.0.0.1', path: '/api/broken/conflict', headers: {host}}, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on('error', reject);
    });
  t.is(await status('attacker.example.org'), 403);
  t.is(await status('chat.example.com'), 409);
  t.is(await status(`localhost:${port}`), 409);
});

test('errors keep their words, faults keep theirs to the log', async t => {
  const {ask, lines} = await start(t);
  const conflict = await ask('/api/broken/conflict');
  t.is(conflict.status, 409);
  t.deepEqual(await errorOf(conflict), {
    code: 'routing.already_taken',
    message: 'Somebody was first.',
    details: {name: 'Ada'},
  });
  t.is((await ask('/api/broken/full')).status, 503);

  for (const how of ['answer', 'unforeseen']) {
    const response = await ask(`/api/broken/${how}`);
    t.is(response.status, 500, how);
    const error = await errorOf(response);
    t.is(error.code, 'internal');
    t.notRegex(JSON.stringify(error), /secret_table|three|count/);
    const errorId = error.details?.['errorId'];
    t.true(
      lines.some(
        line => line.fields['errorId'] === errorId && line.fields['place'] === 'GET /api/broken/{how}',
      ),
      how,
    );
  }
  t.true(
    lines.some(line => (line.fields['err'] as {code?: string} | undefined)?.code === 'http.answer_mismatch'),
  );
  t.is((await errorOf(await ask('/api/nothing'))).code, 'request.unknown_path');
  t.is((await ask('/API/rare')).status, 200, 'the console, not a second spelling of the route');
  t.is((await ask('/api/rare', {method: 'DELETE'})).status, 404);
});

test('no log line holds an invitation, whatever the address it was asked at', async t => {
  const {ask, lines} = await start(t);
  const secret = 'aSecretInvitationToken';
  for (const path of ['/invitation/', '/api/invitations/', '/api/invitations/x/', '/inbox/'])
    await ask(path + secret);
  t.true(lines.some(({message}) => message === 'answered'));
  t.notRegex(JSON.stringify(lines), new RegExp(secret));
});

test('rates are limited by address and area', async t => {
  const {ask} = await start(t, {requestsPerMinute: {...defaultRequestsPerMinute, signIn: 1}});
  const signIn = () => ask('/api/session', {method: 'POST'});
  t.is((await signIn()).status, 204);
  const refused = await signIn();
  t.is(refused.status, 429);
  t.true(Number(refused.headers.get('retry-after')) > 0);
  t.is((await errorOf(refused)).code, 'request.too_many');
  t.deepEqual(
    await Promise.all([1, 2, 3].map(async () => (await ask('/api/rare')).status)).then(all =>
      all.sort((a, b) => a - b),
    ),
    [200, 200, 429],
  );
});

test('the session cookie is bound to the host under TLS, which is never older than 1.2', async t => {
  const cookie = async (options: {publicUrl?: string}) => {
    const {ask} = await start(t, options);
    const response = await ask('/api/session', {method: 'POST'});
    return {
      cookie: response.headers.get('set-cookie'),
      hsts: response.headers.get('strict-transport-security'),
    };
  };
  t.deepEqual(await cookie({}), {
    cookie: 'crowlit_session=token; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
    hsts: null,
  });
  t.deepEqual(await cookie({publicUrl: 'https://chat.example.com'}), {
    cookie: '__Host-crowlit_session=token; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    hsts: 'max-age=31536000',
  });

  const {port} = await start(t, {tls: true});
  const tlsStatus = (maxVersion: 'TLSv1.1' | 'TLSv1.3') =>
    new Promise<number | string>(resolve => {
      const options = {
        port,
        host: '127.0.0.1',
        path: '/api/rare',
        rejectUnauthorized: false,
        maxVersion,
        minVersion: 'TLSv1' as const,
        ciphers: 'DEFAULT@SECLEVEL=0',
      };
      httpsRequest(options, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', error => resolve(error.message))
        .end();
    });
  t.is(await tlsStatus('TLSv1.3'), 200);
  t.regex(String(await tlsStatus('TLSv1.1')), /alert protocol version/);
});

test('the console: one page for every address, assets for ever, no way out of the folder', async t => {
  const {ask, port} = await start(t);
  for (const path of ['/', '/inbox/0198-x', '/admin/audit', '/setup']) {
    const page = await ask(path);
    t.is(page.status, 200, path);
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /<meta property="csp-nonce" nonce="([^"]+)">/.exec(await page.text())?.[1] ?? 'none';
    t.true(policy.includes(`style-src 'self' 'nonce-${nonce}'`), policy);
    t.true(policy.includes("script-src 'self';") && policy.includes("frame-ancestors 'none'"), policy);
    t.is(page.headers.get('x-frame-options'), 'DENY');
    t.is(page.headers.get('x-content-type-options'), 'nosniff');
  }
  const asset = await ask('/assets/main-B3xkqv9A.js');
  t.is(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  t.is((await ask('/assets/main-gone.js')).status, 404);
  const raw = (path: string) =>
    new Promise<number>(resolve => {
      httpRequest({port, host: '127.0.0.1', path}, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).end();
    });
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/widget/..%2f..%2fsecret.txt',
    '/assets/%00.js',
    '/assets/%zz.js',
  ]) {
    t.is(await raw(path), 404, path);
  }
});

test('the widget: a small cached loader for other websites, a frame that only the site may show', async t => {
  const {ask, port} = await start(t);
  const loader = await ask('/widget.js', {headers: {'accept-encoding': 'br'}});
  t.is(loader.status, 200);
  t.is(loader.headers.get('content-encoding'), 'br');
  t.is(loader.headers.get('vary'), 'Accept-Encoding');
  t.is(loader.headers.get('cross-origin-resource-policy'), 'cross-origin');
  t.is(loader.headers.get('access-control-allow-origin'), null);
  t.true((await loader.text()).startsWith('export const launcher'));
  const again = await new Promise<number>(resolve => {
    const headers = {'accept-encoding': 'br', 'if-none-match': loader.headers.get('etag') ?? ''};
    get({port, host: '127.0.0.1', path: '/widget.js', headers}, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  t.is(again, 304);
  const plain = await ask('/widget.js', {headers: {'accept-encoding': 'identity'}});
  t.is(plain.headers.get('content-encoding'), null);

  const frame = await ask('/widget/frame?site=known');
  t.is(frame.headers.get('x-frame-options'), null);
  const policy = frame.headers.get('content-security-policy') ?? '';
  t.true(policy.includes("frame-ancestors 'self' https://www.example.com"));
  const nonce = /nonce="([^"]+)"/.exec(await frame.text())?.[1] ?? 'none';
  t.true(policy.includes(nonce));
  for (const path of [
    '/widget/frame',
    '/widget/frame?site=unknown',
    '/widget/frame?site=known&site=known',
    '/demo',
  ]) {
    const response = await ask(path);
    t.is(response.status, 404, path);
    t.true(response.headers.get('content-security-policy')?.includes("frame-ancestors 'none'"));
  }
});

test('only the known socket addresses are upgraded', async t => {
  const {port} = await start(t);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/visitor/socket?x=1`);
  const [message] = (await once(socket, 'message')) as [Buffer];
  t.is(message.toString(), 'hello');
  socket.terminate();
  const refused = (path: string, headers = {}) =>
    new Promise<number>(resolve => {
      const other = new WebSocket(`ws://127.0.0.1:${port}${path}`, {headers});
      other.on('error', () => undefined);
      other.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    });
  t.is(await refused('/api/agent/unknown'), 404);
  t.is(await refused('/api/visitor/socket', {host: 'attacker.example.org'}), 403);
});

test('the interface is described by a valid OpenAPI 3.1 document that names every mounted route', async t => {
  const {ask, http} = await start(t);
  const document = (await (await ask('/api/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
  };
  const result = await new Validator().validate(document);
  t.true(result.valid, JSON.stringify(result.errors));
  t.is(document.openapi, '3.1.0');
  t.is(http.routes.length, routes.length + 1);
  for (const {method, path} of http.routes) t.truthy(document.paths[path]?.[method], `${method} ${path}`);
  t.false(JSON.stringify(document).includes('passwordHash'));
});

test('closing lets an answer under way finish and takes no new connection', async t => {
  let release = (): void => undefined;
  const entered = Promise.withResolvers<void>();
  const slow = route({
    method: 'get',
    path: '/api/slow',
    summary: 'Slow.',
    access: 'public',
    response: z.object({done: z.boolean()}),
    handle: async () => {
      entered.resolve();
      await new Promise<void>(resolve => {
        release = resolve;
      });
      return {done: true};
    },
  });
  const {http, ask, port} = await start(t, {routes: [slow]});
  const answer = ask('/api/slow');
  await entered.promise;
  const closed = http.close();
  const late: Socket = connect(port, '127.0.0.1');
  const [error] = (await once(late, 'error')) as [{code: string}];
  t.is(error.code, 'ECONNREFUSED');
  release();
  t.deepEqual(await (await answer).json(), {done: true});
  await closed;
});

test('a port in use names the key to set', async t => {
  const {port} = await start(t);
  const other = createHttp({
    routes: [],
    identify: createIdentify({secure: false, user: async () => undefined, visitor: async () => undefined}),
    origins: createOrigins({publicUrl: undefined, tls: false, names: []}),
    pages: {frame: async () => undefined, demo: async () => undefined, notice: async () => undefined},
    upgrades: [],
    directories: {adminUi: '/nowhere', widget: '/nowhere'},
    listen: {host: '127.0.0.1', port, tls: undefined},
    behindProxy: false,
    connections: 100,
    requestsPerMinute: defaultRequestsPerMinute,
    version: '0',
    log: {debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined},
  });
  await t.throwsAsync(other.listen(), {code: 'http.port_in_use', message: /`port` \(CROWLIT_PORT\)/});
});
