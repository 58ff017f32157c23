import {declareTable, sealed, technical} from '../../storage/index.ts';
import {consentTables} from './consent/privacy.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
/** What somebody who asks about their data wrote, and what they were answered: under a key of the request's own. */
const asked = sealed({
  category: 'D1',
  purposes: ['service', 'privacy_rights'],
  basis: 'legal_obligation',
  retention: 'with_subject',
  erasedBy: 'key',
});
const account = {room: 'privacy', person: {account: true}, retention: 'account'} as const;

/** Why deletion is suspended, and who answers for it: words that may name a person. */
const holdWords = {
  category: 'D1',
  purposes: ['privacy_rights'],
  basis: 'legal_obligation',
  retention: 'account',
  erasedBy: 'none',
} as const;

export const privacyTables = [
  declareTable({
    ...account,
    table: 'privacy_retention',
    rowId: 'category',
    columns: columns(['category', 'days', 'set_by', 'set_at']),
  }),
  declareTable({
    ...account,
    table: 'privacy_retention_runs',
    rowId: 'id',
    columns: columns([
      'id',
      'started_at',
      'finished_at',
      'removed',
      'night',
      'state',
      'lease_owner',
      'lease_until',
      'attempts',
      'progress',
      'problem',
      'receipt',
    ]),
  }),
  // hashes of pseudonymous ids of what is gone
  declareTable({
    ...account,
    table: 'privacy_retention_batches',
    rowId: 'run_id',
    columns: columns(['run_id', 'number', 'category', 'site_id', 'count', 'hashes']),
  }),
  declareTable({
    ...account,
    table: 'privacy_site_retention',
    rowId: 'id',
    columns: columns(['id', 'site_id', 'category', 'days', 'set_by', 'set_at']),
  }),
  declareTable({
    ...account,
    table: 'privacy_minimums',
    rowId: 'category',
    columns: columns(['category', 'days', 'law', 'set_by', 'set_at']),
  }),
  declareTable({
    ...account,
    table: 'privacy_holds',
    rowId: 'id',
    columns: {
      ...columns(['id', 'scope', 'scope_id', 'review_on', 'set_by', 'set_at', 'lifted_by', 'lifted_at']),
      reason: sealed(holdWords),
      owner: sealed(holdWords),
      lifted_reason: sealed(holdWords),
    },
  }),
  declareTable({
    ...account,
    table: 'privacy_trusted_time',
    rowId: 'id',
    columns: columns(['id', 'seen_at', 'suspicious_since', 'confirmed_by', 'confirmed_at']),
  }),
  declareTable({
    ...account,
    table: 'privacy_destinations',
    rowId: 'id',
    columns: columns([
      'id',
      'host',
      'port',
      'region',
      'purpose',
      'categories',
      'private',
      'plain',
      'approved_by',
      'approved_at',
      'owner',
    ]),
  }),
  declareTable({
    ...account,
    table: 'privacy_egress_attempts',
    rowId: 'id',
    retention: 'audit',
    columns: columns([
      'id',
      'at',
      'destination_id',
      'host',
      'port',
      'purpose',
      'region',
      'outcome',
      'reason',
      'bytes_out',
      'bytes_in',
      'ms',
    ]),
  }),
  declareTable({
    table: 'privacy_requests',
    room: 'privacy',
    rowId: 'id',
    person: 'id',
    retention: 'with_subject',
    columns: {
      ...columns([
        'id',
        'kind',
        'objection',
        'state',
        'origin',
        'proof',
        'language',
        'conversation_id',
        'opened_by',
        'created_at',
        'due_at',
        'extended_at',
        'closed_at',
        'closed_by',
        'outcome',
        // keyed, like the code: without the account's key neither can be tried out
        'address_index',
        'code_hash',
        'code_until',
        'code_tries',
        'receipt_hash',
        'certificate',
      ]),
      address: asked,
      words: asked,
      extension: asked,
      answer: asked,
    },
  }),
  declareTable({
    table: 'privacy_request_persons',
    room: 'privacy',
    rowId: 'person_id',
    person: 'person_id',
    retention: 'with_subject',
    columns: columns(['request_id', 'person_id']),
  }),
  declareTable({
    ...account,
    table: 'privacy_erasures',
    rowId: 'id',
    columns: {
      // the person is named until their key is destroyed, and by a keyed pseudonym from then on
      ...columns([
        'id',
        'request_id',
        'person_id',
        'pseudonym',
        'state',
        'steps',
        'kept',
        'kept_until',
        'next_at',
        'attempts',
        'lease_owner',
        'lease_until',
        'created_at',
        'erased_at',
        'finished_at',
      ]),
      // why a hold keeps it: the organisation's own words
      kept_reason: sealed({
        category: 'D1',
        purposes: ['privacy_rights'],
        basis: 'legal_obligation',
        retention: 'account',
        erasedBy: 'none',
      }),
    },
  }),
  declareTable({
    ...account,
    table: 'privacy_ledger',
    rowId: 'number',
    retention: 'audit',
    columns: columns(['number', 'pseudonym', 'entry']),
  }),
  declareTable({
    ...account,
    table: 'privacy_evidence_results',
    rowId: 'id',
    retention: 'audit',
    columns: columns(['id', 'run_id', 'control', 'at', 'state', 'found', 'evidence', 'ms']),
  }),
  declareTable({
    ...account,
    table: 'privacy_versions',
    rowId: 'id',
    columns: {
      ...columns(['id', 'series', 'number', 'at', 'hash']),
      // names the contact for privacy requests
      content: sealed({
        category: 'D1',
        purposes: ['privacy_rights'],
        basis: 'legal_obligation',
        retention: 'account',
        erasedBy: 'none',
      }),
    },
  }),
  ...consentTables,
];
