import {dirname, resolve} from 'node:path';
import {z} from 'zod';
import {
  configError,
  type Environment,
  type Found,
  flatten,
  keysOf,
  readDocument,
  unflatten,
  unknownKey,
  variableOf,
} from './config-sources.ts';
import {canonicalHost} from './egress/address.ts';
import {defaultRequestsPerMinute} from './http/rates.ts';
import {logLevels} from './kit/logger.ts';
import {isLoopback} from './tls.ts';

const whole = (min: number, max: number, mend: string) =>
  z
    .union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)], mend)
    .pipe(z.number().int(mend).min(min, mend).max(max, mend));
const flag = z.union([z.boolean(), z.stringbool()], 'Write true or false.');
const text = (mend: string) => z.string(mend).trim().min(1, mend);
const rate = (fallback: number) =>
  whole(1, 10_000_000, 'Write a whole number of requests a minute, 1 or more.').default(fallback);

const lines = (fallback: number) =>
  whole(1, 1_000_000, 'Write a whole number of connections, 1 or more.').default(fallback);

const publicUrl = text('Write the address people use, like https://chat.example.com.').refine(value => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
}, 'Write scheme and host only, like https://chat.example.com: no path, no user.');

const postgresMend =
  'Write `sqlite`, or a URL like postgres://user:password@host:5432/name; to another machine with ?sslmode=verify-full.';
const databaseUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol)) return false;
  const secure = ['require', 'verify-ca', 'verify-full'].includes(url.searchParams.get('sslmode') ?? '');
  return secure || url.hostname === '' || isLoopback(url.hostname.replaceAll(/[[\]]/g, ''));
};

