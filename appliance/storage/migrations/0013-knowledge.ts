import type {Migration} from '../migrate.ts';

/**
 * Documents the AI may quote. Their text is sealed; `knowledge_words` finds it by words under a key, which mean nothing to
 * whoever reads the database alone. A quoted passage is kept with the message that quotes it.
 */
export const knowledge: Migration = {
  name: '0013-knowledge',
  up: async trx => {
    await trx.schema.createTable('knowledge_documents', table => {
      table.text('id').primary();
      table.binary('title_sealed');
      table.binary('file_name_sealed');
      table.text('kind');
      table.bigInteger('size').notNullable();
      table.text('sha256').notNullable();
      table.text('state').notNullable();
      table.text('refusal');
      table.integer('pages');
      table.integer('passages').notNullable();
      table.text('languages').notNullable();
      table.text('lease_owner');
      table.text('uploaded_by').notNullable();
      table.text('uploaded_at').notNullable();
      table.text('read_at');
    });
    await trx.schema.createTable('knowledge_passages', table => {
      table.text('id').primary();
      table.text('document_id').notNullable();
      table.integer('seq').notNullable();
      table.integer('page');
      table.binary('heading_sealed');
      table.binary('text_sealed');
      table.text('language').notNullable();
      table.integer('gives_orders').notNullable();
      table.unique(['document_id', 'seq']);
      table.foreign('document_id').references('knowledge_documents.id').onDelete('CASCADE');
    });
    if ((trx.client as {dialect: string}).dialect === 'postgresql') {
      await trx.schema.createTable('knowledge_words', table => {
        table.text('passage_id').primary();
        table.specificType('words', 'tsvector').notNullable();
      });
      // without a list of what waits to be indexed: a long one makes the planner read every row instead
      await trx.raw(
        'create index knowledge_words_words on knowledge_words using gin (words) with (fastupdate = off)',
      );
    } else {
      await trx.raw(
        `create virtual table knowledge_words using fts5(passage_id unindexed, words, content='', contentless_delete=1, contentless_unindexed=1, tokenize='ascii', detail=none)`,
      );
    }
    await trx.schema.alterTable('conversations_messages', table => {
      table.binary('citation_sealed');
    });
  },
};
