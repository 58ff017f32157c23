import {z} from 'zod';
import {id, instant, trustedNow} from '../../kit/schema.ts';

/** Days before the end at which people are reminded. */
export const reminderDays = [30, 7, 1] as const;

/** What forbids that data is deleted: a legal hold, or a period for which the law wants it kept. */
export const blocker = z.object({what: z.string(), reason: z.string(), until: z.string().nullable()});
export type Blocker = z.infer<typeof blocker>;

export const exportStates = ['running', 'ready', 'failed'] as const;
export const lastExport = z.object({
  id,
  state: z.enum(exportStates),
  requestedBy: z.string(),
  requestedAt: instant,
  finishedAt: instant.nullable(),
  /** The node whose data directory holds the file. */
  host: z.string(),
  here: z.boolean(),
  tablesDone: z.number().int(),
  tablesTotal: z.number().int(),
  rowsDone: z.number().int(),
  bytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  problem: z.string().nullable(),
});
export type LastExport = z.infer<typeof lastExport>;

export const getCancellation = {
  response: z.object({
    company: z.string(),
    time: trustedNow,
    current: z
      .object({
        id,
        startedAt: instant,
        startedBy: z.string(),
        endsAt: instant,
        timeZone: z.string(),
        daysLeft: z.number().int(),
        widgetStoppedAt: instant.nullable(),
        /** Since when the deletion waits for a hold to end. */
        heldBackSince: instant.nullable(),
        reminders: z.array(z.object({days: z.number().int(), at: instant, letters: z.number().int()})),
      })
      .nullable(),
    /** An earlier one that was taken back. */
    lastRevoked: z.object({startedAt: instant, revokedAt: instant, revokedBy: z.string()}).nullable(),
    blockers: z.array(blocker),
    exports: z.array(lastExport),
    mail: z.enum(['off', 'set']),
  }),
};
export type CancellationView = z.infer<(typeof getCancellation)['response']>;

const isTimeZone = (value: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: value}).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Write a time zone as in Europe/Vienna, or UTC.');

export const startCancellation = {
  body: z.object({
    /** The organisation's name, typed. */
    confirmation: z.string().max(400),
    timeZone,
    stopWidget: z.boolean(),
  }),
  response: getCancellation.response,
};
export const revokeCancellation = {response: getCancellation.response};
export const setWidget = {body: z.object({stopped: z.boolean()}), response: getCancellation.response};

/** Long, because a zip archive does little against trying passphrases out: its length is what protects it. */
export const passphrase = z
  .string()
  .min(20, 'Use at least 20 characters, best a generated passphrase.')
  .max(200, 'Use at most 200 characters.')
  .refine(value => new Set(value).size >= 10, 'Use at least 10 different characters.');
export const startExport = {body: z.object({passphrase}), status: 202, response: lastExport} as const;
export const downloadExport = {params: z.object({exportId: id})};

export const hostState = {
  body: z.object({at: instant, proof: z.string().max(100)}),
  response: z.object({
    endsAt: instant.nullable(),
    timeZone: z.string().nullable(),
    startedAt: instant.nullable(),
    heldBackSince: instant.nullable(),
    blockers: z.array(blocker),
    doubt: z.string().nullable(),
  }),
};
export type HostState = z.infer<(typeof hostState)['response']>;
