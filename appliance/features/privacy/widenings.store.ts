import type {ExceptionTerms} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Transaction} from '../../storage/index.ts';
import type {Reach} from './destinations.store.ts';

export type Wide = Reach & {exception: ExceptionTerms | null};
export type Widening = {
  id: string;
  destinationId: string;
  kind: 'destination' | 'exception';
  askedBy: string;
  askedAt: string;
  /** The sentence that was shown before it was signed. */
  statement: string;
  before: Wide | null;
  after: Wide;
  /** With one administrator alone: when it takes force by itself. */
  opensAt: string | null;
  lapsesAt: string;
  state: 'waiting' | 'approved' | 'opened' | 'withdrawn' | 'lapsed' | 'replaced';
  decidedBy: string | null;
  decidedAt: string | null;
};
type Row = {
  id: string;
  destination_id: string;
  kind: Widening['kind'];
  asked_by: string;
  asked_at: string;
  statement: string;
  before: string | null;
  after: string;
  opens_at: string | null;
  lapses_at: string;
  state: Widening['state'];
  decided_by: string | null;
  decided_at: string | null;
};
const table = 'privacy_widenings';

const toWidening = (row: Row): Widening => ({
  id: row.id,
  destinationId: row.destination_id,
  kind: row.kind,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  statement: row.statement,
  before: row.before === null ? null : (JSON.parse(row.before) as Wide),
  after: JSON.parse(row.after) as Wide,
  opensAt: row.opens_at,
  lapsesAt: row.lapses_at,
  state: row.state,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
});

export const wideningStore = {
  insert: async (
    trx: Transaction,
    one: Omit<Widening, 'state' | 'decidedBy' | 'decidedAt'>,
  ): Promise<void> => {
    await trx(table).insert({
      id: one.id,
      destination_id: one.destinationId,
      kind: one.kind,
      asked_by: one.askedBy,
      asked_at: one.askedAt,
      statement: one.statement,
      before: one.before === null ? null : JSON.stringify(one.before),
      after: JSON.stringify(one.after),
      opens_at: one.opensAt,
      lapses_at: one.lapsesAt,
      state: 'waiting',
      decided_by: null,
      decided_at: null,
    } satisfies Row);
  },
  find: async (db: DatabaseOrTransaction, id: string): Promise<Widening | undefined> => {
    const row = (await db(table).where({id}).first()) as Row | undefined;
    return row && toWidening(row);
  },
  waiting: async (db: DatabaseOrTransaction): Promise<Widening[]> =>
    ((await db(table).where({state: 'waiting'}).orderBy('id')) as Row[]).map(toWidening),
  decided: async (db: DatabaseOrTransaction, most: number): Promise<Widening[]> =>
    ((await db(table).whereNot({state: 'waiting'}).orderBy('id', 'desc').limit(most)) as Row[]).map(
      toWidening,
    ),
  /** Of two who decide at once one is first: true for that one. */
  decide: async (
    trx: Transaction,
    id: string,
    state: Exclude<Widening['state'], 'waiting'>,
    decidedBy: string | null,
    at: string,
  ): Promise<boolean> =>
    (await trx(table)
      .where({id, state: 'waiting'})
      .update({state, decided_by: decidedBy, decided_at: at})) === 1,
  /** What was asked for a destination that is gone or was declared anew. */
  replace: async (trx: Transaction, destinationId: string, at: string): Promise<void> => {
    await trx(table)
      .where({destination_id: destinationId, state: 'waiting'})
      .update({state: 'replaced', decided_at: at});
  },
};
