import {route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './keys.schema.ts';
import type {Keys} from './keys.service.ts';

const administrators = ['administrator'] as const;

export const keyRoutes = (deps: {
  keys: Keys;
  /** Throws unless the order was made with the master key, just now. */
  checkHost: (order: {act: schema.HostAct; at: string; proof: string}) => void;
}): Route[] => {
  const {keys} = deps;
  return [
    route({
      method: 'get',
      path: '/api/admin/keys',
      summary:
        'Which keys are in use since when, what is being changed, and which copies of the key store exist.',
      access: administrators,
      ...schema.getKeys,
      handle: keys.view,
    }),
    route({
      method: 'post',
      path: '/api/admin/keys/wrapping',
      summary: 'Change the wrapping key while everything goes on. One that is under way is the answer.',
      access: administrators,
      status: 202,
      ...schema.getKeys,
      handle: async ({caller}) => {
        await keys.rotate(userOf(caller).userId);
        return keys.view();
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/keys/file',
      summary: 'Change the key of the database file at the next start, by a copy.',
      access: administrators,
      status: 202,
      ...schema.getKeys,
      handle: async ({caller}) => {
        await keys.orderFile(userOf(caller).userId);
        return keys.view();
      },
    }),
    route({
      method: 'post',
      path: '/api/host/keys',
      summary: 'What `crowlit keys` orders on the host, with the master key as proof.',
      access: 'public',
      perMinute: 60,
      ...schema.hostKeys,
      handle: async ({body}) => {
        deps.checkHost(body);
        return keys.order(body.act);
      },
    }),
  ];
};
