import type {Storage} from '../../appliance/storage/index.ts';

/** What SQLite itself calls a table; those that hold a search index's own pages belong to the index. */
export const tablesOf = async (storage: Storage): Promise<string[]> =>
  storage.dialect === 'sqlite'
    ? await storage
        .db('pragma_table_list')
        .where({schema: 'main'})
        .whereIn('type', ['table', 'virtual'])
        .whereNot('name', 'like', 'sqlite_%')
        .orderBy('name')
        .pluck('name')
    : await storage
        .db('information_schema.tables')
        .where({table_schema: 'crowlit'})
        .orderBy('table_name')
        .pluck('table_name');

/** table → column → type and whether it may be null, as the database itself says. */
export const schemaOf = async (storage: Storage): Promise<Record<string, Record<string, string>>> => {
  const schema: Record<string, Record<string, string>> = {};
  for (const name of await tablesOf(storage)) {
    const columns = await storage.db(name).columnInfo();
    schema[name] = Object.fromEntries(
      Object.entries(columns)
        .map(([column, {type, nullable}]) => [column, `${type}${nullable ? '' : ' not null'}`] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  return schema;
};
