import {setImmediate as nextTurn} from 'node:timers/promises';
import {addMilliseconds, type Clock} from '../kit/clock.ts';
import {newId} from '../kit/ids.ts';
import {type Database, isMissingParent, type Transaction} from './database.ts';
import {processOwner} from './process-owner.ts';
import type {WrappingKeys} from './wrapping-keys.ts';
import type {PersonRow} from './wrapped.ts';

const rotations = 'keystore_rotations';
const persons = 'keystore_persons';
const roots = 'keystore_roots';
const batch = 200;
const leaseMilliseconds = 30_000;

export type RotationKind = 'wrapping' | 'file' | 'master' | 'restore';
export type RotationRow = {
  id: string;
  kind: RotationKind;
  /** wrapping: moving, done. file: ordered, copying, switching, removing, done. */
  state: 'moving' | 'ordered' | 'copying' | 'switching' | 'removing' | 'done';
  started_at: string;
  /** The user who began it; null: the schedule, or the host. */
  started_by: string | null;
  from_id: string | null;
  to_id: string | null;
  total: number;
  done: number;
  finished_at: string | null;
  lease_owner: string | null;
  lease_until: string | null;
  reported_at: string | null;
};

export const newRotation = (
  kind: RotationKind,
  state: RotationRow['state'],
  at: string,
  rest: Partial<RotationRow> = {},
): RotationRow => ({
  id: newId(),
  kind,
  state,
  started_at: at,
  started_by: null,
  from_id: null,
  to_id: null,
  total: 0,
  done: 0,
  finished_at: null,
  lease_owner: null,
  lease_until: null,
  reported_at: null,
  ...rest,
});

/**
 * Changes the wrapping key while everything goes on: a new one is made, persons' keys move to it in batches, the old one is
 * destroyed. Each step is one transaction that leaves a state from which any process can go on: nothing is lost by a
 * crash, and the database refuses to let go of a wrapping key that still holds a person's.
 */
