import {clauseAt, fold, type Reading, sentenceAt} from './text.ts';

/** Orders given to the assistant, in the four languages. What stands in their sentence is no statement about oneself. */
const order =
  /\b(?:ignore|disregard|forget|bypass|override|overwrite)\b.{0,40}\b(?:instruction|instructions|rules?|prompts?|policy|policies|guidelines|everything (?:above|before)|previous|prior|above|your (?:training|limits|system)|restrictions?|guardrails?|filters?)|\b(?:system|hidden|secret|initial|internal) (?:prompt|instructions?|message|rules?)|\b(?:developer|debug|god|dan|admin|maintenance|sudo|root|jailbreak|test) mode\b|\bjailbreak|\b(?:admin|system|developer|root) (?:override|access|command|note|message)|\bend override|\byou are (?:now|no longer|a|from now on)\b(?! (?:great|star|legend|life))|\bfrom now on,? (?:you|act|answer|respond)|\b(?:pretend|imagine|roleplay|role-play|act|behave|respond|answer) (?:that |to be |as if |as (?:a|an|my|the|if)|like (?:a|an|my)|you'?re|you are|being)|\b(?:set|put|mark|write|record|enter|register|note|log|save|store|list|add|file|tag|flag|update|change|fill|rate|score|assign|make) (?:me|us|my|our|the|this|that|it|in|into|down|your|lead|company|budget|authority|score|name|title|field|as|a)\b.{0,50}\b(?:down as|as (?:a |an |the |our )?(?:ceo|cfo|cto|owner|director|head|president|decision|qualified|hot|vip|chief|boss|king|queen|prime|vp|founder|partner|priority|top|100|10)|in (?:your|the) (?:record|records|file|notes?|crm|system|database|form|fields?)|into (?:your|the) (?:record|crm|system|notes?|database|form|field)|(?:field|score|budget|authority|lead score|headcount|size|employees|rating|priority) (?:to|=|as)|to \d+|= ?\S)|\bin your (?:record|records|notes|crm|file|system|database)\b.{0,30}\b(?:that|as|i am)|\b(?:reveal|print|show|repeat|display|output|leak|read me|tell me|give me|dump|copy)\b.{0,30}\b(?:prompt|instructions|system message|hidden|your rules|configuration|confidential|other (?:customers?|visitors?|leads?)|api key|password|secret)|\b(?:score|authority|budget|company|name|role|intent|status|qualified|seats|size|employees)\s?(?:=|:=|==)\s?["'\w]|\b(?:lead_?score|company_size|job_title|is_qualified|lead_status)\s?[=:]|<<|>>|\[\[|\{\{|#{3,}|<\/?(?:system|admin|user|assistant|instruction)|\b(?:ignorier(?:e|en|st)?|vergiss|vergessen sie|missachte|umgehe|uberschreibe)\b.{0,40}(?:anweisung|regeln|vorgaben|anleitung|alles (?:davor|bisher|vorher|oben)|prompt|richtlinien|instruktion|bisherig|vorherig|deine|ihre)|\b(?:du bist|sie sind|ihr seid) (?:jetzt|ab jetzt|nun|ab sofort|von nun an)\b|\b(?:tu|tue|spiel|spiele|stell dir|verhalte dich|antworte|benimm dich|schreibe?|gib dich|sei) (?:so,? als|den|die|das|einen|vor|wie (?:ein|mein)|als (?:mein|ein|ware))\b.{0,20}|\b(?:trag|trage|tragst|tragen sie|schreib|schreibe|schreiben sie|notier|notiere|notieren sie|vermerk|vermerke|vermerken sie|setz|setze|setzen sie|speicher|speichere|speichern sie|markier|markiere|markieren sie|erfasse|erfassen sie|hinterlege|buche|bewerte)\b.{0,60}\b(?:ein\b|als|auf \d|in (?:deine|meine|ihre|die) (?:akte|kartei|notiz|notizen|datenbank|datei|daten|karteikarte|felder|feld)|dass ich|bei \p{L}+|rein\b)|\b(?:zeig|zeige|nenn|nenne|verrat|verrate|gib|druck|drucke|wiederhole|lies)\b.{0,30}(?:prompt|anweisung|systemnachricht|instruktion|geheim)|\bsystemprompt|\b(?:ignorez?|oubliez?|oublie|contourne[rz]?|passe outre)\b.{0,40}(?:instructions?|consignes?|regles?|prompt|tout ce qui|precedent|directives?|tes |vos )|\b(?:the|this|der|die|le|la|el|ce|este) (?:visitor|user|visiteur|utilisateur|besucher|nutzer|visitante|usuario|lead) (?:is|ist|est|es|called|hei(?:ss|ß)t|s'appelle|se llama)\b|\bque le visiteur|\b(?:new|nueva|nouvelle|neue) (?:instruction|instruccion|anweisung|consigne)|\b(?:je t'ordonne|te ordeno|le ordeno|i command you|i order you|ich befehle|befehl:|en tant qu(?:e|') ?(?:developpeur|admin\w*)|as (?:the|your|an?) (?:developer|admin\w*|system)|como (?:administrador|desarrollador)|als (?:admin\w*|entwickler) (?:befehle|weise|ordne))|\b(?:guarda|guardad|registra) (?:presupuesto|empleados|nombre|empresa)|\bque el visitante|\bdass der besucher|\b(?:tu|vous) (?:ecris|notes|mets|ecrivez|notez|inscris)\b|\b(?:tu es|vous etes) (?:maintenant|desormais|a present)\b|\bfais (?:comme si|semblant)|\bfaites (?:comme si|semblant)|\b(?:affiche|montre|revele|donne|repete|recite)[rz]?\b.{0,24}(?:prompt|instructions|consignes|systeme|cachees?)|\b(?:ecri[st]|ecrivez|mets|mettez|note|notez|inscri[st]|inscrivez|enregistre|enregistrez|marque|marquez|indique|indiquez|remplis|remplissez|classe|classez|ajoute|ajoutez)\b(?:-moi)?.{0,40}(?:dans (?:ma|ta|la|votre|ton|tes|vos) (?:fiche|dossier|base|notes|crm|systeme)|comme (?:pdg|dg|decideu|directeu|client|prioritaire|qualifie|patron|proprietaire)|que je suis|a la place|score|decideu|champ)|\b(?:ignora|ignore|olvida|olvide|olvidad|salta|saltate)\b.{0,40}(?:instrucciones|reglas|todo lo anterior|prompt|politicas?|indicaciones|tus |sus |anterior)|\b(?:ahora eres|eres ahora|a partir de ahora (?:eres|seras|actua|responde)|actua como|haz como si|haz de cuenta|finge|imagina que eres|comportate como)\b|\b(?:muestra|muestrame|ensena|ensename|dime|revela|repite|imprime|dame)\b.{0,24}(?:prompt|instrucciones|ocultas|del sistema)|\b(?:escribe|escriba|pon|ponme|ponga|ponme|anota|anote|anotame|apunta|apuntame|registra|registrame|registre|marca|marcame|guarda|guardame|rellena|clasifica|califica)\b.{0,44}(?:en (?:tu|mi|su|la|tus|el) (?:ficha|registro|base|notas|crm|sistema|expediente|campo)|como (?:ceo|director|decisor|jefe|dueno|cliente|gerente|prioritari|presidente|calificad|cualificad)|que soy|puntuacion|decisor)/u;
/** Orders that speak of the record as if the sender kept it. */
const orderAboutRecord =
  /\bforget (?:the|your|all|any|every|those|these|what)\b.{0,30}\b(?:rules?|told|given|instructions?|guidelines|orders)|\bfrom (?:now|here|this point|here on) on(?:ward)?s?,?.{0,24}\b(?:you(?:'re| are|'ll)|contact|visitor|guest|customer|user|lead|clerk)\b|\b(?:system|admin|security|internal) ?(?:notice|alert|hint|directive|memo)\b|\b(?:contact|visitor|guest|lead|customer|user|client)(?:'s)? (?:name is|name reads|is called|is (?:director|ceo|mr|ms)\b)|\bthe (?:budget|name|company|size|authority|timeline|phone|e-?mail) field\b|\b(?:under|in|on) my (?:file|record|profile|card)\b|\bsystem(?:hinweis|meldung|nachricht|befehl|anweisung)\b|\b(?:der|die) (?:ansprechpartner(?:in)?|kontakt|gast|interessent(?:in)?) (?:heisst|ist) (?:ab|nun|jetzt)\b|\bim feld (?:budget|name|firma|status)\b|\b(?:message|note|avis|alerte) (?:du |de )?systeme\b|\b(?:le contact|l'interlocuteur) (?:s'appelle|est le|est la)\b|\bla case (?:budget|nom|societe)\b|\b(?:dans|sur) (?:mon|ma) (?:dossier|fiche|profil)\b|\b(?:aviso|mensaje|nota|alerta) (?:de|del) sistema\b|\bel contacto (?:ahora )?se llama\b|\bla casilla (?:de )?(?:presupuesto|nombre|empresa)\b|\ben mi (?:expediente|ficha|perfil)\b/u;
/** What somebody says who takes back their own words gives no order. */
const ownWords =
  /\b(?:ignore|disregard|forget|vergiss|vergessen sie|ignorier\p{L}*|oubliez?|ignorez?|olvid[ae]\p{L}*|ignor[ae]\p{L}*)\s(?:\p{L}+\s)?(?:my|mein\p{L}*|mon|ma|mes|mi|mis|what i|was ich|ce que j|lo que)\b/u;
const orderAt = (text: string): RegExpExecArray | null => {
  const found = order.exec(text) ?? orderAboutRecord.exec(text);
  return found && ownWords.test(text.slice(found.index, found.index + 60)) ? null : found;
};
/** With such words an attacker's message, or anybody's, comes back to what is true. */
const backToBusiness =
  /^\W*(?:anyway|seriously|in all seriousness|jokes? aside|back to|but really|right,|ok(?:ay)?,? so|jedenfalls|im ernst|spass beiseite|zuruck zu|bref|serieusement|trêve|treve|plus serieusement|en serio|ahora en serio|bueno,|total,)/;
/** The whole message is an attack, not only a sentence of it. */
const takeover =
  /<<|\[\[|\{\{|#{3,}|<\/?(?:system|admin|assistant|instruction)|\b(?:admin|system|developer|root) (?:override|command)|\b(?:developer|debug|god|dan|sudo|jailbreak) mode\b|\bjailbreak|\b(?:lead_?score|authority|company_size|job_title)\s?[=:]/;

export const isOrder = (text: string): boolean => orderAt(fold(text).text) !== null;

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
const othersAfter =
  /^\W{0,3}(?:\p{L}{1,14}\s){0,2}(?:(?:at|in|of|im|beim?|der|chez|dans|du|en|de)\s)?(?:our client|our customer|our parent|the parent|the whole group|their|konzern|mutterhaus|muttergesellschaft|gruppe|unser\p{L}* kund|notre client|le groupe|la maison mere|el grupo|la matriz|mi cliente|nuestro cliente|haben die|hat der|hat die|tiene[n]? (?:ellos|la matriz|el grupo))/u;
const ourselves =
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
