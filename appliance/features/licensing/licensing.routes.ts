import {route, type Route, userOf} from '../../kit/route.ts';
import type {Cancellation} from './cancellation.service.ts';
import type {LastExports} from './last-export.ts';
import * as schema from './licensing.schema.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

export const licensingRoutes = (deps: {
  cancellation: Cancellation;
  exports: LastExports;
  checkHost: (order: {at: string; proof: string}) => void;
}): Route[] => {
  const {cancellation, exports} = deps;
  return [
    route({
      method: 'get',
      path: '/api/admin/cancellation',
      summary: 'Whether the account is cancelled, when everything is deleted, and what holds that back.',
      access: evidence,
      ...schema.getCancellation,
      // who acted is a person: an auditor reads the id that the audit log names them by
      handle: async ({caller}) => cancellation.view({named: userOf(caller).role !== 'auditor'}),
    }),
    route({
      method: 'post',
      path: '/api/admin/cancellation',
      summary: 'Cancel: in 30 days everything is deleted. Can be taken back until then.',
      access: administrators,
      recentProof: true,
      perMinute: 10,
      ...schema.startCancellation,
      handle: async ({body, caller}) => {
        await cancellation.start(body, userOf(caller).userId);
        return cancellation.view();
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/cancellation',
      summary: 'Take the cancellation back: everything stays, and exports that were made are removed.',
      access: administrators,
      ...schema.revokeCancellation,
      handle: async ({caller}) => {
        await cancellation.revoke(userOf(caller).userId);
        return cancellation.view();
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/cancellation/widget',
      summary: 'Stop the widget on all websites now, or let it work until the end.',
      access: administrators,
      ...schema.setWidget,
      handle: async ({body, caller}) => {
        await cancellation.setWidget(body.stopped, userOf(caller).userId);
        return cancellation.view();
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/cancellation/exports',
      summary: 'Write everything into one archive under a passphrase, which is kept nowhere.',
      access: administrators,
      recentProof: true,
      perMinute: 10,
      ...schema.startExport,
      handle: async ({body, caller}) => exports.start(body.passphrase, userOf(caller).userId),
    }),
    route({
      method: 'get',
      path: '/api/admin/cancellation/exports/{exportId}',
      summary: 'The archive.',
      access: administrators,
      perMinute: 10,
      ...schema.downloadExport,
      handle: async ({params, caller}) => {
        const {name, content} = await exports.download(params.exportId, userOf(caller).userId);
        return {file: {name, type: 'application/zip', content}};
      },
    }),
    route({
      method: 'post',
      path: '/api/host/cancellation',
      summary: 'The same for `crowlit cancel status` on the host, with the master key as proof.',
      access: 'public',
      perMinute: 10,
      ...schema.hostState,
      handle: async ({body}) => {
        deps.checkHost(body);
        return cancellation.hostState();
      },
    }),
  ];
};
