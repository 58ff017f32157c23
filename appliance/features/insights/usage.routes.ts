import {AppError} from '../../kit/errors.ts';
import {type Caller, route, type Route, userOf} from '../../kit/route.ts';
import {deviceOf, pageOf} from '../../kit/visit.ts';
import * as schema from './usage.schema.ts';
import type {Session, Usage} from './usage.service.ts';
import type {UsageSettings} from './usage.settings.ts';

const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
const administrators = ['administrator'] as const;

const sessionOf = (caller: Caller): Session => {
  if (caller.kind !== 'visitor')
    throw new AppError('unauthenticated', 'request.unauthenticated', 'Open the chat first.');
  return caller;
};

export const usageRoutes = (deps: {
  usage: Usage;
  settings: UsageSettings;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
}): Route[] => {
  const {usage, settings} = deps;
  const view = async (caller: Caller) => {
    const {decided, ...found} = await settings.view();
    if (decided === null) return {...found, decided};
    const by = decided.by ?? '';
    // an auditor reads the id that the audit log names them by
    const names = userOf(caller).role === 'auditor' ? new Map([[by, by]]) : await deps.userNames([by]);
    return {...found, decided: {by: names.get(by) ?? 'a former user', at: decided.at}};
  };
  return [
    route({
      method: 'get',
      path: '/api/visitor/usage',
      summary: 'What was measured of the visitor who asks, and how they answered.',
      access: 'visitor',
      ...schema.ownUsage,
      perMinute: 60,
      handle: ({caller, query}) => usage.own(sessionOf(caller), query.language),
    }),
    route({
      method: 'put',
      path: '/api/visitor/usage',
      summary:
        'Agree to being measured, or object: then nothing more is, and what was is deleted. Either is one request.',
      access: 'visitor',
      ...schema.answerUsage,
      perMinute: 30,
      handle: async ({caller, body: {page, ...body}, ip, headers}) => ({
        usage: await usage.answer(sessionOf(caller), {
          ...body,
          visit: {ip, ...deviceOf(headers['user-agent']), page: pageOf(page)},
        }),
      }),
    }),
    route({
      method: 'get',
      path: '/api/admin/usage',
      summary: 'What is measured of visitors, of how many something is stored, and how each website asks.',
      access: evidence,
      ...schema.getUsage,
      handle: ({caller}) => view(caller),
    }),
    route({
      method: 'put',
      path: '/api/admin/usage',
      summary:
        'Switch categories on and off: what is off is deleted of everybody, at once. Whole addresses need a reason.',
      access: administrators,
      ...schema.putUsage,
      handle: async ({body, caller}) => {
        await settings.set(body, userOf(caller).userId);
        return view(caller);
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/usage/sites/{siteId}',
      summary: 'How a website asks: before anything is measured, or by a word with an objection.',
      access: administrators,
      ...schema.putUsageMode,
      handle: async ({params, body, caller}) => {
        await settings.setMode(params.siteId, body.mode, userOf(caller).userId);
        return view(caller);
      },
    }),
  ];
};
