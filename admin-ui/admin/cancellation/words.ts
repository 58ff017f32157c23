import type {CancellationView} from '../../../appliance/features/licensing/licensing.schema.ts';

export type {CancellationView};
export type Current = NonNullable<CancellationView['current']>;
export const path = '/api/admin/cancellation';

/** In the time the organisation lives in, whatever browser looks: "28 December 2026 at 09:00 (Europe/Vienna)". */
export const dayIn = (at: string, timeZone: string): string =>
  `${new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short', timeZone}).format(new Date(at))} (${timeZone})`;

/** The day alone. */
export const dateIn = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeZone}).format(new Date(at));

export const addDays = (at: string, days: number): string =>
  new Date(Date.parse(at) + days * 24 * 60 * 60 * 1000).toISOString();

/** Where this browser stands: what the organisation's time most likely is. */
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const timeZones = (): string[] => [
  ...new Set(['UTC', browserZone(), ...Intl.supportedValuesOf('timeZone')]),
];

/** A passphrase nobody can guess: 125 bits, without letters that are taken for one another. */
export const newPassphrase = (): string => {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789XY';
  const bytes = crypto.getRandomValues(new Uint8Array(25));
  const text = [...bytes].map(byte => letters[byte % 32]).join('');
  return text.match(/.{5}/g)?.join('-') ?? text;
};
