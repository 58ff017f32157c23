import {declareTable, personal, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const lead = {basis: 'contract', retention: 'leads'} as const;
const purposes = ['service', 'crm_sync', 'privacy_rights'] as const;

export const crmTables = [
  declareTable({
    table: 'crm_leads',
    room: 'crm',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'leads',
    columns: {
      ...columns([
        'id',
        'conversation_id',
        'visitor_id',
        'site_id',
        'bar',
        'created_at',
        'updated_at',
        // keyed, as the one of facts
        'email_index',
        'withheld_at',
      ]),
      points: personal({...lead, category: 'D4', purposes, erasedBy: 'row'}),
      contact: sealed({...lead, category: 'D1', purposes, erasedBy: 'key'}),
    },
  }),
  declareTable({
    table: 'crm_connectors',
    room: 'crm',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...columns([
        'id',
        'type',
        'name',
        'enabled',
        'destination_id',
        'tested_at',
        'test_message',
        'created_at',
      ]),
      // credentials of the organisation, nobody's personal data, but sealed all the same
      config: sealed({
        category: 'D1',
        purposes: ['crm_sync', 'administration'],
        basis: 'contract',
        retention: 'account',
        erasedBy: 'none',
      }),
    },
  }),
  declareTable({
    table: 'crm_deliveries',
    room: 'crm',
    rowId: 'id',
    person: {account: true},
    retention: 'leads',
    columns: columns([
      'id',
      'lead_id',
      'connector_id',
      'kind',
      'state',
      'attempts',
      'next_attempt_at',
      'lease_owner',
      'lease_until',
      'error_code',
      'error_message',
      'created_at',
      'delivered_at',
    ]),
  }),
  declareTable({
    table: 'crm_erasures',
    room: 'crm',
    rowId: 'id',
    // a person's key may be gone before the CRM has answered
    person: {account: true},
    retention: 'leads',
    columns: {
      ...columns([
        'id',
        'erasure_id',
        'connector_id',
        'state',
        'attempts',
        'next_attempt_at',
        'lease_owner',
        'lease_until',
        'error_code',
        'error_message',
        'created_at',
        'done_at',
      ]),
      record: sealed({...lead, category: 'D1', purposes: ['privacy_rights'], erasedBy: 'row'}),
    },
  }),
  declareTable({
    table: 'crm_attempts',
    room: 'crm',
    rowId: 'id',
    person: {account: true},
    retention: 'leads',
    columns: columns(['id', 'delivery_id', 'at', 'outcome', 'status', 'ms', 'message']),
  }),
];
