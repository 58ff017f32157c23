import {makePlainCompany} from './plain-words.ts';

const split = (text: string): string[] =>
  text
    .trim()
    .split(/\s*,\s*|\s*\n\s*/u)
    .filter(Boolean);

/** Parts that invented company names are put together from. */
export const companyParts: Record<string, {core: string[]; trade: string[]; form: string[]}> = {
  en: {
    core: split(`Alderbrook, Amberline, Applegarth, Arrowmill, Ashfold, Bluefinch, Boxwood, Bramble, Brightwater, Broadoak, Calder, Candlewick,
      Cedar Point, Cinderford, Clearwell, Cobalt, Copperfield, Coral Bay, Cotterdale, Crowfoot, Dovetail, Driftwood, Eastgate, Elmstead, Evergreen,
      Fairlight, Falconer, Fernhill, Flintlock, Foxglove, Glasswing, Goldcrest, Granite, Greenacre, Harbourside, Hazelmere, Highfield, Hollowell,
      Ironbridge, Juniper, Kestrel, Kingfisher, Lakeshore, Lanternhouse, Larkfield, Lowland, Maplewood, Marlin, Meadowbank, Millrace, Moonrake,
      Northfield, Oakhurst, Oldbury, Orchard, Otterburn, Peregrine, Pinecrest, Quayside, Quillon, Ravensworth, Redstone, Ridgeway, Riverbend, Rookery,
      Saltmarsh, Sandpiper, Silverlake, Skylark, Slate, Southwark, Spindle, Starling, Stonebridge, Summit, Swiftwater, Tamarind, Thistle, Three Rivers,
      Timberline, Twin Pines, Umber, Verity, Wayfarer, Westbourne, Whitethorn, Wildflower, Willowbank, Windermere, Woodpecker, Yarrow, Zephyr`),
    trade:
      split(`Logistics, Foods, Bakery, Dental, Dental Care, Motors, Plumbing, Joinery, Engineering, Systems, Software, Labs, Analytics, Media, Studio,
      Design, Interiors, Lettings, Properties, Homes, Estates, Legal, Accountants, Wealth, Insurance, Brewing, Coffee, Catering, Events, Travel, Tours,
      Hotels, Clinic, Veterinary Practice, Pharmacy, Care, Care Homes, Academy, College, Nursery, Trust, Foundation, Textiles, Apparel, Outdoors, Cycles,
      Sports, Fitness, Farms, Dairy, Seeds, Timber, Steel, Plastics, Packaging, Print, Freight, Couriers, Marine, Aviation, Energy, Solar, Electrical,
      Security, Recruitment, Consulting, Partners, Group, Holdings, Industries, Manufacturing, Tools, Instruments, Optics, Robotics, Biotech, Diagnostics`),
    form: [
      '',
      '',
      '',
      '',
      ' Ltd',
      ' Limited',
      ' plc',
      ' Inc',
      ' Inc.',
      ' LLC',
      ' LLP',
      ' Pty Ltd',
      ' Pvt Ltd',
      ' & Sons',
      ' & Co',
      ' CIC',
    ],
  },
  de: {
    core: split(`Ahorn, Albtal, Almwind, Amselhof, Bergquell, Birkenau, Blaufeld, Brunnthal, Buchenstein, Dachstein, Donautal, Eichkamp, Elbwerk,
      Erlenbach, Falkenried, Feldmark, Fichtelberg, Finkenau, Förde, Gipfel, Goldbach, Grünwald, Hafenkant, Hainbuch, Heidekrug, Hirschau, Hochland,
      Isarwerk, Kaltenbrunn, Kastanie, Kiesel, Kranich, Lärchental, Lerchenfeld, Lindenhof, Mainblick, Marschland, Moosach, Mühlbach, Neckartal, Nordlicht,
      Oderbruch, Pappelhain, Quellgrund, Rabenstein, Rheinaue, Rosental, Rothorn, Salzach, Sandkrug, Schwalbe, Seeblick, Silberhorn, Sonnleite, Spreeufer,
      Steinfurth, Sturmvogel, Tannengrund, Talheim, Traunsee, Uhlenhof, Ulmenau, Vierlande, Wachau, Waldeck, Weidental, Weissach, Wiesengrund, Zirbe`),
    trade:
      split(`Maschinenbau, Logistik, Spedition, Bau, Hochbau, Tiefbau, Holzbau, Metallbau, Elektrotechnik, Haustechnik, Sanitär, Heizungsbau,
      Bäckerei, Metzgerei, Brauerei, Weingut, Gartenbau, Landtechnik, Druck, Verlag, Medien, Werbeagentur, Software, Systemhaus, Datentechnik, Consulting,
      Beratung, Steuerberatung, Kanzlei, Treuhand, Immobilien, Hausverwaltung, Versicherungsmakler, Zahntechnik, Medizintechnik, Apotheke, Pflegedienst,
      Seniorenheim, Klinik, Akademie, Fahrschule, Reisen, Touristik, Hotel, Gastronomie, Catering, Textil, Mode, Möbel, Küchen, Sport, Fahrrad, Autohaus,
      Reifen, Kunststofftechnik, Verpackungen, Werkzeugbau, Präzisionsteile, Feinmechanik, Optik, Energie, Solartechnik, Windkraft, Stadtwerke, Entsorgung, Recycling`),
    form: [
      '',
      '',
      '',
      ' GmbH',
      ' GmbH',
      ' GmbH & Co. KG',
      ' KG',
      ' AG',
      ' AG',
      ' OG',
      ' e.K.',
      ' eG',
      ' e.V.',
      ' UG',
      ' GbR',
      ' SE',
      ' Gruppe',
      ' Stiftung',
    ],
  },
  fr: {
    core: split(`Aubépine, Belvédère, Boréal, Brise-Lames, Cap Vert, Cèdre Bleu, Chantecler, Châtaigne, Clairière, Colibri, Comète, Cormoran, Coquelicot,
      Corail, Écluse, Églantine, Épicéa, Escale, Étoile du Sud, Faucon, Fontaine Claire, Galet, Garrigue, Genêt, Girouette, Glycine, Grand Chêne, Hirondelle,
      Horizon, Iris, Jonquille, Lanterne, Libellule, Littoral, Luciole, Marronnier, Mésange, Mirabelle, Mistral, Mouette, Mûrier, Nénuphar, Noisetier, Océane,
      Olivier, Orée, Palissade, Passerelle, Pervenche, Phare, Pivoine, Platane, Pont Neuf, Primevère, Quatre Vents, Roseraie, Roseau, Sablière, Safran, Sapinière,
      Sarcelle, Source Vive, Tamaris, Tilleul, Tourterelle, Tramontane, Val Fleuri, Verger, Vieux Moulin, Voile Blanche, Zéphyr`),
    trade:
      split(`Transports, Logistique, Bâtiment, Construction, Menuiserie, Charpente, Plomberie, Électricité, Mécanique, Industrie, Métallerie, Boulangerie,
      Pâtisserie, Traiteur, Restauration, Hôtellerie, Voyages, Tourisme, Vins, Domaine, Brasserie, Fromagerie, Jardins, Paysages, Pépinières, Imprimerie, Édition,
      Médias, Studio, Communication, Conseil, Expertise, Avocats, Notaires, Immobilier, Syndic, Assurances, Courtage, Informatique, Numérique, Logiciels, Systèmes,
      Santé, Clinique, Pharmacie, Optique, Dentaire, Vétérinaire, Formation, École, Crèche, Textile, Mode, Mobilier, Cuisines, Sports, Cycles, Automobiles, Garage,
      Plastiques, Emballages, Outillage, Énergie, Solaire, Environnement, Recyclage, Sécurité, Nettoyage, Intérim, Événements, Cosmétiques, Biotech, Robotique`),
    form: [
      '',
      '',
      '',
      '',
      ' SARL',
      ' SAS',
      ' SA',
      ' & Fils',
      ' et Associés',
      ' Inc.',
      ' Ltée',
      ' Sàrl',
      ' SCOP',
      ' SNC',
      ' Groupe',
    ],
  },
  es: {
    core: split(`Acantilado, Alameda, Albahaca, Alborada, Almendro, Amapola, Andariego, Arrecife, Azahar, Bahía Azul, Brújula, Caracola, Cardón, Ceiba, Cedral,
      Cerro Alto, Cieloclaro, Colibrí, Cordillera, Costa Brava Sur, Cumbre, El Roble, El Faro, Encina, Espiga, Estrella Norte, Faro Viejo, Fuente Clara, Gaviota,
      Girasol, Golondrina, Hacienda Vieja, Higuera, Jacaranda, Jazmín, La Colina, La Encrucijada, La Palma, Laurel, Lince, Llano Verde, Lucero, Madroño, Manantial,
      Marejada, Mariposa, Mezquite, Mirador, Molino Blanco, Monte Alto, Naranjal, Nogal, Nopal, Olivar, Oropéndola, Palmera, Pedernal, Piedra Azul, Pinar, Poniente,
      Quebrada, Quetzal, Ribera, Río Claro, Romero, Salinas, San Telmo, Sauce, Serranía, Sierra Nueva, Sol y Mar, Tejón, Terral, Tierra Firme, Trigal, Valle Hondo, Vega`),
    trade:
      split(`Transportes, Logística, Construcciones, Reformas, Carpintería, Fontanería, Electricidad, Mecánica, Industrias, Metales, Panadería, Pastelería,
      Alimentos, Conservas, Bodegas, Viñedos, Cervecería, Hoteles, Hostelería, Viajes, Turismo, Jardinería, Viveros, Imprenta, Editorial, Medios, Estudio,
      Comunicación, Consultores, Asesores, Abogados, Notaría, Inmobiliaria, Administración de Fincas, Seguros, Informática, Tecnología, Software, Sistemas, Salud,
      Clínica, Clínica Dental, Farmacia, Óptica, Veterinaria, Formación, Academia, Colegio, Guardería, Textiles, Moda, Muebles, Cocinas, Deportes, Ciclos,
      Automoción, Talleres, Plásticos, Envases, Herramientas, Energía, Solar, Reciclaje, Seguridad, Limpiezas, Eventos, Cosméticos, Agrícola, Ganadería, Pesquera`),
    form: [
      '',
      '',
      '',
      '',
      ' S.L.',
      ' SL',
      ' S.A.',
      ' S.A. de C.V.',
      ' S. de R.L.',
      ' e Hijos',
      ' y Asociados',
      ' Hnos.',
      ' Coop.',
      ' SAS',
      ' Grupo',
    ],
  },
};

