/** A model fetched from a host in the region: a real web server over TLS, the broker's process, and nothing left of what is no good. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {ServerResponse} from 'node:http';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import type {Overview} from '../../appliance/features/models/models.schema.ts';
import {selfSigned} from '../../appliance/tls.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {startMirror} from '../helpers/model-mirror.ts';
import {plenty, type Refusal, settled, sha256Of, startWithModels} from '../helpers/models.ts';
import {freePort} from '../helpers/port.ts';
import {administrator, type StartOptions} from '../helpers/start.ts';

const small = randomLabellingModel(7);
const other = randomLabellingModel(8);
const material = await selfSigned({names: ['localhost', '127.0.0.1'], now: new Date()});
type Audit = {entries: {action: string; detail: Record<string, unknown>}[]};
type Attempts = {attempts: {host: string; purpose: string; outcome: string; bytesIn: number}[]};

const start = async (
  t: ExecutionContext,
  files: Parameters<typeof startMirror>[2],
  options: StartOptions = {},
) => {
  const mirror = await startMirror(t, material, files);
  const started = await startWithModels(t, {
    model: 'none',
    authorities: [material.certificate],
    ...options,
  });
  const {admin} = started;
  const ask = async (path: string, sha256: string, more: object = {region: 'eu-at', private: true}) => {
    const order = () =>
      admin.request<Refusal>('POST', '/api/admin/model-downloads', {
        url: path.startsWith('https:') ? path : mirror.url + path,
        sha256,
        ...more,
      });
    const first = await order();
    if (first.body.error?.code !== 'models.mirror_waits') return first;
    // a host that was declared just now: fetched once a second person has agreed
    await approveAll(started.appliance);
    return order();
  };
  const fetched = async (path: string, sha256: string, more?: object): Promise<Overview> => {
    const {status, body} = await ask(path, sha256, more);
    t.is(status, 202, JSON.stringify(body));
    return settled(admin);
  };
  return {mirror, ask, fetched, ...started};
};

for (const kind of databaseKinds) {
  test(`${kind}: a model comes from a host that was declared, and from no other; who declared it is on record`, async t => {
    const {mirror, admin, ask, fetched, left} = await start(
      t,
      {'/models/small.gguf?token=secret': small, '/models/other.gguf': other},
      {database: kind},
    );
    const sha256 = sha256Of(small);
    const undeclared = await ask('/models/other.gguf', sha256Of(other), {});
    t.like(undeclared, {status: 403, body: {error: {code: 'models.undeclared_mirror'}}});
    t.regex(undeclared.body.error.message, /Nobody declared where localhost stands/);
    const outside = await ask('/models/other.gguf', sha256Of(other), {region: 'us', private: true});
    t.is(outside.body.error.code, 'privacy.outside_region');
    for (const url of ['http://localhost/x.gguf', 'https://a:b@localhost/x.gguf', 'ftp://localhost/x'])
      t.is((await ask('', sha256, {url})).status, 400, url);
    t.is(mirror.requests.length, 0);
    t.deepEqual((await settled(admin)).mirrors, []);

    const overview = await fetched('/models/small.gguf?token=secret', sha256);
    t.is(overview.task?.state, 'done', overview.task?.message ?? '');
    t.is(overview.task?.message, 'random-7 is imported from localhost.');
    t.like(overview.task, {name: 'small.gguf', done: small.length, total: small.length, unit: 'bytes'});
    t.deepEqual(left(), [`${sha256}.gguf`]);
    const [declared] = overview.mirrors;
    t.like(declared, {host: 'localhost', port: mirror.port, region: 'eu-at', private: true});

    // the second time it is known
    t.is((await fetched('/models/other.gguf', sha256Of(other), {})).task?.state, 'done');
    t.is((await settled(admin)).mirrors.length, 1);
    t.is((await ask('/models/other.gguf', sha256Of(other))).body.error.code, 'models.known');

    t.is((await admin.request('DELETE', `/api/admin/model-mirrors/${declared?.id}`)).status, 204);
    t.is((await ask('/x.gguf', '0'.repeat(64), {})).body.error.code, 'models.undeclared_mirror');
    t.is(mirror.requests.length, 2);
    t.is(mirror.requests[0]?.headers.authorization, undefined);
    t.is(mirror.requests[0]?.headers.cookie, undefined);

    const audit = await admin.call<Audit>('GET', '/api/admin/audit?limit=50');
    const recorded = audit.entries.filter(({action}) => action.startsWith('model.')).toReversed();
    t.deepEqual(
      recorded.map(({action}) => action),
      ['model.mirror_declared', 'model.imported', 'model.imported', 'model.mirror_removed'],
    );
    t.like(recorded[0]?.detail, {host: `localhost:${mirror.port}`, region: 'eu-at'});
    t.like(recorded[1]?.detail, {from: 'localhost', sha256});
    const {attempts} = await admin.call<Attempts>('GET', '/api/admin/egress-attempts?limit=50');
    t.true(attempts.every(({purpose}) => purpose === 'model_mirror'));
    t.true((attempts.at(-1)?.bytesIn ?? 0) > small.length, 'what came is counted');
    t.notRegex(JSON.stringify([audit, attempts]), /secret/);
  });
}

const send =
  (status: number, headers: Record<string, string | number>, body?: Buffer | string) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
/** Says that more comes than does. */
const begin = (bytes: Buffer, length: number, then: (response: ServerResponse) => void) => {
  return (response: ServerResponse): void => {
    response.writeHead(200, {'content-length': length});
    response.write(bytes, () => then(response));
  };
};
const html = '<!doctype html><title>Sign in</title>';
const catalogued = 'smollm2-1.7b-instruct-q4_k_m.gguf';

