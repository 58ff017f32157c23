import {addDays, addMonths, type Day, fromDate, feast, isBefore, isDay, lastOf} from './calendar.ts';
import type {Locale} from './engine.types.ts';
import {findFigures} from './numbers.ts';
import type {Reading} from './text.ts';

/** A time that was named, as the day it reaches to. Offsets in the plain view. */
export type Moment = {start: number; end: number; target: Day; relative: boolean};

const monthNames: [RegExp, number][] = [
  ['jan(?:uary|uar|ner|vier)?|enero|ene', 1],
  ['feb(?:ruary|ruar|rero|ber)?|fevrier|fevr|fev', 2],
  ['mar(?:ch|z|s|zo)?|maerz', 3],
  ['apr(?:il)?|avril|avr|abril|abr', 4],
  ['may|mai|mayo', 5],
  ['june?|juni|juin|junio', 6],
  ['july?|juli|juillet|juil|julio', 7],
  ['aug(?:ust)?|aout|agosto|ago', 8],
  ['sept?(?:ember|embre|iembre)?|setiembre', 9],
  ['oct(?:ober|obre|ubre)?|okt(?:ober)?', 10],
  ['nov(?:ember|embre|iembre)?', 11],
  ['dec(?:ember|embre)?|dez(?:ember)?|dic(?:iembre)?', 12],
].map(([names, number]) => [new RegExp(`^(?:${names})$`), Number(number)]);
const anyMonth =
  'january|januar|janner|janvier|enero|jan|ene|february|februar|febrero|fevrier|feb|fev|march|marz|maerz|mars|marzo|mar|april|avril|abril|apr|avr|abr|may|mai|mayo|june|juni|juin|junio|jun|july|juli|juillet|julio|jul|august|aout|agosto|aug|september|septembre|septiembre|setiembre|sept|sep|october|oktober|octobre|octubre|oct|okt|november|novembre|noviembre|nov|december|dezember|decembre|diciembre|dec|dez|dic';
const monthNumber = (name: string): number => monthNames.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

const early =
  'early|beginning of|start of|the start of|the beginning of|anfang|zu beginn des|beginn|debut|au debut de|debut de|principios de|a principios de|comienzos de|inicios de|first week of|first days of|erste woche im|premiere semaine de|primera semana de';
const middle = 'mid|middle of|the middle of|mitte|mi|milieu de|mediados de|a mediados de';
const late =
  'late|end of|the end of|ende|spat im|fin|fin de|la fin de|finales de|a finales de|fines de|last week of';
