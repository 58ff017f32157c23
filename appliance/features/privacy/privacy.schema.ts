import {z} from 'zod';
import {id, instant, retentionDays} from '../../kit/schema.ts';

export const retentionRun = z.object({
  id,
  startedAt: instant,
  finishedAt: instant.nullable(),
  removed: z.record(z.string(), z.number().int()),
});
/** Rehearses a change: the same days as `retentionDays`, any of them left out stays as it is in force. */
const rehearsal = z.object({
  conversations: z.coerce.number().int().min(1).max(3650).optional(),
  leads: z.coerce.number().int().min(1).max(3650).optional(),
  usage: z.coerce.number().int().min(1).max(3650).optional(),
});
export const getRetention = {
  query: rehearsal,
  response: z.object({
    /** What is in force. */
    days: retentionDays,
    /** The days that `wouldRemove` was counted with: those in force, or the rehearsed ones. */
    countedWith: retentionDays,
    /** Counts of what the next run would remove if it ran now. */
    wouldRemove: z.record(z.string(), z.number().int()),
    runs: z.array(retentionRun),
    nextRunAt: instant,
  }),
};
export const putRetention = {body: retentionDays, response: getRetention.response};
