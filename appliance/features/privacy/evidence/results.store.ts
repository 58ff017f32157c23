import {newId} from '../../../kit/ids.ts';
import type {DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';
import type {ControlState} from './evidence.schema.ts';

export type Result = {
  id: string;
  run_id: string;
  control: string;
  at: string;
  state: ControlState;
  found: string;
  /** JSON. */
  evidence: string;
  ms: number;
};
export type Moment = Pick<Result, 'control' | 'at' | 'state'>;

const table = 'privacy_evidence_results';

export const results = {
  insert: async (trx: Transaction, result: Omit<Result, 'id'>): Promise<void> => {
    await trx(table).insert({id: newId(), ...result});
  },

  last: async (db: DatabaseOrTransaction, control: string): Promise<Result | undefined> =>
    db(table).where({control}).orderBy('id', 'desc').first(),

  /** Of each control the newest one. */
  newest: async (db: DatabaseOrTransaction): Promise<Map<string, Result>> => {
    const ids: {id: string}[] = await db(table).groupBy('control').max({id: 'id'});
    const rows: Result[] = await db(table).whereIn(
      'id',
      ids.map(({id}) => id),
    );
    return new Map(rows.map(row => [row.control, row]));
  },

  /** Oldest first. */
  since: async (db: DatabaseOrTransaction, at: string): Promise<Moment[]> =>
    db(table).where('at', '>=', at).orderBy('id').select('control', 'at', 'state'),

  removeBefore: async (db: DatabaseOrTransaction, at: string): Promise<void> => {
    await db(table).where('at', '<', at).delete();
  },
};