const part = new RegExp(
  `(?<![\\p{L}])(?:(?<early>${early})|(?<middle>${middle})|(?<late>${late}))[ -](?:the |of |de |d'|du |des |der |le |la |el |im |next )?$`,
  'u',
);
const yearBehind =
  /^,?\s?(?:of |de |del |en |in )?(?:(?<year>20[2-4]\d)(?!\d)|(?<next>next year|nachsten jahres|nachstes jahr|kommenden jahres|kommendes jahr|l'annee prochaine|l'an prochain|de l'annee prochaine|(?:del|el) (?:proximo ano|ano que viene|otro ano|ano proximo)|(?:proximo|otro) ano))/;
const nextBehind = /^\s(?:prochain|proximo|que viene|next year)/;

type Context = {plain: string; today: Day; south: boolean; usDates: boolean};

/** The same day this year, or next year when it has passed. */
const upcoming = (day: Day, today: Day, given: number | undefined): Day => {
  if (given !== undefined) return {...day, year: given};
  const here = {...day, year: today.year};
  return isBefore(here, today) ? {...day, year: today.year + 1} : here;
};

const yearAfter = (plain: string, end: number, today: Day): {year: number | undefined; end: number} => {
  const match = yearBehind.exec(plain.slice(end, end + 30));
  if (!match) return {year: undefined, end};
  return {
    year: match.groups?.year ? Number(match.groups.year) : today.year + 1,
    end: end + match[0].length,
  };
};

const monthPattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${anyMonth})(?![\\p{L}])`, 'gu');
const dayBefore = /(?<![\d.,])(\d{1,2})(?:st|nd|rd|th|er|\.|º|o|°)?\s?(?:of |de |-)?$/;
const dayAfter = /^\s?(\d{1,2})(?:st|nd|rd|th)?(?![\d:.,]\d|\d|%|k|\s?(?:people|k\b|euro|mitarb))/;

const namedMonths = ({plain, today}: Context): Moment[] => {
  const found: Moment[] = [];
  for (const match of plain.matchAll(monthPattern)) {
    const name = match[0];
    let start = match.index;
    let end = start + name.length;
    const head = plain.slice(Math.max(0, start - 40), start);
    const ahead = dayBefore.exec(head);
    const tail = plain.slice(end, end + 12);
    const behind =
      /^\.?\s/.test(tail) || /^\s?\d/.test(tail) ? dayAfter.exec(tail.replace(/^\./, ' ')) : null;
    const partly = part.exec(head);
    // words that are also something else: "may I", "mar", "jan" as a name
    const ambiguous = /^(?:may|mar|mai|jan|jun|ago|ene|dec|sep|abr|nov|oct|mars)$/.test(name);
    if (ambiguous && !ahead && !behind && !partly) {
      const lead =
        /(?:^|[\s(])(?:in|by|from|until|till|since|before|after|next|this|im|ab|bis|vor|nach|en|des|a partir de|d'ici|pour|avant|apres|fin|debut|para|antes de|desde|hasta|despues de|of|de|early|late|mid|or|and|-|to|nachsten|kommenden|in late)\s$/.test(
          head,
        );
      const follows = yearBehind.test(tail) || nextBehind.test(tail);
      if (!lead && !follows && plain.trim().length > 12) continue;
      if (name === 'may' && /^\s(?:i|we|you|be|have|need|also|want|not|well|ask|just)\b/.test(tail)) continue;
    }
    const month = monthNumber(name);
    if (month === 0) continue;
    let day: number | undefined;
    if (ahead && Number(ahead[1]) >= 1 && Number(ahead[1]) <= 31) {
      day = Number(ahead[1]);
      start -= ahead[0].length;
    } else if (behind && Number(behind[1]) >= 1 && Number(behind[1]) <= 31) {
      day = Number(behind[1]);
      end += behind[0].length;
    }
    if (partly) start -= partly[0].length;
    let {year, end: stop} = yearAfter(plain, end, today);
    end = stop;
    const prochain = nextBehind.exec(plain.slice(end, end + 14));
    if (prochain) end += prochain[0].length;
    const reach =
      day ?? (partly?.groups?.early ? 7 : partly?.groups?.middle ? 15 : partly?.groups?.late ? 31 : 15);
    const place = {year: year ?? today.year, month, day: 1};
    const cap = (target: Day): Day => ({...target, day: Math.min(reach, lastOf(target.year, target.month))});
    if (day === undefined && year === undefined && month === today.month) {
      found.push({start, end, target: addDays(today, 10), relative: false});
      continue;
    }
    found.push({
      start,
      end,
      target: cap(upcoming({...place, day: Math.min(reach, 28)}, today, year)),
      relative: false,
    });
  }
  return found;
};

const numeric =
  /(?<![\d./-])(?:(20[2-4]\d)-(\d{1,2})-(\d{1,2})|(\d{1,2})([./])(\d{1,2})\5(20[2-4]\d|\d{2})?)(?!\d)|(?<![\d./-])(\d{1,2})\/(20[2-4]\d)(?!\d)/g;
const numericDates = ({plain, today, usDates}: Context): Moment[] => {
  const found: Moment[] = [];
  for (const match of plain.matchAll(numeric)) {
    const [whole, isoYear, isoMonth, isoDay, first, , second, year, monthOnly, yearOnly] = match;
    let target: Day | undefined;
    let given: number | undefined;
    if (isoYear) target = {year: Number(isoYear), month: Number(isoMonth), day: Number(isoDay)};
    else if (monthOnly) target = {year: Number(yearOnly), month: Number(monthOnly), day: 15};
    else {
      const [a, b] = [Number(first), Number(second)];
      const [day, month] = (usDates && whole.includes('/') && a <= 12) || b > 12 ? [b, a] : [a, b];
      given = year === undefined ? undefined : Number(year) < 100 ? 2000 + Number(year) : Number(year);
      target = {year: given ?? today.year, month, day};
      if (isDay(target)) target = upcoming(target, today, given);
    }
    if (isDay(target))
      found.push({start: match.index, end: match.index + whole.length, target, relative: false});
  }
  return found;
};

const quarterPattern =
  /(?<![\p{L}\p{N}])(?:q\s?(?<q>[1-4])|(?<q2>[1-4])\s?q|(?<t>t[1-4])|(?<ord>[1-4]|first|second|third|fourth|last|next|this|erste[nsmr]?|zweite[nsmr]?|dritte[nsmr]?|vierte[nsmr]?|letzte[nsmr]?|nachste[nsmr]?|kommende[nsmr]?|premier|deuxieme|troisieme|quatrieme|dernier|primer|segundo|tercer|cuarto|ultimo|proximo)\.?(?:er|e|eme)?\s(?:quarter|quartals?|trimestre)|(?:le )?trimestre (?<tp>prochain|proximo)|(?<half>h[12]|(?:first|second|erste[ns]?|zweite[ns]?|premier|deuxieme|second|primer|segundo) (?:half|halbjahr|semestre)))(?![\p{L}\p{N}])/gu;
const ordinals: [RegExp, number][] = [
  [/^(?:1|first|erst|premier|primer)/, 1],
  [/^(?:2|second|zweit|deuxieme|segundo)/, 2],
  [/^(?:3|third|dritt|troisieme|tercer)/, 3],
  [/^(?:4|fourth|viert|quatrieme|cuarto|last|letzt|dernier|ultimo)/, 4],
];
const quarters = ({plain, today}: Context): Moment[] => {
  const found: Moment[] = [];
  for (const match of plain.matchAll(quarterPattern)) {
    const groups = match.groups ?? {};
    let start = match.index;
    const current = Math.ceil(today.month / 3);
    const {year, end} = yearAfter(plain, start + match[0].length, today);
    const partly = part.exec(plain.slice(Math.max(0, start - 40), start));
    let target: Day;
    const word = groups.ord ?? groups.tp ?? '';
    if (groups.half) {
      const second = /2|second|zweit|deux|segundo/.test(groups.half);
      target = upcoming({year: today.year, month: second ? 11 : 5, day: 1}, today, year);
    } else {
      const named = Number(
        groups.q ??
          groups.q2 ??
          groups.t?.slice(1) ??
          ordinals.find(([pattern]) => pattern.test(word))?.[1] ??
          0,
      );
      const next = /^(?:next|nachst|kommend|prochain|proximo)/.test(word);
      const at = named || (next ? current + 1 : current);
      const month = at * 3 - (partly?.groups?.late ? 0 : partly?.groups?.early ? 2 : 1);
      const place = {
        year: today.year + (month > 12 ? 1 : 0),
        month: ((month - 1) % 12) + 1,
        day: partly?.groups?.late ? 30 : 15,
      };
      target =
        named === current && year === undefined && isBefore(place, today)
          ? addDays(today, 15)
          : upcoming(place, today, year ?? (next ? place.year : undefined));
    }
    if (partly) start -= partly[0].length;
    found.push({start, end, target, relative: false});
  }
  return found;
};

const seasons: [RegExp, number][] = [
  [/spring(?! water)|springtime|fruhjahr|fruhling|printemps|primavera/, 4],
  [/summer|sommer(?:ferien|urlaub|pause|saison)?|ete(?= |$|[.,!])|verano/, 7],
  [/autumn|fall(?= of| 20|$|[.,!]| term| season)|herbst(?:saison)?|automne|otono/, 10],
  [/winter(?:saison)?|hiver|invierno/, 1],
];
const seasonDates = ({plain, today, south}: Context): Moment[] =>
  seasons.flatMap(([pattern, north]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'))].flatMap(match => {
      const head = plain.slice(Math.max(0, match.index - 14), match.index);
      if (
        !/(?:in|the|next|this|by|before|after|for|im|ab|bis|vor|nach|zum|nachsten|kommenden|au|en|a l'|l'|cet|d'ici|avant|apres|pour|el|la|proximo|proxima|para|antes del?|despues del?|of|early|late|since|der|dem|den|du|de l'|d')\s?$/.test(
          head,
        ) &&
        plain.length > 25
      )
        return [];
      const month = south ? ((north + 5) % 12) + 1 : north;
      const {year, end} = yearAfter(plain, match.index + match[0].length, today);
      const before = /(?:before|vor|avant|antes de|antes del)(?: the| dem| l'| el| la| der)?\s?$/.test(head);
      return [
        {
          start: match.index,
          end,
          target: upcoming(
            {year: today.year, month: before ? ((month + 9) % 12) + 1 : month, day: 28},
            today,
            year,
          ),
          relative: false,
        },
      ];
    }),
  );

const feasts: [RegExp, string][] = [
  [/easter|ostern|osterferien|paques|semana santa|pascua/, 'easter'],
  [/pentecost|pfingsten|pentecote/, 'pentecost'],
  [
    /christmas|xmas|weihnacht(?:en|s\p{L}*)|noel|navidad(?:es)?|the holidays|les fetes|las fiestas|feiertage/u,
    'christmas',
  ],
  [/new year(?:'s)?(?: day| eve)?|neujahr|jahreswechsel|nouvel an|ano nuevo|reyes|silvester/, 'new year'],
  [/thanksgiving/, 'thanksgiving'],
  [/diwali|deepavali/, 'diwali'],
  [/carnival|fasching|karneval|fasnacht|carnaval/, 'carnival'],
];
const feastDates = ({plain, today}: Context): Moment[] =>
  feasts.flatMap(([pattern, name]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'))].flatMap(match => {
      const {year, end} = yearAfter(plain, match.index + match[0].length, today);
      const here = feast(name, year ?? today.year);
      const day = here && isBefore(here, today) && year === undefined ? feast(name, today.year + 1) : here;
      if (!day) return [];
      const head = plain.slice(Math.max(0, match.index - 30), match.index);
      const shift = /(?:after|nach|apres|tras|despues de)(?: the| den| les| las| la)?\s$/.test(head)
        ? 7
        : /(?:before|vor|avant|antes de)(?: the| den| les| las| la)?\s$/.test(head)
          ? -3
          : 0;
      const target = addDays(day, shift);
      return [{start: match.index, end, target: isBefore(target, today) ? today : target, relative: false}];
    }),
  );

type Fixed = [RegExp, (today: Day) => Day];
const endOfMonth = (today: Day): Day => ({...today, day: lastOf(today.year, today.month)});
const fixed: Fixed[] = [
  [
    /asap|a\.s\.a\.p\.?|as soon as (?:humanly |ever )?(?:possible|you can|we can)|like yesterday|am besten gestern|am liebsten gestern|as quickly as possible|soonest|immediately|right away|straight away|straightaway|at once|right now|urgently|urgent|this week|tomorrow|today|yesterday(?= (?:ideally|would|if|lol|preferably|please)|[.!, ]*$)|in the coming days|any day now|this month|sofort|umgehend|schnellst(?:moglich|ens)|(?:so )?(?:bald|schnell|rasch) (?:wie|als) moglich|ab sofort|baldmoglichst|ehestmoglich|moglichst (?:bald|schnell|sofort|rasch)|dringend|diese woche|heute|morgen(?! frueh anrufen)|gestern(?=[.!, ]*$)|diesen monat|des que possible|au plus (?:vite|tot)|le plus (?:vite|tot|rapidement) possible|tout de suite|immediatement|sans attendre|cette semaine|demain|aujourd'hui|ce mois-ci|urgemment|hier(?=[.!, ]*$)|lo antes posible|cuanto antes|lo mas pronto posible|ya mismo|de inmediato|inmediatamente|ahora mismo|esta semana|manana mismo|manana|hoy mismo|este mes|ya(?=[.!, ]*$)|a la brevedad/,
    today => addDays(today, 5),
  ],
  [
    /next week|week after next|nachste woche|ubernachste woche|kommende woche|nachster woche|la semaine prochaine|semaine prochaine|la semana que viene|la otra semana|otra semana|la semana entrante|semana entrante|la proxima semana|proxima semana|la semana proxima|in a fortnight|a fortnight|fortnight|dans quinze jours|dans la quinzaine|14 tagen/,
    today => addDays(today, 14),
  ],
  [
    /(?:the )?end of (?:the|this) week|ende der woche|fin de (?:la )?semaine|finales de (?:la )?semana/,
    today => addDays(today, 5),
  ],
  [
    /(?:the )?end of (?:the|this) month|month'?s end|monatsende|ende (?:des|diesen|dieses) monats?|fin (?:de|du) mois|la fin du mois|fin de mes|finales de (?:este )?mes|(?:the )?first of (?:the )?(?:next )?month|zum nachsten ersten|zum ersten|monatsanfang|le premier du mois|primero de mes/,
    today => (isBefore(today, addDays(endOfMonth(today), -2)) ? endOfMonth(today) : addDays(today, 5)),
  ],
  [
    /(?:the )?end of next month|ende (?:des )?nachsten monats|ende nachster monat|fin du mois prochain|finales del (?:proximo mes|mes que viene)/,
    today => {
      const next = addMonths({...today, day: 1}, 1);
      return {...next, day: lastOf(next.year, next.month)};
    },
  ],
  [
    /next month|nachsten monat|nachsten monats|kommenden monat|im nachsten monat|(?:le |du |au )?mois prochain|(?:el )?(?:mes que viene|proximo mes|mes proximo)|mes entrante|(?:el )?mes que entra/,
    today => addMonths(today, 1),
  ],
  [
    /(?:the )?end of (?:the |this )?year|year[- ]?end|eoy|before (?:the )?year is (?:out|over)|jahresende|ende (?:des|diesen|dieses) jahre?s?|ende jahr|fin (?:de )?(?:l')?ann?ee|fin d'annee|fin de (?:este )?ano|finales de(?:l)? (?:este )?ano|fin de l'an|this year|dieses jahr|heuer|cette annee|este ano|noch in diesem jahr/,
    today => ({year: today.year, month: 12, day: 31}),
  ],
  [
    /(?:early|beginning of|start of|at the start of|the start of|first thing) (?:the )?(?:next|new|coming) year|early in the (?:new|next) year|(?:zu )?(?:anfang|beginn) (?:des )?(?:nachsten|kommenden|neuen) jahre?s|nachstes jahr gleich|debut (?:de )?(?:l')?ann?ee (?:prochaine)?|debut d'annee|(?:a )?(?:principios|comienzos|inicios) de(?:l)? (?:(?:proximo|otro) )?ano(?: que viene)?|in the new year|im neuen jahr|a la rentree de janvier|nach jahreswechsel/,
    today => ({year: today.year + 1, month: 1, day: 20}),
  ],
  [
    /(?:the )?(?:end of|late) next year|ende (?:des )?(?:nachsten|kommenden) jahre?s|fin (?:de )?l'(?:annee|an) prochaine?|finales del (?:proximo ano|ano que viene)/,
    today => ({year: today.year + 1, month: 12, day: 15}),
  ],
  [
    /(?:mid|middle of) next year|mitte (?:des )?(?:nachsten|kommenden) jahre?s|mi[- ]annee prochaine|mediados del (?:proximo ano|ano que viene)/,
    today => ({year: today.year + 1, month: 6, day: 30}),
  ],
  [
    /next year|nachstes jahr|nachsten jahr|nachsten jahres|kommendes jahr|kommenden jahr|l'annee prochaine|l'an prochain|(?:el )?(?:proximo ano|ano que viene|ano proximo|ano entrante|ano que entra|otro ano)/,
    today => ({year: today.year + 1, month: 7, day: 1}),
  ],
  [
    /(?:the )?year after next|ubernachstes jahr|in zwei jahren|dans deux ans|en dos anos|dentro de dos anos/,
    today => ({year: today.year + 2, month: 7, day: 1}),
  ],
  [
    /(?:half a year|six months)(?= (?:from now|away|out))|in (?:half a year|einem halben jahr|sechs monaten)|dans (?:six mois|un semestre)|in nem halben jahr|en medio ano|dentro de (?:medio ano|un semestre)/,
    today => addMonths(today, 6),
  ],
  [
    /a la rentree|(?:pour |apres )?la rentree/,
    today => upcoming({year: today.year, month: 9, day: 5}, today, undefined),
  ],
];
const fixedDates = ({plain, today}: Context): Moment[] =>
  fixed.flatMap(([pattern, target]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern.source})(?![\\p{L}\\p{N}])`, 'gu'))].map(
      match => ({
        start: match.index,
        end: match.index + match[0].length,
        target: target(today),
        relative: true,
      }),
    ),
  );

