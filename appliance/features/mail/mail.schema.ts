import {z} from 'zod';
import {email, exceptionTerms, hostName, id, instant, page, personName} from '../../kit/schema.ts';

/** What happened to somebody's own ways in: told whatever comes after. */
export const accessNotices = [
  'password_changed',
  'second_factor_set_up',
  'second_factor_removed',
  'recovery_codes_renewed',
  'recovery_code_used',
] as const;
export const letterKinds = [
  'invitation',
  'password_reset',
  'test',
  'privacy_code',
  'cancellation',
  'cancellation_revoked',
  'promise_broken',
  'promise_mended',
  'destination_asked',
  'exception_ends',
  ...accessNotices,
  'audit_checkpoint',
] as const;
export type LetterKind = (typeof letterKinds)[number];
export const mailStates = ['queued', 'sending', 'sent', 'retrying', 'failed'] as const;
export type MailState = (typeof mailStates)[number];

const tls = z.enum(['implicit', 'starttls']);
/** One line: what ends a line would end the command it is sent in. */
const oneLine = z.string().regex(/^[^\p{Cc}]*$/u, 'Write it on one line.');

export const settings = z.object({
  host: hostName,
  port: z.number().int().min(1).max(65_535),
  /** TLS from the first byte (465), or STARTTLS, which is then required (587). */
  tls,
  /** Null where the server asks nobody who they are. */
  user: oneLine.min(1).max(254).nullable(),
  from: z.object({name: personName, address: email}),
  /** PEM: an authority of the organisation's own, trusted beside the usual ones for this server alone. */
  authority: z.string().trim().max(20_000).nullable(),
  region: z.string(),
  private: z.boolean(),
});
export const putMail = {
  /** A password that is left out stays, as long as host and user do. */
  body: settings.extend({
    password: oneLine.min(1).max(1024).optional(),
    exception: exceptionTerms.optional(),
  }),
};
export type MailInput = z.output<(typeof putMail)['body']>;

export const mailHealth = z.object({
  /** `off`: no server is set. `held`: its host is not agreed to yet. `failing`: the last try did not get through. */
  state: z.enum(['off', 'held', 'untested', 'working', 'failing']),
  problem: z.string().nullable(),
  waiting: z.number().int(),
  failed: z.number().int(),
});
export type MailHealth = z.infer<typeof mailHealth>;

export const getMail = {
  response: z.object({
    server: settings
      .extend({
        hasPassword: z.boolean(),
        setAt: instant,
        setBy: z.string().nullable(),
        /** Letters wait before a second person has agreed to the host. */
        state: z.enum(['in_force', 'waiting', 'refused']),
      })
      .nullable(),
    health: mailHealth,
    /** How links in letters begin: the address the console is reached under. */
    linksBegin: z.string(),
  }),
};
export type MailView = z.infer<(typeof getMail)['response']>;

export const mail = z.object({
  id,
  kind: z.enum(letterKinds),
  /** Whom it is for; null when the person is gone. Address and content are never shown. */
  to: z.string().nullable(),
  state: z.enum(mailStates),
  attempts: z.number().int(),
  nextAttemptAt: instant.nullable(),
  expiresAt: instant,
  lastError: z.object({code: z.string(), message: z.string()}).nullable(),
  createdAt: instant,
  sentAt: instant.nullable(),
  /** False once its content is gone: there is nothing left to send. */
  canRetry: z.boolean(),
  log: z.array(
    z.object({
      at: instant,
      outcome: z.string(),
      status: z.number().int().nullable(),
      ms: z.number().int(),
      message: z.string(),
    }),
  ),
});
export type MailRow = z.infer<typeof mail>;
export const listMails = {
  query: page.extend({state: z.enum(mailStates).optional()}),
  response: z.object({mails: z.array(mail), nextCursor: z.string().nullable()}),
};
export const retryMail = {params: z.object({mailId: id}), response: z.object({mail})};
export const testMail = {response: z.object({mailId: id})};
export const hostMail = {
  body: z.object({
    at: instant,
    /** Made with a key that is derived from the master key. */
    proof: z.string().length(43),
  }),
  response: mailHealth,
};
