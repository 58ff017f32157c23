import {pipeline, Readable} from 'node:stream';
import {stringify} from 'csv-stringify';
import type {FactView, ScoreView} from '../../kit/schema.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import type {Connectors} from './connectors.service.ts';
import * as schema from './crm.schema.ts';
import type {Deliveries} from './deliveries.service.ts';
import type {Leads, LeadView} from './leads.service.ts';

/** The privacy officer answers people who ask what is known of them. */
const readers = ['agent', 'privacy_officer', 'administrator'] as const;
const administrators = ['administrator'] as const;

/** A cell that a spreadsheet would run as a formula is written as text (CWE-1236). */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const csvColumns: [string, (lead: LeadView) => string][] = [
  ['created', lead => lead.createdAt],
  ['site', lead => lead.siteName],
  ['name', lead => lead.name ?? ''],
  ['company', lead => lead.company ?? ''],
  ['job_title', lead => lead.jobTitle ?? ''],
  ['email', lead => lead.email ?? ''],
  ['phone', lead => lead.phone ?? ''],
  ['points', lead => String(lead.points)],
  ['bar', lead => String(lead.bar)],
  ['delivery', lead => lead.delivery ?? ''],
  ['conversation', lead => lead.conversationId],
];

export const crmRoutes = (deps: {
  leads: Leads;
  connectors: Connectors;
  deliveries: Deliveries;
  qualification: (conversationId: string) => Promise<{facts: FactView[]; score: ScoreView}>;
  /** Whether a legal hold suspends the deletion of this visitor's data. */
  isHeld: (visitorId: string) => Promise<boolean>;
  looked: (actorId: string, visitorId: string, conversationId: string) => Promise<void>;
  listed: (actorId: string, query: object, count: number) => Promise<void>;
  exported: (actorId: string, count: number) => Promise<void>;
}): Route[] => {
  const {leads, connectors, deliveries} = deps;

  const cells = async function* (ids: readonly string[]): AsyncGenerator<string[]> {
    for await (const lead of leads.each(ids)) yield csvColumns.map(([, of]) => harmless(of(lead)));
  };

  return [
    route({
      method: 'get',
      path: '/api/agent/leads',
      summary: 'Qualified leads, newest first. The look is written to the audit log.',
      access: readers,
      ...schema.listLeads,
      handle: async ({query, caller}) => {
        const found = await leads.list(query);
        await deps.listed(userOf(caller).userId, query, found.leads.length);
        return found;
      },
    }),
    route({
      method: 'get',
      path: '/api/agent/leads.csv',
      summary: 'The same leads as a file. The export is written to the audit log.',
      access: readers,
      ...schema.exportLeads,
      perMinute: 10,
      handle: async ({query, caller}) => {
        const ids = await leads.matching(query);
        // before the first byte: what is logged may be more than what arrives, never less
        await deps.exported(userOf(caller).userId, ids.length);
        const content = stringify({header: true, columns: csvColumns.map(([name]) => name), bom: true});
        pipeline(Readable.from(cells(ids)), content, () => undefined);
        return {file: {name: 'leads.csv', type: 'text/csv; charset=utf-8', content}};
      },
    }),
    route({
      method: 'get',
      path: '/api/agent/leads/{leadId}',
      summary: 'One lead with its facts and the words that prove them. The look is written to the audit log.',
      access: readers,
      ...schema.getLead,
      handle: async ({params, caller}) => {
        const lead = await leads.get(params.leadId);
        await deps.looked(userOf(caller).userId, lead.visitorId, lead.conversationId);
        const [qualification, legalHold] = await Promise.all([
          deps.qualification(lead.conversationId),
          deps.isHeld(lead.visitorId),
        ]);
        return {lead: {...lead, ...qualification, legalHold}};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/connector-types',
      summary: 'Kinds of connectors and the fields of their forms.',
      access: administrators,
      ...schema.listConnectorTypes,
      handle: async () => ({types: connectors.types()}),
    }),
    route({
      method: 'get',
      path: '/api/admin/connectors',
      summary: 'Connectors, their destinations and their health. Secrets are never returned.',
      access: administrators,
      ...schema.listConnectors,
      handle: async () => ({connectors: await connectors.list()}),
    }),
    route({
      method: 'post',
      path: '/api/admin/connectors',
      summary: 'Add a connector; its host becomes a destination of the egress broker.',
      access: administrators,
      ...schema.createConnector,
      status: 201,
      handle: async ({body, caller}) => ({
        connector: await connectors.create(
          body.type,
          {...body, private: body.private ?? false},
          userOf(caller).userId,
        ),
      }),
    }),
    route({
      method: 'patch',
      path: '/api/admin/connectors/{connectorId}',
      summary: 'Change a connector. A secret that is left out stays.',
      access: administrators,
      ...schema.updateConnector,
      handle: async ({params, body, caller}) => {
        const connector = await connectors.update(params.connectorId, body, userOf(caller).userId);
        deliveries.wake();
        return {connector};
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/connectors/{connectorId}',
      summary: 'Remove a connector, what still waits for it, and its destination.',
      access: administrators,
      ...schema.removeConnector,
      handle: async ({params, caller}) => {
        await connectors.remove(params.connectorId, userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/connectors/{connectorId}/test',
      summary: 'Send a test and say exactly what happened.',
      access: administrators,
      ...schema.testConnector,
      perMinute: 20,
      handle: async ({params, caller}) => connectors.test(params.connectorId, userOf(caller).userId),
    }),
    route({
      method: 'get',
      path: '/api/admin/deliveries',
      summary: 'The sync log.',
      access: administrators,
      ...schema.listDeliveries,
      handle: async ({query}) => deliveries.list(query),
    }),
    route({
      method: 'post',
      path: '/api/admin/deliveries/{deliveryId}/retry',
      summary: 'Try a delivery again now.',
      access: administrators,
      ...schema.retryDelivery,
      handle: async ({params, caller}) => ({
        delivery: await deliveries.retry(params.deliveryId, userOf(caller).userId),
      }),
    }),
  ];
};
