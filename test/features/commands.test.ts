import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {request} from 'node:https';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import test, {type ExecutionContext} from 'ava';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {signIn as signInto} from '../helpers/clients.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {startModelServer} from '../helpers/model-server.ts';
import {place} from '../helpers/models.ts';
import {freePort} from '../helpers/port.ts';
import {startAppliance} from '../helpers/start.ts';
import {signIn as openSession} from '../helpers/clients.ts';
import {setUpSecondFactor} from '../helpers/second-factor.ts';

const main = join(import.meta.dirname, '../../appliance/main.ts');
const password = 'a long enough password';
const answers = {
  CROWLIT_SETUP_COMPANY: 'Example Bank',
  CROWLIT_SETUP_REGION: 'eu',
  CROWLIT_SETUP_ADMINISTRATOR_NAME: 'Ada Example',
  CROWLIT_SETUP_ADMINISTRATOR_EMAIL: 'ada@example.com',
  CROWLIT_SETUP_ADMINISTRATOR_PASSWORD: password,
  CROWLIT_SETUP_PRIVACY_CONTACT_EMAIL: 'privacy@example.com',
  CROWLIT_SETUP_SITE_NAME: 'www',
  CROWLIT_SETUP_SITE_ORIGINS: 'https://www.example.com',
};

type Running = {child: ChildProcess; lines: string[]; errors: () => string; ended: Promise<number | null>};

const crowlit = (
  t: ExecutionContext,
  environment: Record<string, string>,
  ...parameters: string[]
): Running => {
  const temporary = temporaryDirectory(t);
  const child = spawn(process.execPath, [main, ...parameters], {
    env: {CROWLIT_PORT: '0', CROWLIT_LOG_LEVEL: 'warn', TMPDIR: temporary, ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines: string[] = [];
  createInterface({input: child.stdout}).on('line', line => lines.push(line));
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => {
    t.deepEqual(readdirSync(temporary), [], 'nothing is left in the temporary folder');
    return code as number | null;
  });
  return {child, lines, errors: () => errors, ended};
};

const addressOf = async (running: Running): Promise<string> => {
  const found = () => running.lines.find(line => line.startsWith('http'));
  while (found() === undefined) {
    await Promise.race([
      once(running.child.stdout as NonNullable<ChildProcess['stdout']>, 'data'),
      running.ended.then(code => {
        throw new Error(`it ended with ${code}: ${running.errors()}`);
      }),
    ]);
  }
  return found() as string;
};
const stop = async ({child, ended}: Running): Promise<number | null> => {
  child.kill('SIGTERM');
  return ended;
};
const post = (url: string, body: unknown) =>
  fetch(url, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)});
const signIn = (url: string) => post(`${url}/api/session`, {email: 'ada@example.com', password});

test('from nothing: one line with the set-up address; then set up, stopped, started again', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const first = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'serve');
  const address = await addressOf(first);
  const [, url = '', code = ''] =
    /^(http:\/\/127\.0\.0\.1:\d+)\/setup#code=([\w-]{20,})$/.exec(address) ?? [];
  t.not(code, '', address);
  t.deepEqual(first.lines, [address]);
  t.regex(first.errors(), /A master key was made: .*master\.key\. Without it/);
  const given = {
    company: 'Example Bank',
    region: 'eu',
    administrator: {name: 'Ada Example', email: 'ada@example.com', password},
    privacyContact: {email: 'privacy@example.com'},
    site: {name: 'www', origins: ['https://www.example.com']},
  };
  t.is((await post(`${url}/api/setup`, {code: 'guessed', answers: given})).status, 403);
  t.is((await post(`${url}/api/setup`, {code, answers: {...given, region: 'moon'}})).status, 400);
  t.is((await post(`${url}/api/setup`, {code, answers: given})).status, 200);
  t.is((await post(`${url}/api/setup`, {code, answers: given})).status, 409);
  t.is((await signIn(url)).status, 200);

  const beside = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'serve');
  t.is(await beside.ended, 1);
  t.regex(beside.errors(), /Another appliance is running on .*\[storage\.in_use\]/);
  const port = new URL(url).port;
  const elsewhere = crowlit(t, {CROWLIT_DATA_DIRECTORY: `${dataDirectory}-2`, CROWLIT_PORT: port}, 'serve');
  t.is(await elsewhere.ended, 1);
  t.regex(elsewhere.errors(), /Set the key `port` \(CROWLIT_PORT\)/);
  t.is(await stop(first), 0);

  const second = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'serve');
  const again = await addressOf(second);
  t.regex(again, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.notRegex(second.errors(), /master key/);
  t.is((await signIn(again)).status, 200);
  t.is(await stop(second), 0);
});

