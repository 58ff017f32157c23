import {type DatabaseOrTransaction, isDuplicate, type Transaction} from '../../storage/index.ts';
import type {Accuracy, Bench} from './models.schema.ts';

export type ModelRow = {
  id: string;
  /** The data directory that holds the file: another node's models are not here. */
  place: string;
  sha256: string;
  name: string;
  /** 1 for the model that comes with the appliance: a row only for what was measured of it. */
  bundled: number;
  kind: 'labelling' | 'instruct' | 'embedding';
  architecture: string;
  size: number;
  ram: number;
  licence: string | null;
  languages: string;
  source: string | null;
  imported_by: string | null;
  imported_at: string;
  verified_at: string | null;
  bench: string | null;
  accuracy: string | null;
};
export type Measured = {verified_at: string} | {bench: Bench} | {accuracy: Accuracy};
const table = 'models_files';

export const createModelStore = (place: string) => ({
  list: async (db: DatabaseOrTransaction): Promise<ModelRow[]> =>
    db<ModelRow>(table).where({place}).orderBy('imported_at'),
  find: async (db: DatabaseOrTransaction, sha256: string): Promise<ModelRow | undefined> =>
    db<ModelRow>(table).where({place, sha256}).first(),
  /** False where it is there already. */
  insert: async (trx: Transaction, row: Omit<ModelRow, 'place'>): Promise<boolean> => {
    try {
      await trx(table).insert({...row, place});
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  },
  note: async (db: DatabaseOrTransaction, sha256: string, measured: Measured): Promise<void> => {
    const values = Object.fromEntries(
      Object.entries(measured).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    await db(table).where({place, sha256}).update(values);
  },
  remove: async (trx: Transaction, sha256: string): Promise<void> => {
    await trx(table).where({place, sha256}).delete();
  },
});
export type ModelStore = ReturnType<typeof createModelStore>;
