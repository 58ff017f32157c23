import {AppError} from '../kit/errors.ts';
import type {Clock} from '../kit/clock.ts';
import {newId} from '../kit/ids.ts';
import type {Database, Transaction} from './database.ts';
import {newKey} from './seal.ts';
import {
  accountWrap,
  openPerson,
  openRoot,
  type PersonRow,
  type RootRow,
  wrapPerson,
  wrapRoot,
} from './wrapped.ts';

const roots = 'keystore_roots';

/**
 * The wrapping keys as this process knows them. One is in use; another is there only while persons' keys move away from it.
 * Keys are taken and used in one go, never across an `await`: `refresh` wipes those that were destroyed.
 */
export type WrappingKeys = {
  /** The one that is in use, as far as this process knows. */
  current: () => string;
  knows: (wrappingId: string) => boolean;
  open: (row: Pick<PersonRow, 'person_id' | 'wrapping_id' | 'wrapped'>) => Buffer;
  wrap: (wrappingId: string, personId: string, key: Buffer) => Buffer;
  /** Looks which there are now, and forgets those that are no more. */
  refresh: () => Promise<void>;
  /** A new one takes the place of the one in use. Returns its id. */
  replace: (trx: Transaction, retired: string) => Promise<string>;
  close: () => void;
};

export const openWrappingKeys = async (deps: {
  db: Database;
  accountKey: Buffer;
  clock: Clock;
}): Promise<WrappingKeys> => {
  const {db, clock} = deps;
  const under = accountWrap(deps.accountKey);
  const known = new Map<string, Buffer>();
  let inUse = '';

  const make = async (trx: Database | Transaction): Promise<string> => {
    const id = newId();
    await trx(roots).insert({
      id,
      kind: 'wrapping',
      wrapped: wrapRoot(under, 'wrapping', id, newKey()),
      created_at: clock.iso(),
      retired_at: null,
    });
    return id;
  };

  const refresh = async (): Promise<void> => {
    const rows: RootRow[] = await db(roots).where({kind: 'wrapping'}).orderBy('id', 'desc');
    for (const row of rows) if (!known.has(row.id)) known.set(row.id, openRoot(under, 'wrapping', row));
    for (const [id, key] of known) {
      if (rows.some(row => row.id === id)) continue;
      key.fill(0);
      known.delete(id);
    }
    const newest = rows.find(row => row.retired_at === null);
    inUse = newest?.id ?? '';
  };

  const get = (id: string): Buffer => {
    const key = known.get(id);
    if (!key) throw new AppError('internal', 'storage.wrapping_key_gone', 'A wrapping key is not there.');
    return key;
  };

  await refresh();
  if (inUse === '') {
    await make(db);
    await refresh();
  }
  return {
    current: () => inUse,
    knows: id => known.has(id),
    open: row => openPerson(get(row.wrapping_id), row),
    wrap: (id, personId, key) => wrapPerson(get(id), personId, key),
    refresh,
    replace: async (trx, retired) => {
      await trx(roots).where({id: retired}).update({retired_at: clock.iso()});
      return make(trx);
    },
    close: () => {
      for (const key of known.values()) key.fill(0);
      known.clear();
    },
  };
};