test('a script sets it up without a browser, and running it again changes nothing', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const none = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'setup');
  t.is(await none.ended, 2);
  t.regex(none.errors(), /no answers\. Give --file FILE, or set CROWLIT_SETUP_COMPANY/);
  const file = join(temporaryDirectory(t), 'answers.yaml');
  writeFileSync(
    file,
    `company: Example Bank\nregion: eu\nadministrator: {name: Ada, email: ada@example.com, password: ${password}}\nprivacyContact: {email: p@example.com}\nsite: {name: www, origins: []}\n`,
  );
  const first = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'setup', '--file', file);
  t.is(await first.ended, 0, first.errors());
  const twice = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory, ...answers}, 'setup');
  t.is(await twice.ended, 0);
  t.regex(twice.lines.join('\n'), /set up already; nothing was changed/);
  const serving = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'serve');
  t.is((await signIn(await addressOf(serving))).status, 200);
  t.is(await stop(serving), 0);
});

test('answers that are refused leave nothing behind, and are named with what was probably meant', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const file = join(temporaryDirectory(t), 'answers.yaml');
  writeFileSync(
    file,
    `company: Example Bank\nregion: moon\nadministrator: {name: Ada, email: ada@example.com, pasword: ${password}}\nprivacyContact: {email: p@example.com}\nretentionDays: {conversation: 30}\nsite: {name: www, origins: []}\n`,
  );
  const environment = {CROWLIT_DATA_DIRECTORY: dataDirectory};
  const misspelt = crowlit(t, environment, 'setup', '--file', file);
  t.is(await misspelt.ended, 2);
  t.regex(
    misspelt.errors(),
    /administrator\.pasword \(--file\) is not a known key\. Did you mean administrator\.password\?/,
  );
  t.regex(
    misspelt.errors(),
    /retentionDays\.conversation \(--file\).*Did you mean retentionDays\.conversations\?/,
  );
  t.false(existsSync(dataDirectory));

  const nowhere = {...environment, ...answers, CROWLIT_SETUP_REGION: 'moon'};
  for (const command of ['setup', 'serve']) {
    const refused = crowlit(t, nowhere, command);
    t.is(await refused.ended, 2);
    t.regex(
      refused.errors(),
      /`region` \(environment, or CROWLIT_SETUP_REGION\): there is no such region\. Choose one of: eu, /,
    );
    t.false(existsSync(dataDirectory), 'no key, no folder');
  }
});

