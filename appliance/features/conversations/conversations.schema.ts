import {z} from 'zod';
import {citation, fact, id, instant, locale, page, scoreView} from '../../kit/schema.ts';

/** ai: the AI answers. waiting: a person was asked for. agent: a person answers, the AI is quiet. */
export const conversationState = z.enum(['ai', 'waiting', 'agent', 'closed']);
export type ConversationState = z.infer<typeof conversationState>;
export const authorKind = z.enum(['visitor', 'ai', 'agent', 'system']);

/** What changed, as `system` messages say it; the reader's language makes the sentence. */
export const systemEvent = z.enum([
  'human_requested',
  'ai_objected',
  'agent_joined',
  'handed_back',
  'closed',
  'reopened',
]);

export const message = z.object({
  id,
  /** 1, 2, 3 … without a gap within its conversation. */
  seq: z.number().int().positive(),
  author: z.object({kind: authorKind, name: z.string().nullable()}),
  /** Masked plain text. For `system` messages empty: see `event`. */
  text: z.string(),
  event: systemEvent.nullable(),
  /** Tappable answers under the newest AI message. */
  quickReplies: z.array(z.string()).default([]),
  /** Where an answer was quoted from, if it was. */
  source: z.string().nullable().default(null),
  /** The passage of a document an answer stands on, if it does. */
  citation: citation.nullable().default(null),
  /** What the widget lets the visitor choose below it: what is to become of their data. */
  card: z.enum(['privacy']).nullable().default(null),
  at: instant,
});
export type Message = z.infer<typeof message>;

export const conversationSummary = z.object({
  id,
  siteId: id,
  siteName: z.string(),
  state: conversationState,
  locale,
  /** As the facts say; null until the visitor said it. */
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  /** A short number to tell unnamed visitors apart. */
  visitorNumber: z.string(),
  online: z.boolean(),
  agent: z.object({id, name: z.string()}).nullable(),
  lastMessage: z.object({kind: authorKind, text: z.string(), at: instant}).nullable(),
  lastSeq: z.number().int(),
  unread: z.boolean(),
  points: z.number(),
  bar: z.number(),
  qualified: z.boolean(),
  /** Why a person is wanted, and since when; null while nobody is. */
  waiting: z
    .object({
      why: z.enum(['asked', 'qualified', 'handed_back', 'unavailable', 'objected', 'unknown']),
      since: instant,
    })
    .nullable(),
  /** The visitor wants no AI: it stays out until the end. */
  aiObjected: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type ConversationSummary = z.infer<typeof conversationSummary>;

export const conversationDetail = conversationSummary.extend({
  messages: z.array(message),
  facts: z.array(fact),
  score: scoreView,
  legalHold: z.boolean().describe('a legal hold suspends the deletion of what this visitor said'),
  visitor: z.object({
    page: z.string().nullable(),
    device: z.string().nullable(),
    browser: z.string().nullable(),
    ip: z
      .string()
      .nullable()
      .describe('truncated before it was stored, unless the administrator decided otherwise'),
  }),
});
export type ConversationDetail = z.infer<typeof conversationDetail>;

export const openVisitorSession = {
  body: z.object({
    siteId: id,
    locale: z.string().max(35),
    page: z.string().max(2000).default(''),
    /** The browser asks not to be tracked: as good as an objection to being measured. */
    objects: z.boolean().default(false),
  }),
  /** The token is the visitor's only key to the conversation; 30 days from the last use. */
  response: z.object({token: z.string(), conversationId: id, visitorId: id}),
};
export const listConversations = {
  query: page.extend({
    state: conversationState.optional(),
    mine: z.enum(['true', 'false']).optional(),
    q: z.string().max(100).optional(),
  }),
  response: z.object({conversations: z.array(conversationSummary), nextCursor: z.string().nullable()}),
};
const params = z.object({conversationId: id});
export const getConversation = {params, response: z.object({conversation: conversationDetail})};
export const actOnConversation = {params, response: z.object({conversation: conversationSummary})};
