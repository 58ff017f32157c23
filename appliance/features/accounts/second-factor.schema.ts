import {z} from 'zod';
import {id} from '../../kit/schema.ts';
import {session} from './accounts.schema.ts';
import {neededOf} from './second-factor-policy.ts';

/** Six digits of the app, or a recovery code. */
export const code = z.string().max(40);

/** The ten codes are shown once. */
const recoveryCodes = z.array(z.string());

export const beginSecondFactor = {
  /** Base32 for typing it in; the address is what a QR code holds. */
  response: z.object({secret: z.string(), uri: z.string()}),
};
export const confirmSecondFactor = {
  body: z.object({code}),
  response: z.object({session, recoveryCodes}),
};
export const renewRecoveryCodes = {response: z.object({recoveryCodes})};
export const proveAgain = {
  /** The code where there is a second factor, else the password. */
  body: z.object({password: z.string().max(128).optional(), code: code.optional()}),
  response: session,
};
export const resetSecondFactor = {params: z.object({userId: id})};
const policy = z.object({neededOf: z.enum(neededOf)});
export const getSecondFactorPolicy = {response: policy};
export const putSecondFactorPolicy = {body: policy, response: policy};
