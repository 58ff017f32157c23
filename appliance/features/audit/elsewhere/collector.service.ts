import {addMilliseconds} from '../../../kit/clock.ts';
import {isOneCertificate} from '../../../kit/certificate.ts';
import {AppError} from '../../../kit/errors.ts';
import type {ExceptionTerms} from '../../../kit/schema.ts';
import type {DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';
import type {WitnessState} from '../witnesses.ts';
import {type Collector, collectorStore, id} from './collector.store.ts';
import {createSending, type SendingDeps} from './collector.sending.ts';
import type {CollectorInput} from './elsewhere.schema.ts';

/** Checkpoints are made every hour, and leave at once. */
const patience = 2 * 3_600_000;

type Place = {host: string; port: number; region: string; private: boolean};
export type CollectorDeps = Omit<SendingDeps, 'mayBeReached'> & {
  /** How many entries the log has. */
  size: (db: DatabaseOrTransaction) => Promise<number>;
  isLoopback: (host: string) => boolean;
  destinations: {
    /** Throws where the place is not inside the region. */
    declare: (
      trx: Transaction,
      input: Place & {
        categories: string[];
        plain: boolean;
        owner: string;
        declaredBy: string;
        exception?: ExceptionTerms | undefined;
        replaces?: string | undefined;
      },
    ) => Promise<string>;
    remove: (trx: Transaction, id: string) => Promise<void>;
    list: () => Promise<(Place & {id: string; state: 'in_force' | 'waiting' | 'refused'})[]>;
    /** Told after the commit; resolves once the broker goes by it. */
    changed: () => Promise<void>;
  };
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

const wrong = (field: string, message: string): AppError =>
  new AppError('invalid', 'audit.bad_collector', message, {details: {fields: [{path: field, message}]}});
const heldBack = {
  waiting:
    'It waits until a second administrator has approved it on the page Residency; with one alone, for a day.',
  refused: 'Its destination was not approved. Save it again to ask once more, or remove it.',
} as const;

/** A log collector (SIEM) that checkpoints go to over the network, declared like every other destination. */
export const createCollector = (deps: CollectorDeps) => {
  const {storage, clock, checkpoints, destinations} = deps;
  const placeOf = async ({destination_id: destinationId}: Pick<Collector, 'destination_id'>) =>
    (await destinations.list()).find(one => one.id === destinationId);
  const sending = createSending({
    ...deps,
    // one whose declaration is gone is tried, and refused in words
    mayBeReached: async destinationId =>
      ((await placeOf({destination_id: destinationId}))?.state ?? 'in_force') === 'in_force',
  });

  const stateOf = async (row: Collector): Promise<WitnessState> => {
    const [place, [next]] = await Promise.all([placeOf(row), checkpoints.after(row.delivered_size, 1)]);
    const held = place && place.state !== 'in_force' ? heldBack[place.state] : null;
    const due = next && addMilliseconds(next.at > row.set_at ? next.at : row.set_at, patience);
    return {
      kind: 'syslog',
      path: `${row.host}:${row.port}`,
      deliveredSize: row.delivered_size,
      deliveredAt: row.delivered_at,
      problem: held ?? row.problem,
      problemSince: held === null ? row.problem_since : row.set_at,
      behind: due !== undefined && due < clock.iso(),
    };
  };
  const wake = async (): Promise<void> => {
    await collectorStore.wake(storage.db);
    sending.wake();
  };

  return {
    start: sending.start,
    stop: sending.stop,
    wake,

    state: async (): Promise<WitnessState | null> => {
      const row = await collectorStore.find(storage.db);
      return row ? stateOf(row) : null;
    },

    view: async () => {
      const row = await collectorStore.find(storage.db);
      if (!row) return null;
      const [place, witness] = await Promise.all([placeOf(row), stateOf(row)]);
      const {host, port, tls, authority} = row;
      return {
        host,
        port,
        tls,
        authority,
        entries: row.entries === 1,
        region: place?.region ?? '',
        private: place?.private ?? false,
        state: place?.state ?? ('refused' as const),
        setAt: row.set_at,
        setBy: row.set_by,
        witness,
      };
    },

    put: async (input: CollectorInput, actorId: string): Promise<void> => {
      const {host, port, tls, region, exception} = input;
      const authority = input.authority === '' ? null : input.authority;
      if (tls === 'none' && !deps.isLoopback(host))
        throw wrong('tls', 'Without TLS nothing leaves this machine. Choose TLS, or name 127.0.0.1.');
      if (authority !== null && !isOneCertificate(authority))
        throw wrong('authority', 'Paste one certificate in PEM, from BEGIN CERTIFICATE to END CERTIFICATE.');
      await storage.transaction(async trx => {
        const old = await collectorStore.find(trx);
        const same = old?.host === host && old.port === port;
        const destinationId = await destinations.declare(trx, {
          host,
          port,
          region,
          private: input.private,
          // hashes and signatures
          categories: [],
          plain: tls === 'none',
          owner: 'audit',
          declaredBy: actorId,
          exception,
          replaces: old?.destination_id,
        });
        const goesOn = same && old.entries === 1;
        await collectorStore.write(trx, {
          id,
          destination_id: destinationId,
          host,
          port,
          tls,
          authority,
          entries: input.entries ? 1 : 0,
          // from now on: what lies before is in the next checkpoint all the same
          entries_sent: goesOn ? old.entries_sent : await deps.size(trx),
          set_by: actorId,
          set_at: clock.iso(),
          state: 'queued',
          attempts: 0,
          next_attempt_at: null,
          // another one has none of them yet
          delivered_size: same ? old.delivered_size : 0,
          delivered_at: same ? old.delivered_at : null,
          problem: null,
          problem_since: null,
        });
        await deps.audit(trx, {
          actorId,
          action: old ? 'audit.collector_changed' : 'audit.collector_set',
          subjectId: id,
          detail: {host: `${host}:${port}`, tls, region, entries: input.entries},
        });
      });
      await destinations.changed();
    },

    remove: async (actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const row = await collectorStore.find(trx);
        if (!row) throw new AppError('not_found', 'audit.no_collector', 'No log collector is set.');
        await collectorStore.remove(trx);
        await destinations.remove(trx, row.destination_id);
        await deps.audit(trx, {
          actorId,
          action: 'audit.collector_removed',
          subjectId: id,
          detail: {host: `${row.host}:${row.port}`},
        });
      });
      await destinations.changed();
    },
  };
};
export type CollectorService = ReturnType<typeof createCollector>;
