import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Storage} from '../../storage/index.ts';

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
export type LoggedAttempt = Omit<Attempt, 'destinationId'> & {id: string; at: string};
export type LogFilter = {
  outcome?: Attempt['outcome'] | undefined;
  destination?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

const table = 'privacy_egress_attempts';
const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const toAttempt = (row: Record<string, never>): LoggedAttempt => ({
  id: row['id'] ?? '',
  at: row['at'] ?? '',
  host: row['host'] ?? '',
  port: row['port'] ?? 0,
  purpose: row['purpose'] ?? '',
  region: row['region'] ?? null,
  outcome: row['outcome'] ?? 'failed',
  reason: row['reason'] ?? null,
  bytesOut: row['bytes_out'] ?? 0,
  bytesIn: row['bytes_in'] ?? 0,
  ms: row['ms'] ?? 0,
});

/** Every attempt to leave, allowed or not: never a path, a header or a body. */
export const createEgressLog = ({storage, clock}: {storage: Storage; clock: Clock}) => {
  const page = async (filter: LogFilter & {cursor?: string | undefined}, limit: number) => {
    const rows = (await storage
      .db(table)
      .modify(query => {
        if (filter.outcome) void query.where({outcome: filter.outcome});
        if (filter.destination !== undefined) {
          // a name as people write it, with its port or without; nobody's is written ''
          const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(filter.destination) ?? [];
          void query.where({host: host.toLowerCase(), ...(port === undefined ? {} : {port: Number(port)})});
        }
        if (filter.from) void query.where('at', '>=', filter.from);
        if (filter.to) void query.where('at', '<', nextDay(filter.to));
        if (filter.cursor) void query.where('id', '<', filter.cursor);
      })
      .orderBy('id', 'desc')
      .limit(limit)) as Record<string, never>[];
    return rows.map(toAttempt);
  };

  return {
    record: async (attempt: Attempt): Promise<void> => {
      await storage.db(table).insert({
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

    attempts: async ({limit, ...filter}: LogFilter & {cursor?: string | undefined; limit: number}) => {
      const rows = await page(filter, limit + 1);
      const attempts = rows.slice(0, limit);
      return {attempts, nextCursor: rows.length > limit ? (attempts.at(-1)?.id ?? null) : null};
    },

    /** All that fit, newest first, a page at a time. */
    each: async function* (filter: LogFilter): AsyncGenerator<LoggedAttempt> {
      for (let cursor: string | undefined, more = true; more; ) {
        const rows = await page({...filter, cursor}, 500);
        yield* rows;
        cursor = rows.at(-1)?.id;
        more = rows.length === 500;
      }
    },

    /** The latest moment that was written down: a clock that stands before it was set back. */
    latest: async (): Promise<string> => {
      const row = (await storage.db(table).max('at as at').first()) as {at: string | null} | undefined;
      return row?.at ?? '';
    },

    /** How many attempts for that purpose were refused. */
    refused: async (purpose: string): Promise<number> => {
      const [row] = await storage.db(table).where({purpose, outcome: 'denied'}).count({count: '*'});
      return Number(row?.['count'] ?? 0);
    },

    /** When the last byte left for each. */
    lastUse: async (): Promise<Map<string, string>> => {
      const rows: {destination_id: string; last: string}[] = await storage
        .db(table)
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
        .db(table)
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
export type EgressLog = ReturnType<typeof createEgressLog>;
