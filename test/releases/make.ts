/**
 * `npm run crowlit -- run test/releases/make.ts`: leaves a populated fixture of the present version, both databases, in
 * `test/releases/<version>/`. Made once a release and never changed: every later version must open it.
 */
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import knex from 'knex';
import {systemClock} from '../../appliance/kit/clock.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {reveal} from '../../appliance/storage/opaque.ts';
import {allTables} from '../../appliance/tables.ts';
import {startPostgres} from '../helpers/postgres.ts';
import {type DatabaseKind, databaseKinds} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';
import {release} from './release.ts';

const {version} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const target = join(import.meta.dirname, version);
rmSync(target, {recursive: true, force: true});
mkdirSync(join(target, 'sqlite/keys'), {recursive: true});

const populate = async (kind: DatabaseKind, database: string): Promise<string> => {
  const directory = join(mkdtempSync(join(tmpdir(), 'crowlit-release-')), 'data');
  const ends: (() => unknown)[] = [];
  const scope = {teardown: (end: () => unknown) => void ends.push(end)};
  const appliance = await startAppliance(scope, {existing: {directory, database, master: release.master}});
  const agent = await appliance.agent(release.agent.name, release.agent.email, release.agent.password);
  for (const conversation of release.conversations) {
    const visitor = await appliance.visitor({locale: conversation.locale});
    for (const text of conversation.says) {
      const {seq} = await visitor.say(text);
      await visitor.answerAfter(seq);
    }
    if (conversation.agentSays) {
      await agent.accept(visitor.conversationId);
      await agent.say(visitor.conversationId, conversation.agentSays);
      await agent.closeConversation(visitor.conversationId);
    }
    await visitor.close();
  }
  await agent.close();
  await appliance.stop();
  process.stdout.write(`${kind}: ${release.conversations.length} conversations\n`);
  return directory;
};

/** Every row of every table, bytes as base64: PostgreSQL's fixture, together with the migrations it had. */
const dump = async (database: string): Promise<Record<string, Record<string, unknown>[]>> => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-release-'));
  const storage = await openStorage({
    directory,
    database,
    master: release.master,
    clock: systemClock,
    tables: allTables,
  });
  const plain = (value: unknown): unknown => {
    const content =
      typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? reveal(value as never) : value;
    return Buffer.isBuffer(content) ? {base64: content.toString('base64')} : content;
  };
  const tables: Record<string, Record<string, unknown>[]> = {};
  for (const {table} of allTables.filter(({table: name}) => !name.startsWith('keystore_'))) {
    const rows: Record<string, unknown>[] = await storage.db(table);
    tables[table] = rows.map(row =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
  }
  await storage.close();
  const keys = knex({client: 'pg', connection: database, searchPath: ['crowlit_keys']});
  for (const table of [
    'keystore_migrations',
    'keystore_roots',
    'keystore_persons',
    'keystore_erased',
    'keystore_rotations',
    'keystore_copies',
  ]) {
    const rows: Record<string, unknown>[] = await keys(table);
    tables[table] = rows.map(row =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
  }
  await keys.destroy();
  return tables;
};

for (const kind of databaseKinds) {
  const database = kind === 'sqlite' ? 'sqlite' : (await startPostgres()).url('postgres');
  const directory = await populate(kind, database);
  if (kind === 'sqlite') {
    for (const file of ['appliance.sqlite', 'keys/key-store.sqlite'])
      copyFileSync(join(directory, file), join(target, 'sqlite', file));
  } else {
    writeFileSync(
      join(target, 'postgres.json.gz'),
      gzipSync(JSON.stringify(await dump(database)), {level: 9}),
    );
  }
}
process.exit(0);