test('over TLS with answers from the environment: one start, encrypted, and no child is handed the secrets', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const key = Buffer.alloc(32, 9).toString('base64');
  const serving = crowlit(
    t,
    {
      CROWLIT_DATA_DIRECTORY: dataDirectory,
      CROWLIT_TLS_SELF_SIGNED: 'true',
      CROWLIT_MASTER_KEY: key,
      ...answers,
    },
    'serve',
  );
  const address = await addressOf(serving);
  t.regex(address, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.regex(serving.errors(), /self-signed certificate is used/);
  const status = await new Promise<number>((resolve, reject) => {
    request(`${address}/health/ready`, {rejectUnauthorized: false}, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
  t.is(status, 200);
  const {pid} = serving.child;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  t.true(children.length >= 1 && children[0] !== '', 'the broker at least');
  for (const child of children)
    t.notRegex(readFileSync(`/proc/${child}/environ`, 'utf8'), /MASTER_KEY|SETUP/);
  t.false(existsSync(join(dataDirectory, 'master.key')));
  t.is(await stop(serving), 0);
  const content = readFileSync(join(dataDirectory, 'appliance.sqlite'));
  t.false(content.includes('SQLite format') || content.includes('Example Bank'));

  const wrong = crowlit(
    t,
    {CROWLIT_DATA_DIRECTORY: dataDirectory, CROWLIT_MASTER_KEY: Buffer.alloc(32, 8).toString('base64')},
    'serve',
  );
  t.is(await wrong.ended, 1);
  t.regex(wrong.errors(), /cannot be opened with this master key.*nothing was changed/);
  const without = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'serve');
  t.is(await without.ended, 1);
  t.regex(without.errors(), /its master key .* is not\. Put the key back/);
  t.deepEqual(readFileSync(join(dataDirectory, 'appliance.sqlite')), content);
});

test('a locked-out administrator is helped from the host, while it runs and while it does not', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const environment = {CROWLIT_DATA_DIRECTORY: dataDirectory, CROWLIT_PORT: await freePort()};
  const nothing = crowlit(t, environment, 'reset-password', 'ada@example.com');
  t.is(await nothing.ended, 1);
  t.regex(nothing.errors(), /There is no data, or no master key/);
  t.false(existsSync(dataDirectory), 'and none is made');

  const serving = crowlit(t, {...environment, ...answers}, 'serve');
  const url = await addressOf(serving);
  const choose = async (link: string, next: string): Promise<number> =>
    (await post(link.replace('/invitation/', '/api/invitations/'), {password: next})).status;
  const running = crowlit(t, environment, 'reset-password', 'Ada@example.com');
  t.is(await running.ended, 0, running.errors());
  t.regex(running.errors(), /choose a new password\. It works once/);
  t.regex(running.errors(), /The second factor stays/);
  const [link = ''] = running.lines;
  t.true(link.startsWith(`${url}/invitation/`), link);
  t.is(await choose(link, 'chosen while it ran'), 200);
  t.is((await signIn(url)).status, 401);
  const ada = await openSession(url, {email: 'ada@example.com', password: 'chosen while it ran'});
  await setUpSecondFactor(url, ada, new Date());
  const unknown = crowlit(t, environment, 'reset-password', 'nobody@example.com');
  t.is(await unknown.ended, 1);
  t.regex(unknown.errors(), /There is no such person/);
  const foreign = crowlit(
    t,
    {...environment, CROWLIT_MASTER_KEY: Buffer.alloc(32, 7).toString('base64')},
    'reset-password',
    'ada@example.com',
  );
  t.is(await foreign.ended, 1);
  t.regex(foreign.errors(), /not made with this appliance’s master key/);
  t.is(await stop(serving), 0);

  const stopped = crowlit(t, environment, 'reset-password', 'ada@example.com', '--second-factor');
  t.is(await stopped.ended, 0, stopped.errors());
  t.regex(stopped.errors(), /not running: start it/);
  t.regex(stopped.errors(), /loses the second factor and the recovery codes/);
  const again = crowlit(t, environment, 'serve');
  await addressOf(again);
  t.is(await choose(stopped.lines[0] ?? '', password), 200);
  t.is((await signIn(url)).status, 200, 'no code is asked any more');
  t.is(await stop(again), 0);
});

test('models by the command line: on the data while nothing runs, through the appliance while it does', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const environment = {CROWLIT_DATA_DIRECTORY: dataDirectory, CROWLIT_PORT: await freePort()};
  const model = async (...words: string[]) => {
    const running = crowlit(t, environment, 'model', ...words);
    const code = await running.ended;
    return {code, out: running.lines.join('\n'), errors: running.errors()};
  };
  const nothing = await model('list');
  t.is(nothing.code, 1);
  t.regex(nothing.errors, /There is no data/);
  t.is(await crowlit(t, {...environment, ...answers}, 'setup').ended, 0);

  const {path, sha256} = place(temporaryDirectory(t), 'brought.gguf', randomLabellingModel(7));
  const broken = place(temporaryDirectory(t), 'broken.gguf', readFileSync(path).subarray(0, 90_000));
  t.is((await model('improt', path)).code, 2);
  const hashless = await model('import', path);
  t.is(hashless.code, 2);
  t.regex(hashless.errors, /Give the SHA-256 that the publisher shows/);
  const cut = await model('import', broken.path, '--sha256', broken.sha256);
  t.is(cut.code, 1);
  t.regex(cut.errors, /it is truncated/);
  t.is((await model('import', path, '--sha256', broken.sha256)).code, 1);
  const imported = await model('import', path, '--sha256', sha256.toUpperCase());
  t.is(imported.code, 0, imported.errors);
  t.is(imported.out, 'random-7 is imported.');
  const unmeasured = await model('activate', 'random-7');
  t.is(unmeasured.code, 1);
  t.regex(unmeasured.errors, /crowlit model measure/);
  const measured = await model('measure', sha256.slice(0, 8));
  t.is(measured.code, 0, measured.errors);
  t.regex(measured.out, /F1 over facts 0\.\d\d, on 70 dialogues/);
  const activated = await model('activate', 'random-7');
  t.is(activated.code, 0, activated.errors);
  t.regex(activated.out, /is loaded at the next start/);

  const serving = crowlit(t, environment, 'serve');
  await addressOf(serving);
  const listed = async (fits: RegExp): Promise<string> => {
    for (;;) {
      const {code, out, errors} = await model('list');
      t.is(code, 0, errors);
      if (fits.test(out)) return out;
    }
  };
  const out = await listed(/^\* random-7/m);
  t.regex(out, /F1 0\.\d\d here/);
  t.regex(out, /Could be brought.*\n {2}SmolLM2/);
  t.regex((await model('verify', 'random-7')).out, /byte for byte/);
  t.regex((await model('bench', 'random-7')).out, /ms for a turn/);
  t.regex((await model('activate', 'bundled')).out, /Bundled qualifier answers visitors now/);
  t.regex(
    (await model('remove', 'random-7')).errors,
    /Activate another model first/,
    'kept until the other has held out',
  );
  const foreign = {...environment, CROWLIT_MASTER_KEY: Buffer.alloc(32, 7).toString('base64')};
  const stranger = crowlit(t, foreign, 'model', 'list');
  t.is(await stranger.ended, 1);
  t.regex(stranger.errors(), /not made with this appliance’s master key/);
  t.is(await stop(serving), 0);
  t.is((await model('remove', 'random-7')).code, 0);
  t.notRegex((await model('list')).out, /random-7/);
});

