import {randomBytes} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Config} from './config.ts';
import {AppError} from './kit/errors.ts';
import {opensKeyStore} from './storage/master-check.ts';
import {deriveKey} from './storage/seal.ts';

const bytes = 32;

export type MasterKey = {
  master: Buffer;
  /** Set when this start made the key: the person must hear of it. */
  notice: string | undefined;
  /** Takes back a key made just now, when it turns out that the data has another one. */
  discard: () => void;
};

const decode = (text: string, named: string): Buffer => {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== bytes) {
    throw new AppError(
      'invalid',
      'config.master_key_malformed',
      `${named} is not a master key: it must be ${bytes} bytes in base64 (\`openssl rand -base64 32\`). Nothing was changed.`,
    );
  }
  return key;
};

const readFile = (file: string, checkMode: boolean): Buffer => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'config.master_key_unreadable',
      `The master key ${file} cannot be read by this user.`,
      {cause},
    );
  }
  const mode = statSync(file).mode & 0o777;
  if (checkMode && (mode & 0o077) !== 0) {
    throw new AppError(
      'unavailable',
      'config.master_key_open',
      `Others can read the master key ${file} (mode ${mode.toString(8)}). Run \`chmod 600 ${file}\` and start again.`,
    );
  }
  return decode(text, file);
};

const create = (file: string): Buffer => {
  const key = randomBytes(bytes);
  mkdirSync(dirname(file), {recursive: true, mode: 0o700});
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${key.toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return key;
};

/** The key's file; a unit may be given other credentials than this one. */
const fileOf = (
  source: Exclude<Config['masterKey'], {from: 'environment'}>,
  dataDirectory: string,
): string =>
  source.from === 'credential' && !existsSync(source.file) ? join(dataDirectory, 'master.key') : source.file;

/** For a key that is to take the place of the present one. */
export const makeMasterKeyFile = (file: string): void => void create(file).fill(0);
export const readMasterKeyFile = (file: string): Buffer => readFile(file, true);
/** Undefined: it comes from the environment. */
export const masterKeyFileOf = (config: Pick<Config, 'masterKey' | 'dataDirectory'>): string | undefined =>
  config.masterKey.from === 'environment' ? undefined : fileOf(config.masterKey, config.dataDirectory);

/** The key that is there; none is made. */
export const findMasterKey = (config: Pick<Config, 'masterKey' | 'dataDirectory'>): Buffer | undefined => {
  const {masterKey: source, dataDirectory} = config;
  if (source.from === 'environment') return decode(source.value, 'CROWLIT_MASTER_KEY');
  const file = fileOf(source, dataDirectory);
  return existsSync(file) ? readFile(file, false) : undefined;
};

/** Whether the key that the next start would take opens what is stored; undefined where one of them is not there. */
export const masterKeyOpens = async (
  config: Pick<Config, 'masterKey' | 'dataDirectory' | 'database' | 'keyStoreUrl'>,
): Promise<boolean | undefined> => {
  const master = findMasterKey(config);
  const {dataDirectory: directory, database, keyStoreUrl} = config;
  return master && opensKeyStore({directory, database, keyStoreUrl, master});
};

/** With which the command line shows a running appliance that it is run by whoever holds the master key. */
export const hostKey = (master: Buffer): Buffer => deriveKey(master, 'host-command');

/** Reads the master key where the configuration says; makes one only where there is no data yet that needs another. */
export const loadMasterKey = (config: Pick<Config, 'masterKey' | 'dataDirectory'>): MasterKey => {
  const kept = (master: Buffer): MasterKey => ({master, notice: undefined, discard: () => undefined});
  const source = config.masterKey;
  if (source.from === 'environment') return kept(decode(source.value, 'CROWLIT_MASTER_KEY'));
  if (source.from === 'credential' && existsSync(source.file)) return kept(readFile(source.file, false));
  const file = fileOf(source, config.dataDirectory);
  if (existsSync(file)) return kept(readFile(file, true));
  const data = ['appliance.sqlite', 'keys/key-store.sqlite']
    .map(name => join(config.dataDirectory, name))
    .find(existsSync);
  if (data !== undefined) {
    throw new AppError(
      'unavailable',
      'config.master_key_missing',
      `The data is there (${data}) but its master key ${file} is not. Put the key back; nothing was changed.`,
    );
  }
  return {
    master: create(file),
    notice: `A master key was made: ${file}. Without it nothing stored here can be read again: keep a copy in another place.`,
    discard: () => rmSync(file, {force: true}),
  };
};
