import {z} from 'zod';
import {isCommonPassword} from './common-passwords.ts';
import {roles} from './route.ts';

/** Shapes that several rooms share. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
export const instant = z.iso.datetime().describe('ISO-8601, UTC');
/** What deletions are judged by, and why the server's own clock is not believed, if it is not. */
export const trustedNow = z.object({
  now: instant,
  serverClock: instant,
  doubt: z.object({why: z.enum(['ahead', 'behind']), words: z.string()}).nullable(),
});
export type TrustedNow = z.infer<typeof trustedNow>;
export const locale = z.enum(['en', 'de', 'fr', 'es']);
export type Locale = z.infer<typeof locale>;
export const role = z.enum(roles);
export const email = z.email().max(254);
/** A name or an address alone: no scheme, no port, no path. */
export const hostName = z
  .string()
  .trim()
  .max(253)
  .regex(
    /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}])?|[0-9a-fA-F:]+)$/u,
    'Write the name of the server alone, like server.example.com.',
  );
export const personName = z.string().trim().min(1).max(120);
/** Long rather than clever (ASVS 5, 6.2): 12 to 128 characters, any of them, and none of the first that are tried. */
export const newPassword = z
  .string()
  .min(12, 'Use at least 12 characters.')
  .max(128, 'Use at most 128 characters.')
  .refine(
    password => !isCommonPassword(password),
    'This is one of the commonest passwords, and among the first that are tried. Choose a few words in a row instead.',
  );
export const page = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Why data may go to another region (GDPR, chapter V). */
export const transferBases = [
  'adequacy_decision',
  'standard_clauses',
  'binding_rules',
  'explicit_consent',
  'contract_performance',
] as const;
/** What is asked for together with a destination outside the region. */
export const exceptionTerms = z.object({
  reason: z.string().trim().min(10, 'Write why it is needed, in a sentence.').max(500),
  until: instant,
  basis: z.enum(transferBases),
});
export type ExceptionTerms = z.infer<typeof exceptionTerms>;

/** An origin as browsers write it (RFC 6454): scheme, host and port, nothing behind. */
export const origin = z
  .string()
  .max(260)
  .refine(value => {
    const url = URL.canParse(value) ? new URL(value) : null;
    const isHost = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/.test(url?.hostname ?? '');
    return url !== null && isHost && url.origin === value && /^https?:$/.test(url.protocol);
  }, 'Write an origin like https://www.example.com: scheme and host, no path, no slash at the end.');

export const factField = z.enum([
  'name',
  'email',
  'phone',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
  'need',
  'authority',
  'intent',
]);
export type FactField = z.infer<typeof factField>;

/** What an answer quotes: the document's own words, and where they stand. */
export const citation = z.object({
  document: z.string(),
  /** The headings it stands under, the outermost first. */
  section: z.array(z.string()),
  page: z.number().int().nullable(),
  quote: z.string(),
  language: locale,
});
export type Citation = z.infer<typeof citation>;

/** A value with the visitor's words that prove it. */
export const fact = z.object({
  id,
  field: factField,
  value: z.unknown(),
  /** The value for a person, in the reader's plain form: `EUR 40,000 a year`. */
  display: z.string(),
  evidence: z.object({
    seq: z.number().int().positive().describe('the visitor message'),
    start: z.number().int().nonnegative(),
    end: z.number().int().positive(),
    quote: z.string(),
    at: instant,
  }),
  confidence: z.number(),
  source: z.enum(['model', 'reading', 'confirmed']),
});
export type FactView = z.infer<typeof fact>;

export const scoreView = z.object({
  points: z.number(),
  of: z.number(),
  bar: z.number(),
  qualified: z.boolean(),
  reasons: z.array(
    z.object({
      rule: z.string(),
      label: z.string(),
      why: z.string(),
      points: z.number(),
      of: z.number(),
      factIds: z.array(id),
    }),
  ),
  /** Fields of the playbook nobody has said yet. */
  missing: z.array(factField),
  /** What the conversation is for. Scores kept by 0.1 have neither of these two. */
  goal: z.string().default(''),
  /** Who should take over, by the playbook. */
  teams: z.array(z.object({team: z.string(), why: z.string()})).default([]),
});
export type ScoreView = z.infer<typeof scoreView>;

export const retentionCategories = ['conversations', 'leads', 'usage', 'mail'] as const;
export type RetentionCategory = (typeof retentionCategories)[number];
export const daysKept = z.number().int().min(1).max(3650);
/** Days that each category is kept; enforced every night from the first day. */
export const retentionDays = z.object({
  conversations: daysKept,
  leads: daysKept,
  usage: daysKept,
  mail: daysKept,
});

export const region = z.object({
  code: z.string(),
  label: z.string(),
  /** What choosing it means, in a sentence or two. */
  meaning: z.string(),
});
