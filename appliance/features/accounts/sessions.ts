import {createHash} from 'node:crypto';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Role} from '../../kit/route.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import {isNeeded} from './second-factor-policy.ts';

const table = 'accounts_sessions';
const minute = 60_000;
const idle = 12 * 60 * minute;
const recently = 15 * minute;
const absolute = 7 * 24 * 60 * minute;
export const sessionSeconds = absolute / 1000;

type Row = {
  token_hash: string;
  id: string;
  user_id: string;
  csrf_token: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  with_factor: number;
  proved_at: string | null;
};
/** `complete`: no second factor is missing. `recent`: the person proved who they are a moment ago. */
export type Session = {
  sessionId: string;
  userId: string;
  role: Role;
  csrfToken: string;
  complete: boolean;
  recent: boolean;
};
export type Started = {token: string; sessionId: string; userId: string};

type Standing = Pick<Row, 'with_factor'> & {
  role: Role;
  joined_at: string;
  set_up_at: string | null;
  second_factor_after: string | null;
};
const standing = [
  's.with_factor',
  'u.role',
  'u.created_at as joined_at',
  'f.set_up_at',
  'a.second_factor_after',
];

/** Who has a second factor has used it in this session; who has none needs none. */
const isComplete = (row: Standing): boolean =>
  row.set_up_at === null ? !isNeeded(row.second_factor_after, row.joined_at) : row.with_factor === 1;

/** Tokens are 32 random bytes: a plain hash keeps a copy of the table from being a set of keys. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export const createSessions = ({storage, clock}: {storage: Storage; clock: Clock}) => {
  const {db} = storage;

  /** Good until twelve hours without a request, at most seven days, and never for who is disabled or whose access ended. */
  const good = () =>
    db(`${table} as s`)
      .join('accounts_users as u', 'u.id', 's.user_id')
      .leftJoin('accounts_second_factors as f', 'f.user_id', 'u.id')
      .leftJoin('accounts_account as a', join => void join.on(db.raw('1 = 1')))
      .whereNull('u.disabled_at')
      .whereNull('u.access_ended_at')
      .where(query => void query.whereNull('u.access_ends_at').orWhere('u.access_ends_at', '>', clock.iso()))
      .where('s.expires_at', '>', clock.iso())
      .where('s.last_seen_at', '>', addMilliseconds(clock.iso(), -idle));

  return {
    start: async (
      trx: Transaction,
      userId: string,
      {withFactor}: {withFactor: boolean},
    ): Promise<Started> => {
      const token = newToken();
      const sessionId = newId();
      const at = clock.iso();
      await trx(table)
        .where('expires_at', '<=', at)
        .orWhere('last_seen_at', '<=', addMilliseconds(at, -idle))
        .delete();
      const row: Row = {
        token_hash: hashToken(token),
        id: sessionId,
        user_id: userId,
        csrf_token: newToken(),
        created_at: at,
        last_seen_at: at,
        expires_at: addMilliseconds(at, absolute),
        with_factor: withFactor ? 1 : 0,
        proved_at: at,
      };
      await trx(table).insert(row);
      return {token, sessionId, userId};
    },

    find: async (token: string): Promise<Session | undefined> => {
      const row: (Omit<Row, 'token_hash' | 'created_at' | 'expires_at'> & Standing) | undefined = await good()
        .where('s.token_hash', hashToken(token))
        .first('s.id', 's.user_id', 's.csrf_token', 's.last_seen_at', 's.proved_at', ...standing);
      if (!row) return undefined;
      // written at most once a minute
      if (row.last_seen_at <= addMilliseconds(clock.iso(), -minute)) {
        // on a full disk people still read what there is, above all what to do about it
        await db(table)
          .where({id: row.id})
          .update({last_seen_at: clock.iso()})
          .catch(() => undefined);
      }
      return {
        sessionId: row.id,
        userId: row.user_id,
        role: row.role,
        csrfToken: row.csrf_token,
        complete: isComplete(row),
        recent: row.proved_at !== null && row.proved_at > addMilliseconds(clock.iso(), -recently),
      };
    },

    csrfToken: async (sessionId: string): Promise<string | null> => {
      const row: Pick<Row, 'csrf_token'> | undefined = await db(table)
        .where({id: sessionId})
        .first('csrf_token');
      return row?.csrf_token ?? null;
    },

    /** What the user may do in it; undefined when it is over, or its sign-in is not complete. */
    roleIn: async (sessionId: string): Promise<Role | undefined> => {
      const row: Standing | undefined = await good()
        .where('s.id', sessionId)
        .first(...standing);
      return row && isComplete(row) ? row.role : undefined;
    },

    /** The person proved who they are once more: the same session under a new token. Undefined when it is over. */
    renew: async (trx: Transaction, sessionId: string): Promise<string | undefined> => {
      const token = newToken();
      const renewed = await trx(table)
        .where({id: sessionId})
        .update({token_hash: hashToken(token), proved_at: clock.iso()});
      return renewed === 1 ? token : undefined;
    },

    end: async (trx: Transaction, sessionId: string): Promise<void> => {
      await trx(table).where({id: sessionId}).delete();
    },

    /** All of a user's, or all but one. */
    endAll: async (trx: Transaction, userId: string, except?: string): Promise<void> => {
      await trx(table)
        .where({user_id: userId})
        .modify(query => {
          if (except !== undefined) void query.whereNot({id: except});
        })
        .delete();
    },
  };
};
export type Sessions = ReturnType<typeof createSessions>;