export const timelines: Record<string, string[]> = {
  en: split(`right away, asap, as soon as possible, immediately, next week, within two weeks, in three weeks, in about a month, next month, by the end of the month,
    in six weeks, within 90 days, in two months, in two or three months, by Easter, before the summer, this summer, after the summer holidays, in the autumn, this fall, by Christmas,
    before year end, by the end of the year, in the new year, early next year, sometime next year, next spring, in Q1, Q2, by Q4, Q2 next year, in the second half, first half of next year,
    January, by mid-February, end of March, by April, start of May, 1 June, July the 1st, before August, mid September, from October, in November, by 15 December, in half a year, six months from now,
    in nine months, within twelve months, in a year, in eighteen months, not before next year, two years out, at the start of term, before the season starts, when the new financial year starts,
    this quarter, next quarter, the quarter after next, tomorrow, by Friday week, before the audit in May, in the next couple of months, at the latest in June, spring 2028, March 2027, within the year`),
  de: split(`sofort, so schnell wie möglich, ab sofort, möglichst bald, nächste Woche, in zwei Wochen, in drei Wochen, innerhalb von vier Wochen, in einem Monat, nächsten Monat, bis Monatsende,
    in sechs Wochen, in zwei Monaten, in zwei bis drei Monaten, bis Ostern, noch vor dem Sommer, im Sommer, nach den Sommerferien, im Herbst, vor Weihnachten, bis Jahresende, noch dieses Jahr,
    im neuen Jahr, Anfang nächsten Jahres, irgendwann nächstes Jahr, im Frühjahr, im Frühling 2027, Q1, im ersten Quartal, im 2. Quartal, bis Q4, im zweiten Halbjahr, im nächsten Quartal, übernächstes Quartal,
    im Januar, bis Mitte Februar, Ende März, ab April, Anfang Mai, zum 1. Juni, ab dem 1.7., vor August, Mitte September, ab Oktober, im November, bis 15. Dezember, in einem halben Jahr,
    in neun Monaten, innerhalb eines Jahres, in einem Jahr, in anderthalb Jahren, frühestens in zwei Jahren, zum Schuljahresbeginn, zum Saisonstart, mit dem neuen Geschäftsjahr, zum Jahreswechsel,
    heuer noch, per sofort, per 1. Januar, spätestens im Juni, bis Ende KW 34, vor der Heizperiode, nach der Inventur, bis zur Messe im Oktober, in den nächsten Wochen, demnächst, bis übermorgen`),
  fr: split(`tout de suite, dès que possible, au plus vite, immédiatement, la semaine prochaine, d'ici deux semaines, sous quinze jours, dans trois semaines, dans un mois, le mois prochain, d'ici la fin du mois,
    dans six semaines, dans deux mois, d'ici deux ou trois mois, avant Pâques, avant l'été, cet été, à la rentrée, après les vacances, à l'automne, avant Noël, avant la fin de l'année, d'ici la fin d'année,
    en début d'année prochaine, l'année prochaine, au printemps, au printemps 2027, au T1, au premier trimestre, au 2e trimestre, d'ici le T4, au second semestre, le trimestre prochain, dans le trimestre,
    en janvier, mi-février, fin mars, à partir d'avril, début mai, au 1er juin, le 1er juillet, avant août, mi-septembre, pour octobre, en novembre, avant le 15 décembre, dans six mois, dans neuf mois,
    dans l'année, dans un an, d'ici dix-huit mois, pas avant deux ans, pour la saison, avant l'ouverture de la saison, pour le nouvel exercice, à la rentrée de janvier, demain, sous 90 jours,
    au plus tard en juin, dans les prochaines semaines, vers la fin du printemps, après l'inventaire, avant les vendanges, pour le salon d'octobre, courant mai, dès lundi`),
  es: split(`ya, ya mismo, cuanto antes, lo antes posible, de inmediato, la próxima semana, en dos semanas, en quince días, en tres semanas, en un mes, el mes que viene, el próximo mes, a fin de mes, antes de fin de mes,
    en seis semanas, en dos meses, en dos o tres meses, antes de Semana Santa, antes del verano, este verano, a la vuelta del verano, después de vacaciones, en otoño, antes de Navidad, antes de acabar el año,
    a final de año, a principios de año, el año que viene, el próximo año, en primavera, en la primavera de 2027, en el T1, en el primer trimestre, para el segundo trimestre, en el Q4, en el segundo semestre, el próximo trimestre,
    en enero, a mediados de febrero, a finales de marzo, a partir de abril, a principios de mayo, el 1 de junio, el primero de julio, antes de agosto, para septiembre, desde octubre, en noviembre, antes del 15 de diciembre,
    dentro de medio año, en seis meses, en nueve meses, dentro de un año, en año y medio, no antes de dos años, para el inicio del curso, antes de la temporada, con el nuevo ejercicio, antes de la vendimia,
    mañana mismo, a más tardar en junio, en las próximas semanas, en unos meses, para la feria de octubre, en 90 días, hacia finales de año, después del inventario, en el transcurso del año`),
};

