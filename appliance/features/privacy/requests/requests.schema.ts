import {z} from 'zod';
import {email, factField, id, instant, locale, page} from '../../../kit/schema.ts';

/** GDPR Art. 15, 20, 16, 21, 17 and 22(3). */
export const requestKinds = [
  'access',
  'portability',
  'rectification',
  'objection',
  'erasure',
  'review',
] as const;
export const requestKind = z.enum(requestKinds);
export type RequestKind = z.infer<typeof requestKind>;
/** What is objected to: that an AI answers, that usage is monitored, or any processing at all. */
export const objectionTo = z.enum(['ai', 'usage', 'all']);
export type ObjectionTo = z.infer<typeof objectionTo>;
/** `open`: a person has to act. `running`: the appliance does. `held`: something keeps the data for now. */
export const requestState = z.enum(['unproved', 'open', 'running', 'held', 'done', 'refused']);
export type RequestState = z.infer<typeof requestState>;
/** How the person was known: by their open chat, by a code in their mail, or by whoever entered it here. */
export const requestProof = z.enum(['session', 'mail', 'console']);

const words = z.string().trim().min(1, 'Write a few words here.').max(2000);
export const step = z.object({
  store: z.string(),
  state: z.enum(['waiting', 'done']),
  rows: z.number().int().nullable(),
  at: instant.nullable(),
});
export type Step = z.infer<typeof step>;
export const erasureView = z.object({
  id,
  state: z.enum(['queued', 'running', 'confirming', 'held', 'done']),
  /** What a ledger or a certificate names the person by. */
  pseudonym: z.string(),
  steps: z.array(step),
  crm: z.array(
    z.object({
      connector: z.string(),
      state: z.enum(['queued', 'sending', 'retrying', 'done', 'failed', 'by_hand']),
      error: z.string().nullable(),
      at: instant.nullable(),
    }),
  ),
  kept: z
    .object({
      why: z.enum(['legal_hold', 'lawful_minimum']),
      reason: z.string(),
      until: z.string().nullable(),
    })
    .nullable(),
  erasedAt: instant.nullable(),
});

export const subjectRequest = z.object({
  id,
  kind: requestKind,
  objection: objectionTo.nullable(),
  state: requestState,
  origin: z.enum(['widget', 'console']),
  proof: requestProof.nullable(),
  language: locale,
  createdAt: instant,
  /** One month, or three where it was extended (Art. 12(3)). */
  dueAt: instant,
  overdue: z.boolean(),
  extended: z.boolean(),
  closedAt: instant.nullable(),
  outcome: z.string().nullable(),
  persons: z.number().int(),
  hasCertificate: z.boolean(),
});
export type SubjectRequest = z.infer<typeof subjectRequest>;
export const requestDetail = subjectRequest.extend({
  address: z.string().nullable(),
  words: z.string().nullable(),
  extension: z.string().nullable(),
  answer: z.string().nullable(),
  openedBy: z.string().nullable(),
  closedBy: z.string().nullable(),
  conversations: z.array(z.object({id, visitorId: id})),
  erasures: z.array(erasureView),
});
export type RequestDetail = z.infer<typeof requestDetail>;

const params = z.object({requestId: id});
const one = {params, response: z.object({request: requestDetail})};
const stored = z.object({
  state: z.enum(['open', 'closed']).optional().describe('open: somebody or something still has to act'),
});
export const listRequests = {
  query: page.extend(stored.shape),
  response: z.object({
    requests: z.array(subjectRequest),
    nextCursor: z.string().nullable(),
    counts: z.object({open: z.number().int(), overdue: z.number().int(), closed: z.number().int()}),
  }),
};
export const getRequest = one;
export const openRequest = {
  body: z
    .strictObject({
      kind: requestKind,
      objection: objectionTo.optional(),
      /** Whoever has it: all visitors who gave this address and did not take it back. */
      address: email.optional(),
      /** A chat that the person named. */
      conversationId: id.optional(),
      language: locale,
      /** What they ask, and how their identity was checked. */
      words,
    })
    .refine(({address, conversationId}) => address !== undefined || conversationId !== undefined, {
      path: ['address'],
      error: 'Say whose data it is about: an e-mail address, a conversation, or both.',
    })
    .refine(({kind, objection}) => (kind === 'objection') === (objection !== undefined), {
      path: ['objection'],
      error: 'An objection says what it is to; no other request does.',
    }),
  response: z.object({request: requestDetail}),
};
export const extendRequest = {...one, body: z.strictObject({reason: words})};
export const refuseRequest = {...one, body: z.strictObject({reason: words})};
export const closeRequest = {...one, body: z.strictObject({answer: words})};
export const executeRequest = one;
export const confirmCrm = one;
export const factToCorrect = z.object({
  id,
  conversationId: id,
  field: factField,
  display: z.string(),
  quote: z.string(),
});
export const listFacts = {params, response: z.object({facts: z.array(factToCorrect)})};
export const correctFact = {
  params,
  body: z.strictObject({factId: id, value: z.string().trim().min(1).max(400)}),
  response: z.object({facts: z.array(factToCorrect)}),
};
export const decideReview = {
  ...one,
  body: z.strictObject({conversationId: id, qualified: z.boolean(), why: words}),
};
export const exportFormat = z.enum(['json', 'html', 'pdf']);
export type ExportFormat = z.infer<typeof exportFormat>;
export const downloadExport = {params: params.extend({format: exportFormat})};
export const downloadCertificate = {params: params.extend({format: z.enum(['json', 'pdf'])})};

// the visitor's side
export const visitorView = z.object({
  requestId: id,
  kind: requestKind,
  state: requestState,
  dueAt: instant,
});
export const startVisitorRequest = {
  body: z
    .strictObject({
      kind: requestKind,
      objection: objectionTo.optional(),
      words: z.string().trim().max(2000).default(''),
      language: locale,
    })
    .refine(({kind, objection}) => (kind === 'objection') === (objection !== undefined), {
      path: ['objection'],
      error: 'An objection says what it is to; no other request does.',
    }),
  /** Shows how it went, once the session is gone with all else. */
  response: visitorView.extend({receipt: z.string()}),
};
export const startVisitorCode = {
  body: z
    .strictObject({...startVisitorRequest.body.shape, address: email})
    .refine(({kind, objection}) => (kind === 'objection') === (objection !== undefined), {
      path: ['objection'],
      error: 'An objection says what it is to; no other request does.',
    }),
  /** The same for every address. `mail` false: there is no mail server, write to the contact. */
  response: z.object({mail: z.boolean(), requestId: id.nullable()}),
};
export const proveVisitorRequest = {
  params,
  body: z.strictObject({code: z.string().regex(/^\d{8}$/, 'The code has eight digits.')}),
  response: startVisitorRequest.response,
};
export const visitorExport = {params: params.extend({format: exportFormat})};
export const receiptState = {
  params: z.object({receipt: z.string().regex(/^[\w-]{43}$/)}),
  response: z.object({
    state: requestState,
    erasedAt: instant.nullable(),
    /** Signed; null until everything is done. */
    certificate: z.unknown().nullable(),
  }),
};
