/** Time is injected, so that a test can move it. Stored times are ISO-8601 UTC text with milliseconds. */
export type Clock = {
  now: () => Date;
  /** ISO-8601 UTC text of now. */
  iso: () => string;
};

export const systemClock: Clock = {
  now: () => new Date(),
  iso: () => new Date().toISOString(),
};

/** A clock that stands still until it is moved. */
export const createTestClock = (start: string): Clock & {advance: (milliseconds: number) => void} => {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    iso: () => new Date(at).toISOString(),
    advance: milliseconds => {
      at += milliseconds;
    },
  };
};

export const addMilliseconds = (iso: string, milliseconds: number): string =>
  new Date(new Date(iso).getTime() + milliseconds).toISOString();
