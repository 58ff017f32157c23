import {createHmac, pbkdf2Sync, timingSafeEqual} from 'node:crypto';
import {closeSync, existsSync, openSync, readSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {isMasterOf, keyStoreFileKey} from './wrapped.ts';

const require = createRequire(import.meta.url);

const pageSize = 4096;
const saltSize = 16;
/** What stays readable of the first page: the salt and what SQLite must know before it can decrypt. */
const plainSize = 24;
const tagSize = 64;

/**
 * Whether the first page of an encrypted SQLite file (SQLCipher 4, raw key) was written under this key. The file is only
 * read: opening it as a database would leave files of this user beside it, and could be in a running appliance's way.
 */
export const opensFile = (file: string, key: Buffer): boolean | undefined => {
  const page = Buffer.alloc(pageSize);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, page, 0, pageSize, 0) < pageSize) return undefined;
  } finally {
    closeSync(handle);
  }
  const salt = page.subarray(0, saltSize).map(byte => byte ^ 0x3a);
  const number = Buffer.from([1, 0, 0, 0]);
  const tag = createHmac('sha512', pbkdf2Sync(key, salt, 2, 32, 'sha512'))
    .update(page.subarray(plainSize, pageSize - tagSize))
    .update(number)
    .digest();
  return timingSafeEqual(tag, page.subarray(pageSize - tagSize));
};

const opensPostgres = async (url: string, master: Buffer): Promise<boolean | undefined> => {
  const {Client} = require('pg') as typeof import('pg');
  const client = new Client({connectionString: url, application_name: 'crowlit doctor'});
  await client.connect();
  try {
    const {rows} = await client.query<{id: string; wrapped: Buffer}>(
      `select id, wrapped from crowlit_keys.keystore_roots where kind = 'account' and retired_at is null order by id desc limit 1`,
    );
    const [root] = rows;
    return root && isMasterOf(master, root);
  } catch (error) {
    // no such table or schema: nothing has been stored yet
    if (['42P01', '3F000'].includes((error as {code?: string}).code ?? '')) return undefined;
    throw error;
  } finally {
    await client.end();
  }
};

/** Whether this master key is the one the key store was made with; undefined while there is none. Changes nothing. */
export const opensKeyStore = async (options: {
  directory: string;
  database: string;
  keyStoreUrl?: string | undefined;
  master: Buffer;
}): Promise<boolean | undefined> => {
  if (options.database !== 'sqlite')
    return opensPostgres(options.keyStoreUrl ?? options.database, options.master);
  const file = join(options.directory, 'keys/key-store.sqlite');
  return existsSync(file) ? opensFile(file, keyStoreFileKey(options.master)) : undefined;
};
