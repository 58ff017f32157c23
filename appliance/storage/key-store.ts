import {AppError} from '../kit/errors.ts';
import {createBatcher} from '../kit/batcher.ts';
import type {Clock} from '../kit/clock.ts';
import {newId} from '../kit/ids.ts';
import type {Database} from './database.ts';
import {deriveKey, newKey, seal, unseal} from './seal.ts';

/**
 * The key hierarchy: master → account → wrapping → person. Person keys live here, in a store apart from the data: never
 * in a data backup, so that destroying a key here reaches every copy of the data. Wrapping keys can be changed one by
 * one: each person key names the one it is wrapped under.
 */
export type KeyStore = {
  /** Opens the main SQLite file. */
  fileKey: Buffer;
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

type RootKey = {id: string; kind: 'file' | 'account' | 'wrapping'; wrapped: Buffer};
const cacheLimit = 20_000;
/** Another node may have destroyed a key: so long after it was read it is looked for again. */
const trusted = 60_000;

/** Whether the account's key was wrapped under this master key. */
export const isMasterOf = (master: Buffer, root: {id: string; wrapped: Buffer}): boolean => {
  try {
    return unseal(deriveKey(master, 'master-wrap'), root.wrapped, `account:${root.id}`).length > 0;
  } catch {
    return false;
  }
};

export const openKeyStore = async (deps: {
  db: Database;
  master: Buffer;
  clock: Clock;
  /** Other processes destroy keys in it, too. */
  shared: boolean;
  /** Drops older versions of rows that the database still holds beside its present state. */
  forget?: () => Promise<void>;
}): Promise<KeyStore> => {
  const {db, clock} = deps;
  const masterWrap = deriveKey(deps.master, 'master-wrap');
  const cache = new Map<string, {key: Buffer; until: number}>();
  const isGood = (personId: string, now: number): boolean => (cache.get(personId)?.until ?? 0) > now;
  const drop = (personId: string): void => {
    cache.get(personId)?.key.fill(0);
    cache.delete(personId);
  };

  const root = async (kind: RootKey['kind'], wrapUnder: Buffer): Promise<{id: string; key: Buffer}> => {
    const found = await db<RootKey>('keystore_roots')
      .where({kind})
      .whereNull('retired_at')
      .orderBy('id', 'desc')
      .first();
    if (found) {
      try {
        return {id: found.id, key: unseal(wrapUnder, found.wrapped, `${kind}:${found.id}`)};
      } catch (cause) {
        throw new AppError(
          'unavailable',
          'storage.wrong_key',
          'The key store cannot be opened with this master key. Give the key it was created with; nothing was changed.',
          {cause},
        );
      }
    }
    const id = newId();
    const key = newKey();
    await db('keystore_roots').insert({
      id,
      kind,
      wrapped: seal(wrapUnder, key, `${kind}:${id}`),
      created_at: clock.iso(),
      retired_at: null,
    });
    return {id, key};
  };

  const account = await root('account', masterWrap);
  const file = await root('file', masterWrap);
  const wrapping = await root('wrapping', deriveKey(account.key, 'account-wrap'));

  const remember = (personId: string, key: Buffer) => {
    if (cache.size >= cacheLimit) cache.delete(cache.keys().next().value as string);
    cache.set(personId, {key, until: deps.shared ? clock.now().getTime() + trusted : Infinity});
  };

  const load = async (personIds: readonly string[]): Promise<void> => {
    for (let start = 0; start < personIds.length; start += 500) {
      const some = personIds.slice(start, start + 500);
      const rows = await db<{person_id: string; wrapping_id: string; wrapped: Buffer}>('keystore_persons')
        .whereIn('person_id', some)
        .select('person_id', 'wrapped');
      const left = new Set(rows.map(row => row.person_id));
      for (const id of some) if (!left.has(id)) drop(id);
      for (const row of rows)
        remember(row.person_id, unseal(wrapping.key, row.wrapped, `person:${row.person_id}`));
    }
  };

  const create = createBatcher(async (personIds: string[]) => {
    const now = clock.now().getTime();
    const fresh = [...new Set(personIds)].filter(id => !isGood(id, now));
    const made = fresh.map(id => ({id, key: newKey()}));
    if (made.length > 0) {
      await db('keystore_persons')
        .insert(
          made.map(({id, key}) => ({
            person_id: id,
            wrapping_id: wrapping.id,
            wrapped: seal(wrapping.key, key, `person:${id}`),
            created_at: clock.iso(),
          })),
        )
        .onConflict('person_id')
        .ignore();
      // read back: another node may have been first
      await load(fresh);
    }
    return personIds.map(() => undefined);
  });

  return {
    fileKey: file.key,
    accountKey: account.key,
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
      for (let start = 0; start < personIds.length; start += 500) {
        const some = personIds.slice(start, start + 500);
        await db('keystore_persons').whereIn('person_id', some).delete();
        for (const id of some) drop(id);
      }
      if (personIds.length > 0) await deps.forget?.();
    },
    count: async () => {
      const of = async (table: string): Promise<number> => {
        const [row]: {n: number}[] = await db(table).count({n: '*'});
        return row?.n ?? 0;
      };
      return {persons: await of('keystore_persons'), roots: await of('keystore_roots')};
    },
    close: () => db.destroy(),
  };
};
