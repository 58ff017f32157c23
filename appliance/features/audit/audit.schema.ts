import {z} from 'zod';
import {id, instant, page} from '../../kit/schema.ts';

export const auditEntry = z.object({
  index: z.number().int().nonnegative().describe('position of the leaf in the tree'),
  id,
  at: instant,
  actor: z.object({
    kind: z.enum(['user', 'visitor', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  action: z.string(),
  subject: z.object({kind: z.string(), id: z.string()}).nullable(),
  purpose: z.string().nullable(),
  /** RFC 9162 leaf hash, hex. */
  leafHash: z.string(),
  detail: z.record(z.string(), z.unknown()).nullable(),
});
export const listAudit = {
  query: page.extend({
    action: z.string().max(80).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
  }),
  response: z.object({
    entries: z.array(auditEntry),
    nextCursor: z.string().nullable(),
    tree: z.object({size: z.number().int(), rootHash: z.string()}),
  }),
};
