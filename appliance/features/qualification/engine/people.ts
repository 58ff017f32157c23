import type {Asked} from './asked.ts';
import type {Checks} from './check.ts';
import {findAnnouncedCompanies} from './companies-find.ts';
import type {Locale} from './engine.types.ts';
import {findInForms} from './forms.ts';
import {findListed} from './lists-find.ts';
import type {Candidate} from './measures.ts';
import {findAnnouncedNames} from './names-find.ts';
import {createWho} from './people-context.ts';
import type {Reading} from './text.ts';
import type {TitleSpan} from './titles-find.ts';

export type PeopleFound = {
  names: Candidate<string>[];
  titles: Candidate<string>[];
  companies: Candidate<string>[];
};

/** Who is speaking: names, titles and companies, each with how surely the words say so. */
export const readPeople = (reading: Reading, language: Locale, checks: Checks, asked: Asked): PeopleFound => {
  const who = createWho(reading, language, checks, asked);
  const {tokens, segments, titles, names, companies, cut, words} = who;
  findAnnouncedNames(who);
  findListed(who);
  findAnnouncedCompanies(who);
  findInForms(who);

  const own = (title: TitleSpan): Candidate<string>[] => {
    const {start, end} = cut(title.from, title.to);
    if (checks.vetoed(start, end)) return [];
    return [{value: words(title.from, title.to), start, end, weight: title.weight}];
  };
  const listedTitles = titles.filter(title => {
    // after a comma it needs a name or an intro near it
    if (title.weight > 1.5 || asked.fields.has('job_title')) return true;
    const segment = segments.findIndex(({from, to}) => title.from >= from && title.to <= to);
    const previous = segments[segment - 1];
    const whole =
      segments[segment] &&
      (title.from === segments[segment].from ||
        title.to - title.from >= segments[segment].to - segments[segment].from - 3);
    return Boolean(
      whole &&
        (names.some(
          name =>
            previous &&
            name.start >= (tokens[previous.from]?.start ?? 0) &&
            name.end <= (tokens[previous.to - 1]?.end ?? 0) + 1,
        ) ||
          names.length > 0 ||
          companies.length > 0 ||
          asked.fields.has('name') ||
          asked.fields.has('authority')),
    );
  });
  return {names, titles: [...listedTitles.flatMap(own), ...who.titleLines], companies};
};
