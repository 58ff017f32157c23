import {declareTable, sealed, technical} from '../../storage/index.ts';

/** A credential of the organisation, nobody's personal data, but sealed all the same. */
const credential = sealed({
  category: 'D1',
  purposes: ['qualification'],
  basis: 'contract',
  retention: 'account',
  erasedBy: 'none',
});

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
  declareTable({
    table: 'models_servers',
    room: 'models',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...Object.fromEntries(
        [
          'id',
          'destination_id',
          'url',
          'model',
          'grammar',
          'connected_by',
          'connected_at',
          'tested_at',
          'problem',
          'bench',
          'accuracy',
        ].map(name => [name, technical()]),
      ),
      key: credential,
    },
  }),
  declareTable({
    table: 'models_embedders',
    room: 'models',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...Object.fromEntries(
        [
          'id',
          'embedder',
          'sha256',
          'name',
          'destination_id',
          'url',
          'fit',
          'problem',
          'chosen_by',
          'chosen_at',
          'tested_at',
        ].map(name => [name, technical()]),
      ),
      key: credential,
    },
  }),
];
