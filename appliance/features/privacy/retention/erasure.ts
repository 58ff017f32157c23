import type {DatabaseOrTransaction, Storage, Transaction} from '../../../storage/index.ts';
import {personsOf, type Aged, type RetentionSection} from './section.ts';

type Deps = {storage: Storage; sections: readonly RetentionSection[]};

/** Persons of whom nothing is left once these records are gone. */
const whoEnds = async (
  {sections}: Deps,
  db: DatabaseOrTransaction,
  records: readonly Aged[],
): Promise<string[]> => {
  const persons = personsOf(records);
  if (persons.length === 0) return [];
  const going = new Set(records.map(({id}) => id));
  const staying = new Set<string | null>();
  for (const section of sections)
    for (const {id, personId} of await section.of(db, persons)) if (!going.has(id)) staying.add(personId);
  return persons.filter(id => !staying.has(id));
};

/**
 * The key of a person goes before the rows: after a crash in between, the rows that are left are unreadable, and the next run
 * removes them. Of whom something else is still kept, the key is kept. Nobody can write to what is locked meanwhile.
 */
export const removeRecords = async (
  deps: Deps,
  trx: Transaction,
  section: RetentionSection,
  records: readonly Aged[],
): Promise<void> => {
  // usage details and letters are read with a key that other things need, too
  const holdsKeys = section.category === 'conversations' || section.category === 'leads';
  if (holdsKeys) await deps.storage.keys.destroy(await whoEnds(deps, trx, records));
  await section.remove(trx, records);
};

/** Everything that sections know of one person. */
export const erasePerson = async (deps: Deps, personId: string): Promise<void> =>
  deps.storage.transaction(async trx => {
    await deps.storage.keys.destroy([personId]);
    for (const section of deps.sections) {
      const records = await section.of(trx, [personId]);
      if (records.length > 0) await section.remove(trx, records);
    }
  });
