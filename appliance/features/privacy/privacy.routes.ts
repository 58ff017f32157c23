import {route, type Route, userOf} from '../../kit/route.ts';
import type {Destinations} from './destinations.service.ts';
import * as schema from './privacy.schema.ts';
import {getRegion} from './regions.ts';
import type {Retention, RetentionDays} from './retention.service.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

export const privacyRoutes = (deps: {
  retention: Retention;
  destinations: Destinations;
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
  ];
};
