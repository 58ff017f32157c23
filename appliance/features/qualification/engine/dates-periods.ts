import {addDays, type Day, feast, isBefore} from './calendar.ts';
import {type Context, type Moment, part, upcoming, yearAfter} from './dates-months.ts';

const quarterPattern =
  /(?<![\p{L}\p{N}])(?:q\s?(?<q>[1-4])|(?<q2>[1-4])\s?q|(?<t>t[1-4])|(?<ord>[1-4]|first|second|third|fourth|last|next|this|erste[nsmr]?|zweite[nsmr]?|dritte[nsmr]?|vierte[nsmr]?|letzte[nsmr]?|nachste[nsmr]?|kommende[nsmr]?|premier|deuxieme|troisieme|quatrieme|dernier|primer|segundo|tercer|cuarto|ultimo|proximo)\.?(?:er|e|eme)?\s(?:quarter|quartals?|trimestre)|(?:le )?trimestre (?<tp>prochain|proximo)|(?<half>h[12]|(?:first|second|erste[ns]?|zweite[ns]?|premier|deuxieme|second|primer|segundo) (?:half|halbjahr|semestre)))(?![\p{L}\p{N}])/gu;
const ordinals: [RegExp, number][] = [
  [/^(?:1|first|erst|premier|primer)/, 1],
  [/^(?:2|second|zweit|deuxieme|segundo)/, 2],
  [/^(?:3|third|dritt|troisieme|tercer)/, 3],
  [/^(?:4|fourth|viert|quatrieme|cuarto|last|letzt|dernier|ultimo)/, 4],
];
export const quarters = ({plain, today}: Context): Moment[] => {
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
  [/spring(?! water)|springtime|(?:vor)?fruhling|fruhjahr|printemps|primavera/, 4],
  [/summer|(?:fruh|spat|hoch)?sommer(?:ferien|urlaub|pause|saison)?|ete(?= |$|[.,!])|verano/, 7],
  [/autumn|fall(?= of| 20|$|[.,!]| term| season)|(?:fruh|spat)?herbst(?:saison)?|automne|otono/, 10],
  [/winter(?:saison)?|hiver|invierno/, 1],
];
export const seasonDates = ({plain, today, south}: Context): Moment[] =>
  seasons.flatMap(([pattern, north]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'))].flatMap(match => {
      const head = plain.slice(Math.max(0, match.index - 14), match.index);
      if (
        !/(?:in|the|next|this|by|before|after|for|im|ab|bis|vor|nach|zum|nachsten|kommenden|au|en|a l'|l'|cet|d'ici|avant|apres|pour|el|la|proximo|proxima|para|antes del?|despues del?|of|early|late|since|der|dem|den|des|du|de l'|d')\s?$/.test(
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
  [
    /(?:chinese|lunar) new year|cny|chinesisches neujahr|nouvel an (?:chinois|lunaire)|ano nuevo (?:chino|lunar)/,
    'lunar new year',
  ],
  [/new year(?:'s)?(?: day| eve)?|neujahr|jahreswechsel|nouvel an|ano nuevo|reyes|silvester/, 'new year'],
  [/thanksgiving/, 'thanksgiving'],
  [/black friday|cyber (?:week|monday)|buen fin/, 'black friday'],
  [/labou?r day/, 'labor day'],
  [/(?:the )?(?:fourth|4th) of july|independence day/, 'independence day'],
  [/halloween/, 'halloween'],
  [/valentine'?s?(?: day)?|valentinstag|saint[- ]valentin|san valentin/, 'valentine'],
  [/allerheiligen|all saints(?:' day)?|toussaint|todos los santos|dia de muertos/, 'all saints'],
  [/nikolaus(?:tag)?|sankt nikolaus/, 'saint nicholas'],
  [/christi himmelfahrt|ascension day|l'ascension|la ascension/, 'ascension'],
  [
    /aschermittwoch|ash wednesday|mercredi des cendres|miercoles de ceniza|(?<=vor der |before |avant le |antes de la )(?:fastenzeit|lent|careme|cuaresma)/,
    'ash wednesday',
  ],
  [/diwali|deepavali/, 'diwali'],
  [/carnival|fasching|karneval|fasnacht|carnaval(?:es)?|mardi gras/, 'carnival'],
];
export const feastDates = ({plain, today}: Context): Moment[] =>
  feasts.flatMap(([pattern, name]) =>
    [...plain.matchAll(new RegExp(`(?<![\\p{L}])(?:${pattern.source})(?![\\p{L}])`, 'gu'))].flatMap(match => {
      const {year, end} = yearAfter(plain, match.index + match[0].length, today);
      const here = feast(name, year ?? today.year);
      const day = here && isBefore(here, today) && year === undefined ? feast(name, today.year + 1) : here;
      if (!day) return [];
      const head = plain.slice(Math.max(0, match.index - 30), match.index);
      const shift =
        /(?:after|nach|apres|tras|despues de|pasad[oa]s?)(?: the| den| les| las| la| el)?\s$/.test(head)
          ? 7
          : /(?:before|vor|avant|antes de)(?: the| den| les| las| la)?\s$/.test(head)
            ? -3
            : 0;
      const target = addDays(day, shift);
      return [{start: match.index, end, target: isBefore(target, today) ? today : target, relative: false}];
    }),
  );
export const years = ({plain, today}: Context): Moment[] =>
  [...plain.matchAll(/(?<![\p{L}\p{N}./:-])20[2-4]\d(?![\p{N}\p{L}/-]|[.,]\d)/gu)].flatMap(match => {
    const year = Number(match[0]);
    const head = plain.slice(Math.max(0, match.index - 24), match.index);
    if (
      !/(?:in|by|for|until|before|from|of|year|im jahr|anno|ab|bis|fur|en|pour|para|d'ici|desde|hasta|not before|vor|nicht vor|avant|antes de|mid|late|early|ende|anfang|mitte|fin|debut|finales de|principios de|comienzos de|inicios de|mediados de|courant|erst|fruhestens|spatestens|not until|pas avant|end of|start of|-)\s?-?$/.test(
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
