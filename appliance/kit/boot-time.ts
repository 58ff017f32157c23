import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {addMilliseconds} from './clock.ts';

/** Which start of the machine this is, and for how many seconds it has run, suspended or not: nobody sets this clock. */
export type BootTime = () => {id: string; seconds: number};

/** What time it was, and how long the machine had run then. */
export type TimeMark = {trustedAt: string; bootId: string; upSeconds: number};
export type Suspicion = 'clock_ahead' | 'clock_behind';
export type JudgedTime = {now: string; suspicion: Suspicion | null};

/** A machine that was restarted cannot say how long it was off; so long is believed. */
const believedAway = 60 * 60 * 1000;
/** So much is no jump: a clock may be set right by it, little by little. */
const believedStep = 10 * 60 * 1000;
/** And no faster than by a second a minute, so that small steps do not add up to a large one. */
const believedPace = 1 / 60;
/** How often what is known has to be written down. */
export const markEvery = 5 * 60 * 1000;

const seconds = (file: string): number => Number(readFileSync(file, 'utf8').split(' ', 1)[0]);
const processId = randomUUID();

/** Linux says it for the machine; elsewhere a process can speak for itself alone. */
export const systemBootTime: BootTime = () => {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return {id, seconds: seconds('/proc/uptime')};
  } catch {
    return {id: processId, seconds: performance.now() / 1000};
  }
};

/**
 * What time it is for what must neither come early nor late. Time goes on as the machine's own running says; the clock on
 * the wall is believed where it agrees. One that jumped is not: it is named, and a person may say that it is right.
 */
export const judgeTime = (
  wall: string,
  boot: {id: string; seconds: number},
  mark: TimeMark | undefined,
): JudgedTime => {
  if (!mark) return {now: wall, suspicion: null};
  const sameBoot = mark.bootId === boot.id && boot.seconds >= mark.upSeconds;
  const elapsed = sameBoot ? (boot.seconds - mark.upSeconds) * 1000 : 0;
  const expected = addMilliseconds(mark.trustedAt, Math.round(elapsed));
  const ahead = Date.parse(wall) - Date.parse(expected);
  if (ahead < -believedStep) return {now: expected, suspicion: 'clock_behind'};
  if (ahead > (sameBoot ? believedStep : believedAway)) return {now: expected, suspicion: 'clock_ahead'};
  const step = sameBoot ? Math.min(ahead, elapsed * believedPace) : ahead;
  return {now: addMilliseconds(expected, Math.round(Math.max(0, step))), suspicion: null};
};
