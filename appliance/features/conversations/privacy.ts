import {declareTable, personal, sealed, technical} from '../../storage/index.ts';

const usage = {
  category: 'D5',
  purposes: ['usage', 'security', 'service', 'privacy_rights'],
  basis: 'legitimate_interest',
  retention: 'usage',
  erasedBy: 'row',
} as const;
const transcript = {
  category: 'D2',
  purposes: ['service', 'qualification', 'crm_sync', 'privacy_rights'],
  basis: 'contract',
  retention: 'conversations',
  erasedBy: 'key',
} as const;

export const conversationTables = [
  declareTable({
    table: 'conversations_visitors',
    room: 'conversations',
    rowId: 'id',
    person: 'id',
    retention: 'conversations',
    columns: {
      id: technical(),
      site_id: technical(),
      number: technical(),
      // a language tag such as de-AT: shared by millions
      locale: technical(),
      ip: personal(usage),
      device: personal(usage),
      browser: personal(usage),
      page: sealed({...usage, erasedBy: 'key'}),
      created_at: technical(),
    },
  }),
  declareTable({
    table: 'conversations_conversations',
    room: 'conversations',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'conversations',
    columns: Object.fromEntries(
      [
        'id',
        'visitor_id',
        'site_id',
        'locale',
        'state',
        'agent_id',
        'last_seq',
        'visitor_read',
        'agent_read',
        'waiting_why',
        'waiting_since',
        'ai_objected_at',
        'created_at',
        'updated_at',
      ].map(name => [name, technical()]),
    ),
  }),
  declareTable({
    table: 'conversations_tokens',
    room: 'conversations',
    rowId: 'token_hash',
    person: 'visitor_id',
    retention: 'conversations',
    columns: {
      token_hash: technical(),
      conversation_id: technical(),
      visitor_id: technical(),
      site_id: technical(),
      expires_at: technical(),
    },
  }),
  declareTable({
    table: 'conversations_messages',
    room: 'conversations',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'conversations',
    columns: {
      id: technical(),
      conversation_id: technical(),
      visitor_id: technical(),
      seq: technical(),
      client_id: technical(),
      author_kind: technical(),
      author_id: technical(),
      event: technical(),
      text: sealed(transcript),
      extras: technical(),
      citation: sealed(transcript),
      at: technical(),
    },
  }),
];
