import type {Locale} from './engine.types.ts';
import {fold} from './text.ts';

/** Words that are frequent in one of the four languages and rare in the others. */
const telling: Record<Locale, string> = {
  en: "the and is are was were we i you it of to for with have has do does don't can would our my your that this what how who when not need want hello hi hey please thanks thank yes yeah no people about us just so if at on be get from they there been will could should i'm we're it's i'd looking us team company by month year around twelve fifteen twenty thirty forty fifty sixty hundred thousand eleven thirteen eighteen",
  de: 'der die das und ist sind wir ich sie es ein eine einen einem den dem des nicht mit fur auf von zu im bei haben hat wie was wer wann kein keine auch noch schon ja nein bitte danke hallo guten tag moin servus gruezi uns unser unsere mein meine wurde wurden mochte mochten brauchen suchen leute mitarbeiter aber oder dann nur mal gern ab bis uber ca etwa jahr monat halt nee zwei drei funf sechs sieben acht neun zehn zwolf dreizehn zwanzig dreissig hundert tausend sofort nachste nachsten rund knapp',
  fr: "le la les un une des du et est sont nous je vous il elle on pas ne pour avec dans sur qui que quoi quand comment combien bonjour bonsoir salut merci oui non mon ma mes notre nos votre vos avons j'ai c'est d'ici cherche cherchons voudrais voudrions besoin au aux par mois an ans personnes salaries mais ou donc tres bien environ deja deux trois quatre cinq sept huit neuf dix douze quinze vingt trente quarante cinquante soixante cent mille trentaine dizaine vingtaine cinquantaine centaine plutot chez ca etre fait",
  es: 'el los las una unos y es son somos soy yo usted ustedes que de del en con para por como cuando cuanto quien hola buenas buenos dias tardes gracias si no mi mis nuestro nuestra tenemos tengo hay quiero queremos necesito necesitamos busco buscamos al mes ano anos personas empleados pero muy mas menos ya estamos esta este eso dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta cincuenta cien ciento mil unas saludos ahora lo le se pues claro vale',
};
const locales = ['en', 'de', 'fr', 'es'] as const;
const lists = locales.map(locale => [locale, new Set(telling[locale].split(' '))] as const);
/** Letters that only one of the four writes. */
const letters: [RegExp, Locale][] = [
  [/[äöß]|ü/giu, 'de'],
  [/[ñ¿¡]|[áíóú]/giu, 'es'],
  [/[çèêëîïôûùœ]|à/giu, 'fr'],
];

export const localeOf = (locale: string): Locale => {
  const base = locale.slice(0, 2).toLowerCase();
  return locales.find(known => known === base) ?? 'en';
};

/**
 * The language of the newest text, judged together with what was written before, which counts less. Without a clear
 * sign it stays what the browser said.
 */
export const detectLanguage = (texts: readonly string[], locale: string): Locale => {
  const points: Record<Locale, number> = {en: 0, de: 0, fr: 0, es: 0};
  points[localeOf(locale)] += 1;
  texts.slice(-4).forEach((text, i, all) => {
    const weight = i === all.length - 1 ? 1 : 0.4;
    const sample = text.slice(0, 1000);
    const words = fold(sample).text.match(/\p{L}+(?:'\p{L}+)?/gu) ?? [];
    for (const word of words) {
      for (const [language, list] of lists) if (list.has(word)) points[language] += weight;
    }
    for (const [pattern, language] of letters) {
      points[language] += Math.min(2, (sample.match(pattern) ?? []).length) * 0.5 * weight;
    }
  });
  return [...locales].sort((a, b) => points[b] - points[a])[0] ?? 'en';
};
