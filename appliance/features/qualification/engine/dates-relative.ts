import {addDays, addMonths, type Day, isBefore, lastOf} from './calendar.ts';
import {type Context, type Moment, upcoming} from './dates-months.ts';
import type {Locale} from './engine.types.ts';
import {findFigures} from './numbers.ts';
import type {Reading} from './text.ts';

type Fixed = [RegExp, (today: Day) => Day];
const endOfMonth = (today: Day): Day => ({...today, day: lastOf(today.year, today.month)});
const fixed: Fixed[] = [
  [
    /asap|as early as possible|in den nachsten tagen|die nachsten tage|dans les (?:prochains )?jours(?: qui viennent)?|en (?:unos|los proximos) dias|immediate(?=[.!, ]*$)|a\.s\.a\.p\.?|as soon as (?:humanly |ever )?(?:possible|you can|we can)|like yesterday|am besten gestern|am liebsten gestern|as quickly as possible|soonest|immediately|right away|straight away|straightaway|at once|right now|urgently|urgent|this week|tomorrow|today|yesterday(?= (?:ideally|would|if|lol|preferably|please)|[.!, ]*$)|in the (?:coming|next few) days|any day now|this month|sofort|umgehend|schnellst(?:moglich|ens)|(?:so )?(?:bald|schnell|rasch) (?:wie|als) moglich|ab sofort|baldmoglichst|ehestmoglich|moglichst (?:bald|schnell|sofort|rasch)|dringend|diese woche|heute|morgen(?! frueh anrufen)|gestern(?=[.!, ]*$)|diesen monat|des que possible|au plus (?:vite|tot)|le plus (?:vite|tot|rapidement) possible|tout de suite|immediatement|sans attendre|cette semaine|demain|aujourd'hui|ce mois-ci|urgemment|hier(?=[.!, ]*$)|lo antes posible|cuanto antes|lo mas pronto posible|ya mismo|de inmediato|inmediatamente|ahora mismo|esta semana|manana mismo|manana|hoy mismo|este mes|ya(?=[.!, ]*$)|a la brevedad|altiro|al tiro/,
    today => addDays(today, 5),
  ],
  [
    /next week|week after next|nachste woche|ubernachste woche|en unas semanas|in the next few weeks|in den nachsten wochen|dans les (?:prochaines )?semaines(?: qui viennent)?|en las proximas semanas|kommende woche|nachster woche|la semaine prochaine|semaine prochaine|la semana que viene|la otra semana|otra semana|la semana entrante|semana entrante|la proxima semana|proxima semana|la semana proxima|in a fortnight|a fortnight|fortnight|dans quinze jours|dans la quinzaine|14 tagen/,
    today => addDays(today, 14),
  ],
  [
    /(?:the )?end of (?:the|this) week|ende der woche|fin de (?:la )?semaine|finales de (?:la )?semana/,
    today => addDays(today, 5),
  ],
  [
    /(?:the )?end of (?:the|this) month|month'?s end|(?:by |before )month end|monatsende|ende (?:des|diesen|dieses) monats?|fin (?:de|du) mois|la fin du mois|fin de mes|final(?:es)? de (?:este )?mes|(?:the )?first of (?:the )?(?:next )?month|zum nachsten ersten|zum ersten|monatsanfang|le premier du mois|primero de mes/,
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
  [/ubernachsten monat|the month after next|dans le mois d'apres/, today => addMonths(today, 2)],
  [
    /(?:the )?end of (?:the |this )?quarter|quarter[- ]end|quartalsende|ende (?:des|dieses) quartals|fin (?:de|du) trimestre|final(?:es)? de(?:l)? trimestre/,
    today => {
      const month = Math.ceil(today.month / 3) * 3;
      return {year: today.year, month, day: lastOf(today.year, month)};
    },
  ],
  [
    /(?:the )?end of (?:the |this )?year|year[- ]?end|eoy|before (?:the )?year is (?:out|over)|jahresende|ende (?:des|diesen|dieses) jahre?s?|ende jahr|fin (?:de )?(?:l')?ann?ee|fin d'annee|fin de (?:este )?ano|final(?:es)? de(?:l)? (?:este )?ano|fin de l'an|this year|dieses jahr|heuer|cette annee|este ano|noch in diesem jahr/,
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
    /(?:mid|middle of) next year|mitte (?:des )?(?:nachsten|kommenden) jahre?s|mi[- ]annee prochaine|milieu (?:de )?(?:l'|d')?annee prochaine|mediados del (?:proximo ano|ano que viene)/,
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
    /un ano y medio|ano y medio|un an et demi|(?:in )?anderthalb jahren?|(?:in )?eineinhalb jahren?|a year and a half/,
    today => addMonths(today, 18),
  ],
  [
    /a la rentree|(?:pour |apres )?la rentree/,
    today => upcoming({year: today.year, month: 9, day: 5}, today, undefined),
  ],
];
export const fixedDates = ({plain, today}: Context): Moment[] =>
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

export const durations = (
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
