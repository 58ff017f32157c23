import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../../kit/control.ts';
import type {Route} from '../../../kit/route.ts';
import type {Reader, Storage} from '../../../storage/index.ts';
import {addMonths} from './deadline.ts';
import {type RequestRow, requestTable} from './requests.store.ts';

const most = 200;
const day = 86_400_000;
/** After ninety days the words of an answer go with their key. */
const readable = 89 * day;

type Row = Pick<
  RequestRow,
  'id' | 'state' | 'outcome' | 'created_at' | 'due_at' | 'closed_at' | 'closed_by' | 'answer'
>;
const asking = {kind: 'review', words: '', language: 'en'};

export type ReviewControlDeps = {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  routes: () => readonly Route[];
  /** The conversations of persons whose standing is another than a person decided. */
  overruled: (personIds: readonly string[]) => Promise<string[]>;
};

/** A person looks at what a score decided (Art. 22(3)): that it can be asked for, and what became of it. */
export const reviewControls = (deps: ReviewControlDeps): Control[] => {
  const {storage, clock} = deps;

  /** What of the way from asking to a decision is closed. */
  const closed = (): string[] => {
    const at = (path: string) =>
      deps.routes().find(one => one.method === 'post' && one.path === path && one.body !== undefined);
    const ask = at('/api/visitor/privacy-requests');
    const decide = at('/api/admin/privacy-requests/{requestId}/decision');
    return [
      ...(ask?.access === 'visitor' && ask.body?.safeParse(asking).success ? [] : ['visitors cannot ask']),
      ...(Array.isArray(decide?.access) && decide.access.length > 0 ? [] : ['nobody may decide']),
    ];
  };

  /** Why a review is none that a person gave or will give. */
  const wrongWith = (row: Row, now: string): string | null => {
    if (row.state === 'open')
      return row.due_at > addMonths(row.created_at, 3) ? 'has no day by which it is answered' : null;
    if (row.state !== 'done' && row.state !== 'refused') return 'waits for nobody';
    if (row.closed_by === null) return 'was answered by nobody';
    if (row.state === 'done' && !row.outcome?.startsWith('decided_')) return 'was closed without a decision';
    const recent = (row.closed_at ?? '') > addMilliseconds(now, -readable);
    return recent && !row.answer?.trim() ? 'was answered without a reason' : null;
  };

  const review = async (): Promise<Look> => {
    const shut = closed();
    const rows = await deps.reader.open<Row>(
      requestTable,
      await storage
        .db(requestTable)
        .where({kind: 'review'})
        .whereNot({state: 'unproved'})
        .orderBy('id', 'desc')
        .limit(most)
        .select('id', 'state', 'outcome', 'created_at', 'due_at', 'closed_at', 'closed_by', 'answer_sealed'),
    );
    const now = clock.iso();
    const open = rows.filter(({state}) => state === 'open');
    const evidence = {
      reviews: rows.length,
      open: open.length,
      nextDue: open.map(row => row.due_at).toSorted()[0] ?? null,
      decided: rows.filter(({state}) => state === 'done').length,
      refused: rows.filter(({state}) => state === 'refused').length,
    };
    if (shut.length > 0)
      return broken(`The way to a review by a person is closed: ${named(shut)}.`, evidence);
    if (rows.length === 0)
      return notApplicable('Nobody has asked for a review yet; the way to ask is open.', evidence);
    const wrong = rows.flatMap(row => {
      const why = wrongWith(row, now);
      return why === null ? [] : [`${row.id} ${why}`];
    });
    if (wrong.length > 0) return broken(`A review that is none: ${named(wrong)}.`, evidence);
    const decided = rows.filter(({state}) => state === 'done').map(({id}) => id);
    const persons: string[] = await storage
      .db('privacy_request_persons')
      .whereIn('request_id', decided)
      .distinct()
      .pluck('person_id');
    const overruled = await deps.overruled(persons);
    return overruled.length === 0
      ? kept(
          `${counted(rows.length, 'review')}: ${open.length} open with a day by which it is answered, ${rows.length - open.length} answered by a person with a reason, and what was decided stands.`,
          evidence,
        )
      : broken(`A score stands in place of what a person decided: ${named(overruled)}.`, evidence);
  };

  const folder = 'appliance/features/privacy/requests';
  return [
    {
      id: 'R3.review',
      claim: 'A qualification is reviewed by a person, with a reason, when the one it is about asks for it.',
      enforcedBy: [
        `${folder}/visitor.service.ts`,
        `${folder}/acts.ts`,
        'appliance/features/qualification/by-hand.ts',
      ],
      check: review,
    },
  ];
};
