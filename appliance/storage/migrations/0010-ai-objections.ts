import type {Migration} from '../migrate.ts';

/** Visitors may object to being answered, and read, by an AI. */
export const aiObjections: Migration = {
  name: '0010-ai-objections',
  up: async trx => {
    await trx.schema.alterTable('conversations_conversations', table => {
      table.text('ai_objected_at');
    });
  },
};
