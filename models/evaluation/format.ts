import {readFileSync} from 'node:fs';
import {z} from 'zod';
import {authorities, intents} from '../../appliance/adapters/llm/contract.ts';

const range = z.object({min: z.number().nullable(), max: z.number().nullable()}).nullable();
const expected = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  company: z.string().nullable(),
  job_title: z.string().nullable(),
  company_size: range,
  budget: z
    .object({
      min: z.number().nullable(),
      max: z.number().nullable(),
      currency: z.string().nullable(),
      period: z.enum(['once', 'month', 'year']).nullable(),
    })
    .nullable(),
  timeline: z.string().nullable(),
  authority: z.enum(authorities).nullable(),
  intents: z.array(z.enum(intents)),
});
export type Expected = z.infer<typeof expected>;

const dialogue = z.object({
  id: z.string(),
  locale: z.string(),
  region: z.string().length(2),
  today: z.iso.date(),
  tags: z.array(z.string()),
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

/** One dialogue a line; a faulty line is named. */
export const readDialogues = (file: string): Dialogue[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      if (line.trim() === '') return [];
      try {
        return [dialogue.parse(JSON.parse(line))];
      } catch (error) {
        throw new Error(`${file}, line ${i + 1}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    });

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
