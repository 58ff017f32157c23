import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {type Appliance, createAppliance, type Outside} from '../../appliance/appliance.ts';
import {loadConfig} from '../../appliance/config.ts';
import {bundledModelPath, createInference} from '../../appliance/inference/index.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {type Clock, systemClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {type Agent, type Api, openAgent, openVisitor, signIn} from './clients.ts';
import {type DatabaseKind, freshDatabase, type Scope} from './databases.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const administrator = {
  name: 'Ada Admin',
  email: 'admin@example.com',
  password: 'plain words are long enough',
};
export const setupAnswers = {
  company: 'Example Bank',
  region: 'eu',
  administrator,
  privacyContact: {name: 'Privacy office', email: 'privacy@example.com'},
  retentionDays: {conversations: 180, leads: 365, usage: 30},
  site: {name: 'www.example.com', origins: ['https://www.example.com']},
  language: 'en' as const,
  // as an administrator may choose; what is asked otherwise is tested in second-factor.test.ts
  secondFactor: 'optional' as const,
};

/** As the bootstrap does: compiled code is kept between starts. */
export const compileCache = {
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, 'node_modules/.cache/crowlit-compiled'),
};

export type StartOptions = {
  database?: DatabaseKind;
  /** Data that is there already. */
  existing?: {directory: string; database: string; master: Buffer};
  /** `child`: the real command line in a process of its own, which can be killed. */
  process?: 'inside' | 'child';
  /** `none`: facts are read by rules alone, which is quick and always the same. */
  model?: 'none' | 'bundled' | Outside['model'];
  clock?: Clock;
  /** What imported models run on. */
  models?: Outside['models'];
  /** Whom the egress broker trusts beside those the host does. */
  authorities?: string[];
  /** Bytes of vectors held in memory. */
  vectorMemory?: number;
  /** How long a question may wait for its meaning: longer on a busy machine than a visitor would. */
  meaningPatienceMs?: number;
  /** What forbids the deletion of everything. */
  blockers?: Outside['blockers'];
  /** Certificate and key: then it is reached under https. Not for a child process. */
  tls?: Outside['tls'];
  /** Holds the broker's socket. */
  socketDirectory?: string;
  /** The folder of the built widget. */
  widget?: string;
  setUp?: boolean;
  environment?: Record<string, string>;
};

const noModel = () => ({
  info: () => undefined,
  point: () =>
    Promise.reject(new AppError('unavailable', 'llm.unavailable', 'There is no model in this test.')),
  status: () => ({state: 'failed' as const}),
  close: () => Promise.resolve(),
});

type Running = {
  base: string;
  setupUrl: string | undefined;
  inside: Appliance | undefined;
  child: ChildProcess | undefined;
  stop: () => Promise<void>;
};

const startInside = async (environment: Record<string, string>, options: StartOptions): Promise<Running> => {
  const config = loadConfig({environment, workingDirectory: root});
  const log = createLogger('silent');
  const master = Buffer.from(environment['CROWLIT_MASTER_KEY'] as string, 'base64');
  const wanted = options.model ?? 'none';
  const bundled = () => createInference({modelPath: bundledModelPath, log});
  const model = typeof wanted === 'object' ? wanted : wanted === 'bundled' ? bundled() : noModel();
  const appliance = await createAppliance(config, {
    master,
    clock: options.clock ?? systemClock,
    log,
    version: '0.0.0-test',
    tls: options.tls,
    model,
    directories: {
      adminUi: join(root, 'build/admin-ui'),
      widget: options.widget ?? join(root, 'build/widget'),
    },
    ...(options.socketDirectory === undefined ? {} : {socketDirectory: options.socketDirectory}),
    ...(options.models === undefined ? {} : {models: options.models}),
    ...(options.blockers === undefined ? {} : {blockers: options.blockers}),
    ...(options.authorities === undefined ? {} : {authorities: options.authorities}),
    ...(options.vectorMemory === undefined ? {} : {vectorMemory: options.vectorMemory}),
    ...(options.meaningPatienceMs === undefined ? {} : {meaningPatienceMs: options.meaningPatienceMs}),
  });
  const {url, setupUrl} = await appliance.start().catch(async (error: unknown) => {
    await appliance.close();
    throw error;
  });
  return {base: url, setupUrl, inside: appliance, child: undefined, stop: () => appliance.close()};
};

