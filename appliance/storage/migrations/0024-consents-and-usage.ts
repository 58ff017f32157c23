import type {Migration} from '../migrate.ts';

/** What people were shown and how they answered; and what is measured of them, with what they or the administrator decided. */
export const consentsAndUsage: Migration = {
  name: '0024-consents-and-usage',
  up: async trx => {
    await trx.schema.createTable('privacy_consent_texts', table => {
      table.text('id').primary();
      table.text('kind').notNullable();
      table.text('language').notNullable();
      table.integer('version').notNullable();
      table.text('hash').notNullable();
      table.binary('text_sealed').notNullable();
      table.text('first_shown_at').notNullable();
      table.unique(['kind', 'language', 'hash']);
    });
    await trx.schema.createTable('privacy_consents', table => {
      table.text('id').primary();
      table.text('visitor_id').notNullable().references('conversations_visitors.id').onDelete('CASCADE');
      table.text('conversation_id').notNullable();
      table.text('site_id').notNullable();
      table.text('kind').notNullable();
      table.text('act').notNullable();
      table.text('how').notNullable();
      table.text('language').notNullable();
      table.integer('version');
      table.text('text_hash');
      table.binary('page_sealed');
      table.text('at').notNullable();
      table.index(['visitor_id']);
      table.index(['conversation_id']);
      // what is counted, without a look at the rows
      table.index(['kind', 'language', 'text_hash', 'act']);
    });
    await trx.schema.createTable('insights_categories', table => {
      table.text('category').primary();
      table.integer('collected').notNullable();
      table.integer('full').notNullable();
      table.text('reason');
      table.text('set_by');
      table.text('set_at').notNullable();
    });
    await trx.schema.createTable('insights_sites', table => {
      table.text('site_id').primary();
      table.text('mode').notNullable();
    });
    await trx.schema.createTable('insights_visitors', table => {
      table.text('visitor_id').primary().references('conversations_visitors.id').onDelete('CASCADE');
      table.text('site_id').notNullable();
      table.text('answer');
      table.text('answered_at');
      table.integer('pages').notNullable();
      table.integer('seconds_personal');
      table.integer('video_uses_personal');
      table.integer('crm_calls_personal');
      table.text('measured_at').notNullable();
      table.index(['measured_at']);
    });
    await trx.schema.createTable('insights_pages', table => {
      table.text('id').primary();
      table.text('visitor_id').notNullable().references('conversations_visitors.id').onDelete('CASCADE');
      table.binary('page_sealed').notNullable();
      table.text('at').notNullable();
      table.index(['visitor_id']);
      table.index(['at']);
    });
  },
};
