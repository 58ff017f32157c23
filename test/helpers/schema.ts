import type {Storage} from '../../appliance/storage/index.ts';

/** table → column → type and whether it may be null, as the database itself says. */
export const schemaOf = async (storage: Storage): Promise<Record<string, Record<string, string>>> => {
  const names: string[] =
    storage.dialect === 'sqlite'
      ? await storage
          .db('sqlite_master')
          .where({type: 'table'})
          .whereNot('name', 'like', 'sqlite_%')
          .orderBy('name')
          .pluck('name')
      : await storage
          .db('information_schema.tables')
          .where({table_schema: 'crowlit'})
          .orderBy('table_name')
          .pluck('table_name');
  const schema: Record<string, Record<string, string>> = {};
  for (const name of names) {
    const columns = await storage.db(name).columnInfo();
    schema[name] = Object.fromEntries(
      Object.entries(columns)
        .map(([column, {type, nullable}]) => [column, `${type}${nullable ? '' : ' not null'}`] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  return schema;
};
