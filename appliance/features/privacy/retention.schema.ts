import {z} from 'zod';
import {daysKept, id, instant, retentionCategories, retentionDays, trustedNow} from '../../kit/schema.ts';

const category = z.enum(retentionCategories);
const day = z.iso.date();
const text = (most: number) => z.string().trim().min(1).max(most);

export const periods = z.object({
  days: retentionDays,
  /** A website's own periods; a category that is left out is as the organisation's. */
  sites: z
    .array(
      z.object({
        siteId: id,
        days: z.object({
          conversations: daysKept.optional(),
          leads: daysKept.optional(),
          usage: daysKept.optional(),
        }),
      }),
    )
    .max(200)
    .default([]),
});
export const minimum = z.object({
  category,
  days: daysKept,
  law: text(200).describe('the law that demands it'),
});
export const retentionRun = z.object({
  id,
  state: z.enum(['queued', 'running', 'finished', 'held_back', 'interrupted']),
  startedAt: instant,
  finishedAt: instant.nullable(),
  removed: z.record(z.string(), z.number().int()),
  kept: z.object({legalHold: z.number().int(), restricted: z.number().int()}),
  looked: z.number().int().describe('how many it has looked at so far'),
  attempts: z.number().int().describe('more than one where a dead node left it behind'),
  problem: z.string().nullable(),
  hasReceipt: z.boolean(),
});
export const getRetention = {
  response: z.object({
    days: retentionDays,
    /** Every website; what it does not say is as the organisation's. */
    sites: z.array(
      z.object({siteId: id, siteName: z.string(), days: z.partialRecord(category, z.number().int())}),
    ),
    minimums: z.array(minimum),
    runs: z.array(retentionRun),
    nextRunAt: instant,
    restricted: z.number().int().describe('persons whose data is kept and not used (Art. 18)'),
    time: trustedNow,
  }),
};
export const putRetention = {body: periods, response: getRetention.response};
export const putMinimums = {
  body: z.object({
    minimums: z
      .array(minimum)
      .max(retentionCategories.length)
      .refine(
        list => new Set(list.map(one => one.category)).size === list.length,
        'Name each category once.',
      ),
  }),
  response: getRetention.response,
};
export const dryRun = {
  /** Those in force, or those typed in the form. */
  body: z.object({periods: periods.optional()}),
  response: z.object({
    counts: z.array(z.object({category, siteName: z.string().nullable(), count: z.number().int()})),
    kept: z.object({legal_hold: z.number().int(), restricted: z.number().int()}),
    examples: z.array(z.object({category, name: z.string(), siteName: z.string().nullable(), at: instant})),
  }),
};
export const getReceipt = {params: z.object({runId: id})};

const who = z.object({id, name: z.string().nullable()});
export const hold = z.object({
  id,
  scope: z.enum(['person', 'site', 'everything']),
  scopeId: id.nullable(),
  siteName: z.string().nullable(),
  reason: z.string(),
  owner: z.string(),
  reviewOn: day.nullable(),
  setBy: who,
  setAt: instant,
  lifted: z.object({at: instant, by: who, reason: z.string()}).nullable(),
});
export const listHolds = {response: z.object({holds: z.array(hold)})};
export const setHold = {
  body: z
    .object({
      scope: hold.shape.scope,
      scopeId: id.nullable().describe('a visitor, a conversation or a lead; or a website'),
      reason: text(1000),
      owner: text(200).describe('who answers for it'),
      reviewOn: day.nullable().default(null),
    })
    .refine(({scope, scopeId}) => (scope === 'everything') === (scopeId === null), {
      path: ['scopeId'],
      message: 'Say which person or website; for everything leave it out.',
    }),
  response: listHolds.response,
};
export const liftHold = {
  params: z.object({holdId: id}),
  body: z.object({reason: text(1000)}),
  response: listHolds.response,
};
