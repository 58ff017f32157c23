import type {Migration} from '../migrate.ts';

export const accounts: Migration = {
  name: '0001-accounts',
  up: async trx => {
    await trx.schema.createTable('accounts_account', table => {
      table.text('id').primary();
      table.text('company').notNullable();
      table.text('region').notNullable();
      table.text('language').notNullable();
      table.binary('privacy_contact_sealed').notNullable();
      table.text('created_at').notNullable();
    });
    await trx.schema.createTable('accounts_users', table => {
      table.text('id').primary();
      table.binary('name_sealed').notNullable();
      table.binary('email_sealed').notNullable();
      table.text('email_index').notNullable().unique();
      table.text('role').notNullable();
      table.text('languages').notNullable();
      table.text('password_hash');
      table.text('created_at').notNullable();
      table.text('disabled_at');
    });
    await trx.schema.createTable('accounts_sessions', table => {
      table.text('token_hash').primary();
      table.text('id').notNullable();
      table.text('user_id').notNullable().references('accounts_users.id').onDelete('CASCADE');
      table.text('csrf_token').notNullable();
      table.text('created_at').notNullable();
      table.text('last_seen_at').notNullable();
      table.text('expires_at').notNullable();
      table.index(['user_id']);
    });
    await trx.schema.createTable('accounts_invitations', table => {
      table.text('token_hash').primary();
      table.text('user_id').notNullable().references('accounts_users.id').onDelete('CASCADE');
      table.text('created_at').notNullable();
      table.text('expires_at').notNullable();
    });
    await trx.schema.createTable('sites_sites', table => {
      table.text('id').primary();
      table.text('name').notNullable();
      table.text('origins').notNullable();
      table.text('languages').notNullable();
      table.text('default_language').notNullable();
      table.text('playbook_id').notNullable();
      table.integer('demo').notNullable();
      table.text('created_at').notNullable();
    });
  },
};
