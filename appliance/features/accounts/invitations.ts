import {AppError} from '../../kit/errors.ts';
import {newToken} from '../../kit/ids.ts';
import type {Transaction} from '../../storage/index.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {createLinks, invitations, lives} from './links.ts';
import type {TellPerson} from './notices.ts';
import {hashPassword} from './password.ts';
import type {SecondFactorStore} from './second-factor.store.ts';
import {hashToken, type Sessions, type Started} from './sessions.ts';
import type {User} from './accounts.schema.ts';
import {hasEnded, type UserRow, type UserStore} from './users.store.ts';

type Link = {user_id: string; expires_at: string; removes_factor: number};
const wrongInvitation = () =>
  new AppError(
    'not_found',
    'accounts.invitation_over',
    'This link has been used or is over. Ask for a new one.',
  );

/** Making links for a new password, and opening links of both kinds. */
export const createInvitations = (
  deps: AccountsDeps & {
    users: UserStore;
    sessions: Sessions;
    factors: SecondFactorStore;
    tell: TellPerson;
    person: (id: string) => Promise<User>;
  },
) => {
  const {storage, clock, users, sessions, factors} = deps;
  const {db} = storage;
  const links = createLinks(deps);

  /** `actorId` null: ordered on the host itself, where only the token's hash is known here and no letter can be written. */
  const keepReset = (
    row: UserRow | undefined,
    actorId: string | null,
    {tokenHash, removesFactor}: {tokenHash: string; removesFactor: boolean},
    write?: (trx: Transaction, expiresAt: string) => Promise<boolean>,
  ): Promise<{expiresAt: string; mailed: boolean}> =>
    storage.transaction(async trx => {
      if (!row) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
      if (row.disabled_at !== null)
        throw new AppError('conflict', 'accounts.disabled', 'This account is disabled. Enable it first.');
      if (hasEnded(row, clock.iso()))
        throw new AppError('conflict', 'accounts.ended', 'This access has ended. Extend it first.');
      if (row.password_hash === null)
        throw new AppError(
          'conflict',
          'accounts.not_accepted',
          'This person has not chosen a password yet. Make a new invitation link instead.',
        );
      const expiresAt = await links.keep(trx, {
        userId: row.id,
        tokenHash,
        life: lives.reset,
        removesFactor,
      });
      await deps.audit(trx, {
        actorId,
        action: 'password.reset_issued',
        subjectId: row.id,
        detail: {by: actorId === null ? 'host' : 'administrator', removesSecondFactor: removesFactor},
      });
      return {expiresAt, mailed: (await write?.(trx, expiresAt)) ?? false};
    });

  const invited = async (token: string): Promise<Link> => {
    const row: Link | undefined = await db(invitations)
      .where({token_hash: hashToken(token)})
      .where('expires_at', '>', clock.iso())
      .first();
    if (!row) throw wrongInvitation();
    return row;
  };

  return {
    /** A link under which somebody chooses a new password, once, within the hour. It is returned once. */
    issueReset: async (
      id: string,
      actorId: string,
    ): Promise<{link: string; expiresAt: string; mailed: boolean}> => {
      if (id === actorId) {
        throw new AppError(
          'conflict',
          'accounts.own_password',
          'Change your own password in the menu under your name.',
        );
      }
      const token = newToken();
      const user = await deps.person(id);
      const kept = await keepReset(
        await users.find(db, id),
        actorId,
        {tokenHash: hashToken(token), removesFactor: false},
        (trx, expiresAt) => links.write(trx, 'password_reset', user, token, expiresAt),
      );
      deps.mail.wake();
      return {link: deps.linkFor(token), ...kept};
    },
    /** The same for whoever holds the master key; only the token's hash comes here. */
    issueResetFromHost: async (
      email: string,
      link: {tokenHash: string; removesFactor: boolean},
    ): Promise<{expiresAt: string}> => keepReset(await users.findByEmail(db, email), null, link),

    invitation: async (
      token: string,
    ): Promise<{name: string; email: string; expiresAt: string; reset: boolean}> => {
      const {user_id, expires_at} = await invited(token);
      const [row] = await users.open(db, deps.readers.service, [user_id]);
      if (!row || row.disabled_at !== null || hasEnded(row, clock.iso())) throw wrongInvitation();
      return {
        name: row.name ?? '',
        email: row.email ?? '',
        expiresAt: expires_at,
        reset: row.password_hash !== null,
      };
    },

    /** Undefined: the password is set, and the second factor is still to be asked, at the sign-in. */
    acceptInvitation: async (token: string, password: string): Promise<Started | undefined> => {
      const {user_id: userId, removes_factor} = await invited(token);
      const passwordHash = await hashPassword(password);
      const before = await users.find(db, userId);
      if (!before || hasEnded(before, clock.iso())) throw wrongInvitation();
      const reset = before.password_hash !== null;
      const started = await storage.transaction(async trx => {
        // whoever deletes the row has the invitation; a second one finds nothing
        const used = await trx(invitations)
          .where({token_hash: hashToken(token)})
          .delete();
        if (used !== 1) throw wrongInvitation();
        await users.update(trx, userId, {passwordHash});
        await sessions.endAll(trx, userId);
        const removed = removes_factor === 1 && (await factors.remove(trx, userId));
        await deps.audit(trx, {
          actorId: userId,
          action: reset ? 'password.reset' : 'invitation.accepted',
          subjectId: userId,
          detail: removed ? {secondFactorRemoved: true} : {},
        });
        if (reset) await deps.tell(trx, userId, 'password_changed');
        if (removed) await deps.tell(trx, userId, 'second_factor_removed');
        if ((await factors.owners(trx, [userId])).has(userId)) return undefined;
        return sessions.start(trx, userId, {withFactor: false});
      });
      deps.mail.wake();
      if (reset) deps.ended(userId, started ? {except: started.sessionId} : {});
      return started;
    },
  };
};
