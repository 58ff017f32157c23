import {addMilliseconds, type Boot} from './clock.ts';

/** What time it was, and how long which machine had run then. */
export type TimeMark = {bootId: string; upSeconds: number; trustedAt: string};
export type Doubt = 'ahead' | 'behind';

/** So much is no jump: a clock may be set right by it, little by little. */
const believedStep = 10 * 60 * 1000;
/** And no faster than by a second a minute, so that small steps do not add up to a large one. */
const believedPace = 1 / 60;
/** How often what is known is written down. Only then a step is taken, so that no time is earlier than one given before. */
export const markEvery = 5 * 60 * 1000;

/**
 * What time it is for what must neither come early nor late. Time goes on as the machine's own running says; the clock on
 * the wall is believed where it agrees. One that jumped is not: it is named, and a person may say that it is right.
 * `marks`: of each machine that shares what is judged. `believedAway`: a machine that was restarted cannot say how long it
 * was off; so long is believed.
 */
export const judgeTime = (
  wall: string,
  boot: Boot,
  marks: readonly TimeMark[],
  believedAway: number,
): {now: string; doubt: Doubt | null} => {
  if (marks.length === 0) return {now: wall, doubt: null};
  const own = marks.find(({bootId, upSeconds}) => bootId === boot.id && upSeconds <= boot.seconds);
  const ran = own ? Math.round((boot.seconds - own.upSeconds) * 1000) : 0;
  const known = marks.map(mark => Date.parse(mark.trustedAt) + (mark === own ? ran : 0));
  const expected = new Date(Math.max(...known)).toISOString();
  const ahead = Date.parse(wall) - Date.parse(expected);
  if (ahead < -believedStep) return {now: expected, doubt: 'behind'};
  if (ahead > (own ? believedStep : believedAway)) return {now: expected, doubt: 'ahead'};
  const mayStep = own ? (ran < markEvery ? 0 : ran * believedPace) : ahead;
  return {now: addMilliseconds(expected, Math.round(Math.max(0, Math.min(ahead, mayStep)))), doubt: null};
};
