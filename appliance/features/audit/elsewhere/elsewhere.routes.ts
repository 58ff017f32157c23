import {AppError} from '../../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../../kit/host-order.ts';
import {route, type Route, userOf} from '../../../kit/route.ts';
import type {Audit} from '../audit.service.ts';
import type {CollectorService} from './collector.service.ts';
import * as schema from './elsewhere.schema.ts';
import type {MailboxService} from './mailbox.service.ts';

const administrators = ['administrator'] as const;

const whole = (at: string) => ['audit-state', at];
export const auditStateProof = (key: Buffer, at: string): string => hostProof(key, whole(at));

/** Witnesses that an administrator sets in the console. */
export const elsewhereRoutes = (deps: {
  audit: Audit;
  collector: CollectorService;
  mailbox: MailboxService;
  hasMail: () => Promise<boolean>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  checkHost: HostCheck;
}): Route[] => {
  const {audit, collector, mailbox} = deps;

  const view = async (): Promise<schema.Elsewhere> => {
    const [one, other, mail] = await Promise.all([collector.view(), mailbox.view(), deps.hasMail()]);
    const names = await deps.userNames([one, other].flatMap(set => (set ? [set.setBy] : [])));
    const named = <Set extends {setBy: string}>(set: Set | null) =>
      set && {...set, setBy: names.get(set.setBy) ?? null};
    return {collector: named(one), mailbox: named(other), mail};
  };

  return [
    route({
      method: 'get',
      path: '/api/admin/audit/elsewhere',
      summary: 'The log collector and the mailbox that checkpoints go to.',
      access: administrators,
      ...schema.elsewhere,
      handle: view,
    }),
    route({
      method: 'put',
      path: '/api/admin/audit/collector',
      summary:
        'Send checkpoints to a log collector (SIEM); its host becomes a destination of the egress broker.',
      access: administrators,
      ...schema.putCollector,
      ...schema.elsewhere,
      handle: async ({body, caller}) => {
        await collector.put(body, userOf(caller).userId);
        await audit.checkpoint();
        return view();
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/audit/collector',
      summary: 'Send nothing more to the log collector.',
      access: administrators,
      ...schema.elsewhere,
      handle: async ({caller}) => {
        await collector.remove(userOf(caller).userId);
        return view();
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/audit/mailbox',
      summary: 'Mail the newest checkpoint to this address every day; the first letter leaves at once.',
      access: administrators,
      ...schema.putMailbox,
      ...schema.elsewhere,
      perMinute: 10,
      handle: async ({body, caller}) => {
        await mailbox.put(body, userOf(caller).userId);
        // with it the first letter leaves: whether it arrives is best known now
        await audit.checkpoint();
        return view();
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/audit/mailbox',
      summary: 'Mail no more checkpoints.',
      access: administrators,
      ...schema.elsewhere,
      handle: async ({caller}) => {
        await mailbox.remove(userOf(caller).userId);
        return view();
      },
    }),
    route({
      method: 'post',
      path: '/api/host/audit',
      summary: 'How the witnesses are, for `crowlit doctor` on the host, with the master key as proof.',
      access: 'public',
      ...schema.hostAudit,
      perMinute: 10,
      handle: async ({body: {at, proof}}) => {
        if (!deps.checkHost(whole(at), at, proof))
          throw new AppError(
            'forbidden',
            'audit.not_the_host',
            'This was refused: it was not made with this appliance’s master key, or not just now.',
          );
        const [lastCheck, witnesses] = await Promise.all([audit.lastCheck(), audit.witnesses.states()]);
        return {refused: audit.refused(), lastCheck, witnesses};
      },
    }),
  ];
};
