import {createHmac, randomBytes} from 'node:crypto';

const prefix = 'whsec_';

export const newWebhookSecret = (): string => prefix + randomBytes(32).toString('base64');

/** The key of a Standard Webhooks secret; null unless it is `whsec_` and 24 to 64 bytes of base64, as the standard asks. */
export const secretKey = (secret: string): Buffer | null => {
  if (!secret.startsWith(prefix)) return null;
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, 'base64');
  // Buffer.from skips what it cannot read; only what reads back the same was base64
  const same = key.toString('base64') === text || key.toString('base64').replace(/=+$/, '') === text;
  return same && key.length >= 24 && key.length <= 64 ? key : null;
};

/** `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each secret, divided by spaces. */
export const sign = (secrets: string[], id: string, timestamp: number, body: string): string =>
  secrets
    .map(secret => {
      const key = secretKey(secret);
      if (!key) throw new TypeError('a webhook secret is malformed');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
