import {Secret, TOTP} from 'otpauth';
import {type Api, withSession} from './clients.ts';

/** What an authenticator app would show at that time. */
export const codeAt = (secret: string, at: Date, steps = 0): string =>
  TOTP.generate({secret: Secret.fromBase32(secret), timestamp: at.getTime() + steps * 30_000});

/** The session that an answer put in place of the one it was asked in. */
export const adopt = (
  base: string,
  {headers, session}: {headers: Headers; session: Pick<Api, 'csrfToken' | 'user'>},
): Api =>
  withSession(base, {
    cookie: (headers.getSetCookie()[0] ?? '').split(';')[0] ?? '',
    csrfToken: session.csrfToken,
    user: session.user,
  });

/** As the console does it, with an app whose clock is that of the appliance. */
export const setUpSecondFactor = async (base: string, api: Api, now: Date) => {
  const {secret} = await api.call<{secret: string}>('POST', '/api/session/second-factor');
  const {status, body, headers} = await api.request<{
    session: Pick<Api, 'csrfToken' | 'user'>;
    recoveryCodes: string[];
  }>('PUT', '/api/session/second-factor', {code: codeAt(secret, now)});
  if (status !== 200) throw new Error(`no second factor: ${status} ${JSON.stringify(body)}`);
  return {secret, recoveryCodes: body.recoveryCodes, api: adopt(base, {headers, session: body.session})};
};
