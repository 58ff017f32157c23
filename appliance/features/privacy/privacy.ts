import {declareTable, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const account = {room: 'privacy', person: {account: true}, retention: 'account'} as const;

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
    columns: columns(['id', 'started_at', 'finished_at', 'removed']),
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
];