/** `crowlit help settings` lists them from here. */
export const schema = z.strictObject({
  dataDirectory: text('Name the folder for data, keys and certificates.')
    .default('data')
    .describe('the folder for data, keys and certificates'),
  host: text('Name the address to listen on: 127.0.0.1, or 0.0.0.0 for all.')
    .default('127.0.0.1')
    .describe('the address to listen on; 0.0.0.0 for all, which needs TLS'),
  port: whole(0, 65_535, 'Write a number from 0 to 65535; 0 takes any free port.')
    .default(8080)
    .describe('the port to listen on; 0 takes any free one'),
  publicUrl: publicUrl
    .optional()
    .describe('the address people use, where it is another than the one listened on'),
  behindProxy: flag
    .default(false)
    .describe('true: a TLS proxy stands in front, and its X-Forwarded-For is believed'),
  logLevel: z
    .enum(logLevels, `Write one of: ${logLevels.join(', ')}.`)
    .default('info')
    .describe(`how much the log says: ${logLevels.join(', ')}`),
  database: text(postgresMend)
    .refine(value => value === 'sqlite' || databaseUrl(value), postgresMend)
    .default('sqlite')
    .describe('`sqlite`, or postgres://user:password@host:5432/name?sslmode=verify-full'),
  keyStoreUrl: text(postgresMend)
    .refine(databaseUrl, postgresMend)
    .optional()
    .describe('PostgreSQL only: where the key store lives, if not in the same database'),
  masterKeyFile: text('Name the file that holds the master key.')
    .optional()
    .describe('the file that holds the master key; by default master.key in the data folder'),
  tls: z.strictObject({
    certificateFile: text('Name the PEM file of the certificate with its chain.')
      .optional()
      .describe('PEM file of the certificate with its chain'),
    keyFile: text('Name the PEM file of the private key.').optional().describe('PEM file of its private key'),
    selfSigned: flag.default(false).describe('true: a certificate made here, for a first try'),
  }),
  model: z.strictObject({
    path: text('Name the GGUF file or the folder of models.')
      .optional()
      .describe('the GGUF file, or the folder of models; by default the bundled one'),
    threads: whole(1, 256, 'Write how many processor threads the model may use, 1 to 256.')
      .optional()
      .describe('how many processor threads the model may use'),
  }),
  audit: z.strictObject({
    directory: text('Name the folder that checkpoints of the audit log are written to.')
      .optional()
      .describe('a write-once folder, best on another machine, for the audit log’s checkpoints'),
    file: text('Name the file that checkpoints of the audit log are added to.')
      .optional()
      .describe('a file that a log collector (SIEM) reads, for the audit log’s checkpoints'),
  }),
  outboundProxy: z.strictObject({
    host: text('Name the proxy’s host alone, like proxy.example.com.')
      .refine(
        value => canonicalHost(value) !== null,
        'Write a host name or an address alone, without http:// and port.',
      )
      .optional()
      .describe('the organisation’s proxy that leads outwards (HTTP CONNECT); TLS goes through it unopened'),
    port: whole(1, 65_535, 'Write the proxy’s port, 1 to 65535.')
      .default(3128)
      .describe('the outbound proxy’s port'),
    credentialsFile: text('Name the file that holds user:password for the proxy.')
      .optional()
      .describe('a file with one line, user:password, where the proxy wants a sign-in'),
  }),
  authoritiesFile: text('Name the PEM file of your organisation’s certificate authorities.')
    .optional()
    .describe('PEM file of certificate authorities of the organisation’s own, trusted for what goes out'),
  keys: z.strictObject({
    rotateEveryDays: whole(0, 3650, 'Write a whole number of days, up to 3650; 0 for never.')
      .default(90)
      .describe('after how many days the wrapping key changes by itself; 0 for never'),
    copyKeysDirectory: text('Name the folder for the keys of the key store’s copies.')
      .optional()
      .describe('where the keys of the key store’s daily copies lie; best on another disk than the data'),
  }),
  chat: z.strictObject({
    messagesPerConversation: whole(10, 100_000, 'Write a whole number of messages, 10 or more.')
      .default(2000)
      .describe('how many messages a conversation holds'),
    messagesPerTenSeconds: whole(1, 1_000_000, 'Write a whole number of messages, 1 or more.')
      .default(20)
      .describe('how many messages one chat connection may send in ten seconds'),
    framesPerTenSeconds: whole(1, 1_000_000, 'Write a whole number of frames, 1 or more.')
      .default(100)
      .describe('the same for everything it sends'),
    connections: lines(10_000).describe('chat connections open at once'),
    connectionsPerAddress: lines(100).describe('the same, of visitors from one address'),
    connectionsPerSession: lines(10).describe('the same, of one chat session'),
  }),
  requestsPerMinute: z.strictObject({
    signIn: rate(defaultRequestsPerMinute.signIn).describe('attempts to sign in, from one address'),
    visitor: rate(defaultRequestsPerMinute.visitor).describe('requests of visitors’ chats, from one address'),
    agent: rate(defaultRequestsPerMinute.agent).describe('requests of agents, from one address'),
    admin: rate(defaultRequestsPerMinute.admin).describe('requests to the administration, from one address'),
    socket: rate(defaultRequestsPerMinute.socket).describe('new connections, from one address'),
    other: rate(defaultRequestsPerMinute.other).describe('everything else, from one address'),
  }),
});
type Settings = z.output<typeof schema>;
export const configKeys = keysOf(schema);
const paths = [
  'dataDirectory',
  'masterKeyFile',
  'tls.certificateFile',
  'tls.keyFile',
  'model.path',
  'audit.directory',
  'audit.file',
  'outboundProxy.credentialsFile',
  'authoritiesFile',
  'keys.copyKeysDirectory',
];

export type MasterKeySource =
  | {from: 'environment'; value: string}
  | {from: 'credential'; file: string}
  | {from: 'file'; file: string};

/** Everything the appliance is told from outside. `masterKey` may hold the secret itself: never log it. */
export type Config = Omit<Settings, 'tls' | 'masterKeyFile'> & {
  tls: {certificateFile: string; keyFile: string} | {selfSigned: true} | undefined;
  masterKey: MasterKeySource;
};

/** Not settings: handled by `main.ts`, the set-up answers, and the master key. */
const reserved = ['CROWLIT_CONFIG', 'CROWLIT_MASTER_KEY'];

const gather = (input: ConfigInput, problems: string[]): Map<string, Found> => {
  const found = new Map<string, Found>();
  const file = input.configFile ?? input.environment['CROWLIT_CONFIG'];
  if (file !== undefined) {
    const at = resolve(input.workingDirectory, file);
    const named = input.configFile === undefined ? 'CROWLIT_CONFIG' : '--config';
    for (const [key, value] of flatten(readDocument(at, named), configKeys)) {
      const source = `from ${at}`;
      if (configKeys.includes(key)) found.set(key, {value, source, directory: dirname(at)});
      else problems.push(unknownKey(key, source, configKeys));
    }
  }
  const variables = new Map(configKeys.map(key => [variableOf(key), key]));
  for (const [name, value] of Object.entries(input.environment)) {
    if (!name.startsWith('CROWLIT_') || value === undefined) continue;
    if (reserved.includes(name) || name.startsWith('CROWLIT_SETUP_')) continue;
    const key = variables.get(name);
    if (key === undefined)
      problems.push(unknownKey(name, 'from the environment', [...variables.keys(), ...reserved]));
    else found.set(key, {value, source: `from ${name}`, directory: input.workingDirectory});
  }
  return found;
};

