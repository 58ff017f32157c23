import {addDays, type Day, isBefore, isDay, lastOf} from './calendar.ts';

/** A time that was named, as the day it reaches to. Offsets in the plain view. */
export type Moment = {start: number; end: number; target: Day; relative: boolean};
const monthNames: [RegExp, number][] = [
  ['jan(?:uary|uar|ner|vier)?|enero|ene', 1],
  ['feb(?:ruary|ruar|uar|rero|er)?|fevrier|fevr|fev', 2],
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
  'january|januar|janner|janvier|enero|jan|ene|february|februar|febrero|fevrier|feber|febuar|feb|fev|march|marz|maerz|mars|marzo|mar|april|avril|abril|apr|avr|abr|may|mai|mayo|june|juni|juin|junio|jun|july|juli|juillet|julio|jul|august|aout|agosto|aug|september|septembre|septiembre|setiembre|sept|sep|october|oktober|octobre|octubre|oct|okt|november|novembre|noviembre|nov|december|dezember|decembre|diciembre|dec|dez|dic';
const monthNumber = (name: string): number => monthNames.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

const early =
  'early|beginning of|start of|the start of|the beginning of|anfang|zu beginn des|beginn|debut|au debut de|debut de|principios de|a principios de|comienzos de|inicios de|first week of|first days of|erste woche im|premiere semaine de|primera semana de';
const middle = 'mid|middle of|the middle of|mitte|mi|milieu de|mediados de|a mediados de';
const late =
  'late|end of|the end of|ende|spat im|fin|fin de|la fin de|finales de|a finales de|fines de|last week of';
export const part = new RegExp(
  `(?<![\\p{L}])(?:(?<early>${early})|(?<middle>${middle})|(?<late>${late}))[ -](?:the |of |de |d'|du |des |der |le |la |el |im |next )?$`,
  'u',
);
const yearBehind =
  /^,?\s?(?:of |de |del |en |in )?(?:(?<year>20[2-4]\d)(?!\d)|(?<next>next year|nachsten jahres|nachstes jahr|kommenden jahres|kommendes jahr|l'annee prochaine|l'an prochain|de l'annee prochaine|(?:del|el) (?:proximo ano|ano que viene|otro ano|ano proximo)|(?:proximo|otro) ano))/;
const nextBehind = /^\s(?:prochain|proximo|que viene|next year)/;

export type Context = {plain: string; today: Day; south: boolean; usDates: boolean};

/** The same day this year, or next year when it has passed. */
export const upcoming = (day: Day, today: Day, given: number | undefined): Day => {
  if (given !== undefined) return {...day, year: given};
  const here = {...day, year: today.year};
  return isBefore(here, today) ? {...day, year: today.year + 1} : here;
};

export const yearAfter = (
  plain: string,
  end: number,
  today: Day,
): {year: number | undefined; end: number} => {
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

export const namedMonths = ({plain, today}: Context): Moment[] => {
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
        /(?:^|[\s(])(?:in|by|from|until|till|since|before|after|next|this|im|ab|bis|vor|nach|en|des|a partir de|d'ici|pour|avant|apres|fin|debut|para|antes de|desde|hasta|despues de|of|de|early|late|mid|or|and|-|to|nachsten|kommenden|in late|spatestens|allerspatestens|fruhestens|au plus tard|comme|fur|a mas tardar|latest|earliest)\s$/.test(
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
export const numericDates = ({plain, today, usDates}: Context): Moment[] => {
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
