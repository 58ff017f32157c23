import {execFile} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {type Config, configKeys, loadConfig} from '../../appliance/config.ts';
import {variableOf} from '../../appliance/config-sources.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {loadMasterKey} from '../../appliance/master-key.ts';
import {settings} from '../../appliance/settings-help.ts';
import {readSetupAnswers, setupExample, setupVariables} from '../../appliance/setup-answers.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {certificateFacts, prepareTls, readTls, selfSigned} from '../../appliance/tls.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const load = (
  environment: Record<string, string>,
  configFile?: string,
  workingDirectory = '/srv/crowlit',
): Config => loadConfig({environment, configFile, workingDirectory});
const problem = (t: ExecutionContext, run: () => unknown): string =>
  t.throws(run, {instanceOf: AppError})?.message ?? '';

test('without a word it listens on this machine alone, with its data in one folder', t => {
  t.like(load({}), {
    dataDirectory: '/srv/crowlit/data',
    host: '127.0.0.1',
    port: 8080,
    publicUrl: undefined,
    logLevel: 'info',
    database: 'sqlite',
    tls: undefined,
    masterKey: {from: 'file', file: '/srv/crowlit/data/master.key'},
  });
});

test('the environment goes before the file, the file before the default; paths are relative to where they were written', t => {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'crowlit.yaml');
  writeFileSync(
    file,
    'port: 9000\ndataDirectory: store\nlogLevel: debug\ntls:\n  certificateFile: tls/cert.pem\n  keyFile: /etc/crowlit/key.pem\n',
  );
  const config = load({CROWLIT_PORT: '0', CROWLIT_MODEL_THREADS: '3', CROWLIT_BEHIND_PROXY: 'true'}, file);
  t.like(config, {
    port: 0,
    dataDirectory: join(folder, 'store'),
    logLevel: 'debug',
    behindProxy: true,
    model: {threads: 3},
    tls: {certificateFile: join(folder, 'tls/cert.pem'), keyFile: '/etc/crowlit/key.pem'},
  });
  t.deepEqual(
    load({CROWLIT_CONFIG: file, CROWLIT_PORT: '0', CROWLIT_MODEL_THREADS: '3', CROWLIT_BEHIND_PROXY: 'true'}),
    config,
  );
  t.is(load({CROWLIT_DATA_DIRECTORY: 'elsewhere'}).dataDirectory, '/srv/crowlit/elsewhere');
});

test('every error names the key, where it came from, and the mend; all of them at once', t => {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'crowlit.json');
  writeFileSync(
    file,
    JSON.stringify({prot: 1, tls: {certFile: 'x'}, database: 'mysql://db', logLevel: 'loud'}),
  );
  const message = problem(t, () =>
    load({CROWLIT_PORT: '99999', CROWLIT_HOTS: '::1', CROWLIT_TLS_KEYFILE: 'x'}, file),
  );
  for (const line of [
    `prot (from ${file}) is not a known key. Did you mean port?`,
    `tls.certFile (from ${file}) is not a known key. Did you mean tls.keyFile?`,
    'CROWLIT_HOTS (from the environment) is not a known key. Did you mean CROWLIT_HOST?',
    'CROWLIT_TLS_KEYFILE (from the environment) is not a known key. Did you mean CROWLIT_TLS_KEY_FILE?',
    'port (from CROWLIT_PORT): Write a number from 0 to 65535; 0 takes any free port.',
    `database (from ${file}): Write \`sqlite\`, or a URL like postgres://`,
    `logLevel (from ${file}): Write one of: debug, info, warn, error, silent.`,
  ]) {
    t.true(message.includes(line), `${line}\n---\n${message}`);
  }
  t.true(
    problem(t, () => load({}, '/nowhere/crowlit.yaml')).includes(
      '--config: the file /nowhere/crowlit.yaml does not exist',
    ),
  );
  writeFileSync(file, 'port: [1');
  t.true(problem(t, () => load({CROWLIT_CONFIG: file})).includes('is neither YAML nor JSON'));
  writeFileSync(file, '- port');
  t.true(problem(t, () => load({}, file)).includes('must hold keys and values'));
  for (const value of ['', '8080.5', '-1', '0x10', '1e3']) {
    t.true(problem(t, () => load({CROWLIT_PORT: value})).includes('port (from CROWLIT_PORT)'), value);
  }
  t.is(new Set(configKeys.map(key => variableOf(key))).size, configKeys.length);
});

