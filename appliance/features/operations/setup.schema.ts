import {z} from 'zod';
import {
  daysKept,
  email,
  locale,
  newPassword,
  origin,
  personName,
  region,
  retentionDays,
} from '../../kit/schema.ts';

export const setupAnswers = z.object({
  company: z.string().trim().min(1).max(200),
  region: z.string().min(2).max(20),
  administrator: z.object({name: personName, email, password: newPassword}),
  privacyContact: z.object({name: z.string().trim().max(120).default(''), email}),
  retentionDays: retentionDays
    .extend({mail: daysKept.default(30)})
    .default({conversations: 180, leads: 365, usage: 30, mail: 30}),
  site: z.object({name: z.string().trim().min(1).max(120), origins: z.array(origin).max(20)}),
  language: locale.default('en'),
  /** `optional`: nobody must have a second factor until an administrator says so. */
  secondFactor: z.enum(['required', 'optional']).default('required'),
});
export type SetupAnswers = z.infer<typeof setupAnswers>;

export const setupState = {
  response: z.object({needed: z.boolean(), regions: z.array(region), defaults: z.object({retentionDays})}),
};
export const runSetup = {
  /** `code` is in the address that the appliance prints at its first start. */
  body: z.object({code: z.string().max(100), answers: setupAnswers}),
  response: z.object({done: z.literal(true)}),
};
