import {addDays, addMonths, type Day, easter, isBefore, lastOf} from './calendar.ts';
import {type Context, type Moment, upcoming, yearAfter} from './dates-months.ts';

const weekdays =
  'monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo';
/** Only where a date was asked for: elsewhere a weekday is that of a call or a visit. */
const soon = new RegExp(
  `\\b(?:${weekdays})\\b|\\b(?:24|36|48|72|96) ?(?:hours?|hrs?|h|stunden|std|heures|horas)\\b|\\b(?:ds|dans|in|en) \\d{1,2} ?(?:jrs|j|d)\\b|\\bla semaine (?:pro|qui vient)\\b|\\buber ?morgen\\b|\\bheut(?:e)? nacht\\b|\\btonight\\b|\\bsous (?:quinzaine|huitaine)\\b|\\b(?:esta|una) quincena\\b|\\b(?:am|zum|ab|vor|le|el|les|du|the|by|antes del|a partir du|apres le|desde el) (?:[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|er|\\.)?$|\\beste mismo mes\\b|\\b(?:le )?plus tot sera le mieux\\b|\\bpara ayer\\b|\\bas soon as it can be\\b`,
  'gu',
);
const nextMonth = /\b(?:le )?mois qui vient\b|\b(?:el )?mes que entra\b|\bthe coming month\b/gu;
const thisQuarter =
  /\b(?:this|current|(?:noch )?(?:in )?(?:diese[nms]?|laufende[nms]?)|im laufenden|ce|este(?: mismo)?)[ ](?:quarter|quartals?|trimestre)\b/gu;
const middleOfYear =
  /\bmid[- ]?year\b|\bjahresmitte\b|\bmitte (?:des|dieses) jahres\b|\bmilieu d'annee\b|\bmi[- ]annee\b|\b(?:mitad|mediados) de(?:l)? ano\b/gu;
const half =
  /\b(?:(?<one>first half|erste[nr]? (?:jahres)?halfte|premiere moitie|primera mitad)|(?<two>second half|zweite[nr]? (?:jahres)?halfte|(?:deuxieme|seconde) moitie|segunda mitad))\b/gu;
const calendarWeek =
  /\b(?:kw|kalenderwoche|calendar week|week|semaine|semana|wk) ?(?<week>[1-9]|[1-4]\d|5[0-3])\b/gu;
const semester =
  /\b(?:(?<summer>sommersemester|spring term|second semester|second semestre|segundo semestre academico)|(?<winter>wintersemester|autumn term|semestre d'automne))\b/gu;

/** Feasts and holidays of a fixed day; those of the moon are in calendar.ts. */
const fixedFeasts: [RegExp, (year: number) => Day][] = [
  [
    /all saints|all souls|allerheiligen|toussaint|todos los santos|dia de (?:los )?muertos/,
    year => ({year, month: 11, day: 1}),
  ],
  [/hallowe'?en/, year => ({year, month: 10, day: 31})],
  [/valentine'?s?(?: day)?|valentinstag|saint-valentin|san valentin/, year => ({year, month: 2, day: 14})],
  [/ascension(?: day)?|christi himmelfahrt|auffahrt/, year => addDays(easter(year), 39)],
  [/corpus christi|fronleichnam|fete-dieu/, year => addDays(easter(year), 60)],
  [/may day|tag der arbeit|fete du travail|dia del trabajo/, year => ({year, month: 5, day: 1})],
  [/midsummer|johanni|la saint-jean|san juan/, year => ({year, month: 6, day: 24})],
  [/(?:the )?fourth of july|independence day/, year => ({year, month: 7, day: 4})],
  [/fete nationale|(?:le )?14 juillet/, year => ({year, month: 7, day: 14})],
  [/assumption|maria himmelfahrt|assomption|la asuncion/, year => ({year, month: 8, day: 15})],
  [/michaelmas|michaeli/, year => ({year, month: 9, day: 29})],
  [/fiestas patrias|el dieciocho/, year => ({year, month: 9, day: 16})],
  [/black friday|el buen fin/, year => ({year, month: 11, day: 25})],
  [/st\.? nicholas|nikolaus(?:tag)?|la saint-nicolas|samichlaus/, year => ({year, month: 12, day: 6})],
  [/advent|l'avent|adviento/, year => ({year, month: 12, day: 1})],
  [/nochebuena|heiligabend|christmas eve/, year => ({year, month: 12, day: 24})],
  [/candlemas|lichtmess|(?:la )?chandeleur|la candelaria/, year => ({year, month: 2, day: 2})],
];

const weekEnd = (year: number, week: number): Day => {
  // ISO 8601: the week of 4 January is the first
  const fourth = new Date(Date.UTC(year, 0, 4)).getUTCDay() || 7;
  return addDays({year, month: 1, day: 4}, (week - 1) * 7 + (5 - fourth));
};
const endOfQuarter = (today: Day): Day => {
  const month = Math.ceil(today.month / 3) * 3;
  return {year: today.year, month, day: lastOf(today.year, month)};
};

/** Days that go by a name rather than a number. `loose`: a date was asked for. */
export const namedDays = ({plain, today}: Context, loose: boolean): Moment[] => {
  const all = (
    pattern: RegExp,
    target: (match: RegExpExecArray, year: number | undefined) => Day,
    relative = true,
  ): Moment[] =>
    [...plain.matchAll(pattern)].map(match => {
      const {year, end} = yearAfter(plain, match.index + match[0].length, today);
      return {start: match.index, end, target: target(match as RegExpExecArray, year), relative};
    });
  const feasts = fixedFeasts.flatMap(([pattern, on]) =>
    all(
      new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'),
      (_, year) => {
        const here = on(year ?? today.year);
        return year === undefined && isBefore(here, today) ? on(today.year + 1) : here;
      },
      false,
    ),
  );
  return [
    ...(loose ? all(soon, () => addDays(today, 7)) : []),
    ...all(nextMonth, () => addMonths(today, 1)),
    ...all(thisQuarter, () => endOfQuarter(today)),
    ...all(middleOfYear, (_, year) => upcoming({year: today.year, month: 6, day: 30}, today, year), false),
    ...all(
      half,
      ({groups}, year) => upcoming({year: today.year, month: groups?.two ? 11 : 5, day: 1}, today, year),
      false,
    ),
    ...all(
      calendarWeek,
      ({groups}, year) => {
        const week = Number(groups?.week);
        const here = weekEnd(year ?? today.year, week);
        return year === undefined && isBefore(here, today) ? weekEnd(today.year + 1, week) : here;
      },
      false,
    ),
    ...all(
      semester,
      ({groups}, year) => upcoming({year: today.year, month: groups?.winter ? 10 : 4, day: 10}, today, year),
      false,
    ),
    ...feasts,
  ];
};
