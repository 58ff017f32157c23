import type {Locale} from '../../kit/schema.ts';

const ofRegion: Record<string, string> = {uk: 'GB', eu: ''};
const ofLanguage: Record<Locale, string> = {en: 'IE', de: 'DE', fr: 'FR', es: 'ES'};

/**
 * The ISO country in which a visitor's bare numbers and currency signs are read: the region's own, or, where the region
 * is wider than a country, the visitor's own, or the one their language suggests.
 */
export const countryFor = (region: string | null, locale: Locale, visitorCountry?: string): string => {
  const code = region ?? 'eu';
  const known = ofRegion[code] ?? code.split('-').at(-1)?.toUpperCase() ?? '';
  return known === '' ? (visitorCountry ?? ofLanguage[locale]) : known;
};

/** As browsers and standards name the place: `EU`, or the ISO 3166 country. */
export const isoRegion = (code: string): string =>
  code === 'uk' ? 'GB' : (code.split('-').at(-1) ?? code).toUpperCase();
