/**
 * Every column of every table is declared, in its room's `privacy.ts`. The declarations drive sealing and reading here,
 * and generate the data map, the data-subject export and the erasure order, so that none of these is written twice.
 */
export const categories = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6'] as const;
export type Category = (typeof categories)[number];

/** What personal data may be read for: a closed list. A column names the ones it allows. */
export const purposes = [
  'service',
  'qualification',
  'routing',
  'crm_sync',
  'security',
  'administration',
  'privacy_rights',
  'usage',
] as const;
export type Purpose = (typeof purposes)[number];

export type LegalBasis = 'contract' | 'legitimate_interest' | 'consent' | 'legal_obligation';
/** `with_subject`: as long as the row it belongs to; `account`: until cancellation plus 30 days. */
export type RetentionClass =
  | 'conversations'
  | 'leads'
  | 'usage'
  | 'mail'
  | 'audit'
  | 'with_subject'
  | 'account';
/** How erasing a person removes the value: their key is destroyed, the row goes, or it holds nothing of theirs. */
export type Erasure = 'key' | 'row' | 'none';

export type TechnicalColumn = {kind: 'technical'};
export type PersonalColumn = {
  kind: 'sealed' | 'personal';
  category: Category;
  purposes: readonly Purpose[];
  basis: LegalBasis;
  retention: RetentionClass;
  erasedBy: Erasure;
};
export type Column = TechnicalColumn | PersonalColumn;

export type TableDeclaration = {
  table: string;
  room: string;
  /** The column that names the row; part of the associated data of every sealed value. */
  rowId: string;
  /** The column that holds the person's id, or `account` for what is sealed under the account's own key. */
  person: string | {account: true};
  /**
   * Where the person's column has no index: their rows are those whose `column` is the `key` of one of their rows in that
   * table. Reading or erasing one person then never looks at anybody else's.
   */
  through?: {column: string; table: string; key: string};
  retention: RetentionClass;
  columns: Record<string, Column>;
};

type Rules = Omit<PersonalColumn, 'kind'>;

/** Ids, states, counters, times of the system: nothing about a person beyond the row's existence. */
export const technical = (): TechnicalColumn => ({kind: 'technical'});
/** AES-256-GCM under the person's key; stored in a column named `<name>_sealed`. */
export const sealed = (rules: Rules): PersonalColumn => ({kind: 'sealed', ...rules});
/** Personal, but plain, because the database must compare it; stored in `<name>_personal`. */
export const personal = (rules: Rules): PersonalColumn => ({kind: 'personal', ...rules});

export const columnSuffix = {technical: '', sealed: '_sealed', personal: '_personal'} as const;

export const declareTable = (declaration: TableDeclaration): TableDeclaration => declaration;

/** Column names as they stand in the database. */
export const storedColumns = (declaration: TableDeclaration): string[] =>
  Object.entries(declaration.columns).map(([name, column]) => name + columnSuffix[column.kind]);
