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
import type {OpenUser, UserStore} from './users.store.ts';

const invitations = 'accounts_invitations';
const invitationLife = 7 * 24 * 60 * 60 * 1000;

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
    'This invitation has been used or is over. Ask for a new one.',
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

  const invite = async (trx: Transaction, userId: string): Promise<string> => {
    const token = newToken();
    const at = clock.iso();
    await trx(invitations).where({user_id: userId}).delete();
    await trx(invitations).insert({
      token_hash: hashToken(token),
      user_id: userId,
      created_at: at,
      expires_at: addMilliseconds(at, invitationLife),
    });
    return token;
  };

  const invited = async (token: string): Promise<{userId: string; expiresAt: string}> => {
    const row = (await db(invitations)
      .where({token_hash: hashToken(token)})
      .where('expires_at', '>', clock.iso())
      .first()) as {user_id: string; expires_at: string} | undefined;
    if (!row) throw wrongInvitation();
    return {userId: row.user_id, expiresAt: row.expires_at};
  };

  return {
    /** A new person, or a new link for one who has not used theirs. The link's token is returned once. */
    create: async (
      user: {name: string; email: string; role: Role; languages: Locale[]},
      actorId: string,
    ): Promise<{user: User; token: string}> => {
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
        const token = await invite(trx, id);
        await deps.audit(trx, {
          actorId,
          action: 'user.invited',
          subjectId: id,
          detail: {role: user.role, again: before !== undefined},
        });
        return token;
      });
      const token = await made.catch((error: unknown) => {
        throw isDuplicate(error) ? taken() : error;
      });
      return {user: await get(id), token};
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

    invitation: async (token: string): Promise<{name: string; email: string; expiresAt: string}> => {
      const {userId, expiresAt} = await invited(token);
      const [row] = await users.open(db, deps.readers.service, [userId]);
      if (!row || row.disabled_at !== null) throw wrongInvitation();
      return {name: row.name ?? '', email: row.email ?? '', expiresAt};
    },

    acceptInvitation: async (
      token: string,
      password: string,
    ): Promise<{token: string; sessionId: string; userId: string}> => {
      const {userId} = await invited(token);
      const passwordHash = await hashPassword(password);
      return storage.transaction(async trx => {
        // whoever deletes the row has the invitation; a second one finds nothing
        const used = await trx(invitations)
          .where({token_hash: hashToken(token)})
          .delete();
        if (used !== 1) throw wrongInvitation();
        await users.update(trx, userId, {passwordHash});
        const session = await sessions.start(trx, userId);
        await deps.audit(trx, {
          actorId: userId,
          action: 'invitation.accepted',
          subjectId: userId,
          detail: {},
        });
        return {...session, userId};
      });
    },
  };
};
