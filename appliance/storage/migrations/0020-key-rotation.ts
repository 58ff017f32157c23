import type {Migration} from '../migrate.ts';

/**
 * Wrapping keys that change: a key of a person names the one it lies under, and the database itself refuses to let go of a
 * wrapping key that still holds one. Beside it what was changed when, which copies of the key store exist, and whose key was
 * destroyed, so that no copy brings them back.
 */
export const keyRotation: Migration = {
  name: '0020-key-rotation',
  up: async trx => {
    await trx.schema.renameTable('keystore_persons', 'keystore_persons_before');
    await trx.schema.createTable('keystore_persons', table => {
      table.text('person_id').notNullable();
      table.text('wrapping_id').notNullable();
      table.binary('wrapped').notNullable();
      table.text('created_at').notNullable();
      table.primary(['person_id'], 'keystore_persons_key');
      table.foreign('wrapping_id', 'keystore_persons_wrapping').references('keystore_roots.id');
    });
    await trx.raw(
      'insert into keystore_persons (person_id, wrapping_id, wrapped, created_at) select person_id, wrapping_id, wrapped, created_at from keystore_persons_before',
    );
    await trx.schema.dropTable('keystore_persons_before');
    await trx.schema.alterTable('keystore_persons', table => {
      table.index(['wrapping_id'], 'keystore_persons_by_wrapping');
    });
    await trx.schema.createTable('keystore_erased', table => {
      table.text('person_id').primary();
      table.text('erased_at').notNullable().index('keystore_erased_by_time');
    });
    await trx.schema.createTable('keystore_rotations', table => {
      table.text('id').primary();
      table.text('kind').notNullable();
      table.text('state').notNullable();
      table.text('started_at').notNullable();
      table.text('started_by');
      table.text('from_id');
      table.text('to_id');
      table.bigInteger('total').notNullable();
      table.bigInteger('done').notNullable();
      table.text('finished_at');
      table.text('lease_owner');
      table.text('lease_until');
      table.text('reported_at');
    });
    await trx.schema.createTable('keystore_copies', table => {
      table.text('id').primary();
      table.text('state').notNullable();
      table.text('place').notNullable();
      table.text('made_at').notNullable();
      table.text('ends_at').notNullable();
      table.bigInteger('persons').notNullable();
      table.text('destroyed_at');
    });
  },
};
