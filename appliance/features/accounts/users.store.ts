import type {Role} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

const table = 'accounts_users';

export type UserRow = {
  id: string;
  role: Role;
  languages: string;
  password_hash: string | null;
  created_at: string;
  disabled_at: string | null;
  access_ends_at: string | null;
  access_ended_at: string | null;
};
const plain = [
  'id',
  'role',
  'languages',
  'password_hash',
  'created_at',
  'disabled_at',
  'access_ends_at',
  'access_ended_at',
] as const;
export type OpenUser = UserRow & {name: string | null; email: string | null};
export type NewUser = {
  id: string;
  name: string;
  email: string;
  role: Role;
  languages: Locale[];
  passwordHash: string | null;
  accessEndsAt: string | null;
  at: string;
};

/** An end that is past, or was noticed as past once. */
export const hasEnded = (row: Pick<UserRow, 'access_ends_at' | 'access_ended_at'>, now: string): boolean =>
  row.access_ended_at !== null || (row.access_ends_at !== null && row.access_ends_at <= now);

export const createUserStore = (personal: Personal) => ({
  emailIndex: (email: string): string => personal.index(table, 'email', email),

  list: async (db: DatabaseOrTransaction, reader: Reader): Promise<OpenUser[]> =>
    reader.open<OpenUser>(table, await db(table).orderBy('created_at').orderBy('id')),

  /** Those who can sign in as one. */
  administrators: async (db: DatabaseOrTransaction): Promise<string[]> =>
    (
      await db(table)
        .where({role: 'administrator', disabled_at: null, access_ended_at: null})
        .whereNotNull('password_hash')
        .orderBy('id')
        .select<{id: string}[]>('id')
    ).map(({id}) => id),

  open: async (db: DatabaseOrTransaction, reader: Reader, ids: readonly string[]): Promise<OpenUser[]> =>
    ids.length === 0 ? [] : reader.open<OpenUser>(table, await db(table).whereIn('id', [...ids])),

  names: async (
    db: DatabaseOrTransaction,
    reader: Reader,
    ids: readonly string[],
  ): Promise<{id: string; name: string | null}[]> =>
    ids.length === 0
      ? []
      : reader.open(
          table,
          await db(table)
            .whereIn('id', [...ids])
            .select('id', 'name_sealed'),
        ),

  find: async (db: DatabaseOrTransaction, id: string): Promise<UserRow | undefined> =>
    db<UserRow>(table)
      .where({id})
      .first(...plain),

  findByEmail: async (db: DatabaseOrTransaction, email: string): Promise<UserRow | undefined> =>
    db<UserRow & {email_index: string}>(table)
      .where({email_index: personal.index(table, 'email', email)})
      .first(...plain),

  /** The person's key must be there already. */
  insert: async (trx: Transaction, user: NewUser): Promise<void> => {
    const {id, name, email, role, languages, passwordHash, accessEndsAt, at} = user;
    await trx(table).insert(
      await personal.seal(table, [
        {
          id,
          name,
          email,
          email_index: personal.index(table, 'email', email),
          role,
          languages: JSON.stringify(languages),
          password_hash: passwordHash,
          created_at: at,
          disabled_at: null,
          access_ends_at: accessEndsAt,
          access_ended_at: null,
        },
      ]),
    );
  },

  update: async (
    trx: Transaction,
    id: string,
    change: {
      name?: string;
      role?: Role;
      languages?: Locale[];
      disabledAt?: string | null;
      passwordHash?: string;
      /** A new end opens again what had ended. */
      accessEndsAt?: string | null;
    },
  ): Promise<void> => {
    const row: Record<string, unknown> = {};
    if (change.name !== undefined) {
      const [named] = await personal.seal(table, [{id, name: change.name}]);
      row['name_sealed'] = named?.['name_sealed'];
    }
    if (change.role !== undefined) row['role'] = change.role;
    if (change.languages !== undefined) row['languages'] = JSON.stringify(change.languages);
    if (change.disabledAt !== undefined) row['disabled_at'] = change.disabledAt;
    if (change.passwordHash !== undefined) row['password_hash'] = change.passwordHash;
    if (change.accessEndsAt !== undefined)
      Object.assign(row, {access_ends_at: change.accessEndsAt, access_ended_at: null});
    if (Object.keys(row).length > 0) await trx(table).where({id}).update(row);
  },

  /** Whose access ends at this time or before, and is not written down as ended yet. */
  overdue: async (db: DatabaseOrTransaction, now: string): Promise<string[]> =>
    db(table).where('access_ends_at', '<=', now).whereNull('access_ended_at').pluck<string[]>('id'),
  /** False when another node was first, or an administrator extended it meanwhile. */
  markEnded: async (trx: Transaction, id: string, now: string): Promise<boolean> =>
    (await trx(table)
      .where({id})
      .where('access_ends_at', '<=', now)
      .whereNull('access_ended_at')
      .update({access_ended_at: now})) === 1,

  /** Locks the administrators' rows where the dialect can, so that two of them cannot remove each other at once. */
  activeAdministrators: async (trx: Transaction): Promise<string[]> =>
    (
      await trx<UserRow>(table)
        .where({role: 'administrator'})
        .whereNull('disabled_at')
        .whereNotNull('password_hash')
        .forUpdate()
        .select('id')
    ).map(({id}) => id),
});
export type UserStore = ReturnType<typeof createUserStore>;
