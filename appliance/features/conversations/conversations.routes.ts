import {route, type Route, userOf} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import {deviceOf, pageOf, signalsObjection} from '../../kit/visit.ts';
import * as schema from './conversations.schema.ts';
import type {ConsoleService} from './console.service.ts';
import type {Conversations} from './conversations.service.ts';

const agents = ['agent', 'administrator'] as const;

export const conversationRoutes = (deps: {
  conversations: Conversations;
  console: ConsoleService;
  /** The site's own choice among the languages it speaks; throws when the site does not exist. */
  languageFor: (siteId: string, wanted: string) => Promise<Locale>;
  listed: (actorId: string, query: object, count: number) => Promise<void>;
}): Route[] => {
  const {conversations, console} = deps;
  const path = '/api/agent/conversations/{conversationId}';
  return [
    route({
      method: 'post',
      path: '/api/visitor/sessions',
      summary:
        'Opens a chat: makes a visitor, a conversation and its token. Called when the visitor opens the chat, not before.',
      access: 'public',
      ...schema.openVisitorSession,
      status: 201,
      perMinute: 30,
      handle: async ({body, ip, headers}) =>
        conversations.openSession({
          siteId: body.siteId,
          locale: await deps.languageFor(body.siteId, body.locale),
          visitorLocale: body.locale,
          visit: {ip, ...deviceOf(headers['user-agent']), page: pageOf(body.page)},
          objects: body.objects || signalsObjection(headers),
        }),
    }),
    route({
      method: 'get',
      path: '/api/agent/conversations',
      summary: 'Conversations, newest first. The look is written to the audit log.',
      access: agents,
      ...schema.listConversations,
      handle: async ({query, caller}) => {
        const {userId} = userOf(caller);
        const found = await console.list({...query, agentId: query.mine === 'true' ? userId : undefined});
        await deps.listed(userId, query, found.conversations.length);
        return found;
      },
    }),
    route({
      method: 'get',
      path,
      summary: 'One conversation with transcript, facts and score. The look is written to the audit log.',
      access: agents,
      ...schema.getConversation,
      handle: async ({params, caller}) => ({
        conversation: await console.detail(params.conversationId, userOf(caller).userId),
      }),
    }),
    ...(['accept', 'hand-back', 'close'] as const).map(action =>
      route({
        method: 'post',
        path: `${path}/${action}`,
        summary: {
          accept: 'Take the conversation over: the AI goes quiet. 409 when somebody else was first.',
          'hand-back': 'Give the conversation back to the AI.',
          close: 'End the conversation; the visitor may reopen it by writing.',
        }[action],
        access: agents,
        ...schema.actOnConversation,
        handle: async ({params, caller}) => {
          const {userId} = userOf(caller);
          if (action === 'accept') await conversations.accept(params.conversationId, userId);
          if (action === 'hand-back') await conversations.handBack(params.conversationId, userId);
          if (action === 'close') await conversations.close(params.conversationId, userId);
          return {conversation: await console.summary(params.conversationId)};
        },
      }),
    ),
  ];
};
