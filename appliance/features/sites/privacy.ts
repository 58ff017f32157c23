import {declareTable, technical} from '../../storage/index.ts';

export const siteTables = [
  declareTable({
    table: 'sites_sites',
    room: 'sites',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: Object.fromEntries(
      ['id', 'name', 'origins', 'languages', 'default_language', 'playbook_id', 'demo', 'created_at'].map(
        name => [name, technical()],
      ),
    ),
  }),
];
