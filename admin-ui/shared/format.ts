/** Dates and numbers in the browser's locale; machine texts stay as they are. */
const locale = undefined;

const dayTime = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const dayYear = new Intl.DateTimeFormat(locale, {day: 'numeric', month: 'short', year: 'numeric'});
const dayOnly = new Intl.DateTimeFormat(locale, {day: 'numeric', month: 'short'});
const timeOnly = new Intl.DateTimeFormat(locale, {hour: '2-digit', minute: '2-digit'});
const whole = new Intl.DateTimeFormat(locale, {dateStyle: 'full', timeStyle: 'long'});
const number = new Intl.NumberFormat(locale);
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

/** Today as a time, this year as day and time, older as a date. */
export const formatInstant = (iso: string, now = new Date()) => {
  const at = new Date(iso);
  if (sameDay(at, now)) return timeOnly.format(at);
  return at.getFullYear() === now.getFullYear() ? dayTime.format(at) : dayYear.format(at);
};
export const formatTime = (iso: string) => timeOnly.format(new Date(iso));
export const formatDay = (iso: string, now = new Date()) => {
  const at = new Date(iso);
  return at.getFullYear() === now.getFullYear() ? dayOnly.format(at) : dayYear.format(at);
};
export const formatWhole = (iso: string) => whole.format(new Date(iso));
export const formatNumber = (value: number) => number.format(value);

/** "2 minutes ago", "in 3 hours". */
export const formatRelative = (iso: string, now = Date.now()) => {
  const seconds = (Date.parse(iso) - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return seconds <= 0 ? 'just now' : 'in a moment';
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
};

export const formatBytes = (bytes: number) => {
  if (bytes < 1000) return `${number.format(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${number.format(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10)} ${units[step - 1]}`;
};

export const formatMs = (ms: number) =>
  ms < 1000 ? `${number.format(Math.round(ms))} ms` : `${number.format(Math.round(ms / 100) / 10)} s`;

/** "Price list, page 2, Delivery › Abroad". */
export const citedFrom = ({
  document,
  page,
  section,
}: {
  document: string;
  page: number | null;
  section: readonly string[];
}) =>
  [document, ...(page === null ? [] : [`page ${page}`]), section.join(' › ')]
    .filter(part => part !== '')
    .join(', ');

/** `plural(1, 'lead')` is "1 lead", `plural(2, 'entry', 'entries')` "2 entries". */
export const plural = (count: number, one: string, many = `${one}s`) =>
  `${number.format(count)} ${count === 1 ? one : many}`;
