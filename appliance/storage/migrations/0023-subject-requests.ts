import type {Migration} from '../migrate.ts';

/** What people ask about their data, erasures under way, the ledger of those done, and what the CRM is told to delete. */
export const subjectRequests: Migration = {
  name: '0023-subject-requests',
  up: async trx => {
    await trx.schema.createTable('privacy_requests', table => {
      table.text('id').primary();
      table.text('kind').notNullable();
      table.text('objection');
      table.text('state').notNullable();
      table.text('origin').notNullable();
      table.text('proof');
      table.text('language').notNullable();
      table.text('conversation_id');
      table.text('opened_by');
      table.text('created_at').notNullable();
      table.text('due_at').notNullable();
      table.text('extended_at');
      table.text('closed_at');
      table.text('closed_by');
      table.text('outcome');
      table.binary('address_sealed');
      table.binary('words_sealed');
      table.binary('extension_sealed');
      table.binary('answer_sealed');
      table.text('address_index');
      table.text('code_hash');
      table.text('code_until');
      table.integer('code_tries').notNullable();
      table.text('receipt_hash').unique();
      table.text('certificate');
      table.index(['state', 'due_at']);
      table.index(['conversation_id', 'created_at']);
      table.index(['address_index', 'created_at']);
    });
    await trx.schema.createTable('privacy_request_persons', table => {
      table.text('request_id').notNullable().references('privacy_requests.id').onDelete('CASCADE');
      table.text('person_id').notNullable();
      table.primary(['request_id', 'person_id']);
      table.index(['person_id']);
    });
    await trx.schema.createTable('privacy_erasures', table => {
      table.text('id').primary();
      table.text('request_id').notNullable().references('privacy_requests.id');
      table.text('person_id');
      table.text('pseudonym').notNullable();
      table.text('state').notNullable();
      table.text('steps').notNullable();
      table.text('kept');
      table.text('kept_until');
      table.binary('kept_reason_sealed');
      table.text('next_at');
      table.integer('attempts').notNullable();
      table.text('lease_owner');
      table.text('lease_until');
      table.text('created_at').notNullable();
      table.text('erased_at');
      table.text('finished_at');
      table.index(['request_id']);
      table.index(['state', 'next_at']);
      table.index(['person_id']);
    });
    await trx.schema.createTable('privacy_ledger', table => {
      table.integer('number').primary();
      table.text('pseudonym').notNullable();
      table.text('entry').notNullable();
      table.index(['pseudonym']);
    });
    await trx.schema.createTable('crm_erasures', table => {
      table.text('id').primary();
      table.text('erasure_id').notNullable();
      table.text('connector_id').notNullable();
      table.binary('record_sealed');
      table.text('state').notNullable();
      table.integer('attempts').notNullable();
      table.text('next_attempt_at');
      table.text('lease_owner');
      table.text('lease_until');
      table.text('error_code');
      table.text('error_message');
      table.text('created_at').notNullable();
      table.text('done_at');
      table.index(['erasure_id']);
      table.index(['state', 'next_attempt_at']);
    });
    await trx.schema.alterTable('qualification_facts', table => {
      table.text('value_index');
      table.index(['value_index']);
    });
    await trx.schema.alterTable('qualification_scores', table => {
      table.integer('decided_personal');
    });
    await trx.schema.alterTable('crm_leads', table => {
      table.text('email_index');
      table.text('withheld_at');
      table.index(['email_index']);
    });
    await trx.schema.alterTable('conversations_conversations', table => {
      table.text('objected_at');
    });
    await trx.schema.alterTable('audit_leaves', table => {
      table.index(['person_id']);
    });
  },
};
