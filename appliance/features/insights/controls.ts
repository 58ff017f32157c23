import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../kit/control.ts';
import type {Visit} from '../../kit/visit.ts';
import type {Storage} from '../../storage/index.ts';

const most = 200;
const over = ['declined', 'signal'];

export const insightControls = (deps: {
  storage: Storage;
  /** What stands with a visitor since the chat was opened. */
  visit: (visitorId: string) => Promise<Visit>;
  /** Which of these the ledger says were told that their use is measured. */
  told: (visitorIds: string[]) => Promise<Set<string>>;
}): Control[] => {
  const {db} = deps.storage;

  /** Whether anything of the use of this visitor is stored. */
  const isMeasured = async (visitorId: string): Promise<boolean> => {
    const counts = await db('insights_visitors')
      .where({visitor_id: visitorId})
      .where(query => void query.where('seconds_personal', '>', 0).orWhere('video_uses_personal', '>', 0))
      .first('visitor_id');
    const page = await db('insights_pages').where({visitor_id: visitorId}).first('id');
    return (
      counts !== undefined ||
      page !== undefined ||
      Object.values(await deps.visit(visitorId)).some(value => value !== null)
    );
  };
  const newest = async (objecting: boolean): Promise<string[]> =>
    db('insights_visitors')
      .modify(query =>
        objecting
          ? query.whereIn('answer', over)
          : query.where(one => void one.whereNull('answer').orWhereNotIn('answer', over)),
      )
      .orderBy('visitor_id', 'desc')
      .limit(most)
      .pluck('visitor_id');

  const objections = async (): Promise<Look> => {
    const ids = await newest(true);
    if (ids.length === 0) return notApplicable('Nobody has objected to being measured yet.');
    const wrong: string[] = [];
    for (const id of ids) if (await isMeasured(id)) wrong.push(id);
    const evidence = {objections: ids.length, measured: wrong.length};
    return wrong.length === 0
      ? kept(`Nothing of the use of ${counted(ids.length, 'visitor')} who objected is stored.`, evidence)
      : broken(`Something of the use of visitors who objected is stored: ${named(wrong)}.`, evidence);
  };

  const informed = async (): Promise<Look> => {
    const measured: string[] = [];
    for (const id of await newest(false)) if (await isMeasured(id)) measured.push(id);
    if (measured.length === 0) return notApplicable('Nobody’s use is measured.');
    const told = await deps.told(measured);
    const wrong = measured.filter(id => !told.has(id));
    const evidence = {measured: measured.length, told: told.size};
    return wrong.length === 0
      ? kept(
          `${counted(measured.length, 'visitor')} whose use is measured were told, as the ledger shows.`,
          evidence,
        )
      : broken(
          `Visitors are measured, and the ledger does not show that they were told: ${named(wrong)}.`,
          evidence,
        );
  };

  const enforcedBy = [
    'appliance/features/insights/usage.service.ts',
    'appliance/features/insights/usage.policy.ts',
  ];
  return [
    {
      id: 'U3.objection',
      claim: 'Who objects to being measured is measured no more, and what was measured is deleted.',
      enforcedBy,
      check: objections,
    },
    {
      id: 'U3.told',
      claim: 'Nobody is measured who was not told, and the ledger shows what they were told.',
      enforcedBy: [...enforcedBy, 'appliance/features/privacy/consent/consent.service.ts'],
      check: informed,
    },
  ];
};
