import {z} from 'zod';
import {id, instant, locale} from '../../kit/schema.ts';

/** What may be measured of a visitor; each is on or off. */
export const usageCategories = ['address', 'device', 'pages', 'time', 'video', 'crm'] as const;
export const usageCategory = z.enum(usageCategories);
export type UsageCategory = (typeof usageCategories)[number];

/** ask: nothing before a yes. inform: from the opening of the chat on, until somebody objects. */
export const usageMode = z.enum(['ask', 'inform']);
export type UsageMode = z.infer<typeof usageMode>;

/** What the visitor's browser is told, and draws: our words, so that the ledger holds exactly what was read. */
export const usageStanding = z.object({
  state: z.enum(['ask', 'on', 'off']),
  /** To be shown above the chat until it is answered. */
  question: z
    .object({
      /** Names these very words: an answer to others is not taken. */
      id: z.string(),
      text: z.string(),
      yes: z.object({label: z.string(), answer: z.enum(['agreed', 'noted'])}),
      no: z.string(),
    })
    .nullable(),
});
export type UsageStanding = z.infer<typeof usageStanding>;

const language = locale.default('en');
export const ownUsage = {
  query: z.object({language}),
  response: z.object({
    usage: usageStanding,
    /** In the visitor's language: what is meant, what it stands at, and the one button. */
    words: z.object({title: z.string(), meaning: z.string(), nothing: z.string()}),
    button: z.object({label: z.string(), answer: z.enum(['agreed', 'declined'])}).nullable(),
    measured: z.array(
      z.object({
        category: usageCategory,
        label: z.string(),
        values: z.array(z.object({value: z.string(), at: instant.nullable()})),
      }),
    ),
  }),
};
export const answerUsage = {
  body: z.object({
    answer: z.enum(['agreed', 'noted', 'declined']),
    where: z.enum(['bar', 'panel']),
    /** The question that was answered, where it stood above the chat. */
    question: z.string().max(64).optional(),
    language,
    page: z.string().max(2000).default(''),
  }),
  response: z.object({usage: usageStanding}),
};

const category = z.object({
  category: usageCategory,
  collected: z.boolean(),
  /** Whether a part of this version measures it at all. */
  measured: z.boolean(),
  /** Visitors of whom something of it is stored now. */
  visitors: z.number().int(),
});
export const getUsage = {
  response: z.object({
    categories: z.array(category),
    fullAddress: z.boolean(),
    reason: z.string(),
    decided: z.object({by: z.string(), at: instant}).nullable(),
    sites: z.array(z.object({siteId: id, name: z.string(), mode: usageMode})),
  }),
};
export const putUsage = {
  body: z.object({
    collected: z.array(usageCategory).max(usageCategories.length),
    fullAddress: z.boolean(),
    reason: z.string().trim().max(500).default(''),
  }),
  response: getUsage.response,
};
export const putUsageMode = {
  params: z.object({siteId: id}),
  body: z.object({mode: usageMode}),
  response: getUsage.response,
};
