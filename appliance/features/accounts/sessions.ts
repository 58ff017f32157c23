import {createHash} from 'node:crypto';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Role} from '../../kit/route.ts';
import type {Storage, Transaction} from '../../storage/index.ts';

const table = 'accounts_sessions';
const minute = 60_000;
const idle = 12 * 60 * minute;
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
};
export type Session = {sessionId: string; userId: string; role: Role; csrfToken: string};

/** Tokens are 32 random bytes: a plain hash keeps a copy of the table from being a set of keys. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export const createSessions = ({storage, clock}: {storage: Storage; clock: Clock}) => {
  const {db} = storage;

  /** Good until twelve hours without a request, at most seven days, and never for a user who is disabled. */
  const good = () =>
    db(`${table} as s`)
      .join('accounts_users as u', 'u.id', 's.user_id')
      .whereNull('u.disabled_at')
      .where('s.expires_at', '>', clock.iso())
      .where('s.last_seen_at', '>', addMilliseconds(clock.iso(), -idle));

  return {
    start: async (trx: Transaction, userId: string): Promise<{token: string; sessionId: string}> => {
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
      };
      await trx(table).insert(row);
      return {token, sessionId};
    },

    find: async (token: string): Promise<Session | undefined> => {
      const row: (Pick<Row, 'id' | 'user_id' | 'csrf_token' | 'last_seen_at'> & {role: Role}) | undefined =
        await good()
          .where('s.token_hash', hashToken(token))
          .first('s.id', 's.user_id', 's.csrf_token', 's.last_seen_at', 'u.role');
      if (!row) return undefined;
      // written at most once a minute
      if (row.last_seen_at <= addMilliseconds(clock.iso(), -minute)) {
        // on a full disk people still read what there is, above all what to do about it
        await db(table)
          .where({id: row.id})
          .update({last_seen_at: clock.iso()})
          .catch(() => undefined);
      }
      return {sessionId: row.id, userId: row.user_id, role: row.role, csrfToken: row.csrf_token};
    },

    csrfToken: async (sessionId: string): Promise<string | null> => {
      const row: Pick<Row, 'csrf_token'> | undefined = await db(table)
        .where({id: sessionId})
        .first('csrf_token');
      return row?.csrf_token ?? null;
    },

    isGood: async (sessionId: string): Promise<boolean> =>
      (await good().where('s.id', sessionId).first('s.id')) !== undefined,

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
