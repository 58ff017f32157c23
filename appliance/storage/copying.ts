import {createRequire} from 'node:module';
import {rmSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import workerThreads from 'node:worker_threads';
import {AppError} from '../kit/errors.ts';
import {beside, syncFile, syncFolder} from './files.ts';

/** A thread ends with its process, however that ends: no copy goes on behind the back of the next start. */
export const copyingWorker = join(import.meta.dirname, '../copying.worker.ts');

type CopyOrder = {from: string; fromKey: Uint8Array; to: string; toKey: Uint8Array};
export type Progress = (done: number, total: number) => void;
type Connection = {
  pragma: (sql: string) => unknown;
  prepare: (sql: string) => {run: (...values: unknown[]) => unknown; pluck: () => {all: () => unknown[]}};
  close: () => void;
};

const open = (file: string, key: Uint8Array): Connection => {
  const Sqlite = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers') as new (
    name: string,
  ) => Connection;
  const connection = new Sqlite(file);
  for (const setting of [
    `cipher='sqlcipher'`,
    `key="x'${Buffer.from(key).toString('hex')}'"`,
    'temp_store=MEMORY',
  ])
    connection.pragma(setting);
  return connection;
};

/** In the thread: returns when the copy is whole, or throws. */
export const copyHere = ({from, fromKey, to, toKey}: CopyOrder): void => {
  const source = open(from, fromKey);
  // what stands in the write-ahead log belongs to the copy, and nothing may be left in it for another file
  source.pragma('wal_checkpoint(truncate)');
  source.prepare('vacuum into ?').run(to);
  source.close();
  const copy = open(to, fromKey);
  // the copy need not survive a crash before it is whole: no journal under the old key
  const rekey = `rekey="x'${Buffer.from(toKey).toString('hex')}'"`;
  for (const setting of ['journal_mode=OFF', 'synchronous=OFF', rekey]) copy.pragma(setting);
  copy.close();
  const again = open(to, toKey);
  const [verdict] = again.prepare('pragma quick_check').pluck().all();
  again.close();
  if (verdict !== 'ok') throw new Error(`the copy is not whole: ${String(verdict)}`);
};

const showEvery = 500;

/**
 * A copy of an encrypted SQLite file under another key, on the disk when this resolves. Nobody may have the source open.
 * What stands at `to` is an earlier attempt.
 */
export const copyEncrypted = async (options: {
  from: string;
  fromKey: Buffer;
  to: string;
  toKey: Buffer;
  onProgress?: Progress | undefined;
}): Promise<void> => {
  const {from, to, onProgress} = options;
  for (const file of [to, ...beside(to)]) rmSync(file, {force: true});
  const total = statSync(from).size;
  const order: CopyOrder = {
    from,
    // copies: a thread is handed the whole of a pool that a small buffer lies in
    fromKey: Uint8Array.from(options.fromKey),
    to,
    toKey: Uint8Array.from(options.toKey),
  };
  const showing = setInterval(() => {
    const size = statSync(to, {throwIfNoEntry: false})?.size ?? 0;
    onProgress?.(Math.min(size, total), total);
  }, showEvery);
  try {
    await new Promise<void>((resolve, reject) => {
      const worker = new workerThreads.Worker(copyingWorker, {workerData: order, env: {}});
      worker.once('error', reject);
      worker.once('exit', status =>
        status === 0 ? resolve() : reject(new Error(`the copying thread ended with ${status}`)),
      );
    });
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'storage.copy_failed',
      'The database file could not be copied under its new key. The old file is as it was: look whether the disk has room for a second one, then start again.',
      {cause},
    );
  } finally {
    clearInterval(showing);
  }
  syncFile(to);
  syncFolder(dirname(to));
  onProgress?.(total, total);
};