test('a model server by the command line: declared in a person’s name, its key in a file, tested, measured, removed', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const environment = {CROWLIT_DATA_DIRECTORY: dataDirectory, CROWLIT_PORT: await freePort()};
  const key = 'sk-a-secret-nobody-may-read';
  const fake = await startModelServer(t, {key});
  const keyFile = join(temporaryDirectory(t), 'key');
  writeFileSync(keyFile, `${key}\n`);
  const model = async (...words: string[]) => {
    const running = crowlit(t, environment, 'model', ...words);
    const code = await running.ended;
    const told = {code, out: running.lines.join('\n'), errors: running.errors()};
    t.false(JSON.stringify(told).includes(key));
    return told;
  };
  const trying = {...answers, CROWLIT_SETUP_SECOND_FACTOR: 'optional'};
  t.is(await crowlit(t, {...environment, ...trying}, 'setup').ended, 0);
  const where = ['server', 'connect', fake.url, '--model', 'qwen', '--region', 'eu-at', '--private'];
  t.is((await model('server', 'connect', fake.url)).code, 2, 'who answers for its region must be said');
  const stranger = await model(...where, '--by', 'nobody@example.com');
  t.is(stranger.code, 2);
  t.regex(stranger.errors, /nobody@example\.com is no administrator here/);
  const by = ['--by', 'Ada@example.com'];
  t.regex((await model(...where, ...by, '--key-file', `${keyFile}x`)).errors, /The key cannot be read/);
  const keyless = await model(...where, ...by);
  t.regex(keyless.out + keyless.errors, /second administrator|approv/, 'more may leave when two agree');

  const serving = crowlit(t, environment, 'serve');
  const base = await addressOf(serving);
  const ada = {
    email: answers.CROWLIT_SETUP_ADMINISTRATOR_EMAIL,
    password: answers.CROWLIT_SETUP_ADMINISTRATOR_PASSWORD,
  };
  await approveAll({base, administrator: () => signInto(base, ada)});
  t.regex((await model('server', 'test')).errors, /wants a key/);
  const connected = await model(...where, ...by, '--key-file', keyFile);
  t.is(connected.code, 0, connected.errors);
  t.regex(connected.out, /qwen is reached, takes the key, keeps to the form it is given and streams/);
  t.regex((await model('activate', 'server')).errors, /crowlit model measure/);
  t.regex((await model('measure', 'server')).out, /F1 over facts/);
  t.regex((await model('activate', 'server')).out, /qwen answers visitors now/);
  t.regex((await model('list')).out, /^\* server: qwen {2}in eu-at, with a key; .*F1 \d\.\d\d here\n.*\/v1/m);
  t.regex((await model('server', 'remove')).errors, /Activate another model first/);
  fake.misbehave('broken');
  t.regex((await model('server', 'test')).errors, /answered 500/);
  t.is(await stop(serving), 0);
  t.regex((await model('activate', 'bundled')).out, /at the next start/);
  t.is((await model('server', 'remove')).code, 0);
  t.notRegex((await model('list')).out, /server: /);
});

test('the demo: passwords of its own each time, and a website with the widget on it', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const demo = crowlit(t, {CROWLIT_DATA_DIRECTORY: dataDirectory}, 'demo');
  const address = await addressOf(demo);
  const accounts = demo.lines.flatMap(
    line => /^(administrator|agent) +(\S+@example\.com) {2}(\S{16})$/.exec(line) ?? [],
  );
  t.is(accounts.length, 3 * 4, demo.lines.join('\n'));
  const [, , email, secret] = accounts;
  t.is((await post(`${address}/api/session`, {email, password: secret})).status, 200);
  t.is(await stop(demo), 0);
});

test('of an appliance that was killed no folder stays in the temporary directory', async t => {
  const temporary = temporaryDirectory(t);
  const folders = () => readdirSync(temporary).filter(name => name.startsWith('crowlit-'));
  const appliance = await startAppliance(t, {process: 'child', environment: {TMPDIR: temporary}});
  const [first = ''] = folders();
  await appliance.killHard();
  t.deepEqual(folders(), [first]);
  // its broker ends after it: while that one still listens the folder is left to the next start
  while (folders().includes(first)) {
    await appliance.start();
    await appliance.stop();
  }
  t.deepEqual(folders(), []);
});
