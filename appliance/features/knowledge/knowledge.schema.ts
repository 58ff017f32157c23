import {z} from 'zod';
import {id, instant, locale} from '../../kit/schema.ts';

const kind = z.enum(['pdf', 'docx', 'html', 'markdown', 'text']);
export const document = z.object({
  id,
  title: z.string(),
  fileName: z.string(),
  /** Null until it is read. */
  kind: kind.nullable(),
  size: z.number().describe('bytes'),
  state: z.enum(['reading', 'ready', 'refused']),
  /** Why it was refused and what to do, in words. */
  problem: z.string().nullable(),
  pages: z.number().int().nullable(),
  passages: z.number().int(),
  /** What it is written in, the most of it first. */
  languages: z.array(locale),
  uploadedBy: z.string().nullable(),
  uploadedAt: instant,
});
export type Document = z.infer<typeof document>;

/** Passages found by their meaning: by which model, and how many of them it has read. */
export const meaning = z.object({
  model: z.string(),
  here: z.boolean().describe('on this machine, not on a server'),
  done: z.number().int(),
  total: z.number().int().describe('passages of all documents'),
  beyond: z.number().int().describe('read, but not held in memory for want of room: found by words alone'),
  problem: z.string().nullable().describe('why nothing is read at present'),
});
export type Meaning = z.infer<typeof meaning>;

export const listDocuments = {
  response: z.object({
    documents: z.array(document),
    limit: z.number().describe('bytes a document may have'),
    meaning: meaning.nullable().describe('null: no model is chosen, passages are found by words alone'),
  }),
};

const fileName = z
  .string()
  .trim()
  .min(1, 'Name the file.')
  .max(200)
  .regex(/^[^/\\]+$/, 'Write the file’s name alone, without folders.');
export const startUpload = z.object({
  fileName,
  title: z.string().trim().min(1, 'Visitors see this name beside what is quoted: give one.').max(120),
  size: z.number().int().min(1, 'The file is empty.'),
});

const params = z.object({documentId: id});
export const removeDocument = {params};

export const passage = z.object({
  id,
  documentId: id,
  document: z.string(),
  heading: z.array(z.string()),
  page: z.number().int().nullable(),
  text: z.string(),
  language: locale,
  /** It tells a model what to do: it is never quoted, and no model sees it. */
  givesOrders: z.boolean(),
});
export type Passage = z.infer<typeof passage>;

export const listPassages = {
  params,
  query: z.object({
    after: z.coerce.number().int().min(0).default(0).describe('the number of the last one read'),
    limit: z.coerce.number().int().min(1).max(100).default(20),
  }),
  response: z.object({passages: z.array(passage), next: z.number().int().nullable()}),
};

export const why = z.enum(['quoted', 'weaker', 'too_little', 'name', 'no_price', 'orders']);
export const askQuestion = {
  body: z.object({text: z.string().trim().min(1, 'Write a question.').max(1000), locale}),
  response: z.object({
    /** The words that were looked for; without any, nothing is. */
    words: z.array(z.string()),
    asksPrice: z.boolean(),
    meaning: z
      .enum(['off', 'unasked', 'asked', 'silent'])
      .describe('unasked: small talk, or a price; silent: the model did not answer in time'),
    /** The one that would be quoted, or the nearest ones, with why not. */
    nearest: z.array(
      z.object({
        passage,
        why,
        missing: z.array(z.string()),
        by: z.enum(['words', 'meaning', 'both']),
        closeness: z
          .number()
          .nullable()
          .describe('of its meaning, at most 1; null where that was not compared'),
        bar: z.number().nullable().describe('how near it must be to be quoted for its meaning'),
      }),
    ),
  }),
};
export type Answered = z.infer<(typeof askQuestion)['response']>;
