import type {AppError} from '../../../kit/errors.ts';
import type {MailError, MailErrorCode} from '../contract.ts';

const quarter = 15 * 60_000;

type Rest = Partial<Pick<MailError, 'permanent' | 'retryAfterMs' | 'status'>>;
const error = (code: MailErrorCode, message: string, mend: string, rest: Rest = {}): MailError => ({
  code,
  permanent: false,
  retryAfterMs: null,
  status: null,
  message,
  mend,
  ...rest,
});

/** What the SMTP client tells of a conversation that failed. */
export type SmtpFailure = {
  code?: string | undefined;
  /** Reply code of the server. */
  responseCode?: number | undefined;
  response?: string | undefined;
  /** Which command was refused. */
  command?: string | undefined;
};

/** `550 5.1.1`: the reply without its words, which name the address. */
const codesOf = ({responseCode, response}: SmtpFailure): string => {
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return enhanced === undefined ? `${responseCode}` : `${responseCode} ${enhanced}`;
};

const unreachable = (message: string): MailError =>
  error('mail.unreachable', message, 'Check host, port, name in DNS and firewall of the mail server.');

/** For a way out that did not open, or was broken off. */
export const classifyEgress = ({code, kind, message}: AppError): MailError => {
  if (kind === 'forbidden')
    return error('mail.not_allowed', `Not allowed to leave: ${message}`, 'Save the mail settings again.', {
      retryAfterMs: quarter,
    });
  if (code === 'egress.tls_failed')
    return error(
      'mail.tls',
      message,
      'Give the mail server a certificate for its name, or paste the certificate of your own authority into the mail settings.',
      {retryAfterMs: quarter},
    );
  if (code === 'egress.timeout') return error('mail.timeout', message, 'Nothing for now: it is tried again.');
  return unreachable(message);
};

/** `delivered`: the whole letter was handed over, only the answer is missing. */
export const classifySmtp = (failure: SmtpFailure, delivered: boolean): MailError => {
  const {code, responseCode: status, command = ''} = failure;
  if (status === undefined) {
    if (delivered)
      return error(
        'mail.unconfirmed',
        'The connection broke after the letter and before the answer. It may have arrived.',
        'Nothing: it is sent again under the same Message-ID.',
      );
    if (code === 'EAUTH')
      return error('mail.auth', 'The mail server offers no way to sign in.', 'Check user and password.', {
        retryAfterMs: quarter,
      });
    if (code === 'EENVELOPE' || code === 'EMESSAGE')
      return error('mail.bounced', 'The mail server cannot take this letter.', 'Check the address.', {
        permanent: true,
      });
    return code === 'ETIMEDOUT'
      ? error(
          'mail.timeout',
          'The mail server did not answer in time.',
          'Nothing for now: it is tried again.',
        )
      : unreachable('The mail server broke the connection off.');
  }
  const said = codesOf(failure);
  if (status < 500)
    return error('mail.deferred', `The mail server says: not now (${said}).`, 'Nothing: it is tried again.', {
      status,
    });
  if (code === 'EAUTH')
    return error(
      'mail.auth',
      `The mail server does not accept user and password (${said}).`,
      'Write them anew in the mail settings; some providers want an app password.',
      {status, retryAfterMs: quarter},
    );
  if (command === 'RCPT TO' || command === 'DATA')
    return error(
      'mail.bounced',
      command === 'RCPT TO'
        ? `The mail server refuses the address (${said}).`
        : `The mail server refuses the letter (${said}).`,
      'Check the address, then try again.',
      {status, permanent: true},
    );
  return error(
    'mail.refused',
    `The mail server takes no mail from this sender (${said}).`,
    'Check the From address and whether the server wants a user and a password.',
    {status, retryAfterMs: quarter},
  );
};
