import type {Locale} from './engine.types.ts';

const list = (text: string): Record<string, number> =>
  Object.fromEntries(
    text.split(' ').map(pair => {
      const [word = '', value = '0'] = pair.split(':');
      return [word, Number(value)];
    }),
  );

/** Words below a hundred and their like, without the articles, which count only before a scale. */
export const smallWords: Record<Locale, Record<string, number>> = {
  en: list(
    'one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 fourty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 tenner:10 fiver:5',
  ),
  de: list(
    'eins:1 zwei:2 zwo:2 drei:3 vier:4 funf:5 fuenf:5 sechs:6 sieben:7 acht:8 neun:9 zehn:10 elf:11 zwolf:12 zwoelf:12 dreizehn:13 vierzehn:14 funfzehn:15 fuenfzehn:15 sechzehn:16 siebzehn:17 achtzehn:18 neunzehn:19 zwanzig:20 dreissig:30 vierzig:40 funfzig:50 fuenfzig:50 sechzig:60 siebzig:70 achtzig:80 neunzig:90 anderthalb:1.5 eineinhalb:1.5 zweieinhalb:2.5 dreieinhalb:3.5 dutzend:12',
  ),
  fr: list(
    'deux:2 trois:3 quatre:4 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 treize:13 quatorze:14 quinze:15 seize:16 dix-sept:17 dix-huit:18 dix-neuf:19 vingt:20 trente:30 quarante:40 cinquante:50 soixante:60 soixante-dix:70 septante:70 quatre-vingt:80 quatre-vingts:80 huitante:80 octante:80 quatre-vingt-dix:90 nonante:90 dizaine:10 douzaine:12 quinzaine:15 vingtaine:20 trentaine:30 quarantaine:40 cinquantaine:50 soixantaine:60 centaine:100',
  ),
  es: list(
    'dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9 diez:10 once:11 doce:12 trece:13 catorce:14 quince:15 dieciseis:16 diecisiete:17 dieciocho:18 diecinueve:19 veinte:20 veintiuno:21 veintiun:21 veintiuna:21 veintidos:22 veintitres:23 veinticuatro:24 veinticinco:25 veintiseis:26 veintisiete:27 veintiocho:28 veintinueve:29 treinta:30 cuarenta:40 cincuenta:50 sesenta:60 setenta:70 ochenta:80 noventa:90 cien:100 ciento:100 doscientos:200 doscientas:200 trescientos:300 trescientas:300 cuatrocientos:400 cuatrocientas:400 quinientos:500 quinientas:500 seiscientos:600 seiscientas:600 setecientos:700 setecientas:700 ochocientos:800 ochocientas:800 novecientos:900 novecientas:900 decena:10 docena:12 quincena:15 veintena:20 treintena:30 cincuentena:50 centena:100 centenar:100',
  ),
};

/** What a number is multiplied by, written in words or behind digits. */
export const scaleWords: Record<Locale | 'all', Record<string, number>> = {
  all: list(
    'k:1000 mio:1000000 mn:1000000 mln:1000000 million:1000000 millions:1000000 lakh:100000 lakhs:100000 lac:100000 lacs:100000 crore:10000000 crores:10000000 cr:10000000',
  ),
  en: list(
    'hundred:100 thousand:1000 grand:1000 mil:1000000 mill:1000000 billion:1000000000 dozen:12 couple:2 m:1000000',
  ),
  de: list(
    'hundert:100 tausend:1000 tsd:1000 tausender:1000 millionen:1000000 mill:1000000 milliarde:1000000000 milliarden:1000000000 mrd:1000000000 dutzend:12',
  ),
  fr: list(
    'cent:100 cents:100 mille:1000 millier:1000 milliers:1000 milliard:1000000000 milliards:1000000000 m:1000000',
  ),
  es: list('mil:1000 millar:1000 millon:1000000 millones:1000000 m:1000000'),
};

/** They count one before a scale ("a hundred", "une centaine", "ein Dutzend"). */
export const articles: Record<Locale, ReadonlySet<string>> = {
  en: new Set(['a', 'an', 'one']),
  de: new Set(['ein', 'eine', 'einen', 'einem']),
  fr: new Set(['un', 'une']),
  es: new Set(['un', 'una']),
};
export const joins: Record<Locale, ReadonlySet<string>> = {
  en: new Set(['and', '-']),
  de: new Set(['und']),
  fr: new Set(['et', '-']),
  es: new Set(['y']),
};

const germanUnits: Record<string, number> = {...smallWords.de, ein: 1, eine: 1};
delete germanUnits.dutzend;

/** "zweihundertfunfzig", "dreiundzwanzig", "zwolftausend"; undefined for what is no number. */
export const germanCompound = (word: string): number | undefined => {
  if (word.length > 60) return undefined;
  for (const [scale, factor] of [
    ['tausend', 1000],
    ['hundert', 100],
  ] as const) {
    const at = word.indexOf(scale);
    if (at === -1) continue;
    const before = word.slice(0, at);
    const after = word.slice(at + scale.length).replace(/^und/, '');
    const count = before === '' ? 1 : germanCompound(before);
    const rest = after === '' ? 0 : germanCompound(after);
    return count === undefined || rest === undefined ? undefined : count * factor + rest;
  }
  const whole = germanUnits[word];
  if (whole !== undefined) return whole;
  const und = word.indexOf('und', 2);
  if (und === -1) return undefined;
  const unit = germanUnits[word.slice(0, und)];
  const ten = germanUnits[word.slice(und + 3)];
  return unit !== undefined && ten !== undefined && unit < 10 && ten >= 20 ? unit + ten : undefined;
};

/** "vingt-cinq", "quatre-vingt-douze", "twenty-five": parts joined by dashes. */
export const hyphenated = (word: string, language: Locale): number | undefined => {
  const words = smallWords[language];
  const direct = words[word];
  if (direct !== undefined) return direct;
  if (!word.includes('-')) return undefined;
  const parts = word
    .split('-')
    .filter(part => part !== 'et' && part !== 'and' && part !== 'odd' && part !== 'ish');
  if (parts.length > 5) return undefined;
  let sum = 0;
  for (let i = 0; i < parts.length; i++) {
    const pair = words[`${parts[i]}-${parts[i + 1]}`];
    const value = pair ?? words[parts[i] ?? ''] ?? (parts[i] === 'un' || parts[i] === 'une' ? 1 : undefined);
    if (pair !== undefined) i += 1;
    if (value === undefined) {
      const factor = scaleWords[language][parts[i] ?? ''];
      if (factor === undefined) return undefined;
      sum = Math.max(sum, 1) * factor;
    } else sum += value;
  }
  return sum;
};
