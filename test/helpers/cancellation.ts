import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {systemClock} from '../../appliance/kit/clock.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import type {CancellationView} from '../../appliance/features/licensing/licensing.schema.ts';
import type {Api} from './clients.ts';
import type {Scope} from './databases.ts';
import {compileCache, setupAnswers, type Started} from './start.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const day = 24 * 60 * 60 * 1000;
export const path = '/api/admin/cancellation';
export const passphrase = 'a long enough passphrase 1234';

export const cancel = (admin: Api, more: Record<string, unknown> = {}): Promise<CancellationView> =>
  admin.call<CancellationView>('POST', path, {
    confirmation: setupAnswers.company,
    timeZone: 'Europe/Vienna',
    stopWidget: false,
    ...more,
  });

/** Opens the data that a stopped appliance left. */
export const withStorage = async <Result>(
  appliance: Pick<Started, 'environment' | 'directory'>,
  work: (storage: Storage) => Promise<Result>,
): Promise<Result> => {
  const storage = await openStorage({
    directory: appliance.directory,
    database: appliance.environment['CROWLIT_DATABASE'] as string,
    master: Buffer.from(appliance.environment['CROWLIT_MASTER_KEY'] as string, 'base64'),
    clock: systemClock,
    tables: allTables,
  });
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
};

/** As if the clock had begun more than thirty days ago. The appliance is stopped. */
export const endNow = (appliance: Pick<Started, 'environment' | 'directory'>): Promise<void> =>
  withStorage(appliance, async ({db}) => {
    const ends = new Date(Date.now() - 1000).toISOString();
    const began = new Date(Date.now() - 30 * day).toISOString();
    await db('licensing_cancellations').where({in_force: 1}).update({started_at: began, ends_at: ends});
  });

/** The command line in a process of its own; `until` waits for a line it prints. */
export const runCrowlit = (t: Scope, environment: Record<string, string>, words: string[]) => {
  const child = spawn(process.execPath, [join(root, 'appliance/main.ts'), ...words], {
    cwd: root,
    env: {PATH: process.env['PATH'] ?? '', ...compileCache, ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({input: stream}).on('line', line => {
      lines.push(line);
      for (const look of waiting) look();
    });
  const ended = once(child, 'close').then(([code]) => {
    for (const look of waiting) look();
    return code as number | null;
  });
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    lines,
    ended,
    until: (pattern: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(line => pattern.test(line));
          if (found !== undefined) {
            waiting.delete(look);
            resolve(found);
          } else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`it ended without ${String(pattern)}:\n${lines.join('\n')}`));
          }
        };
        waiting.add(look);
        look();
      }),
    stop: async (): Promise<void> => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** Every file under a folder in which one of these words stands. */
export const filesWith = (folder: string, words: readonly string[]): string[] =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => {
      const content = readFileSync(file);
      return words.some(word => content.includes(word));
    });
