import type {Connector, ConnectorError} from '../../adapters/crm/contract.ts';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import {processOwner} from '../../storage/lease.ts';
import {createLeasedWorker} from '../../storage/leased-worker.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import type {Connectors} from './connectors.service.ts';
import {pauseBefore} from './deliveries.service.ts';

type State = 'queued' | 'sending' | 'retrying' | 'done' | 'failed' | 'by_hand';
type Row = {
  id: string;
  erasure_id: string;
  connector_id: string;
  state: State;
  attempts: number;
  error_message: string | null;
  created_at: string;
  done_at: string | null;
};
type Failure = Pick<ConnectorError, 'permanent' | 'retryAfterMs' | 'message' | 'mend'> & {code: string};

const table = 'crm_erasures';
const lease = 120_000;
/** With the pauses of deliveries about a day of trying; then a person has to. */
const mostAttempts = 60;

const byHand: Failure = {
  code: 'crm.erase_by_hand',
  permanent: true,
  retryAfterMs: null,
  message: 'This connector cannot delete records.',
  mend: 'Delete the record in the CRM by hand, then confirm it here.',
};
const gone: Failure = {...byHand, message: 'The connector was removed.'};

/** What the CRM must delete, told to it until it says that it has, or a person does. Ids lie under the account's key: the person's is gone by then. */
export const createCrmErasures = (deps: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  reader: Reader;
  connectors: Connectors;
  /** The CRM has answered for this erasure. */
  onDone: (erasureId: string) => Promise<void>;
}) => {
  const {storage, clock} = deps;

  const finish = async (row: Row, change: Record<string, unknown>): Promise<void> => {
    await storage
      .db(table)
      .where({id: row.id, state: 'sending', lease_owner: processOwner})
      .update({lease_owner: null, lease_until: null, ...change});
  };
  const failed = (row: Row, error: Failure): Promise<void> => {
    const over = error.permanent || row.attempts >= mostAttempts;
    const pause = Math.max(error.retryAfterMs ?? 0, pauseBefore(row.attempts, Math.random()));
    return finish(row, {
      state: over ? 'failed' : 'retrying',
      next_attempt_at: over ? null : addMilliseconds(clock.iso(), pause),
      error_code: error.code,
      error_message: `${error.message} ${error.mend}`.trim(),
    });
  };

  const connectorOf = async (id: string): Promise<Connector | undefined> => {
    try {
      return deps.connectors.open(await deps.connectors.get(storage.db, id));
    } catch (error) {
      if (isAppError(error) && error.kind === 'not_found') return undefined;
      throw error;
    }
  };

  const handle = async (row: Row): Promise<void> => {
    const [opened] = await deps.reader.open<{record: string | null}>(
      table,
      await storage.db(table).where({id: row.id}).select('id', 'record_sealed'),
    );
    const connector = await connectorOf(row.connector_id);
    if (!connector) return failed(row, gone);
    if (!connector.erase || !opened?.record) return failed(row, byHand);
    const {leadId} = JSON.parse(opened.record) as {leadId: string};
    const result = await connector.erase({id: row.id, leadId, occurredAt: row.created_at});
    if (!result.ok) return failed(row, result.error);
    await finish(row, {
      state: 'done',
      done_at: clock.iso(),
      next_attempt_at: null,
      error_code: null,
      error_message: null,
    });
    await deps.onDone(row.erasure_id);
  };

  const worker = createLeasedWorker<Row>({
    name: 'crm-erasures',
    storage,
    clock,
    log: deps.log,
    concurrency: 2,
    table,
    from: ['queued', 'retrying'],
    to: 'sending',
    due: 'next_attempt_at',
    leaseMilliseconds: lease,
    handle: async row => {
      try {
        await handle(row);
      } catch (error) {
        deps.log.error({err: error, erasure: row.id}, 'a deletion in the CRM failed on this side');
        await failed(row, {
          code: isAppError(error) ? error.code : 'internal',
          permanent: false,
          retryAfterMs: null,
          message: 'Something went wrong on this server.',
          mend: 'The log of the appliance says more.',
        });
      }
    },
    claim: take =>
      take(
        // one that is switched off is sent nothing, this neither, until it is on again; one that was removed is said to be
        query =>
          void query.whereNotExists(
            storage
              .db('crm_connectors')
              .whereRaw('crm_connectors.id = crm_erasures.connector_id')
              .where({enabled: 0})
              .select(storage.db.raw('1')),
          ),
      ),
  });

  return {
    ...worker,

    /**
     * In the transaction that deletes a person's leads: nothing of them is sent any more, and wherever something may have
     * arrived, a deletion is due. False while a delivery is on its way: what it leaves there must be deleted after it.
     */
    handOver: async (trx: Transaction, personId: string, erasureId: string): Promise<boolean> => {
      const leads: string[] = await trx('crm_leads').where({visitor_id: personId}).pluck('id');
      if (leads.length === 0) return true;
      await trx('crm_deliveries')
        .whereIn('lead_id', leads)
        .whereIn('state', ['queued', 'retrying'])
        .update({state: 'failed', next_attempt_at: null});
      const sent: {lead_id: string; connector_id: string; state: string}[] = await trx('crm_deliveries')
        .whereIn('lead_id', leads)
        .where('attempts', '>', 0)
        .forUpdate()
        .select('lead_id', 'connector_id', 'state');
      if (sent.some(({state}) => state === 'delivering')) return false;
      const due = new Map(sent.map(one => [`${one.lead_id} ${one.connector_id}`, one]));
      const rows = [...due.values()].map(one => ({
        id: newId(),
        erasure_id: erasureId,
        connector_id: one.connector_id,
        record: JSON.stringify({leadId: one.lead_id}),
        state: 'queued',
        attempts: 0,
        next_attempt_at: null,
        lease_owner: null,
        lease_until: null,
        error_code: null,
        error_message: null,
        created_at: clock.iso(),
        done_at: null,
      }));
      if (rows.length > 0) await trx(table).insert(await storage.personal.seal(table, rows));
      return true;
    },

    progress: async (db: DatabaseOrTransaction, erasureIds: readonly string[]) => {
      const rows: Row[] = await db(table)
        .whereIn('erasure_id', [...erasureIds])
        .orderBy('id')
        .select('id', 'erasure_id', 'connector_id', 'state', 'error_message', 'done_at');
      const names: {id: string; name: string}[] = await db('crm_connectors').select('id', 'name');
      const nameOf = new Map(names.map(({id, name}) => [id, name]));
      return new Map(
        [...Map.groupBy(rows, row => row.erasure_id)].map(([id, of]) => [
          id,
          of.map(row => ({
            connector: nameOf.get(row.connector_id) ?? 'a connector that was removed',
            state: row.state,
            error: row.error_message,
            at: row.done_at,
          })),
        ]),
      );
    },

    /** Once all is confirmed: what the record was called there is of no use any more. */
    forget: async (trx: Transaction, erasureId: string): Promise<void> => {
      await trx(table).where({erasure_id: erasureId}).update({record_sealed: null});
    },

    confirmByHand: async (trx: Transaction, erasureIds: readonly string[]): Promise<number> =>
      trx(table)
        .whereIn('erasure_id', [...erasureIds])
        .where({state: 'failed'})
        .update({state: 'by_hand', done_at: clock.iso(), error_code: null, error_message: null}),
  };
};
export type CrmErasures = ReturnType<typeof createCrmErasures>;
