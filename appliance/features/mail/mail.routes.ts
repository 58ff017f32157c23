import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Storage} from '../../storage/index.ts';
import * as schema from './mail.schema.ts';
import type {Outbox} from './outbox.service.ts';
import type {MailServerService} from './server.service.ts';

const administrators = ['administrator'] as const;
/** A test that has not left by then says nothing any more. */
const testLife = 10 * 60_000;

export const mailRoutes = (deps: {
  storage: Storage;
  clock: Clock;
  server: MailServerService;
  outbox: Outbox;
  linksBegin: () => string;
  user: (id: string) => Promise<{name: string; email: string; languages: Locale[]} | undefined>;
  userNames: (ids: readonly string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Parameters<Outbox['send']>[0],
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
  /** Throws unless the order was made with the master key, just now. */
  checkHost: (order: {at: string; proof: string}) => void;
}): Route[] => {
  const {server, outbox, storage, clock} = deps;

  const state = async (): Promise<schema.MailView> => {
    const [view, health] = await Promise.all([server.view(), outbox.health()]);
    const names = view ? await deps.userNames([view.setBy]) : new Map<string, string>();
    return {
      server: view && {...view, setBy: names.get(view.setBy) ?? null},
      health,
      linksBegin: deps.linksBegin(),
    };
  };

  const test = async (actorId: string): Promise<string> => {
    const user = await deps.user(actorId);
    const mailId = await storage.transaction(async trx => {
      if (!user) return null;
      await deps.audit(trx, {actorId, action: 'mail.tested', subjectId: 'server', detail: {}});
      return outbox.send(trx, {
        personId: actorId,
        to: {name: user.name, address: user.email},
        language: user.languages[0] ?? 'en',
        kind: 'test',
        link: null,
        expiresAt: addMilliseconds(clock.iso(), testLife),
        key: `test:${newId()}`,
      });
    });
    if (mailId === null)
      throw new AppError('conflict', 'mail.no_server', 'No mail server is set. Set one first.');
    outbox.wake();
    return mailId;
  };

  return [
    route({
      method: 'get',
      path: '/api/admin/mail',
      summary: 'The mail server, and whether letters get through. The password is never returned.',
      access: administrators,
      ...schema.getMail,
      handle: state,
    }),
    route({
      method: 'put',
      path: '/api/admin/mail',
      summary: 'Set the mail server; its host becomes a destination of the egress broker.',
      access: administrators,
      body: schema.putMail.body,
      response: schema.getMail.response,
      handle: async ({body, caller}) => {
        await server.put(body, userOf(caller).userId);
        await outbox.hurry();
        return state();
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/mail',
      summary: 'Forget the mail server. What waits is not sent.',
      access: administrators,
      response: schema.getMail.response,
      handle: async ({caller}) => {
        await server.remove(userOf(caller).userId);
        return state();
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/mail/test',
      summary: 'Send a test letter to who asks. How it went is in the outbox.',
      access: administrators,
      ...schema.testMail,
      status: 202,
      perMinute: 10,
      handle: async ({caller}) => ({mailId: await test(userOf(caller).userId)}),
    }),
    route({
      method: 'get',
      path: '/api/admin/mails',
      summary:
        'Letters in the outbox, newest first, with each attempt. Neither address nor content is shown.',
      access: administrators,
      ...schema.listMails,
      handle: async ({query}) => outbox.list(query),
    }),
    route({
      method: 'post',
      path: '/api/admin/mails/{mailId}/retry',
      summary: 'Try a letter again now.',
      access: administrators,
      ...schema.retryMail,
      handle: async ({params, caller}) => {
        const mail = await outbox.retry(params.mailId);
        await storage.transaction(trx =>
          deps.audit(trx, {
            actorId: userOf(caller).userId,
            action: 'mail.retried',
            subjectId: params.mailId,
            detail: {kind: mail.kind},
          }),
        );
        return {mail};
      },
    }),
    route({
      method: 'post',
      path: '/api/host/mail',
      summary: 'Whether letters get through, for `crowlit doctor` on the host, with the master key as proof.',
      access: 'public',
      ...schema.hostMail,
      perMinute: 10,
      handle: async ({body}) => {
        deps.checkHost(body);
        return outbox.health();
      },
    }),
  ];
};
