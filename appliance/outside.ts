import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import type {Outside} from './appliance.ts';
import type {Config} from './config.ts';
import {type Allowed, installNetworkGuard} from './egress/guard.ts';
import {brokerSocket} from './egress/egress.ts';
import {nobody} from './egress/probe.ts';
import {brokerEntry} from './egress/supervisor.ts';
import {inferenceEntry} from './inference/arguments.ts';
import {readingEntry} from './reading/arguments.ts';
import {bundledModelPath} from './inference/model-file.ts';
import {systemClock} from './kit/clock.ts';
import {AppError} from './kit/errors.ts';
import {createLogger, type Logger} from './kit/logger.ts';
import {loadMasterKey, type MasterKey} from './master-key.ts';
import {copyingWorker} from './storage/copying.ts';
import {prepareTls} from './tls.ts';
import {readAuthorities, readProxy} from './way-out.ts';

const root = resolve(import.meta.dirname, '..');
export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string})
  .version;
export const modelPath = (config: Pick<Config, 'model'>): string => config.model.path ?? bundledModelPath;

/** One after the other: under /proc the recursive `mkdir` of Node tries for ever. */
const makeFolders = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, {mode: 0o700});
};

export const prepareDataDirectory = (folder: string): void => {
  try {
    makeFolders(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const {code = 'error'} = cause as {code?: string};
    throw new AppError(
      'unavailable',
      'config.data_directory',
      `dataDirectory: ${folder} cannot be made or written by this user (${code}). Give the folder to this user, or set CROWLIT_DATA_DIRECTORY to another one.`,
      {cause},
    );
  }
};

const databaseAddresses = (config: Config): Allowed[] =>
  [config.database, config.keyStoreUrl].flatMap((text): Allowed[] => {
    if (text === undefined || text === 'sqlite') return [];
    const url = new URL(text);
    const port = Number(url.port === '' ? 5432 : url.port);
    const host = url.searchParams.get('host') ?? url.hostname;
    return host.startsWith('/') || host === ''
      ? [{path: join(host || '/var/run/postgresql', `.s.PGSQL.${port}`)}]
      : [{host, port}];
  });

/** Asked for in `setup`, where nobody waits for a model. */
const noModel: Outside['model'] = {
  info: () => undefined,
  status: () => ({state: 'closed'}),
  point: () =>
    Promise.reject(new AppError('unavailable', 'llm.unavailable', 'No model runs during the set-up.')),
  close: async () => undefined,
};

export type Prepared = {outside: Outside; key: MasterKey; notices: string[]};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const isListened = (socket: string): Promise<boolean> =>
  new Promise(resolve => {
    const line = connect(socket);
    line.once('connect', () => {
      line.destroy();
      resolve(true);
    });
    line.once('error', () => resolve(false));
  });

/** Folders that appliances left behind which were killed. */
const sweepSocketFolders = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^crowlit-(\d+)-\w{6}$/.exec(name)?.[1]);
    // in a container the next one may have the same number
    if (!pid || (pid !== process.pid && isRunning(pid))) continue;
    const folder = join(tmpdir(), name);
    if (await isListened(brokerSocket(folder))) continue;
    try {
      rmSync(brokerSocket(folder), {force: true});
      rmdirSync(folder);
    } catch {
      // somebody else's
    }
  }
};

/**
 * What the appliance is given from outside: keys, certificate, clock, log, model. The network guard comes first, before
 * anything that could open a connection.
 */
export const prepareOutside = async (config: Config, options: {withModel: boolean}): Promise<Prepared> => {
  prepareDataDirectory(config.dataDirectory);
  const log = createLogger(config.logLevel);
  // short and its own: a Unix socket's path may hold 107 bytes, a data directory's any number
  await sweepSocketFolders();
  const socketDirectory = mkdtempSync(join(tmpdir(), `crowlit-${process.pid}-`));
  installNetworkGuard({
    allow: [{path: brokerSocket(socketDirectory)}, ...databaseAddresses(config)],
    children: [{entry: brokerEntry, network: true}, {entry: inferenceEntry}, {entry: readingEntry}],
    workers: [copyingWorker],
    onRefused: ({code, details}) => {
      const refused = String(details?.['refused']);
      if (refused.includes(nobody.host)) log.info({refused}, 'the canary was held back, as it should be');
      else log.error({code, refused}, 'a direct connection was refused');
    },
  });
  try {
    return await prepare(config, {...options, log, socketDirectory});
  } catch (error) {
    rmSync(socketDirectory, {recursive: true, force: true});
    throw error;
  }
};

const prepare = async (
  config: Config,
  options: {withModel: boolean; log: Logger; socketDirectory: string},
): Promise<Prepared> => {
  const {log, socketDirectory} = options;
  const {material, notice} = await prepareTls(config, systemClock.now());
  const key = loadMasterKey(config);
  const notices = [key.notice, notice].filter(line => line !== undefined);
  const file = modelPath(config);
  if (options.withModel && !existsSync(file)) {
    notices.push(`There is no model at ${file}: facts are read by rules alone. Set model.path.`);
  }
  const {createInference} = await import('./inference/index.ts');
  const threads = config.model.threads === undefined ? {} : {threads: config.model.threads};
  return {
    key,
    notices,
    outside: {
      master: key.master,
      clock: systemClock,
      log,
      version,
      tls: material,
      model: options.withModel ? createInference({modelPath: file, log, ...threads}) : noModel,
      directories: {adminUi: join(root, 'build/admin-ui'), widget: join(root, 'build/widget')},
      socketDirectory,
      authorities: readAuthorities(config.authoritiesFile),
      proxy: readProxy(config.outboundProxy),
    },
  };
};
