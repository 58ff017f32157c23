import type {Day} from './calendar.ts';
import {type Context, type Moment, namedMonths, numericDates} from './dates-months.ts';
import {namedDays} from './dates-named-days.ts';
import {feastDates, quarters, seasonDates, years} from './dates-periods.ts';
import {durations, fixedDates} from './dates-relative.ts';
import {institutionalYears} from './dates-years.ts';
import type {Locale} from './engine.types.ts';
import type {Reading} from './text.ts';

const southern = new Set(['AU', 'NZ', 'ZA', 'AR', 'CL', 'UY', 'PY', 'BO', 'PE', 'BR']);

/** All times named in a text. `loose`: a bare "six weeks" counts, because it was asked for. Longer readings win. */
export const findMoments = (
  reading: Reading,
  options: {language: Locale; region: string; today: Day; loose: boolean},
): Moment[] => {
  const {language, region, today, loose} = options;
  const context: Context = {
    plain: reading.plain,
    today,
    south: southern.has(region),
    usDates: region === 'US',
  };
  const all = [
    ...namedMonths(context),
    ...numericDates(context),
    ...quarters(context),
    ...seasonDates(context),
    ...feastDates(context),
    ...institutionalYears({...context, region}),
    ...fixedDates(context),
    ...namedDays(context, loose),
    ...durations(context, reading, language, region, loose),
    ...years(context),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Moment[] = [];
  for (const moment of all) {
    const last = kept.at(-1);
    if (last && moment.start < last.end) {
      if (moment.end - moment.start > last.end - last.start) kept[kept.length - 1] = moment;
    } else kept.push(moment);
  }
  return kept;
};