export const createRotation = (deps: {
  db: Database;
  wrapping: WrappingKeys;
  clock: Clock;
  /** Other processes may be at it, too. */
  shared: boolean;
  /** Drops older versions of rows that the database still holds beside its present state. */
  forget: () => Promise<void>;
}) => {
  const {db, wrapping, clock, shared} = deps;
  let stopping = false;

  const running = async (trx: Database | Transaction = db): Promise<RotationRow | undefined> =>
    trx(rotations).where({kind: 'wrapping'}).whereNull('finished_at').orderBy('id').first();

  const begin = async (startedBy: string | null): Promise<RotationRow> => {
    await wrapping.refresh();
    const begun = await db.transaction(async trx => {
      // two nodes that begin at once: the second waits here, and finds what the first began
      const inUse = await trx(roots)
        .where({kind: 'wrapping'})
        .whereNull('retired_at')
        .orderBy('id', 'desc')
        .modify(query => {
          if (shared) void query.forUpdate();
        })
        .first('id');
      const under = await running(trx);
      if (under || !inUse) return under;
      const to = await wrapping.replace(trx, inUse.id);
      const counted = await trx(persons).count({n: '*'}).first();
      const row = newRotation('wrapping', 'moving', clock.iso(), {
        started_by: startedBy,
        from_id: inUse.id,
        to_id: to,
        total: Number(counted?.['n'] ?? 0),
      });
      await trx(rotations).insert(row);
      return row;
    });
    await wrapping.refresh();
    return begun ?? begin(startedBy);
  };

  /** One batch, or the end. `elsewhere`: another process holds the lease. */
  const step = async (id: string): Promise<'more' | 'done' | 'elsewhere'> => {
    const now = clock.iso();
    return db.transaction(async trx => {
      const mine = await trx(rotations)
        .where({id})
        .whereNull('finished_at')
        .modify(query => {
          if (!shared) return;
          void query.where(free =>
            free
              .whereNull('lease_owner')
              .orWhere('lease_owner', processOwner)
              .orWhere('lease_until', '<', now),
          );
        })
        .update({lease_owner: processOwner, lease_until: addMilliseconds(now, leaseMilliseconds)});
      const rotation: RotationRow = await trx(rotations).where({id}).first();
      if (mine === 0) return rotation.finished_at === null ? 'elsewhere' : 'done';
      const {from_id: from, to_id: to} = rotation as RotationRow & {from_id: string; to_id: string};
      const rows: PersonRow[] = await trx(persons)
        .where({wrapping_id: from})
        .limit(batch)
        .select('person_id', 'wrapping_id', 'wrapped');
      if (rows.length > 0) {
        const moved = rows.map(row => ({
          id: row.person_id,
          wrapped: wrapping.wrap(to, row.person_id, wrapping.open(row)),
        }));
        const binary = shared ? 'cast(? as bytea)' : '?';
        await trx(persons)
          // whoever is erased meanwhile stays so
          .where({wrapping_id: from})
          .whereIn(
            'person_id',
            moved.map(({id: person}) => person),
          )
          .update({
            wrapping_id: to,
            wrapped: trx.raw(
              `case person_id ${moved.map(() => `when ? then ${binary}`).join(' ')} end`,
              moved.flatMap(({id: person, wrapped}) => [person, wrapped]),
            ),
          });
        await trx(rotations)
          .where({id})
          .update({done: trx.raw('done + ?', [rows.length])});
        return 'more';
      }
      await trx(roots).where({id: from}).delete();
      await trx(rotations).where({id}).update({
        state: 'done',
        done: rotation.total,
        finished_at: clock.iso(),
        lease_owner: null,
        lease_until: null,
      });
      return 'done';
    });
  };

  const finish = async (id: string): Promise<boolean> => {
    await wrapping.refresh();
    for (;;) {
      if (stopping) return false;
      let outcome: Awaited<ReturnType<typeof step>>;
      try {
        outcome = await step(id);
      } catch (error) {
        // another node made a person's key under the old one just now: it moves, too
        if (!isMissingParent(error)) throw error;
        outcome = 'more';
      }
      if (outcome === 'elsewhere') return false;
      if (outcome === 'done') {
        await wrapping.refresh();
        await deps.forget();
        return true;
      }
      await nextTurn();
    }
  };

  let work: Promise<boolean> | undefined;
  return {
    /** Begins a change of the wrapping key; one that is under way is the answer instead. */
    begin,
    /** Goes on with what was begun. False: nothing is under way, it was stopped, or another process is at it. */
    resume: (): Promise<boolean> =>
      (work ??= running()
        .then(found => (found ? finish(found.id) : false))
        .finally(() => {
          work = undefined;
        })),
    running,
    /** After the batch that is under way; the next start goes on. */
    stop: async (): Promise<void> => {
      stopping = true;
      await work?.catch(() => undefined);
    },
    state: async (): Promise<{
      /** Since when the present ones are in use. */
      since: {wrapping: string; file: string};
      persons: number;
      rotations: RotationRow[];
    }> => {
      const sinceOf = async (kind: 'wrapping' | 'file'): Promise<string> =>
        (await db(roots).where({kind}).whereNull('retired_at').orderBy('id', 'desc').first('created_at'))
          .created_at;
      const counted = await db(persons).count({n: '*'}).first();
      const latest: RotationRow[] = await db(rotations).orderBy('id', 'desc').limit(30);
      return {
        since: {wrapping: await sinceOf('wrapping'), file: await sinceOf('file')},
        persons: Number(counted?.['n'] ?? 0),
        rotations: latest,
      };
    },
    /** Those that ended and are not in the audit log yet; each is handed out until it is. */
    unreported: async (): Promise<RotationRow[]> =>
      db(rotations).whereNotNull('finished_at').whereNull('reported_at').orderBy('id'),
    reported: async (id: string): Promise<void> => {
      await db(rotations).where({id}).update({reported_at: clock.iso()});
    },
  };
};
export type KeyRotation = ReturnType<typeof createRotation>;
