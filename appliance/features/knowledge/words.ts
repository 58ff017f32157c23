import {stemmer as english} from '@orama/stemmers/english';
import {stemmer as french} from '@orama/stemmers/french';
import {stemmer as german} from '@orama/stemmers/german';
import {stemmer as spanish} from '@orama/stemmers/spanish';
import {stopwords as englishStops} from '@orama/stopwords/english';
import {stopwords as frenchStops} from '@orama/stopwords/french';
import {stopwords as germanStops} from '@orama/stopwords/german';
import {stopwords as spanishStops} from '@orama/stopwords/spanish';
import type {Locale} from '../../kit/schema.ts';

/** A word that says what is asked about, as it was written and as it is compared. */
export type Term = {
  word: string;
  stem: string;
  /** How a longer word begins: "liefern" and "Lieferung" meet here, whose stems differ. */
  beginning: string | null;
};

/** Without accents, as many type; in German, ä may be written ae. */
const fold = (text: string, language: Locale): string => {
  const plain = folded(text);
  return language === 'de' ? plain.replaceAll(/(?<=[aou])e/g, '') : plain;
};
const folded = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll('œ', 'oe');

/** What people say around a question; it names nothing. */
const talk: Record<Locale, string> = {
  en: 'a also and apply applies any are be anyone available bit can come could does exactly explain far find get gets give gives go goes going got happen happens hello help hey hi how include included includes info information interested know let like long look looking make makes many may might much need needs offer offers often ok okay please possible provide provides question questions quick really say see show soon still sure take takes tell thank thanks there thing things think us use used using want wants way well when where which will wonder wondering work works would wants yes yet you your yours',
  de: 'ablauft ablaufen bedeutet beim bekomme bekommen bieten bietet bitte brauche brauchen braucht dafur danke dauern dauert denn eigentlich erfahren erklaren etwa finde finden frage fragen funktioniert gehen geht gelten genau gern gerne gibt gilt guten hallo hatte hatten heisst ihnen info information informationen interessiere kannst konnen konnten lange lang lauft lautet leute liegt machen macht mal mehr mich mochte mochten moglich nehmen oft sage sagen schnell sein sollen steht tag tun uberhaupt vielleicht viele wann warum was welche welchem welchen welcher welches wer wie wieso wieviel wirklich wissen wo wozu wofur wurde wurden zeigen',
  fr: 'ai aimerais aller alors applique appliquent aussi avez avoir besoin bien bonjour bonsoir cela combien comment comprend connaitre dire dites donner donnez dois doit environ est-ce exactement existe expliquer faire fait faut fonctionne fournir information informations inclus long longtemps lesquelles lesquels merci moment ou oui peut peut-etre peux plait plus possible pouvez pouvons proposer proposez prend prendre pourquoi quand question questions quoi renseignement salut savoir si souvent svp temps tout toute tres trouver veux voir voudrais voudrions vraiment',
  es: 'ademas alguien aplica aplican buenas buenos busco cual cuales cuando cuanta cuantas cuanto cuantos dan decir decirme deseo dime donde exactamente existe explicar favor funciona gracias gustaria hacer hola incluido incluye informacion interesa interesado largo mucho mucha necesito necesitamos ofrece ofrecen ofrecer ofreceis podria podrian posible pregunta preguntas puedo querria quiero quisiera saber sabeis tarda tardan tardar tengo tienen veces ver vosotros',
};
/** Words that ask for money: an amount answers them. */
const money: Record<Locale, string> = {
  en: 'amount charge charged charges cheap cost costing costs expensive fee fees how much pay paying price priced prices pricing quote rate rates tariff tariffs',
  de: 'betragt billig euro gebuhr gebuhren gunstig kosten kostet kostete preis preise preislich preisliste tarif tarife teuer viel wieviel zahle zahlen',
  fr: 'cher chere combien cout coute coutent couter couts euros frais montant payer prix tarif tarifs',
  es: 'caro cara costar coste costes costo cuanto cuesta cuestan euros importe pagar precio precios tarifa tarifas vale valen',
};

const stopsOf = (stops: readonly string[], language: Locale): ReadonlySet<string> =>
  new Set([...stops, ...talk[language].split(' ')].map(word => fold(word, language)));
const moneyOf = (language: Locale): ReadonlySet<string> =>
  new Set(money[language].split(' ').map(word => fold(word, language)));
const languages: Record<
  Locale,
  {stem: (word: string) => string; stops: ReadonlySet<string>; money: ReadonlySet<string>}
> = {
  en: {stem: english, stops: stopsOf(englishStops, 'en'), money: moneyOf('en')},
  de: {stem: german, stops: stopsOf(germanStops, 'de'), money: moneyOf('de')},
  fr: {stem: french, stops: stopsOf(frenchStops, 'fr'), money: moneyOf('fr')},
  es: {stem: spanish, stops: stopsOf(spanishStops, 'es'), money: moneyOf('es')},
};

const beginningOf = (word: string): string | null =>
  word.length < 5 ? null : word.slice(0, Math.min(5, Math.max(4, word.length - 2)));

/** Each once, in their order. Numbers count, single letters do not. */
export const termsOf = (text: string, language: Locale): Term[] => {
  const {stem, stops} = languages[language];
  const terms = new Map<string, Term>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const plain = fold(word, language).slice(0, 40);
    if (stops.has(plain) || (plain.length < 2 && !/\d/.test(plain))) continue;
    const isNumber = /\d/.test(plain);
    const root = isNumber ? plain : stem(plain);
    if (!terms.has(root))
      terms.set(root, {word, stem: root, beginning: isNumber ? null : beginningOf(plain)});
  }
  return [...terms.values()];
};

/** Without the words that ask for money, where that is what is asked for. */
export const thingsOf = (text: string, language: Locale): Term[] =>
  termsOf(text, language).filter(({word}) => !languages[language].money.has(fold(word, language)));
