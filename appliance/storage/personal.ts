import {AppError} from '../kit/errors.ts';
import {columnSuffix, type PersonalColumn, type Purpose, type TableDeclaration} from './declare.ts';
import type {KeyStore} from './key-store.ts';
import {Opaque, reveal} from './opaque.ts';
import type {Restrictions} from './restrictions.ts';
import {blindIndex, deriveKey, isSealed, seal, unseal} from './seal.ts';

type Row = Record<string, unknown>;
type Stored = PersonalColumn & {name: string; storedName: string};

export type Reader = {
  purpose: Purpose;
  /**
   * Rows as a query returned them, with their personal columns opened and named without suffix: `text_sealed` becomes
   * `text`. A value whose person's key is destroyed, or whose person is restricted, is null; for the person's own rights
   * what is restricted is opened, too. Throws `privacy.purpose_refused` when a column does not
   * allow this reader's purpose; the rows must hold the table's row id and person column.
   */
  open: <Opened extends object>(table: string, rows: readonly object[]) => Promise<Opened[]>;
};

/** `orphaned`: its person's key is destroyed, so that only its form can be looked at. */
export type Inspected = {sealed: number; orphaned: number; wrong: {column: string; row: string}[]};

export type Personal = {
  /** Rows with plain values under the declared names → rows to store, personal values under their stored names. */
  seal: (table: string, rows: readonly Row[]) => Promise<Row[]>;
  /** The only way to read a personal column; each room is handed the readers of its purposes at assembly. */
  reader: (purpose: Purpose) => Reader;
  /** Whether what is stored of the sealed columns is sealed for that person, table, column and row. Nothing of it is given out. */
  inspect: (table: string, rows: readonly object[]) => Promise<Inspected>;
  /** For equality look-ups of e-mail, phone and external ids, and for the words of the organisation's own documents. */
  index: (table: string, column: string, value: string) => string;
};

const associated = (
  declaration: Pick<TableDeclaration, 'table' | 'rowId'>,
  column: string,
  row: Row,
): string => `${declaration.table}\u0000${column}\u0000${String(row[declaration.rowId])}`;

const opens = (key: Buffer, stored: unknown, association: string): boolean => {
  try {
    unseal(key, stored as Buffer, association);
    return true;
  } catch {
    return false;
  }
};

/**
 * For migrations: rows as a query returned them, whose `<name>_personal` becomes `<name>_sealed` under the person's key, and
 * null where that key is destroyed. Nothing of it is given out.
 */
export const sealStored = async (
  keys: Pick<KeyStore, 'find'>,
  place: {table: string; rowId: string; person: string; names: readonly string[]},
  rows: readonly object[],
): Promise<Row[]> => {
  const given = rows as readonly Row[];
  const found = await keys.find(given.map(row => String(row[place.person])));
  return given.map(row => {
    const key = found.get(String(row[place.person]));
    const sealed = place.names.map(name => {
      const value = row[`${name}_personal`];
      const plain = value instanceof Opaque ? (reveal(value) as string) : null;
      const isLost = plain === null || key === undefined;
      return [`${name}_sealed`, isLost ? null : seal(key, plain, associated(place, name, row))];
    });
    return {[place.rowId]: row[place.rowId], ...Object.fromEntries(sealed)};
  });
};

