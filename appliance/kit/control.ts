/**
 * A control: one thing that holds as long as a promise is kept, and the check that looks whether it does. A room writes its
 * controls as objects in `controls.ts`, the composition root collects them, and each has a mutation in `test/controls/`
 * that breaks it, so that no check is always green.
 */
export const promiseIds = [
  ...(['D1', 'D2', 'D3', 'D4', 'D5', 'D6'] as const),
  ...(['U1', 'U2', 'U3', 'U4', 'U5'] as const),
  ...(['S1', 'S2', 'S3'] as const),
  ...(['L1', 'L2', 'L3', 'L4', 'L5', 'L6'] as const),
  ...(['R1', 'R2', 'R3', 'R4'] as const),
] as const;
export type PromiseId = (typeof promiseIds)[number];

/** Counts, times, hashes, names of tables and hosts: what was looked at, never anything about a person. */
export type Evidence = Record<string, number | string | boolean | null | readonly (number | string)[]>;
/**
 * `not_applicable`: there is nothing here that could break it. `open`: nothing is broken, but what would keep this part of
 * the promise is not set up, or cannot be looked at from here. Neither counts as kept, and the sentence says why.
 */
export type Look = {state: 'kept' | 'broken' | 'open' | 'not_applicable'; found: string; evidence: Evidence};

export type Control = {
  id: `${PromiseId}.${string}`;
  /** What holds, in one sentence for who reads the page. */
  claim: string;
  /** The code that makes it hold, as paths from the root of the sources. */
  enforcedBy: readonly string[];
  /** Reads, changes nothing, and takes seconds at most, however much there is. */
  check: () => Promise<Look>;
};

export const promiseOf = ({id}: Pick<Control, 'id'>): PromiseId => id.slice(0, 2) as PromiseId;

export const kept = (found: string, evidence: Evidence): Look => ({state: 'kept', found, evidence});
export const broken = (found: string, evidence: Evidence): Look => ({state: 'broken', found, evidence});
export const open = (found: string, evidence: Evidence = {}): Look => ({state: 'open', found, evidence});
export const notApplicable = (found: string, evidence: Evidence = {}): Look => ({
  state: 'not_applicable',
  found,
  evidence,
});

/** "1 message", "12 messages". */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : several}`;

const mostNamed = 5;
/** Ids, tables and places of what is wrong, a few of them: enough to begin looking. */
export const named = (wrong: readonly string[]): string =>
  wrong.length <= mostNamed
    ? wrong.join(', ')
    : `${wrong.slice(0, mostNamed).join(', ')} and ${wrong.length - mostNamed} more`;
