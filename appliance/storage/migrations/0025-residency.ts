import type {Migration} from '../migrate.ts';

/**
 * A destination waits until a second person has agreed to it, and one outside the region ends by itself. What was declared before
 * there was a second person stays in force; `approved_by` of these rows is who declared.
 */
export const residency: Migration = {
  name: '0025-residency',
  up: async trx => {
    await trx.schema.alterTable('privacy_destinations', table => {
      table.text('state').notNullable().defaultTo('in_force');
      table.text('basis');
      table.integer('via_proxy').notNullable().defaultTo(1);
      table.text('confirmed_by');
      table.text('confirmed_at');
      table.text('exception_by');
      table.text('exception_reason');
      table.text('exception_until');
      table.text('exception_ended_at');
      table.integer('exception_reminded');
    });
    await trx.schema.createTable('privacy_widenings', table => {
      table.text('id').primary();
      table.text('destination_id').notNullable();
      table.text('kind').notNullable();
      table.text('asked_by').notNullable();
      table.text('asked_at').notNullable();
      table.text('statement').notNullable();
      table.text('before');
      table.text('after').notNullable();
      table.text('opens_at');
      table.text('lapses_at').notNullable();
      table.text('state').notNullable();
      table.text('decided_by');
      table.text('decided_at');
      table.index(['state', 'lapses_at']);
      table.index(['destination_id']);
    });
    await trx.schema.createTable('privacy_canaries', table => {
      table.text('id').primary();
      table.text('at').notNullable();
      table.text('asked_by');
      table.text('broker').notNullable();
      table.text('process').notNullable();
      table.text('host').notNullable();
      table.text('host_code').notNullable();
    });
    await trx.schema.createTable('privacy_places', table => {
      table.text('place').primary();
      table.text('region').notNullable();
      table.text('declared_by').notNullable();
      table.text('declared_at').notNullable();
    });
  },
};
