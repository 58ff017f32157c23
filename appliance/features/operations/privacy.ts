import {declareTable, technical} from '../../storage/index.ts';

export const operationsTables = [
  declareTable({
    room: 'operations',
    person: {account: true},
    retention: 'account',
    table: 'operations_time',
    rowId: 'boot_id',
    columns: {
      boot_id: technical(),
      stake: technical(),
      up_seconds: technical(),
      trusted_at: technical(),
      doubt: technical(),
    },
  }),
];
