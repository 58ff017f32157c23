import {AppError} from '../../kit/errors.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './routing.schema.ts';
import type {Routing} from './routing.service.ts';

const agents = ['agent', 'administrator'] as const;

export const routingRoutes = (routing: Routing): Route[] => [
  route({
    method: 'get',
    path: '/api/agent/presence',
    summary: 'Who is available, connected, and how busy.',
    access: agents,
    ...schema.listPresence,
    handle: async () => ({agents: await routing.list()}),
  }),
  route({
    method: 'put',
    path: '/api/agent/presence',
    summary: 'Say whether you may be offered conversations.',
    access: agents,
    ...schema.setPresence,
    handle: async ({body, caller}) => {
      const {userId} = userOf(caller);
      await routing.setPresence(userId, body.presence);
      const mine = (await routing.list()).find(({agentId}) => agentId === userId);
      if (!mine) throw new AppError('not_found', 'routing.unknown_agent', 'This user is not an agent.');
      return mine;
    },
  }),
];
