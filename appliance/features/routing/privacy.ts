import {declareTable, technical} from '../../storage/index.ts';

/** Presence of users of the console: no words, no history, only the present state. */
export const routingTables = [
  declareTable({
    table: 'routing_presence',
    room: 'routing',
    rowId: 'user_id',
    person: 'user_id',
    retention: 'with_subject',
    columns: {user_id: technical(), presence: technical(), since: technical()},
  }),
];
