import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../../kit/control.ts';
import {isAppError} from '../../../kit/errors.ts';
import type {Storage} from '../../../storage/index.ts';
import type {Ledger} from './ledger.ts';
import {pending, requestTable} from './requests.store.ts';
import {type RestrictionControlDeps, restrictionControls} from './restriction.controls.ts';
import {type ReviewControlDeps, reviewControls} from './review.controls.ts';

const most = 500;
/** Days, weeks at most: an erasure waits for a CRM, and is tried again. */
const patience = 30 * 86_400_000;

export const requestControls = (
  deps: RestrictionControlDeps &
    ReviewControlDeps & {
      storage: Storage;
      clock: Clock;
      ledger: Pick<Ledger, 'export' | 'parse'>;
    },
): Control[] => {
  const {storage, clock} = deps;
  const {db} = storage;

  const inTime = async (): Promise<Look> => {
    const [all] = await db(requestTable).whereNot({state: 'unproved'}).count({count: '*'});
    if (all?.['count'] === 0) return notApplicable('Nobody has asked about their data yet.');
    const late: string[] = await db(requestTable)
      .whereIn('state', [...pending])
      .where('due_at', '<', clock.iso())
      .orderBy('due_at')
      .limit(most)
      .pluck('id');
    const evidence = {requests: Number(all?.['count']), overdue: late.length};
    return late.length === 0
      ? kept(`No request of ${evidence.requests} is open past its day.`, evidence)
      : broken(`Open past their day: ${named(late)}.`, evidence);
  };

  const erased = async (): Promise<Look> => {
    const rows: {
      id: string;
      person_id: string | null;
      erased_at: string | null;
      finished_at: string | null;
    }[] = await db('privacy_erasures')
      .whereNotNull('erased_at')
      .orderBy('id', 'desc')
      .limit(most)
      .select('id', 'person_id', 'erased_at', 'finished_at');
    if (rows.length === 0) return notApplicable('Nobody was erased yet.');
    const known = rows.filter(({person_id: person}) => person !== null);
    const alive = await storage.keys.find(known.map(({person_id: person}) => person as string));
    const back = known.filter(({person_id: person}) => alive.has(person as string)).map(({id}) => id);
    const stuck = rows
      .filter(
        one => one.finished_at === null && (one.erased_at ?? '') < addMilliseconds(clock.iso(), -patience),
      )
      .map(({id}) => id);
    const evidence = {erasures: rows.length, keysLeft: back.length, unfinished: stuck.length};
    if (back.length > 0) return broken(`A person counts as erased and has a key: ${named(back)}.`, evidence);
    return stuck.length === 0
      ? kept(
          `No key is left of ${counted(rows.length, 'erased person', 'erased persons')}, and each erasure goes on to its end.`,
          evidence,
        )
      : broken(`An erasure has not reached every store for a month: ${named(stuck)}.`, evidence);
  };

  const ledger = async (): Promise<Look> => {
    const text = await deps.ledger.export();
    try {
      const entries = deps.ledger.parse(text);
      return entries.length === 0
        ? notApplicable('The ledger of erasures has no entry yet.')
        : kept(
            `The ledger of erasures is whole: ${counted(entries.length, 'entry', 'entries')}, each signed.`,
            {
              entries: entries.length,
            },
          );
    } catch (error) {
      if (!isAppError(error)) throw error;
      return broken('The ledger of erasures is not what was signed.', {code: error.code});
    }
  };

  const folder = 'appliance/features/privacy/requests';
  return [
    {
      id: 'R3.requests',
      claim: 'What people ask about their data is answered within its time.',
      enforcedBy: [`${folder}/requests.service.ts`, `${folder}/deadline.ts`],
      check: inTime,
    },
    {
      id: 'R3.erased',
      claim: 'Of a person who was erased no key is left, and the erasure reaches every store.',
      enforcedBy: [`${folder}/erasures.ts`, 'appliance/storage/key-store.ts'],
      check: erased,
    },
    {
      id: 'R3.ledger',
      claim: 'The ledger of erasures is whole, so that a restore brings nobody back.',
      enforcedBy: [`${folder}/ledger.ts`],
      check: ledger,
    },
    ...restrictionControls(deps),
    ...reviewControls(deps),
  ];
};
