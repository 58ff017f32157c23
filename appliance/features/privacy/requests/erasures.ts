import {addMilliseconds} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';
import {processOwner} from '../../../storage/lease.ts';
import {createLeasedWorker} from '../../../storage/leased-worker.ts';
import {certify} from './certificate.ts';
import type {Ledger} from './ledger.ts';
import type {PersonsData} from './persons-data.ts';
import type {Kept, RequestDeps} from './requests.deps.ts';
import type {Step} from './requests.schema.ts';
import type {RequestStore} from './requests.store.ts';

export type ErasureRow = {
  id: string;
  request_id: string;
  /** Null from the ledger entry on. */
  person_id: string | null;
  pseudonym: string;
  state: 'queued' | 'running' | 'confirming' | 'held' | 'done';
  /** JSON: each store and what became of it, in order. */
  steps: string;
  kept: Kept['why'] | null;
  kept_until: string | null;
  kept_reason: string | null;
  next_at: string | null;
  attempts: number;
  created_at: string;
  erased_at: string | null;
  finished_at: string | null;
};

const table = 'privacy_erasures';
const lease = 120_000;
/** A delivery under way, or a CRM that has not answered, is asked for again after this. */
const pause = 2_000;
const confirmPause = 30_000;
const keyStore = 'keys';
const crmRoom = 'crm';

/**
 * One person after the other, store after store: what the CRM must delete is handed over, each room's rows go, the key is
 * destroyed, the ledger names a pseudonym, and the person is forgotten here, too. Each step is one commit that says it was
 * done, so that who is killed in the middle goes on where it was.
 */
