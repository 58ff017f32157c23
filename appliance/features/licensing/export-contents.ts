import {
  columnSuffix,
  type DatabaseOrTransaction,
  type PersonalColumn,
  type Purpose,
  type Reader,
  type TableDeclaration,
} from '../../storage/index.ts';

/** Tables that hold keys, what people sign in with, or what can be made anew from the rest. */
export const withheldTables: Record<string, string> = {
  accounts_sessions: 'sign-ins under way',
  accounts_invitations: 'one-time links',
  accounts_second_factors: 'secrets of authenticator apps',
  accounts_recovery_codes: 'recovery codes',
  conversations_tokens: 'sign-ins of visitors’ browsers',
  audit_keys: 'the private key that signs',
  keystore_roots: 'keys',
  keystore_persons: 'keys',
  keystore_erased: 'of the key store',
  keystore_rotations: 'of the key store',
  keystore_copies: 'of the key store',
  keystore_migrations: 'of the software, not of the account',
  storage_migrations: 'of the software, not of the account',
  knowledge_vectors: 'computed from the passages',
  knowledge_words: 'computed from the passages',
};

/** Columns beside them. A connector's settings hold its secrets. */
export const withheldColumns: ReadonlySet<string> = new Set([
  'accounts_users.email_index',
  'accounts_users.password_hash',
  'crm_connectors.config',
  'crm_leads.email_index',
  'qualification_facts.value_index',
  'privacy_requests.address_index',
  'privacy_requests.code_hash',
  'privacy_requests.receipt_hash',
  'mail_servers.password',
  'models_servers.key',
  'models_embedders.key',
]);

/** Named like a secret, and none: hashes of what is exported anyway, public keys, ids. */
export const harmlessColumns: ReadonlySet<string> = new Set([
  'mail_outbox.idempotency_key',
  'crm_deliveries.idempotency_key',
  'knowledge_documents.sha256',
  'models_files.sha256',
  'models_embedders.sha256',
  'licensing_exports.sha256',
  'privacy_versions.hash',
  'privacy_consent_texts.hash',
  'privacy_consents.text_hash',
  'privacy_requests.code_tries',
  'privacy_requests.code_until',
  'privacy_retention_batches.hashes',
  'audit_leaves.leaf_hash',
  'audit_leaves.index',
  'audit_leaves.salt',
  'audit_checkpoints.root_hash',
  'audit_checkpoints.key_id',
]);

const looksSecret =
  /password|passphrase|secret|token|credential|(^|_)key(_|$)|hash|sha256|private_key|code_|csrf|salt|index/;

/** Deny by default: what is named like a secret stays here until somebody has judged it. */
export const isWithheld = (table: string, column: string): boolean => {
  const name = `${table}.${column}`;
  if (withheldColumns.has(name)) return true;
  return looksSecret.test(column) && !harmlessColumns.has(name);
};

/** In this order: what allows the first needs no other. */
export const exportPurposes = [
  'privacy_rights',
  'administration',
  'service',
  'qualification',
  'crm_sync',
] as const satisfies readonly Purpose[];
export type ExportReaders = Record<(typeof exportPurposes)[number], Reader>;

type Group = {purpose: (typeof exportPurposes)[number]; columns: string[]};
export type TablePlan = {
  declaration: TableDeclaration;
  plain: string[];
  groups: Group[];
  /** Columns that stay here. */
  withheld: string[];
};

/** What of a table goes into the archive, and for which purpose each personal column is opened. */
export const planTable = (declaration: TableDeclaration): TablePlan => {
  const plan: TablePlan = {declaration, plain: [], groups: [], withheld: []};
  for (const [name, column] of Object.entries(declaration.columns)) {
    if (isWithheld(declaration.table, name)) plan.withheld.push(name);
    else if (column.kind === 'technical') plan.plain.push(name);
    else {
      const purpose = exportPurposes.find(one => column.purposes.includes(one));
      const group = plan.groups.find(one => one.purpose === purpose);
      if (purpose === undefined) plan.withheld.push(name);
      else if (group) group.columns.push(name);
      else plan.groups.push({purpose, columns: [name]});
    }
  }
  return plan;
};

export const plansFor = (tables: readonly TableDeclaration[]): TablePlan[] =>
  tables.filter(({table}) => !(table in withheldTables)).map(planTable);

const pageSize = 300;

/** The rows of a table, a page at a time, opened. One whose person was erased has nulls where they were. */
export const pagesOf = async function* (
  db: DatabaseOrTransaction,
  {declaration, plain, groups}: TablePlan,
  readers: ExportReaders,
): AsyncGenerator<Record<string, unknown>[]> {
  const {table, rowId, person, columns} = declaration;
  const stored = (name: string): string => name + columnSuffix[(columns[name] as PersonalColumn).kind];
  const needed = [...new Set([rowId, ...(typeof person === 'string' ? [person] : [])])];
  let after: string | number | undefined;
  for (;;) {
    // not every row id is one row's alone: all rows of an id are in one page
    const ids = (await db(table)
      .distinct(rowId)
      .modify(query => {
        if (after !== undefined) void query.where(rowId, '>', after);
      })
      .orderBy(rowId)
      .limit(pageSize)) as Record<string, string | number>[];
    const last = ids.at(-1)?.[rowId];
    if (last === undefined) return;
    const rows: Record<string, unknown>[] = await db(table)
      .whereIn(
        rowId,
        ids.map(row => row[rowId] as string),
      )
      .orderBy(rowId)
      .select([...new Set([...needed, ...plain]), ...groups.flatMap(group => group.columns.map(stored))]);
    const result = rows.map(row => Object.fromEntries(plain.map(name => [name, row[name]])));
    for (const {purpose, columns: names} of groups) {
      const part = rows.map(row =>
        Object.fromEntries([...needed, ...names.map(stored)].map(name => [name, row[name]])),
      );
      const opened = await readers[purpose].open<Record<string, unknown>>(table, part);
      opened.forEach((row, at) => {
        for (const name of names) (result[at] as Record<string, unknown>)[name] = row[name];
      });
    }
    yield result;
    after = last;
  }
};
