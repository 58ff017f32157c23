import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {newId} from '../../../appliance/kit/ids.ts';
import {type Database, openPostgres, openSqlite} from '../../../appliance/storage/database.ts';
import {copyFolders} from '../../../appliance/storage/key-copies.ts';
import {newRotation, type RotationRow} from '../../../appliance/storage/rotation.ts';
import {newKey} from '../../../appliance/storage/seal.ts';
import {accountWrap, keyStoreFileKey, wrapRoot} from '../../../appliance/storage/wrapped.ts';
import type {Mutation, World} from '../world.ts';

const long = '2026-01-05T08:00:00.000Z';

/** The key store's own rows, past the appliance that uses it. */
const inKeyStore = async (
  {appliance, database}: World,
  work: (db: Database) => Promise<unknown>,
): Promise<void> => {
  const {directory, environment} = appliance;
  const db =
    database === 'sqlite'
      ? await openSqlite({
          filename: join(directory, 'keys/key-store.sqlite'),
          key: keyStoreFileKey(Buffer.from(environment['CROWLIT_MASTER_KEY'] ?? '', 'base64')),
        })
      : await openPostgres(environment['CROWLIT_DATABASE'] ?? '', 'crowlit_keys');
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
};

const change = async (
  world: World,
  table: string,
  where: Record<string, unknown>,
  values: Record<string, unknown>,
): Promise<() => Promise<void>> => {
  let before: Record<string, unknown> = {};
  await inKeyStore(world, async db => {
    before = await db(table)
      .where(where)
      .first(...Object.keys(values));
    await db(table).where(where).update(values);
  });
  return () => inKeyStore(world, db => db(table).where(where).update(before));
};

const begun = async (world: World, row: RotationRow): Promise<() => Promise<void>> => {
  await inKeyStore(world, db => db('keystore_rotations').insert(row));
  return () => inKeyStore(world, db => db('keystore_rotations').where({id: row.id}).delete());
};

export const keys: readonly Mutation[] = [
  {
    control: 'L3.rotation',
    how: 'the wrapping key is older than its period',
    apply: world => change(world, 'keystore_roots', {kind: 'wrapping', retired_at: null}, {created_at: long}),
  },
  {
    control: 'L3.rotation',
    how: 'a wrapping key that was replaced is not destroyed',
    apply: async world => {
      const id = newId();
      const under = accountWrap(world.appliance.inside.storage.keys.accountKey);
      await inKeyStore(world, db =>
        db('keystore_roots').insert({
          id,
          kind: 'wrapping',
          wrapped: wrapRoot(under, 'wrapping', id, newKey()),
          created_at: long,
          retired_at: long,
        }),
      );
      return () => inKeyStore(world, db => db('keystore_roots').where({id}).delete());
    },
  },
  {
    control: 'L3.rotation',
    how: 'a change of the wrapping key stands still',
    apply: world => begun(world, newRotation('wrapping', 'moving', long)),
  },
  {
    control: 'L3.rotation',
    how: 'a change of the file’s key stopped in the middle',
    database: 'sqlite',
    apply: world => begun(world, newRotation('file', 'switching', long)),
  },
  {
    control: 'L3.wrapped-keys',
    how: 'the key of one person lies there under another’s name',
    apply: async world => {
      const {storage} = world.appliance.inside;
      const [one, other] = [newId(), newId()];
      await storage.keys.create(one);
      await storage.keys.create(other);
      await inKeyStore(world, async db => {
        const {wrapped} = await db('keystore_persons').where({person_id: other}).first('wrapped');
        await db('keystore_persons').where({person_id: one}).update({wrapped});
      });
      return () =>
        inKeyStore(world, db => db('keystore_persons').whereIn('person_id', [one, other]).delete());
    },
  },
  {
    control: 'L3.wrapped-keys',
    how: 'the wrapping key in use is damaged in its store',
    apply: world =>
      change(world, 'keystore_roots', {kind: 'wrapping', retired_at: null}, {wrapped: Buffer.alloc(61, 7)}),
  },
  {
    control: 'L6.key-copies',
    how: 'a copy of the key store is kept for a year',
    apply: world => change(world, 'keystore_copies', {state: 'kept'}, {ends_at: '2027-11-05T08:00:00.000Z'}),
  },
  {
    control: 'L6.key-copies',
    how: 'a copy that was destroyed is put back',
    apply: async ({appliance}) => {
      const {copies} = copyFolders(appliance.directory);
      const file = join(copies, `key-store-2026-01-05-${newId()}.copy`);
      writeFileSync(file, 'keys of persons who were erased since');
      return () => rmSync(file);
    },
  },
];