const startChild = async (environment: Record<string, string>): Promise<Running> => {
  const child = spawn(process.execPath, [join(root, 'appliance/main.ts'), 'serve'], {
    cwd: root,
    env: {PATH: process.env['PATH'] ?? '', ...compileCache, ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const exited = once(child, 'exit');
  const address = new Promise<string>((resolve, reject) => {
    createInterface({input: child.stdout as NodeJS.ReadableStream}).on('line', line => {
      const found = /https?:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    void exited.then(([code, signal]) =>
      reject(new Error(`the appliance ended with ${code ?? signal}: ${errors}`)),
    );
  });
  const url = new URL(await address);
  return {
    base: url.origin,
    setupUrl: url.pathname === '/setup' ? url.href : undefined,
    inside: undefined,
    child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exited;
    },
  };
};

/** A real appliance on a free port of loopback, with a database of its own, gone with the test. */
export const startAppliance = async (t: Scope, options: StartOptions = {}) => {
  const {directory, database, master} =
    options.existing ?? (await freshDatabase(t, options.database ?? 'sqlite'));
  const environment: Record<string, string> = {
    CROWLIT_DATA_DIRECTORY: directory,
    CROWLIT_DATABASE: database,
    CROWLIT_MASTER_KEY: master.toString('base64'),
    CROWLIT_PORT: '0',
    CROWLIT_LOG_LEVEL: 'error',
    ...(options.process === 'child' && options.model !== 'bundled'
      ? {CROWLIT_MODEL_PATH: join(directory, 'no-model.gguf')}
      : {}),
    // tests sign in and connect far more often than people do
    ...Object.fromEntries(
      ['SIGN_IN', 'VISITOR', 'AGENT', 'ADMIN', 'SOCKET', 'OTHER'].map(area => [
        `CROWLIT_REQUESTS_PER_MINUTE_${area}`,
        '1000000',
      ]),
    ),
    ...options.environment,
  };
  const start = () =>
    options.process === 'child' ? startChild(environment) : startInside(environment, options);
  let running = await start();
  t.teardown(() => running.stop());

  const setUp = async (): Promise<void> => {
    const code = new URL(running.setupUrl ?? '').hash.slice('#code='.length);
    const answer = await fetch(`${running.base}/api/setup`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: running.base},
      body: JSON.stringify({code, answers: setupAnswers}),
    });
    if (answer.status !== 200) throw new Error(`set-up: ${answer.status} ${await answer.text()}`);
  };
  if (options.setUp !== false) await setUp();

  let admin: Promise<Api> | undefined;
  const asAdministrator = (): Promise<Api> => (admin ??= signIn(running.base, administrator));
  const firstSite = async (): Promise<string> => {
    const {sites} = await (await asAdministrator()).call<{sites: {id: string}[]}>('GET', '/api/admin/sites');
    const [first] = sites;
    if (!first) throw new Error('there is no site');
    return first.id;
  };
  let site: Promise<string> | undefined;
  const siteId = (): Promise<string> => (site ??= firstSite());

  return {
    get base() {
      return running.base;
    },
    get inside() {
      if (!running.inside) throw new Error('this appliance runs in a process of its own');
      return running.inside;
    },
    get child() {
      return running.child;
    },
    get setupUrl() {
      return running.setupUrl;
    },
    directory,
    environment,
    administrator: asAdministrator,
    siteId,
    visitor: async (visitorOptions: {locale?: string; origin?: string} = {}) =>
      openVisitor(running.base, await siteId(), visitorOptions),
    /** A new agent, invited by the administrator, who chose a password and opened the console. */
    agent: async (
      name = 'Jana Muster',
      email = `agent-${Math.random().toString(36).slice(2)}@example.com`,
      password = 'another long enough password',
    ): Promise<Agent> => {
      const invited = await (await asAdministrator()).call<{invitationUrl: string}>(
        'POST',
        '/api/admin/users',
        {
          name,
          email,
          role: 'agent',
          languages: ['en'],
        },
      );
      const token = new URL(invited.invitationUrl).pathname.split('/').at(-1);
      const answer = await fetch(`${running.base}/api/invitations/${token}`, {
        method: 'POST',
        headers: {'content-type': 'application/json', origin: running.base},
        body: JSON.stringify({password}),
      });
      if (answer.status !== 200) throw new Error(`invitation: ${answer.status} ${await answer.text()}`);
      return openAgent(running.base, await signIn(running.base, {email, password}));
    },
    stop: () => running.stop(),
    killHard: async () => {
      const {child} = running;
      if (!child) throw new Error('only a child process can be killed');
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    start: async () => {
      running = await start();
      admin = undefined;
    },
  };
};
export type Started = Awaited<ReturnType<typeof startAppliance>>;
export const hasBundledModel = (): boolean =>
  existsSync(bundledModelPath) && readFileSync(bundledModelPath).length > 0;
