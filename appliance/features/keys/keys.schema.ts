import {z} from 'zod';
import {id, instant} from '../../kit/schema.ts';

export const changeKinds = ['wrapping', 'file', 'master', 'restore'] as const;
const change = z.object({
  id,
  kind: z.enum(changeKinds),
  startedAt: instant,
  /** Null: the schedule, or somebody at the host. */
  startedBy: z.string().nullable(),
  finishedAt: instant.nullable(),
  /** Keys of persons, or bytes of the database file. */
  done: z.number().int(),
  total: z.number().int(),
});
export type Change = z.infer<typeof change>;

export const keysView = z.object({
  database: z.enum(['sqlite', 'postgres']),
  wrapping: z.object({
    since: instant,
    persons: z.number().int(),
    /** 0: only when somebody asks for it. */
    everyDays: z.number().int(),
    nextAt: instant.nullable(),
    /** What is under way. */
    moving: change.nullable(),
  }),
  /** Null on PostgreSQL, where the disk is the host's to encrypt. */
  databaseFile: z.object({since: instant, ordered: change.nullable()}).nullable(),
  copies: z.object({
    folder: z.string(),
    keysFolder: z.string(),
    /** Their keys lie on the same disk as they do. */
    keysBeside: z.boolean(),
    list: z.array(
      z.object({
        id,
        state: z.enum(['making', 'kept', 'destroyed']),
        madeAt: instant,
        endsAt: instant,
        persons: z.number().int(),
      }),
    ),
  }),
  history: z.array(change),
});
export type KeysView = z.infer<typeof keysView>;

export const getKeys = {response: keysView};
export const hostActs = ['state', 'rotate', 'rotate-file', 'copy'] as const;
export type HostAct = (typeof hostActs)[number];
export const hostKeys = {
  body: z.object({
    act: z.enum(hostActs),
    at: instant,
    /** Made with a key that is derived from the master key. */
    proof: z.string().length(43),
  }),
  response: keysView,
};
