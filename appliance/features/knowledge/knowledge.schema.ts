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

export const listDocuments = {
  response: z.object({
    documents: z.array(document),
    limit: z.number().describe('bytes a document may have'),
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

export const why = z.enum(['quoted', 'weaker', 'too_little', 'no_price', 'orders']);
export const askQuestion = {
  body: z.object({text: z.string().trim().min(1, 'Write a question.').max(1000), locale}),
  response: z.object({
    /** The words that were looked for; without any, nothing is. */
    words: z.array(z.string()),
    asksPrice: z.boolean(),
    /** The one that would be quoted, or the nearest ones, with why not. */
    nearest: z.array(z.object({passage, why, missing: z.array(z.string())})),
  }),
};
export type Answered = z.infer<(typeof askQuestion)['response']>;