const units: [RegExp, number, 'day' | 'month'][] = [
  [/^(?:business |working )?(?:days?|tag|tagen?|jours?|dias?|arbeitstagen?)$/, 1, 'day'],
  [/^(?:weeks?|wks?|wochen?|semaines?|semanas?)$/, 7, 'day'],
  [/^(?:months?|mths?|mos?|monat|monaten?|monate|mois|mes|meses)$/, 1, 'month'],
  [/^(?:quarters?|quartal|quartalen?|quartale|trimestres?)$/, 3, 'month'],
  [/^(?:years?|yrs?|jahr|jahren?|jahre|ans?|annees?|anos?)$/, 12, 'month'],
];
const intro =
  /(?:\bin|\bwithin|\bwithin the next|\bin the next|\bover the next|\bover the coming|\bin about|\bin around|\bin roughly|\binside|\bafter|\bnext|\bat least|\bdans|\bd'ici|\bd'ici a|\bsous|\bdans les|\bd'ici les|\bau bout de|\bdentro de|\ben|\ben unos|\ben unas|\ben los proximos|\ben las proximas|\btras|\bbinnen|\binnerhalb von|\binnerhalb der nachsten|\bin den nachsten|\bin ca\.?|\bin etwa|\bin rund|\bin ungefahr|\bin gut|\bin knapp|\bnach|\bnachste|\bnachsten|\bpour dans|\bdans environ|\ben unos|\bdentro de unos|\bdentro de unas|\bin less than|\bin under|\bdans moins de|\ben menos de|\bin weniger als|\bother|\baround|\babout|\bde aqui a|\bin frühestens|\bfruhestens in)\s(?:the |a |about |einem |une? |les |los |las |unos |unas )?$/;
const behindDuration =
  /^\s(?:from now|from today|time|out|away|hence|ab jetzt|ab heute|from \w+day)(?![\p{L}])/u;

const durations = (
  context: Context,
  reading: Reading,
  language: Locale,
  region: string,
  loose: boolean,
): Moment[] => {
  const {plain, today} = context;
  const figures = findFigures(reading, language, region).map(({value, start, end}) => ({value, start, end}));
  // "a month", "einem Monat", "un an", "half a year", "a couple of weeks", "a few weeks"
  for (const match of plain.matchAll(
    /(?<![\p{L}])(?:a couple of|couple of|a few|few|some|ein paar|einigen|wenigen|quelques|algunos|algunas|unas pocas|unos pocos|un par de|half a|a|an|one|einem|einer|ein|eine|nem|un|une|una)(?= (?:day|week|month|quarter|year|tag|woche|monat|quartal|jahr|jour|semaine|mois|trimestre|annee|an\b|dia|semana|mes|ano))/gu,
  )) {
    const vague = /couple|par de/.test(match[0])
      ? 2
      : /few|some|paar|einigen|wenigen|quelques|algun|pocas|pocos/.test(match[0])
        ? 3
        : match[0] === 'half a'
          ? 0.5
          : 1;
    figures.push({value: vague, start: match.index, end: match.index + match[0].length});
  }
  const found: Moment[] = [];
  for (const figure of figures) {
    const tail = plain.slice(figure.end, figure.end + 26);
    const unit =
      /^(?:\s(?:or|to|bis|a|oder|ou|o)\s\p{L}{1,8}|\s?-\s?\p{L}{1,8})?[\s-](?:good |gute |bonnes? |working |business )?(\p{L}{1,12})/u.exec(
        tail,
      );
    const kind = units.find(([pattern]) => pattern.test(unit?.[1] ?? ''));
    if (!kind || !unit) continue;
    const end = figure.end + unit[0].length;
    let start = figure.start;
    const head = plain.slice(Math.max(0, start - 34), start);
    let led = intro.exec(head);
    // "2 to 3 months", "4-6 weeks": the introduction stands before the first of the two
    const pair = /(\d{1,3}|\p{L}{2,10})\s?(?:-|to|bis|a|or|oder|ou|o)\s?$/u.exec(head);
    if (!led && pair) {
      led = intro.exec(head.slice(0, pair.index));
      if (led) start -= pair[0].length;
    }
    const follows = behindDuration.exec(plain.slice(end, end + 16));
    if (!led && !follows && !loose) continue;
    if (led) start -= led[0].trimStart().length;
    const [, size, step] = kind;
    const count = figure.value * size;
    if (count > 2000) continue;
    const target = step === 'day' ? addDays(today, Math.round(count)) : addMonths(today, count);
    found.push({start, end: follows ? end + follows[0].length : end, target, relative: true});
  }
  return found;
};

const years = ({plain, today}: Context): Moment[] =>
  [...plain.matchAll(/(?<![\p{L}\p{N}./:-])20[2-4]\d(?![\p{N}\p{L}/-]|[.,]\d)/gu)].flatMap(match => {
    const year = Number(match[0]);
    const head = plain.slice(Math.max(0, match.index - 24), match.index);
    if (
      !/(?:in|by|for|until|before|from|of|year|im jahr|anno|ab|bis|fur|en|pour|para|d'ici|desde|hasta|not before|vor|nicht vor|avant|antes de|mid|late|early|ende|anfang|mitte|fin|debut|finales de|end of|start of|-)\s?-?$/.test(
        head,
      )
    )
      return [];
    if (year < today.year) return [];
    const partly = part.exec(head);
    const month = partly?.groups?.early ? 1 : partly?.groups?.late ? 12 : year === today.year ? 12 : 6;
    return [
      {
        start: match.index - (partly?.[0].length ?? 0),
        end: match.index + 4,
        target: {year, month, day: 28},
        relative: false,
      },
    ];
  });

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
    ...fixedDates(context),
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
export {fromDate};
