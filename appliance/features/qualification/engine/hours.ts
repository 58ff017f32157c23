import type {Locale} from './engine.types.ts';
import {days, type Playbook} from './playbook.schema.ts';

type Hours = NonNullable<Playbook['businessHours']>;

/** What the clock on the wall of that zone shows. */
const localTime = (timeZone: string, at: Date): {day: number; time: string} => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: string) => parts.find(part => part.type === type)?.value ?? '';
  return {
    day: days.findIndex(day => day === of('weekday').toLowerCase()),
    time: `${of('hour')}:${of('minute')}`,
  };
};

/** The next time the doors open, in days from today; undefined while they are open, null where they never do. */
const nextOpening = (
  hours: Hours,
  at: Date,
): {inDays: number; day: number; from: string} | null | undefined => {
  const now = localTime(hours.timeZone, at);
  for (let inDays = 0; inDays <= 7; inDays++) {
    const day = (now.day + inDays) % 7;
    const opening = hours.days[days[day] ?? 'mon'];
    if (!opening) continue;
    if (inDays > 0 || now.time < opening.from) return {inDays, day, from: opening.from};
    if (now.time < opening.to) return undefined;
  }
  return null;
};

const when: Record<Locale, {today: string; tomorrow: string; day: (name: string) => string; from: string}> = {
  en: {today: 'today', tomorrow: 'tomorrow', day: name => `on ${name}`, from: 'from'},
  de: {today: 'heute', tomorrow: 'morgen', day: name => `am ${name}`, from: 'ab'},
  fr: {today: 'aujourd’hui', tomorrow: 'demain', day: name => name, from: 'à partir de'},
  es: {today: 'hoy', tomorrow: 'mañana', day: name => `el ${name}`, from: 'a partir de las'},
};
/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

/**
 * When people are there again, in the visitor's words: "on Monday from 08:00 (GMT+1)". Undefined while they should be there:
 * inside the hours, or where none are given.
 */
export const closedUntil = (hours: Hours | undefined, now: string, language: Locale): string | undefined => {
  if (!hours) return undefined;
  const at = new Date(now);
  const next = nextOpening(hours, at);
  if (!next) return undefined;
  const words = when[language];
  const weekday = new Intl.DateTimeFormat(language, {weekday: 'long', timeZone: 'UTC'}).format(
    monday + next.day * 86_400_000,
  );
  const date = next.inDays === 0 ? words.today : next.inDays === 1 ? words.tomorrow : words.day(weekday);
  const zone = new Intl.DateTimeFormat(language, {timeZone: hours.timeZone, timeZoneName: 'short'})
    .formatToParts(at)
    .find(({type}) => type === 'timeZoneName')?.value;
  const clock = language === 'de' ? `${next.from} Uhr` : next.from;
  return `${date} ${words.from} ${clock}${zone ? ` (${zone})` : ''}`;
};
