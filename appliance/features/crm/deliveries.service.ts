import type {ConnectorError, LeadDelivery} from '../../adapters/crm/contract.ts';
import {processOwner} from '../../storage/lease.ts';
import {createLeasedWorker} from '../../storage/leased-worker.ts';
import {createBackoff} from '../../kit/backoff.ts';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import type {Connectors} from './connectors.service.ts';

type Row = {
  id: string;
  lead_id: string;
  connector_id: string;
  kind: 'lead.qualified' | 'lead.updated';
  state: 'queued' | 'delivering' | 'delivered' | 'retrying' | 'failed';
  attempts: number;
  next_attempt_at: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: string;
  delivered_at: string | null;
};

const table = 'crm_deliveries';
/** A lease outlasts the longest exchange the broker allows. */
const lease = 120_000;
export const pauseBefore = createBackoff(2000, 30 * 60 * 1000);
/** With the pauses above: about a day of trying. */
const mostAttempts = 60;

type Failure = Omit<ConnectorError, 'code'> & {code: string};
/** A fault of ours is tried again, too, and seen in the sync log: it must not hold up what comes after it in silence. */
const ourFault = (error: unknown): Failure => ({
  code: isAppError(error) ? error.code : 'internal',
  permanent: false,
  retryAfterMs: null,
  status: null,
  message: isAppError(error) ? error.message : 'Something went wrong on this server.',
  mend: 'The log of the appliance says more.',
});

