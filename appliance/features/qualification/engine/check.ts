import {backToBusiness, orderAt, takeover} from './orders.ts';
import {clauseAt, fold, type Reading, sentenceAt} from './text.ts';

const sensitive =
  /\b(?:diabet|cancer|krebs|cancer|hiv\b|depress|anxiety|angststorung|ansiedad|depresion|pregnan|schwanger|enceinte|embaraz|epilep|asthma|surgery|operation wegen|krankgeschrieben|krankschreibung|arret maladie|baja (?:medica|por)|disability|behinder|handicap|discapacidad|medication|medikament|passport (?:no|number)|social security|ssn\b|dni\b|nif\b.{0,12}\d|reisepass|personalausweis|ausweisnummer|carte d'identite|numero de securite sociale|\bnie\b)/;
export const isSensitive = (text: string): boolean => sensitive.test(fold(text).text);

const joke =
  /\b(?:kidding|joking|jk|j\/k|just messing|only messing|messing with you|just joshing|i wish|in my dreams|as if|pulling your leg|scherz|spass(?:le)?(?: beiseite)?|nur spass|kleiner scherz|war ein witz|witz|quatsch|bloedsinn|schon war's|schoen waer's|je plaisante|je rigole|je deconne|je blague|c'est une blague|blague|je rigolais|nan je|n'importe quoi|es broma|era broma|bromeo|estoy bromeando|broma|mentira|no es cierto|ojala|ya quisiera|hahaha no|haha no|ha ha no|lol no|lol jk|nah just|psych)\b/;
const correction =
  /\b(?:actually|correction|sorry|sry|oops|scratch that|i mean|i meant|make that|no wait|wait|hang on|hold on|rather|typo|strike that|leave it|let me correct|ah no|oh no|no no|moment|halt|korrektur|falsch|stimmt nicht|ich meine|ich meinte|ach nein|nein|quatsch|besser gesagt|vielmehr|verzeihung|sorry|pardon|zahlendreher|vertippt|tippfehler|non non|non,|erreur|je veux dire|je voulais dire|plutot|enfin|rectification|attendez|je me trompe|je corrige|digo|perdon|miento|mejor dicho|quiero decir|queria decir|corrijo|me equivoque|rectifico|no, no|mentira|espera|o sea|en realidad)\b/;
/** Taken back, and nothing said in its place. */
const forget =
  /\b(?:forget|delete|scrap|ignore|never mind|disregard|don't use|do not use|dont use|strike|leave out|not for you|vergiss|vergessen sie|loschen sie|streichen sie|nicht verwenden|nicht benutzen|nimm .{0,20}raus|oubliez|oublie|effacez|n'utilisez pas|ne pas utiliser|laissez tomber|olvid[ae]\w*|borr[ae]\w*|no us[ae]\w*|no utilice\w*|dejalo)\b/;

/** Somebody else: what stands in this clause is theirs. */
const others =
  /\b(?:they|they've|they're|their|them|he|she|his|her|hers|rivals?|competitors?|competition|former \w+|ex-parent|parent(?: company)?|mother company|sister (?:company|concern|firm|school|site)|our (?:client|customer|supplier|vendor|landlord|neighbou?r|parent|group|owner|partner|main|biggest|largest|holding)s?|my (?:client|customer|neighbou?r|friend|brother|sister|cousin|husband|wife|dad|mum|mom|mate|old (?:job|company|employer)|previous|last|former|ex)\w*|the (?:parent|group|holding|competition|others|client|customer|neighbou?rs?|guys|city|town|county|industry|market)|neighbou?r|holding|employed by|contractors?|subcontractors?|freelancers? on top|der konzern|konzern\w*|die mutter\w*|mutterkonzern|muttergesellschaft|mutterhaus|schwester(?:firma|gesellschaft)|gruppe|mein(?:e|em|en)? (?:kunde\w*|nachbar\w*|bruder|schwester|freund\w*|schwager|mann|frau|alte[rn]? \p{L}+)|unser(?:e|em|en)? (?:kunde|kunden|lieferant\w*|vermieter|nachbar\w*|mutter\w*|konkurren\w*|mitbewerber|wettbewerber|groesster|grosster|holding)|konkurren(?:z|ten?)|mitbewerber|wettbewerber|der nachbar|die nachbarn|nachbarfirma|die anderen|die haben|deren|ihm|sie haben dort|le groupe|maison[- ]mere|la maison mere|societe mere|notre (?:client|voisin|fournisseur|concurrent|maison|holding|groupe|siege)|mon (?:client|voisin|frere|ami|mari|ancien\w*|ex)|ma (?:soeur|femme|cliente|voisine|boite d'avant)|nos (?:voisins|concurrents|clients|fournisseurs)|le voisin|la voisine|les voisins|concurrents?|ils|elles|leur|leurs|eux|holding|mi (?:cliente|vecin[oa]|hermano|hermana|amig[oa]|marido|mujer|cunad[oa]|primo|antigu[oa] \w+|ex)|nuestr[oa] (?:cliente|vecin[oa]|proveedor|competencia|matriz|competidor|casero|principal)|nuestr[oa]s (?:clientes|vecin[oa]s|proveedores|competidores)|la matriz|el grupo|la competencia|empresa matriz|casa matriz|el vecino|los vecinos|ellos|ellas|los de enfrente|d'a cote|sus empleados|tienen ellos|los de al lado)\b/u;
/** "A client of ours, Bellweather Foods, 2,000 employees, asked ...": the whole sentence is about them. */
const ofACustomer =
  /^\W*(?:\p{L}+\W+){0,3}?\b(?:an?|one|another|ein|eine|un|une|una)\s(?:client|customer|supplier|friend|mandant\p{L}*|kund\p{L}+|cliente|clienta|cliente nuestro)\b(?: of (?:ours|mine)| von uns| à nous| a nous| nuestr[oa])?/u;
/** "My ex-husband Theo, who runs a firm of 1,500": nobody else is spoken of in the sentence. */
const kin =
  /\b(?:my|mein(?:e[mnr]?)?|mon|ma|mi)\s(?:ex\b|(?:ex-)?\p{L}*(?:brother|sister|mother|father|mum|dad|uncle|aunt|cousin|husband|wife|son|daughter|friend|mate|neighbou?r|bruder|schwester|mutter|vater|onkel|tante|cousine?|mann|frau|sohn|tochter|freund\p{L}*|schwager|schwagerin|nachbar\p{L}*|frere|soeur|mere|pere|oncle|tante|mari|femme|fils|fille|ami|amie|voisin|voisine|hermano|hermana|madre|padre|tio|tia|prim[oa]|marido|mujer|hij[oa]|amig[oa]|vecin[oa]|cunad[oa]))\b/u;
const othersAfter =
  /^\W{0,3}(?:\p{L}{1,14}\s){0,2}(?:(?:at|in|of|im|beim?|der|chez|dans|du|en|de)\s)?(?:our client|our customer|our parent|the parent|the whole group|their|konzern|mutterhaus|muttergesellschaft|gruppe|unser\p{L}* kund|notre client|le groupe|la maison mere|el grupo|la matriz|mi cliente|nuestro cliente|haben die|hat der|hat die|tiene[n]? (?:ellos|la matriz|el grupo))/u;
export const ourselves =
  /\b(?:we|we're|we've|we'd|us|our own|ourselves|our|my company|my firm|my business|i|i've|i'm|here|wir|uns|bei uns|unser(?:e|er|em|en)? (?:firma|betrieb|unternehmen|team|belegschaft|haus)|unsere|ich|selbst|selber|hier|nous|on|chez nous|notre (?:equipe|societe|entreprise|boite|structure|effectif)|nos|moi|je|ici|nosotr[oa]s|somos|tenemos|nuestr[oa] (?:empresa|equipo|plantilla|negocio)|aqui|contamos|en total|own)\b/;
const negated =
  /(?:\bnot|n't|\bnever|\bnicht|\bkeine?[nrms]?|\bnix|\bn'est|\bne sont|\bne suis|\bpas|\bno somos|\bno es|\bno son|\bno soy|\bno tengo|\bno tenemos|\bni|\bnunca|\bisn't|\baren't|\bno longer|\bnicht mehr|\bne \S{1,12} pas|\bplus)\s(?:\S{1,14}\s){0,3}$/;
const question =
  /\b(?:if|would|could|can|is|are|what if|suppose|assuming|say|e\.g\.|for example|z\.?\s?b\.?|beispielsweise|wenn|falls|angenommen|par exemple|si|imaginons|por ejemplo|supongamos|pongamos)\b/;

/** Machine-made or copied text: what stands in it is nobody's own statement. */
const copied = [
  // JSON, markup comments, requests
  /[{[]\s*"[\w-]+"\s*:[^\n]*/gu,
  /<!--[\s\S]*?(?:-->|$)/gu,
  /^(?:get|post|put|patch) \/\S* http\S*[\s\S]*/gmu,
  // a transcript: two who speak in turn
  /^(?:(?:agent|caller|bot|customer|client|user|visitor|assistant|kunde|kundin|anrufer(?:in)?|berater(?:in)?|cliente|usuario|asesora?|agente|conseill(?:er|ere)|appelant|interlocut(?:eur|rice)|operateur)\s?:[^\n]*(?:\n|$)){2,}/gmu,
  // what is quoted at length was written by somebody else
  /"[^"\n]{60,}(?:"|$)/gu,
];

export type Checks = {
  /** A stretch of the plain view that is an order, a joke taken back, or nonsense. */
  vetoed: (start: number, end: number) => boolean;
  negated: (start: number, end: number) => boolean;
  othersIn: (start: number, end: number) => boolean;
  /** Where a correction is announced, in order. */
  corrections: number[];
  jokeAtStart: boolean;
  forgets: boolean;
  takeover: boolean;
  ordered: boolean;
  /** "perhaps 3, perhaps 3000" */
  vague: boolean;
};

export const readChecks = ({plain}: Reading): Checks => {
  const stretches: {start: number; end: number}[] = [];
  const all = takeover.test(plain);
  if (all) stretches.push({start: 0, end: plain.length});
  else {
    let from = 0;
    for (let rounds = 0; rounds < 50 && from < plain.length; rounds++) {
      const match = orderAt(plain.slice(from));
      if (!match) break;
      const sentence = sentenceAt(plain, from + match.index);
      // what follows an order belongs to it, until the message comes back to business
      let {end} = sentence;
      while (end < plain.length && !backToBusiness.test(plain.slice(end))) end = sentenceAt(plain, end).end;
      stretches.push({start: sentence.start, end});
      from = Math.max(end, from + match.index + match[0].length);
    }
  }
  for (const pattern of copied)
    for (const match of plain.matchAll(pattern))
      stretches.push({start: match.index, end: match.index + match[0].length});
  let jokeAtStart = false;
  for (const match of plain.matchAll(new RegExp(joke.source, 'g'))) {
    const head = plain
      .slice(0, match.index)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    if (head.split(' ').length <= 2 && !/\d/.test(head)) {
      jokeAtStart = true;
      continue;
    }
    // it takes back its own sentence up to here, and the one before when it opens its own
    const own = sentenceAt(plain, match.index);
    const lead = plain
      .slice(own.start, match.index)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const start =
      lead.split(' ').length <= 4 && !/\d/.test(lead)
        ? sentenceAt(plain, Math.max(0, own.start - 2)).start
        : own.start;
    stretches.push({start, end: match.index + match[0].length});
  }
  return {
    vetoed: (start, end) => stretches.some(stretch => start < stretch.end && end > stretch.start),
    negated: (start, end) => {
      const clause = clauseAt(plain, start, end);
      return negated.test(plain.slice(Math.max(clause.start, start - 40), start));
    },
    othersIn: (start, end) => {
      const clause = clauseAt(plain, start, end);
      const sentence = sentenceAt(plain, start);
      const subject = plain.slice(sentence.start, start);
      if (ofACustomer.test(subject) && !ourselves.test(subject.replace(ofACustomer, ''))) return true;
      const before = plain.slice(Math.max(clause.start, start - 90), start);
      const theirs = [...before.matchAll(new RegExp(others.source, 'gu'))].at(-1);
      if (!theirs && kin.test(subject) && !ourselves.test(subject)) return true;
      if (!theirs) return othersAfter.test(plain.slice(end, Math.min(clause.end, end + 36)));
      // "their team is bigger, we ourselves are 12": the nearer subject counts
      const own = [...before.matchAll(new RegExp(ourselves.source, 'g'))].at(-1);
      return own === undefined || theirs.index + theirs[0].length >= own.index + own[0].length;
    },
    corrections: [...plain.matchAll(new RegExp(correction.source, 'g'))].map(match => match.index),
    jokeAtStart,
    forgets: forget.test(plain),
    takeover: all,
    ordered: all || orderAt(plain) !== null,
    vague:
      /\bmaybe\b.{0,30}\bmaybe\b|\bvielleicht\b.{0,30}\bvielleicht\b|\bpeut-etre\b.{0,30}\bpeut-etre\b|\bquizas?\b.{0,30}\bquizas?\b|\bwho could say\b|\bwho knows\b|\bquien sabe\b|\bwer weiss\b|\bqui sait\b/.test(
        plain,
      ),
  };
};

const yes =
  /^\W*(?:(?:hi|hello|well|ah|oh|hm+|ja|eh|bueno|ben|bah)[\s,.!]+)?(?:yes|yeah|yep|yup|yea|ya|sure|correct|right|exactly|indeed|absolutely|definitely|of course|please do|go ahead|that'?s (?:right|correct|it|true|about right)|that'?d be (?:fine|great|good|nice)|that would be|fine|lovely|perfect|go on then|spot on|affirmative|ok(?:ay)?|sounds (?:good|right|about right)|pretty much|more or less|roughly|about right|ja(?:wohl|a+)?|genau|na gut|warum nicht|meinetwegen|gut|richtig|stimmt|korrekt|exakt|klar|gerne?|passt|so ist es|jo|jep|jup|freilich|selbstverstandlich|naturlich|kommt hin|haut hin|ungefahr|oui|ouais|ouaip|exact(?:ement)?|tout a fait|c'est (?:ca|exact|bien ca|juste|correct)|bien sur|voila|absolument|d'accord|volontiers|effectivement|en effet|a peu pres|environ|carrement|affirmatif|allez|va pour ca|avec plaisir|pourquoi pas(?=[,.! ]*$)|venga|va\b(?=,| por|$)|bueno|sale\b|si\b|sip|claro|exacto|exactamente|correcto|asi es|eso es|efectivamente|por supuesto|desde luego|vale|dale|cierto|mas o menos|afirmativo|haan|ji haan|ha ji|yessir|tak)\b/;
const no =
  /^\W*(?:(?:hi|well|ah|oh|hm+|eh|bueno|ben)[\s,.!]+)?(?:no|nope|nah|not (?:really|quite|at all|exactly|now|needed)|nein|nee|ne\b|nicht (?:ganz|wirklich)|non|pas (?:vraiment|du tout|tout a fait|exactement)|nan|para nada|tampoco|god no|wrong|falsch|negativ)\b/;
export const saysYes = (plain: string): RegExpExecArray | null => (no.test(plain) ? null : yes.exec(plain));
export const saysNo = (plain: string): boolean => no.test(plain);
/** What somebody invents for an exercise, or to see what comes of it. */
export const madeUp =
  /\b(?:hypothetical\w*|hipotetic\w*|hypothetisch\w*|hypothetiqu\w*|fictional|fictitious|fictive?s?|fictif\w*|fictici\w*|fiktiv\w*|imaginar[yi]\w*|imaginaires?|au hasard|al azar|at random|aus der luft gegriffen|por decir algo)\b/;
/** Where a sentence asks or supposes instead of stating. */
export const supposes = (plain: string, at: number): boolean => {
  const sentence = sentenceAt(plain, at);
  const text = plain.slice(sentence.start, sentence.end);
  return (
    (text.trimEnd().endsWith('?') && !/[,;:](?!\d)/.test(plain.slice(at, sentence.end))) ||
    (question.test(text.slice(0, at - sentence.start)) &&
      /\b(?:if|suppose|assuming|what if|wenn|falls|angenommen|imaginons|supongamos|pongamos)\b/.test(text))
  );
};
