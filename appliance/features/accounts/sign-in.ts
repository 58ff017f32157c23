import {AppError} from '../../kit/errors.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {invitations} from './people.ts';
import {hashPassword, verifyPassword} from './password.ts';
import type {Sessions} from './sessions.ts';
import {createThrottle} from './throttle.ts';
import type {UserStore} from './users.store.ts';

const wrongCredentials = () =>
  new AppError('unauthenticated', 'accounts.wrong_credentials', 'E-mail address or password is not right.');
/** Proving who one is, and what follows from it. */
export const createSignIn = (deps: AccountsDeps & {users: UserStore; sessions: Sessions}) => {
  const {storage, clock, users, sessions} = deps;
  const {db} = storage;
  const throttle = createThrottle(clock);

  return {
    /** `network`: the truncated address, against guessing. An unknown address takes as long as a wrong password. */
    signIn: async (
      email: string,
      password: string,
      network: string,
    ): Promise<{token: string; sessionId: string; userId: string}> => {
      const account = users.emailIndex(email);
      throttle.begin(account, network);
      const row = await users.findByEmail(db, email);
      const right = await verifyPassword(row?.password_hash, password);
      if (!row || !right || row.disabled_at !== null) {
        if (row) {
          await storage.transaction(trx =>
            deps.audit(trx, {
              actorId: null,
              action: 'session.refused',
              subjectId: row.id,
              detail: {disabled: row.disabled_at !== null},
            }),
          );
        }
        throw wrongCredentials();
      }
      throttle.succeeded(account, network);
      return storage.transaction(async trx => {
        const session = await sessions.start(trx, row.id);
        await deps.audit(trx, {actorId: row.id, action: 'session.started', subjectId: row.id, detail: {}});
        return {...session, userId: row.id};
      });
    },

    signOut: async (userId: string, sessionId: string): Promise<void> => {
      await storage.transaction(async trx => {
        await sessions.end(trx, sessionId);
        await deps.audit(trx, {actorId: userId, action: 'session.ended', subjectId: userId, detail: {}});
      });
      deps.ended(userId, {only: sessionId});
    },

    changePassword: async (
      caller: {userId: string; sessionId: string},
      passwords: {current: string; next: string},
      network: string,
    ): Promise<void> => {
      throttle.begin(caller.userId, network);
      const row = await users.find(db, caller.userId);
      if (!(await verifyPassword(row?.password_hash, passwords.current))) {
        throw new AppError('invalid', 'accounts.wrong_password', 'The present password is not right.', {
          details: {fields: {current: 'This is not your present password.'}},
        });
      }
      throttle.succeeded(caller.userId, network);
      const passwordHash = await hashPassword(passwords.next);
      await storage.transaction(async trx => {
        await users.update(trx, caller.userId, {passwordHash});
        await sessions.endAll(trx, caller.userId, caller.sessionId);
        await trx(invitations).where({user_id: caller.userId}).delete();
        await deps.audit(trx, {
          actorId: caller.userId,
          action: 'password.changed',
          subjectId: caller.userId,
          detail: {},
        });
      });
      deps.ended(caller.userId, {except: caller.sessionId});
    },
  };
};
