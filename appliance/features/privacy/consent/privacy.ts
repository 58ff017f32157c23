import {declareTable, sealed, technical} from '../../../storage/index.ts';

const columns = (names: string[]) => Object.fromEntries(names.map(name => [name, technical()]));
const proof = {
  purposes: ['privacy_rights'],
  basis: 'legal_obligation',
} as const;

export const consentTables = [
  declareTable({
    table: 'privacy_consent_texts',
    room: 'privacy',
    rowId: 'id',
    person: {account: true},
    retention: 'account',
    columns: {
      ...columns(['id', 'kind', 'language', 'version', 'hash', 'first_shown_at']),
      // a greeting may name a colleague
      text: sealed({...proof, category: 'D1', retention: 'account', erasedBy: 'none'}),
    },
  }),
  declareTable({
    table: 'privacy_consents',
    room: 'privacy',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'with_subject',
    columns: {
      ...columns([
        'id',
        'visitor_id',
        'conversation_id',
        'site_id',
        'kind',
        'act',
        'how',
        'language',
        'version',
        'text_hash',
        'at',
      ]),
      page: sealed({...proof, category: 'D5', retention: 'with_subject', erasedBy: 'key'}),
    },
  }),
];
