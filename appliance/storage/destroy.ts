import {randomBytes} from 'node:crypto';
import {closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import type {Client} from 'pg';
import {unreachable} from './database.ts';

const require = createRequire(import.meta.url);

export type Place = {directory: string; database: string; keyStoreUrl?: string | undefined};

const piece = 1024 * 1024;

/** What a folder lists is as durable as what its files hold. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Writes over a file before it goes. A disk that writes elsewhere may keep the old blocks: they are under a key, too. */
export const shred = (file: string): void => {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    for (let left = statSync(file).size, at = 0; left > 0; ) {
      const size = Math.min(left, piece);
      writeSync(handle, randomBytes(size), 0, size, at);
      at += size;
      left -= size;
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(file, {force: true});
  syncFolder(dirname(file));
};

const withSqliteSiblings = (file: string): string[] =>
  ['', '-wal', '-shm', '-journal'].map(end => `${file}${end}`);

export const withPostgres = async <Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> => {
  const pg = require('pg') as typeof import('pg');
  const client = new pg.Client({connectionString: url, application_name: 'crowlit'});
  try {
    await client.connect();
  } catch (cause) {
    throw unreachable(cause);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const dropSchema = (url: string, schema: string): Promise<void> =>
  withPostgres(url, async client => {
    await client.query(`set lock_timeout = '60s'`);
    await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`);
    // takes the dropped tables' files off the disk now; not every role may ask for it, and the server does it by itself soon
    await client.query('checkpoint').catch(() => undefined);
  });

/** First of all: with these nothing that was stored can be read again, in no copy of the data. Safe to repeat. */
export const destroyKeys = async ({directory, database, keyStoreUrl}: Place): Promise<void> => {
  if (database !== 'sqlite') return dropSchema(keyStoreUrl ?? database, 'crowlit_keys');
  const file = join(directory, 'keys/key-store.sqlite');
  for (const one of withSqliteSiblings(file)) shred(one);
  rmSync(dirname(file), {recursive: true, force: true});
};

/** Safe to repeat. */
export const destroyDatabase = async ({directory, database}: Place): Promise<void> => {
  if (database !== 'sqlite') return dropSchema(database, 'crowlit');
  for (const one of withSqliteSiblings(join(directory, 'appliance.sqlite'))) rmSync(one, {force: true});
  syncFolder(directory);
};
