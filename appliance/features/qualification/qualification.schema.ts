import {z} from 'zod';
import {citation, fact, id, instant, locale, scoreView} from '../../kit/schema.ts';

/** The playbook's own shape is `engine/playbook.schema.ts`; here it travels as JSON that the room itself checks. */
const content = z.record(z.string(), z.unknown());
const playbookId = z.string().max(60);
const params = z.object({playbookId});

export const playbookSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int().describe('0: there is a draft, and nothing was published yet'),
  bar: z.number(),
  languages: z.array(z.string()),
  updatedAt: instant,
  draftSavedAt: instant.nullable(),
});
export const listPlaybooks = {response: z.object({playbooks: z.array(playbookSummary)})};
export const getPlaybook = {
  params,
  response: z.object({
    playbook: playbookSummary,
    content: content.nullable().describe('what is in force'),
    draft: z
      .object({
        content,
        basedOn: z.number().int(),
        revision: z.number().int(),
        savedBy: z.string().nullable(),
        savedAt: instant,
      })
      .nullable(),
  }),
};
const revision = z
  .number()
  .int()
  .nonnegative()
  .describe('of the draft as it was read, 0 where there was none');
export const createPlaybook = {body: z.object({content}), response: getPlaybook.response};
export const putPlaybook = {
  params,
  body: z.object({
    content,
    basedOn: z.number().int().nonnegative().optional().describe('refused where another version came since'),
    revision: revision.optional(),
  }),
  response: getPlaybook.response,
};
export const putDraft = {
  params,
  body: z.object({content, basedOn: z.number().int().nonnegative(), revision}),
  response: getPlaybook.response,
};
export const deleteDraft = {params, body: z.object({revision})};
export const listVersions = {
  params,
  response: z.object({
    versions: z.array(
      z.object({version: z.number().int(), publishedAt: instant, publishedBy: z.string().nullable()}),
    ),
  }),
};
export const getVersion = {
  params: z.object({playbookId, version: z.coerce.number().int().positive()}),
  response: z.object({content}),
};
export const listTemplates = {response: z.object({templates: z.array(content)})};
export const readFile = {
  body: z.object({yaml: z.string().max(95_000)}),
  response: z.object({content}),
};
export const writeFile = {
  params,
  query: z.object({version: z.coerce.number().int().positive().optional()}),
};

export const tryPlaybook = {
  body: z.object({
    content,
    locale,
    said: z.array(z.string().trim().min(1).max(2000)).max(20),
    people: z.enum(['free', 'busy', 'closed']),
  }),
  response: z.object({
    lines: z.array(
      z.object({
        seq: z.number().int(),
        author: z.enum(['ai', 'visitor']),
        text: z.string(),
        quickReplies: z.array(z.string()),
        source: z.string().nullable(),
        citation: citation.nullable(),
      }),
    ),
    facts: z.array(fact),
    score: scoreView,
    next: z.string().nullable().describe('the field that was asked for'),
    waitsForPerson: z.boolean(),
  }),
};

const replayed = z.object({
  conversationId: id,
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  updatedAt: instant,
  before: z.number(),
  after: z.number(),
  changes: z.array(z.object({label: z.string(), before: z.number(), after: z.number()})),
  barred: z.boolean(),
});
export const replayPlaybook = {
  params,
  body: z.object({content, locale}),
  response: z.object({
    looked: z.number().int(),
    oldest: instant.nullable(),
    qualifiedBefore: z.number().int(),
    qualifiedAfter: z.number().int(),
    bar: z.object({before: z.number(), after: z.number()}),
    gained: z.array(replayed),
    gainedCount: z.number().int(),
    lost: z.array(replayed),
    lostCount: z.number().int(),
  }),
};
