import {AppError} from '../../kit/errors.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {invitations} from './links.ts';
import {hashPassword, verifyPassword} from './password.ts';
import type {TellPerson} from './notices.ts';
import type {SecondFactor} from './second-factor.ts';
import type {Sessions, Started} from './sessions.ts';
import {createThrottle} from './throttle.ts';
import {hasEnded, type UserStore} from './users.store.ts';

const wrongCredentials = () =>
  new AppError('unauthenticated', 'accounts.wrong_credentials', 'E-mail address or password is not right.');
const wrongPassword = (field: string) =>
  new AppError('invalid', 'accounts.wrong_password', 'The present password is not right.', {
    details: {fields: {[field]: 'This is not your present password.'}},
  });

/** Proving who one is, and what follows from it. */
export const createSignIn = (
  deps: AccountsDeps & {users: UserStore; sessions: Sessions; secondFactor: SecondFactor; tell: TellPerson},
) => {
  const {storage, clock, users, sessions, secondFactor} = deps;
  const {db} = storage;
  const throttle = createThrottle(clock);

  return {
    /**
     * `network`: the truncated address, against guessing. An unknown address takes as long as a wrong password. The code is
     * asked of whoever has a second factor, once the password is right: `accounts.code_needed`.
     */
    signIn: async (
      {email, password, code}: {email: string; password: string; code?: string | undefined},
      network: string,
    ): Promise<Started> => {
      const account = users.emailIndex(email);
      throttle.begin(account, network);
      const row = await users.findByEmail(db, email);
      const right = await verifyPassword(row?.password_hash, password);
      const ended = row !== undefined && hasEnded(row, clock.iso());
      if (!row || !right || ended || row.disabled_at !== null) {
        if (row) {
          await storage.transaction(trx =>
            deps.audit(trx, {
              actorId: null,
              action: 'session.refused',
              subjectId: row.id,
              detail: {disabled: row.disabled_at !== null, ended},
            }),
          );
        }
        throw wrongCredentials();
      }
      throttle.succeeded(account, network);
      return secondFactor.prove({userId: row.id, network}, code, async (trx, secondFactorWas) => {
        await deps.audit(trx, {
          actorId: row.id,
          action: 'session.started',
          subjectId: row.id,
          detail: {secondFactor: secondFactorWas},
        });
        return sessions.start(trx, row.id, {withFactor: secondFactorWas !== 'none'});
      });
    },

    /** Once more in a session that is open: by the code, or by the password where there is no second factor. */
    proveAgain: async (
      {userId, sessionId}: {userId: string; sessionId: string},
      {password, code}: {password?: string | undefined; code?: string | undefined},
      network: string,
    ): Promise<string> => {
      if (!(await secondFactor.hasFactor(userId))) {
        throttle.begin(userId, network);
        const row = await users.find(db, userId);
        if (!(await verifyPassword(row?.password_hash, password ?? ''))) throw wrongPassword('password');
        throttle.succeeded(userId, network);
      }
      const token = await secondFactor.prove({userId, network}, code, trx => sessions.renew(trx, sessionId));
      if (token === undefined)
        throw new AppError('unauthenticated', 'request.unauthenticated', 'Sign in first.');
      return token;
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
      if (!(await verifyPassword(row?.password_hash, passwords.current))) throw wrongPassword('current');
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
        await deps.tell(trx, caller.userId, 'password_changed');
      });
      deps.mail.wake();
      deps.ended(caller.userId, {except: caller.sessionId});
    },
  };
};
