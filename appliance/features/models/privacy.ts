import {declareTable, technical} from '../../storage/index.ts';

export const modelTables = [
  declareTable({
    table: 'models_files',
    room: 'models',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: Object.fromEntries(
      [
        'id',
        'place',
        'sha256',
        'name',
        'bundled',
        'kind',
        'architecture',
        'size',
        'ram',
        'licence',
        'languages',
        'source',
        'imported_by',
        'imported_at',
        'verified_at',
        'bench',
        'accuracy',
      ].map(name => [name, technical()]),
    ),
  }),
];
