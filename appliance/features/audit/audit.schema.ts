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

export const witness = z.object({
  kind: z.enum(['directory', 'file', 'syslog', 'mail']),
  /** Of a mailbox the host alone: an auditor is told no names. */
  path: z.string(),
  deliveredSize: z.number().int().describe('entries of the last checkpoint it got'),
  deliveredAt: instant.nullable(),
  problem: z.string().nullable(),
  problemSince: instant.nullable(),
  /** What should have arrived by now has not. */
  behind: z.boolean(),
});
export const auditState = {
  response: z.object({
    size: z.number().int(),
    checkpoint: z
      .object({size: z.number().int(), at: instant, rootHash: z.string(), note: z.string()})
      .nullable(),
    /** Why no checkpoint can be made. */
    refused: z.string().nullable(),
    keys: z.array(z.object({publicKey: z.string(), createdAt: instant, retiredAt: instant.nullable()})),
    witnesses: z.array(witness),
    lastCheck: z.object({at: instant, ok: z.boolean(), entries: z.number().int()}).nullable(),
  }),
};
export const checkAudit = {
  response: z.object({
    ok: z.boolean(),
    problems: z.array(z.object({where: z.string(), what: z.string()})),
    problemCount: z.number().int(),
    entries: z.number().int(),
    checkpoints: z.number().int(),
    compared: z.number().int().describe('checkpoints in the witness folders the log was compared with'),
  }),
};
export const proveEntry = {
  params: z.object({index: z.string().regex(/^\d{1,9}$/)}),
};
export const replaceKey = {response: z.object({publicKey: z.string()})};
