import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';

/** Which start of the machine this is, and for how many seconds it has run since, suspended or not: nobody sets that. */
export type Boot = {id: string; seconds: number};

/** Time is injected, so that a test can move it. Stored times are ISO-8601 UTC text with milliseconds. */
export type Clock = {
  now: () => Date;
  /** ISO-8601 UTC text of now. */
  iso: () => string;
  boot: () => Boot;
};

const processId = randomUUID();

/** Linux says it for the machine; elsewhere a process can speak for itself alone. */
const bootOfMachine = (): Boot => {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return {id, seconds: Number(readFileSync('/proc/uptime', 'utf8').split(' ', 1)[0])};
  } catch {
    return {id: processId, seconds: performance.now() / 1000};
  }
};

export const systemClock: Clock = {
  now: () => new Date(),
  iso: () => new Date().toISOString(),
  boot: bootOfMachine,
};

export type TestClock = Clock & {
  /** Time passes. */
  advance: (milliseconds: number) => void;
  /** Somebody sets the clock: no time passes. */
  jump: (milliseconds: number) => void;
  /** The machine was off for so long, and has just started. */
  restart: (off: number) => void;
};
/** A clock that stands still until it is moved. */
export const createTestClock = (start: string): TestClock => {
  let at = new Date(start).getTime();
  let boot = {id: randomUUID() as string, seconds: 5000};
  const jump = (milliseconds: number): void => void (at += milliseconds);
  return {
    now: () => new Date(at),
    iso: () => new Date(at).toISOString(),
    boot: () => ({...boot}),
    advance: milliseconds => {
      jump(milliseconds);
      boot.seconds += milliseconds / 1000;
    },
    jump,
    restart: off => {
      jump(off);
      boot = {id: randomUUID(), seconds: 20};
    },
  };
};

export const addMilliseconds = (iso: string, milliseconds: number): string =>
  new Date(new Date(iso).getTime() + milliseconds).toISOString();
