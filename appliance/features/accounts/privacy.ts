import {declareTable, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const contact = {
  category: 'D1',
  purposes: ['service', 'routing', 'administration', 'security', 'privacy_rights'],
  basis: 'contract',
  retention: 'account',
  erasedBy: 'key',
} as const;

/** Whoever has it can make a person's one-time codes. */
const secret = {...contact, purposes: ['security']} as const;

/** A transcript in the CRM says which colleague spoke. */
const shownName = {...contact, purposes: [...contact.purposes, 'crm_sync']} as const;

export const accountTables = [
  declareTable({
    table: 'accounts_account',
    room: 'accounts',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...columns(['id', 'company', 'region', 'language', 'created_at', 'second_factor_after']),
      privacy_contact: sealed({...contact, erasedBy: 'none'}),
    },
  }),
  declareTable({
    table: 'accounts_users',
    room: 'accounts',
    rowId: 'id',
    person: 'id',
    retention: 'account',
    columns: {
      // email_index is keyed: without the account's key nobody can try addresses out on it
      ...columns([
        'id',
        'email_index',
        'role',
        'languages',
        'password_hash',
        'created_at',
        'disabled_at',
        'access_ends_at',
        'access_ended_at',
      ]),
      name: sealed(shownName),
      email: sealed(contact),
    },
  }),
  declareTable({
    table: 'accounts_sessions',
    room: 'accounts',
    rowId: 'id',
    person: 'user_id',
    retention: 'account',
    columns: columns([
      'token_hash',
      'id',
      'user_id',
      'csrf_token',
      'created_at',
      'last_seen_at',
      'expires_at',
      'with_factor',
      'proved_at',
    ]),
  }),
  declareTable({
    table: 'accounts_invitations',
    room: 'accounts',
    rowId: 'token_hash',
    person: 'user_id',
    retention: 'account',
    columns: columns(['token_hash', 'user_id', 'created_at', 'expires_at', 'removes_factor']),
  }),
  declareTable({
    table: 'accounts_second_factors',
    room: 'accounts',
    rowId: 'user_id',
    person: 'user_id',
    retention: 'account',
    columns: {
      ...columns(['user_id', 'set_up_at', 'last_step', 'pending_at']),
      secret: sealed(secret),
      pending: sealed(secret),
    },
  }),
  declareTable({
    table: 'accounts_recovery_codes',
    room: 'accounts',
    rowId: 'id',
    person: 'user_id',
    retention: 'account',
    columns: columns(['id', 'user_id', 'code_hash', 'created_at', 'used_at']),
  }),
];
