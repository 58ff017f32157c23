import type {Migration} from '../migrate.ts';

export const routingAndCrm: Migration = {
  name: '0004-routing-crm',
  up: async trx => {
    await trx.schema.createTable('routing_presence', table => {
      table.text('user_id').primary();
      table.text('presence').notNullable();
      table.text('since').notNullable();
    });
    await trx.schema.createTable('crm_connectors', table => {
      table.text('id').primary();
      table.text('type').notNullable();
      table.text('name').notNullable();
      table.integer('enabled').notNullable();
      table.binary('config_sealed').notNullable();
      table.text('destination_id').notNullable();
      table.text('tested_at');
      table.text('test_message');
      table.text('created_at').notNullable();
    });
    await trx.schema.createTable('crm_leads', table => {
      table.text('id').primary();
      table.text('conversation_id').notNullable().unique();
      table.text('visitor_id').notNullable();
      table.text('site_id').notNullable();
      table.integer('points_personal').notNullable();
      table.integer('bar').notNullable();
      table.binary('contact_sealed').notNullable();
      table.text('created_at').notNullable();
      table.text('updated_at').notNullable();
      table.index(['visitor_id']);
      table.index(['created_at']);
    });
    await trx.schema.createTable('crm_deliveries', table => {
      table.text('id').primary();
      table.text('lead_id').notNullable().references('crm_leads.id').onDelete('CASCADE');
      table.text('connector_id').notNullable().references('crm_connectors.id').onDelete('CASCADE');
      table.text('kind').notNullable();
      table.text('state').notNullable();
      table.integer('attempts').notNullable();
      table.text('next_attempt_at');
      table.text('lease_owner');
      table.text('lease_until');
      table.text('error_code');
      table.text('error_message');
      table.text('created_at').notNullable();
      table.text('delivered_at');
      table.index(['state', 'next_attempt_at']);
      table.index(['lead_id']);
    });
    await trx.schema.createTable('crm_attempts', table => {
      table.text('id').primary();
      table.text('delivery_id').notNullable().references('crm_deliveries.id').onDelete('CASCADE');
      table.text('at').notNullable();
      table.text('outcome').notNullable();
      table.integer('status');
      table.integer('ms').notNullable();
      table.text('message').notNullable();
      table.index(['delivery_id']);
    });
  },
};
