import type {Migration} from '../migrate.ts';

/** Resends are told apart under the lock of the conversation's row (see conversations/client-ids.ts). */
export const clientIds: Migration = {
  name: '0008-client-ids',
  up: async trx => {
    await trx.schema.alterTable('conversations_messages', table => {
      table.dropUnique(['conversation_id', 'client_id']);
    });
  },
};
