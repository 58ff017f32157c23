import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../kit/control.ts';
import type {Storage} from '../../storage/index.ts';
import {longestDays} from './access-end.ts';

const day = 86_400_000;

export const accountControls = ({storage, clock}: {storage: Storage; clock: Clock}): Control[] => {
  const ends = async (): Promise<Look> => {
    const auditors: {id: string; access_ends_at: string | null; access_ended_at: string | null}[] =
      await storage
        .db('accounts_users')
        .where({role: 'auditor'})
        .whereNull('disabled_at')
        .select('id', 'access_ends_at', 'access_ended_at');
    if (auditors.length === 0) return notApplicable('No auditor has access.');
    const now = clock.iso();
    const latest = addMilliseconds(now, longestDays * day);
    const wrong = auditors.filter(
      ({access_ends_at: end, access_ended_at: ended}) =>
        // an hour for the run that ends it
        ended === null && (end === null || end > latest || end < addMilliseconds(now, -2 * 3_600_000)),
    );
    const evidence = {auditors: auditors.length, withoutEnd: wrong.length};
    return wrong.length === 0
      ? kept(
          `The access of ${counted(auditors.length, 'auditor')} ends by itself, within ${longestDays} days.`,
          evidence,
        )
      : broken(`The access of an auditor does not end in time: ${named(wrong.map(({id}) => id))}.`, evidence);
  };
  return [
    {
      id: 'L4.auditors-end',
      claim: `An auditor’s access ends by itself, ${longestDays} days ahead at most.`,
      enforcedBy: ['appliance/features/accounts/access-end.ts', 'appliance/features/accounts/sessions.ts'],
      check: ends,
    },
  ];
};
