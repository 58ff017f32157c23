import {isAppError} from '../../../kit/errors.ts';
import type {ConnectorError, ConnectorErrorCode, ConnectorResponse} from '../contract.ts';

const quarter = 15 * 60_000;
const longest = 24 * 60 * 60_000;

/** Seconds or an HTTP date (RFC 9110, 10.2.3); null when absent, unreadable or past. A day at most: it is the other side's wish. */
export const retryAfter = (value: string | undefined, now: Date): number | null => {
  if (value === undefined) return null;
  const milliseconds = /^\d{1,9}$/.test(value.trim())
    ? Number(value) * 1000
    : Date.parse(value) - now.getTime();
  return Number.isFinite(milliseconds) && milliseconds > 0 ? Math.min(milliseconds, longest) : null;
};

type Rest = Partial<Pick<ConnectorError, 'permanent' | 'retryAfterMs' | 'status'>>;
const error = (code: ConnectorErrorCode, message: string, mend: string, rest: Rest = {}): ConnectorError => ({
  code,
  permanent: false,
  retryAfterMs: null,
  status: null,
  message,
  mend,
  ...rest,
});

/** Null when the receiver took it. */
export const classifyAnswer = ({status, headers}: ConnectorResponse, now: Date): ConnectorError | null => {
  const wait = retryAfter(headers['retry-after'], now);
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    return error(
      'crm.redirected',
      `The receiver answered ${status} and points to another address. Leads go only to the approved one.`,
      'Enter the final address of the receiver in the connector, and approve its host.',
      {permanent: true, status},
    );
  }
  if (status === 401 || status === 403) {
    return error(
      'crm.auth',
      `The receiver does not accept the signature or the sender (${status}).`,
      'Compare the signing secret on both sides, and look for an address filter at the receiver.',
      // a person must act, so not at the pace of a hiccup; a mended secret is then found without another click
      {status, retryAfterMs: wait ?? quarter},
    );
  }
  if (status === 429) {
    return error(
      'crm.rate_limited',
      'The receiver asks for fewer requests (429).',
      'Nothing: it is tried again later.',
      {
        status,
        retryAfterMs: wait,
      },
    );
  }
  if (status === 408 || status === 425 || status >= 500) {
    return error(
      'crm.unavailable',
      `The receiver has a problem of its own (${status}).`,
      'Nothing for now: it is tried again. If it lasts, ask who runs the receiver.',
      {status, retryAfterMs: wait},
    );
  }
  return error(
    'crm.rejected',
    `The receiver refused the request (${status}).`,
    status === 404 || status === 410
      ? 'Check the address of the receiver.'
      : "The receiver's own log says what it did not like.",
    {permanent: true, status},
  );
};

/** For what `send` throws. Anything but an egress error is a fault of ours and is passed on. */
export const classifyFailure = (thrown: unknown): ConnectorError => {
  if (!isAppError(thrown) || !thrown.code.startsWith('egress.')) throw thrown;
  if (thrown.code === 'egress.timeout') {
    return error(
      'crm.timeout',
      thrown.message,
      'Nothing for now: it is tried again. If it lasts, ask who runs the receiver.',
    );
  }
  if (thrown.kind === 'forbidden') {
    return error(
      'crm.unreachable',
      `Not allowed to leave: ${thrown.message}`,
      'Mend the destination, or approve it.',
      {
        retryAfterMs: quarter,
      },
    );
  }
  return error(
    'crm.unreachable',
    thrown.message,
    'Check the address, the name in DNS, the firewall and the certificate of the receiver.',
  );
};
