import {createReadStream} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {isAppError} from '../kit/errors.ts';
import {broken, type Control, counted, kept, type Look, named, open} from '../kit/control.ts';
import {mask} from '../kit/mask.ts';
import {columnSuffix, purposes, storedColumns, type TableDeclaration} from './declare.ts';
import type {Storage} from './index.ts';
import {sampleOf} from './sample.ts';

const perTable = 60;
/** Words of the organisation, written to be read by everybody: its own address may stand in them. */
const published = new Set(['qualification_playbooks.content', 'qualification_drafts.content']);

// a Message-ID begins with an id of ours
const email = /(?<![\w.+-])(?![0-9a-f]{8}-[0-9a-f-]{27}@)[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/i;
const phone = /(?<![\w+/=])\+\d(?:[ ()./-]{0,2}\d){7,14}(?![\w/=])/;
/** Digits inside of a hash, an id or an instant are none of a card. */
const standsAlone = /(?<![\w:+/=.-])\d(?:[ -]?\d){12,18}(?![\w:+/=.-])/;

/** What of a person a text that should hold nothing of anybody does hold. */
const holds = (text: string): string | null => {
  if (email.test(text)) return 'an e-mail address';
  if (phone.test(text)) return 'a phone number';
  const digits = standsAlone.exec(text)?.[0];
  return digits !== undefined && mask(digits) !== digits ? 'a card number' : null;
};

/** table → columns, as the database itself says. */
const actualColumns = async ({db, dialect}: Storage): Promise<Map<string, string[]>> => {
  const tables: string[] =
    dialect === 'sqlite'
      ? await db('pragma_table_list')
          .where({schema: 'main'})
          .whereIn('type', ['table', 'virtual'])
          .whereNot('name', 'like', 'sqlite_%')
          .pluck('name')
      : await db('information_schema.tables').where({table_schema: 'crowlit'}).pluck('table_name');
  const found = new Map<string, string[]>();
  for (const table of tables) found.set(table, Object.keys(await db(table).columnInfo()));
  return found;
};

const beginningOf = async (path: string): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, {end: 15})) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
};

