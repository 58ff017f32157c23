import type {Migration} from '../migrate.ts';

/** What the checks of the promises saw, run by run. */
export const evidence: Migration = {
  name: '0026-evidence',
  up: async trx => {
    await trx.schema.createTable('privacy_evidence_results', table => {
      table.text('id').primary();
      table.text('run_id').notNullable();
      table.text('control').notNullable();
      table.text('at').notNullable();
      table.text('state').notNullable();
      table.text('found').notNullable();
      table.text('evidence').notNullable();
      table.integer('ms').notNullable();
      table.index(['control', 'id']);
      table.index(['at']);
    });
  },
};
