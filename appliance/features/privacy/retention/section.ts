import {type RetentionCategory, retentionCategories} from '../../../kit/schema.ts';
import type {Aged, AgedPlace, DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';

export type {Aged, AgedPlace};
export {type RetentionCategory, retentionCategories};
export type RetentionDays = Record<RetentionCategory, number>;

/** What a room offers to retention for one category. */
export type RetentionSection = {
  category: RetentionCategory;
  /** The oldest first, those before the cutoff and behind the place; locked where `db` is a transaction. */
  older: (
    db: DatabaseOrTransaction,
    before: string,
    after: AgedPlace | null,
    limit: number,
  ) => Promise<Aged[]>;
  remove: (trx: Transaction, records: readonly Aged[]) => Promise<void>;
  /** All of this category that these persons have, where their key is needed to read it. */
  of: (db: DatabaseOrTransaction, personIds: readonly string[]) => Promise<Aged[]>;
  /** What a record is called where it is an example: a number, never a name. */
  names: (db: DatabaseOrTransaction, records: readonly Aged[]) => Promise<Map<string, string>>;
};

export const personsOf = (records: readonly Aged[]): string[] => [
  ...new Set(records.map(({personId}) => personId).filter(id => id !== null)),
];
