import {readFileSync} from 'node:fs';
import {z} from 'zod';
import {authorities, intents} from '../../appliance/adapters/llm/contract.ts';

/** Absent and null are the same: not stated. */
const stated = <T extends z.ZodType>(shape: T) => shape.nullish().transform(value => value ?? null);
const bound = stated(z.number());
const range = stated(z.object({min: bound, max: bound}));
const expected = z.object({
  name: stated(z.string()),
  email: stated(z.string()),
  phone: stated(z.string()),
  company: stated(z.string()),
  job_title: stated(z.string()),
  company_size: range,
  budget: stated(
    z.object({
      min: bound,
      max: bound,
      currency: stated(z.string()),
      period: stated(z.enum(['once', 'month', 'year'])),
    }),
  ),
  timeline: stated(z.string()),
  authority: stated(z.enum(authorities)),
  intents: z.array(z.enum(intents)).default([]),
});
export type Expected = z.infer<typeof expected>;

const dialogue = z.object({
  id: z.string(),
  // the four languages that are measured, with or without a country
  locale: z
    .string()
    .regex(/^(?:en|de|fr|es)(?:-[A-Z]{2})?$/, 'en, de, fr or es, with or without a country: de-AT'),
  region: z.string().length(2),
  today: z.iso.date(),
  tags: z.array(z.string()).default([]),
  turns: z.array(z.object({role: z.enum(['assistant', 'visitor']), text: z.string()})).min(1),
  expect: expected,
});
export type Dialogue = z.infer<typeof dialogue>;

export const factFields = [
  'name',
  'email',
  'phone',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
  'authority',
] as const;
export type ScoredField = (typeof factFields)[number];

const readLines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split('\n');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, {cause: error});
  }
};

/** One dialogue a line; a faulty line is named. */
export const readDialogues = (file: string): Dialogue[] => {
  const dialogues = readLines(file).flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const checked = dialogue.safeParse(JSON.parse(line));
      if (checked.success) return [checked.data];
      throw new Error(z.prettifyError(checked.error));
    } catch (error) {
      throw new Error(`${file}, line ${i + 1}: ${(error as Error).message}`, {cause: error});
    }
  });
  if (dialogues.length === 0) throw new Error(`${file} holds no dialogue.`);
  return dialogues;
};

const plain = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replaceAll(/[’‘]/g, "'").replaceAll(/\s+/g, ' ').trim();
const legalForm =
  /[\s,]+(?:gmbh(?: & co\.? ?kg)?|ag|kg|ohg|ug|e\.?\s?v\.?|eg|se|ltd\.?|limited|llc|inc\.?|corp\.?|plc|llp|pty(?: ltd)?|pvt(?: ltd)?|sas|sarl|sàrl|sa|s\.a\.|s\.?l\.?u?\.?|s\.a\. de c\.v\.|bv|nv|srl)$/u;

/** Names and titles ignore case; companies their legal form and article too; all else must be the same. */
export const isSame = (field: ScoredField, expected: unknown, predicted: unknown): boolean => {
  if (typeof expected === 'string' && typeof predicted === 'string') {
    if (field !== 'company') return plain(expected) === plain(predicted);
    const bare = (text: string) =>
      plain(text)
        .replace(legalForm, '')
        .replace(/^(?:the|die|der|das|la|le|les|el) /, '');
    return bare(expected) === bare(predicted);
  }
  if (
    typeof expected !== 'object' ||
    typeof predicted !== 'object' ||
    expected === null ||
    predicted === null
  ) {
    return expected === predicted;
  }
  const keys = field === 'budget' ? ['min', 'max', 'currency', 'period'] : ['min', 'max'];
  const [a, b] = [expected as Record<string, unknown>, predicted as Record<string, unknown>];
  return keys.every(key => (a[key] ?? null) === (b[key] ?? null));
};
