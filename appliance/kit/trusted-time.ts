/** A clock may run that far ahead of what is known to have passed; beyond it somebody set it, or the machine was off for long. */
export const mostAhead = 24 * 60 * 60 * 1000;

/**
 * Time to judge deletions by, in milliseconds. `passed`: the latest time that was trusted, and what has passed since by a
 * counter that nobody sets. A clock behind it gives no credit and costs none; one too far ahead is not believed.
 */
export const judgeTime = (passed: number, clock: number): {now: number; isAhead: boolean} =>
  clock > passed + mostAhead ? {now: passed, isAhead: true} : {now: Math.max(passed, clock), isAhead: false};
