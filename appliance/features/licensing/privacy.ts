import {declareTable, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const account = {room: 'licensing', person: {account: true}, retention: 'account'} as const;

/** Dates, counts and the ids of those who acted: nothing of a visitor. */
export const licensingTables = [
  declareTable({
    ...account,
    table: 'licensing_cancellations',
    rowId: 'id',
    columns: columns([
      'id',
      'in_force',
      'started_at',
      'started_by',
      'ends_at',
      'time_zone',
      'widget_stopped_at',
      'revoked_at',
      'revoked_by',
      'held_back_since',
      'destruction_began_at',
    ]),
  }),
  declareTable({
    ...account,
    table: 'licensing_reminders',
    rowId: 'cancellation_id',
    columns: columns(['cancellation_id', 'days', 'at', 'letters']),
  }),
  declareTable({
    ...account,
    table: 'licensing_exports',
    rowId: 'id',
    columns: columns([
      'id',
      'cancellation_id',
      'state',
      'requested_by',
      'requested_at',
      'finished_at',
      'host',
      'lease_owner',
      'tables_done',
      'tables_total',
      'rows_done',
      'bytes',
      'sha256',
      'problem',
    ]),
  }),
];