export const storageControls = (deps: {
  storage: Storage;
  tables: readonly TableDeclaration[];
  directory: string;
}): Control[] => {
  const {storage, directory} = deps;
  const declarations = deps.tables.filter(({table}) => !table.startsWith('keystore_'));

  const noOtherColumns = async (): Promise<Look> => {
    const actual = await actualColumns(storage);
    const declared = new Map(declarations.map(one => [one.table, new Set(storedColumns(one))]));
    const undeclared = [...actual].flatMap(([table, columns]) =>
      columns.filter(column => !declared.get(table)?.has(column)).map(column => `${table}.${column}`),
    );
    const missing = [...declared].flatMap(([table, columns]) =>
      [...columns].filter(column => !actual.get(table)?.includes(column)).map(column => `${table}.${column}`),
    );
    const evidence = {tables: actual.size, columns: [...actual.values()].flat().length};
    if (undeclared.length > 0)
      return broken(`The database has columns that nobody declared: ${named(undeclared)}.`, {
        ...evidence,
        undeclared,
      });
    if (missing.length > 0)
      return broken(`The database lacks declared columns: ${named(missing)}.`, {...evidence, missing});
    return kept(
      `All ${counted(evidence.columns, 'column')} of ${counted(actual.size, 'table')} are declared, and no other exists.`,
      evidence,
    );
  };

  const purposeRefused = async (): Promise<Look> => {
    const allowed: string[] = [];
    let tried = 0;
    let columns = 0;
    for (const {table, rowId, person, columns: all} of declarations) {
      for (const [name, column] of Object.entries(all)) {
        if (column.kind === 'technical') continue;
        columns += 1;
        // a row that is nobody's: a reader that ought to refuse does so before it looks
        const row = {
          [rowId]: 'nobody',
          ...(typeof person === 'string' ? {[person]: 'nobody'} : {}),
          [name + columnSuffix[column.kind]]: null,
        };
        for (const purpose of purposes.filter(one => !column.purposes.includes(one))) {
          tried += 1;
          const refused = await storage.personal
            .reader(purpose)
            .open(table, [row])
            .then(() => false)
            .catch((error: unknown) => isAppError(error) && error.code === 'privacy.purpose_refused');
          if (!refused) allowed.push(`${table}.${name} for ${purpose}`);
        }
      }
    }
    const evidence = {columns, tried, refused: tried - allowed.length};
    return allowed.length === 0
      ? kept(
          `${counted(tried, 'reading', 'readings')} for a purpose that a column does not name were tried, and all refused.`,
          evidence,
        )
      : broken(`A purpose that the column does not name was let through: ${named(allowed)}.`, evidence);
  };

  const sealedColumns = async (): Promise<Look> => {
    const wrong: string[] = [];
    const evidence = {tables: 0, rows: 0, sealed: 0, withoutKey: 0};
    for (const {table, rowId, columns} of declarations) {
      if (!Object.values(columns).some(({kind}) => kind === 'sealed')) continue;
      const rows = await sampleOf(storage.db, table, rowId, perTable);
      const found = await storage.personal.inspect(table, rows);
      evidence.tables += 1;
      evidence.rows += rows.length;
      evidence.sealed += found.sealed;
      evidence.withoutKey += found.orphaned;
      wrong.push(...found.wrong.map(({column, row}) => `${table}.${column} of ${row}`));
    }
    return wrong.length === 0
      ? kept(
          `${counted(evidence.sealed, 'sealed value')} of ${counted(evidence.rows, 'row')} drawn at random opened under their own key and no other form was found.`,
          evidence,
        )
      : broken(`What should be sealed is not, or was changed or moved: ${named(wrong)}.`, evidence);
  };

  const plainColumns = async (): Promise<Look> => {
    const wrong = new Set<string>();
    const evidence = {tables: declarations.length, rows: 0, values: 0};
    for (const {table, rowId, columns} of declarations) {
      const plain = Object.entries(columns)
        .filter(([name, {kind}]) => kind === 'technical' && !published.has(`${table}.${name}`))
        .map(([name]) => name);
      const rows = await sampleOf(storage.db, table, rowId, perTable, [...new Set([rowId, ...plain])]);
      evidence.rows += rows.length;
      for (const row of rows) {
        for (const name of plain) {
          const value = row[name];
          if (typeof value !== 'string') continue;
          evidence.values += 1;
          const what = holds(value);
          if (what !== null) wrong.add(`${what} in ${table}.${name}`);
        }
      }
    }
    return wrong.size === 0
      ? kept(
          `${counted(evidence.values, 'plain value')} of ${counted(evidence.rows, 'row')} drawn at random hold no e-mail address, phone or card number.`,
          evidence,
        )
      : broken(`A column that is not sealed holds ${named([...wrong])}.`, evidence);
  };

  const filesEncrypted = async (): Promise<Look> => {
    const plain: string[] = [];
    let files = 0;
    for (const entry of await readdir(directory, {recursive: true, withFileTypes: true})) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // gone since the folder was read
      const beginning = await beginningOf(path).catch(() => null);
      if (beginning === null) continue;
      files += 1;
      if (beginning.startsWith('SQLite format 3')) plain.push(path.slice(directory.length + 1));
    }
    if (plain.length > 0)
      return broken(`A database in the data directory is not encrypted: ${named(plain)}.`, {files, plain});
    return storage.dialect === 'sqlite'
      ? kept(
          `No database among the ${counted(files, 'file')} of the data directory can be read without its key.`,
          {files},
        )
      : open(
          'The database is PostgreSQL: personal fields are sealed, and its files are encrypted by the disk underneath, which is not looked at from here.',
          {files},
        );
  };

  const folderClosed = async (): Promise<Look> => {
    const entered: string[] = [];
    const folders = [directory, ...(storage.dialect === 'sqlite' ? [join(directory, 'keys')] : [])];
    for (const folder of folders) {
      const {mode} = await stat(folder);
      if ((mode & 0o077) !== 0) entered.push(`${folder} (${(mode & 0o777).toString(8)})`);
    }
    const evidence = {folders: folders.length};
    return entered.length === 0
      ? kept('The folders of data and keys are open to the user that runs the appliance alone.', evidence)
      : broken(`Other users of this machine may enter ${named(entered)}.`, evidence);
  };

  const enforcedBy = ['appliance/storage/personal.ts', 'appliance/storage/seal.ts'];
  return [
    {
      id: 'D1.no-other-columns',
      claim: 'The database has no column that is not declared with category, purposes, basis and retention.',
      enforcedBy: ['appliance/tables.ts', 'appliance/storage/declare.ts'],
      check: noOtherColumns,
    },
    {
      id: 'U1.purpose-refused',
      claim: 'A personal column is read for the purposes it names, and for no other.',
      enforcedBy,
      check: purposeRefused,
    },
    {
      id: 'L3.sealed-columns',
      claim: 'Sealed columns hold ciphertext under the key of the person they concern.',
      enforcedBy: [...enforcedBy, 'appliance/storage/key-store.ts'],
      check: sealedColumns,
    },
    {
      id: 'L3.nothing-in-plain',
      claim: 'Columns that are not sealed hold no e-mail address, phone number or card number.',
      enforcedBy: ['appliance/storage/declare.ts', 'appliance/storage/personal.ts'],
      check: plainColumns,
    },
    {
      id: 'L3.files-encrypted',
      claim: 'Every database file in the data directory is encrypted as a whole.',
      enforcedBy: ['appliance/storage/sqlite-client.ts', 'appliance/storage/key-store.ts'],
      check: filesEncrypted,
    },
    {
      id: 'L3.folders-closed',
      claim: 'The data directory and its keys are closed to other users of the machine.',
      enforcedBy: ['appliance/storage/index.ts', 'appliance/outside.ts'],
      check: folderClosed,
    },
  ];
};