const currencies: Record<string, {before: string[]; after: string[]}> = {
  en: {
    before: ['£', '$', '€', 'A$', 'CA$', 'USD ', 'GBP ', '₹', 'R'],
    after: [
      'k',
      ' pounds',
      ' dollars',
      ' euros',
      ' quid',
      ' grand',
      ' bucks',
      ' EUR',
      ' GBP',
      ' lakh',
      'k euros',
      ' thousand',
      ' thousand dollars',
    ],
  },
  de: {
    before: ['€ ', 'CHF ', 'EUR ', 'Fr. '],
    after: [
      ' Euro',
      ' €',
      '€',
      ' EUR',
      ' CHF',
      ' Franken',
      'k',
      'k €',
      ' Tausend Euro',
      ' TEUR',
      ' Mille',
      ' Euronen',
    ],
  },
  fr: {
    before: ['€ ', 'CHF ', '$ '],
    after: [
      ' euros',
      ' €',
      '€',
      ' EUR',
      ' k€',
      'k€',
      ' francs',
      ' CHF',
      ' dollars',
      ' $',
      ' mille euros',
      ' balles',
      ' K',
    ],
  },
  es: {
    before: ['$', 'US$', '€', 'MXN ', 'S/ '],
    after: [
      ' euros',
      ' €',
      '€',
      ' EUR',
      ' pesos',
      ' dólares',
      ' USD',
      ' MXN',
      ' mil euros',
      ' mil pesos',
      'k',
      ' mil',
      ' pavos',
      ' soles',
    ],
  },
};
const around: Record<string, string[]> = {
  en: [
    '',
    '',
    '',
    'around ',
    'about ',
    'up to ',
    'max ',
    'no more than ',
    'roughly ',
    'at least ',
    'under ',
    'maybe ',
    'somewhere near ',
    'ca. ',
  ],
  de: [
    '',
    '',
    '',
    'rund ',
    'etwa ',
    'bis zu ',
    'maximal ',
    'höchstens ',
    'ca. ',
    'mindestens ',
    'unter ',
    'so um die ',
    'knapp ',
    'gut ',
  ],
  fr: [
    '',
    '',
    '',
    'environ ',
    'autour de ',
    "jusqu'à ",
    'maximum ',
    'pas plus de ',
    'à peu près ',
    'au moins ',
    'moins de ',
    'dans les ',
  ],
  es: [
    '',
    '',
    '',
    'unos ',
    'alrededor de ',
    'hasta ',
    'máximo ',
    'no más de ',
    'aproximadamente ',
    'al menos ',
    'menos de ',
    'como ',
    'unas ',
  ],
};
const periods: Record<string, string[]> = {
  en: [
    '',
    '',
    '',
    ' a month',
    ' per month',
    '/month',
    ' a year',
    ' per year',
    ' annually',
    ' pa',
    ' one-off',
    ' monthly',
    ' in total',
  ],
  de: [
    '',
    '',
    '',
    ' im Monat',
    ' pro Monat',
    '/Monat',
    ' im Jahr',
    ' pro Jahr',
    ' jährlich',
    ' p.a.',
    ' einmalig',
    ' monatlich',
    ' insgesamt',
  ],
  fr: [
    '',
    '',
    '',
    ' par mois',
    '/mois',
    ' par an',
    " à l'année",
    '/an',
    ' mensuels',
    ' en une fois',
    ' au total',
    ' HT',
  ],
  es: [
    '',
    '',
    '',
    ' al mes',
    ' mensuales',
    '/mes',
    ' al año',
    ' anuales',
    ' por año',
    ' en total',
    ' de una sola vez',
    ' + IVA',
  ],
};
const heads: Record<string, string[]> = {
  en: [
    '',
    '',
    '',
    ' people',
    ' employees',
    ' staff',
    ' of us',
    ' FTE',
    ' folks',
    ' heads',
    ' colleagues',
    ' on the payroll',
  ],
  de: [
    '',
    '',
    '',
    ' Leute',
    ' Mitarbeiter',
    ' Mitarbeitende',
    ' Beschäftigte',
    ' Personen',
    ' Angestellte',
    ' Mann',
    ' MA',
    ' Köpfe',
    ' Kollegen',
  ],
  fr: ['', '', '', ' personnes', ' salariés', ' employés', ' collaborateurs', ' ETP', ' collègues', ' têtes'],
  es: [
    '',
    '',
    '',
    ' personas',
    ' empleados',
    ' trabajadores',
    ' empleadas',
    ' en plantilla',
    ' colaboradores',
    ' gentes',
  ],
};
const words: Record<string, string[]> = {
  en: split(
    'two, three, four, five, six, seven, eight, nine, ten, a dozen, fifteen, twenty, two dozen, thirty-five, forty, fifty, sixty, a hundred, a couple hundred, two hundred, five hundred, a thousand, twelve hundred',
  ),
  de: split(
    'zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, ein Dutzend, fünfzehn, zwanzig, fünfunddreißig, vierzig, fünfzig, sechzig, achtzig, hundert, zweihundert, fünfhundert, tausend, zwölfhundert',
  ),
  fr: split(
    'deux, trois, quatre, cinq, six, sept, huit, neuf, dix, une dizaine, une douzaine, une quinzaine, vingt, une trentaine, trente-cinq, quarante, une cinquantaine, soixante, quatre-vingts, une centaine, deux cents, cinq cents, mille',
  ),
  es: split(
    'dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, una docena, quince, veinte, una veintena, treinta y cinco, cuarenta, cincuenta, sesenta, ochenta, cien, un centenar, doscientos, quinientos, mil',
  ),
};

