import {randomBytes} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import knex from 'knex';
import {startPostgres} from './postgres.ts';

export const databaseKinds = ['sqlite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A test, or anything else that tidies up when it ends. */
export type Scope = Pick<ExecutionContext, 'teardown'>;

export const temporaryDirectory = (t: Scope): string => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-test-'));
  t.teardown(() => rmSync(directory, {recursive: true, force: true}));
  return directory;
};

/** A database of its own for one test: an empty directory, or a fresh database on this process's PostgreSQL. */
export const freshDatabase = async (
  t: Scope,
  kind: DatabaseKind,
): Promise<{directory: string; database: string; master: Buffer}> => {
  const directory = join(temporaryDirectory(t), 'data');
  const master = randomBytes(32);
  if (kind === 'sqlite') return {directory, database: 'sqlite', master};
  const server = await startPostgres();
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = knex({client: 'pg', connection: server.url('postgres'), pool: {min: 0, max: 1}});
  await admin.raw('create database ??', [name]);
  await admin.destroy();
  return {directory, database: server.url(name), master};
};
