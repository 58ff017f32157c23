import type {Draw} from './things.ts';

const split = (text: string): string[] =>
  text
    .trim()
    .split(/\s*,\s*|\s*\n\s*/u)
    .filter(Boolean);

type Words = {things: string[]; qualities: string[]; and: string[]; shapes: string[]};

/**
 * Firms, clubs and public bodies that are called by everyday words. `{t}` is a thing, `{q}` a quality, `{&}` an and,
 * `{f}` a family name, `{p}` a made-up place.
 */
const plainWords: Record<string, Words> = {
  en: {
    things:
      split(`Acorn, Anchor, Anvil, Apple, Arrow, Barrel, Basket, Bear, Bee, Bell, Berry, Bird, Blossom, Boat, Bone, Book, Bottle, Branch, Brick, Bridge,
      Broom, Bucket, Button, Candle, Canvas, Chalk, Clay, Clock, Cloud, Coat, Corner, Crown, Crumb, Cup, Daisy, Door, Feather, Fern, Field, Fig, Fire, Fish, Flour,
      Flower, Fox, Garden, Gate, Ginger, Glass, Glove, Goose, Grain, Grass, Hammer, Harbour, Hare, Hat, Hive, Honey, Hook, House, Ink, Ivy, Jar, Kettle, Key, Knot,
      Ladder, Lamp, Leaf, Lemon, Lion, Loaf, Loom, Magpie, Map, Market, Mill, Mint, Mirror, Moon, Moss, Nail, Needle, Nest, Oak, Oar, Olive, Onion, Otter, Owl, Paper,
      Peach, Pear, Pencil, Pepper, Pine, Plough, Plum, Pocket, Pond, Rabbit, Rain, Ribbon, River, Rope, Rose, Salt, Sand, Saw, Sea, Seed, Shed, Sheep, Shore, Silk,
      Smoke, Snow, Soap, Spoon, Spring, Star, Stone, Storm, Straw, String, Sugar, Swan, Table, Thread, Tide, Tree, Umbrella, Violet, Wave, Wheel, Whistle, Willow, Window, Wolf, Wool`),
    qualities:
      split(`Black, Blue, Bold, Bright, Broken, Brown, Clear, Clever, Cold, Copper, Crooked, Dancing, Early, Empty, Fallen, First, Flying, Forgotten, Gentle,
      Golden, Good, Green, Grey, Happy, Hidden, High, Honest, Humble, Iron, Jolly, Last, Laughing, Little, Long, Lost, Lucky, Mad, New, Noble, Odd, Old, Open, Patient, Plain, Proper,
      Quick, Quiet, Red, Restless, Rolling, Round, Rusty, Sharp, Silent, Silver, Simple, Singing, Sleepy, Slow, Small, Soft, Second, Sunny, Swift, Tall, Third, True, Warm, White, Wild, Wise`),
    and: ['&', '&', 'and', '+'],
    shapes:
      split(`{t} {&} {t}, {q} {t}, {q} {t}, The {q} {t}, The {t}, {t}, {t} House, {t}works, {t} {&} Sons, {t} {&} Daughters, {f} {&} {t}, {t} on {p} Street, Friends of the {t},
      {p} Council, {p} Borough, City of {p}, {p} County, St {f}'s Hospital, St {f}'s, {p} University, {p} Primary School, {p} Surgery, {p} Rovers, {p} Savings, Bank of {p}, {p} Mutual, {p} Water,
      {p} Museum, Port of {p}, {t} Collective, {t} Cooperative, {t} Theatre, Hotel {t}`),
  },
  de: {
    things:
      split(`Ahorn, Amboss, Anker, Apfel, Ast, Bank, Bär, Baum, Besen, Biene, Birke, Blatt, Blume, Bogen, Boot, Brot, Brücke, Brunnen, Buch, Dach, Distel, Dorn, Eiche,
      Eimer, Eule, Faden, Farn, Fass, Feder, Feld, Fenster, Feuer, Fisch, Fuchs, Gans, Garten, Glocke, Hafen, Hahn, Hammer, Hand, Hase, Haus, Hobel, Hof, Honig, Igel, Kanne, Kante,
      Kerze, Kiste, Knopf, Korb, Korn, Krug, Laden, Lampe, Laub, Leiter, Licht, Linde, Löffel, Löwe, Luft, Markt, Meer, Mond, Moos, Mühle, Nadel, Nest, Ofen, Papier, Pfeffer, Pflaume, Pflug,
      Quelle, Rad, Regen, Ring, Rose, Ruder, Salz, Sand, Schaf, Schere, Schmiede, Schnee, Schwan, Segel, Seide, Seil, Spule, Stein, Stern, Stich, Strand, Stroh, Stube, Stuhl, Tasche, Teich,
      Tinte, Tisch, Tor, Turm, Uhr, Wagen, Wald, Weide, Welle, Werk, Wiese, Wind, Wolf, Wolke, Wolle, Wort, Wurzel, Ziege, Zimt, Zunft, Zweig`),
    qualities:
      split(`Alte, Blaue, Bunte, Echte, Ehrliche, Eiserne, Erste, Feine, Flinke, Freie, Frische, Frohe, Gelbe, Glückliche, Goldene, Graue, Große, Grüne, Gute, Halbe, Heitere, Helle, Hohe,
      Junge, Kleine, Kluge, Krumme, Kühle, Lange, Leise, Letzte, Milde, Neue, Offene, Ruhige, Runde, Rote, Sanfte, Scharfe, Schlaue, Schnelle, Schöne, Schräge, Schwarze, Silberne, Späte, Stille, Süße, Tiefe, Treue, Warme, Weiße, Wilde, Zarte`),
    and: ['&', '&', 'und', '+'],
    shapes:
      split(`{t} {&} {t}, {q} {t}, Die {q} {t}, {t}, {t}werk, Haus {t}, Zum {t}, Zur {t}, {t} {&} Söhne, {t} {&} Töchter, {f} {&} {t}, Praxis am {t}, Apotheke zum {t}, Hotel {t}, Gasthof {t},
      Stadt {p}, Gemeinde {p}, Landkreis {p}, Kreissparkasse {p}, Volksbank {p}, Stadtwerke {p}, Klinikum {p}, Spital {p}, Hochschule {p}, Universität {p}, Gymnasium {p}, Kita {t}, Theater am {t},
      Museum {p}, TSV {p}, Freunde der {t}, Verein {t}, Bäckerei {f}, Kanzlei {f}, Weingut {f}, Atelier {t}, Manufaktur {t}, {t}kollektiv`),
  },
  fr: {
    things:
      split(`Abeille, Agneau, Aiguille, Aile, Ancre, Arbre, Arc, Ardoise, Argile, Aurore, Baleine, Balance, Barque, Bateau, Bêche, Bec, Bille, Bobine, Bois, Bouchon, Bougie, Bouton, Branche, Brique, Cabane,
      Cadran, Canard, Carton, Cerise, Chapeau, Charrue, Chat, Chemin, Cheval, Cigale, Ciseau, Citron, Cloche, Clou, Coq, Corde, Coton, Craie, Crayon, Cuillère, Dentelle, Échelle, Écrin, Encre, Épi, Étoffe, Farine,
      Fenêtre, Fève, Feuille, Ficelle, Figue, Flamme, Fleur, Four, Fourmi, Fraise, Gant, Grain, Grange, Grenier, Griffe, Hache, Hibou, Île, Jardin, Laine, Lampe, Levain, Lierre, Lin, Lune, Lustre, Main, Maison, Malle,
      Marteau, Menthe, Miel, Miroir, Mot, Moulin, Nacre, Navire, Neige, Nid, Nuage, Œuf, Ombre, Orage, Ours, Pain, Papier, Pêche, Pierre, Pinceau, Plume, Poire, Pomme, Pont, Porte, Poule, Prune, Puits, Racine, Râteau,
      Renard, Rivage, Rouet, Ruban, Sable, Sac, Sel, Soie, Soleil, Sucre, Table, Tasse, Thym, Toile, Tour, Treille, Vague, Vent, Verre, Vigne, Violon, Voile`),
    qualities:
      split(`bleu, blanc, bon, bref, clair, court, discret, doré, doux, droit, fidèle, fier, fin, fou, franc, frais, gai, grand, gris, habile, heureux, humble, jaune, joli, juste, léger, lent, libre, long, malin, mûr, neuf, noir,
      nouveau, paisible, perché, perdu, petit, poli, profond, rapide, rare, rond, rouge, rusé, sage, sincère, tendre, tranquille, vert, vif, vrai`),
    and: ['&', '&', 'et', '+'],
    shapes:
      split(`{t} {&} {t}, {t} {q}, Le {t}, La {t}, Les {t}s, L'Atelier du {t}, Au {t} {q}, À la {t}, {t}, Chez {f}, {f} {&} Fils, {f} {&} Filles, Maison {f}, Maison {t}, Domaine de {p}, Château {p}, Cabinet {f}, Étude {f}, Pharmacie du {t},
      Hôtel {t}, Auberge du {t}, Ville de {p}, Mairie de {p}, Commune de {p}, Département de {p}, CHU de {p}, Clinique {t}, Hôpital {p}, Université de {p}, Lycée {f}, Crèche {t}, Théâtre du {t}, Musée de {p}, Port de {p}, Mutuelle {p},
      Caisse de {p}, Coopérative {p}, Fromagerie {p}, Compagnie du {t}, Collectif {t}, Les Amis du {t}`),
  },
  es: {
    things:
      split(`Abeja, Aguja, Ala, Alba, Aldea, Alfarero, Ancla, Árbol, Arco, Arena, Arroyo, Azúcar, Balanza, Ballena, Barca, Barro, Barril, Botón, Brasa, Búho, Caballo, Cabra, Cadena, Caja, Camino, Campana, Candil, Canela, Cántaro, Carbón, Casa,
      Cerezo, Cesta, Cielo, Cigarra, Ciruela, Clavo, Cobre, Corcho, Corral, Cuchara, Cuerda, Dado, Escalera, Escoba, Espejo, Estrella, Farol, Flor, Fogón, Fuego, Gallo, Ganso, Gato, Grano, Granja, Guante, Hacha, Harina, Hebra, Herrero, Hierro, Higo,
      Hilo, Hoja, Horno, Hormiga, Huella, Isla, Jabón, Jardín, Jarra, Lana, Lápiz, Leña, León, Limón, Lino, Llave, Lluvia, Lobo, Luna, Luz, Madera, Maleta, Mano, Mar, Martillo, Menta, Mesa, Miel, Molino, Nido, Nieve, Nube, Ola, Oso, Oveja, Palabra, Pan, Papel,
      Pera, Piedra, Pimienta, Pluma, Pozo, Puente, Puerta, Queso, Raíz, Rama, Red, Reloj, Río, Roca, Rosa, Rueda, Sal, Seda, Semilla, Sombra, Taza, Tejado, Telar, Tierra, Tijera, Tinta, Torre, Trigo, Uva, Vela, Ventana, Viento, Zarza, Zorro`),
    qualities:
      split(`alegre, alto, amable, amarillo, ancho, azul, blanco, breve, bueno, caliente, callado, claro, corto, dorado, dulce, feliz, fiel, fino, firme, fresco, grande, gris, honrado, humilde, joven, justo, largo, lento, libre, limpio, listo, loco,
      manso, menudo, negro, noble, nuevo, pequeño, perdido, puro, quieto, rápido, raro, redondo, rojo, sabio, salvaje, sereno, sincero, suave, tierno, tranquilo, verde, viejo, vivo`),
    and: ['&', 'y', 'y', '+'],
    shapes:
      split(`{t} y {t}, {t} {q}, El {t}, La {t}, {t}, Casa {t}, Casa {f}, Taller {t}, {f} e Hijos, {f} Hermanos, Viuda de {f}, Bodegas {f}, Hotel {t}, Hostal {p}, Farmacia {f}, Despacho {f}, Clínica {p}, Hospital {p}, Hospital San {f}, Colegio {p},
      Universidad de {p}, Ayuntamiento de {p}, Municipalidad de {p}, Diputación de {p}, Alcaldía de {p}, Caja {p}, Cooperativa {p}, Teatro {t}, Museo de {p}, Puerto de {p}, Club {p}, Guardería {t}, Editorial {t}, Queserías {p}, Transportes {f}, Amigos del {t}, Colectivo {t}`),
  },
};

