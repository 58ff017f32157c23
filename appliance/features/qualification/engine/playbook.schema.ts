import {z} from 'zod';
import {authorities, type Intent, intents} from '../../../adapters/llm/contract.ts';
import {locale} from '../../../kit/schema.ts';
import {timelineBuckets} from './engine.types.ts';

const line = z.string().trim().min(1).max(600);
/** One text per language of the playbook. */
const texts = z.partialRecord(locale, line);
const wordings = z.partialRecord(locale, z.array(line).min(1).max(10));
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/, 'Use small letters, digits and hyphens, like price-list.');

export const wantedFields = [
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
] as const;

const sourceName = z.string().trim().min(1).max(200);

/** Who asks for a person gets one, with the built-in words: a playbook cannot talk them out of it. */
export const answerable = intents.filter(
  (intent): intent is Exclude<Intent, 'human_request' | 'video_request'> =>
    intent !== 'human_request' && intent !== 'video_request',
);

/** When a rule gives its points. Amounts of the named currencies are compared as written, none is converted. */
export const condition = z.union([
  z.strictObject({
    fact: z.literal('company_size'),
    atLeast: z.number().positive().optional(),
    atMost: z.number().positive().optional(),
  }),
  z.strictObject({
    fact: z.literal('budget'),
    atLeast: z.number().positive(),
    per: z.enum(['once', 'month', 'year']),
    currencies: z
      .array(z.string().regex(/^[A-Z]{3}$/))
      .min(1)
      .max(20),
  }),
  z.strictObject({fact: z.literal('timeline'), within: z.enum(timelineBuckets)}),
  z.strictObject({fact: z.literal('authority'), oneOf: z.array(z.enum(authorities)).min(1)}),
  z.strictObject({intent: z.array(z.enum(intents)).min(1)}),
  z.strictObject({known: z.array(z.enum(wantedFields)).min(1).describe('any of them')}),
]);
export type Condition = z.infer<typeof condition>;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time like 08:30.');
const opening = z.strictObject({from: time, to: time}).nullable();
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The form alone: a draft may still lack languages, and what was published earlier is read by it. */
export const playbookForm = z.strictObject({
  id: slug,
  name: z.string().trim().min(1).max(120),
  languages: z.array(locale).min(1),
  goals: texts.describe('what the conversation is for: agents read it above the score'),
  tone: z.enum(['formal', 'warm']).default('warm').describe('how the built-in sentences thank'),
  greeting: texts
    .optional()
    .describe('follows the sentence that says this is an AI; {disclosure} puts it elsewhere, never away'),
  starters: wordings.optional().describe('buttons under the greeting'),
  facts: z
    .array(
      z.strictObject({
        field: z.enum(wantedFields),
        question: wordings.describe('several wordings, one is chosen'),
        quickReplies: wordings.optional(),
      }),
    )
    .min(1)
    .max(wantedFields.length),
  faq: z
    .array(
      z.strictObject({
        id: slug,
        phrases: wordings.describe('a question matches when it holds the words of one of them'),
        answer: texts.describe('quoted word for word'),
        source: z.union([sourceName, z.partialRecord(locale, sourceName)]).describe('named under the answer'),
      }),
    )
    .max(200)
    .default([]),
  answers: z
    .partialRecord(z.enum(answerable), texts)
    .optional()
    .describe('what to say to a visitor who shows this intent, where no frequent question fits'),
  rules: z
    .array(
      z.strictObject({
        id: slug,
        label: texts,
        why: texts,
        points: z.number().int().min(-100).max(100),
        when: condition,
      }),
    )
    .min(1)
    .max(60),
  bar: z.number().int().min(1).max(1000),
  disqualifiedBy: z
    .array(z.enum(intents))
    .default(['support_request', 'job_seeker', 'vendor_pitch', 'opt_out'])
    .describe('with one of these nobody is a lead, whatever the points'),
  businessHours: z
    .strictObject({
      timeZone: z
        .string()
        .refine(zone => isTimeZone(zone), 'Write a time zone like Europe/Zurich.')
        .describe('IANA'),
      days: z.strictObject({
        mon: opening,
        tue: opening,
        wed: opening,
        thu: opening,
        fri: opening,
        sat: opening,
        sun: opening,
      }),
    })
    .optional()
    .describe('outside of them the AI says when people are there and asks for a contact'),
  routing: z
    .array(
      z.strictObject({
        when: condition,
        team: z.string().trim().min(1).max(60),
        why: texts,
      }),
    )
    .max(30)
    .default([])
    .describe('who should take over: agents read it when a person is called, and above the score'),
});

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: zone}).format(0) !== '';
  } catch {
    return false;
  }
};

const doubled = (values: readonly string[]): string | undefined =>
  values.find((value, i) => values.indexOf(value) !== i);

export const playbookSchema = playbookForm.superRefine((playbook, context) => {
  const report = (path: (string | number)[], message: string) =>
    context.addIssue({code: 'custom', path, message});
  const complete = (texts: Partial<Record<string, unknown>> | undefined, path: (string | number)[]) => {
    for (const language of texts ? playbook.languages : []) {
      if (texts?.[language] === undefined)
        report([...path, language], `Write this in every language of the playbook: ${language} is missing.`);
    }
  };
  complete(playbook.goals, ['goals']);
  complete(playbook.greeting, ['greeting']);
  complete(playbook.starters, ['starters']);
  playbook.facts.forEach((fact, i) => {
    complete(fact.question, ['facts', i, 'question']);
    complete(fact.quickReplies, ['facts', i, 'quickReplies']);
  });
  playbook.faq.forEach((entry, i) => {
    complete(entry.phrases, ['faq', i, 'phrases']);
    complete(entry.answer, ['faq', i, 'answer']);
    if (typeof entry.source !== 'string') complete(entry.source, ['faq', i, 'source']);
  });
  playbook.rules.forEach((rule, i) => {
    complete(rule.label, ['rules', i, 'label']);
    complete(rule.why, ['rules', i, 'why']);
  });
  playbook.routing.forEach((hint, i) => complete(hint.why, ['routing', i, 'why']));
  for (const [intent, texts] of Object.entries(playbook.answers ?? {})) complete(texts, ['answers', intent]);
  for (const day of days) {
    const opening = playbook.businessHours?.days[day];
    if (opening && opening.from >= opening.to)
      report(['businessHours', 'days', day, 'to'], 'This must be later than the beginning.');
  }
  const unique = [
    ['languages', playbook.languages],
    ['facts', playbook.facts.map(({field}) => field)],
    ['faq', playbook.faq.map(({id}) => id)],
    ['rules', playbook.rules.map(({id}) => id)],
  ] as const;
  for (const [where, values] of unique) {
    const twice = doubled(values);
    if (twice) report([where], `"${twice}" is there twice.`);
  }
  const reachable = playbook.rules.reduce((sum, {points}) => sum + Math.max(points, 0), 0);
  if (playbook.bar > reachable)
    report(['bar'], `The rules give at most ${reachable} points: a bar of ${playbook.bar} is never passed.`);
});
export type Playbook = z.infer<typeof playbookSchema>;
