import {addDays, type Day, isBefore} from './calendar.ts';
import type {Context, Moment} from './dates-months.ts';

type Start = readonly [month: number, day: number];
const starts = (text: string): Record<string, Start> =>
  Object.fromEntries(
    text.split(' ').flatMap(entry => {
      const [regions = '', date = ''] = entry.split(':');
      const [month = 1, day = 1] = date.split('-').map(Number);
      return regions.split(',').map(region => [region, [month, day] as const]);
    }),
  );

/** Where lessons do not begin in September. */
const schoolStarts = starts(
  'US,CA,MX:8-25 CH:8-20 AU,NZ:1-29 ZA:1-15 IN:4-1 AR,CL,UY,PY,PE,BO,CR:3-3 CO,PA,GT,HN,SV,NI,VE:1-25 BR:2-5 SG:1-2 JP:4-1',
);
/** Where a company's or a budget's year is not that of the calendar. */
const businessStarts = starts('GB,IN,NZ,JP,SG:4-1 AU:7-1');

const of = (table: Record<string, Start>, otherwise: Start) => (region: string) => table[region] ?? otherwise;
const kinds: [RegExp, (region: string) => Start][] = [
  [
    /(?:school|academic) year|back to school|schuljahre?s?|studienjahre?s?|schulstart|schulbeginn|annee (?:scolaire|universitaire|academique)|rentree (?:scolaire|universitaire)|(?:curso|ano) (?:escolar|academico|lectivo)|ciclo (?:escolar|lectivo)|(?:nuevo|proximo) curso|curso (?:que viene|proximo|nuevo|siguiente)|(?:inicio|comienzo|principio) de(?:l)? curso/,
    of(schoolStarts, [9, 1]),
  ],
  [
    /(?:financial|fiscal|tax|budget) year|geschaftsjahre?s?|wirtschaftsjahre?s?|haushaltsjahre?s?|rechnungsjahre?s?|exercice(?= (?:suivant|prochain|comptable|budgetaire|fiscal))|(?<=prochain |nouvel |fin d'|fin de l'|cloture de l'|debut d')exercice|ejercicio fiscal|(?<=proximo |nuevo |cierre del |fin del |final del |inicio del )ejercicio|ano fiscal/,
    of(businessStarts, [1, 1]),
  ],
  [/wintersemesters?|herbstsemesters?/, of(starts('CH:9-15'), [10, 1])],
  [/sommersemesters?|fruhjahrssemesters?/, of(starts('CH:2-20'), [4, 1])],
];
const closing =
  /(?:end|close|before|ende|abschluss|vor|vorm|fin|finales|final|cloture|cierre|acabe|acabar|antes|avant)(?: of| des?| dem| del?| que| la| l'| le| el| the| de cet| this| diesem| este| our| acabe| termine| is up| ends| in the){0,3}\s$/;
const beginning =
  /(?:start|beginning|begin|beginn|anfang|debut|inicio|comienzo|principio)(?: of| des?| du| del| la| le| el| the| next| new| nachsten| neuen){0,3}\s$/;
const passes = /^\s(?:ends|is over|is out|endet|um ist|vorbei|se termine|acabe|termine|acaba)/;

/** "the next school year", "end of the financial year": years that begin where a region lets them begin. */
export const institutionalYears = ({plain, today, region}: Context & {region: string}): Moment[] =>
  kinds.flatMap(([pattern, startOf]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'))].map(match => {
      const [month, day] = startOf(region);
      const here = {year: today.year, month, day};
      const next: Day = isBefore(here, today) ? {...here, year: today.year + 1} : here;
      const head = plain.slice(Math.max(0, match.index - 40), match.index);
      const end = match.index + match[0].length;
      const ends = (closing.test(head) && !beginning.test(head)) || passes.test(plain.slice(end, end + 14));
      return {start: match.index, end, target: ends ? addDays(next, -1) : next, relative: false};
    }),
  );
