import {route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './privacy.schema.ts';
import type {Retention, RetentionDays} from './retention.service.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

export const privacyRoutes = (deps: {retention: Retention; nextRunAt: () => string}): Route[] => {
  const {retention} = deps;
  const state = async (proposed: Partial<RetentionDays> = {}) => {
    const days = await retention.days();
    const countedWith = {...days, ...proposed};
    const wouldRemove = await retention.wouldRemove(countedWith);
    return {days, countedWith, wouldRemove, runs: await retention.runs(), nextRunAt: deps.nextRunAt()};
  };
  return [
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
