import type {Migration} from '../migrate.ts';

/** What was said about privacy, version by version, from the first day it was. */
export const privacyVersions: Migration = {
  name: '0019-privacy-versions',
  up: async trx => {
    await trx.schema.createTable('privacy_versions', table => {
      table.text('id').primary();
      table.text('series').notNullable();
      table.integer('number').notNullable();
      table.text('at').notNullable();
      table.text('hash').notNullable();
      table.binary('content_sealed').notNullable();
      table.unique(['series', 'number']);
    });
  },
};
