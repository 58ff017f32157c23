import type {Migration} from '../migrate.ts';

/** Who runs a scheduled job: a run whose process is gone is begun anew. */
export const runOwners: Migration = {
  name: '0007-run-owners',
  up: async trx => {
    await trx.schema.alterTable('jobs_runs', table => {
      table.text('lease_owner');
    });
  },
};
