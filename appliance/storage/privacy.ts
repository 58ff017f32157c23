import {declareTable, sealed, technical} from './declare.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const common = {room: 'storage', person: {account: true}, retention: 'account'} as const;

/** Storage's own tables; those of the key store hold wrapped keys and the ids of persons, and are never backed up with the data. */
export const storageTables = [
  declareTable({
    ...common,
    table: 'storage_migrations',
    rowId: 'name',
    columns: columns(['name', 'applied_at']),
  }),
  declareTable({
    ...common,
    table: 'keystore_migrations',
    rowId: 'name',
    columns: columns(['name', 'applied_at']),
  }),
  declareTable({
    ...common,
    table: 'keystore_roots',
    rowId: 'id',
    columns: columns(['id', 'kind', 'wrapped', 'created_at', 'retired_at']),
  }),
  declareTable({
    ...common,
    table: 'keystore_persons',
    rowId: 'person_id',
    person: 'person_id',
    retention: 'with_subject',
    columns: columns(['person_id', 'wrapping_id', 'wrapped', 'created_at']),
  }),
  declareTable({
    ...common,
    table: 'storage_restrictions',
    rowId: 'person_id',
    retention: 'with_subject',
    columns: {
      ...columns(['person_id', 'until', 'request_id', 'set_at']),
      // names a law or a request, and at times a person
      reason: sealed({
        category: 'D1',
        purposes: ['privacy_rights'],
        basis: 'legal_obligation',
        retention: 'with_subject',
        erasedBy: 'row',
      }),
    },
  }),
  declareTable({
    ...common,
    table: 'keystore_erased',
    rowId: 'person_id',
    columns: columns(['person_id', 'erased_at']),
  }),
  declareTable({
    ...common,
    table: 'keystore_rotations',
    rowId: 'id',
    columns: columns([
      'id',
      'kind',
      'state',
      'started_at',
      'started_by',
      'from_id',
      'to_id',
      'total',
      'done',
      'finished_at',
      'lease_owner',
      'lease_until',
      'reported_at',
    ]),
  }),
  declareTable({
    ...common,
    table: 'keystore_copies',
    rowId: 'id',
    columns: columns(['id', 'state', 'place', 'made_at', 'ends_at', 'persons', 'destroyed_at']),
  }),
];