/** A name made of everyday words, or that of a public body. */
export const makePlainCompany = (
  language: string,
  family: readonly string[],
  place: () => string,
  draw: Draw,
): string => {
  const words = plainWords[language] ?? plainWords['en'];
  if (!words) return place();
  const fill: Record<string, () => string> = {
    t: () => draw.pick(words.things),
    q: () => draw.pick(words.qualities),
    '&': () => draw.pick(words.and),
    f: () => draw.pick(family),
    p: place,
  };
  return draw.pick(words.shapes).replaceAll(/\{(.)\}/gu, (_, key: string) => fill[key]?.() ?? '');
};

const areas: Record<string, string[]> = {
  en: split(`accounts, admissions, apprenticeships, brand, catering, claims, client services, community, compliance, content, contracts, customer experience, data, demand planning, design, digital, dispatch, donations, e-commerce, education, engineering,
    enquiries, estates, events, exports, facilities, finance, fleet, fundraising, grants, growth, guest relations, health and safety, housing, information security, infrastructure, innovation, inventory, laboratory, learning, lending, licensing, logistics, maintenance,
    member services, merchandising, nursing, onboarding, operations, outreach, partnerships, patient services, payroll, people, planning, procurement, product, production, property, quality, reception, recruitment, regulatory affairs, research, reservations, revenue,
    risk, sales, service desk, stock control, strategy, supply chain, support, sustainability, talent, tenancy, ticketing, training, transformation, transport, treasury, visitor services, volunteering, warehouse, wealth, workshop`),
  de: split(`Abrechnung, Anlagen, Arbeitssicherheit, Aufnahme, Auftragsabwicklung, Ausbildung, Außendienst, Baurecht, Belegung, Bestand, Beschaffung, Betrieb, Bildung, Brandschutz, Buchungen, Controlling, Daten, Digitalisierung, Disposition, Einkauf, Entwicklung,
    Ersatzteile, Export, Fertigung, Filialen, Finanzen, Firmenkunden, Fördermittel, Forschung, Fuhrpark, Gästebetreuung, Haustechnik, Hygiene, Immobilien, Informationssicherheit, Infrastruktur, Innendienst, Instandhaltung, Kommunikation, Konstruktion, Kredite, Kundendienst,
    Labor, Lager, Liegenschaften, Logistik, Lohnbuchhaltung, Marke, Marketing, Materialwirtschaft, Medizintechnik, Mitglieder, Montage, Nachhaltigkeit, Öffentlichkeitsarbeit, Onlinehandel, Organisation, Patientenservice, Personal, Pflege, Planung, Presse, Privatkunden,
    Produktion, Produkte, Prozesse, Qualität, Recht, Reservierung, Revision, Risiko, Schadenprozesse, Schulung, Service, Sponsoring, Strategie, Technik, Telefonzentrale, Umwelt, Verkauf, Vermietung, Versand, Vertrieb, Verwaltung, Vorsorge, Werkstatt, Zoll`),
  fr: split(`accueil, achats, administration des ventes, adhérents, affaires juridiques, agences, approvisionnement, archives, assurance qualité, billetterie, bureau d'études, caisses, clientèle, communication, comptabilité, concours, conformité, contentieux, contrats,
    crédit, cuisine, développement, développement durable, données, douane, édition, exploitation, exportation, fabrication, facturation, fidélisation, finances, flotte, formation, foncier, gestion locative, gros œuvre, hébergement, hygiène, immobilier, informatique,
    infrastructures, innovation, inscriptions, laboratoire, location, logement, logistique, maintenance, marchés publics, marque, mécénat, méthodes, numérique, paie, patrimoine, pédagogie, petite enfance, planning, presse, prévention, production, produits, projets,
    prospection, qualité, réception, recherche, recouvrement, recrutement, relation sociétaire, réservations, ressources humaines, risques, sécurité informatique, sinistres, soins, stocks, stratégie, support, surveillance, travaux, trésorerie, urbanisme, ventes, vie scolaire`),
  es: split(`admisiones, afiliados, agencias, almacén, archivo, asuntos legales, atención al paciente, atención al socio, auditoría, averías, calidad, cartera, cobros, cocina, comercio electrónico, compras, comunicación, contenidos, contratación, contratos, convenios,
    crédito, cumplimiento, datos, desarrollo, diseño, distribución, donaciones, edificios, eventos, expansión, expediciones, exportación, facturación, fidelización, finanzas, flota, formación, franquicias, habitaciones, higiene, huéspedes, importaciones, infraestructura,
    innovación, inscripciones, inventarios, laboratorio, licitaciones, logística, mantenimiento, marca, materiales, mecenazgo, medio ambiente, mejora continua, nóminas, obras, operaciones, patrimonio, pedidos, planificación, posventa, prensa, prestaciones, prevención,
    procesos, producción, producto, proyectos, recepción, recursos humanos, red comercial, relaciones institucionales, repuestos, reservas, riesgos, seguridad informática, selección, siniestros, soporte, sostenibilidad, subvenciones, taller, tesorería, tráfico, transformación, ventas`),
};
const posts: Record<string, string[]> = {
  en: split(`head of {a}, {a} manager, {a} lead, {a} coordinator, {a} officer, {a} director, director of {a}, VP {a}, VP of {a}, {a} supervisor, {a} specialist, {a} analyst, {a} administrator, senior {a} manager, assistant {a} manager, deputy head of {a}, chief {a} officer,
    {a} assistant, {a} clerk, {a} executive, interim {a} manager, group {a} director, regional {a} manager`),
  de: split(`Leiter {a}, Leiterin {a}, Leitung {a}, Bereichsleiter {a}, Bereichsleiterin {a}, Abteilungsleiter {a}, Teamleiterin {a}, Referent {a}, Referentin {a}, Sachbearbeiter {a}, Sachbearbeiterin {a}, Verantwortliche {a}, Koordinator {a}, Koordinatorin {a}, Fachkraft {a},
    Beauftragte für {a}, Manager {a}, Managerin {a}, Head of {a}, stellvertretender Leiter {a}, stellvertretende Leiterin {a}, Gruppenleiter {a}, Assistentin {a}, Sachgebietsleiter {a}, Direktorin {a}`),
  fr: split(`responsable {a}, responsable du service {a}, directeur {a}, directrice {a}, chef du service {a}, cheffe du service {a}, chargé de mission {a}, chargée de mission {a}, coordinateur {a}, coordinatrice {a}, adjointe {a}, gestionnaire {a}, référente {a}, attaché {a}, assistant {a}, assistante {a},
    technicienne {a}, animateur {a}, responsable adjoint {a}, cadre {a}, conseillère {a}`),
  es: split(`responsable de {a}, jefe de {a}, jefa de {a}, director de {a}, directora de {a}, gerente de {a}, subdirectora de {a}, coordinador de {a}, coordinadora de {a}, encargado de {a}, encargada de {a}, técnico de {a}, técnica de {a}, analista de {a}, auxiliar de {a}, supervisor de {a},
    supervisora de {a}, asistente de {a}, líder de {a}, especialista en {a}, adjunta de {a}`),
};
const written = (text: string, draw: Draw): string => {
  const way = draw.below(5);
  if (way > 1) return text;
  return way === 0
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text.replaceAll(/(?<!\p{L})\p{L}/gu, letter => letter.toUpperCase());
};

/** A post put together from a function and what it is for. */
export const makePost = (language: string, draw: Draw): string => {
  const post = draw.pick(posts[language] ?? ['{a}']).replace('{a}', draw.pick(areas[language] ?? ['']));
  return language === 'de' ? post : written(post, draw);
};
