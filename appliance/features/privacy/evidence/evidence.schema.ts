import {z} from 'zod';
import {promiseIds} from '../../../kit/control.ts';
import {instant} from '../../../kit/schema.ts';

export const controlStates = ['kept', 'broken', 'open', 'not_checked', 'not_applicable'] as const;
export type ControlState = (typeof controlStates)[number];
export const promiseStates = ['kept', 'partly', 'broken', 'not_checked', 'not_applicable'] as const;
export type PromiseState = (typeof promiseStates)[number];

const value = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.number(), z.string()])),
]);
export const control = z.object({
  id: z.string(),
  claim: z.string(),
  enforcedBy: z.array(z.string()),
  state: z.enum(controlStates),
  /** What the check saw, in a sentence. */
  found: z.string(),
  /** Counts, times and hashes. */
  evidence: z.record(z.string(), value),
  checkedAt: instant.nullable(),
  /** How long it has been in this state, as far back as the history goes. */
  since: instant.nullable(),
  history: z.array(z.object({at: instant, state: z.enum(controlStates)})),
});
export const promise = z.object({
  id: z.enum(promiseIds),
  group: z.enum(['data', 'use', 'others', 'keeping', 'rights']),
  title: z.string(),
  text: z.string(),
  state: z.enum(promiseStates),
  /** What the promise says that no control of this version looks at. */
  missing: z.array(z.string()),
  controls: z.array(control),
  mapping: z.object({
    gdpr: z.string(),
    soc2: z.string(),
    iso27001: z.string(),
    asvs: z.string(),
    dora: z.string(),
  }),
});
const progress = z
  .object({
    startedAt: instant,
    done: z.number().int(),
    total: z.number().int(),
    control: z.string().nullable(),
  })
  .nullable();
export type Progress = z.infer<typeof progress>;

export const getEvidence = {
  response: z.object({
    promises: z.array(promise),
    lastRunAt: instant.nullable(),
    nextRunAt: instant,
    progress,
  }),
};
export type EvidenceView = z.infer<(typeof getEvidence)['response']>;
export type PromiseView = z.infer<typeof promise>;
export type ControlView = z.infer<typeof control>;

export const postChecks = {
  /** All of them unless some are named. */
  body: z.object({controls: z.array(z.string().max(80)).min(1).max(200).optional()}),
  response: z.object({progress}),
};
/** What a proof that an order comes from the host is made of. */
export const hostWords = (what: string, at: string): unknown[] => ['evidence', what, at];
/** For the command line on the host: what it asks, when, and that it has the master key. */
export const hostOrder = {
  body: z.object({what: z.enum(['state', 'pack']), at: instant, proof: z.string().max(200)}),
  response: z.object({
    state: z.enum(['none', 'kept', 'broken']),
    broken: z.array(z.string()),
    lastRunAt: instant.nullable(),
    pack: z.object({name: z.string(), base64: z.string()}).nullable(),
  }),
};
