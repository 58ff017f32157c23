import type {Asked} from './asked.ts';
import {bucketOf, readDay} from './calendar.ts';
import {type Checks, madeUp, supposes} from './check.ts';
import {findMoments} from './dates.ts';
import type {Locale, TimelineBucket} from './engine.types.ts';
import {countSelf} from './heads.ts';
import type {Quantity} from './quantities.ts';
import {clauseAt, type Reading, sentenceAt} from './text.ts';

export type Candidate<Value> = {value: Value; start: number; end: number; weight: number};

export const people =
  /^[\s-]*(?:(?:of us|von uns|d'entre nous|de nosotros)\b|(?:\+|or so|odd|or thereabouts|plus|about|only|y pico|en total|altogether|total|total of)?\s?(?:(?:full[- ]?time|part[- ]?time|permanent|fixed|salaried|active|own|internal|feste|festangestellte|eigene|aktive|fleissige|hardworking|fte|vollzeit|teilzeit|good|in-house|office|human|happy|nice|tired|lovely|global|worldwide|dedicated|gut|ganze|permanents|employes|temps|plein|fijos|propios|trabajadores?|total|strong|brave|gute|liebe|de|d'|sehr|jolies?|petites?|\p{L}{3,12}(?=\s(?:employees|staff|people|workers|mitarbeiter|leute|salaries|personas|empleados|personnes)))\s){0,2}(?:employees?|emps?|staff|staffers?|people|ppl|peeps|persons?|pax|heads?|headcount|fte'?s?|workers?|folks?|souls|blokes?|hands|team ?members?|members of staff|colleagues|crew|strong|man (?:shop|band|operation|team|crew|company)|person (?:team|company|shop|outfit|firm|studio|agency|business|practice|operation|crew|startup)|employes?|permanents?|permanent(?!\p{L})|functionaries|on (?:the )?(?:books|payroll|staff)|guys|lads|women|men|mitarbeiter(?:innen|n|in|\*innen|:innen|_innen)?|mitarbeitende[nr]?|beschaftigte[nr]?|angestellte[nr]?|leute?n?|leit|personen|menschen|kopf(?:e|en)?|kopfig\w*|mann\b|kolleg(?:en|innen|\*innen)|arbeitnehmer(?:innen)?|ma\b|vollzeitkrafte|vollzeitstellen|krafte|fachkrafte|arbeiter|hanseln|manneken|nasen|mann stark|salaries?|salariees?|personnes?|collaborat(?:eurs|rices)|employees|employe(?:e)?s|gens|agents|ouvriers|etp|equivalents temps plein|tetes|compagnons|collegues|effectif|empleados?|empleadas?|funcionari[oa]s|docentes|emplead@s|personas|trabajador(?:es|as)|gente|colaborador(?:es|as)|operarios|en plantilla|en nomina|companer[oa]s|aadmi|karmchari|bandas?)(?![\p{L}]))/u;
const peopleBefore =
  /(?:\b(?:head ?count(?: is| of|:)?|team of|(?:our |total )?strength(?: is| of|:)?|staff of|crew of|workforce of|workforce is|staff(?: is|:|,)|employees?(?: is|:| number| are)?|payroll of|people:|people\?|staff count(?: is|:)?|number of (?:people|employees|staff)(?: is|:)?|company of|firm of|business of|size:|size is|we employ|we have got|employing|we number|total of|mitarbeiter(?:zahl)?(?: ist| liegt bei|:|\?)?|mitarbeiteranzahl:?|beschaftigen|beschaftigt|belegschaft(?: von|:| umfasst| ist)?|personalstand:?|team von|mannschaft von|unternehmen mit|betrieb mit|firma mit|zahlen|sind zu|effectif(?: de| est de|:| total de)?|equipe de|on emploie|nous employons|employons|entreprise de|societe de|boite de|plantilla(?: de| es de|:)?|equipo de|empresa de|empleamos a?|damos empleo a|contamos con|empleados:|somos como|somos unos|somos unas))\s?(?:about |around |roughly |some |circa |ca\.? |rund |etwa |ungefahr |knapp |gut |uber |env\. |environ |quelque |pres de |casi |unos |unas |cerca de |alrededor de |only |nearly |almost |just |just over |close to |nur )?$/;
const weAre =
  /\b(?:we are|we're|were|there are|there's|there is|we have|we've got|we got|company is|firm is|whole (?:company|shop|firm|business|team|lot) is|team is|group is|wir sind|sind wir|sind|waren wir|wir haben|seid|es sind|sind's|on est|on sera|nous sommes|est|sommes|nous avons|on a|nous comptons|on compte|il y a|somos|estamos|tenemos|son|hay|ourselves have|ourselves are|wir zahlen|bin ich|we number|ci sono)\s(?:just |only |about |around |roughly |some |like |maybe |now |currently |still |nearly |almost |approximately |a team of |at |up to |over |under |circa |ca\.? |rund |etwa |ungefahr |knapp |gut |uber |nur |aktuell |derzeit |jetzt |momentan |insgesamt |inzwischen |mittlerweile |so |zu |zirka |environ |a peu pres |pres de |autour de |une? |seulement |plus de |moins de |que |quelque |unos |unas |como |casi |cerca de |alrededor de |solo |ya |apenas |mas de |menos de |sobre ){0,3}$/;
const notPeople =
  /^[\s-]*(?:\p{L}{1,14}\s){0,2}?(?:seats?|licen[cs]es?|logins?|users?|accounts?|sites?|locations?|branch(?:es)?|offices?|stores?|shops?|rooms?|beds?|pupils?|students?|customers?|clients?|patients?|guests?|visitors?|members(?! of staff)|tenants?|units?|vehicles?|trucks?|vans?|cars?|machines?|printers?|laptops?|devices?|desks?|tables?|cows?|cattle|hectares?|acres|tons?|tonnes?|kg|km|miles?|metres?|meters?|m2|m²|m3|sqm|sq|square|%|percent|prozent|pour cent|por ciento|pages?|meals?|orders?|tickets?|calls?|emails?|hours?|hrs?|h\b|days?|weeks?|months?|years?|yrs?|minutes?|mins?|times|degrees|°|platz\w*|lizenz\w*|arbeitsplatze?n?|zugange?n?|nutzer\w*|benutzer\w*|user\w*|anwender\w*|standort\w*|filial\w*|niederlassung\w*|werke?n?\b|zimmer\w*|betten|schuler\w*|studierende\w*|kunden|kundinnen|patient\w*|gaste?n?|mitglieder\w*|wohnung\w*|einheiten|fahrzeug\w*|lkw|maschinen|gerate?n?|rechner\w*|seiten|stuck|tonnen|hektar|festmeter|quadratmeter|stunden|tage?n?|wochen?|monate?n?|jahre?n?|minuten|uhr|grad|schicht\w*|einwohner\w*|haushalte?n?|kinder\w*|kuhe|anrufe|bestellungen|euro|schools?|hospitals?|clinics?|schulen?|kliniken|lander\w*|countries|pays|paises|ecoles?|escuelas|hopitaux|hospitales|pueblos|villages?|places?|licences?|postes?|utilisateurs?|acces|sites?|agences?|magasins?|boutiques?|chambres?|lits?|eleves?|etudiants?|clients?|patients?|adherents?|membres|logements?|vehicules?|camions?|hectares?|tonnes?|metres|pages?|repas|couverts?|commandes?|heures?|jours?|semaines?|mois|ans?\b|annees?|habitants?|enfants?|usines?|etablissements?|points de vente|lots|asientos|licencias?|usuarios?|accesos?|sedes?|sucursales|tiendas|oficinas|habitaciones|camas|alumnos|estudiantes|clientes|pacientes|socios|miembros|viviendas|vehiculos|camiones|hectareas|toneladas|metros|paginas|comidas|pedidos|horas?|dias?|semanas?|mes(?:es)?|anos?|habitantes|ninos|plantas|locales|puntos de venta|unidades|kilos|litros|plazas|equipos|maquinas|centros|million|millions|millionen|millones)(?![\p{L}])/u;
const partOnly =
  /\b(?:of (?:them|whom|which|those)|in (?:my|our|the) (?:team|department|office|branch|unit|group)\b|(?:my|this|the) (?:team|department|unit|office|branch)\b|sales team|it team|support team|marketing team|davon|in meinem team|im team\b|meine abteilung|in der abteilung|mein team|in meiner abteilung|dont|dans mon (?:equipe|service)|mon (?:equipe|service)|de ellos|en mi (?:equipo|departamento|area)|mi (?:equipo|departamento|area)|desks for|seats for|licen[cs]es for|catering for|dinner for|event for|lunch for|places for|arbeitsplatze fur|essen fur|platz fur|pour \d|para \d)\b/;

/** Head counts of the visitor's own company. */
export const readSizes = (
  reading: Reading,
  quantities: readonly Quantity[],
  checks: Checks,
  asked: Asked,
  wholeIsShort: boolean,
): Candidate<Quantity>[] => {
  const {plain} = reading;
  let counted = false;
  let last = 0;
  const correctedSince = (from: number, to: number) => checks.corrections.some(at => at >= from && at < to);
  return countSelf(plain, quantities).flatMap((quantity, i) => {
    const {start, end, range} = quantity;
    const top = range.max ?? range.min ?? 0;
    if (quantity.money || top < 1 || top > 5_000_000 || !Number.isInteger(top)) return [];
    const tail = plain.slice(end, end + 48);
    const head = plain.slice(Math.max(0, start - 60), start);
    const unit = people.exec(tail);
    const lead = peopleBefore.test(head);
    const are = weAre.test(head);
    const other = !unit && notPeople.test(tail);
    if (
      other ||
      elsewhere.test(tail) ||
      // "7,500 a year"
      (!unit && !lead && quantity.period !== null && quantity.period !== 'once') ||
      /^\s?(?:%|€|\$|£|°|:\d|h\b|st\b|nd\b|rd\b|th\b)|^[.:]\d/.test(tail) ||
      (/(?:[#§]|n°|nr\.?\s|no\.\s|\bnumber\s|\broom\s|\bage[d]?\s|\bi'?m\s|\bam\s|version\s|windows\s|office\s|iso\s|\bsince\s|\bseit\s|depuis\s|desde\s)$/.test(
        head,
      ) &&
        !unit)
    )
      return [];
    const clause = clauseAt(plain, start, end);
    const clauseText = plain.slice(clause.start, clause.end);
    let weight = 0;
    if (unit) weight = 3;
    else if (lead) weight = 3;
    else if (are) weight = 2.5;
    else if (counted && puts.test(head) && !/^\s\p{L}{4,}/u.test(tail)) weight = 3.1;
    // "45. No wait, that was before the merger. 72 now"
    else if (counted && asked.fields.has('company_size') && correctedSince(last, start)) weight = 3.1;
    // "there are 64 parceros in all"
    else if (inAll.test(tail)) weight = 2.5;
    else if (asked.fields.has('company_size')) weight = wholeIsShort || start < 30 ? 2 : 1.2;
    else return [];
    if (
      /^(?:18|19|20)\d\d$/.test(quantity.raw) &&
      !unit &&
      /\b(?:from|since|in|of|von|seit|aus|anno|de|depuis|en|desde)\s$/.test(head)
    )
      return [];
    // a year is no head count
    const noun = /^\s(\p{L}{2,})/u.exec(tail)?.[1];
    if (weight < 2.5 && noun && !functionWord.test(noun)) weight = Math.min(weight, 0.8);
    if (
      !unit &&
      !lead &&
      quantity.digits &&
      /^(?:19|20)\d\d$/.test(quantity.raw) &&
      !asked.fields.has('company_size')
    )
      return [];
    if (!unit && are && !lead && !asked.fields.has('company_size')) {
      // "we are 5 minutes away", "we have 3 ...": something else is counted
      const next = /^\s?([\p{L}²]+)/u.exec(tail)?.[1];
      const verb = /\b(?:have|haben|avons|a|tenemos|got|there are|hay|il y a|es sind|son)\s\S*\s?$/.test(
        head,
      );
      if (next && verb && !functionWord.test(next)) return [];
      // "we are 40 developers" counts people too, if less surely
      if (next && !functionWord.test(next)) weight = 1.8;
      if (verb && !next && !/\b(?:ourselves|selbst|selber|nous-memes?|nosotr[oa]s|own)\b/.test(head))
        return [];
    }
    if (
      partOnly.test(clauseText) &&
      !/\b(?:whole|company|altogether|total|insgesamt|entreprise|empresa|firma)\b/.test(clauseText)
    ) {
      weight -= 2;
      if (weight < 1) return [];
    }
    if (checks.vetoed(start, end) || checks.negated(start, end)) return [];
    if (checks.othersIn(start, end)) return [];
    if (supposes(plain, start) && !asked.fields.has('company_size')) return [];
    const {start: opens, end: closes} = sentenceAt(plain, start);
    if (checks.vague || madeUp.test(plain.slice(opens, closes))) return [];
    counted = true;
    last = end;
    // a later one of equal strength wins, so does one after a correction
    const corrected = checks.corrections.some(at => at < start) ? 0.6 : 0;
    return [
      {
        value: quantity,
        start,
        end: unit ? end + trimmedUnit(unit[0]) : end,
        weight: weight + corrected + i * 0.01,
      },
    ];
  });
};
/** Heads that stand somewhere instead of working there, and those of a place one only speaks of. */
const elsewhere =
  /^[\s-]*\p{L}{3,14}(?: members)?,? (?:outside|waiting|in (?:the|a) (?:queue|line|rain)|dehors|qui attendent|en attente|draussen|warten|in der schlange|esperando|fuera|en la cola)\b/u;
const inAll =
  /^\s\p{L}{3,16}(?: \p{L}{1,12}){0,2} (?:en total|altogether|in total|insgesamt|in all|all in|all told|en tout|au total|zusammen)\b/u;
/** "six of us... seven, so seven" */
const puts =
  /(?:\bso|\bmake (?:it|that)|\brather|\bactually|\bno,?|\bnein,?|\balso|\bsagen wir|\bdonc|\bplutot|\benfin|\bdisons|\basi que|\bmejor dicho|\bdigo|\bwell|\bnow|\bjetzt|\bbzw\.?|\.\.\.?|\bnon,?|\bsorry,?|\bi mean)\s{0,2}$/;
const functionWord =
  /^(?:and|und|et|y|but|aber|mais|pero|in|at|im|bei|a|en|au|dans|total|altogether|insgesamt|now|jetzt|strong|here|hier|ici|aqui|on|or|oder|ou|o|with|mit|avec|con|across|spread|so|ca|inkl|incl|pis|when|including|plus|max|heute|today|mittlerweile|dont|davon|of|if|maybe|wenn|since|seit|for|only|i|we|wir|ich|nous|je|as|all|after|before|nach|permanent|about|currently|derzeit|aktuell|actuellement|actualmente|counting|excluding|excl|ohne|sans|sin|zzgl|gerade|right|ish|odd|was|not|nicht|pas|no|have|haben|is|ist|too|auch|last|this|per|max|mas|menos|entre|todos|tous|alle|everyone|fix)$/;
const trimmedUnit = (unit: string) => unit.trimEnd().length;

const budgetCue =
  /\b(?:budget\w*|spend(?:ing)?|spending limit|afford|set aside|earmarked|allocated|allotted|approved|ring-?fenced|invest\w*|investition\w*|kostenrahmen|rahmen|ausgeben|ausgegeben|eingeplant|einplanen|bewilligt|freigegeben|zur verfugung|anlegen|limit|cap|ceiling|maximum|max|tops|upper limit|put (?:in|aside|up)|pay up to|willing to pay|prepared to pay|ready to pay|can pay|could pay|puedo pagar|puede pagar|pago hasta|peux (?:mettre|payer)|peut (?:mettre|payer)|paie max|paye max|kann .{0,20}(?:zahlen|ausgeben)|konnen .{0,20}(?:zahlen|ausgeben)|can do|would pay|happy to pay|we can do|can stretch|stretch to|no more than|not more than|at most|obergrenze|schmerzgrenze|etat|mittel|fordermittel|hochstens|maximal|zahlen wurden|darf .{0,16}kosten|kosten durfte|enveloppe|depenser|mettre|investi\w*|plafond|prevu|prevoi\w*|budgete|montant|somme|dispos\w*|moyens|grand max|presupuest\w*|gastar|invertir|inversion|destinar|destinad\w*|disponemos|disponible|tope|maximo|hasta|contamos con|podemos pagar|partida|manejamos|autorizad\w*|capital|capex|kitty|funds?|funding|grant|one-time spend|kohle haben|price range|aiming (?:for|at)|looking at|thinking|in mind|figure|purse|pot|bei der hand|uns leisten|leisten konnen)\b/;
const paidNow =
  /\b(?:currently|at the moment|right now|today we|we pay|we're paying|paying|i pay|we spend|spending|costs us|cost us|costing us|charges? us|charged us|charging|last year|used to|already pay|paid|spent|actuel(?:le)?s?|jetzige\w*|actual(?:es)?|old (?:contract|supplier|system|vendor)|current (?:contract|supplier|provider|vendor|tool|system|rent|lease|bill|cost|costs|price|plan)|renewal|turnover|revenue|sales of|in sales|turn over|profit|raised|funding round|series [abc]|valuation|salary|salaries|wage|rent|aktuell|derzeit|momentan|bisher|zurzeit|zahlen (?:wir|heute|jetzt|aktuell|derzeit|momentan|bisher)|wir zahlen|ich zahle|bezahlen wir|wir bezahlen|kostet uns|kostete|jetzige\w*|bisherige\w*|heutige\w*|umsatz|jahresumsatz|gewinn|gehalt|miete(?! darf)|actuellement|aujourd'hui|en ce moment|on paie|on paye|nous payons|je paie|on payait|nous coute|nous coutait|ca nous coute|chiffre d'affaires|\bca de\b|notre contrat|contrat actuel|salaire|loyer|actualmente|ahora (?:pagamos|mismo|gastamos)|hoy pagamos|pagamos|pagabamos|estamos pagando|nos cuesta|nos cobra\w*|nos cobran|facturamos|facturacion|ventas de|ingresos|contrato actual|sueldo|alquiler|antes pagabamos)\b/;
const theirPrice =
  /\b(?:they (?:want|charge|ask|quoted|offer)|quoted us|quoted me|offered us|charges?|asks for|wants \S+ for|starting at|from only|only \$|our (?:rates|prices|price)|is your price|your (?:price|plan|rate)|listed at|advertised|website says|on your site|competitor|their (?:price|quote|offer)|verlangt|verlangen|bietet|bieten|kostet (?:bei|dort)|angebot von|steht auf|ihr preis|die wollen|demande(?:nt)?|propose(?:nt)?|nous a fait|leur (?:prix|offre|devis)|votre (?:prix|tarif)|cobra(?:n)?|piden|nos ofrecio|su precio|cuesta en|vuestra tarifa|win|won|prize|save|saves|saved|sparen|penalty|fine of|bussgeld|gave me|pocket money|taschengeld|per seat|deductible)\b/;

export const readBudgets = (
  reading: Reading,
  quantities: readonly Quantity[],
  checks: Checks,
  asked: Asked,
  taken: (start: number, end: number) => boolean,
): Candidate<Quantity>[] => {
  const {plain} = reading;
  return quantities.flatMap((quantity, i) => {
    const {start, end, money} = quantity;
    if (taken(start, end)) return [];
    const tail = plain.slice(end, end + 40);
    const sentence = sentenceAt(plain, start);
    const clause = clauseAt(plain, start, end);
    const text = plain.slice(Math.max(sentence.start, start - 110), Math.min(sentence.end, end + 70));
    const near = plain.slice(Math.max(clause.start, start - 60), Math.min(sentence.end, end + 40));
    const wanted = asked.fields.has('budget');
    const cue = budgetCue.test(near) ? 2 : budgetCue.test(text) ? 1 : 0;
    const period = quantity.period !== null && quantity.period !== 'other';
    if (
      !money &&
      !wanted &&
      !(cue > 0 && period) &&
      !(cue === 2 && /\bbudget\w*|\bpresupuest\w*|\benveloppe|\blimit\b|\betat\b/.test(near))
    )
      return [];
    if (
      !money &&
      (people.test(tail) || notPeople.test(tail)) &&
      !(period && /^\s(?:a |per |each |im |pro |par |al |por |the )/.test(tail))
    )
      return [];
    if (!money && !wanted && quantity.digits && /^(?:19|20)\d\d$/.test(quantity.raw) && !period) return [];
    if (!money && /^\s?(?:%|°|th\b|st\b|nd\b|rd\b|h\b|:\d)/.test(tail)) return [];
    if (!money && isInDate(plain, start, end)) return [];
    if ((quantity.range.max ?? quantity.range.min ?? 0) <= 0) return [];
    let weight = (wanted ? 2 : 0) + cue + (money ? 1 : 0) + (quantity.bounded || period ? 0.5 : 0);
    if (!wanted && cue === 0) {
      // money without a word of spending: only a price they set themselves, "for 900 a month"
      if (!money || !quantity.bounded) return [];
      weight = 0.8;
    }
    const now =
      paidNow.test(plain.slice(clause.start, clause.end)) ||
      (paidNow.test(near) && !/\bbudget|presupuest|enveloppe/.test(near));
    if (now && !(wanted && !paidNow.test(plain.slice(clause.start, start)))) return [];
    // "up to 20,000 I sign alone" says who decides, not what is to be spent
    if (
      !wanted &&
      quantity.bounded &&
      /\b(?:apruebo|firmo|autorizo|sign|approve|unterschreib\w*|entscheide|freigeben|darf ich|signe|valide|decide)\b/.test(
        plain.slice(sentence.start, sentence.end),
      ) &&
      !/budget|presupuest|enveloppe/.test(text)
    )
      return [];
    if (theirPrice.test(plain.slice(clause.start, Math.min(clause.end, end + 40)))) return [];
    if (checks.vetoed(start, end) || checks.othersIn(start, end)) return [];
    if (supposes(plain, start) && !wanted && cue < 2) return [];
    if (checks.corrections.some(at => at < start)) weight += 1.2;
    return [{value: quantity, start, end, weight: weight + i * 0.01}];
  });
};
const isInDate = (plain: string, start: number, end: number): boolean =>
  /^\s?(?:\.|st|nd|rd|th|er)?\s?(?:of |de )?(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fev|avr|aou|weeks?|months?|days?|years?|wochen?|monate?n?|tagen?|jahren?|semaines?|mois|jours?|ans|semanas?|meses|dias?|anos)(?![\p{L}])/u.test(
    plain.slice(end, end + 14),
  ) ||
  /(?:january|february|march|april|may|june|july|august|september|october|november|december)\s$/.test(
    plain.slice(Math.max(0, start - 12), start),
  );

const timeCue =
  /\b(?:start\w*|begin\w*|began|go(?:ing)? live|go-live|launch\w*|kick(?:ing)? off|kick-?off|roll(?:ing)?[ -]?out|needed?|need (?:it|this|them|one|to|something|everything|the)|ready|installed?|fitted|deliver(?:y|ed)|up and running|running by|in place|operational|in use|deadline|due|by|before|until|no later than|latest|expires?|expiring|laps\w*|renew\w*|auto-renew\w*|runs? out|ends?|ending|want out|switch\w*|moving?|move|implement\w*|commission\w*|open(?:s|ing)?|happen|target\w*|from|for|after|timeline|project|starts?en|ocupo|faut|starten|beginn\w*|anfangen|loslegen|los\w*|einfuhr\w*|eingefuhrt|umstell\w*|live|produktiv|fertig|bereit|bis|ab|zum|spatestens|fruhestens|brauchen|brauchts?|benotig\w*|lieferung|geliefert|liefern|inbetriebnahme|in betrieb|baubeginn|umzug|umgezogen|lauft .{0,20}aus|ablauf\w*|auslauf\w*|endet|kundig\w*|vor|nach|geplant|starten|soll|sollte|muss|d'ici|avant|pour|apres|a partir|a compter|demarr\w*|commenc\w*|debut\w*|travaux|livraison|livre\w*|mise en (?:place|service|route)|lanc\w*|installer|echeance|expire|prend fin|se termine|ouvr\w*|ouverture|il nous (?:le|la|les)? ?faut|besoin|emmenag\w*|pret\w*|prevu\w*|arranc\w*|empez\w*|comenz\w*|comienz\w*|empiez\w*|para|antes de\w*|a partir de|desde|vence\w*|caduca\w*|termina\w*|lanza\w*|inaugur\w*|abrimos|abrir|apertura|list[oa]s?|necesit\w*|entrega\w*|implant\w*|instal\w*|puesta en marcha|en marcha|poner\w*|mudanza|mudamos|tras|despues|hacia|planead\w*|urge\w*|it for)\b/;
const noTime =
  /\b(?:demo\w*|calls?|call(?:ed|ing)? (?:me|us|back)|ring|phone|meeting|meet|appointment|visit|webinar|trade (?:fair|show)|expo|interview|holiday|vacation|on leave|birthday|founded|established|since|ago|last|yesterday|joined|born|bought|installed friday|started (?:in|on|today|yesterday|last)|who started|been|available|notice period|apprenticeship|internship|semester|termin(?! steht)|vorfuhr\w*|anruf\w*|ruckruf\w*|anrufen|telefonier\w*|gesprach|besuch\w*|messe|urlaub|seit|vor \S+ (?:jahren|monaten|wochen|tagen)|letzte[nrsm]?|gestern|gegrundet|geboren|gekauft|rufen|treffen|besichtigung|verfugbar|bewerb\w*|rendez-vous|rdv|appel\w*|rappel\w*|reunion|visio\w*|visite|salon|conges|vacances|depuis|il y a|dernier|derniere|fonde\w*|hier|achete\w*|disponible|cita|reunion|llam\w*|videollamada|visita|feria|vacaciones|desde hace|hace|pasad[oa]|ayer|fundad\w*|compr(?:e|amos)|nacid[oa]|no later call|opening hours|offnungszeit\w*|horaires|horario|uhr|o'clock|14h|\d{1,2}h\b|\d(?:am|pm))\b/;
const strongTime =
  /\b(?:deadline|go(?:ing)? live|go-live|kick(?:ing)? off|launch\w*|up and running|no later than|latest|expires?|laps\w*|renew\w*|runs? out|roll(?:ing)?[ -]?out|spatestens|inbetriebnahme|baubeginn|umgezogen|lauft|auslauf\w*|einfuhr\w*|starten|start\w*|loslegen|begin\w*|d'ici|demarr\w*|commenc\w*|travaux|mise en|echeance|a partir|arranc\w*|empez\w*|empiez\w*|comenz\w*|comienz\w*|puesta en marcha|vence\w*|need\w*|fitted|installed|delivered|ready|brauchen|benotig\w*|necesit\w*|ocupo|faut|fertig|list[oa]|pret\w*)\b/;

export const readTimelines = (
  reading: Reading,
  context: {language: Locale; region: string; today: string},
  checks: Checks,
  asked: Asked,
): Candidate<TimelineBucket>[] => {
  const {plain} = reading;
  const today = readDay(context.today);
  const wanted = asked.fields.has('timeline');
  const moments = findMoments(reading, {...context, today, loose: wanted});
  return moments.flatMap(({start, end, target, relative}, i) => {
    const bucket = bucketOf(target, today);
    if (!bucket) return [];
    const sentence = sentenceAt(plain, start);
    const clause = clauseAt(plain, start, end);
    const near = plain.slice(Math.max(sentence.start, start - 70), Math.min(sentence.end, end + 50));
    const own = plain.slice(clause.start, clause.end);
    const excluded = noTime.test(own) || (!wanted && noTime.test(near) && !strongTime.test(own));
    const cue = strongTime.test(own)
      ? 2
      : timeCue.test(own)
        ? 1
        : strongTime.test(near)
          ? 0.8
          : timeCue.test(near)
            ? 0.5
            : 0;
    if (excluded && !(wanted && strongTime.test(own))) return [];
    if (!wanted) {
      if (cue < (relative ? 1 : 0.8)) return [];
      // "urgent", "today", "now" say how somebody feels, unless something is to start
      const vague =
        /^(?:urgent|urgently|today|heute|hoy|aujourd'hui|tomorrow|morgen|demain|manana|right now|this week|ya|dringend)/.test(
          plain.slice(start, end),
        );
      if (vague && cue < 2) return [];
      if (supposes(plain, start) && cue < 2) return [];
    }
    if (checks.vetoed(start, end) || checks.othersIn(start, end)) return [];
    if (
      !/\b(?:not before|not until|fruhestens|nicht vor|pas avant|no antes de)\s\S*\s?$/.test(
        plain.slice(Math.max(0, start - 24), start),
      ) &&
      checks.negated(start, end)
    )
      return [];
    let weight = (wanted ? 2 : 0) + cue;
    if (checks.corrections.some(at => at < start)) weight += 1;
    return [{value: bucket, start, end, weight: weight + i * 0.05}];
  });
};
