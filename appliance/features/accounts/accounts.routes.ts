import {truncateAddress} from '../../kit/network.ts';
import {type Caller, roles as everybody, route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './accounts.schema.ts';
import type {Accounts} from './accounts.service.ts';
import type {HostReset} from './host-reset.ts';
import {secondFactorRoutes} from './second-factor.routes.ts';
import {sessionSeconds} from './sessions.ts';

const administrators = ['administrator'] as const;

export const accountRoutes = (deps: {
  accounts: Accounts;
  setupNeeded: () => Promise<boolean>;
  appliance: () => Promise<schema.Session['appliance']>;
  /** The address people reach the console under, without a slash at the end. */
  consoleUrl: () => string;
  listed: (actorId: string, count: number) => Promise<void>;
  /** Throws unless the order was made with the master key, just now. */
  checkHost: (order: HostReset & {proof: string}) => void;
}): Route[] => {
  const {accounts} = deps;
  const networkOf = (ip: string): string => truncateAddress(ip) ?? 'unknown';

  const sessionOf = async (who: {userId: string; sessionId: string} | undefined): Promise<schema.Session> => {
    const [setupNeeded, appliance] = await Promise.all([deps.setupNeeded(), deps.appliance()]);
    const user = who === undefined ? undefined : await accounts.find(who.userId);
    const csrfToken = who === undefined ? null : await accounts.csrfToken(who.sessionId);
    return {
      user: user ?? null,
      csrfToken: user ? csrfToken : null,
      secondFactor: user ? await accounts.secondFactor.standing(user) : null,
      setupNeeded,
      appliance: user ? appliance : {...appliance, version: null, host: null},
    };
  };
  const ofCaller = (caller: Caller) => (caller.kind === 'user' ? caller : undefined);

  return [
    route({
      method: 'get',
      path: '/api/session',
      summary: 'Who is signed in, the token for changing requests, and what appliance this is.',
      access: 'public',
      response: schema.session,
      handle: async ({caller}) => sessionOf(ofCaller(caller)),
    }),
    route({
      method: 'post',
      path: '/api/session',
      summary: 'Sign in.',
      access: 'public',
      ...schema.signIn,
      handle: async ({body, ip, setCookie, caller}) => {
        const started = await accounts.signIn(body, networkOf(ip));
        const before = ofCaller(caller);
        if (before) await accounts.signOut(before.userId, before.sessionId);
        setCookie('session', started.token, {maxAgeSeconds: sessionSeconds});
        return sessionOf(started);
      },
    }),
    route({
      method: 'delete',
      path: '/api/session',
      summary: 'Sign out.',
      access: everybody,
      beforeSecondFactor: true,
      handle: async ({caller, setCookie}) => {
        const {userId, sessionId} = userOf(caller);
        await accounts.signOut(userId, sessionId);
        setCookie('session', '', {maxAgeSeconds: 0});
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/session/password',
      summary: 'Change the own password; the other sessions end.',
      access: everybody,
      ...schema.changePassword,
      handle: async ({body, caller, ip}) => {
        await accounts.changePassword(userOf(caller), body, networkOf(ip));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/users',
      summary: 'Everybody with an account here. The look is written to the audit log.',
      access: administrators,
      ...schema.listUsers,
      handle: async ({caller}) => {
        const users = await accounts.list();
        await deps.listed(userOf(caller).userId, users.length);
        return {users};
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/users',
      summary:
        'Invite somebody. The link is shown once, and mailed where a mail server is set; the same address again gets a new link while the first is unused.',
      access: administrators,
      recentProof: true,
      ...schema.createUser,
      status: 201,
      handle: async ({body, caller}) => {
        const {user, link, mailed} = await accounts.create(body, userOf(caller).userId);
        return {user, invitationUrl: link, mailed};
      },
    }),
    route({
      method: 'patch',
      path: '/api/admin/users/{userId}',
      summary: 'Change name, role, languages or end of access; disable (all sessions end) or enable again.',
      access: administrators,
      recentProof: true,
      ...schema.updateUser,
      handle: async ({params, body, caller}) => ({
        user: await accounts.update(params.userId, body, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: '/api/admin/users/{userId}/password-reset',
      summary:
        'A one-time link under which somebody chooses a new password within the hour; then their other sessions end.',
      access: administrators,
      recentProof: true,
      ...schema.resetPassword,
      status: 201,
      handle: async ({params, caller}) => {
        const {link, ...issued} = await accounts.issueReset(params.userId, userOf(caller).userId);
        return {resetUrl: link, ...issued};
      },
    }),
    route({
      method: 'post',
      path: '/api/host/password-reset',
      summary: 'The same, ordered by `crowlit reset-password` on the host, with the master key as proof.',
      access: 'public',
      ...schema.hostReset,
      status: 201,
      perMinute: 10,
      handle: async ({body}) => {
        deps.checkHost(body);
        const {expiresAt} = await accounts.issueResetFromHost(body.email, body);
        return {consoleUrl: deps.consoleUrl(), expiresAt};
      },
    }),
    route({
      method: 'get',
      path: '/api/invitations/{token}',
      summary: 'Whom an invitation or a link for a new password is for.',
      access: 'public',
      ...schema.invitation,
      handle: async ({params}) => accounts.invitation(params.token),
    }),
    route({
      method: 'post',
      path: '/api/invitations/{token}',
      summary: 'Choose a password, and be signed in where no second factor is to be asked.',
      access: 'public',
      ...schema.acceptInvitation,
      handle: async ({params, body, setCookie}) => {
        const started = await accounts.acceptInvitation(params.token, body.password);
        setCookie('session', started?.token ?? '', {maxAgeSeconds: started ? sessionSeconds : 0});
        return sessionOf(started);
      },
    }),
    ...secondFactorRoutes({
      accounts,
      networkOf,
      sessionOf,
      issuer: async () => {
        const {company} = await deps.appliance();
        return company === null ? 'Crowlit' : `Crowlit, ${company}`;
      },
    }),
  ];
};
