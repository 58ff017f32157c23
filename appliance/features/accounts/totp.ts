import {Secret, TOTP} from 'otpauth';

const period = 30;
/** What every authenticator app takes (RFC 6238): SHA-1, six digits, half a minute. */
const settings = {algorithm: 'SHA1', digits: 6, period} as const;

/** 160 random bits, in base32. */
export const newSecret = (): string => new Secret({size: 20}).base32;

/** What the QR code holds. A colon would end the issuer's name. */
export const secretUri = (secret: string, who: {issuer: string; email: string}): string =>
  new TOTP({
    ...settings,
    issuer: who.issuer.replaceAll(':', ' '),
    label: who.email,
    secret: Secret.fromBase32(secret),
  }).toString();

export const looksLikeCode = (typed: string): boolean => /^\d{6}$/.test(typed);

/** The step the code belongs to: this one, the one before or the one after, compared in constant time. */
export const stepOf = (secret: string, code: string, now: Date): number | undefined => {
  const timestamp = now.getTime();
  const delta = TOTP.validate({
    ...settings,
    secret: Secret.fromBase32(secret),
    token: code,
    timestamp,
    window: 1,
  });
  return delta === null ? undefined : TOTP.counter({period, timestamp}) + delta;
};
