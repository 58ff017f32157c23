import {AppError} from '../../kit/errors.ts';

export type Region = {code: string; label: string; meaning: string};

const inside = (label: string, law: string): string =>
  `Visitors’ data stays on this server. It may be sent only to destinations declared to be in ${label}; all others are refused. ${law}`;

const gdpr = 'The GDPR applies.';

/** A region with a hyphen lies inside the one before it: `eu-at` is inside `eu`. */
export const regions: readonly Region[] = [
  {code: 'eu', label: 'European Union', meaning: inside('the European Union', gdpr)},
  {
    code: 'eu-at',
    label: 'EU, Austria',
    meaning: inside('Austria', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-de',
    label: 'EU, Germany',
    meaning: inside('Germany', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-es',
    label: 'EU, Spain',
    meaning: inside('Spain', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-fr',
    label: 'EU, France',
    meaning: inside('France', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-ie',
    label: 'EU, Ireland',
    meaning: inside('Ireland', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-it',
    label: 'EU, Italy',
    meaning: inside('Italy', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-nl',
    label: 'EU, Netherlands',
    meaning: inside('the Netherlands', `Other member states are refused too. ${gdpr}`),
  },
  {
    code: 'eu-pl',
    label: 'EU, Poland',
    meaning: inside('Poland', `Other member states are refused too. ${gdpr}`),
  },
  {code: 'uk', label: 'United Kingdom', meaning: inside('the United Kingdom', 'The UK GDPR applies.')},
  {code: 'ch', label: 'Switzerland', meaning: inside('Switzerland', 'The revised FADP applies.')},
  {
    code: 'us',
    label: 'United States',
    meaning: inside('the United States', 'State and sector law applies, HIPAA or GLBA among it.'),
  },
  {code: 'ca', label: 'Canada', meaning: inside('Canada', 'PIPEDA and provincial law apply.')},
  {code: 'au', label: 'Australia', meaning: inside('Australia', 'The Privacy Act applies.')},
  {code: 'in', label: 'India', meaning: inside('India', 'The DPDP Act applies.')},
  {code: 'jp', label: 'Japan', meaning: inside('Japan', 'The APPI applies.')},
  {code: 'sg', label: 'Singapore', meaning: inside('Singapore', 'The PDPA applies.')},
  {code: 'br', label: 'Brazil', meaning: inside('Brazil', 'The LGPD applies.')},
];

/** How many letters have to change; short words, so that the plain way does. */
const distance = (one: string, other: string): number => {
  let row = Array.from({length: other.length + 1}, (_, at) => at);
  for (const [i, letter] of one.split('').entries()) {
    const next = [i + 1];
    for (const [j, against] of other.split('').entries())
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === against ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Those that were most likely meant: by a slip of the finger, by the country's name, or by its code alone. */
const near = (code: string): Region[] => {
  const meant = code.trim().toLowerCase();
  return regions.filter(
    one =>
      distance(meant, one.code) <= 1 ||
      (meant.length >= 2 && one.code.split('-').includes(meant.split('-').at(-1) ?? '')) ||
      (meant.length >= 4 && one.label.toLowerCase().includes(meant)),
  );
};

export const getRegion = (code: string): Region => {
  const region = regions.find(one => one.code === code);
  if (!region) {
    throw new AppError(
      'invalid',
      'privacy.unknown_region',
      `There is no region "${code.slice(0, 40)}". ${
        near(code).length > 0
          ? `Near it: ${near(code)
              .map(one => `${one.code} (${one.label})`)
              .join(', ')}.`
          : `Choose one of: ${regions.map(one => one.code).join(', ')}.`
      }`,
    );
  }
  return region;
};

/** Is a destination in `code` inside the chosen region? */
export const isInside = (code: string, chosen: string): boolean =>
  code === chosen || code.startsWith(`${chosen}-`);
