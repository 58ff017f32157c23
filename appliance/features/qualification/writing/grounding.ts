import {detectLanguage} from '../engine/language.ts';
import {fold} from '../engine/text.ts';

export type Ground = {
  /** The language to answer in. */
  locale: string;
  /** What may be said: the playbook's texts and the passages of the knowledge. */
  sources: readonly string[];
  /** The visitor's own words: what they named may be named, but they make no price and no promise. */
  said: readonly string[];
  /** What the model was told and nobody else is to read. */
  instructions: string;
};

export type Refusal =
  | 'length'
  | 'link'
  | 'price'
  | 'number'
  | 'promise'
  | 'human'
  | 'leak'
  | 'name'
  | 'language';

const longestSentence = 320;
const leakWords = 6;

const plain = (text: string): string => fold(text).text.toLowerCase();
const wordsIn = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const numbersIn = (text: string): string[] =>
  (text.match(/\p{N}(?:[\p{N}.,'’\u00A0\u202F]*\p{N})?/gu) ?? []).map(run => run.replace(/[^\p{N}]/gu, ''));

const link =
  /\b(?:https?:\/\/|www\.)\S+|\S+@\S+|\b[\w-]+\.(?:com|net|org|io|eu|de|at|ch|fr|es|uk|example)\b\S*/giu;
const money =
  /[€$£¥%‰]|\b(?:eur|usd|chf|gbp|euros?|dollars?|dolar\w*|francs?|franken|pounds?|pfund|libras?|percent|per cent|prozent|pour ?cent|por ciento)\b/u;
const promise =
  /\b(?:guarant\w+|garant\w+|promis\w+|prome(?:t|ss)\w+|versp(?:re|ri|ro)ch\w*|free|for nothing|gratis|kostenlos\w*|kostenfrei\w*|umsonst|gratuit\w*|discount\w*|rabatt\w*|nachlass|remises?|rabais|reduction|descuento\w*|rebaja\w*|refund\w*|erstatt\w*|rembours\w*|reembols\w*|unlimited|unbegrenzt\w*|illimit\w*|ilimitad\w*|always|never|immer|niemals|toujours|jamais|siempre|nunca|certified|zertifizier\w*|certifie\w*|certificad\w*)\b/gu;
const human =
  /\b(?:i am|i'm|as) (?:a |an )?(?:real |actual )?(?:human|person|man|woman)\b|\bnot (?:a|an) (?:bot|robot|machine|ai)\b|\bich bin (?:ein |eine |kein |keine )?(?:echter? |richtiger? )?(?:mensch|person|mann|frau|bot|roboter|maschine|ki)\b|\bje (?:suis|ne suis pas) (?:un |une )?(?:vraie? )?(?:humaine?|personne|homme|femme|robot|bot|machine|ia)\b|\b(?:no )?soy (?:un |una )?(?:human[oa]|persona|hombre|mujer|robot|bot|maquina|ia)\b/u;
/** German writes every noun with a capital: there only what looks like a firm's name is one. */
const germanName =
  /\b(?:\p{Lu}[\p{L}\p{N}&.-]* (?:GmbH|AG|KG|SE|OHG|UG|Ltd|Inc)\b|\p{Lu}\p{Ll}+\p{Lu}\p{L}*)/gu;
const otherName = /(?<=[\p{L}\p{N},;:)] )\p{Lu}[\p{L}\p{N}&-]*/gu;

/** Why a sentence of a model is not to be spoken; null when all it says stands in what it was given. */
export const refusalOf = (sentence: string, ground: Ground): Refusal | null => {
  const given = plain(ground.sources.join('\n'));
  const heard = `${given}\n${plain(ground.said.join('\n'))}`;
  const text = plain(sentence);
  if (sentence.length > longestSentence) return 'length';
  if ((sentence.match(link) ?? []).some(one => !given.includes(plain(one).replace(/[.,;:!?)]+$/u, ''))))
    return 'link';
  const numbers = numbersIn(sentence);
  const priced = money.test(text);
  const mayCount = new Set(
    numbersIn(`${ground.sources.join('\n')}${priced ? '' : `\n${ground.said.join('\n')}`}`),
  );
  if (numbers.some(number => !mayCount.has(number))) return priced ? 'price' : 'number';
  if (priced && numbers.length === 0 && !money.test(given)) return 'price';
  const givenWords = new Set(wordsIn(given));
  if ((text.match(promise) ?? []).some(one => wordsIn(one).some(word => !givenWords.has(word))))
    return 'promise';
  if (human.test(text)) return 'human';
  const told = ` ${wordsIn(ground.instructions).join(' ')} `;
  const words = wordsIn(sentence);
  if (
    words.some(
      (_, i) =>
        i + leakWords <= words.length && told.includes(` ${words.slice(i, i + leakWords).join(' ')} `),
    )
  )
    return 'leak';
  const heardWords = new Set(wordsIn(heard));
  const names = sentence.match(ground.locale.startsWith('de') ? germanName : otherName) ?? [];
  if (names.some(name => name !== 'I' && wordsIn(name).some(word => !heardWords.has(word)))) return 'name';
  if (words.length >= 6 && detectLanguage([sentence], ground.locale) !== ground.locale.slice(0, 2))
    return 'language';
  return null;
};
