import type {Locale} from './engine.types.ts';
import type {Playbook} from './playbook.schema.ts';

type Hours = NonNullable<Playbook['businessHours']>;
const day = 86_400_000;

const said: Record<Locale, (when: string, time: string) => string> = {
  en: (when, time) => `${when} from ${time}`,
  de: (when, time) => `${when} ab ${time} Uhr`,
  fr: (when, time) => `${when} à partir de ${time}`,
  es: (when, time) => `${when} a partir de las ${time}`,
};
const today: Record<Locale, string> = {en: 'today', de: 'heute', fr: 'aujourd’hui', es: 'hoy'};
const on: Record<Locale, string> = {en: 'on ', de: 'am ', fr: '', es: 'el '};

/** When somebody is at work again, in words; undefined while they are, and where no hours are given. */
export const nextOpening = (hours: Hours | undefined, now: Date, language: Locale): string | undefined => {
  if (!hours) return undefined;
  const {timeZone} = hours;
  const at = (offset: number) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(new Date(now.getTime() + offset * day));
    const part = (type: string) => parts.find(one => one.type === type)?.value ?? '';
    return {
      open: hours.days[part('weekday').toLowerCase() as keyof Hours['days']],
      time: `${part('hour')}:${part('minute')}`,
    };
  };
  const {open, time} = at(0);
  if (open && time >= open.from && time < open.to) return undefined;
  for (let offset = 0; offset <= 7; offset++) {
    const next = at(offset).open;
    if (!next || (offset === 0 && time >= next.from)) continue;
    const weekday = new Intl.DateTimeFormat(language, {timeZone, weekday: 'long'});
    const when =
      offset === 0
        ? today[language]
        : `${on[language]}${weekday.format(new Date(now.getTime() + offset * day))}`;
    return `${said[language](when, next.from)} (${timeZone})`;
  }
  return undefined;
};
