import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import knex from 'knex';
import {createTestClock, systemClock} from '../../appliance/kit/clock.ts';
import {migrate} from '../../appliance/storage/migrate.ts';
import {dataMigrations, keyStoreMigrations} from '../../appliance/storage/migrations/index.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {verifyLines} from '../../packaging/verify-audit.mjs';
import {freshDatabase} from '../helpers/databases.ts';
import {schemaOf} from '../helpers/schema.ts';
import {administrator, startAppliance} from '../helpers/start.ts';
import {signIn} from '../helpers/clients.ts';
import {release} from './release.ts';

const releases = readdirSync(import.meta.dirname, {withFileTypes: true})
  .filter(entry => entry.isDirectory())
  .map(({name}) => name);
// the day the fixtures were made, so that no retention period has passed since
const clock = createTestClock('2026-11-25T09:00:00.000Z');
type Tables = Record<string, Record<string, unknown>[]>;

/** The schema as that release had it, by exactly the migrations it names, with its rows. */
const restorePostgres = async (database: string, tables: Tables): Promise<void> => {
  for (const [schema, log, migrations] of [
    ['crowlit_keys', 'keystore_migrations', keyStoreMigrations],
    ['crowlit', 'storage_migrations', dataMigrations],
  ] as const) {
    const db = knex({client: 'pg', connection: database, searchPath: [schema]});
    await db.raw('create schema if not exists ??', [schema]);
    const had = new Set((tables[log] ?? []).map(({name}) => name));
    await migrate({
      db,
      clock: systemClock,
      table: log,
      migrations: migrations.filter(({name}) => had.has(name)),
    });
    // children after their parents: the order in which tables are declared
    const names = Object.keys(tables).filter(
      name => name.startsWith('keystore_') === (schema === 'crowlit_keys') && name !== log,
    );
    for (const name of names) {
      const rows = (tables[name] ?? []).map(row =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            typeof value === 'object' && value !== null && 'base64' in value
              ? Buffer.from(String(value.base64), 'base64')
              : value,
          ]),
        ),
      );
      if (rows.length > 0) await db.batchInsert(name, rows, 100);
    }
    await db.destroy();
  }
};

test('there is a fixture of each release', t => {
  t.true(releases.length >= 1);
  for (const name of releases) {
    t.true(existsSync(join(import.meta.dirname, name, 'sqlite/appliance.sqlite')), name);
    t.true(existsSync(join(import.meta.dirname, name, 'postgres.json.gz')), name);
  }
});

for (const name of releases) {
  for (const kind of ['sqlite', 'postgres'] as const) {
    test(`${kind}: data of ${name} opens with this version: people sign in, conversations are whole, the schema is the present one`, async t => {
      const options = await freshDatabase(t, kind);
      if (kind === 'sqlite') {
        mkdirSync(options.directory, {recursive: true});
        cpSync(join(import.meta.dirname, name, 'sqlite'), options.directory, {recursive: true});
      } else {
        const packed = readFileSync(join(import.meta.dirname, name, 'postgres.json.gz'));
        await restorePostgres(options.database, JSON.parse(gunzipSync(packed).toString()) as Tables);
      }
      const appliance = await startAppliance(t, {
        existing: {...options, master: release.master},
        setUp: false,
        clock,
      });
      const {email, password} = release.agent;
      const agent = await signIn(appliance.base, {email, password});
      t.like(
        await agent.call('GET', '/api/session'),
        {secondFactor: {on: false, needed: false, missing: false}},
        'an upgrade stops nobody: a second factor is needed of who is invited from then on',
      );
      const {db} = appliance.inside.storage;
      const {second_factor_after: after} = await db('accounts_account').first('second_factor_after');
      t.is(after, (await db('accounts_users').max('created_at as at').first())?.['at']);
      const {conversations} = await agent.call<{conversations: {id: string; locale: string}[]}>(
        'GET',
        '/api/agent/conversations',
      );
      t.is(conversations.length, release.conversations.length);
      for (const wanted of release.conversations) {
        const found = conversations.find(({locale}) => locale === wanted.locale);
        const {conversation} = await agent.call<{
          conversation: {messages: {text: string; author: {kind: string}}[]};
        }>('GET', `/api/agent/conversations/${found?.id}`);
        const said = conversation.messages
          .filter(({author}) => author.kind === 'visitor')
          .map(({text}) => text);
        t.deepEqual(said, [...wanted.says]);
      }
      // the log as that release left it can be proved from its first entry on
      const admin = await signIn(appliance.base, administrator);
      const checked = await admin.call<{ok: boolean; entries: number}>('POST', '/api/admin/audit/checks');
      t.true(checked.ok);
      t.true(checked.entries > 10);
      for (const index of [0, 3, 10]) {
        const {body} = await admin.request<string>('GET', `/api/admin/audit/entries/${index}/proof`);
        t.true((await verifyLines(body.trim().split('\n'))).ok);
      }
      const migrated = await schemaOf(appliance.inside.storage);
      const fresh = await openStorage({
        ...(await freshDatabase(t, kind)),
        directory: mkdtempSync(join(tmpdir(), 'crowlit-fresh-')),
        clock,
        tables: allTables,
      });
      t.deepEqual(migrated, await schemaOf(fresh));
      await fresh.close();
    });
  }
}
