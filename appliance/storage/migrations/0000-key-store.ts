import type {Migration} from '../migrate.ts';

/** The key store's own schema: another file, or another PostgreSQL schema, than the data. */
export const keyStore: Migration = {
  name: '0000-key-store',
  up: async trx => {
    await trx.schema.createTable('keystore_roots', table => {
      table.text('id').primary();
      table.text('kind').notNullable();
      table.binary('wrapped').notNullable();
      table.text('created_at').notNullable();
      table.text('retired_at');
    });
    await trx.schema.createTable('keystore_persons', table => {
      table.text('person_id').primary();
      table.text('wrapping_id').notNullable();
      table.binary('wrapped').notNullable();
      table.text('created_at').notNullable();
    });
  },
};
