import type {Database} from './database.ts';
import {sampleOf} from './sample.ts';
import {accountWrap, openPerson, openRoot, type PersonRow, type RootRow} from './wrapped.ts';

const persons = 'keystore_persons';
const most = 500;

export type KeysInspected = {
  wrapping: {
    id: string;
    since: string;
    /** Another has taken its place; it goes once no person's key lies under it. */
    retiredAt: string | null;
    persons: number;
  }[];
  /** Persons' keys drawn at random. */
  looked: number;
  /** Wrapping keys that the account's key does not open, and those named by a person's key that they do not open. */
  wrong: string[];
};

const tried = (open: () => Buffer): Buffer | undefined => {
  try {
    return open();
  } catch {
    return undefined;
  }
};

/** What stands in the key store, whatever this process holds in memory; no key of it is given out. */
export const createKeyInspection = ({db, accountKey}: {db: Database; accountKey: Buffer}) => {
  const under = accountWrap(accountKey);
  const roots = (): Promise<RootRow[]> => db('keystore_roots').where({kind: 'wrapping'}).orderBy('id');

  /** The rows that do not open as they stand now. */
  const wrongOf = (rows: readonly PersonRow[], wrapping: readonly RootRow[]): PersonRow[] => {
    const keys = new Map(wrapping.map(row => [row.id, tried(() => openRoot(under, 'wrapping', row))]));
    const opens = (row: PersonRow): boolean => {
      const key = keys.get(row.wrapping_id);
      return key !== undefined && tried(() => openPerson(key, row))?.fill(0) !== undefined;
    };
    const wrong = rows.filter(row => !opens(row));
    for (const key of keys.values()) key?.fill(0);
    return wrong;
  };

  return async (): Promise<KeysInspected> => {
    const rows = await sampleOf<PersonRow>(db, persons, 'person_id', most);
    const wrapping = await roots();
    const doubtful = wrongOf(rows, wrapping).map(row => row.person_id);
    // moved to another wrapping key since they were drawn, or erased
    const again: PersonRow[] = doubtful.length === 0 ? [] : await db(persons).whereIn('person_id', doubtful);
    const wrong = again.length === 0 ? [] : wrongOf(again, await roots());
    const counts: {wrapping_id: string; n: number}[] = await db(persons)
      .groupBy('wrapping_id')
      .select('wrapping_id')
      .count({n: '*'});
    const heldBy = new Map(counts.map(one => [one.wrapping_id, one.n]));
    const shut = wrapping.filter(row => tried(() => openRoot(under, 'wrapping', row))?.fill(0) === undefined);
    return {
      wrapping: wrapping.map(row => ({
        id: row.id,
        since: row.created_at,
        retiredAt: row.retired_at,
        persons: heldBy.get(row.id) ?? 0,
      })),
      looked: rows.length,
      wrong: [...shut.map(({id}) => id), ...wrong.map(row => row.wrapping_id)],
    };
  };
};
