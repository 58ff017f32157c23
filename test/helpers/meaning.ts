/**
 * A meaning that is known: words of one topic are one axis, in four languages; plain words mean nothing; every other word
 * points somewhere of its own. No trained embedding model is at hand here, so this is what small weights and the
 * stand-in server are made of: which texts are near, and which are not, is true by construction.
 */
import type {Concepts} from '../../models/training/small-embedder.ts';

const topics: Record<string, string> = {
  delivery:
    'deliver delivery delivered parcel parcels arrive arrives soon ship shipped shipping days liefern lieferung paket ankommt kommt schnell werktagen tagen livrons livraison colis arriver jours entregamos paquete llegara dias',
  ending:
    'contract ended notice cancel subscription months vertrag frist gekundigt kundigung beenden abo monaten contrat resilie preavis arreter abonnement mois contrato rescindir preaviso cancelar suscripcion meses',
  hours:
    'office open monday friday weekdays reach phone buro montag freitag geoffnet wochentagen erreiche telefonisch bureau ouvert lundi vendredi semaine joindre telephone oficina abierta lunes viernes semana llamarles telefono',
  data: 'data encrypted kept centres europe servers information stored daten verschlusselt rechenzentren europa aufbewahrt servern angaben gespeichert donnees chiffrees conservees serveurs informations stockees datos cifran guardan centros servidores almacena informacion',
  trial:
    'free charge try buy kostenlos ausprobieren kaufe gratuits essayer acheter gratuitos probarlo comprar',
  training:
    'customers introduction video show works kunden einfuhrung zeigt funktioniert clients montre marche clientes introduccion ensena funciona',
  insurance: 'insured insurance liable damage broken versichert haftung schaden',
  cold: 'degrees cold cool temperature chilled grad kuhl gekuhlt',
};
const plain =
  'a all an and are be before by can do does during first for from get how i if in is it may me must my new of on or our somebody sets that the them they this those thirty three to two us up we weekdays what when where which while whose will with within working you your our s austria germany switzerland goods stored pallets hall linz long takes take ' +
  'alle an auf bekommen bevor bis darf der die dreissig drei ein eine einer ersten es ich ihre innerhalb jemand kann mein meine mit muss neue per sie sind tage tun um und uns unser von was welchen werden wessen wie wir wird zu zwei in den ist ' +
  'au avant avec ce cela comment d dans de des deux du elles en est et etre faire il je le les mes mon notre nous nouveaux ouvres par peut pour puis que quand quels quelqu quelles recoivent sont sous sur toutes trente trois t un une va vous acheter dois la mis premiers ' +
  'alguien antes como con cuando de del dos el en esta gratuitos hacer la laborables las los mi nos nuestra nuevos para por puede puedo primeros que reciben se son su sus todos treinta tengo tres un una y lo';

const stem = (words: string): string[] => words.split(/\s+/).filter(word => word !== '');
export const concepts: Concepts = {
  axes: Object.values(topics).map(stem),
  plain: stem(plain).filter(word => !Object.values(topics).some(words => stem(words).includes(word))),
};

const size = 64;
const axisOf = new Map(
  concepts.axes.flatMap((words, axis) => words.map((word): [string, number] => [word, axis])),
);
const plainWords = new Set(concepts.plain);

/** The same, computed: what the stand-in server answers. Unknown words weigh as much as two known ones. */
export const meantBy = (text: string): number[] => {
  const vector = Array.from({length: size}, () => 0);
  const add = (at: number, value: number) => {
    vector[at] = (vector[at] ?? 0) + value;
  };
  // a trained model of this family knows it for what it is
  const said = text.replace(/^search_(?:query|document): /, '');
  const folded = said.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
  for (const [word] of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    const axis = axisOf.get(word);
    if (axis !== undefined) add(axis, 1);
    else if (!plainWords.has(word)) {
      let hash = 2166136261;
      for (const letter of word) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0;
      add(concepts.axes.length + (hash % (size - concepts.axes.length)), 2);
    }
  }
  // nothing but plain words is still a text
  add(size - 1, 0.05);
  return vector;
};
