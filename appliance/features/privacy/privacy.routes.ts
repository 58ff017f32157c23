import {route, type Route, userOf} from '../../kit/route.ts';
import type {Destinations} from './destinations.service.ts';
import * as schema from './privacy.schema.ts';
import {getRegion} from './regions.ts';

const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

export const privacyRoutes = (deps: {
  destinations: Destinations;
  region: () => Promise<string>;
  brokerState: () => 'running' | 'starting' | 'stopped';
  userNames: (ids: string[]) => Promise<Map<string, string>>;
}): Route[] => {
  const {destinations} = deps;
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
  ];
};
