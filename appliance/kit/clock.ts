/** Time is injected, so that a test can move it. Stored times are ISO-8601 UTC text with milliseconds. */
export type Clock = {
  now: () => Date;
  /** ISO-8601 UTC text of now. */
  iso: () => string;
  /** Milliseconds that have passed since some moment, whatever somebody sets the clock to meanwhile. */
  elapsed: () => number;
};

export const systemClock: Clock = {
  now: () => new Date(),
  iso: () => new Date().toISOString(),
  elapsed: () => performance.now(),
};

export type TestClock = Clock & {
  /** Time passes. */
  advance: (milliseconds: number) => void;
  /** Somebody sets the clock: no time passes. */
  jump: (milliseconds: number) => void;
};
/** A clock that stands still until it is moved. */
export const createTestClock = (start: string): TestClock => {
  let at = new Date(start).getTime();
  let elapsed = 0;
  return {
    now: () => new Date(at),
    iso: () => new Date(at).toISOString(),
    elapsed: () => elapsed,
    advance: milliseconds => {
      at += milliseconds;
      elapsed += milliseconds;
    },
    jump: milliseconds => {
      at += milliseconds;
    },
  };
};

export const addMilliseconds = (iso: string, milliseconds: number): string =>
  new Date(new Date(iso).getTime() + milliseconds).toISOString();
