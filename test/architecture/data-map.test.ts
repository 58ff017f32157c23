import test from 'ava';
import {systemClock} from '../../appliance/kit/clock.ts';
import {openStorage, type Storage, storedColumns} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {tablesOf} from '../helpers/schema.ts';

/** table → columns, as the database itself says. */
const columnsOf = async (storage: Storage): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  for (const name of await tablesOf(storage))
    found.set(name, Object.keys(await storage.db(name).columnInfo()).toSorted());
  return found;
};

for (const kind of databaseKinds) {
  test(`${kind}: every column is declared with its room, category, purposes, basis and retention`, async t => {
    const storage = await openStorage({
      ...(await freshDatabase(t, kind)),
      clock: systemClock,
      tables: allTables,
    });
    const actual = await columnsOf(storage);
    t.true(actual.size >= 20, 'the database has its tables');
    const declared = new Map(
      allTables.map(declaration => [declaration.table, storedColumns(declaration).toSorted()]),
    );
    for (const [table, columns] of actual)
      t.deepEqual(declared.get(table), columns, `${table} is declared as it stands`);
    for (const table of declared.keys())
      t.true(actual.has(table) || table.startsWith('keystore_'), `${table} exists`);
    await storage.close();
  });
}

test('a table is owned by one room, and what is personal names a purpose', t => {
  t.is(new Set(allTables.map(({table}) => table)).size, allTables.length);
  for (const {table, room, columns} of allTables) {
    const prefix = table.split('_')[0];
    t.true([room, 'keystore'].includes(prefix ?? ''), `${table} carries its room's name`);
    for (const [name, column] of Object.entries(columns)) {
      if (column.kind !== 'technical') t.true(column.purposes.length > 0, `${table}.${name} has a purpose`);
    }
  }
});
