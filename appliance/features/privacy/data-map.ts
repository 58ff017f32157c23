import {columnSuffix, type TableDeclaration} from '../../storage/index.ts';
import {receives, type Recipient} from './running.ts';

export const subjectKinds = ['visitors', 'colleagues', 'organisation'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Whose data a table holds. Rooms about the console hold that of colleagues, a log that of both. */
export const subjectsOf = ({person, room}: TableDeclaration): SubjectKind[] => {
  if (typeof person !== 'string') return ['organisation'];
  if (room === 'accounts' || room === 'routing') return ['colleagues'];
  return person === 'person_id' ? ['visitors', 'colleagues'] : ['visitors'];
};

export type DataMapEntry = ReturnType<typeof dataMap>[number];

/** GDPR Art. 30, from the declarations that storage itself works by, and from who really receives what. */
export const dataMap = (tables: readonly TableDeclaration[], recipients: readonly Recipient[]) =>
  tables.flatMap(declaration =>
    Object.entries(declaration.columns).map(([name, column]) => ({
      table: declaration.table,
      column: name + columnSuffix[column.kind],
      room: declaration.room,
      subjects: subjectsOf(declaration),
      category: column.kind === 'technical' ? null : column.category,
      purposes: column.kind === 'technical' ? [] : [...column.purposes],
      basis: column.kind === 'technical' ? null : column.basis,
      recipients: recipients.filter(one => receives(one, column)).map(({name}) => name),
      retention: column.kind === 'technical' ? declaration.retention : column.retention,
      sealed: column.kind === 'sealed',
      erasedBy: column.kind === 'technical' ? ('row' as const) : column.erasedBy,
    })),
  );

/** Those that hold something about a person. */
export const personalEntries = (entries: readonly DataMapEntry[]) =>
  entries.flatMap(entry =>
    entry.category === null || entry.basis === null
      ? []
      : [{...entry, category: entry.category, basis: entry.basis}],
  );
