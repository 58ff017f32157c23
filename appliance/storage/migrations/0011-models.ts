import type {Migration} from '../migrate.ts';

/** Models that were imported, and what was measured of them. `place` names the data directory that holds the file. */
export const models: Migration = {
  name: '0011-models',
  up: async trx => {
    await trx.schema.createTable('models_files', table => {
      table.text('id').primary();
      table.text('place').notNullable();
      table.text('sha256').notNullable();
      table.text('name').notNullable();
      table.integer('bundled').notNullable();
      table.text('kind').notNullable();
      table.text('architecture').notNullable();
      table.bigInteger('size').notNullable();
      table.bigInteger('ram').notNullable();
      table.text('licence');
      table.text('languages').notNullable();
      table.text('source');
      table.text('imported_by');
      table.text('imported_at').notNullable();
      table.text('verified_at');
      table.text('bench');
      table.text('accuracy');
      table.unique(['place', 'sha256']);
    });
  },
};
