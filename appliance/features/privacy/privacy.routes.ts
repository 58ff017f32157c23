import {route, type Route, userOf} from '../../kit/route.ts';
import {columnSuffix, type TableDeclaration} from '../../storage/index.ts';
import type {Destinations} from './destinations.service.ts';
import * as schema from './privacy.schema.ts';
import {getRegion} from './regions.ts';
import type {Retention, RetentionDays} from './retention.service.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

/** GDPR Art. 30, from the declarations that storage itself works by. */
export const dataMap = (tables: readonly TableDeclaration[]) =>
  tables.flatMap(declaration =>
    Object.entries(declaration.columns).map(([name, column]) => ({
      table: declaration.table,
      column: name + columnSuffix[column.kind],
      room: declaration.room,
      category: column.kind === 'technical' ? null : column.category,
      purposes: column.kind === 'technical' ? [] : [...column.purposes],
      basis: column.kind === 'technical' ? null : column.basis,
      retention: column.kind === 'technical' ? declaration.retention : column.retention,
      sealed: column.kind === 'sealed',
      erasedBy: column.kind === 'technical' ? 'row' : column.erasedBy,
    })),
  );

export const privacyRoutes = (deps: {
  retention: Retention;
  destinations: Destinations;
  tables: readonly TableDeclaration[];
  region: () => Promise<string>;
  brokerState: () => 'running' | 'starting' | 'stopped';
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  nextRunAt: () => string;
}): Route[] => {
  const {retention, destinations} = deps;
  const state = async (proposed: Partial<RetentionDays> = {}) => {
    const days = await retention.days();
    const countedWith = {...days, ...proposed};
    const wouldRemove = await retention.wouldRemove(countedWith);
    return {days, countedWith, wouldRemove, runs: await retention.runs(), nextRunAt: deps.nextRunAt()};
  };
  return [
    route({
      method: 'get',
      path: '/api/admin/destinations',
      summary: 'The region, every destination that may be reached, and the state of the broker.',
      access: evidence,
      ...schema.listDestinations,
      handle: async ({caller}) => {
        const [all, lastUse] = await Promise.all([destinations.list(), destinations.lastUse()]);
        // who approved is a person: an auditor reads the id that the audit log names them by
        const {role} = userOf(caller);
        const names = role === 'auditor' ? null : await deps.userNames(all.map(one => one.approvedBy));
        return {
          region: getRegion(await deps.region()),
          destinations: all.map(one => ({
            ...one,
            approvedBy: names === null ? one.approvedBy : (names.get(one.approvedBy) ?? 'a former user'),
            lastUsedAt: lastUse.get(one.id) ?? null,
          })),
          brokerState: deps.brokerState(),
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/egress-attempts',
      summary: 'Every attempt to reach anything outside, allowed or denied, newest first.',
      access: evidence,
      ...schema.listEgressAttempts,
      handle: async ({query}) => destinations.attempts(query),
    }),
    route({
      method: 'get',
      path: '/api/admin/retention',
      summary: 'How long each category is kept, and what the next run would remove.',
      access: evidence,
      ...schema.getRetention,
      handle: async ({query}) => state(JSON.parse(JSON.stringify(query)) as Partial<RetentionDays>),
    }),
    route({
      method: 'put',
      path: '/api/admin/retention',
      summary: 'Change how long each category is kept, from the next nightly run on.',
      access: administrators,
      ...schema.putRetention,
      handle: async ({body, caller}) => {
        await retention.set(body, userOf(caller).userId);
        return state();
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/data-map',
      summary: 'Every column: category, purposes, legal basis, retention, and how it is erased.',
      access: evidence,
      ...schema.getDataMap,
      handle: async () => ({columns: dataMap(deps.tables)}),
    }),
  ];
};
