import type {Budget, BudgetPeriod, Locale, Range} from './engine.types.ts';
import {type Figure, findFigures} from './numbers.ts';
import {clauseAt, type Reading} from './text.ts';

/** One number or a range, with what stands around it. Offsets in the plain view, from its first sign to its last. */
export type Quantity = {
  range: Range;
  start: number;
  end: number;
  currency: string | null;
  /** Whether a symbol or word of money stands with it. */
  money: boolean;
  period: BudgetPeriod | 'other' | null;
  digits: boolean;
  raw: string;
  /** "up to", "at least" stood there. */
  bounded: boolean;
};

const regionCurrency: Record<string, string> = {
  US: 'USD',
  GB: 'GBP',
  IN: 'INR',
  AU: 'AUD',
  NZ: 'NZD',
  CA: 'CAD',
  CH: 'CHF',
  LI: 'CHF',
  MX: 'MXN',
  AR: 'ARS',
  CO: 'COP',
  CL: 'CLP',
  PE: 'PEN',
  UY: 'UYU',
  BR: 'BRL',
  ZA: 'ZAR',
  SG: 'SGD',
  HK: 'HKD',
  AE: 'AED',
  SE: 'SEK',
  NO: 'NOK',
  DK: 'DKK',
  PL: 'PLN',
  CZ: 'CZK',
  JP: 'JPY',
  EC: 'USD',
  PA: 'USD',
  SV: 'USD',
  PR: 'USD',
  DO: 'DOP',
  CR: 'CRC',
  GT: 'GTQ',
  BO: 'BOB',
  PY: 'PYG',
  HN: 'HNL',
  MA: 'MAD',
  TN: 'TND',
  SN: 'XOF',
  CI: 'XOF',
  NG: 'NGN',
  KE: 'KES',
  PK: 'PKR',
  PH: 'PHP',
};
export const currencyOf = (region: string): string => regionCurrency[region.toUpperCase()] ?? 'EUR';
const dollarRegions = new Set([
  'USD',
  'CAD',
  'AUD',
  'NZD',
  'SGD',
  'HKD',
  'MXN',
  'ARS',
  'COP',
  'CLP',
  'UYU',
  'DOP',
]);
const pesoRegions = new Set(['MXN', 'ARS', 'COP', 'CLP', 'UYU', 'DOP', 'PHP']);

const moneyWord =
  /(?<usd>us\$|us-dollars?|us dollars?|usd|dolares americanos|dollars americains)|(?<aud>a\$|aud)|(?<cad>c\$|ca\$|cad|piastres?|piasses?)|(?<nzd>nz\$|nzd)|(?<mxn>mx\$|mxn|pesos mexicanos)|(?<eur>€|euros?|eur|eur\.|teur)|(?<gbp>£|gbp|quids?|pounds?|pfund|livres sterling|libras)|(?<chf>chf|sfr\.?|fr\.|franken|stutz|francs suisses|francos)|(?<inr>₹|inr|rupees?|rs\.?|lakhs?|lacs?|crores?)|(?<zar>zar|rands?)|(?<sek>sek|kronor)|(?<pln>pln|zloty)|(?<peso>pesos?)|(?<franc>francs?)|(?<dollar>\$|dollars?|bucks|dolares|dolar)|(?<here>grand|tenner|fiver|kohle|balles|lucas|mille)/;
const behind = new RegExp(String.raw`^[ -]{0,2}(?:de |d'|of )?(?:${moneyWord.source})(?![\p{L}])`, 'u');
const before = new RegExp(String.raw`(?<![\p{L}])(?:${moneyWord.source})\s{0,2}$`, 'u');

const currencyFrom = (match: RegExpExecArray | null, region: string): string | null => {
  if (!match?.groups) return null;
  const kind = Object.keys(match.groups).find(key => match.groups?.[key] !== undefined);
  const own = currencyOf(region);
  switch (kind) {
    case undefined:
      return null;
    case 'dollar':
      return dollarRegions.has(own) ? own : 'USD';
    case 'peso':
      return pesoRegions.has(own) ? own : 'MXN';
    case 'franc':
      return own === 'XOF' ? own : 'CHF';
    case 'here':
      return own;
    default:
      return kind.toUpperCase();
  }
};

/** A single letter that is money only where the region's own is written so: "R320 000", "Q800", "N6m". */
const regionLetters: Record<string, RegExp> = {
  ZA: /(?<![\p{L}])r\s?$/u,
  GT: /(?<![\p{L}])q\s?$/u,
  NG: /(?<![\p{L}])n\s?$/u,
};

