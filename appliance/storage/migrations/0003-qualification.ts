import type {Migration} from '../migrate.ts';

export const qualification: Migration = {
  name: '0003-qualification',
  up: async trx => {
    await trx.schema.createTable('qualification_playbooks', table => {
      table.text('id').notNullable();
      table.integer('version').notNullable();
      table.text('content').notNullable();
      table.text('created_by');
      table.text('created_at').notNullable();
      table.primary(['id', 'version']);
    });
    await trx.schema.createTable('qualification_turns', table => {
      table.text('id').primary();
      table
        .text('conversation_id')
        .notNullable()
        .references('conversations_conversations.id')
        .onDelete('CASCADE');
      table.integer('seq').notNullable();
      table.text('state').notNullable();
      table.text('lease_owner');
      table.text('lease_until');
      table.integer('attempts').notNullable();
      table.text('created_at').notNullable();
      table.text('done_at');
      table.index(['state', 'lease_until']);
      table.index(['conversation_id', 'state']);
    });
    await trx.schema.createTable('qualification_facts', table => {
      table.text('id').primary();
      table
        .text('conversation_id')
        .notNullable()
        .references('conversations_conversations.id')
        .onDelete('CASCADE');
      table.text('visitor_id').notNullable();
      table.text('field').notNullable();
      table.integer('message_seq').notNullable();
      table.integer('span_start').notNullable();
      table.integer('span_end').notNullable();
      table.binary('value_sealed').notNullable();
      table.binary('display_sealed').notNullable();
      table.binary('quote_sealed').notNullable();
      table.double('confidence').notNullable();
      table.text('source').notNullable();
      table.text('model_id');
      table.text('superseded_by');
      table.text('created_at').notNullable();
      table.index(['conversation_id', 'superseded_by']);
    });
    await trx.schema.createTable('qualification_scores', table => {
      table
        .text('conversation_id')
        .primary()
        .references('conversations_conversations.id')
        .onDelete('CASCADE');
      table.text('visitor_id').notNullable();
      table.text('playbook_id').notNullable();
      table.integer('playbook_version').notNullable();
      table.integer('points_personal').notNullable();
      table.integer('bar').notNullable();
      table.integer('qualified_personal').notNullable();
      table.binary('reasons_sealed').notNullable();
      table.text('asked').notNullable();
      table.text('updated_at').notNullable();
    });
  },
};
