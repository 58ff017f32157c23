import type {Knex} from 'knex';
import {
  type Category,
  columnSuffix,
  type DatabaseOrTransaction,
  type LegalBasis,
  type PersonalColumn,
  type Reader,
  type TableDeclaration,
  type Transaction,
} from '../../../storage/index.ts';
import {subjectsOf} from '../data-map.ts';

/**
 * All that is declared of visitors, whatever room it belongs to. Export and erasure are made of this: a new table is
 * covered by being declared.
 */
type OfPersons = TableDeclaration & {person: string};

const isOfPersons = (declaration: TableDeclaration): declaration is OfPersons =>
  typeof declaration.person === 'string' &&
  subjectsOf(declaration).includes('visitors') &&
  // keys are destroyed, not deleted; a request has a key of its own and outlives the person it is about
  !declaration.table.startsWith('keystore_') &&
  declaration.table !== 'privacy_requests';

/** A log's rows stay, or nobody could prove that none is missing: what they say of a person goes with the key. */
const isLog = ({retention}: TableDeclaration): boolean => retention === 'audit';

/** Without these a row cannot be understood: who spoke, about what, when. None of them says who somebody is. */
const context = new Set([
  'seq',
  'field',
  'author_kind',
  'event',
  'kind',
  'source',
  'state',
  'locale',
  'action',
  'purpose',
  'actor_kind',
  'at',
]);
const tells = (name: string): boolean => context.has(name) || name.endsWith('_at');

export type ExportedTable = {
  table: string;
  room: string;
  columns: {name: string; category: Category | null; basis: LegalBasis | null; purposes: string[]}[];
  rows: Record<string, unknown>[];
};

export const createPersonsData = (deps: {tables: readonly TableDeclaration[]; reader: Reader}) => {
  const tables = deps.tables.filter(isOfPersons);
  const byName = new Map(tables.map(declaration => [declaration.table, declaration]));

  const rowsOf = (
    db: DatabaseOrTransaction,
    {table, person, through}: OfPersons,
    personId: string,
  ): Knex.QueryBuilder => {
    const query = db(table).where({[person]: personId});
    const parent = through && byName.get(through.table);
    if (through && parent)
      void query.whereIn(
        through.column,
        db(through.table)
          .where({[parent.person]: personId})
          .select(through.key),
      );
    return query;
  };

  /** What a person may be told of: each personal column declares that purpose, or is left out. */
  const columnsOf = ({columns}: OfPersons, provided: boolean) =>
    Object.entries(columns).flatMap(([name, column]) => {
      if (column.kind === 'technical')
        return tells(name) ? [{name, stored: name, column: null as PersonalColumn | null}] : [];
      const told =
        column.purposes.includes('privacy_rights') &&
        (!provided || column.basis === 'contract' || column.basis === 'consent');
      return told ? [{name, stored: name + columnSuffix[column.kind], column}] : [];
    });

  return {
    /** `provided`: what portability covers (Art. 20), which is kept by contract or consent. */
    read: async (
      db: DatabaseOrTransaction,
      personId: string,
      {provided = false}: {provided?: boolean} = {},
    ): Promise<ExportedTable[]> => {
      const found: ExportedTable[] = [];
      for (const declaration of tables) {
        const {table, room, rowId, person} = declaration;
        const columns = columnsOf(declaration, provided);
        if (!columns.some(({column}) => column !== null)) continue;
        const order =
          ['seq', 'index', 'created_at', rowId].find(name => name in declaration.columns) ?? rowId;
        const stored = [...new Set([rowId, person, ...columns.map(one => one.stored)])];
        const rows = await deps.reader.open<Record<string, unknown>>(
          table,
          await rowsOf(db, declaration, personId)
            .orderBy(order)
            .select(...stored),
        );
        if (rows.length === 0) continue;
        found.push({
          table,
          room,
          columns: columns.map(({name, column}) => ({
            name,
            category: column?.category ?? null,
            basis: column?.basis ?? null,
            purposes: [...(column?.purposes ?? [])],
          })),
          rows: rows.map(row =>
            Object.fromEntries(columns.map(({name}) => [name, row[name] ?? null] as const)),
          ),
        });
      }
      return found;
    },

    /** How many of a person's values this reader gives out; a few rows of each table are looked at. */
    givenOut: async (
      db: DatabaseOrTransaction,
      personId: string,
      reader: Reader,
      mostRows: number,
    ): Promise<number> => {
      let values = 0;
      for (const declaration of tables) {
        const {table, rowId, person, columns} = declaration;
        const readable = Object.entries(columns).flatMap(([name, column]) =>
          column.kind !== 'technical' && column.purposes.includes(reader.purpose)
            ? [{name, stored: name + columnSuffix[column.kind]}]
            : [],
        );
        if (readable.length === 0) continue;
        const rows = await rowsOf(db, declaration, personId)
          .limit(mostRows)
          .select(...new Set([rowId, person, ...readable.map(({stored}) => stored)]));
        for (const row of await reader.open<Record<string, unknown>>(table, rows))
          values += readable.filter(({name}) => row[name] !== null).length;
      }
      return values;
    },

    /** Rooms that hold rows of persons, in the order of erasure: what was made of something goes before it. */
    stores: [...new Set(tables.filter(one => !isLog(one)).map(({room}) => room))].toReversed(),

    /** Deletes what one room holds of a person. */
    erase: async (trx: Transaction, room: string, personId: string): Promise<number> => {
      let rows = 0;
      for (const declaration of tables.filter(one => one.room === room && !isLog(one)).toReversed())
        rows += await rowsOf(trx, declaration, personId).delete();
      return rows;
    },

    /** Everybody of whom there is a row, a table after the other. */
    everybody: async function* (db: DatabaseOrTransaction): AsyncGenerator<{ids: string[]; isLog: boolean}> {
      for (const declaration of tables) {
        const {table, person} = declaration;
        const ids: string[] = await db(table).distinct(person).pluck(person);
        yield {ids, isLog: isLog(declaration)};
      }
    },
  };
};
export type PersonsData = ReturnType<typeof createPersonsData>;
