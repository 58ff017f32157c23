import {sentenceAt, fold} from './text.ts';

/** Questions about money, in the four languages, on the plain view. */
const price =
  /\b(?:how much|costs?|costing|price[ds]?|pricing|fees?|charges?|rates?|tariffs?|expensive|cheap\p{L}*|quote|kost(?:en|et|est|e)|preis\p{L}*|gebuhr\p{L}*|wie ?viel|teuer|gunstig|billig\p{L}*|tarif\p{L}*|combien|cou(?:t|te|tent|ts|ter)|prix|frais|cher|chere|cuestan?|cost(?:e|es|o|os|aria)|precios?|tarifas?|comision\p{L}*|caro|cara|(?:a )?cuanto)\b/u;
const points =
  /\b(?:it|that|this|they|them|these|those|one|es|das|dies\p{L}*|die|sie|ca|cela|il|elle|ils|elles|eso|esto|ello|ellos|ellas)\b/u;
const wants =
  /\?|\b(?:need|want|looking for|interested|suchen?|brauchen?|mocht\p{L}*|interess\p{L}*|cherch\p{L}+|voulons|voudr\p{L}+|besoin|busc\p{L}+|necesit\p{L}+|quer\p{L}+)\b/u;

/** What says nothing of which thing is meant. */
const neutral =
  'about ask asking roughly approximately exactly please tell know want wants need like give me hello hi hey thanks thank much many more less per each every month monthly months year yearly years annual annually week day days euro euros dollar dollars pound pounds franc francs eur chf usd gbp it its one ones product products service services offer offers solution thing things people person persons employee employees staff team company companies firm users user all total list start starting from yours usually normally now today good morning afternoon evening day what whats how when which any some get have has pay paying overview information info ' +
  'etwa ungefahr genau bitte sagen wissen mochte mochten hatte gern gerne hallo guten tag morgen abend danke viel mehr pro je jeden monat monatlich monate jahr jahrlich jahre woche tag franken produkt produkte angebot angebote losung leistung leistungen sache leute personen person mitarbeiter mitarbeitende team firma unternehmen betrieb insgesamt alles ab was wie welche welcher welches wann so nun jetzt heute normalerweise zahlen bezahlen auskunft information ' +
  'environ exactement svp plait dire savoir voudrais voudrions aimerais bonjour bonsoir merci beaucoup plus moins chaque mois mensuel an ans annee annuel semaine jour produit produits service services offre offres solution chose personnes personne salaries equipe entreprise societe tout total partir quoi quel quelle quels quelles comment quand maintenant payer information renseignement fait ca cela votre ' +
  'aproximadamente exactamente favor decir saber quiero querria quisiera hola buenos buenas dias tardes gracias mucho mas menos cada mes mensual ano anos anual semana dia producto productos servicio servicios oferta ofertas solucion cosa personas persona empleados equipo empresa todo total desde que tiene tienen cual cuales como cuando ahora pagar informacion vale seria';

export const asksPrice = (plain: string): boolean => price.test(plain);

/** The words of a question about money that name what it is about; of what was said before it, where it only points. */
export const pricedThing = (
  text: string,
  before: string | undefined,
  stems: (text: string) => string[],
): string[] => {
  const {text: plain} = fold(text);
  const at = price.exec(plain)?.index ?? 0;
  const {start, end} = sentenceAt(plain, at);
  const known = neutralStems(stems);
  const things = (part: string) =>
    stems(part.replaceAll(new RegExp(price.source, 'gu'), ' ')).filter(
      stem => !known.has(stem) && !/^\d/.test(stem),
    );
  const own = things(plain.slice(start, end));
  if (own.length > 0 || !points.test(plain.slice(start, end))) return own;
  const earlier = [fold(before ?? '').text, plain.slice(0, start)].filter(part => wants.test(part)).at(-1);
  return things(earlier ?? '');
};

let kept: ReadonlySet<string> | undefined;
const neutralStems = (stems: (text: string) => string[]) => (kept ??= new Set(stems(neutral)));