test('nothing listens on a network without TLS, and no database is reached over one in the clear', t => {
  const message = problem(t, () => load({CROWLIT_HOST: '0.0.0.0'}));
  t.true(message.includes('host (from CROWLIT_HOST): 0.0.0.0 can be reached from the network'));
  t.true(message.includes('tls.selfSigned: true'));
  t.deepEqual(load({CROWLIT_HOST: '0.0.0.0', CROWLIT_TLS_SELF_SIGNED: 'true'}).tls, {selfSigned: true});
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost'])
    t.is(load({CROWLIT_HOST: host}).host, host);
  t.true(
    problem(t, () => load({CROWLIT_HOST: '127.0.0.1.example.com'})).includes('host (from CROWLIT_HOST)'),
  );
  t.true(problem(t, () => load({CROWLIT_TLS_KEY_FILE: 'k'})).includes('tls.certificateFile is missing'));

  t.true(
    problem(t, () => load({CROWLIT_DATABASE: 'postgres://u:secret@db.example.com/x'})).includes(
      'sslmode=verify-full',
    ),
  );
  t.notRegex(
    problem(t, () => load({CROWLIT_DATABASE: 'postgres://u:secret@db.example.com/x'})),
    /secret/,
  );
  for (const url of [
    'postgres://u@127.0.0.1/x',
    'postgres://u@db.example.com/x?sslmode=verify-full',
    'postgresql://u@[::1]:5433/x',
  ]) {
    t.is(load({CROWLIT_DATABASE: url}).database, url);
  }
  for (const url of [
    'https://chat.example.com/path',
    'chat.example.com',
    'ftp://chat.example.com',
    'https://user@chat.example.com',
  ]) {
    t.true(
      problem(t, () => load({CROWLIT_PUBLIC_URL: url})).includes('publicUrl (from CROWLIT_PUBLIC_URL)'),
      url,
    );
  }
});

test('the master key: made once, kept to its owner, never made anew over data', t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const config = {dataDirectory, masterKey: {from: 'file', file: join(dataDirectory, 'master.key')} as const};
  const first = loadMasterKey(config);
  t.is(first.master.length, 32);
  t.regex(first.notice ?? '', /keep a copy in another place/);
  t.is(statSync(config.masterKey.file).mode & 0o777, 0o600);
  const second = loadMasterKey(config);
  t.deepEqual([second.master, second.notice], [first.master, undefined]);

  chmodSync(config.masterKey.file, 0o640);
  t.throws(() => loadMasterKey(config), {code: 'config.master_key_open', message: /chmod 600/});
  chmodSync(config.masterKey.file, 0o600);
  writeFileSync(config.masterKey.file, 'too short');
  t.throws(() => loadMasterKey(config), {code: 'config.master_key_malformed'});

  writeFileSync(join(dataDirectory, 'appliance.sqlite'), 'data');
  const elsewhere = {
    dataDirectory,
    masterKey: {from: 'file', file: join(dataDirectory, 'other.key')} as const,
  };
  t.throws(() => loadMasterKey(elsewhere), {
    code: 'config.master_key_missing',
    message: /nothing was changed/,
  });
  t.false(existsSync(elsewhere.masterKey.file));

  const value = Buffer.alloc(32, 7).toString('base64');
  t.deepEqual(
    loadMasterKey({dataDirectory, masterKey: {from: 'environment', value}}).master,
    Buffer.alloc(32, 7),
  );
  t.throws(() => loadMasterKey({dataDirectory, masterKey: {from: 'environment', value: 'c2hvcnQ='}}), {
    message: /CROWLIT_MASTER_KEY is not a master key/,
  });

  const credentials = temporaryDirectory(t);
  writeFileSync(join(credentials, 'crowlit-master-key'), value, {mode: 0o440});
  const credential = load({CREDENTIALS_DIRECTORY: credentials, CROWLIT_DATA_DIRECTORY: dataDirectory});
  t.is(credential.masterKey.from, 'credential');
  t.deepEqual(loadMasterKey(credential).master, Buffer.alloc(32, 7));
  t.is(load({CREDENTIALS_DIRECTORY: credentials, CROWLIT_MASTER_KEY: value}).masterKey.from, 'environment');
});

test('a self-signed certificate is made once, for the names people use, and made anew in time', async t => {
  const dataDirectory = temporaryDirectory(t);
  const config = {
    host: '0.0.0.0',
    publicUrl: 'https://chat.example.com',
    dataDirectory,
    tls: {selfSigned: true},
  } as const;
  const now = new Date('2026-03-02T08:00:00Z');
  const first = await prepareTls(config, now);
  t.regex(first.notice ?? '', /self-signed certificate is used/);
  const {names, daysLeft} = certificateFacts(first.material?.certificate ?? '');
  t.true(
    names.includes('chat.example.com') && names.includes('localhost') && names.includes('127.0.0.1'),
    names.join(),
  );
  t.is(daysLeft(now), 397);
  t.is(statSync(join(dataDirectory, 'tls/self-signed.key')).mode & 0o777, 0o600);
  t.deepEqual((await prepareTls(config, now)).material, first.material);
  t.notDeepEqual((await prepareTls(config, new Date('2027-03-20T08:00:00Z'))).material, first.material);
});