test('what is not the file that was asked for is refused, with its first bytes where they show it, and leaves nothing', async t => {
  const memory = {free: 64e9, total: 64e9};
  let freeDisk = 64e9;
  const cut = small.subarray(0, small.length - 4096);
  const files: Parameters<typeof startMirror>[2] = {
    '/small.gguf': small,
    '/cut.gguf': cut,
    '/breaks.gguf': begin(small.subarray(0, 60_000), small.length, response => response.destroy()),
    '/hangs.gguf': begin(small.subarray(0, 60_000), small.length, () => undefined),
    '/silent.gguf': () => undefined,
    '/sizeless.gguf': response => void response.writeHead(200).end(small),
    '/page.gguf': send(200, {'content-type': 'text/html', 'content-length': html.length}, html),
    '/empty.gguf': send(200, {'content-length': 0}),
    '/closed.gguf': send(401, {'www-authenticate': 'Basic'}, html),
    '/broken.gguf': send(503, {}, html),
    '/large.gguf': begin(small.subarray(0, 5000), 40e9, () => undefined),
    [`/${catalogued}`]: begin(small.subarray(0, 5000), 9e9, () => undefined),
    '/away.gguf': send(302, {location: 'https://127.0.0.1:9/small.gguf'}),
    '/clear.gguf': response =>
      void response.writeHead(301, {location: `http://localhost:${mirror.port}/small.gguf`}).end(),
    '/round.gguf': send(307, {location: '/round.gguf'}, html),
    '/nowhere.gguf': send(302, {}),
  };
  const {mirror, fetched, left} = await start(t, files, {
    models: {memory: () => memory, freeDisk: async () => freeDisk, stallMs: 6000},
  });
  const sha256 = sha256Of(small);
  const cases: [string, RegExp, string?][] = [
    ['/small.gguf', /This is not the file its publisher made: its SHA-256 is/, sha256Of(other)],
    ['/cut.gguf', /it is truncated/, sha256Of(cut)],
    ['/breaks.gguf', /broke its answer off.*Nothing was kept/],
    ['/hangs.gguf', /the next piece took longer than 6000 ms.*Nothing was kept/],
    ['/silent.gguf', /the answer took longer than 6000 ms/],
    ['/sizeless.gguf', /does not say how large the file is/],
    ['/page.gguf', /is not a GGUF model, but a page/],
    ['/empty.gguf', /sent no whole file/],
    ['/closed.gguf', /wants a sign-in \(401\), and the appliance brings none/],
    ['/broken.gguf', /answered 503 instead of the file/],
    ['/gone.gguf', /has no such file \(404\)/],
    [`/${catalogued}`, /takes 1\.1 GB as its publisher says; this one has 9\.0 GB/],
    ['/away.gguf', /sends on to https:\/\/127\.0\.0\.1:9, which nobody declared/],
    ['/clear.gguf', /sends on to http:\/\/localhost.*only with https/],
    ['/round.gguf', /sends on and on/],
    ['/nowhere.gguf', /answered 302 instead of the file/],
  ];
  for (const [path, reason, hash = sha256] of cases) {
    const {task, models} = await fetched(path, hash);
    t.is(task?.state, 'failed', path);
    t.regex(task?.message ?? '', reason, path);
    t.deepEqual(left(), [], path);
    t.true(
      models.every(({bundled}) => bundled),
      path,
    );
  }
  memory.total = 2e10;
  t.regex((await fetched('/large.gguf', sha256)).task?.message ?? '', /needs about 40\.0 GB of memory/);
  memory.total = 64e9;
  freeDisk = 1e10;
  t.regex((await fetched('/large.gguf', sha256)).task?.message ?? '', /The disk has 10\.0 GB free/);
  freeDisk = 0;
  t.regex((await fetched('/small.gguf', sha256)).task?.message ?? '', /The disk has|more than 0 bytes/);
  freeDisk = 64e9;
  t.deepEqual(left(), []);
  const {task} = await fetched('/small.gguf', sha256);
  t.is(task?.state, 'done', task?.message ?? '');
});

