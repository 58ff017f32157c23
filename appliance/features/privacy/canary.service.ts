import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Storage, Transaction} from '../../storage/index.ts';

export type CanaryLayers = {
  broker: 'refused' | 'open' | 'no_answer';
  process: 'refused' | 'open' | 'no_route';
  host: {outcome: 'refused' | 'open' | 'no_route'; code: string};
};
export type Canary = CanaryLayers & {id: string; at: string; askedBy: string | null};

const table = 'privacy_canaries';
type Row = {
  id: string;
  at: string;
  asked_by: string | null;
  broker: CanaryLayers['broker'];
  process: CanaryLayers['process'];
  host: CanaryLayers['host']['outcome'];
  host_code: string;
};

/** Once a day, and when somebody asks: tries to get out where nobody may, and keeps what stopped it. */
export const createCanary = (deps: {
  storage: Storage;
  clock: Clock;
  attempt: () => Promise<CanaryLayers>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;
  const list = async (most: number): Promise<Canary[]> =>
    ((await storage.db(table).orderBy('id', 'desc').limit(most)) as Row[]).map(row => ({
      id: row.id,
      at: row.at,
      askedBy: row.asked_by,
      broker: row.broker,
      process: row.process,
      host: {outcome: row.host, code: row.host_code},
    }));

  return {
    list,
    last: async (): Promise<Canary | null> => (await list(1))[0] ?? null,
    run: async (actorId: string | null): Promise<void> => {
      const {broker, process, host} = await deps.attempt();
      const id = newId();
      await storage.transaction(async trx => {
        await trx(table).insert({
          id,
          at: clock.iso(),
          asked_by: actorId,
          broker,
          process,
          host: host.outcome,
          host_code: host.code,
        } satisfies Row);
        await deps.audit(trx, {
          actorId,
          action: 'egress.canary_sent',
          subjectId: id,
          detail: {broker, process, host: host.outcome},
        });
      });
    },
  };
};
export type CanaryService = ReturnType<typeof createCanary>;