test('a certificate that cannot serve is refused with the reason', async t => {
  const folder = temporaryDirectory(t);
  const files = {certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem')};
  t.throws(() => readTls(files), {code: 'config.tls_unreadable', message: /tls\.certificateFile/});
  const now = new Date('2026-03-02T08:00:00Z');
  const [one, other] = await Promise.all([
    selfSigned({names: ['localhost'], now}),
    selfSigned({names: ['localhost'], now}),
  ]);
  writeFileSync(files.certificateFile, one.certificate);
  writeFileSync(files.keyFile, other.key);
  t.throws(() => readTls(files), {code: 'config.tls_mismatch', message: /tls\.keyFile/});
  writeFileSync(files.keyFile, 'not a key');
  t.throws(() => readTls(files), {code: 'config.tls_malformed'});
  writeFileSync(files.keyFile, one.key);
  const expired = await prepareTls(
    {host: '127.0.0.1', dataDirectory: folder, tls: files},
    new Date('2030-01-01T00:00:00Z'),
  );
  t.regex(expired.notice ?? '', /ended \d+ days ago/);
});

const answers = {
  company: 'Example Bank',
  region: 'eu',
  administrator: {name: 'Ada Example', email: 'ada@example.com', password: 'a long enough password'},
  privacyContact: {email: 'privacy@example.com'},
  site: {name: 'www', origins: ['https://www.example.com']},
};

test('the file of answers that help shows is one that the set-up takes', async t => {
  const folder = temporaryDirectory(t);
  const {code, out} = await crowlit({}, 'help', 'setup');
  t.is(code, 0);
  t.true(out.includes(setupExample));
  t.true(out.includes('CROWLIT_SETUP_SITE_ORIGINS'));
  writeFileSync(join(folder, 'answers.yaml'), setupExample);
  const read = readSetupAnswers({
    file: 'answers.yaml',
    regions: ['eu-de'],
    environment: {},
    workingDirectory: folder,
  });
  t.like(read, {company: 'Example Bank', secondFactor: 'required', retentionDays: {leads: 365}});
});

test('the set-up can be answered by a file, by variables, or by both', t => {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'answers.json');
  writeFileSync(file, JSON.stringify(answers));
  const read = (environment: Record<string, string>, given?: string) =>
    readSetupAnswers({file: given, regions: ['eu', 'eu-at', 'ch'], environment, workingDirectory: folder});
  t.is(read({}), undefined);
  t.like(read({}, 'answers.json'), {
    ...answers,
    privacyContact: {name: '', email: 'privacy@example.com'},
    language: 'en',
    retentionDays: {conversations: 180},
  });
  const variables = {
    CROWLIT_SETUP_COMPANY: 'Example Bank',
    CROWLIT_SETUP_REGION: 'eu',
    CROWLIT_SETUP_ADMINISTRATOR_NAME: 'Ada Example',
    CROWLIT_SETUP_ADMINISTRATOR_EMAIL: 'ada@example.com',
    CROWLIT_SETUP_ADMINISTRATOR_PASSWORD: 'a long enough password',
    CROWLIT_SETUP_PRIVACY_CONTACT_EMAIL: 'privacy@example.com',
    CROWLIT_SETUP_SITE_NAME: 'www',
    CROWLIT_SETUP_SITE_ORIGINS: 'https://www.example.com',
  };
  t.deepEqual(read(variables), read({CROWLIT_SETUP_FILE: file}));
  const both = read({
    CROWLIT_SETUP_FILE: file,
    CROWLIT_SETUP_COMPANY: 'Other Ltd',
    CROWLIT_SETUP_SITE_ORIGINS: 'https://a.example.com, https://b.example.com',
  });
  t.like(both, {
    company: 'Other Ltd',
    site: {name: 'www', origins: ['https://a.example.com', 'https://b.example.com']},
  });

  const {CROWLIT_SETUP_REGION: _region, ...incomplete} = variables;
  const message = problem(t, () => read({...incomplete, CROWLIT_SETUP_ADMINISTRATOR_PASSWORD: 'short'}));
  t.true(message.includes('`region` (environment, or CROWLIT_SETUP_REGION): this is missing.'), message);
  t.true(message.includes('`administrator.password`') && message.includes('at least 12 characters'), message);
  t.notRegex(message, /short/);
  t.true(
    problem(t, () => read({...variables, CROWLIT_SETUP_COMPANI: 'x'})).includes(
      'Did you mean CROWLIT_SETUP_COMPANY?',
    ),
  );
});