test('a mirror that sends on is followed to a declared host alone, and a certificate nobody vouches for ends it', async t => {
  const second = await startMirror(t, material, {'/cdn/small.gguf': small, '/other.gguf': other});
  const stranger = await startMirror(t, await selfSigned({names: ['localhost'], now: new Date()}), {
    '/small.gguf': small,
  });
  const {fetched, left, mirror} = await start(t, {
    '/small.gguf': send(302, {location: `${second.url}/cdn/small.gguf`}, html),
  });
  const sha256 = sha256Of(small);
  t.regex((await fetched('/small.gguf', sha256)).task?.message ?? '', /which nobody declared/);
  t.is(second.requests.length, 0);
  t.is((await fetched(`${second.url}/other.gguf`, sha256Of(other))).task?.state, 'done');
  const {task} = await fetched('/small.gguf', sha256);
  t.is(task?.message, 'random-7 is imported from localhost.');
  t.is(mirror.requests.length, 2);
  const untrusted = await fetched(`${stranger.url}/small.gguf`, '1'.repeat(64));
  t.regex(untrusted.task?.message ?? '', /no certificate or TLS version to trust/);
  t.is(stranger.requests.length, 0);
  t.is(left().length, 2);
});

test('an import that is stopped, or whose appliance is, leaves nothing; the mirror sees its end, and the next one is let in', async t => {
  const {appliance, mirror, admin, ask, left} = await start(
    t,
    {
      '/small.gguf': small,
      '/endless.gguf': begin(small.subarray(0, 60_000), small.length, () => undefined),
    },
    {model: 'bundled', models: {memory: plenty}},
  );
  const sha256 = sha256Of(small);
  const stop = () => admin.request<Refusal>('POST', '/api/admin/model-task/stop');
  t.is((await stop()).body.error.code, 'models.nothing_to_stop');
  const underWay = async (): Promise<void> => {
    t.is((await ask('/endless.gguf', sha256)).status, 202);
    while (((await admin.call<Overview>('GET', '/api/admin/models')).task?.done ?? 0) < 60_000);
  };
  await underWay();
  t.is(left().length, 1);
  t.is((await ask('/small.gguf', sha256)).body.error.code, 'models.busy');
  t.is((await stop()).status, 200);
  t.like((await settled(admin)).task, {state: 'failed', message: 'It was stopped. Nothing was kept of it.'});
  const stops = '/api/admin/audit?action=model.work_stopped';
  t.like((await admin.call<{entries: {action: string}[]}>('GET', stops)).entries, {
    length: 1,
    0: {action: 'model.work_stopped'},
  });
  t.deepEqual(left(), []);
  await mirror.until(() => mirror.brokenOff() === 1);
  await underWay();
  await appliance.stop();
  await mirror.until(() => mirror.brokenOff() === 2);
  t.deepEqual(left(), []);
  await appliance.start();
  t.is((await settled(await appliance.administrator())).task, null);
  t.is(mirror.requests.length, 2);
});

test('by the command line: declared in a person’s name the first time, and stopped from another line', async t => {
  const {appliance, mirror, admin, left} = await start(
    t,
    {
      '/small.gguf': small,
      '/other.gguf': begin(other.subarray(0, 60_000), other.length, () => undefined),
    },
    {environment: {CROWLIT_PORT: await freePort()}},
  );
  const main = join(import.meta.dirname, '../../appliance/main.ts');
  const model = async (...words: string[]) => {
    const child = spawn(process.execPath, [main, 'model', ...words], {
      env: {PATH: process.env['PATH'] ?? '', ...appliance.environment},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ]);
    return {code, out, errors};
  };
  const hash = ['--sha256', sha256Of(small)];
  const url = `${mirror.url}/small.gguf`;
  t.is((await model('import', url, ...hash, '--region', 'eu-at')).code, 2, 'who answers for it must be said');
  t.regex(
    (await model('import', url, ...hash)).errors,
    /Nobody declared where localhost stands.*--region CODE/,
  );
  t.regex((await model('import', url)).errors, /Give the SHA-256 that the publisher shows/);
  const where = ['--region', 'eu-at', '--private', '--by'];
  t.regex(
    (await model('import', url, ...hash, ...where, 'nobody@example.com')).errors,
    /is no administrator here/,
  );
  t.regex((await model('import', url.replace('https', 'http'), ...hash)).errors, /with https/);
  const declared = await model('import', url, ...hash, ...where, administrator.email);
  t.regex(declared.errors, /localhost is declared, and waits until a second administrator has approved it/);
  await approveAll(appliance);
  const imported = await model('import', url, ...hash);
  t.is(imported.code, 0, imported.errors);
  t.is(imported.out.trim(), 'random-7 is imported from localhost.');
  const stopped = model('import', `${mirror.url}/other.gguf`, '--sha256', sha256Of(other));
  while ((await admin.call<Overview>('GET', '/api/admin/models')).task?.state !== 'running');
  t.is((await model('stop')).out.trim(), 'It is stopped.');
  const {code, errors} = await stopped;
  t.is(code, 1);
  t.regex(errors, /It was stopped\. Nothing was kept of it\./);
  t.deepEqual(left(), [`${sha256Of(small)}.gguf`]);
});
