import {z} from 'zod';
import {id, instant, locale, page} from '../../../kit/schema.ts';

/** What a person is shown or asked: an open list. Another kind (of recording, say) is one more line. */
export const consentKinds = {
  ai_disclosure: 'An AI answers',
  privacy_notice: 'Privacy notice',
  usage_monitoring: 'How the chat is used',
  ai_answers: 'Being read and answered by an AI',
} as const;
export const consentKind = z.enum(
  Object.keys(consentKinds) as [keyof typeof consentKinds, ...(keyof typeof consentKinds)[]],
);
export type ConsentKind = keyof typeof consentKinds;

/** What happened then. A withdrawal is a line of its own: what was agreed to until then stays provable. */
export const consentAct = z.enum(['shown', 'noted', 'given', 'refused', 'objected', 'withdrawn']);
export type ConsentAct = z.infer<typeof consentAct>;

/** Where the person was shown it, or by what they answered. */
export const consentHow = z.enum([
  'chat_opened',
  'chat_bar',
  'privacy_panel',
  'chat_message',
  'browser_signal',
  'privacy_request',
]);
export type ConsentHow = z.infer<typeof consentHow>;

const text = z.object({
  kind: consentKind,
  language: locale,
  version: z.number().int().nullable(),
  hash: z.string().nullable().describe('SHA-256 of the text; of the notice, of all its languages'),
  /** Null for the notice, which has its own page, and where nothing was shown. */
  text: z.string().nullable(),
  firstShownAt: instant.nullable(),
  counts: z.object(
    Object.fromEntries(consentAct.options.map(act => [act, z.number().int()])) as Record<
      ConsentAct,
      z.ZodNumber
    >,
  ),
});
export const listTexts = {
  response: z.object({
    kinds: z.array(z.object({kind: consentKind, label: z.string()})),
    texts: z.array(text),
  }),
};

export const consentEntry = z.object({
  id,
  at: instant,
  visitorId: id,
  conversationId: id,
  siteId: id,
  siteName: z.string(),
  kind: consentKind,
  act: consentAct,
  how: consentHow,
  language: locale,
  version: z.number().int().nullable(),
  textHash: z.string().nullable(),
  page: z.string().nullable(),
});
export type ConsentEntry = z.infer<typeof consentEntry>;
export const listConsents = {
  query: page.extend({kind: consentKind.optional(), conversationId: id.optional()}),
  response: z.object({entries: z.array(consentEntry), nextCursor: z.string().nullable()}),
};
