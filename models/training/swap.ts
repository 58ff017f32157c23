import type {Part} from './augment.ts';
import type {Random} from './random.ts';
import {familyNames, givenNames, jobTitles} from './values/people.ts';
import {makePost} from './values/plain-words.ts';
import {makeBudget, makeCompany, makeSize, syllables, timelines} from './values/things.ts';

/** How often a value gives way to another of its kind; the rest keeps the words it was written with. */
const rates: Record<string, number> = {
  name: 0.75,
  company: 0.7,
  job_title: 0.55,
  phone: 0.6,
  company_size: 0.35,
  budget: 0.35,
  timeline: 0.35,
  need: 0.35,
};

const otherDigits = (text: string, random: Random): string =>
  text.replaceAll(/\d+/gu, run =>
    Array.from(run, (digit, i) => (i === 0 && digit !== '0' ? 1 + random.below(9) : random.below(10))).join(
      '',
    ),
  );

/** Numbers nobody marked: other counts, prices and years, as long as they stay of their length. */
const otherNumbers = (text: string, random: Random): string =>
  text.replaceAll(/\d+/gu, run =>
    run.length > 4 || !random.chance(0.5)
      ? run
      : Array.from(run, (digit, i) =>
          i === 0 && digit !== '0' ? 1 + random.below(9) : random.below(10),
        ).join(''),
  );

const makeName = (original: string, language: string, random: Random): string => {
  // Names travel: one in five comes from another language.
  const from = random.chance(0.2) ? random.pick(['en', 'de', 'fr', 'es']) : language;
  // and some are in nobody's list
  const given = random.chance(0.15) ? syllables(random) : random.pick(givenNames[from] ?? ['Kim']);
  const family = random.chance(0.25) ? syllables(random) : random.pick(familyNames[from] ?? ['Lee']);
  const words = original.split(/\s+/u).length;
  if (words === 1) return random.chance(0.65) ? given : family;
  if (from === 'es' && random.chance(0.4))
    return `${given} ${family} ${random.pick(familyNames['es'] ?? [''])}`;
  if (random.chance(0.08)) return `${given.charAt(0)}. ${family}`;
  return `${given} ${family}`;
};

export const swapValue = (part: Part, language: string, needs: readonly string[], random: Random): string => {
  const {field, text} = part;
  if (field === null) return otherNumbers(text, random);
  if (!random.chance(rates[field] ?? 0)) return field === 'timeline' ? text : otherNumbers(text, random);
  const lowered = text === text.toLowerCase() && /\p{L}/u.test(text);
  const made = makeValue(part, language, needs, random);
  return lowered && (field === 'name' || field === 'company') ? made.toLowerCase() : made;
};

const makeValue = (
  {field, text}: Part,
  language: string,
  needs: readonly string[],
  random: Random,
): string => {
  switch (field) {
    case 'name':
      return makeName(text, language, random);
    case 'company':
      return makeCompany(language, familyNames[language] ?? ['Lee'], random);
    case 'job_title':
      return random.chance(0.5) ? makePost(language, random) : random.pick(jobTitles[language] ?? [text]);
    case 'phone':
      return otherDigits(text, random);
    case 'company_size':
      return makeSize(language, random);
    case 'budget':
      return makeBudget(language, random);
    case 'timeline':
      return random.pick(timelines[language] ?? [text]);
    case 'need':
      return needs.length === 0 ? text : random.pick(needs);
    default:
      return text;
  }
};
