import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../../kit/control.ts';
import {
  type DatabaseOrTransaction,
  purposes,
  type Reader,
  restrictionTable,
  type Storage,
} from '../../../storage/index.ts';
import type {PersonsData} from './persons-data.ts';
import type {Kept} from './requests.deps.ts';

const most = 500;
/** Of them so many are looked at value by value, some rows of each table. */
const mostRead = 20;
const mostRows = 20;
const hour = 3_600_000;
/** The run of a night, and half a day for one that was late. */
const grace = 36 * hour;
/** Another node learns of it within seconds; what was being sent when it was said arrives within two minutes. */
const settled = hour / 30;

type Restricted = {person_id: string; until: string | null; set_at: string};

export type RestrictionControlDeps = {
  storage: Storage;
  clock: Clock;
  givenOut: PersonsData['givenOut'];
  /** What forbids that these persons are erased now; those whom nothing keeps are not in it. */
  keeps: (db: DatabaseOrTransaction, personIds: readonly string[]) => Promise<ReadonlyMap<string, Kept>>;
  /** How often something of this person went to a CRM after then. */
  sentSince: (personId: string, since: string) => Promise<number>;
};

/** Whom a law or a hold keeps from being erased: kept, not used (Art. 18), and erased when that ends. */
export const restrictionControls = (deps: RestrictionControlDeps): Control[] => {
  const {storage, clock} = deps;
  const {db} = storage;
  const restricted = (limit: number): Promise<Restricted[]> =>
    db(restrictionTable).orderBy('set_at', 'desc').limit(limit).select('person_id', 'until', 'set_at');

  /** Since when nothing keeps a person any more, as far as that is known. */
  const endOf = (row: Restricted, lastLifted: string | null): string =>
    row.until ?? [row.set_at, lastLifted ?? ''].sort().at(-1) ?? row.set_at;

  const minimums = async (): Promise<Look> => {
    const held: {id: string; person_id: string}[] = await db('privacy_erasures')
      .where({state: 'held'})
      .whereNotNull('person_id')
      .orderBy('id', 'desc')
      .limit(most)
      .select('id', 'person_id');
    const waiting = held.map(({person_id: person}) => person);
    const [rows, among] = await Promise.all([
      restricted(most),
      db(restrictionTable).whereIn('person_id', waiting).pluck('person_id') as Promise<string[]>,
    ]);
    if (rows.length + held.length === 0)
      return notApplicable('Nobody asked to be erased whom a law or a legal hold keeps.');
    const persons = rows.map(({person_id: person}) => person);
    const [keeps, keys, lifted] = await Promise.all([
      deps.keeps(db, persons),
      storage.keys.find(persons),
      db('privacy_holds').max({at: 'lifted_at'}).first() as Promise<{at: string | null} | undefined>,
    ]);
    const late = addMilliseconds(clock.iso(), -grace);
    const [known, over] = [new Set(among), lifted?.at ?? null];
    const inUse = held.filter(({person_id: person}) => !known.has(person)).map(({id}) => id);
    const overdue = rows.filter(row => !keeps.has(row.person_id) && endOf(row, over) < late);
    const lost = rows.filter(row => keeps.has(row.person_id) && !keys.has(row.person_id));
    const why = [...keeps.values()];
    const evidence = {
      restricted: rows.length,
      byLaw: why.filter(one => one.why === 'lawful_minimum').length,
      byHold: why.filter(one => one.why === 'legal_hold').length,
      erasuresWaiting: held.length,
      lastEnd:
        why
          .flatMap(({until}) => until ?? [])
          .toSorted()
          .at(-1) ?? null,
    };
    if (inUse.length > 0)
      return broken(`Held back from being erased, and not restricted: ${named(inUse)}.`, evidence);
    if (overdue.length > 0)
      return broken(
        `What kept ${counted(overdue.length, 'restricted person')} has ended, and they are still here: ${named(overdue.map(row => row.person_id))}.`,
        evidence,
      );
    if (lost.length > 0)
      return broken(
        `What must be kept of a restricted person cannot be read any more: ${named(lost.map(row => row.person_id))}.`,
        evidence,
      );
    return kept(
      `${counted(rows.length, 'person')} asked to be erased and may not be yet: each is restricted, and none for longer than a law or a hold demands.`,
      evidence,
    );
  };

  const others = (): Reader[] =>
    purposes.filter(purpose => purpose !== 'privacy_rights').map(purpose => storage.personal.reader(purpose));
  const valuesFor = async (personId: string, readers: readonly Reader[]): Promise<number> => {
    let values = 0;
    for (const reader of readers) values += await deps.givenOut(db, personId, reader, mostRows);
    return values;
  };

  const unread = async (): Promise<Look> => {
    const before = addMilliseconds(clock.iso(), -settled);
    const rows = (await restricted(mostRead)).filter(row => row.set_at < before);
    if (rows.length === 0) return notApplicable('Nobody is restricted.');
    const read: string[] = [];
    const sent: string[] = [];
    const evidence = {restricted: rows.length, purposes: purposes.length - 1, forTheirRights: 0};
    for (const {person_id: person, set_at: since} of rows) {
      evidence.forTheirRights += await valuesFor(person, [storage.personal.reader('privacy_rights')]);
      if ((await valuesFor(person, others())) > 0) read.push(person);
      if ((await deps.sentSince(person, addMilliseconds(since, settled))) > 0) sent.push(person);
    }
    if (read.length > 0)
      return broken(`What is kept of a restricted person is read all the same: ${named(read)}.`, evidence);
    return sent.length === 0
      ? kept(
          `Of ${counted(rows.length, 'restricted person')} nothing is given out for ${evidence.purposes} purposes, and nothing was sent since; ${counted(evidence.forTheirRights, 'value')} can be read for their own rights.`,
          evidence,
        )
      : broken(`Something of a restricted person was sent to a CRM: ${named(sent)}.`, evidence);
  };

  const folder = 'appliance/features/privacy';
  return [
    {
      id: 'L5.minimums',
      claim:
        'Who asks to be erased before a lawful minimum or a hold ends is restricted until then, and erased when it ends.',
      enforcedBy: [
        `${folder}/holds.service.ts`,
        `${folder}/requests/erasures.ts`,
        `${folder}/retention/runs.ts`,
      ],
      check: minimums,
    },
    {
      id: 'L5.restricted',
      claim: 'Who is restricted is read for their own rights alone, and sent nowhere.',
      enforcedBy: [
        'appliance/storage/restrictions.ts',
        'appliance/storage/personal.ts',
        'appliance/features/crm/leads.service.ts',
      ],
      check: unread,
    },
  ];
};
