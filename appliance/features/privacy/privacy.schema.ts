import {z} from 'zod';
import {id, instant, page, region, retentionDays} from '../../kit/schema.ts';

export const destination = z.object({
  id,
  host: z.string(),
  port: z.number().int(),
  region: z.string(),
  purpose: z.string(),
  categories: z.array(z.string()),
  private: z.boolean(),
  approvedBy: z.string(),
  approvedAt: instant,
  /** Destinations that a connector brought go with the connector. */
  owner: z.string().nullable(),
  lastUsedAt: instant.nullable(),
});
export const listDestinations = {
  response: z.object({
    region,
    destinations: z.array(destination),
    brokerState: z.enum(['running', 'starting', 'stopped']),
  }),
};
export const egressAttempt = z.object({
  id,
  at: instant,
  host: z.string(),
  port: z.number().int(),
  purpose: z.string(),
  region: z.string().nullable(),
  outcome: z.enum(['allowed', 'denied', 'failed']),
  reason: z.string().nullable(),
  bytesOut: z.number().int(),
  bytesIn: z.number().int(),
  ms: z.number(),
});
export const listEgressAttempts = {
  query: page.extend({outcome: z.enum(['allowed', 'denied', 'failed']).optional()}),
  response: z.object({attempts: z.array(egressAttempt), nextCursor: z.string().nullable()}),
};

export const retentionRun = z.object({
  id,
  startedAt: instant,
  finishedAt: instant.nullable(),
  removed: z.record(z.string(), z.number().int()),
});
/** Rehearses a change: the same days as `retentionDays`, any of them left out stays as it is in force. */
const rehearsal = z.object({
  conversations: z.coerce.number().int().min(1).max(3650).optional(),
  leads: z.coerce.number().int().min(1).max(3650).optional(),
  usage: z.coerce.number().int().min(1).max(3650).optional(),
});
export const getRetention = {
  query: rehearsal,
  response: z.object({
    /** What is in force. */
    days: retentionDays,
    /** The days that `wouldRemove` was counted with: those in force, or the rehearsed ones. */
    countedWith: retentionDays,
    /** Counts of what the next run would remove if it ran now. */
    wouldRemove: z.record(z.string(), z.number().int()),
    runs: z.array(retentionRun),
    nextRunAt: instant,
  }),
};
export const putRetention = {body: retentionDays, response: getRetention.response};
