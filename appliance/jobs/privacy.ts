import {declareTable, technical} from '../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));

export const jobTables = [
  declareTable({
    table: 'jobs_runs',
    room: 'jobs',
    rowId: 'name',
    person: {account: true},
    retention: 'account',
    columns: columns(['name', 'slot', 'started_at', 'finished_at', 'lease_owner']),
  }),
];
