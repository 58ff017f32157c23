import {createRequire} from 'node:module';
import {join} from 'node:path';
import {AppError} from '../kit/errors.ts';

const require = createRequire(import.meta.url);

/**
 * Two appliances on one data directory would send everything twice. A lock that the kernel gives back however the process
 * ends: an open exclusive transaction on an empty SQLite file.
 */
export const holdDirectory = (directory: string): (() => void) => {
  const Sqlite = require('better-sqlite3-multiple-ciphers') as new (
    file: string,
    options: {timeout: number},
  ) => {exec: (sql: string) => void; close: () => void};
  const lock = new Sqlite(join(directory, 'in-use'), {timeout: 200});
  try {
    lock.exec('pragma journal_mode=delete; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new AppError(
      'conflict',
      'storage.in_use',
      `Another appliance is running on ${directory}. If you speak to that one, give the port it listens on (port in --config, or CROWLIT_PORT); else stop it, or give this one a dataDirectory of its own.`,
      {cause},
    );
  }
  return () => lock.close();
};
