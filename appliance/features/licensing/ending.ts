import {createHash} from 'node:crypto';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {Clock} from '../../kit/clock.ts';
import type {Storage, TableDeclaration} from '../../storage/index.ts';
import type {Row} from './cancellation.store.ts';
import {lockFor} from './destruction/destroy.ts';
import {type Remains, names, writeWhole} from './destruction/remains.ts';

export type EndingDeps = {
  storage: Storage;
  clock: Clock;
  master: Buffer;
  dataDirectory: string;
  version: string;
  tables: readonly TableDeclaration[];
  remains: Remains;
  account: () => Promise<{company: string; region: string} | undefined>;
  auditLog: {
    /** A last checkpoint, and what an outsider verifies. */
    lines: () => Promise<AsyncIterable<string>>;
    lockedKey: (passphrase: string) => Promise<{id: string; publicKey: string; locked: string}>;
  };
  /** When the last backup of the key store that this appliance made ends; null where there is none. */
  lastKeyCopyEnds: () => Promise<string | null>;
};

const countFiles = (path: string): {files: number; bytes: number} => {
  const found = statSync(path, {throwIfNoEntry: false});
  if (!found) return {files: 0, bytes: 0};
  if (!found.isDirectory()) return {files: 1, bytes: found.size};
  return readdirSync(path)
    .map(name => countFiles(join(path, name)))
    .reduce((sum, one) => ({files: sum.files + one.files, bytes: sum.bytes + one.bytes}), {
      files: 0,
      bytes: 0,
    });
};

const withEnds = async function* (
  lines: AsyncIterable<string>,
  told: (line: string) => void,
): AsyncGenerator<string> {
  for await (const line of lines) {
    told(line);
    yield `${line}\n`;
  }
};

/** While everything can still be read: counts it, exports the audit log, and writes the order. Nothing is destroyed yet. */
export const createEnding = (deps: EndingDeps) => {
  const {storage, remains} = deps;

  const countRows = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const {table} of deps.tables) {
      if (table.startsWith('keystore_')) continue;
      const [row]: {n: number}[] = await storage.db(table).count({n: '*'});
      counts[table] = row?.n ?? 0;
    }
    return counts;
  };

  return async (cancellation: Row): Promise<void> => {
    const account = await deps.account();
    remains.prepare();
    const hash = createHash('sha256');
    let entries = 0;
    const lines = await deps.auditLog.lines();
    await writeWhole(
      remains.at(names.auditLog),
      withEnds(lines, line => {
        hash.update(`${line}\n`);
        if (line.startsWith('{"type":"leaf"')) entries += 1;
      }),
    );
    const signing = await deps.auditLog.lockedKey(lockFor(deps.master));
    await remains.order({
      format: 'crowlit-destruction-order',
      version: 1,
      organisation: account?.company ?? '',
      region: account?.region ?? '',
      appliance: deps.version,
      timeZone: cancellation.time_zone,
      cancelledAt: cancellation.started_at,
      endedAt: cancellation.ends_at,
      begunAt: cancellation.destruction_began_at ?? cancellation.ends_at,
      database: storage.dialect,
      rows: await countRows(),
      keys: await storage.keys.count(),
      files: Object.fromEntries(
        readdirSync(deps.dataDirectory)
          .filter(name => name !== 'remains' && name !== 'in-use' && !name.startsWith('deleted-'))
          .map(name => [name, countFiles(join(deps.dataDirectory, name))]),
      ),
      auditLog: {entries, sha256: hash.digest('hex'), key: signing.publicKey},
      lastKeyCopyEndsAt: await deps.lastKeyCopyEnds(),
      signing,
      done: {},
    });
  };
};
