import {newId} from '../../kit/ids.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

const factors = 'accounts_second_factors';
const codes = 'accounts_recovery_codes';
const account = 'accounts_account';

export type FactorRow = {
  user_id: string;
  secret: string | null;
  set_up_at: string | null;
  last_step: number | null;
  pending: string | null;
  pending_at: string | null;
};
export type RecoveryRow = {id: string; code_hash: string};

export const createSecondFactorStore = (personal: Personal, reader: Reader) => ({
  find: async (db: DatabaseOrTransaction, userId: string): Promise<FactorRow | undefined> => {
    const [row] = await reader.open<FactorRow>(factors, await db(factors).where({user_id: userId}));
    return row;
  },

  /** Who has one. */
  owners: async (db: DatabaseOrTransaction, ids?: readonly string[]): Promise<Set<string>> =>
    new Set(
      await db(factors)
        .whereNotNull('set_up_at')
        .modify(query => {
          if (ids) void query.whereIn('user_id', [...ids]);
        })
        .pluck<string[]>('user_id'),
    ),

  /** Who has none. */
  lacking: async (db: DatabaseOrTransaction): Promise<string[]> =>
    db('accounts_users')
      .whereNotIn('id', db(factors).whereNotNull('set_up_at').select('user_id'))
      .pluck<string[]>('id'),

  /** A secret that waits for its first code; the one in force stays until then. */
  keepPending: async (trx: Transaction, userId: string, secret: string, at: string): Promise<void> => {
    const [row] = await personal.seal(factors, [{user_id: userId, pending: secret, pending_at: at}]);
    await trx(factors).insert(row).onConflict('user_id').merge(['pending_sealed', 'pending_at']);
  },

  /** False when another request was first. The step of its first code is used up with it. */
  confirmPending: async (
    trx: Transaction,
    {user_id, pending, pending_at}: FactorRow,
    step: number,
    at: string,
  ): Promise<boolean> => {
    const [row] = await personal.seal(factors, [{user_id, secret: pending}]);
    return (
      (await trx(factors)
        .where({user_id, pending_at})
        .update({...row, set_up_at: at, last_step: step, pending_sealed: null, pending_at: null})) === 1
    );
  },

  /** False when this step, or a later one, was used already. */
  useStep: async (trx: Transaction, userId: string, step: number): Promise<boolean> =>
    (await trx(factors)
      .where({user_id: userId})
      .where(query => void query.whereNull('last_step').orWhere('last_step', '<', step))
      .update({last_step: step})) === 1,

  /** False when there was none. */
  remove: async (trx: Transaction, userId: string): Promise<boolean> => {
    await trx(codes).where({user_id: userId}).delete();
    return (await trx(factors).where({user_id: userId}).delete()) === 1;
  },

  recoveryCodes: async (db: DatabaseOrTransaction, userId: string): Promise<RecoveryRow[]> =>
    db<RecoveryRow & {user_id: string; used_at: string | null}>(codes)
      .where({user_id: userId})
      .whereNull('used_at')
      .select('id', 'code_hash'),

  replaceRecoveryCodes: async (
    trx: Transaction,
    userId: string,
    hashes: readonly string[],
    at: string,
  ): Promise<void> => {
    await trx(codes).where({user_id: userId}).delete();
    await trx(codes).insert(
      hashes.map(code_hash => ({id: newId(), user_id: userId, code_hash, created_at: at, used_at: null})),
    );
  },

  /** False when it was used meanwhile. */
  useRecoveryCode: async (trx: Transaction, id: string, at: string): Promise<boolean> =>
    (await trx(codes).where({id}).whereNull('used_at').update({used_at: at})) === 1,

  /** Whoever was added later than this needs a second factor; null: nobody does. */
  neededAfter: async (db: DatabaseOrTransaction): Promise<string | null> => {
    const row: {second_factor_after: string | null} | undefined =
      await db(account).first('second_factor_after');
    return row?.second_factor_after ?? null;
  },
  setNeededAfter: async (trx: Transaction, after: string | null): Promise<void> => {
    await trx(account).update({second_factor_after: after});
  },
});
export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;
