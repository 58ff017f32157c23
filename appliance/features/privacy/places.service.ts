import type {Clock} from '../../kit/clock.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import {getRegion} from './regions.ts';

/** Where what does not leave through the broker stands: the disk under the data directory, and where backups are put. */
export const places = ['data', 'backup'] as const;
export type Place = (typeof places)[number];
export type DeclaredPlace = {place: Place; region: string; declaredBy: string; declaredAt: string};

const table = 'privacy_places';
type Row = {place: Place; region: string; declared_by: string; declared_at: string};

/** Declared by a person, since no program can see in which country a disk turns. */
export const createPlaces = (deps: {
  storage: Storage;
  clock: Clock;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;
  return {
    list: async (): Promise<DeclaredPlace[]> =>
      ((await storage.db(table).orderBy('place', 'desc')) as Row[]).map(row => ({
        place: row.place,
        region: row.region,
        declaredBy: row.declared_by,
        declaredAt: row.declared_at,
      })),
    declare: async (place: Place, region: string, actorId: string): Promise<void> => {
      const {code, label} = getRegion(region);
      await storage.transaction(async trx => {
        await trx(table)
          .insert({place, region: code, declared_by: actorId, declared_at: clock.iso()} satisfies Row)
          .onConflict('place')
          .merge();
        await deps.audit(trx, {
          actorId,
          action: 'residency.place_declared',
          subjectId: place,
          detail: {
            statement: `I declare that ${place === 'data' ? 'the disk under the data directory' : 'the backup target'} stands in ${label}.`,
          },
        });
      });
    },
  };
};
export type Places = ReturnType<typeof createPlaces>;
