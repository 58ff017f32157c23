import {declareTable, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const detail = {
  category: 'D5',
  purposes: ['security', 'administration', 'privacy_rights'],
  basis: 'legal_obligation',
  retention: 'audit',
  erasedBy: 'key',
} as const;

/** Leaves hold pseudonymous ids and a commitment; what is said about a person is sealed under that person's key. */
export const auditTables = [
  declareTable({
    table: 'audit_leaves',
    room: 'audit',
    rowId: 'id',
    person: 'person_id',
    retention: 'audit',
    columns: {
      ...columns([
        'index',
        'id',
        'at',
        'actor_kind',
        'actor_id',
        'action',
        'subject_kind',
        'subject_id',
        'person_id',
        'purpose',
        'detail_commitment',
        'leaf_hash',
        'subtrees',
      ]),
      detail: sealed(detail),
      salt: sealed(detail),
    },
  }),
  declareTable({
    table: 'audit_tree',
    room: 'audit',
    rowId: 'id',
    person: {account: true},
    retention: 'audit',
    columns: columns(['id', 'size', 'peaks']),
  }),
  declareTable({
    table: 'audit_keys',
    room: 'audit',
    rowId: 'id',
    person: {account: true},
    retention: 'audit',
    columns: {
      ...columns(['id', 'name', 'public_key', 'created_at', 'retired_at']),
      // nobody's personal data, but sealed all the same: who has it signs as the appliance
      private_key: sealed({...detail, purposes: ['security'], erasedBy: 'none'}),
    },
  }),
  declareTable({
    table: 'audit_checkpoints',
    room: 'audit',
    rowId: 'size',
    person: {account: true},
    retention: 'audit',
    columns: columns(['size', 'at', 'root_hash', 'key_id', 'note']),
  }),
  declareTable({
    table: 'audit_witnesses',
    room: 'audit',
    rowId: 'place',
    person: {account: true},
    retention: 'audit',
    columns: columns(['place', 'delivered_size', 'delivered_at', 'problem', 'problem_since']),
  }),
];
