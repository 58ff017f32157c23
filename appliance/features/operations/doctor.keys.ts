import {type DoctorDeps, fine, found, notSeen} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Whether keys change when they should, and could be put back if their store were lost. */
export const keys = async ({clock, ...deps}: DoctorDeps): Promise<Finding> => {
  const check = 'Keys';
  const state = await deps.keys();
  if (!state)
    return notSeen(check, 'Not looked at: the appliance does not run.', 'They change only while it runs.');
  const now = clock.now().getTime();
  const {wrapping, copies} = state;
  const since = (iso: string) => now - Date.parse(iso);
  const last = copies.list.find(copy => copy.state === 'kept');
  if (!last || since(last.madeAt) > 2 * day)
    return found(
      check,
      'attention',
      last
        ? `The last copy of the key store is of ${last.madeAt.slice(0, 10)}.`
        : 'There is no copy of the key store yet.',
      'Were the key store lost, what was stored since then could not be read again.',
      `Look whether ${copies.folder} can be written and the disk has room; the log says why. Then run: crowlit keys copy`,
    );
  if (wrapping.moving && since(wrapping.moving.startedAt) > hour)
    return found(
      check,
      'attention',
      `A change of the wrapping key began on ${wrapping.moving.startedAt.slice(0, 10)} and is not done: ${wrapping.moving.done} of ${wrapping.moving.total} keys have moved.`,
      'Nothing is lost, and the old key is still there.',
      'It goes on by itself within the hour; if it does not, the log says why.',
    );
  if (wrapping.nextAt !== null && since(wrapping.nextAt) > 2 * day)
    return found(
      check,
      'attention',
      `The wrapping key should have changed on ${wrapping.nextAt.slice(0, 10)}.`,
      'It is older than you decided.',
      'Change it on the console’s page Keys, or run: crowlit keys rotate',
    );
  return fine(
    check,
    `The wrapping key is ${Math.max(0, Math.floor(since(wrapping.since) / day))} days old; the key store was copied on ${last.madeAt.slice(0, 10)}.`,
    wrapping.nextAt === null
      ? 'It changes only when somebody asks for it (keys.rotateEveryDays is 0).'
      : `It changes by itself on ${wrapping.nextAt.slice(0, 10)}.`,
  );
};
