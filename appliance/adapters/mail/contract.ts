import type {Duplex} from 'node:stream';
import type {AppError} from '../../kit/errors.ts';

export type Mailbox = {name: string; address: string};

/** One letter to one person. */
export type Letter = {
  /** Without angle brackets; the same at every attempt, so that a receiver can tell a letter that came twice. */
  messageId: string;
  /** ISO-8601; the same at every attempt, too. */
  date: string;
  from: Mailbox;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** A file of plain text that arrives byte for byte. */
  attachment?: {name: string; text: string} | null;
};

/** Everything that can go wrong with a letter. Closed: the outbox decides by these alone. */
export const mailErrorCodes = [
  /** The address was refused for good (5xx): the letter comes back. */
  'mail.bounced',
  /** Not now (4xx). */
  'mail.deferred',
  /** The server does not take mail of this sender or of this machine: an administrator must act. */
  'mail.refused',
  /** User or password is wrong: an administrator must act. */
  'mail.auth',
  /** No TLS, or no certificate to trust: nothing was sent. */
  'mail.tls',
  /** The egress broker lets nothing go there. */
  'mail.not_allowed',
  'mail.unreachable',
  'mail.timeout',
  /** The connection broke after the letter and before the answer: it may have arrived. */
  'mail.unconfirmed',
] as const;
export type MailErrorCode = (typeof mailErrorCodes)[number];

export type MailError = {
  code: MailErrorCode;
  /** Trying again without a person's help is of no use. */
  permanent: boolean;
  /** Not before; null leaves it to the outbox's own backoff. */
  retryAfterMs: number | null;
  /** The server's reply code, where one came. */
  status: number | null;
  /** Plain words for the log; never the server's own, which name the address. */
  message: string;
  mend: string;
};
export type MailResult = {ok: true; status: number} | {ok: false; error: MailError};

/** Never throws for what the other side did: the outcome is in the result. */
export type Mailer = {send: (letter: Letter) => Promise<MailResult>};

export type MailOutside = {
  /** The only way out: a connection under verified TLS through the egress broker. Throws AppError `egress.*`. */
  open: () => Promise<{stream: Duplex; over: Promise<AppError | null>}>;
};