const crowlit = (environment: Record<string, string>, ...parameters: string[]) =>
  new Promise<{code: number; out: string; error: string}>(resolve => {
    const main = join(import.meta.dirname, '../../appliance/main.ts');
    execFile(process.execPath, [main, ...parameters], {env: environment}, (error, out, stderr) => {
      resolve({code: typeof error?.code === 'number' ? error.code : 0, out, error: stderr});
    });
  });

test('the command line: what is wrong in one plain line, and no stack', async t => {
  const unknown = await crowlit({}, 'sevre');
  t.is(unknown.code, 2);
  t.regex(unknown.error, /no command sevre/);
  const option = await crowlit({}, 'serve', '--prot', '1');
  t.is(option.code, 2);
  t.regex(option.error, /^crowlit: Unknown option '--prot'/);
  const wrong = await crowlit({CROWLIT_PORT: 'eighty'}, 'serve');
  t.is(wrong.code, 2);
  t.regex(wrong.error, /port \(from CROWLIT_PORT\)/);
  t.notRegex(wrong.error, /\n {4}at /);
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'file'), '');
  const nowhere = await crowlit({CROWLIT_DATA_DIRECTORY: join(folder, 'file', 'data')}, 'serve');
  t.is(nowhere.code, 1);
  t.regex(nowhere.error, /^crowlit: dataDirectory: .* cannot be made or written/);
  const kernel = await crowlit({CROWLIT_DATA_DIRECTORY: '/proc/crowlit/data'}, 'serve');
  t.regex(kernel.error, /^crowlit: dataDirectory: .* cannot be made or written/);
  const help = await crowlit({}, 'help');
  t.is(help.code, 0);
  for (const command of ['serve', 'setup', 'doctor', 'demo', 'help'])
    t.true(help.out.includes(`  ${command}`), command);
});

test('help lists every setting with what it means, and README says where', async t => {
  const {out, code} = await crowlit({}, 'help', 'settings');
  t.is(code, 0);
  t.deepEqual(
    settings().map(({key}) => key),
    configKeys,
  );
  const squeezed = out.replaceAll(/ +/g, ' ');
  for (const {key, variable, meaning, default: fallback} of settings()) {
    t.true(meaning.length > 10, `${key} says what it is for`);
    t.true(
      squeezed.includes(` ${key} ${meaning}${fallback === undefined ? '' : ` [${fallback}]`}\n ${variable}`),
      key,
    );
  }
  for (const name of setupVariables) t.true(out.includes(name), name);
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  t.true(readme.includes('`npm run crowlit -- help settings`'));
});

test('the doctor tries the master key on the data, running or not, and says what to do when it is another', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const environment = {CROWLIT_DATA_DIRECTORY: dataDirectory, CROWLIT_PORT: '0'};
  const keyOf = async (more: Record<string, string> = {}) => {
    const {out} = await crowlit({...environment, ...more}, 'doctor', '--json');
    return (JSON.parse(out) as Report).findings.find(({check}) => check === 'Master key');
  };
  const storage = await openStorage({
    directory: dataDirectory,
    database: 'sqlite',
    master: Buffer.alloc(32, 1),
    clock: systemClock,
    tables: allTables,
  });
  const key = (byte: number) => ({CROWLIT_MASTER_KEY: Buffer.alloc(32, byte).toString('base64')});
  t.is((await keyOf(key(1)))?.severity, 'attention', 'right, though it stands in the environment');
  t.is((await keyOf(key(2)))?.severity, 'danger');
  await storage.close();
  const before = readdirSync(join(dataDirectory, 'keys'));
  t.is((await keyOf(key(1)))?.severity, 'attention');
  const file = join(temporaryDirectory(t), 'crowlit.key');
  writeFileSync(file, Buffer.alloc(32, 2).toString('base64'), {mode: 0o600});
  const wrong = await keyOf({CROWLIT_MASTER_KEY_FILE: file});
  t.is(wrong?.severity, 'danger');
  t.regex(wrong?.state ?? '', /crowlit\.key is not the key the stored data was made with/);
  t.regex(wrong?.mend ?? '', /from the copy that was kept elsewhere/);
  writeFileSync(file, Buffer.alloc(32, 1).toString('base64'));
  t.is((await keyOf({CROWLIT_MASTER_KEY_FILE: file}))?.severity, 'ok');
  t.deepEqual(readdirSync(join(dataDirectory, 'keys')), before, 'it only looks');
});

