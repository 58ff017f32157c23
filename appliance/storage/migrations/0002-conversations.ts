import type {Migration} from '../migrate.ts';

export const conversations: Migration = {
  name: '0002-conversations',
  up: async trx => {
    await trx.schema.createTable('conversations_visitors', table => {
      table.text('id').primary();
      table.text('site_id').notNullable();
      table.integer('number').notNullable();
      table.text('locale').notNullable();
      table.text('ip_personal');
      table.text('device_personal');
      table.text('browser_personal');
      table.binary('page_sealed');
      table.text('created_at').notNullable();
    });
    await trx.schema.createTable('conversations_conversations', table => {
      table.text('id').primary();
      table.text('visitor_id').notNullable().references('conversations_visitors.id').onDelete('CASCADE');
      table.text('site_id').notNullable();
      table.text('locale').notNullable();
      table.text('state').notNullable();
      table.text('agent_id');
      table.integer('last_seq').notNullable();
      table.integer('visitor_read').notNullable();
      table.integer('agent_read').notNullable();
      table.text('waiting_why');
      table.text('waiting_since');
      table.text('created_at').notNullable();
      table.text('updated_at').notNullable();
      table.index(['visitor_id']);
      table.index(['state', 'updated_at']);
      table.index(['updated_at']);
    });
    await trx.schema.createTable('conversations_tokens', table => {
      table.text('token_hash').primary();
      table
        .text('conversation_id')
        .notNullable()
        .references('conversations_conversations.id')
        .onDelete('CASCADE');
      table.text('visitor_id').notNullable();
      table.text('site_id').notNullable();
      table.text('expires_at').notNullable();
      table.index(['conversation_id']);
    });
    await trx.schema.createTable('conversations_messages', table => {
      table.text('id').notNullable();
      table.text('conversation_id').notNullable();
      table.text('visitor_id').notNullable();
      table.integer('seq').notNullable();
      table.text('client_id').notNullable();
      table.text('author_kind').notNullable();
      table.text('author_id');
      table.text('event');
      table.binary('text_sealed');
      table.text('extras');
      table.text('at').notNullable();
      table.primary(['conversation_id', 'seq']);
      table.unique(['conversation_id', 'client_id']);
      table.foreign('conversation_id').references('conversations_conversations.id').onDelete('CASCADE');
    });
  },
};
