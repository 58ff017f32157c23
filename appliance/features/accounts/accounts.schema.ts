import {z} from 'zod';
import {email, id, instant, locale, newPassword, personName, role} from '../../kit/schema.ts';

export const user = z.object({
  id,
  name: z.string(),
  email: z.string(),
  role,
  languages: z.array(locale),
  createdAt: instant,
  disabledAt: instant.nullable(),
  /** True until the person has opened the invitation and chosen a password. */
  invited: z.boolean(),
  /** An auditor's; null for everybody else. */
  accessEndsAt: instant.nullable(),
  accessEnded: z.boolean(),
  secondFactor: z.boolean(),
});
export type User = z.infer<typeof user>;

export const session = z.object({
  user: user.nullable(),
  /** Send back as `x-csrf-token` with every request that is not GET. Absent when nobody is signed in. */
  csrfToken: z.string().nullable(),
  secondFactor: z
    .object({
      on: z.boolean(),
      needed: z.boolean().describe('must be on here'),
      missing: z.boolean().describe('needed and not set up: until then nothing else is open'),
      recoveryCodesLeft: z.number().int(),
    })
    .nullable(),
  setupNeeded: z.boolean(),
  appliance: z.object({
    /** Which program on which machine: for who is signed in alone. */
    version: z.string().nullable(),
    host: z.string().nullable(),
    company: z.string().nullable(),
    region: z.object({code: z.string(), label: z.string()}).nullable(),
    model: z.object({
      id: z.string(),
      state: z.enum(['loading', 'ready', 'unavailable']),
      here: z.boolean().describe('false: on the connected model server'),
    }),
    startedAt: instant,
  }),
});
export type Session = z.infer<typeof session>;

const mailed = z.boolean().describe('true: the link is on its way to the address, too');
export const signIn = {
  /** `code` of whoever has a second factor: without it the answer is `accounts.code_needed`. */
  body: z.object({email, password: z.string().max(128), code: z.string().max(40).optional()}),
  response: session,
};
export const newUser = z.object({
  name: personName,
  email,
  role,
  languages: z.array(locale).min(1),
  /** For an auditor and only then: 90 days ahead at most. */
  accessEndsAt: instant.nullable().optional(),
});
export const createUser = {
  body: newUser,
  /** The link is shown once; whoever opens it within 7 days chooses the password. */
  response: z.object({user, invitationUrl: z.string(), mailed}),
};
export const listUsers = {response: z.object({users: z.array(user)})};
export const updateUser = {
  params: z.object({userId: id}),
  body: z
    .object({
      name: personName,
      role,
      languages: z.array(locale).min(1),
      disabled: z.boolean(),
      accessEndsAt: instant.nullable(),
    })
    .partial(),
  response: z.object({user}),
};
export const resetPassword = {
  params: z.object({userId: id}),
  /** The link is shown once; whoever opens it within the hour chooses a new password. */
  response: z.object({resetUrl: z.string(), expiresAt: instant, mailed}),
};
export const hostReset = {
  body: z.object({
    email,
    tokenHash: z.string().length(43),
    /** Whoever uses the link loses the second factor, too. */
    removesFactor: z.boolean(),
    at: instant,
    /** Made with a key that is derived from the master key: who can make it can read everything anyway. */
    proof: z.string().length(43),
  }),
  response: z.object({consoleUrl: z.string(), expiresAt: instant}),
};
export const invitation = {
  params: z.object({token: z.string().max(100)}),
  /** `reset`: for somebody who has a password, and gets a new one. */
  response: z.object({name: z.string(), email: z.string(), expiresAt: instant, reset: z.boolean()}),
};
export const acceptInvitation = {
  params: z.object({token: z.string().max(100)}),
  body: z.object({password: newPassword}),
  response: session,
};
export const changePassword = {body: z.object({current: z.string().max(128), next: newPassword})};