export type Pick = <T>(list: readonly T[]) => T;
export type Draw = {pick: Pick; below: (limit: number) => number};

/** Grouped as people of that language group digits, or not at all. */
const grouped = (value: number, language: string, {pick}: Draw): string => {
  const plain = String(value);
  if (value < 1000) return plain;
  const separator = pick(language === 'en' ? [',', ',', ''] : ['.', '.', ' ', "'", '']);
  return plain.replaceAll(/\B(?=(\d{3})+$)/gu, separator);
};
const amount = (draw: Draw): number => {
  const digits = 1 + draw.below(9);
  return draw.pick([
    digits,
    digits * 10,
    digits * 100,
    digits * 1000,
    digits * 10_000,
    digits * 100 + 50,
    digits * 1000 + 500,
    12,
    15,
    25,
    75,
    120,
    250,
  ]);
};

export const makeBudget = (language: string, draw: Draw): string => {
  const {before, after} = currencies[language] ?? {before: [], after: ['']};
  const number = grouped(amount(draw), language, draw);
  const money = draw.below(3) === 0 ? draw.pick(before) + number : number + draw.pick(after);
  return draw.pick(around[language] ?? ['']) + money + draw.pick(periods[language] ?? ['']);
};
export const makeSize = (language: string, draw: Draw): string => {
  const count = 2 + draw.below(draw.pick([12, 60, 300, 5000]));
  const number = draw.below(4) === 0 ? draw.pick(words[language] ?? ['10']) : grouped(count, language, draw);
  return draw.pick(around[language] ?? ['']) + number + draw.pick(heads[language] ?? ['']);
};
export const makeCompany = (language: string, family: readonly string[], draw: Draw): string => {
  if (draw.below(5) < 2)
    return makePlainCompany(language, family, () => draw.pick([draw.pick(family), syllables(draw)]), draw);
  const {core, trade, form} = companyParts[language] ??
    companyParts['en'] ?? {core: [''], trade: [''], form: ['']};
  const part = () => draw.pick([draw.pick(core), draw.pick(core), draw.pick(family), syllables(draw)]);
  const tail = draw.pick(form);
  const shape = draw.below(8);
  if (shape === 0) return part() + tail;
  if (shape === 1) return `${draw.pick(family)} & ${draw.pick(family)}${tail}`;
  if (shape === 2) return `${syllables(draw)}${tail}`;
  if (language === 'fr' || language === 'es')
    return (shape < 5 ? `${draw.pick(trade)} ${part()}` : `${part()} ${draw.pick(trade)}`) + tail;
  if (language === 'de' && shape === 3) return `${draw.pick(trade)} ${part()}${tail}`;
  return `${part()} ${draw.pick(trade)}${tail}`;
};

const onset = split(
  'b, br, c, cl, d, dr, f, fl, g, gr, h, j, k, kl, l, m, n, p, pr, qu, r, s, st, t, tr, v, w, x, z',
);
const middle = split('a, e, i, o, u, ia, eo, ai, ou, y');
const coda = ['', '', '', 'n', 'r', 'l', 's', 'x', 'm', 'nt', 'rk'];
/** A made-up word, as many firms have for a name. */
export const syllables = (draw: Draw): string => {
  let name = '';
  for (let i = 2 + draw.below(2); i > 0; i--) name += draw.pick(onset) + draw.pick(middle) + draw.pick(coda);
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return draw.below(8) === 0
    ? `${capital}${draw.pick(['ly', 'io', '24', 'Tec', 'Lab', 'Soft', 'Data'])}`
    : capital;
};