const between =
  /^\s{0,2}(?:-|~|to|till|bis|bis zu|a|hasta|until|or|oder|ou|o|bis hin zu|up to|jusqu'a)\s{0,2}(?:ca\.? |about |max\.? |maximal |maybe |etwa |environ )?$/;
const andBetween = /^\s{0,2}(?:and|und|et|y|u)\s{0,2}$/;
const opensBetween = /(?:between|zwischen|entre|somewhere between|from|von|de|desde)\s{0,2}$/;

const boundBefore: [RegExp, 'min' | 'max' | 'exact'][] = [
  [
    /(?:no more than|not more than|never more than|nicht mehr als|pas plus de?|no mas de|not over|nothing over|nothing above|nicht uber|not exceeding|doesn't exceed|must not exceed|can't exceed|can't go over|can't go above|cannot go over|(?:peut|pouvons|peux|faut|doit|devons|veut|voulons)? ?pas depasser|ne pas depasser|sans depasser|sin pasar de|(?:puede|podemos|puedo|debe|queremos) pasar de|not above)\s(?:\S{1,12}\s)?$/,
    'max',
  ],
  [
    /(?:no less than|not less than|no fewer than|nicht weniger als|pas moins de|no menos de|not below|not under)\s$/,
    'min',
  ],
  [
    /(?:up to|upto|max|max\.|maximum|maximum of|at most|under|below|less than|fewer than|hochstens|maximal|bis zu|bis|unter|weniger als|jusqu'a|maximum de|maxi|moins de|au plus|au maximum|hasta|maximo|como mucho|como maximo|menos de|por debajo de|a lo sumo|within|limit of|limit is|limit|cap of|cap is|capped at|ceiling of|ceiling is|obergrenze|obergrenze ist|obergrenze liegt bei|deckel bei|plafond|plafond de|plafonne a|tope|tope de|limite de|limite|upper limit|not a cent over|inferior a|inferieur a|keine|sub)\s?[:=]?\s?(?:about |circa |around |rund |etwa |environ |unos |de |of )?$/,
    'max',
  ],
  [
    /(?:at least|minimum|min|min\.|minimum of|over|more than|above|upwards of|north of|mindestens|uber|mehr als|au moins|plus de|plus d'|minimum de|al menos|minimo|minimo de|mas de|por lo menos|por encima de|superior a|superieur a|no under|starting at|upward of|north of|passe|>|>=|well over|a bit over|just over|a little over|gut|etwas uber|un peu plus de|algo mas de|exceeding)\s?$/,
    'min',
  ],
];
const boundAfter: [RegExp, 'min' | 'max'][] = [
  [
    /^\s?(?:max\b|maximum|tops\b|at most|or less|or under|or fewer|hochstens|maximal|maxi\b|au maximum|au plus|grand max|como maximo|como mucho|maximo|tope|oder weniger|ou moins|o menos|is the (?:limit|cap|max|ceiling)|ist (?:die )?(?:obergrenze|schluss|limit|grenze)|c'est le (?:plafond|max)|es el (?:tope|limite|maximo))/,
    'max',
  ],
  // what limits an amount may come after its period and a comma
  [
    /^(?:[^.!?;\d]|\.(?=\d)){0,34}?(?:\bat (?:the )?(?:very |absolute )?most\b|\btops\b|\bmax(?:imum|imal|i)?\b|\bnot (?:an?|one) (?:penny|cent|dime|dollar|euro|pound|quid|rupee|rand) (?:more|over)\b|\bwould be (?:the|my|our) (?:ceiling|limit|max)|\bhochstens\b|\bkein(?:en)? (?:cent|euro|rappen|franken|groschen|taler) (?:mehr|druber)|\b(?:dann )?ist schluss\b|\bals obergrenze\b|\bas (?:the|a|an) (?:upper )?(?:limit|cap|ceiling)\b|\bcomme plafond\b|\bcomo (?:tope|limite)\b|\bmehr (?:ist )?(?:nicht|geht nicht|gibt'?s nicht|is nich)|\bau (?:grand )?max|\bpas un (?:sou|centime|euro|cent|rond) de plus|\bni un (?:centimo|euro|peso|duro|dolar) mas|\bcomo (?:mucho|maximo)\b)/,
    'max',
  ],
  [
    /^\s?(?:\+|plus\b(?! (?:tax|vat|mwst|que))|or more|and up|and above|or over|upwards|aufwarts|und mehr|oder mehr|ou plus|et plus|o mas|y mas|en adelante|minimum|at least|mindestens|au moins|al menos|como minimo)/,
    'min',
  ],
];

const periodPatterns: [RegExp, BudgetPeriod | 'other'][] = [
  [
    /(?:per|a|each|every|\/|pro|im|par|al|por|au|le|chaque|cada|in the|jeden|monthly|mtl|the)\s?(?:month|mo|mth|monat|mois|mes)(?![\p{L}])|\bmonthly|\bmonatlich|\bmtl\b|\bmensue|\bmensual|\bp\.?\s?m\.?(?![\p{L}])|\bmonats(?:budget|gebuhr|rate|miete|betrag|kosten)|\bpcm\b|\bmonat\b/u,
    'month',
  ],
  [
    /(?:per|a|each|every|\/|pro|im|par|al|por|a l'|l'|chaque|cada|the|this|first|in the first)\s?(?:year|yr|annum|jahr|an|ans|annee|ano)(?![\p{L}])|\bannual|\byearly|\bannuel|\banual|\bjahrlich|\b(?:fur|in) (?:das|dieses) (?:laufende )?jahr\b|\bdieses jahr\b|\bfor (?:this|the (?:current|whole|coming)) (?:financial |fiscal )?year\b|\bpour (?:cette|l') ?annee\b|\bpara (?:este|el) ano\b|\bdel ejercicio\b|\bde l'exercice\b|\bsur l'exercice\b|\bjahres(?!ende|zeit|anfang|wechsel|mitte|beginn|abschluss)|\bp\.?\s?a\.?(?![\p{L}])|\ba year\b/u,
    'year',
  ],
  [
    /(?:per|a|each|every|\/|pro|par|por|im|je|the|al|cada|chaque)\s?(?:quarter|week|day|hour|hr|quartal|woche|tag|stunde|trimestre|semaine|jour|heure|semana|dia|hora|head|person|seat|user|kopf|personne|persona|sitz|nutzer|employee|mitarbeiter|salarie|empleado|piece|unit|stuck|piece|pieza|page|seite|word|wort|mot|palabra|roof|kilo|kg|km|meter|m2|session|litre|liter|litro)(?![\p{L}])|\bhourly|\bquarterly|\bweekly|\btrimestral|\btrimestriel/u,
    'other',
  ],
  [
    /\bone[ -]?(?:time|off|shot)|\bonce\b|\bin total\b|\btotal\b|\ball[ -]in\b|\ball told\b|\baltogether\b|\bup ?front\b|\blump sum|\bcapex\b|\bcapital\b|\bfor the (?:whole |entire |full )?(?:project|job|lot|thing|build|installation|refit|rollout|event|move|work|fit-?out)|\beinmalig|\binsgesamt\b|\bgesamt|\binvestition|\binvestier|\bfurs? (?:ganze|projekt)|\bfur das (?:ganze |gesamte )?projekt|\bpauschal|\beinmal\b|\bune (?:seule )?fois\b|\bau total\b|\ben tout\b|\binvestissement|\bforfait|\bunique|\bpour (?:tout |l'ensemble du )?(?:le )?projet|\bpour tout\b|\ben une fois\b|\bpago unico|\bpor unica vez|\buna (?:sola )?vez\b|\ben total\b|\binversion\b|\bpor todo\b|\bpara todo\b|\bpor el (?:proyecto|trabajo)|\ben una sola|\bde una vez\b|\binvertir\b|\bcapital/u,
    'once',
  ],
];

/** The period named nearest to an amount, in its own sentence and mostly behind it. */
const periodOf = (
  plain: string,
  start: number,
  end: number,
  from: number,
  to: number,
): Quantity['period'] => {
  let best: {distance: number; period: BudgetPeriod | 'other'} | undefined;
  const consider = (text: string, offset: number, behindIt: boolean) => {
    for (const [pattern, period] of periodPatterns) {
      for (const match of text.matchAll(new RegExp(pattern.source, 'gu'))) {
        const at = offset + match.index;
        const distance = behindIt ? at - end : (start - at - match[0].length) * 1.5 + 3;
        if (distance < (best?.distance ?? 60)) best = {distance, period};
      }
    }
  };
  consider(plain.slice(end, to), end, true);
  consider(plain.slice(from, start), from, false);
  return best?.period ?? null;
};

export const findQuantities = (reading: Reading, language: Locale, region: string): Quantity[] => {
  const {plain} = reading;
  const figures = findFigures(reading, language, region);
  const found: Quantity[] = [];
  for (let i = 0; i < figures.length; i++) {
    const first = figures[i] as Figure;
    const one = outline(plain, first, region);
    let {start, end} = one;
    let range: Range = {min: first.value, max: first.value};
    let currency = one.currency;
    let money = one.money;
    let bounded = false;
    const second = figures[i + 1];
    if (second) {
      const other = outline(plain, second, region);
      const gap = plain.slice(end, Math.max(end, other.start));
      const head = plain.slice(Math.max(0, start - 24), start);
      const isRange = between.test(gap) || (andBetween.test(gap) && opensBetween.test(head));
      if (gap.length < 24 && isRange && !/^0\d/.test(second.raw)) {
        let low = first.value;
        let high = second.value;
        if (first.scale === 1 && second.scale > 1 && low * second.scale <= high) low *= second.scale;
        else if (first.scale > 1 && second.scale === 1 && high < 1000 && low > high) high *= first.scale;
        if (low < high) {
          range = {min: low, max: high};
          end = other.end;
          currency = other.currency ?? currency;
          money ||= other.money;
          i += 1;
          if (opensBetween.test(head)) start -= opensBetween.exec(head)?.[0].length ?? 0;
        }
      }
    }
    const sentence = clauseAt(plain, start, end);
    if (range.min === range.max) {
      const head = plain.slice(Math.max(sentence.start, start - 40), start);
      const tail = plain.slice(end, end + 40);
      const bound =
        boundBefore.find(([pattern]) => new RegExp(`(?<![\\p{L}])(?:${pattern.source})`, 'u').test(head)) ??
        boundAfter.find(([pattern]) => pattern.test(tail)) ??
        boundAfter.find(([pattern]) => pattern.test(tail.replace(/^\s?[\p{L}]{1,12}(?=\s)/u, '')) && bounded);
      if (bound) {
        bounded = true;
        const ceiling =
          bound[1] === 'min' &&
          /^.{0,24}\b(?:nich?t?s?|net|not|pas|no) (?:drin|mehr|moglich|geht|possible|an option|happening|posible)|^.{0,24}\b(?:out of the question|kommt nicht in frage|hors de question|ni hablar)/.test(
            tail,
          );
        range = bound[1] === 'max' || ceiling ? {min: null, max: range.max} : {min: range.min, max: null};
        const lead = boundBefore
          .map(
            ([pattern]) => new RegExp(`(?<![\\p{L}])(?:${pattern.source})`, 'u').exec(head)?.[0].length ?? 0,
          )
          .reduce((a, b) => Math.max(a, b), 0);
        start -= lead;
      }
    }
    const wide = {start: Math.max(sentence.start, start - 60), end: Math.min(plain.length, end + 60)};
    found.push({
      range,
      start,
      end,
      currency,
      money,
      period: periodOf(
        plain,
        start,
        end,
        wide.start,
        Math.min(wide.end, nextAmount(figures, i, plain, wide.end)),
      ),
      digits: first.digits,
      raw: first.raw,
      bounded,
    });
  }
  return found;
};

/** A period behind the next number belongs to that one. */
const nextAmount = (figures: readonly Figure[], i: number, plain: string, end: number): number => {
  const next = figures[i + 1];
  return next && next.start < end && plain.slice(next.start, next.end).length > 0 ? next.start : end;
};

const outline = (plain: string, figure: Figure, region: string) => {
  let {start, end} = figure;
  const after = behind.exec(plain.slice(end, end + 24));
  const ahead = before.exec(plain.slice(Math.max(0, start - 12), start));
  // "3 grand", "75 lakhs": the scale itself is money
  const own = moneyWord.exec(plain.slice(start, end));
  const scaleMoney = own?.groups && (own.groups.here ?? own.groups.inr) !== undefined ? own : null;
  if (after) end += after[0].length;
  if (ahead) start -= ahead[0].length;
  const letter =
    after || ahead ? null : (regionLetters[region]?.exec(plain.slice(Math.max(0, start - 4), start)) ?? null);
  if (letter) start -= letter[0].length;
  const currency =
    currencyFrom(after, region) ??
    currencyFrom(ahead, region) ??
    currencyFrom(scaleMoney, region) ??
    (letter ? currencyOf(region) : null);
  return {start, end, currency, money: currency !== null};
};

export const toBudget = (quantity: Quantity, region: string): Budget => ({
  ...quantity.range,
  currency: quantity.currency ?? currencyOf(region),
  period: quantity.period === 'other' ? null : quantity.period,
});
