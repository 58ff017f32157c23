import type {Migration} from '../migrate.ts';

/**
 * Passages as vectors, each with the model that made it, and the one model chosen to make them: a file by its SHA-256, or a
 * server. A vector tells much of what its text says, so it is sealed like the text.
 */
export const passageVectors: Migration = {
  name: '0015-passage-vectors',
  up: async trx => {
    await trx.schema.createTable('knowledge_vectors', table => {
      table.text('passage_id').primary();
      table.text('document_id').notNullable().index();
      table.text('embedder').notNullable();
      table.binary('vector_sealed');
      table.foreign('passage_id').references('knowledge_passages.id').onDelete('CASCADE');
    });
    await trx.schema.alterTable('knowledge_documents', table => {
      table.text('embedder');
    });
    await trx.schema.createTable('models_embedders', table => {
      table.text('id').primary();
      table.text('embedder').notNullable();
      table.text('sha256');
      table.text('name').notNullable();
      table.text('destination_id');
      table.text('url');
      table.binary('key_sealed');
      table.text('fit');
      table.text('problem');
      table.text('chosen_by');
      table.text('chosen_at').notNullable();
      table.text('tested_at');
    });
  },
};