type Report = {findings: {check: string; severity: string; state: string; mend: string | null}[]};

test('the doctor says where keys lie in the same backup as the data', async t => {
  const severity = async (environment: Record<string, string>) => {
    const {out} = await crowlit(
      {CROWLIT_DATA_DIRECTORY: join(temporaryDirectory(t), 'data'), CROWLIT_PORT: '0', ...environment},
      'doctor',
      '--json',
    );
    const finding = (JSON.parse(out) as Report).findings.find(({check}) => check === 'Key store');
    if (finding?.severity === 'attention') t.regex(finding.mend ?? '', /keyStoreUrl/);
    return finding?.severity;
  };
  const database = 'postgres://crowlit@127.0.0.1:5432/crowlit';
  t.is(await severity({}), 'ok');
  t.is(await severity({CROWLIT_DATABASE: database}), 'attention');
  t.is(
    await severity({CROWLIT_DATABASE: database, CROWLIT_KEY_STORE_URL: 'postgres://keys@127.0.0.1/keys'}),
    'attention',
  );
  t.is(
    await severity({
      CROWLIT_DATABASE: database,
      CROWLIT_KEY_STORE_URL: 'postgres://keys@127.0.0.1:5433/keys',
    }),
    'ok',
  );
});

test('the doctor sees what is wrong, changes nothing, and its answer is for programs, too', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data');
  const doctor = async (environment: Record<string, string>) => {
    const {out, code} = await crowlit(
      {CROWLIT_DATA_DIRECTORY: dataDirectory, ...environment},
      'doctor',
      '--json',
    );
    const {findings} = JSON.parse(out) as Report;
    for (const {check, severity, mend} of findings)
      t.is(mend === null, severity === 'ok' || severity === 'unknown', check);
    return {code, of: (check: string) => findings.find(one => one.check === check)};
  };
  const fresh = await doctor({CROWLIT_PORT: '0'});
  t.false(existsSync(dataDirectory), 'it only looks');
  t.is(fresh.of('Data directory')?.severity, 'attention');
  t.is(fresh.of('Node')?.severity, 'ok');
  for (const check of ['Mail', 'Keys', 'Promises', 'Egress broker', 'Way out', 'Region of the disk'])
    t.like(fresh.of(check), {severity: 'unknown'}, 'what nobody looked at is not called in order');

  mkdirSync(join(dataDirectory, 'keys'), {recursive: true});
  chmodSync(dataDirectory, 0o755);
  writeFileSync(join(dataDirectory, 'keys/key-store.sqlite'), '');
  writeFileSync(join(dataDirectory, 'master.key'), `${Buffer.alloc(32, 1).toString('base64')}\n`, {
    mode: 0o644,
  });
  const foreign = createServer((_request, response) => response.end('another program'));
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve));
  t.teardown(() => foreign.close());
  const {port} = foreign.address() as AddressInfo;
  const sick = await doctor({CROWLIT_PORT: String(port)});
  t.is(sick.code, 1);
  t.like(sick.of('Data directory'), {
    severity: 'danger',
    mend: `Run: chmod 700 ${dataDirectory} ${dataDirectory}/keys`,
  });
  t.like(sick.of('Master key'), {severity: 'danger', mend: `Run: chmod 600 ${dataDirectory}/master.key`});
  t.is(sick.of('Address')?.severity, 'danger');

  chmodSync(dataDirectory, 0o700);
  chmodSync(join(dataDirectory, 'keys'), 0o700);
  chmodSync(join(dataDirectory, 'master.key'), 0o600);
  const better = await doctor({CROWLIT_PORT: '0'});
  t.is(better.of('Data directory')?.severity, 'ok');
  t.is(better.of('Master key')?.severity, 'attention', 'the key lies beside the data');
  const apart = join(temporaryDirectory(t), 'crowlit.key');
  writeFileSync(apart, readFileSync(join(dataDirectory, 'master.key')), {mode: 0o600});
  t.is((await doctor({CROWLIT_PORT: '0', CROWLIT_MASTER_KEY_FILE: apart})).of('Master key')?.severity, 'ok');
  t.is(
    (await doctor({CROWLIT_PORT: '0', CROWLIT_MASTER_KEY_FILE: `${apart}.gone`})).of('Master key')?.severity,
    'danger',
  );
});
