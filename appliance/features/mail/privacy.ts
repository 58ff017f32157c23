import {declareTable, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));

/** Of the organisation: its sender, and what it signs in with at its mail server. */
const ours = {
  category: 'D1',
  purposes: ['service', 'administration'],
  basis: 'contract',
  retention: 'account',
  erasedBy: 'none',
} as const;
/** Of the person a letter is for. Gone once the letter is. */
const theirs = {
  category: 'D1',
  purposes: ['service', 'privacy_rights'],
  basis: 'contract',
  retention: 'mail',
  erasedBy: 'key',
} as const;

export const mailTables = [
  declareTable({
    table: 'mail_servers',
    room: 'mail',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...columns(['id', 'destination_id', 'host', 'port', 'tls', 'authority', 'set_by', 'set_at']),
      sender: sealed(ours),
      user: sealed(ours),
      password: sealed(ours),
    },
  }),
  declareTable({
    table: 'mail_outbox',
    room: 'mail',
    rowId: 'id',
    person: 'person_id',
    retention: 'mail',
    columns: {
      ...columns([
        'id',
        'person_id',
        'kind',
        'idempotency_key',
        'message_id',
        'state',
        'attempts',
        'next_attempt_at',
        'expires_at',
        'lease_owner',
        'lease_until',
        'error_code',
        'error_message',
        'created_at',
        'sent_at',
      ]),
      recipient: sealed(theirs),
      content: sealed(theirs),
    },
  }),
  declareTable({
    table: 'mail_attempts',
    room: 'mail',
    rowId: 'id',
    person: {account: true},
    retention: 'mail',
    columns: columns(['id', 'mail_id', 'at', 'outcome', 'status', 'ms', 'message']),
  }),
];
