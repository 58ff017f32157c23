/** The frames of PROTOCOL.md as schemas. Browsers import the types only. */
import {z} from 'zod';
import {fact, id, instant, scoreView} from '../../kit/schema.ts';
import {conversationState, conversationSummary, message} from './conversations.schema.ts';

export const limits = {
  frameBytes: 64 * 1024,
  textLength: 4000,
  messagesPerConversation: 2000,
  pendingBytes: 1024 * 1024,
  pingSeconds: 25,
  helloSeconds: 10,
  typingSeconds: 6,
  messagesPerWindow: 20,
  framesPerWindow: 100,
  windowSeconds: 10,
  connectionsPerSession: 10,
  connectionsPerAddress: 100,
} as const;

export const closeCodes = {
  malformed: 4400,
  unauthenticated: 4401,
  originRefused: 4403,
  tooSlow: 4408,
  noHello: 4409,
  tooLarge: 1009,
  tooMany: 4429,
  noRoom: 4430,
  restarting: 1012,
} as const;

/** Some names are the server's own: by them it tells its turns and its events from what clients send. */
const clientId = z.string().regex(/^(?!turn_|system_|away_|greeting$)[A-Za-z0-9_-]{1,64}$/);
const seq = z.number().int().nonnegative();
/** The length is checked after trimming, with an answer of its own. */
const text = z.string();

export const visitorFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    token: z.string().max(100),
    since: seq.default(0),
    objects: z.boolean().optional(),
  }),
  z.object({type: z.literal('usage'), page: z.string().max(2000), open: z.boolean()}),
  z.object({type: z.literal('message'), clientId, text}),
  z.object({type: z.literal('typing'), on: z.boolean()}),
  z.object({type: z.literal('read'), seq}),
  z.object({type: z.literal('human'), clientId}),
  z.object({type: z.literal('object'), clientId}),
  z.object({type: z.literal('ping')}),
]);
export type VisitorFrame = z.infer<typeof visitorFrame>;

export const agentFrame = z.discriminatedUnion('type', [
  z.object({type: z.literal('hello')}),
  z.object({type: z.literal('watch'), conversationId: id, since: seq.default(0)}),
  z.object({type: z.literal('unwatch'), conversationId: id}),
  z.object({type: z.literal('message'), conversationId: id, clientId, text}),
  z.object({type: z.literal('typing'), conversationId: id, on: z.boolean()}),
  z.object({type: z.literal('read'), conversationId: id, seq}),
  z.object({type: z.literal('ping')}),
]);
export type AgentFrame = z.infer<typeof agentFrame>;

const errorFrame = z.object({
  type: z.literal('error'),
  code: z.string(),
  message: z.string(),
  clientId: z.string().optional(),
  conversationId: z.string().optional(),
});
const pong = z.object({type: z.literal('pong')});
const ack = {clientId: z.string(), seq, at: instant};
const stream = {turnId: id, index: z.number().int().nonnegative(), text: z.string()};
const delivered = {message, clientId: z.string().optional(), turnId: z.string().optional()};

export const toVisitor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    conversationId: id,
    state: conversationState,
    lastSeq: seq,
    agent: z.object({name: z.string()}).nullable(),
    personFree: z.boolean(),
    readByAgent: seq,
    /** Whether the use of the chat may be measured, and what is asked or said of it until that is answered. */
    usage: z.object({
      state: z.enum(['ask', 'on', 'off']),
      question: z
        .object({
          id: z.string(),
          text: z.string(),
          yes: z.object({label: z.string(), answer: z.enum(['agreed', 'noted'])}),
          no: z.string(),
        })
        .nullable(),
    }),
  }),
  z.object({type: z.literal('message'), ...delivered}),
  z.object({type: z.literal('ack'), ...ack}),
  z.object({type: z.literal('stream'), ...stream}),
  z.object({type: z.literal('typing'), who: z.enum(['agent', 'ai']), on: z.boolean()}),
  z.object({
    type: z.literal('state'),
    state: conversationState,
    agent: z.object({name: z.string()}).nullable(),
    personFree: z.boolean(),
  }),
  z.object({type: z.literal('read'), seq}),
  pong,
  errorFrame,
]);
export type ToVisitor = z.infer<typeof toVisitor>;

const conversationId = id;
export const toAgent = z.discriminatedUnion('type', [
  z.object({type: z.literal('welcome'), userId: id, presence: z.enum(['available', 'away'])}),
  z.object({type: z.literal('conversation'), conversation: conversationSummary}),
  z.object({
    type: z.literal('offer'),
    conversationId,
    why: z.enum(['asked', 'qualified', 'handed_back', 'unavailable', 'objected', 'unknown']),
    reason: z.string(),
    visitorName: z.string().nullable(),
    company: z.string().nullable(),
    since: instant,
  }),
  z.object({type: z.literal('offer_gone'), conversationId, takenBy: z.string().nullable()}),
  z.object({type: z.literal('message'), conversationId, ...delivered}),
  z.object({type: z.literal('ack'), conversationId, ...ack}),
  z.object({type: z.literal('stream'), conversationId, ...stream}),
  z.object({
    type: z.literal('typing'),
    conversationId,
    who: z.enum(['visitor', 'ai', 'agent']),
    on: z.boolean(),
  }),
  z.object({type: z.literal('read'), conversationId, by: z.enum(['visitor', 'agent']), seq}),
  z.object({type: z.literal('facts'), conversationId, facts: z.array(fact), score: scoreView}),
  z.object({type: z.literal('presence'), agents: z.array(z.record(z.string(), z.unknown()))}),
  pong,
  errorFrame,
]);
export type ToAgent = z.infer<typeof toAgent>;