export const createPersonal = (
  declarations: readonly TableDeclaration[],
  keys: KeyStore,
  restrictions: Pick<Restrictions, 'has'>,
): Personal => {
  const byTable = new Map(declarations.map(declaration => [declaration.table, declaration]));
  const accountSeal = deriveKey(keys.accountKey, 'account-seal');
  const indexKeys = new Map<string, Buffer>();

  const declared = (table: string): TableDeclaration => {
    const declaration = byTable.get(table);
    if (!declaration)
      throw new AppError('internal', 'privacy.undeclared_table', `The table ${table} is not declared.`);
    return declaration;
  };

  const personalColumns = (declaration: TableDeclaration): Stored[] =>
    Object.entries(declaration.columns).flatMap(([name, column]) =>
      column.kind === 'technical' ? [] : [{...column, name, storedName: name + columnSuffix[column.kind]}],
    );
  const byName = new Map(
    declarations.map(declaration => [
      declaration.table,
      new Map(personalColumns(declaration).map(column => [column.name, column])),
    ]),
  );

  const personOf = (declaration: TableDeclaration, row: Row): string | undefined =>
    typeof declaration.person === 'string' ? String(row[declaration.person]) : undefined;

  const keysFor = async (
    declaration: TableDeclaration,
    rows: readonly Row[],
  ): Promise<(row: Row) => Buffer | undefined> => {
    if (typeof declaration.person !== 'string') return () => accountSeal;
    const found = await keys.find([...new Set(rows.map(row => personOf(declaration, row) as string))]);
    return row => found.get(personOf(declaration, row) as string);
  };

  /** What is stored of one personal value. */
  const kept = (
    declaration: TableDeclaration,
    row: Row,
    {name, kind}: Stored,
    keyOf: (row: Row) => Buffer | undefined,
  ): unknown => {
    const value = row[name] ?? null;
    if (kind !== 'sealed' || value === null) return value;
    const key = keyOf(row);
    if (!key) {
      throw new AppError(
        'not_found',
        'storage.person_erased',
        'This person was erased; nothing can be added.',
      );
    }
    return seal(key, value as string | Buffer, associated(declaration, name, row));
  };

  const shown = (
    declaration: TableDeclaration,
    row: Row,
    {name, storedName, kind}: Stored,
    keyOf: (row: Row) => Buffer | undefined,
  ): unknown => {
    const value = row[storedName];
    const plain = value instanceof Opaque ? reveal(value) : null;
    if (plain === null || kind === 'personal') return plain;
    const key = keyOf(row);
    return key ? unseal(key, plain as Buffer, associated(declaration, name, row)).toString('utf8') : null;
  };

  return {
    seal: async (table, rows) => {
      const declaration = declared(table);
      const keyOf = await keysFor(declaration, rows);
      const columns = byName.get(table);
      return rows.map(row => {
        // made name by name: an object from which something is deleted is slow from then on
        const stored: Row = {};
        for (const name of Object.keys(row)) {
          const column = columns?.get(name);
          if (column) stored[column.storedName] = kept(declaration, row, column, keyOf);
          else stored[name] = row[name];
        }
        return stored;
      });
    },

    reader: purpose => ({
      purpose,
      open: async <Opened extends object>(table: string, given: readonly object[]) => {
        const declaration = declared(table);
        const rows = given as readonly Row[];
        const first = rows[0];
        if (!first) return [];
        const columns = new Map<string, Stored>();
        for (const column of byName.get(table)?.values() ?? []) {
          if (!(column.storedName in first)) continue;
          columns.set(column.storedName, column);
          if (!column.purposes.includes(purpose)) {
            throw new AppError(
              'forbidden',
              'privacy.purpose_refused',
              `${table}.${column.name} may not be read for the purpose ${purpose}.`,
            );
          }
        }
        const keyOf = await keysFor(declaration, rows);
        const isKeptBack = (row: Row): boolean =>
          purpose !== 'privacy_rights' && restrictions.has(personOf(declaration, row) ?? '');
        return rows.map(row => {
          const opened: Row = {};
          const nothing = columns.size > 0 && isKeptBack(row);
          for (const storedName of Object.keys(row)) {
            const column = columns.get(storedName);
            if (column) opened[column.name] = nothing ? null : shown(declaration, row, column, keyOf);
            else opened[storedName] = row[storedName];
          }
          return opened as Opened;
        });
      },
    }),

    inspect: async (table, given) => {
      const declaration = declared(table);
      const rows = given as readonly Row[];
      const columns = personalColumns(declaration).filter(({kind}) => kind === 'sealed');
      const keyOf = await keysFor(declaration, rows);
      const found: Inspected = {sealed: 0, orphaned: 0, wrong: []};
      for (const row of rows) {
        for (const {name, storedName} of columns) {
          const value = row[storedName];
          const stored = value instanceof Opaque ? reveal(value) : (value ?? null);
          if (stored === null) continue;
          const key = keyOf(row);
          const isGood = key
            ? opens(key, stored, associated(declaration, name, row))
            : Buffer.isBuffer(stored) && isSealed(stored);
          if (!isGood) found.wrong.push({column: storedName, row: String(row[declaration.rowId])});
          else if (key) found.sealed += 1;
          else found.orphaned += 1;
        }
      }
      return found;
    },

    index: (table, column, value) => {
      const use = `index/${table}.${column}`;
      let key = indexKeys.get(use);
      if (!key) indexKeys.set(use, (key = deriveKey(keys.accountKey, use)));
      return blindIndex(key, value);
    },
  };
};
