import {z} from 'zod';
import {instant} from '../../kit/schema.ts';

export const finding = z.object({
  check: z.string(),
  /** `unknown`: only the running appliance could have looked. */
  severity: z.enum(['ok', 'unknown', 'attention', 'danger']),
  /** What was seen. */
  state: z.string(),
  /** What it means for the organisation. */
  meaning: z.string(),
  /** What to do; null when nothing is. */
  mend: z.string().nullable(),
});
export type Finding = z.infer<typeof finding>;
export const overview = {
  response: z.object({
    checkedAt: instant,
    findings: z.array(finding),
    services: z.array(
      z.object({
        name: z.string(),
        note: z.string(),
        state: z.enum(['running', 'starting', 'stopped']),
        now: z.string(),
      }),
    ),
    today: z.object({
      conversations: z.number().int(),
      qualified: z.number().int(),
      waiting: z.number().int(),
      deliveriesQueued: z.number().int(),
      deliveriesFailed: z.number().int(),
    }),
    leftThisServer: z.array(
      z.object({
        host: z.string(),
        requests: z.number().int(),
        bytes: z.number().int(),
        denied: z.number().int(),
      }),
    ),
  }),
};
export const confirmClock = {
  /** What the clock showed to the person who says that it is right. */
  body: z.object({serverClock: instant}),
};
