import {z} from 'zod';
import {exceptionTerms, id, instant, page, region} from '../../kit/schema.ts';

const reach = z.object({
  host: z.string(),
  port: z.number().int(),
  region: z.string(),
  purpose: z.string(),
  categories: z.array(z.string()),
  private: z.boolean(),
  plain: z.boolean(),
});
const wide = reach.extend({exception: exceptionTerms.nullable()});
export const widening = z.object({
  id,
  destinationId: id,
  kind: z.enum(['destination', 'exception']),
  askedBy: z.string(),
  askedAt: instant,
  /** The caller asked for it, and cannot approve it. */
  own: z.boolean(),
  statement: z.string(),
  before: wide.nullable(),
  after: wide,
  opensAt: instant.nullable(),
  lapsesAt: instant,
  state: z.enum(['waiting', 'approved', 'opened', 'withdrawn', 'lapsed', 'replaced']),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
});
export const destination = reach.extend({
  id,
  state: z.enum(['in_force', 'waiting', 'refused']),
  declaredBy: z.string(),
  declaredAt: instant,
  /** Null where a day passed in place of a second person. */
  approvedBy: z.string().nullable(),
  approvedAt: instant.nullable(),
  /** Destinations that a connector brought go with the connector. */
  owner: z.string().nullable(),
  viaProxy: z.boolean(),
  exception: exceptionTerms
    .extend({by: z.string(), ended: z.boolean(), daysLeft: z.number().int()})
    .nullable(),
  lastUsedAt: instant.nullable(),
});
const layer = z.enum(['refused', 'open', 'no_route', 'no_answer']);
export const canary = z.object({
  at: instant,
  askedBy: z.string().nullable(),
  broker: layer,
  process: layer,
  host: z.object({outcome: layer, code: z.string()}),
});
export const place = z.enum(['data', 'backup']);
export const listDestinations = {
  response: z.object({
    region,
    destinations: z.array(destination),
    waiting: z.array(widening),
    decided: z.array(widening),
    /** How many there are who can approve. */
    administrators: z.number().int(),
    brokerState: z.enum(['running', 'starting', 'stopped']),
    proxy: z.object({host: z.string(), port: z.number().int()}).nullable(),
    places: z.array(z.object({place, region: z.string(), declaredBy: z.string(), declaredAt: instant})),
    canary: canary.nullable(),
  }),
};
const wideningId = z.object({wideningId: id});
const destinationId = z.object({destinationId: id});
export const waitingCount = {response: z.object({waiting: z.number().int(), opensAt: instant.nullable()})};
export const decide = {params: wideningId, response: listDestinations.response};
export const askException = {
  params: destinationId,
  body: exceptionTerms,
  response: listDestinations.response,
};
export const endException = {params: destinationId, response: listDestinations.response};
export const setWay = {
  params: destinationId,
  body: z.object({viaProxy: z.boolean()}),
  response: listDestinations.response,
};
export const declaration = {
  body: z.object({
    host: z.string().max(300),
    port: z.number().int().min(1).max(65_535),
    region: z.string().max(40),
    purpose: z.enum(['crm_sync', 'mail', 'model_server', 'model_mirror', 'audit_witness']),
    categories: z.array(z.string().max(10)).max(10),
    private: z.boolean(),
    plain: z.boolean(),
    exception: exceptionTerms.optional(),
  }),
  response: z.object({sentence: z.string()}),
};
export const declarePlace = {
  params: z.object({place}),
  body: z.object({region: z.string().max(40)}),
  response: listDestinations.response,
};
export const sendCanary = {response: listDestinations.response};

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
const logFilter = z.object({
  outcome: z.enum(['allowed', 'denied', 'failed']).optional(),
  /** A host, with its port or without. */
  destination: z.string().max(260).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export const listEgressAttempts = {
  query: page.extend(logFilter.shape),
  response: z.object({attempts: z.array(egressAttempt), nextCursor: z.string().nullable()}),
};
export const exportEgressAttempts = {query: logFilter};
