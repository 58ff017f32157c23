import {declareTable, personal, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const facts = {
  category: 'D4',
  purposes: ['qualification', 'service', 'crm_sync', 'privacy_rights'],
  basis: 'contract',
  retention: 'conversations',
  erasedBy: 'key',
} as const;

export const qualificationTables = [
  declareTable({
    table: 'qualification_playbooks',
    room: 'qualification',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: columns(['id', 'version', 'content', 'created_by', 'created_at']),
  }),
  declareTable({
    table: 'qualification_drafts',
    room: 'qualification',
    rowId: 'playbook_id',
    person: {account: true},
    retention: 'account',
    columns: columns(['playbook_id', 'based_on', 'revision', 'content', 'saved_by', 'saved_at']),
  }),
  declareTable({
    table: 'qualification_turns',
    room: 'qualification',
    rowId: 'id',
    person: {account: true},
    retention: 'conversations',
    columns: columns([
      'id',
      'conversation_id',
      'seq',
      'state',
      'lease_owner',
      'lease_until',
      'attempts',
      'created_at',
      'done_at',
    ]),
  }),
  declareTable({
    table: 'qualification_facts',
    room: 'qualification',
    rowId: 'id',
    person: 'visitor_id',
    through: {column: 'conversation_id', table: 'conversations_conversations', key: 'id'},
    retention: 'conversations',
    columns: {
      ...columns([
        'id',
        'conversation_id',
        'visitor_id',
        'field',
        'message_seq',
        'span_start',
        'span_end',
        'confidence',
        'source',
        'model_id',
        'superseded_by',
        // keyed: equal addresses of e-mail meet, and nobody without the account's key can try one out
        'value_index',
        'created_at',
      ]),
      value: sealed(facts),
      display: sealed(facts),
      quote: sealed(facts),
    },
  }),
  declareTable({
    table: 'qualification_scores',
    room: 'qualification',
    rowId: 'conversation_id',
    person: 'visitor_id',
    through: {column: 'conversation_id', table: 'conversations_conversations', key: 'id'},
    retention: 'conversations',
    columns: {
      ...columns([
        'conversation_id',
        'visitor_id',
        'playbook_id',
        'playbook_version',
        'bar',
        'asked',
        'updated_at',
      ]),
      points: personal({...facts, erasedBy: 'row'}),
      qualified: personal({...facts, erasedBy: 'row'}),
      // what a person decided who reviewed it; from then on no score does
      decided: personal({...facts, erasedBy: 'row'}),
      reasons: sealed(facts),
    },
  }),
];
