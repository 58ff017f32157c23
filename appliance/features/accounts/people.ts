import {addMilliseconds} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Role} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import {isDuplicate, type Transaction} from '../../storage/index.ts';
import type {User} from './accounts.schema.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {hashPassword} from './password.ts';
import {hashToken, type Sessions} from './sessions.ts';
import type {OpenUser, UserRow, UserStore} from './users.store.ts';

/** One-time links: of who was invited, and of who needs a new password. A person has one at a time. */
export const invitations = 'accounts_invitations';
const hour = 60 * 60 * 1000;
const invitationLife = 7 * 24 * hour;
const resetLife = hour;

export const toUser = (row: OpenUser): User => ({
  id: row.id,
  name: row.name ?? 'Erased person',
  email: row.email ?? '',
  role: row.role,
  languages: JSON.parse(row.languages) as Locale[],
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  invited: row.password_hash === null,
});

const wrongInvitation = () =>
  new AppError(
    'not_found',
    'accounts.invitation_over',
    'This link has been used or is over. Ask for a new one.',
  );

/** Who may use the console: inviting, changing, disabling. */
export const createPeople = (deps: AccountsDeps & {users: UserStore; sessions: Sessions}) => {
  const {storage, clock, users, sessions} = deps;
  const {db} = storage;

  const get = async (id: string): Promise<User> => {
    const [row] = await users.open(db, deps.readers.administration, [id]);
    if (!row) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
    return toUser(row);
  };

  const keepLink = async (
    trx: Transaction,
    userId: string,
    tokenHash: string,
    life: number,
  ): Promise<string> => {
    const at = clock.iso();
    const expiresAt = addMilliseconds(at, life);
    await trx(invitations).where({user_id: userId}).delete();
    // the link that a waiting letter carries leads nowhere from here on
    await deps.mail.withdraw(trx, userId);
    await trx(invitations).insert({
      token_hash: tokenHash,
      user_id: userId,
      created_at: at,
      expires_at: expiresAt,
    });
    return expiresAt;
  };

  const mailLink = (
    trx: Transaction,
    kind: 'invitation' | 'password_reset',
    user: {id: string; name: string; email: string; languages: Locale[]},
    token: string,
    expiresAt: string,
  ): Promise<boolean> =>
    deps.mail.send(trx, {
      personId: user.id,
      to: {name: user.name, address: user.email},
      language: user.languages[0] ?? 'en',
      kind,
      link: deps.linkFor(token),
      expiresAt,
      key: hashToken(token),
    });

  /** `actorId` null: ordered on the host itself, where only the token's hash is known here and no letter can be written. */
  const keepReset = (
    row: UserRow | undefined,
    actorId: string | null,
    tokenHash: string,
    write?: (trx: Transaction, expiresAt: string) => Promise<boolean>,
  ): Promise<{expiresAt: string; mailed: boolean}> =>
    storage.transaction(async trx => {
      if (!row) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
      if (row.disabled_at !== null)
        throw new AppError('conflict', 'accounts.disabled', 'This account is disabled. Enable it first.');
      if (row.password_hash === null)
        throw new AppError(
          'conflict',
          'accounts.not_accepted',
          'This person has not chosen a password yet. Make a new invitation link instead.',
        );
      const expiresAt = await keepLink(trx, row.id, tokenHash, resetLife);
      await deps.audit(trx, {
        actorId,
        action: 'password.reset_issued',
        subjectId: row.id,
        detail: {by: actorId === null ? 'host' : 'administrator'},
      });
      return {expiresAt, mailed: (await write?.(trx, expiresAt)) ?? false};
    });

  const invited = async (token: string): Promise<{userId: string; expiresAt: string}> => {
    const row = (await db(invitations)
      .where({token_hash: hashToken(token)})
      .where('expires_at', '>', clock.iso())
      .first()) as {user_id: string; expires_at: string} | undefined;
    if (!row) throw wrongInvitation();
    return {userId: row.user_id, expiresAt: row.expires_at};
  };

  return {
    /** A new person, or a new link for one who has not used theirs. The link is returned once. */
    create: async (
      user: {name: string; email: string; role: Role; languages: Locale[]},
      actorId: string,
    ): Promise<{user: User; link: string; mailed: boolean}> => {
      const before = await users.findByEmail(db, user.email);
      const taken = () =>
        new AppError(
          'conflict',
          'accounts.email_taken',
          'Somebody with this e-mail address is here already.',
          {
            details: {fields: {email: 'Somebody with this address is here already.'}},
          },
        );
      if (before && (before.password_hash !== null || before.disabled_at !== null)) throw taken();
      const id = before?.id ?? newId();
      await storage.keys.create(id);
      const made = storage.transaction(async trx => {
        if (before) await users.update(trx, id, user);
        else await users.insert(trx, {...user, id, passwordHash: null, at: clock.iso()});
        const token = newToken();
        const expiresAt = await keepLink(trx, id, hashToken(token), invitationLife);
        const mailed = await mailLink(trx, 'invitation', {...user, id}, token, expiresAt);
        await deps.audit(trx, {
          actorId,
          action: 'user.invited',
          subjectId: id,
          detail: {role: user.role, again: before !== undefined},
        });
        return {link: deps.linkFor(token), mailed};
      });
      const {link, mailed} = await made.catch((error: unknown) => {
        throw isDuplicate(error) ? taken() : error;
      });
      deps.mail.wake();
      return {user: await get(id), link, mailed};
    },

    update: async (
      id: string,
      change: {
        name?: string | undefined;
        role?: Role | undefined;
        languages?: Locale[] | undefined;
        disabled?: boolean | undefined;
      },
      actorId: string,
    ): Promise<User> => {
      await storage.transaction(async trx => {
        const administrators = await users.activeAdministrators(trx);
        const before = await users.find(trx, id);
        if (!before) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
        const leaves = change.disabled === true || change.role === 'agent';
        if (leaves && administrators.length === 1 && administrators[0] === id) {
          throw new AppError(
            'conflict',
            'accounts.last_administrator',
            'This is the last administrator. Make somebody else an administrator first.',
          );
        }
        const {name, role, languages, disabled} = change;
        const disabledAt =
          disabled === undefined ? undefined : disabled ? (before.disabled_at ?? clock.iso()) : null;
        await users.update(trx, id, {
          ...(name === undefined ? {} : {name}),
          ...(role === undefined ? {} : {role}),
          ...(languages === undefined ? {} : {languages}),
          ...(disabledAt === undefined ? {} : {disabledAt}),
        });
        if (disabled === true) {
          await sessions.endAll(trx, id);
          await trx(invitations).where({user_id: id}).delete();
          await deps.mail.withdraw(trx, id);
        }
        await deps.audit(trx, {
          actorId,
          action: disabled === true ? 'user.disabled' : disabled === false ? 'user.enabled' : 'user.changed',
          subjectId: id,
          detail: {
            changed: Object.keys(change),
            ...(role === undefined ? {} : {role: {before: before.role, after: role}}),
          },
        });
      });
      // a role that changed counts for what is connected, too
      if (change.disabled === true || change.role !== undefined) deps.ended(id);
      return get(id);
    },

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
      const user = await get(id);
      const kept = await keepReset(await users.find(db, id), actorId, hashToken(token), (trx, expiresAt) =>
        mailLink(trx, 'password_reset', user, token, expiresAt),
      );
      deps.mail.wake();
      return {link: deps.linkFor(token), ...kept};
    },
    /** The same for whoever holds the master key; only the token's hash comes here. */
    issueResetFromHost: async (email: string, tokenHash: string): Promise<{expiresAt: string}> =>
      keepReset(await users.findByEmail(db, email), null, tokenHash),

    invitation: async (
      token: string,
    ): Promise<{name: string; email: string; expiresAt: string; reset: boolean}> => {
      const {userId, expiresAt} = await invited(token);
      const [row] = await users.open(db, deps.readers.service, [userId]);
      if (!row || row.disabled_at !== null) throw wrongInvitation();
      return {
        name: row.name ?? '',
        email: row.email ?? '',
        expiresAt,
        reset: row.password_hash !== null,
      };
    },

    acceptInvitation: async (
      token: string,
      password: string,
    ): Promise<{token: string; sessionId: string; userId: string}> => {
      const {userId} = await invited(token);
      const passwordHash = await hashPassword(password);
      const reset = (await users.find(db, userId))?.password_hash !== null;
      const started = await storage.transaction(async trx => {
        // whoever deletes the row has the invitation; a second one finds nothing
        const used = await trx(invitations)
          .where({token_hash: hashToken(token)})
          .delete();
        if (used !== 1) throw wrongInvitation();
        await users.update(trx, userId, {passwordHash});
        await sessions.endAll(trx, userId);
        const session = await sessions.start(trx, userId);
        await deps.audit(trx, {
          actorId: userId,
          action: reset ? 'password.reset' : 'invitation.accepted',
          subjectId: userId,
          detail: {},
        });
        return {...session, userId};
      });
      if (reset) deps.ended(userId, {except: started.sessionId});
      return started;
    },
  };
};
