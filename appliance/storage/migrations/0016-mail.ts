import type {Migration} from '../migrate.ts';

/** The organisation's mail server, one row at most, and the letters on their way to it. */
export const mail: Migration = {
  name: '0016-mail',
  up: async trx => {
    await trx.schema.createTable('mail_servers', table => {
      table.text('id').primary();
      table.text('destination_id').notNullable();
      table.text('host').notNullable();
      table.integer('port').notNullable();
      table.text('tls').notNullable();
      table.text('authority');
      table.binary('sender_sealed').notNullable();
      table.binary('user_sealed');
      table.binary('password_sealed');
      table.text('set_by').notNullable();
      table.text('set_at').notNullable();
    });
    await trx.schema.createTable('mail_outbox', table => {
      table.text('id').primary();
      table.text('person_id').notNullable();
      table.text('kind').notNullable();
      table.text('idempotency_key').notNullable().unique();
      table.text('message_id').notNullable();
      table.binary('recipient_sealed');
      table.binary('content_sealed');
      table.text('state').notNullable();
      table.integer('attempts').notNullable();
      table.text('next_attempt_at');
      table.text('expires_at').notNullable();
      table.text('lease_owner');
      table.text('lease_until');
      table.text('error_code');
      table.text('error_message');
      table.text('created_at').notNullable();
      table.text('sent_at');
      table.index(['state', 'next_attempt_at']);
      table.index(['person_id']);
    });
    await trx.schema.createTable('mail_attempts', table => {
      table.text('id').primary();
      table.text('mail_id').notNullable().references('mail_outbox.id').onDelete('CASCADE');
      table.text('at').notNullable();
      table.text('outcome').notNullable();
      table.integer('status');
      table.integer('ms').notNullable();
      table.text('message').notNullable();
      table.index(['mail_id']);
    });
  },
};
