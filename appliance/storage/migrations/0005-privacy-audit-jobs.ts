import type {Migration} from '../migrate.ts';

export const privacyAuditJobs: Migration = {
  name: '0005-privacy-audit-jobs',
  up: async trx => {
    await trx.schema.createTable('privacy_retention', table => {
      table.text('category').primary();
      table.integer('days').notNullable();
      table.text('set_by');
      table.text('set_at').notNullable();
    });
    await trx.schema.createTable('privacy_retention_runs', table => {
      table.text('id').primary();
      table.text('started_at').notNullable();
      table.text('finished_at');
      table.text('removed').notNullable();
    });
    await trx.schema.createTable('privacy_destinations', table => {
      table.text('id').primary();
      table.text('host').notNullable();
      table.integer('port').notNullable();
      table.text('region').notNullable();
      table.text('purpose').notNullable();
      table.text('categories').notNullable();
      table.integer('private').notNullable();
      table.integer('plain').notNullable();
      table.text('approved_by').notNullable();
      table.text('approved_at').notNullable();
      table.text('owner');
    });
    await trx.schema.createTable('privacy_egress_attempts', table => {
      table.text('id').primary();
      table.text('at').notNullable();
      table.text('destination_id');
      table.text('host').notNullable();
      table.integer('port').notNullable();
      table.text('purpose').notNullable();
      table.text('region');
      table.text('outcome').notNullable();
      table.text('reason');
      table.integer('bytes_out').notNullable();
      table.integer('bytes_in').notNullable();
      table.integer('ms').notNullable();
      table.index(['at']);
      table.index(['destination_id', 'at']);
    });
    await trx.schema.createTable('audit_leaves', table => {
      table.integer('index').primary();
      table.text('id').notNullable();
      table.text('at').notNullable();
      table.text('actor_kind').notNullable();
      table.text('actor_id');
      table.text('action').notNullable();
      table.text('subject_kind');
      table.text('subject_id');
      table.text('person_id');
      table.text('purpose');
      table.text('detail_commitment');
      table.binary('detail_sealed');
      table.binary('salt_sealed');
      table.text('leaf_hash').notNullable();
      table.index(['subject_id', 'actor_id', 'at']);
      table.index(['action', 'index']);
    });
    await trx.schema.createTable('audit_tree', table => {
      table.integer('id').primary();
      table.integer('size').notNullable();
      table.text('peaks').notNullable();
    });
    await trx.schema.createTable('jobs_runs', table => {
      table.text('name').notNullable();
      table.text('slot').notNullable();
      table.text('started_at').notNullable();
      table.text('finished_at');
      table.primary(['name', 'slot']);
    });
  },
};
