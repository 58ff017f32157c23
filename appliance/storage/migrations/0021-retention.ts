import type {Migration} from '../migrate.ts';

/**
 * Retention per website, lawful minimums, legal holds, restricted persons, and runs that are leased, taken up and
 * receipted. Runs that are there already become finished ones, each its own night.
 */
export const retentionRuns: Migration = {
  name: '0021-retention',
  up: async trx => {
    await trx.schema.createTable('privacy_site_retention', table => {
      table.text('id').primary();
      table.text('site_id').notNullable();
      table.text('category').notNullable();
      table.integer('days').notNullable();
      table.text('set_by');
      table.text('set_at').notNullable();
      table.unique(['site_id', 'category']);
    });
    await trx.schema.createTable('privacy_minimums', table => {
      table.text('category').primary();
      table.integer('days').notNullable();
      table.text('law').notNullable();
      table.text('set_by').notNullable();
      table.text('set_at').notNullable();
    });
    await trx.schema.createTable('privacy_holds', table => {
      table.text('id').primary();
      table.text('scope').notNullable();
      table.text('scope_id');
      table.binary('reason_sealed').notNullable();
      table.binary('owner_sealed').notNullable();
      table.text('review_on');
      table.text('set_by').notNullable();
      table.text('set_at').notNullable();
      table.text('lifted_by');
      table.text('lifted_at');
      table.binary('lifted_reason_sealed');
      table.index(['lifted_at', 'scope', 'scope_id']);
    });
    await trx.schema.createTable('storage_restrictions', table => {
      table.text('person_id').primary();
      table.text('until');
      table.text('request_id');
      table.binary('reason_sealed').notNullable();
      table.text('set_at').notNullable();
    });
    await trx.schema.createTable('privacy_trusted_time', table => {
      table.integer('id').primary();
      table.text('seen_at').notNullable();
      table.text('suspicious_since');
      table.text('confirmed_by');
      table.text('confirmed_at');
    });
    await trx.schema.createTable('privacy_retention_batches', table => {
      table.text('run_id').notNullable();
      table.integer('number').notNullable();
      table.text('category').notNullable();
      table.text('site_id');
      table.integer('count').notNullable();
      table.binary('hashes').notNullable();
      table.primary(['run_id', 'number']);
    });
    await trx.schema.alterTable('privacy_retention_runs', table => {
      table.text('night');
      table.text('state');
      table.text('lease_owner');
      table.text('lease_until');
      table.integer('attempts');
      table.text('progress');
      table.text('problem');
      table.text('receipt');
    });
    await trx('privacy_retention_runs').update({
      night: trx.ref('id'),
      state: 'finished',
      attempts: 1,
      progress: '{}',
    });
    await trx('privacy_retention_runs').whereNull('finished_at').update({state: 'interrupted'});
    await trx.schema.alterTable('privacy_retention_runs', table => {
      table.unique(['night']);
    });
    // letters had the period of usage data until now
    const usage = await trx('privacy_retention').where({category: 'usage'}).first();
    if (usage) await trx('privacy_retention').insert({...usage, category: 'mail'});
    await trx.schema.alterTable('crm_leads', table => table.index(['updated_at', 'id']));
    await trx.raw(
      `create index conversations_visitors_usage on conversations_visitors (created_at, id)
        where ip_personal is not null or page_sealed is not null or browser_personal is not null`,
    );
  },
};
