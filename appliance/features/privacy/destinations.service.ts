import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import {getRegion, isInside} from './regions.ts';

export type Destination = {
  id: string;
  host: string;
  port: number;
  region: string;
  purpose: string;
  categories: string[];
  /** Inside the organisation's own network: the only case in which a private address is reached. */
  private: boolean;
  /** http instead of https; private hosts only. */
  plain: boolean;
  approvedBy: string;
  approvedAt: string;
  owner: string | null;
};
type Row = Omit<Destination, 'categories' | 'private' | 'plain' | 'approvedBy' | 'approvedAt'> & {
  categories: string;
  private: number;
  plain: number;
  approved_by: string;
  approved_at: string;
};
export type Attempt = {
  destinationId: string | null;
  host: string;
  port: number;
  purpose: string;
  region: string | null;
  outcome: 'allowed' | 'denied' | 'failed';
  reason: string | null;
  bytesOut: number;
  bytesIn: number;
  ms: number;
};

const table = 'privacy_destinations';
const attempts = 'privacy_egress_attempts';

const toDestination = (row: Row): Destination => ({
  id: row.id,
  host: row.host,
  port: row.port,
  region: row.region,
  purpose: row.purpose,
  categories: JSON.parse(row.categories) as string[],
  private: row.private === 1,
  plain: row.plain === 1,
  approvedBy: row.approved_by,
  approvedAt: row.approved_at,
  owner: row.owner,
});

/** Where data may go: declared by a named person to be inside the chosen region, or not reachable. */
export const createDestinations = (deps: {
  storage: Storage;
  clock: Clock;
  /** Chosen at set-up; null before. */
  region: () => string | null;
}) => {
  const {storage, clock} = deps;
  const list = async (db: DatabaseOrTransaction = storage.db): Promise<Destination[]> =>
    ((await db(table).orderBy('id')) as Row[]).map(toDestination);

  return {
    list,

    /** Throws `privacy.outside_region` for a destination that is not declared to be inside the chosen region. */
    declare: async (
      trx: Transaction,
      input: Pick<
        Destination,
        'host' | 'port' | 'region' | 'purpose' | 'categories' | 'private' | 'plain' | 'owner' | 'approvedBy'
      >,
    ): Promise<string> => {
      const chosen = getRegion(deps.region() ?? '');
      const declared = getRegion(input.region);
      if (!isInside(declared.code, chosen.code)) {
        throw new AppError(
          'forbidden',
          'privacy.outside_region',
          `${input.host} is declared to be in ${declared.label}, and this appliance keeps data in ${chosen.label}. It cannot be allowed.`,
        );
      }
      if (input.plain && !input.private) {
        throw new AppError(
          'invalid',
          'privacy.plain_http',
          `${input.host} needs https: plain http is only possible inside your own network.`,
        );
      }
      const id = newId();
      await trx(table).insert({
        id,
        host: input.host.toLowerCase(),
        port: input.port,
        region: declared.code,
        purpose: input.purpose,
        categories: JSON.stringify(input.categories),
        private: input.private ? 1 : 0,
        plain: input.plain ? 1 : 0,
        approved_by: input.approvedBy,
        approved_at: clock.iso(),
        owner: input.owner,
      });
      return id;
    },

    remove: async (trx: Transaction, id: string): Promise<void> => {
      await trx(table).where({id}).delete();
    },

    record: async (attempt: Attempt): Promise<void> => {
      await storage.db(attempts).insert({
        id: newId(),
        at: clock.iso(),
        destination_id: attempt.destinationId,
        host: attempt.host.slice(0, 253),
        port: attempt.port,
        purpose: attempt.purpose,
        region: attempt.region,
        outcome: attempt.outcome,
        reason: attempt.reason,
        bytes_out: attempt.bytesOut,
        bytes_in: attempt.bytesIn,
        ms: Math.round(attempt.ms),
      });
    },

    attempts: async (query: {outcome?: string | undefined; cursor?: string | undefined; limit: number}) => {
      const rows = await storage
        .db(attempts)
        .modify(builder => {
          if (query.outcome) void builder.where({outcome: query.outcome});
          if (query.cursor) void builder.where('id', '<', query.cursor);
        })
        .orderBy('id', 'desc')
        .limit(query.limit + 1);
      const page = rows.slice(0, query.limit).map((row: Record<string, never>) => ({
        id: row.id,
        at: row.at,
        host: row.host,
        port: row.port,
        purpose: row.purpose,
        region: row.region,
        outcome: row.outcome,
        reason: row.reason,
        bytesOut: row.bytes_out,
        bytesIn: row.bytes_in,
        ms: row.ms,
      }));
      return {attempts: page, nextCursor: rows.length > query.limit ? (page.at(-1)?.id as string) : null};
    },

    /** How many attempts for that purpose were refused. */
    refused: async (purpose: string): Promise<number> => {
      const [row] = await storage.db(attempts).where({purpose, outcome: 'denied'}).count({count: '*'});
      return Number(row?.['count'] ?? 0);
    },

    /** When the last byte left for each. */
    lastUse: async (): Promise<Map<string, string>> => {
      const rows: {destination_id: string; last: string}[] = await storage
        .db(attempts)
        .whereNotNull('destination_id')
        .where('bytes_out', '>', 0)
        .groupBy('destination_id')
        .select('destination_id')
        .max({last: 'at'});
      return new Map(rows.map(row => [row.destination_id, row.last]));
    },

    /** What left this server since then, host by host. */
    leftSince: async (
      since: string,
    ): Promise<{host: string; requests: number; bytes: number; denied: number}[]> =>
      storage
        .db(attempts)
        .where('at', '>=', since)
        .groupBy('host')
        .orderBy('host')
        .select('host')
        .count({requests: '*'})
        .sum({bytes: 'bytes_out'})
        .sum({
          denied: storage.db.raw(`case when outcome = 'denied' then 1 else 0 end`),
        }) as unknown as Promise<{host: string; requests: number; bytes: number; denied: number}[]>,
  };
};
export type Destinations = ReturnType<typeof createDestinations>;
