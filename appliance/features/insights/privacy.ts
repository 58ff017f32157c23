import {declareTable, personal, sealed, technical} from '../../storage/index.ts';

const usage = {
  category: 'D5',
  purposes: ['usage', 'privacy_rights'],
  basis: 'legitimate_interest',
  retention: 'usage',
  erasedBy: 'row',
} as const;
const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const account = {room: 'insights', person: {account: true}, retention: 'account'} as const;

export const insightTables = [
  declareTable({
    ...account,
    table: 'insights_categories',
    rowId: 'category',
    columns: columns(['category', 'collected', 'full', 'reason', 'set_by', 'set_at']),
  }),
  declareTable({
    ...account,
    table: 'insights_sites',
    rowId: 'site_id',
    columns: columns(['site_id', 'mode']),
  }),
  declareTable({
    table: 'insights_visitors',
    room: 'insights',
    rowId: 'visitor_id',
    person: 'visitor_id',
    retention: 'conversations',
    columns: {
      ...columns(['visitor_id', 'site_id', 'answer', 'answered_at', 'pages', 'measured_at']),
      seconds: personal(usage),
      video_uses: personal(usage),
      crm_calls: personal(usage),
    },
  }),
  declareTable({
    table: 'insights_pages',
    room: 'insights',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'usage',
    columns: {
      ...columns(['id', 'visitor_id', 'at']),
      page: sealed({...usage, erasedBy: 'key'}),
    },
  }),
];
