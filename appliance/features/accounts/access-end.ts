import {addMilliseconds} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {Role} from '../../kit/route.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {invitations} from './links.ts';
import type {Sessions} from './sessions.ts';
import type {UserStore} from './users.store.ts';

export const longestDays = 90;
const longest = longestDays * 24 * 60 * 60 * 1000;

const refuse = (message: string): never => {
  throw new AppError('invalid', 'accounts.access_end', message, {
    details: {fields: {accessEndsAt: message}},
  });
};

/** An auditor's access has an end, 90 days ahead at most; nobody else's has one. */
export const endOfAccess = (role: Role, wanted: string | null | undefined, now: string): string | null => {
  if (role !== 'auditor')
    return wanted === null || wanted === undefined
      ? null
      : refuse('Only the access of an auditor has an end date. Leave it out for other roles.');
  if (wanted === null || wanted === undefined)
    return refuse(`Say until when the auditor may look, at most ${longestDays} days ahead.`);
  if (wanted <= now) return refuse('This is past. Choose a day that is yet to come, or disable the account.');
  if (wanted > addMilliseconds(now, longest))
    return refuse(`This is too far ahead. Choose a day within ${longestDays} days; it can be extended then.`);
  return wanted;
};

/** What has ended is written down, so that a clock which is set back opens nothing again. */
export const createAccessEnd = (deps: AccountsDeps & {users: UserStore; sessions: Sessions}) => {
  const {storage, clock, users, sessions} = deps;
  return {
    endOverdueAccess: async (): Promise<void> => {
      for (const id of await users.overdue(storage.db, clock.iso())) {
        const ended = await storage.transaction(async trx => {
          if (!(await users.markEnded(trx, id, clock.iso()))) return false;
          await sessions.endAll(trx, id);
          await trx(invitations).where({user_id: id}).delete();
          await deps.audit(trx, {actorId: null, action: 'user.access_ended', subjectId: id, detail: {}});
          return true;
        });
        if (ended) deps.ended(id);
      }
    },
  };
};
