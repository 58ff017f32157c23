import type {Migration} from '../migrate.ts';

/** One draft per playbook; a playbook without a published version exists as its draft alone. */
export const playbookDrafts: Migration = {
  name: '0009-playbook-drafts',
  up: async trx => {
    await trx.schema.createTable('qualification_drafts', table => {
      table.text('playbook_id').primary();
      table.integer('based_on').notNullable();
      table.integer('revision').notNullable();
      table.text('content').notNullable();
      table.text('saved_by').notNullable();
      table.text('saved_at').notNullable();
    });
    await trx.schema.alterTable('qualification_scores', table => {
      table.index(['playbook_id', 'updated_at']);
    });
  },
};
