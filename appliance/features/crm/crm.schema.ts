import {z} from 'zod';
import {exceptionTerms, fact, id, instant, page, scoreView} from '../../kit/schema.ts';

export const deliveryState = z.enum(['queued', 'delivering', 'delivered', 'retrying', 'failed']);
export const lead = z.object({
  id,
  conversationId: id,
  siteName: z.string(),
  name: z.string().nullable(),
  company: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  points: z.number(),
  bar: z.number(),
  delivery: deliveryState.nullable().describe('null while no connector is set up'),
  createdAt: instant,
  updatedAt: instant,
});
export type Lead = z.infer<typeof lead>;
const leadFilter = z.object({
  q: z.string().max(100).optional(),
  delivery: deliveryState.optional(),
  minPoints: z.coerce.number().int().min(0).max(1000).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export const listLeads = {
  query: page.extend(leadFilter.shape),
  response: z.object({leads: z.array(lead), nextCursor: z.string().nullable()}),
};
export const exportLeads = {query: leadFilter};
export const getLead = {
  params: z.object({leadId: id}),
  response: z.object({lead: lead.extend({facts: z.array(fact), score: scoreView, legalHold: z.boolean()})}),
};

export const formField = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(['text', 'url', 'secret', 'select', 'switch']),
  help: z.string(),
  required: z.boolean(),
  options: z.array(z.object({value: z.string(), label: z.string()})).optional(),
  generatedPrefix: z.string().optional(),
});
export const connectorType = z.object({
  type: z.string(),
  name: z.string(),
  description: z.string(),
  fields: z.array(formField),
  /** Categories of data that go to its destination. */
  categories: z.array(z.string()),
});
export const connector = z.object({
  id,
  type: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  /** Secrets are left out: a secret that is set reads as `true`. */
  config: z.record(z.string(), z.unknown()),
  destination: z.object({
    host: z.string(),
    port: z.number().int(),
    region: z.string(),
    private: z.boolean(),
    /** Nothing is sent before a second person has agreed to it. */
    state: z.enum(['in_force', 'waiting', 'refused']),
  }),
  createdAt: instant,
  health: z.object({
    state: z.enum(['untested', 'working', 'failing']),
    lastAt: instant.nullable(),
    message: z.string().nullable(),
    queued: z.number().int(),
    failed: z.number().int(),
  }),
});
export type Connector = z.infer<typeof connector>;
export const listConnectorTypes = {response: z.object({types: z.array(connectorType)})};
export const listConnectors = {response: z.object({connectors: z.array(connector)})};
const connectorInput = z.object({
  name: z.string().trim().min(1).max(120),
  config: z.record(z.string(), z.unknown()),
  /** The region the receiving host is in, as the administrator declares and answers for. */
  region: z.string().max(20),
  /** The host is inside the organisation's own network (a private address). */
  private: z.boolean().optional(),
  exception: exceptionTerms.optional(),
});
export const createConnector = {
  body: connectorInput.extend({type: z.string().max(40)}),
  response: z.object({connector}),
};
export const updateConnector = {
  params: z.object({connectorId: id}),
  body: connectorInput.extend({enabled: z.boolean()}).partial(),
  response: z.object({connector}),
};
export const removeConnector = {params: z.object({connectorId: id})};
export const testConnector = {
  params: z.object({connectorId: id}),
  response: z.object({ok: z.boolean(), message: z.string(), mend: z.string().nullable()}),
};

export const delivery = z.object({
  id,
  leadId: id,
  connectorId: id,
  connectorName: z.string(),
  kind: z.enum(['lead.qualified', 'lead.updated']),
  state: deliveryState,
  attempts: z.number().int(),
  nextAttemptAt: instant.nullable(),
  lastError: z.object({code: z.string(), message: z.string()}).nullable(),
  createdAt: instant,
  deliveredAt: instant.nullable(),
  log: z.array(
    z.object({
      at: instant,
      outcome: z.string(),
      status: z.number().int().nullable(),
      ms: z.number(),
      message: z.string(),
    }),
  ),
});
export type Delivery = z.infer<typeof delivery>;
export const listDeliveries = {
  query: page.extend({connectorId: id.optional(), state: deliveryState.optional()}),
  response: z.object({deliveries: z.array(delivery), nextCursor: z.string().nullable()}),
};
export const retryDelivery = {params: z.object({deliveryId: id}), response: z.object({delivery})};
