import type {Migration} from '../migrate.ts';

/** The connected model server: one row at most. */
export const modelServers: Migration = {
  name: '0014-model-servers',
  up: async trx => {
    await trx.schema.createTable('models_servers', table => {
      table.text('id').primary();
      table.text('destination_id').notNullable();
      table.text('url').notNullable();
      table.text('model').notNullable();
      table.binary('key_sealed');
      table.text('grammar');
      table.text('connected_by').notNullable();
      table.text('connected_at').notNullable();
      table.text('tested_at');
      table.text('problem');
      table.text('bench');
      table.text('accuracy');
    });
  },
};
