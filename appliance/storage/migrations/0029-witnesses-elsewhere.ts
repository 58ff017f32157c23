import type {Migration} from '../migrate.ts';

/** Witnesses that checkpoints travel to: a log collector over the network, and a mailbox. */
export const witnessesElsewhere: Migration = {
  name: '0029-witnesses-elsewhere',
  up: async trx => {
    await trx.schema.createTable('audit_collectors', table => {
      table.text('id').primary();
      table.text('destination_id').notNullable();
      table.text('host').notNullable();
      table.integer('port').notNullable();
      table.text('tls').notNullable();
      table.text('authority');
      table.integer('entries').notNullable();
      table.integer('entries_sent').notNullable();
      table.text('set_by').notNullable();
      table.text('set_at').notNullable();
      table.text('state').notNullable();
      table.integer('attempts').notNullable();
      table.text('next_attempt_at');
      table.text('lease_owner');
      table.text('lease_until');
      table.integer('delivered_size').notNullable();
      table.text('delivered_at');
      table.text('problem');
      table.text('problem_since');
    });
    await trx.schema.createTable('audit_mailboxes', table => {
      table.text('id').primary();
      table.binary('address_sealed').notNullable();
      table.text('set_by').notNullable();
      table.text('set_at').notNullable();
      table.text('mail_id');
      table.integer('mailed_size').notNullable();
      table.integer('delivered_size').notNullable();
      table.text('delivered_at');
      table.text('problem');
      table.text('problem_since');
    });
  },
};