export const createDeliveries = (deps: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  connectors: Connectors;
  /** Everything that is sent of a lead, read when it is sent; undefined when the person was erased meanwhile. */
  payload: (leadId: string) => Promise<LeadDelivery['lead'] | undefined>;
  /** The CRM was called for this lead. */
  called: (trx: Transaction, leadId: string) => Promise<void>;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
  random?: () => number;
}) => {
  const {storage, clock, connectors} = deps;
  const random = deps.random ?? Math.random;

  const finish = async (
    row: Row,
    change: Partial<Row>,
    attempt: {outcome: string; status: number | null; ms: number; message: string},
  ) => {
    await storage.transaction(async trx => {
      const mine = await trx(table)
        .where({id: row.id, state: 'delivering', lease_owner: processOwner})
        .update({lease_owner: null, lease_until: null, ...change});
      // erased or removed meanwhile, or taken over: what became of it is not ours to say
      if (mine === 0) return;
      await trx('crm_attempts').insert({id: newId(), delivery_id: row.id, at: clock.iso(), ...attempt});
      await deps.called(trx, row.lead_id);
    });
  };

  const failed = (row: Row, error: Failure, ms: number) => {
    const over = error.permanent || row.attempts >= mostAttempts;
    const pause = Math.max(error.retryAfterMs ?? 0, pauseBefore(row.attempts, random()));
    const message = `${error.message} ${error.mend}`.trim();
    return finish(
      row,
      {
        state: over ? 'failed' : 'retrying',
        next_attempt_at: over ? null : addMilliseconds(clock.iso(), pause),
        error_code: error.code,
        error_message: message,
      },
      {outcome: error.code, status: error.status, ms, message},
    );
  };

  const handle = async (row: Row): Promise<void> => {
    const started = performance.now();
    try {
      await attempt(row, started);
    } catch (error) {
      deps.log.error({err: error, delivery: row.id}, 'a delivery failed on this side');
      await failed(row, ourFault(error), Math.round(performance.now() - started));
    }
  };

  const attempt = async (row: Row, started: number): Promise<void> => {
    const lead = await deps.payload(row.lead_id);
    if (!lead) {
      // nothing is left to send: the person was erased
      await storage.db(table).where({id: row.id}).delete();
      return;
    }
    const connector = connectors.open(await connectors.get(storage.db, row.connector_id));
    const result = await connector.deliver({id: row.id, event: row.kind, occurredAt: row.created_at, lead});
    const ms = Math.round(performance.now() - started);
    if (!result.ok) return failed(row, result.error, ms);
    return finish(
      row,
      {
        state: 'delivered',
        delivered_at: clock.iso(),
        next_attempt_at: null,
        error_code: null,
        error_message: null,
      },
      {outcome: 'delivered', status: result.status, ms, message: 'Accepted by the receiver.'},
    );
  };

  const worker = createLeasedWorker<Row>({
    name: 'deliveries',
    storage,
    clock,
    log: deps.log,
    concurrency: 4,
    handle,
    table,
    from: ['queued', 'retrying'],
    to: 'delivering',
    due: 'next_attempt_at',
    leaseMilliseconds: lease,
    claim: async take => {
      const held = await connectors.held();
      return take(
        // what belongs to one lead leaves in order: nothing overtakes what is still on its way
        query => {
          void query
            .whereNotIn('connector_id', held)
            .whereNotExists(
              storage
                .db(`${table} as earlier`)
                .whereRaw(
                  'earlier.lead_id = crm_deliveries.lead_id and earlier.connector_id = crm_deliveries.connector_id',
                )
                .whereRaw('earlier.id < crm_deliveries.id')
                .whereIn('earlier.state', ['queued', 'retrying', 'delivering'])
                .select(storage.db.raw('1')),
            )
            .whereExists(
              storage
                .db('crm_connectors')
                .whereRaw('crm_connectors.id = crm_deliveries.connector_id')
                .where({enabled: 1})
                .select(storage.db.raw('1')),
            );
        },
      );
    },
  });

  const view = async (rows: Row[]) => {
    const ids = rows.map(({id}) => id);
    const [names, attempts] = await Promise.all([
      storage.db('crm_connectors').select('id', 'name'),
      storage.db('crm_attempts').whereIn('delivery_id', ids).orderBy('id', 'desc'),
    ]);
    const nameOf = new Map<string, string>(names.map(row => [row.id, row.name]));
    return rows.map(row => ({
      id: row.id,
      leadId: row.lead_id,
      connectorId: row.connector_id,
      connectorName: nameOf.get(row.connector_id) ?? '',
      kind: row.kind,
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      lastError: row.error_code ? {code: row.error_code, message: row.error_message ?? ''} : null,
      createdAt: row.created_at,
      deliveredAt: row.delivered_at,
      log: attempts
        .filter(attempt => attempt.delivery_id === row.id)
        .map(({at, outcome, status, ms, message}) => ({at, outcome, status, ms, message})),
    }));
  };

  return {
    ...worker,

    list: async (query: {
      connectorId?: string | undefined;
      state?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    }) => {
      const rows: Row[] = await storage
        .db(table)
        .modify(builder => {
          if (query.connectorId) void builder.where({connector_id: query.connectorId});
          if (query.state) void builder.where({state: query.state});
          if (query.cursor) void builder.where('id', '<', query.cursor);
        })
        .orderBy('id', 'desc')
        .limit(query.limit + 1);
      const page = rows.slice(0, query.limit);
      return {
        deliveries: await view(page),
        nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },

    retry: async (id: string, actorId: string) => {
      const changed = await storage.transaction(async trx => {
        const count = await trx(table)
          .where({id})
          .whereIn('state', ['failed', 'retrying'])
          .whereNotExists(
            trx('crm_leads')
              .whereRaw('crm_leads.id = crm_deliveries.lead_id')
              .whereNotNull('withheld_at')
              .select(trx.raw('1')),
          )
          .update({state: 'queued', next_attempt_at: clock.iso()});
        if (count > 0)
          await deps.audit(trx, {actorId, action: 'delivery.retried', subjectId: id, detail: {}});
        return count;
      });
      const rows: Row[] = await storage.db(table).where({id});
      const [delivery] = await view(rows);
      if (!delivery)
        throw new AppError('not_found', 'crm.delivery_not_found', 'This delivery does not exist any more.');
      if (changed === 0 && delivery.state === 'delivered') {
        throw new AppError('conflict', 'crm.delivered_already', 'This delivery has arrived already.');
      }
      if (changed === 0 && delivery.state === 'failed') {
        throw new AppError(
          'conflict',
          'crm.withheld',
          'This person objected to any processing: nothing of theirs is sent.',
        );
      }
      worker.wake();
      return delivery;
    },

    /** How often something of this person reached a CRM after then. */
    sentSince: async (visitorId: string, since: string): Promise<number> => {
      const [row]: {n: number}[] = await storage
        .db('crm_attempts')
        .join(table, `${table}.id`, 'crm_attempts.delivery_id')
        .join('crm_leads', 'crm_leads.id', `${table}.lead_id`)
        .where({'crm_leads.visitor_id': visitorId})
        .where('crm_attempts.at', '>', since)
        .whereNotNull('crm_attempts.status')
        .count({n: '*'});
      return row?.n ?? 0;
    },

    counts: async (): Promise<{queued: number; failed: number}> => {
      const rows: {state: string; n: number}[] = await storage
        .db(table)
        .groupBy('state')
        .select('state')
        .count({n: '*'});
      const of = (...states: string[]) =>
        rows.filter(({state}) => states.includes(state)).reduce((sum, {n}) => sum + n, 0);
      return {queued: of('queued', 'retrying', 'delivering'), failed: of('failed')};
    },
  };
};
export type Deliveries = ReturnType<typeof createDeliveries>;
