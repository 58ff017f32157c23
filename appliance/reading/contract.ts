import {z} from 'zod';

/** What the reading process may make of one document. */
export const readingLimits = {
  /** Bytes of the file. */
  document: 50_000_000,
  /** Characters of its text. */
  text: 3_000_000,
  passages: 20_000,
  pages: 3000,
  /** Bytes that one file inside an archive may unpack to. */
  unpacked: 60_000_000,
  /** Elements inside each other. */
  depth: 1000,
} as const;

export const documentKinds = ['pdf', 'docx', 'html', 'markdown', 'text'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Why a document is not read. The last three are found by whoever watches the process. */
export const refusals = [
  'empty',
  'unknown_kind',
  'old_word',
  'other_office',
  'encrypted',
  'broken',
  'no_text',
  'too_much_text',
  'unpacks_too_large',
  'too_slow',
  'too_hungry',
  'unreadable',
] as const;
export type ReadingRefusal = (typeof refusals)[number];

/** A stretch of a document short enough to be quoted as it is. */
export const passage = z.object({
  /** The headings it stands under, the outermost first. */
  heading: z.array(z.string().max(300)).max(6),
  page: z.number().int().positive().nullable(),
  text: z.string().min(1).max(1200),
});
export type ReadPassage = z.infer<typeof passage>;

/** The process has read what a stranger may have written: its answer is checked like a stranger's. */
export const readingAnswer = z.union([
  z.object({
    kind: z.enum(documentKinds),
    pages: z.number().int().positive().nullable(),
    passages: z.array(passage).min(1).max(readingLimits.passages),
  }),
  z.object({refused: z.enum(refusals)}),
]);
export type ReadingAnswer = z.infer<typeof readingAnswer>;
export type ReadDocument = Exclude<ReadingAnswer, {refused: ReadingRefusal}>;
