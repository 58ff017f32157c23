import {AppError} from '../../kit/errors.ts';
import {type Role, roles, route, type Route, userOf} from '../../kit/route.ts';
import type {Accounts} from './accounts.service.ts';
import type * as accountSchema from './accounts.schema.ts';
import * as schema from './second-factor.schema.ts';
import {sessionSeconds} from './sessions.ts';

const administrators = ['administrator'] as const satisfies Role[];

export const secondFactorRoutes = (deps: {
  accounts: Accounts;
  /** As the person's app will call this appliance. */
  issuer: () => Promise<string>;
  networkOf: (ip: string) => string;
  sessionOf: (who: {userId: string; sessionId: string}) => Promise<accountSchema.Session>;
}): Route[] => {
  const {accounts, networkOf, sessionOf} = deps;
  const {secondFactor} = accounts;

  return [
    route({
      method: 'post',
      path: '/api/session/proof',
      summary: 'Show once more that it is you, for what is open only a quarter of an hour after that.',
      access: roles,
      beforeSecondFactor: true,
      ...schema.proveAgain,
      handle: async ({body, caller, ip, setCookie}) => {
        const who = userOf(caller);
        const token = await accounts.proveAgain(who, body, networkOf(ip));
        setCookie('session', token, {maxAgeSeconds: sessionSeconds});
        return sessionOf(who);
      },
    }),
    route({
      method: 'post',
      path: '/api/session/second-factor',
      summary: 'A new secret for an authenticator app, shown once. It counts from its first right code on.',
      access: roles,
      beforeSecondFactor: true,
      recentProof: true,
      ...schema.beginSecondFactor,
      handle: async ({caller}) => {
        const {userId} = userOf(caller);
        const [user, issuer] = await Promise.all([accounts.find(userId), deps.issuer()]);
        return secondFactor.begin(userId, {issuer, email: user?.email ?? ''});
      },
    }),
    route({
      method: 'put',
      path: '/api/session/second-factor',
      summary:
        'The first code of the new secret. All sessions from before end; ten recovery codes come with it.',
      access: roles,
      beforeSecondFactor: true,
      recentProof: true,
      ...schema.confirmSecondFactor,
      handle: async ({body, caller, ip, setCookie}) => {
        const {userId} = userOf(caller);
        const {recoveryCodes, ...started} = await secondFactor.confirm(
          {userId, network: networkOf(ip)},
          body.code,
        );
        setCookie('session', started.token, {maxAgeSeconds: sessionSeconds});
        return {session: await sessionOf(started), recoveryCodes};
      },
    }),
    route({
      method: 'delete',
      path: '/api/session/second-factor',
      summary: 'Turn the own second factor off, where none is needed.',
      access: roles,
      recentProof: true,
      handle: async ({caller}) => {
        const who = userOf(caller);
        if ((await sessionOf(who)).secondFactor?.needed)
          throw new AppError(
            'conflict',
            'accounts.second_factor_needed',
            'You need a second factor here. Set up a new one instead; it replaces the old one.',
          );
        await secondFactor.turnOff(who.userId);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/session/recovery-codes',
      summary: 'Ten new recovery codes, shown once; the old ones are good for nothing from then on.',
      access: roles,
      recentProof: true,
      ...schema.renewRecoveryCodes,
      handle: async ({caller}) => ({
        recoveryCodes: await secondFactor.renewRecoveryCodes(userOf(caller).userId),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/{userId}/second-factor',
      summary:
        'For whoever lost phone and recovery codes: the second factor is removed, all their sessions end.',
      access: administrators,
      recentProof: true,
      ...schema.resetSecondFactor,
      handle: async ({params, caller}) => {
        await secondFactor.resetOf(params.userId, userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/second-factor',
      summary: 'Who must have a second factor.',
      access: administrators,
      ...schema.getSecondFactorPolicy,
      handle: async () => ({neededOf: await secondFactor.neededOf()}),
    }),
    route({
      method: 'put',
      path: '/api/admin/second-factor',
      summary: 'Say who must have a second factor. Who must and has none sets one up before anything else.',
      access: administrators,
      recentProof: true,
      ...schema.putSecondFactorPolicy,
      handle: async ({body, caller}) => {
        await secondFactor.requireOf(body.neededOf, userOf(caller).userId);
        return {neededOf: await secondFactor.neededOf()};
      },
    }),
  ];
};
