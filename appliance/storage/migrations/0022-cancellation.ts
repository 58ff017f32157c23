import type {Migration} from '../migrate.ts';

/** The end of the contract: its clock, its reminders, its last export; and what time it is, whatever the clock says. */
export const cancellation: Migration = {
  name: '0022-cancellation',
  up: async trx => {
    await trx.schema.createTable('licensing_cancellations', table => {
      table.text('id').primary();
      // 1 while it is in force, else null: there is never more than one
      table.integer('in_force').unique();
      table.text('started_at').notNullable();
      table.text('started_by').notNullable();
      table.text('ends_at').notNullable();
      table.text('time_zone').notNullable();
      table.text('widget_stopped_at');
      table.text('revoked_at');
      table.text('revoked_by');
      table.text('held_back_since');
      table.text('destruction_began_at');
    });
    await trx.schema.createTable('licensing_reminders', table => {
      table.text('cancellation_id').notNullable().references('licensing_cancellations.id');
      table.integer('days').notNullable();
      table.text('at').notNullable();
      table.integer('letters').notNullable();
      table.primary(['cancellation_id', 'days']);
    });
    await trx.schema.createTable('licensing_exports', table => {
      table.text('id').primary();
      table.text('cancellation_id').notNullable().references('licensing_cancellations.id');
      table.text('state').notNullable();
      table.text('requested_by').notNullable();
      table.text('requested_at').notNullable();
      table.text('finished_at');
      table.text('host').notNullable();
      table.text('lease_owner');
      table.integer('tables_done').notNullable();
      table.integer('tables_total').notNullable();
      table.integer('rows_done').notNullable();
      table.bigInteger('bytes');
      table.text('sha256');
      table.text('problem');
    });
    await trx.schema.createTable('licensing_time', table => {
      table.text('boot_id').primary();
      table.text('trusted_at').notNullable();
      table.double('up_seconds').notNullable();
    });
  },
};
