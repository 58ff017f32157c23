import {AppError} from '../../kit/errors.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Role} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import {isDuplicate} from '../../storage/index.ts';
import type {User} from './accounts.schema.ts';
import {endOfAccess} from './access-end.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {createLinks, invitations, lives} from './links.ts';
import type {SecondFactorStore} from './second-factor.store.ts';
import {hashToken, type Sessions} from './sessions.ts';
import {hasEnded, type OpenUser, type UserRow, type UserStore} from './users.store.ts';

export const toUser = (row: OpenUser, now: string, owners: ReadonlySet<string>): User => ({
  id: row.id,
  name: row.name ?? 'Erased person',
  email: row.email ?? '',
  role: row.role,
  languages: JSON.parse(row.languages) as Locale[],
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  invited: row.password_hash === null,
  accessEndsAt: row.access_ends_at,
  accessEnded: hasEnded(row, now),
  secondFactor: owners.has(row.id),
});

/** Who may use the console: inviting, changing, disabling. */
export const createPeople = (
  deps: AccountsDeps & {users: UserStore; sessions: Sessions; factors: SecondFactorStore},
) => {
  const {storage, clock, users, sessions, factors} = deps;
  const {db} = storage;
  const links = createLinks(deps);

  const get = async (id: string): Promise<User> => {
    const [row] = await users.open(db, deps.readers.administration, [id]);
    if (!row) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
    return toUser(row, clock.iso(), await factors.owners(db, [id]));
  };

  /** Undefined: it stays as it is. */
  const endAfter = (
    before: UserRow,
    {role = before.role, accessEndsAt}: {role?: Role | undefined; accessEndsAt?: string | null | undefined},
  ): string | null | undefined => {
    if (role === before.role && accessEndsAt === undefined) return undefined;
    const end = endOfAccess(role, accessEndsAt, clock.iso());
    return end === before.access_ends_at && before.access_ended_at === null ? undefined : end;
  };

  return {
    get,
    /** A new person, or a new link for one who has not used theirs. The link is returned once. */
    create: async (
      {
        accessEndsAt: wantedEnd,
        ...user
      }: {
        name: string;
        email: string;
        role: Role;
        languages: Locale[];
        accessEndsAt?: string | null | undefined;
      },
      actorId: string,
    ): Promise<{user: User; link: string; mailed: boolean}> => {
      const accessEndsAt = endOfAccess(user.role, wantedEnd, clock.iso());
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
        if (before) await users.update(trx, id, {...user, accessEndsAt});
        else await users.insert(trx, {...user, id, passwordHash: null, accessEndsAt, at: clock.iso()});
        const token = newToken();
        const tokenHash = hashToken(token);
        const expiresAt = await links.keep(trx, {userId: id, tokenHash, life: lives.invitation});
        const mailed = await links.write(trx, 'invitation', {...user, id}, token, expiresAt);
        await deps.audit(trx, {
          actorId,
          action: 'user.invited',
          subjectId: id,
          detail: {role: user.role, accessEndsAt, again: before !== undefined},
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
        accessEndsAt?: string | null | undefined;
      },
      actorId: string,
    ): Promise<User> => {
      await storage.transaction(async trx => {
        const administrators = await users.activeAdministrators(trx);
        const before = await users.find(trx, id);
        if (!before) throw new AppError('not_found', 'accounts.user_not_found', 'There is no such person.');
        const leaves =
          change.disabled === true || (change.role !== undefined && change.role !== 'administrator');
        if (leaves && administrators.length === 1 && administrators[0] === id) {
          throw new AppError(
            'conflict',
            'accounts.last_administrator',
            'This is the last administrator. Make somebody else an administrator first.',
          );
        }
        const {name, role, languages, disabled} = change;
        const accessEndsAt = endAfter(before, change);
        const disabledAt =
          disabled === undefined ? undefined : disabled ? (before.disabled_at ?? clock.iso()) : null;
        await users.update(trx, id, {
          ...(name === undefined ? {} : {name}),
          ...(role === undefined ? {} : {role}),
          ...(languages === undefined ? {} : {languages}),
          ...(disabledAt === undefined ? {} : {disabledAt}),
          ...(accessEndsAt === undefined ? {} : {accessEndsAt}),
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
            ...(accessEndsAt === undefined
              ? {}
              : {accessEndsAt: {before: before.access_ends_at, after: accessEndsAt}}),
          },
        });
      });
      // a role that changed counts for what is connected, too
      if (change.disabled === true || change.role !== undefined) deps.ended(id);
      return get(id);
    },
  };
};
