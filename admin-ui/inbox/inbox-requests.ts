/** What the inbox asks by request; everything else comes over its socket. */
import type {
  actOnConversation,
  getConversation,
  listConversations,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {listPresence, setPresence} from '../../appliance/features/routing/routing.schema.ts';
import {type Answer, request, withQuery} from '../shared/api.ts';
import type {Act} from './inbox-state.ts';

const path = '/api/agent/conversations';
const one = (conversationId: string) => `${path}/${encodeURIComponent(conversationId)}`;
export type ListQuery = Record<string, string | number | undefined>;

export const inboxRequests = {
  list: (query: ListQuery) => request<Answer<typeof listConversations>>('GET', withQuery(path, query)),
  detail: async (conversationId: string) =>
    (await request<Answer<typeof getConversation>>('GET', one(conversationId))).conversation,
  act: async (conversationId: string, act: Act) =>
    (await request<Answer<typeof actOnConversation>>('POST', `${one(conversationId)}/${act}`)).conversation,
  agents: async () => (await request<Answer<typeof listPresence>>('GET', '/api/agent/presence')).agents,
  setPresence: (presence: 'available' | 'away') =>
    request<Answer<typeof setPresence>>('PUT', '/api/agent/presence', {presence}),
};
