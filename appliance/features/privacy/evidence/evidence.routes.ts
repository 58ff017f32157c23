import {AppError} from '../../../kit/errors.ts';
import type {HostCheck} from '../../../kit/host-order.ts';
import {route, type Route, userOf} from '../../../kit/route.ts';
import * as schema from './evidence.schema.ts';
import type {EvidenceService} from './evidence.service.ts';
import type {Pack} from './pack.ts';

const readers = ['administrator', 'privacy_officer', 'auditor'] as const;

export const evidenceRoutes = (deps: {
  evidence: EvidenceService;
  pack: (actorId: string | null) => Promise<Pack>;
  checkHost: HostCheck;
}): Route[] => {
  const {evidence} = deps;
  const packFor = async (actorId: string | null): Promise<Pack> => {
    await evidence.settled();
    return deps.pack(actorId);
  };
  return [
    route({
      method: 'get',
      path: '/api/admin/evidence',
      summary: 'Every promise: its state, what each check saw and when, its history, and what it answers to.',
      access: readers,
      ...schema.getEvidence,
      handle: () => evidence.view(),
    }),
    route({
      method: 'post',
      path: '/api/admin/evidence/checks',
      summary: 'Check all promises now, or the controls that are named; the view says how far it is.',
      access: ['administrator', 'privacy_officer'],
      ...schema.postChecks,
      status: 202,
      perMinute: 20,
      handle: async ({body, caller}) => ({progress: evidence.start(body.controls, userOf(caller).userId)}),
    }),
    route({
      method: 'get',
      path: '/api/admin/evidence/pack',
      summary:
        'All of it as a signed archive to take away, after the first check; the export is written to the audit log.',
      access: readers,
      perMinute: 6,
      handle: async ({caller}) => {
        const {name, content} = await packFor(userOf(caller).userId);
        return {file: {name, type: 'application/zip', content}};
      },
    }),
    route({
      method: 'post',
      path: '/api/host/evidence',
      summary: 'For the command line on the host: how the promises stand, or the pack.',
      access: 'public',
      ...schema.hostOrder,
      perMinute: 20,
      handle: async ({body: {what, at, proof}}) => {
        if (!deps.checkHost(schema.hostWords(what, at), at, proof))
          throw new AppError(
            'forbidden',
            'evidence.not_the_host',
            'This was refused: it was not made with this appliance’s master key, or not just now.',
          );
        const made = what === 'pack' ? await packFor(null) : null;
        return {
          ...(await evidence.health()),
          pack: made && {name: made.name, base64: made.content.toString('base64')},
        };
      },
    }),
  ];
};