/** What zod cannot see in one key alone. */
const together = (settings: Settings, where: (key: string) => string): string[] => {
  const problems: string[] = [];
  const {tls, host} = settings;
  if ((tls.certificateFile === undefined) !== (tls.keyFile === undefined)) {
    const [given, missing] =
      tls.keyFile === undefined
        ? ['tls.certificateFile', 'tls.keyFile']
        : ['tls.keyFile', 'tls.certificateFile'];
    problems.push(`${missing} is missing: ${given} (${where(given)}) needs it.`);
  }
  if (tls.selfSigned && tls.certificateFile !== undefined) {
    problems.push(
      `tls.selfSigned (${where('tls.selfSigned')}): leave it out where tls.certificateFile is given.`,
    );
  }
  if (!isLoopback(host) && !tls.selfSigned && tls.certificateFile === undefined) {
    problems.push(
      `host (${where('host')}): ${host} can be reached from the network, and nothing leaves this machine unencrypted. ` +
        'Give tls.certificateFile and tls.keyFile, or tls.selfSigned: true for a first try, or keep host 127.0.0.1 behind a TLS proxy.',
    );
  }
  if (settings.outboundProxy.credentialsFile !== undefined && settings.outboundProxy.host === undefined) {
    problems.push(
      `outboundProxy.host is missing: outboundProxy.credentialsFile (${where('outboundProxy.credentialsFile')}) needs it.`,
    );
  }
  if (settings.keyStoreUrl !== undefined && settings.database === 'sqlite') {
    problems.push(
      `keyStoreUrl (${where('keyStoreUrl')}): only used with PostgreSQL. Leave it out with sqlite.`,
    );
  }
  return problems;
};

const masterKeySource = (settings: Settings, environment: Environment): MasterKeySource => {
  const value = environment['CROWLIT_MASTER_KEY'];
  if (value !== undefined) return {from: 'environment', value};
  if (settings.masterKeyFile !== undefined) return {from: 'file', file: settings.masterKeyFile};
  const credentials = environment['CREDENTIALS_DIRECTORY'];
  if (credentials !== undefined)
    return {from: 'credential', file: resolve(credentials, 'crowlit-master-key')};
  return {from: 'file', file: resolve(settings.dataDirectory, 'master.key')};
};

export type ConfigInput = {
  /** From `--config`; else CROWLIT_CONFIG. */
  configFile?: string | undefined;
  environment: Environment;
  workingDirectory: string;
};

/** Defaults, then the file, then the environment. All problems are told at once: key, source and mend. */
export const loadConfig = (input: ConfigInput): Config => {
  const problems: string[] = [];
  const found = gather(input, problems);
  for (const key of paths) {
    const one = found.get(key);
    if (one && typeof one.value === 'string' && one.value.trim() !== '') {
      found.set(key, {...one, value: resolve(one.directory, one.value)});
    }
  }
  const where = (key: string): string => found.get(key)?.source ?? 'by default';
  const parsed = schema.safeParse({
    tls: {},
    model: {},
    audit: {},
    outboundProxy: {},
    keys: {},
    chat: {},
    requestsPerMinute: {},
    ...unflatten(found),
  });
  if (!parsed.success) {
    for (const {path, message} of parsed.error.issues) {
      const key = path.join('.');
      problems.push(`${key} (${where(key)}): ${message}`);
    }
    throw configError(problems);
  }
  problems.push(...together(parsed.data, where));
  if (problems.length > 0) throw configError(problems);
  const {tls, masterKeyFile: _file, ...settings} = parsed.data;
  const dataDirectory = resolve(input.workingDirectory, settings.dataDirectory);
  return {
    ...settings,
    dataDirectory,
    masterKey: masterKeySource({...parsed.data, dataDirectory}, input.environment),
    tls:
      tls.certificateFile !== undefined && tls.keyFile !== undefined
        ? {certificateFile: tls.certificateFile, keyFile: tls.keyFile}
        : tls.selfSigned
          ? {selfSigned: true}
          : undefined,
  };
};