export const createErasures = (
  deps: RequestDeps & {
    store: RequestStore;
    data: PersonsData;
    ledger: Ledger;
    saveLedger: () => Promise<void>;
    closed: () => Promise<void>;
  },
) => {
  const {storage, clock, data, ledger, store} = deps;
  const stores = [...data.stores, keyStore];

  const firstSteps = (): Step[] =>
    stores.map(name => ({store: name, state: 'waiting', rows: null, at: null}));
  const stepsOf = ({steps}: Pick<ErasureRow, 'steps'>) => JSON.parse(steps) as Step[];

  /** Only while this process still has the lease: whoever took over goes on by itself. */
  const change = async (
    trx: Transaction,
    row: Pick<ErasureRow, 'id'>,
    values: Record<string, unknown>,
  ): Promise<boolean> =>
    (await trx(table).where({id: row.id, state: 'running', lease_owner: processOwner}).update(values)) === 1;
  const released = {lease_owner: null, lease_until: null};
  const later = async (
    row: ErasureRow,
    state: 'queued' | 'confirming',
    milliseconds: number,
  ): Promise<void> => {
    await storage.transaction(trx =>
      change(trx, row, {...released, state, next_at: addMilliseconds(clock.iso(), milliseconds)}),
    );
  };

  const keep = async (
    trx: Transaction,
    row: Pick<ErasureRow, 'id' | 'request_id'>,
    personId: string,
    kept: Kept,
  ) => {
    const [sealed] = await storage.personal.seal(table, [{id: row.id, kept_reason: kept.reason}]);
    await trx(table)
      .where({id: row.id})
      .update({...sealed, ...released, state: 'held', kept: kept.why, kept_until: kept.until, next_at: null});
    await deps.restrict(trx, personId, {...kept, requestId: row.request_id});
  };

  const done = (steps: readonly Step[], name: string, rows: number): Step[] =>
    steps.map(one => (one.store === name ? {...one, state: 'done', rows, at: clock.iso()} : one));

  /** Each room's rows, a commit a room. Undefined when it waits, or somebody else has taken over. */
  const eraseRooms = async (row: ErasureRow, personId: string): Promise<Step[] | undefined> => {
    let steps = stepsOf(row);
    for (const room of data.stores) {
      if (steps.find(one => one.store === room)?.state === 'done') continue;
      const after = await storage.transaction(async trx => {
        if (room === crmRoom && !(await deps.crm.handOver(trx, personId, row.id))) return 'waits';
        const next = done(steps, room, await data.erase(trx, room, personId));
        return (await change(trx, row, {steps: JSON.stringify(next)})) ? next : 'lost';
      });
      if (after === 'waits') await later(row, 'queued', pause);
      if (typeof after === 'string') return undefined;
      steps = after;
    }
    return steps;
  };

  /** What was under way while the rooms were erased: nothing can be written any more without a key, so this is the last. */
  const sweep = async (
    trx: Transaction,
    row: ErasureRow,
    personId: string,
    steps: Step[],
  ): Promise<Step[]> => {
    if (!(await deps.crm.handOver(trx, personId, row.id)))
      throw new AppError('conflict', 'privacy.delivery_under_way', 'A delivery is under way still.');
    let swept = steps;
    for (const room of data.stores) {
      const rows = await data.erase(trx, room, personId);
      swept = swept.map(one => (one.store === room ? {...one, rows: (one.rows ?? 0) + rows} : one));
    }
    return swept;
  };

  /** The key, the ledger, and nothing left here that says who it was. */
  const forget = async (row: ErasureRow, personId: string, steps: Step[]): Promise<boolean> => {
    await storage.keys.destroy([personId]);
    const at = clock.iso();
    const forgotten = await storage.transaction(async trx => {
      const swept = await sweep(trx, row, personId, steps);
      const mine = await change(trx, row, {
        steps: JSON.stringify(done(swept, keyStore, 1)),
        person_id: null,
        erased_at: at,
      });
      if (!mine) return false;
      // until this moment what is left of them was kept out of use
      await storage.restrictions.remove(trx, [personId]);
      // the log's own lock makes ledger entries follow one another, too
      await deps.audit(trx, {
        actor: {kind: 'system', id: null},
        action: 'privacy.person_erased',
        requestId: row.request_id,
        detail: {pseudonym: row.pseudonym},
      });
      await ledger.append(trx, row.pseudonym);
      return true;
    });
    if (forgotten) await deps.saveLedger();
    return forgotten;
  };

  /** When the last person of a request is gone, or can only be held: the request is over, or waits with them. */
  const settle = async (trx: Transaction, requestId: string): Promise<void> => {
    const {state} = await store.lock(trx, requestId);
    if (state !== 'running' && state !== 'held') return;
    const rows = await of(trx, requestId);
    if (rows.some(row => !['done', 'held'].includes(row.state))) return;
    if (rows.some(row => row.state === 'held')) {
      await store.update(trx, requestId, {state: 'held'});
      return;
    }
    const certificate = await certify(deps, trx, requestId, rows);
    // the records' ids have done their service
    for (const row of rows) await deps.crm.forget(trx, row.id);
    await store.update(trx, requestId, {
      state: 'done',
      outcome: 'erased',
      closed_at: clock.iso(),
      certificate: JSON.stringify(certificate),
    });
    await deps.audit(trx, {
      actor: {kind: 'system', id: null},
      action: 'privacy.request_closed',
      requestId,
      detail: {outcome: 'erased', persons: rows.length},
    });
  };

  const of = async (db: DatabaseOrTransaction, requestId: string): Promise<ErasureRow[]> =>
    deps.reader.open<ErasureRow>(table, await db(table).where({request_id: requestId}).orderBy('id'));

  /** What the CRM was told is confirmed, or a person said so. */
  const confirm = async (row: ErasureRow): Promise<void> => {
    const open = ((await deps.crm.progress(storage.db, [row.id])).get(row.id) ?? []).filter(
      ({state}) => state !== 'done' && state !== 'by_hand',
    );
    if (open.length > 0) return later(row, 'confirming', confirmPause);
    await storage.transaction(async trx => {
      if (await change(trx, row, {...released, state: 'done', next_at: null, finished_at: clock.iso()}))
        await settle(trx, row.request_id);
    });
    await deps.closed();
  };

  const handle = async (row: ErasureRow): Promise<void> => {
    const personId = row.person_id;
    if (personId === null) return confirm(row);
    const begun = stepsOf(row).some(({state}) => state === 'done');
    const kept = begun ? undefined : (await deps.keeps(storage.db, [personId])).get(personId);
    if (kept) {
      await storage.transaction(async trx => {
        await keep(trx, row, personId, kept);
        await settle(trx, row.request_id);
      });
      return;
    }
    const conversations = await deps.persons.conversationsOf(storage.db, personId);
    await storage.transaction(trx => store.forgetConversations(trx, conversations));
    const steps = await eraseRooms(row, personId);
    if (!steps || !(await forget(row, personId, steps))) return;
    deps.forgotten(conversations);
    deps.crm.wake();
    return confirm(row);
  };

  const worker = createLeasedWorker<ErasureRow>({
    name: 'erasures',
    storage,
    clock,
    log: deps.log,
    concurrency: 2,
    table,
    from: ['queued', 'confirming'],
    to: 'running',
    due: 'next_at',
    leaseMilliseconds: lease,
    handle: async row => {
      try {
        await handle(row);
      } catch (error) {
        deps.log.error({err: error, erasure: row.id}, 'an erasure failed; it is tried again');
        await later(row, row.person_id === null ? 'confirming' : 'queued', confirmPause);
      }
    },
  });

  return {
    of,
    stepsOf,
    ...worker,

    /** In the transaction that says an erasure is due: a row for each person, held where something keeps them. */
    begin: async (trx: Transaction, requestId: string, personIds: readonly string[]): Promise<void> => {
      const keeps = await deps.keeps(trx, personIds);
      for (const personId of personIds) {
        const id = newId();
        await trx(table).insert({
          id,
          request_id: requestId,
          person_id: personId,
          pseudonym: ledger.pseudonymOf(personId),
          state: 'queued',
          steps: JSON.stringify(firstSteps()),
          kept: null,
          kept_until: null,
          kept_reason_sealed: null,
          next_at: null,
          attempts: 0,
          lease_owner: null,
          lease_until: null,
          created_at: clock.iso(),
          erased_at: null,
          finished_at: null,
        });
        const kept = keeps.get(personId);
        if (kept) await keep(trx, {id, request_id: requestId}, personId, kept);
      }
      await store.update(trx, requestId, {state: 'running'});
      await settle(trx, requestId);
    },

    /** The CRM has answered: it need not be asked for again. */
    confirmed: async (erasureIds: readonly string[]): Promise<void> => {
      await storage
        .db(table)
        .whereIn('id', [...erasureIds])
        .where({state: 'confirming'})
        .update({next_at: null});
      worker.wake();
    },

    /** Holds end, lawful minimums run out: what was held back then goes on by itself. */
    releaseHeld: async (): Promise<void> => {
      const held: {id: string; person_id: string; request_id: string}[] = await storage
        .db(table)
        .where({state: 'held'})
        .whereNotNull('person_id')
        .select('id', 'person_id', 'request_id');
      const keeps = await deps.keeps(
        storage.db,
        held.map(row => row.person_id),
      );
      const free = held.filter(row => !keeps.has(row.person_id));
      if (free.length === 0) return;
      await storage.transaction(async trx => {
        for (const row of free) {
          await trx(table).where({id: row.id, state: 'held'}).update({
            state: 'queued',
            kept: null,
            kept_until: null,
            kept_reason_sealed: null,
          });
          await store.update(trx, row.request_id, {state: 'running'});
        }
      });
      worker.wake();
    },

    /** Erases again whoever a restore brought back: everybody the ledger names of whom there is a row or a key. */
    replay: async (pseudonyms: ReadonlySet<string>): Promise<number> => {
      const back = new Set<string>();
      for await (const {ids, isLog} of data.everybody(storage.db)) {
        const named = ids.filter(id => pseudonyms.has(ledger.pseudonymOf(id)));
        // a log names them for ever; only a key that came back makes its words readable
        for (const id of isLog ? (await storage.keys.find(named)).keys() : named) back.add(id);
      }
      for (const personId of back) {
        const conversations = await deps.persons.conversationsOf(storage.db, personId);
        for (const room of data.stores) await storage.transaction(trx => data.erase(trx, room, personId));
        await storage.transaction(trx => store.forgetConversations(trx, conversations));
        await storage.keys.destroy([personId]);
        await storage.transaction(trx => storage.restrictions.remove(trx, [personId]));
        await storage.db(table).where({person_id: personId}).update({person_id: null});
      }
      return back.size;
    },
  };
};
export type Erasures = ReturnType<typeof createErasures>;
