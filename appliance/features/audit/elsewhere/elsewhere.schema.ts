import {z} from 'zod';
import {email, exceptionTerms, hostName, instant} from '../../../kit/schema.ts';
import {witness} from '../audit.schema.ts';

const collectorSettings = z.object({
  host: hostName,
  port: z.number().int().min(1).max(65_535),
  /** `tls`: RFC 5425. `none` is possible on this machine alone. */
  tls: z.enum(['tls', 'none']),
  /** PEM: an authority of the organisation's own, trusted beside the usual ones for this collector alone. */
  authority: z.string().trim().max(20_000).nullable(),
  region: z.string(),
  private: z.boolean(),
  /** Whether each entry's hash goes there, too. */
  entries: z.boolean(),
});
export const putCollector = {body: collectorSettings.extend({exception: exceptionTerms.optional()})};
export type CollectorInput = z.output<(typeof putCollector)['body']>;

export const putMailbox = {body: z.object({address: email})};

const set = {setAt: instant, setBy: z.string().nullable()};
export const elsewhere = {
  response: z.object({
    collector: collectorSettings
      .extend({...set, state: z.enum(['in_force', 'waiting', 'refused']), witness})
      .nullable(),
    mailbox: z.object({address: z.string(), ...set, witness}).nullable(),
    /** Letters need a mail server. */
    mail: z.boolean(),
  }),
};
export type Elsewhere = z.infer<(typeof elsewhere)['response']>;

export const hostAudit = {
  body: z.object({
    at: instant,
    /** Made with a key that is derived from the master key. */
    proof: z.string().length(43),
  }),
  response: z.object({
    refused: z.string().nullable(),
    lastCheck: z.object({ok: z.boolean()}).nullable(),
    witnesses: z.array(witness),
  }),
};
export type HostAudit = z.infer<(typeof hostAudit)['response']>;
