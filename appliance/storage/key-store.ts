import {AppError} from '../kit/errors.ts';
import {createBatcher} from '../kit/batcher.ts';
import type {Clock} from '../kit/clock.ts';
import {newId} from '../kit/ids.ts';
import {type Database, isMissingParent} from './database.ts';
import {newKey} from './seal.ts';
import {openWrappingKeys, type WrappingKeys} from './wrapping-keys.ts';
import {masterWrap, openRoot, type PersonRow, type RootRow, wrapRoot} from './wrapped.ts';

/**
 * The key hierarchy: master → account → wrapping → person. Person keys live here, in a store apart from the data: never
 * in a data backup, so that destroying a key here reaches every copy of the data. Wrapping keys change while the appliance
 * runs: each person key names the one it is wrapped under.
 */
export type KeyStore = {
  /** Keyed indexes and what belongs to the account rather than to a person. */
  accountKey: Buffer;
  /** Makes a person's key; safe to call again. */
  create: (personId: string) => Promise<void>;
  /** Keys of the persons that still have one. */
  find: (personIds: readonly string[]) => Promise<Map<string, Buffer>>;
  /** After this nothing sealed for the person can be read again, in no copy: here at once, on other nodes within a minute. */
  destroy: (personIds: readonly string[]) => Promise<void>;
  /** How many keys it holds. */
  count: () => Promise<{persons: number; roots: number}>;
  close: () => Promise<void>;
};
export type OpenedKeyStore = {
  keys: KeyStore;
  wrapping: WrappingKeys;
  /** Opens the main SQLite file. */
  fileKey: Buffer;
};

const cacheLimit = 20_000;
/** Another node may have destroyed a key, or changed the wrapping key: so long after it was read it is looked for again. */
const trusted = 60_000;
const persons = 'keystore_persons';

export const openKeyStore = async (deps: {
  db: Database;
  master: Buffer;
  clock: Clock;
  /** False where there is data already: keys made now would open none of it. */
  mayMake: boolean;
  /** Other processes use it, too. */
  shared: boolean;
  /** Drops older versions of rows that the database still holds beside its present state. */
  forget: () => Promise<void>;
  /** Told before keys are destroyed, to keep whose they were apart from the key store. */
  onDestroy: (personIds: readonly string[], at: string) => void;
}): Promise<OpenedKeyStore> => {
  const {db, clock} = deps;
  const cache = new Map<string, {key: Buffer; until: number}>();
  const isGood = (personId: string, now: number): boolean => (cache.get(personId)?.until ?? 0) > now;
  const drop = (personId: string): void => {
    cache.get(personId)?.key.fill(0);
    cache.delete(personId);
  };

  const root = async (kind: 'account' | 'file'): Promise<Buffer> => {
    const under = masterWrap(deps.master);
    const found = await db<RootRow>('keystore_roots')
      .where({kind})
      .whereNull('retired_at')
      .orderBy('id', 'desc')
      .first();
    if (found) {
      try {
        return openRoot(under, kind, found);
      } catch (cause) {
        throw new AppError(
          'unavailable',
          'storage.wrong_key',
          'The key store cannot be opened with this master key. Give the key it was created with, or the one it was changed to; nothing was changed.',
          {cause},
        );
      }
    }
    if (!deps.mayMake)
      throw new AppError(
        'unavailable',
        'storage.key_store_missing',
        'The data is there but its key store is empty. Put the key store back, or a copy of it (`crowlit keys restore FILE`); nothing was changed.',
      );
    const id = newId();
    const key = newKey();
    const row = {
      id,
      kind,
      wrapped: wrapRoot(under, kind, id, key),
      created_at: clock.iso(),
      retired_at: null,
    };
    await db('keystore_roots').insert(row);
    return key;
  };

  const accountKey = await root('account');
  const fileKey = await root('file');
  const wrapping = await openWrappingKeys({db, accountKey, clock});
  // a node with nothing to do learns of a new wrapping key, too, and forgets the one that was destroyed
  const learning = deps.shared
    ? setInterval(() => void wrapping.refresh().catch(() => undefined), trusted).unref()
    : undefined;

  const remember = (personId: string, key: Buffer) => {
    if (cache.size >= cacheLimit) cache.delete(cache.keys().next().value as string);
    cache.set(personId, {key, until: deps.shared ? clock.now().getTime() + trusted : Infinity});
  };

  /** Rows whose wrapping keys are known; another node may change them between two looks. */
  const rowsOf = async (personIds: readonly string[]): Promise<PersonRow[]> => {
    for (let attempt = 0; ; attempt++) {
      const rows: PersonRow[] = await db(persons)
        .whereIn('person_id', personIds as string[])
        .select('person_id', 'wrapping_id', 'wrapped');
      if (attempt === 3 || rows.every(row => wrapping.knows(row.wrapping_id))) return rows;
      await wrapping.refresh();
    }
  };

  const load = async (personIds: readonly string[]): Promise<void> => {
    for (let start = 0; start < personIds.length; start += 500) {
      const some = personIds.slice(start, start + 500);
      const rows = await rowsOf(some);
      const left = new Set(rows.map(row => row.person_id));
      for (const id of some) if (!left.has(id)) drop(id);
      for (const row of rows) remember(row.person_id, wrapping.open(row));
    }
  };

  const insert = async (personIds: readonly string[]): Promise<void> => {
    const under = wrapping.current();
    const rows = personIds.map(id => ({
      person_id: id,
      wrapping_id: under,
      wrapped: wrapping.wrap(under, id, newKey()),
      created_at: clock.iso(),
    }));
    await db(persons).insert(rows).onConflict('person_id').ignore();
  };

  const create = createBatcher(async (personIds: string[]) => {
    const now = clock.now().getTime();
    const fresh = [...new Set(personIds)].filter(id => !isGood(id, now));
    if (fresh.length > 0) {
      try {
        await insert(fresh);
      } catch (error) {
        // the wrapping key was changed meanwhile, and the one known here is destroyed
        if (!isMissingParent(error)) throw error;
        await wrapping.refresh();
        await insert(fresh);
      }
      // read back: another node may have been first
      await load(fresh);
    }
    return personIds.map(() => undefined);
  });

  const keys: KeyStore = {
    accountKey,
    create,
    find: async personIds => {
      const now = clock.now().getTime();
      const missing = [...new Set(personIds)].filter(id => !isGood(id, now));
      if (missing.length > 0) await load(missing);
      const found = new Map<string, Buffer>();
      for (const id of personIds) {
        const known = cache.get(id);
        if (known) found.set(id, known.key);
      }
      return found;
    },
    destroy: async personIds => {
      if (personIds.length === 0) return;
      const at = clock.iso();
      deps.onDestroy(personIds, at);
      for (let start = 0; start < personIds.length; start += 500) {
        const some = personIds.slice(start, start + 500);
        await db.transaction(async trx => {
          await trx('keystore_erased')
            .insert(some.map(id => ({person_id: id, erased_at: at})))
            .onConflict('person_id')
            .merge();
          await trx(persons).whereIn('person_id', some).delete();
        });
        for (const id of some) drop(id);
      }
      await deps.forget();
    },
    close: async () => {
      clearInterval(learning);
      wrapping.close();
      await db.destroy();
    },
    count: async () => {
      const of = async (table: string): Promise<number> => {
        const [row]: {n: number}[] = await db(table).count({n: '*'});
        return row?.n ?? 0;
      };
      return {persons: await of('keystore_persons'), roots: await of('keystore_roots')};
    },
  };
  return {keys, wrapping, fileKey};
};
