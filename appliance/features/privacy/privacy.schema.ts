import {z} from 'zod';
import {id, instant, page, region} from '../../kit/schema.ts';

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
