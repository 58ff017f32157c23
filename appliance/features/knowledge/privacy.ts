import {declareTable, sealed, technical} from '../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
/** The organisation's own words, which may name people: whom to call, who signed. */
const text = sealed({
  category: 'D1',
  purposes: ['qualification', 'administration'],
  basis: 'contract',
  retention: 'account',
  erasedBy: 'row',
});
const common = {room: 'knowledge', person: {account: true}, retention: 'account'} as const;

export const knowledgeTables = [
  declareTable({
    ...common,
    table: 'knowledge_documents',
    rowId: 'id',
    columns: {
      ...columns([
        'id',
        'kind',
        'size',
        'sha256',
        'state',
        'refusal',
        'pages',
        'passages',
        'languages',
        'lease_owner',
        'uploaded_by',
        'uploaded_at',
        'read_at',
        'embedder',
      ]),
      title: text,
      file_name: text,
    },
  }),
  declareTable({
    ...common,
    table: 'knowledge_passages',
    rowId: 'id',
    columns: {
      ...columns(['id', 'document_id', 'seq', 'page', 'language', 'gives_orders']),
      heading: text,
      text,
    },
  }),
  declareTable({
    ...common,
    table: 'knowledge_vectors',
    rowId: 'passage_id',
    columns: {
      ...columns(['passage_id', 'document_id', 'embedder']),
      // what it was made of can be told from it
      vector: text,
    },
  }),
  declareTable({
    ...common,
    table: 'knowledge_words',
    rowId: 'passage_id',
    columns: columns(['passage_id', 'words']),
  }),
];
