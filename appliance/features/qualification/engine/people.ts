import type {Asked} from './asked.ts';
import type {Checks} from './check.ts';
import type {Locale} from './engine.types.ts';
import {firstNames} from './first-names.ts';
import type {Candidate} from './measures.ts';
import {clauseAt, type Reading, type Token} from './text.ts';
import {findTitles, type TitleSpan} from './titles-find.ts';

const honorific =
  /^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|ma'am|rev|fr|sr|sra|srta|don|dona|senor|senora|senorita|lic|ing|dipl|dipl-ing|mag|herr|herrn|frau|fraulein|m|mme|mlle|monsieur|madame|mademoiselle|maitre|me|docteur|herr-dr|doktor|phd|mba|sister|brother|father|pastor|rabbi|imam|capt|captain|shri|smt|ji|hofrat|arq|d|dna)$/;
const particle =
  /^(?:von|van|vom|zu|zum|zur|de|del|della|di|da|du|des|la|le|el|al|der|den|dem|bin|ibn|ben|y|e|dos|das|do|o|mc|mac|st|ter|ten|op|te|af|av)$/;
const notName = new Set(
  `i i'm im we we're you it it's its the a an this that there here he she they is are was am be and or but so if not no yes yeah yep ok okay sure please thanks thank hi hello hey dear good morning afternoon evening day regards best cheers kind sincerely from at with for of in on to by as my our your me us who what when where why how can could would should do does did will just also only very really more most some any all one two three four five six seven eight nine ten monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december mon tue wed thu fri company business team office staff people employees budget price pricing demo trial human agent bot ai assistant sales support need want looking interested happy glad afraid sorry calling writing asking wondering trying using running getting having going hoping thinking planning new based located responsible currently
  ich bin wir sind sie er es ihnen ihr ihre ihren ihrem ihrer euch euer eure dir dich unser unserer unserem der die das ein eine einen und oder aber nicht kein keine ja nein bitte danke hallo guten tag morgen abend moin servus gruss grusse freundliche freundlichen mit von bei aus im in am an auf zu fur mein meine name heisse hier unser unsere was wer wie wo wann warum ob dass schon noch nur auch mal gern gerne herzlichen montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar marz mai juni juli oktober dezember firma unternehmen betrieb geschaftsfuhrer leute mitarbeiter budget preis angebot mensch ki assistent interessiert suche brauche
  je suis nous sommes vous il elle on le la les l' un une des du de d' et ou mais pas non oui bonjour bonsoir salut merci s'il svp mon ma mes notre nos votre vos chez avec pour par en au aux dans sur qui que quoi quand comment combien c'est lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre societe entreprise equipe cordialement interesse cherche responsable
  yo soy somos es el los las lo una unos y o pero si hola buenas buenos dias tardes noches gracias por favor mi mis nuestro nuestra su sus con para en al como cuando cuanto quien donde que lunes martes miercoles jueves viernes sabado domingo enero febrero abril mayo junio julio agosto septiembre octubre noviembre diciembre empresa equipo saludos atentamente persona interesado interesada busco necesito cliente
  contact kontakt contacto respected jetzt nun ahora maintenant now certificado certificat zertifikat igualmente idem egalement equally gleichfalls ebenso dunno dunno idk weiss keine aucune moins plus mas menos mehr weniger about ungefahr environ etwa rund circa none nobody niemand personne nadie whoever anyone egal pareil halt stop moment perdon entschuldigung pardon undersigned unterzeichner auftrag anfrage termin grundstuck video telefon
  namaste namaskar salaam shalom ji bhai yaar
  whatsapp zoom teams google excel sap salesforce hubspot datev shopify microsoft outlook linkedin email mail phone tel telefon handy telefono correo e-mail address adresse direccion nummer number mobile cell`.split(
    /\s+/,
  ),
);
const legal =
  /^(?:gmbh|ag|kg|ohg|ug|gbr|ek|ev|eg|se|mbh|kgaa|ltd|limited|llc|inc|corp|corporation|plc|llp|lp|pty|pvt|sas|sasu|sarl|sa|eurl|sci|scop|snc|scea|gaec|earl|sl|slu|slne|sau|sc|srl|spa|bv|nv|ab|oy|aps|as|kft|sro|sp|coop|cooperative|scic|gie|s\.l|s\.a)$/;
const orgWord =
  /^(?:\p{L}{0,24}(?:werke?|werk|bau|technik|brauerei|backerei|gruppe|verlag|klinik|praxis|kanzlei|verein|verband|schule|hotel|haus|hof|stiftung|bank|sparkasse|kasse|logistik|transporte|spedition|metall|druckerei|gartnerei|tischlerei|schreinerei|metzgerei|apotheke|zentrum|genossenschaft|stadtwerke|messtechnik|systeme|software|immobilien|elektro|elektronik|pharma|medien|manufaktur|muhle|molkerei|kellerei|weingut|sagewerk|ziegelei|druck|pflege)|group|holdings?|partners|associates|brothers|bros|sons|company|co|corp|industries|systems|solutions|technologies|tech|labs?|studios?|media|logistics|foods?|farms?|dairy|bakery|bakers|brewing|brewery|breweries|winery|vineyards?|distillery|coffee|roasters|kitchens?|catering|restaurants?|cafe|bistro|hotels?|inn|lodges?|resort|spa|hospital|clinic|dental|surgery|veterinary|vets|pharmacy|health|care|homes?|housing|estates?|properties|realty|lettings|construction|builders|building|plumbing|roofing|electrical|engineering|engineers|fabrication|foundry|steel|metals?|plastics|packaging|printing|press|publishing|books|school|academy|college|university|institute|council|church|charity|trust|foundation|museum|gallery|theatre|theater|club|gym|fitness|sports|motors|garage|automotive|auto|tyres|tires|transport|haulage|freight|shipping|airlines|aviation|marine|boats|kayaks|cycles|bikes|toys|games|textiles|fabrics|fashion|clothing|apparel|shoes|jewellers|jewelry|furniture|interiors|design|architects|architecture|consulting|consultants|advisory|law|legal|solicitors|accountants|accounting|insurance|brokers|finance|financial|capital|bank|energy|solar|power|water|waste|recycling|chemicals|pharma|biotech|robotics|analytics|data|digital|networks?|telecom|security|services|supplies|supply|wholesale|retail|stores?|traders|trading|exports?|imports?|enterprises|international|global|films|productions|events|travel|tours|rentals|castings|bottling|mills?|works|timber|nursery|gardens?|landscaping|pension|pensionat|spital|spitex|heim|gemeinde|stadt|imprimerie|boulangerie|patisserie|menuiserie|charpente|garage|cabinet|clinique|mairie|ecole|lycee|college|universite|association|fondation|transports|editions|ateliers?|domaine|chateau|cave|caves|brasserie|fromagerie|laiterie|pharmacie|hotellerie|auberge|agence|studio|groupe|etablissements|ets|maison|freres|fils|cie|compagnie|pompes|constructions?|batiment|ebenisterie|papeterie|librairie|verrerie|scierie|papelera|ortopedia|panaderia|bodegas?|hostal|hospital|clinica|farmacia|colegio|instituto|universidad|fundacion|asociacion|talleres|taller|transportes|construcciones|grupo|hermanos|hijos|imprenta|editorial|estudio|consultoria|asesoria|inmobiliaria|ferreteria|carpinteria|conservas|aceites|cooperativa|restaurante|cafeteria|muebles|textiles|comercial|distribuidora|laboratorios?|clinicas|ayuntamiento|viveros|granja|finca|cerveceria|zapateria|libreria|electricidad|fontaneria|gimnasio|academia)$/u;
const place =
  /^(?:london|manchester|birmingham|leeds|bristol|glasgow|edinburgh|cardiff|belfast|dublin|cork|liverpool|sheffield|new york|boston|chicago|texas|ohio|omaha|denver|seattle|portland|austin|dallas|houston|atlanta|miami|toronto|montreal|quebec|ottawa|vancouver|calgary|sydney|melbourne|brisbane|perth|adelaide|darwin|auckland|wellington|delhi|mumbai|bangalore|bengaluru|chennai|hyderabad|pune|kolkata|indore|jaipur|berlin|hamburg|munchen|muenchen|munich|koln|frankfurt|stuttgart|dusseldorf|leipzig|dresden|dortmund|essen|bremen|hannover|nurnberg|wien|vienna|graz|linz|salzburg|innsbruck|zurich|basel|bern|genf|geneve|geneva|lausanne|luzern|winterthur|paris|lyon|marseille|toulouse|nice|nantes|lille|bordeaux|strasbourg|rennes|grenoble|bruxelles|brussels|liege|namur|madrid|barcelona|valencia|sevilla|zaragoza|malaga|bilbao|vigo|murcia|mexico|guadalajara|monterrey|puebla|bogota|medellin|cali|lima|quito|santiago|buenos aires|cordoba|rosario|mendoza|montevideo|england|scotland|wales|ireland|germany|austria|switzerland|france|spain|italy|usa|canada|australia|india|europe|deutschland|osterreich|schweiz|bayern|sachsen|hessen|tirol|karnten|suisse|belgique|espagne|espana|argentina|colombia|chile|peru|galicia|andalucia|cataluna|bretagne|normandie|provence|online|google|linkedin|facebook|instagram)$/;

export type PeopleFound = {
  names: Candidate<string>[];
  titles: Candidate<string>[];
  companies: Candidate<string>[];
};

type Segment = {from: number; to: number; line: number};

/** Parts between commas, dashes, brackets, line ends: the members of "Name, title, company". */
const segmentsOf = (tokens: readonly Token[], plain: string): Segment[] => {
  const found: Segment[] = [];
  let from = 0;
  let line = 0;
  const close = (to: number) => {
    if (to > from) found.push({from, to, line});
  };
  tokens.forEach((token, i) => {
    const gap = i > 0 ? plain.slice(tokens[i - 1]?.end, token.start) : '';
    if (gap.includes('\n')) {
      close(i);
      from = i;
      line += 1;
    }
    const dash =
      token.word === '-' && plain.charAt(token.start - 1) === ' ' && plain.charAt(token.end) === ' ';
    const dot =
      token.word === '.' &&
      (plain.charAt(token.end) === ' ' || token.end >= plain.length || plain.charAt(token.end) === '\n') &&
      !isAbbreviation(tokens[i - 1], tokens[i + 1]);
    if (/^[,;:()!?|/"]$/.test(token.word) || dash || dot) {
      close(i);
      from = i + 1;
      if (dot || token.word === '!' || token.word === '?') line += 1;
    }
  });
  close(tokens.length);
  return found;
};
const isAbbreviation = (token: Token | undefined, next: Token | undefined): boolean =>
  token !== undefined &&
  next !== undefined &&
  (honorific.test(token.word) ||
    (token.word.length === 1 && token.capital) ||
    /^(?:st|ste|co|inc|ltd|e|v|s|l|a|c|u|env|ca)$/.test(token.word));

const isNameToken = (token: Token | undefined): boolean =>
  token?.kind === 'word' && token.capital && !notName.has(token.word) && !legal.test(token.word);

export const readPeople = (reading: Reading, language: Locale, checks: Checks, asked: Asked): PeopleFound => {
  const {plain, original} = reading;
  // people introduce themselves in a few lines
  const tokens = reading.tokens.slice(0, 800);
  const titles = findTitles({...reading, tokens}, language, asked);
  const segments = segmentsOf(tokens, plain);
  const cut = (from: number, to: number) => ({
    start: tokens[from]?.start ?? 0,
    end: tokens[to - 1]?.end ?? 0,
  });
  const words = (from: number, to: number) =>
    original.slice(tokens[from]?.from ?? 0, tokens[to - 1]?.to ?? 0);
  const isTitleAt = (i: number) => titles.some(title => i >= title.from && i < title.to);
  const hasCapitals = tokens.some(token => token.capital && token.kind === 'word' && token.word.length > 1);

  const names: Candidate<string>[] = [];
  const companies: Candidate<string>[] = [];
  const addName = (from: number, to: number, weight: number) => {
    while (from < to && honorific.test(tokens[from]?.word ?? '') && to - from > 1) {
      from += 1;
      if (tokens[from]?.word === '.') from += 1;
    }
    if (from >= to) return;
    const {start, end} = cut(from, to);
    if (checks.vetoed(start, end) || checks.negated(start, end)) return;
    if (
      /\b(?:our|my|unser\p{L}*|mein\p{L}*|notre|mon|ma|nuestr[oa]|mi) (?!name|nombre|nom\b|namen)\p{L}{3,20}[\s,(:]{1,3}$/u.test(
        plain.slice(Math.max(0, start - 40), start),
      )
    )
      return;
    if (
      /^,?\s?(?:die|der|she|he|elle|il|ella|el) (?:macht|decides|does|handles|ist zustandig|entscheidet|s'en occupe|gere|lleva)/.test(
        plain.slice(end, end + 40),
      )
    )
      return;
    names.push({value: words(from, to), start, end, weight});
  };
  const addCompany = (from: number, to: number, weight: number) => {
    while (
      from < to &&
      /^(?:the|die|der|das|le|la|les|el|los|las|l')$/.test(tokens[from]?.word ?? '') &&
      !tokens[from]?.capital
    )
      from += 1;
    while (
      to > from &&
      /^[,.;:!?-]$/.test(tokens[to - 1]?.word ?? '') &&
      !(tokens[to - 1]?.word === '.' && /^(?:v|l|a|co|inc|ltd)$/.test(tokens[to - 2]?.word ?? ''))
    )
      to -= 1;
    if (from >= to) return;
    const {start, end} = cut(from, to);
    if (checks.vetoed(start, end) || checks.negated(start, end)) return;
    if (end - start > 80 || place.test(plain.slice(start, end))) return;
    companies.push({value: words(from, to), start, end, weight});
  };

  /** A run of name words from a place on: "Anna von der Heide", "José Luis Ortega y Gasset". */
  const nameRun = (i: number, loose: boolean): number => {
    let to = i;
    let count = 0;
    while (to < tokens.length && count < 5) {
      const token = tokens[to] as Token;
      const previous = tokens[to - 1];
      if (to > i && previous && /[,;:()!?|\n]/.test(plain.slice(previous.end, token.start))) break;
      if (to > i && plain.slice(previous?.end ?? 0, token.start).includes('\n')) break;
      const initial = token.word === '.' && previous?.word.length === 1 && previous.capital;
      if (initial) {
        to += 1;
        continue;
      }
      if (isTitleAt(to) && count > 0) break;
      const ok =
        isNameToken(token) ||
        (loose &&
          token.kind === 'word' &&
          (count === 0 || !hasCapitals) &&
          !notName.has(token.word) &&
          !isTitleAt(to) &&
          token.word.length > 1);
      if (ok) {
        to += 1;
        count += 1;
      } else if (
        count > 0 &&
        particle.test(token.word) &&
        (isNameToken(tokens[to + 1]) ||
          (particle.test(tokens[to + 1]?.word ?? '') && isNameToken(tokens[to + 2]))) &&
        !/^(?:de|du|da|del|des|la|le|al|der|den|dem)$/.test(token.word)
      )
        to += 1;
      else if (
        count > 0 &&
        /^(?:de|du|da|del|des|la|le|der|den|dem|al)$/.test(token.word) &&
        isNameToken(tokens[to + 1]) &&
        (count === 1 || language === 'es') &&
        !orgWord.test(tokens[to + 1]?.word ?? '')
      )
        to += 1;
      else if (
        count > 0 &&
        /^(?:de|von)$/.test(token.word) &&
        /^(?:la|los|las|der|den)$/.test(tokens[to + 1]?.word ?? '') &&
        isNameToken(tokens[to + 2])
      )
        to += 2;
      else break;
    }
    return to;
  };

  /** A run of capitalised words with what joins them in a company's name. */
  const companyRun = (i: number): number => {
    let to = i;
    let last = i;
    let count = 0;
    while (to < tokens.length && to - i < 12) {
      const token = tokens[to] as Token;
      const previous = tokens[to - 1];
      const gap = previous ? plain.slice(previous.end, token.start) : '';
      if (to > i && gap.includes('\n')) break;
      if (
        token.kind === 'word' &&
        (token.capital || (token.word.length > 2 && legal.test(token.word))) &&
        !(
          notName.has(token.word) &&
          !/^(?:the|la|le|les|el|los|las|die|der|das|bank|sales|and|de|support|data|team|office|business|company|human|equipo|empresa|we|you|one|two|three|four|five|six|seven|eight|nine|ten|march|may|april)$/.test(
            token.word,
          )
        ) &&
        !(to > i && isTitleAt(to) && count > 0 && gap !== ' ')
      ) {
        to += 1;
        count += 1;
        last = to;
      } else if (
        token.kind === 'number' &&
        count > 0 &&
        gap === ' ' &&
        token.word.length < 5 &&
        !/^\s?(?:people|employees|mitarb|leute|salari|personn|person|emplead|staff|of us|ppl|besch|angest)/.test(
          plain.slice(token.end),
        ) &&
        /^\s(?:\p{Lu}|$)|^[,.]?$/u.test(original.slice(token.to, token.to + 2)) &&
        legal.test(tokens[to + 1]?.word ?? '')
      ) {
        to += 1;
        last = to;
      } else if (
        count > 0 &&
        /^(?:&|\+|-|'|\.|of|the|and|de|du|des|d'|la|le|les|del|los|las|el|y|e|et|und|zu|zum|zur|am|im|an|der|von|fur|for|in|by|sur|aux|au|en)$/.test(
          token.word,
        )
      ) {
        if (token.word === '.' && !legalBefore(tokens[to - 1])) break;
        if (/^(?:in|en|by|for|im|am|an|au|aux|sur)$/.test(token.word)) break;
        to += 1;
        if (token.word === '.') last = to;
      } else break;
    }
    return count > 0 ? last : i;
  };

  // --- names announced
  const nameCue =
    /(?:\b(?:my name is|my name's|name's|name is|the name is|full name:?|name:|i am called|call me|this is|here is|it is|it's|i'm|i am|im|self|ask for|under|contact:?|contact person:?|contact is|attention|attn:?|speaking with|signed,?|regards,?|best,|best regards,?|kind regards,?|cheers,?|thanks,|thx,|thank you,|sincerely,?|yours,|ich bin|bin (?:der|die)|ich bin (?:der|die)|ich heisse|heisse|mein name ist|mein name:|mein name lautet|name lautet|hier ist|hier schreibt|hier spricht|hier|es schreibt(?: ihnen)?|ansprechpartner(?:in)?(?: ist| bin ich)?:?|gruss(?:e)?,?|gruss von|liebe grusse|mfg,?|lg,?|vg,?|viele grusse,?|beste grusse,?|freundliche grusse,?|freundlichen grussen,?|je suis|je m'appelle|m'appelle|moi c'est|moi,? c'est|mon nom est|nom:|mon nom:|c'est|ici|demandez|cordialement,?|bien a vous,?|bonne journee,?|signe:?|soy|me llamo|mi nombre es|mi nombre:|nombre:|habla|le habla|les habla|aqui|les escribe|le escribe|te escribe|os escribe|saludos,?|atentamente,?|atte\.?,?|un saludo,?|pregunten por|au nom de|au nom d'|a nombre de|auf den namen|in the name of|under the name|ficha de|moi c|pregunte por|preguntad por|preguntar por|contacto:|persona de contacto:?)\s{0,2}(?:-\s)?)$/;
  const strongCue =
    /(?:name is|name's|name:|called|call me|ask for|heisse|name ist|appelle|moi c'est|nom est|nom:|llamo|nombre es|nombre:|under|self|pregunte|demandez|name lautet|contacto?:?|au nom de|a nombre de|auf den namen|in the name of|under the name|ficha de|moi,? c'est)\s{0,2}$/;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind !== 'word') continue;
    const head = plain.slice(Math.max(0, token.start - 40), token.start);
    const cue = nameCue.exec(head);
    if (
      !cue ||
      (language !== 'en' &&
        /(?<![\p{L}'])(?:im|hier|self|am)\s{0,2}$/u.test(cue[0]) &&
        !/hier\s{0,2}$/.test(cue[0]))
    )
      continue;
    let from = i;
    while (
      /^(?:the|der|die|le|la|el|frau|herr)$/.test(tokens[from]?.word ?? '') ||
      (honorific.test(tokens[from]?.word ?? '') && tokens[from + 1]?.word !== undefined)
    ) {
      from += 1;
      if (tokens[from]?.word === '.') from += 1;
    }
    const strong = strongCue.test(head);
    const first = tokens[from];
    if (!first || isTitleAt(from) || notName.has(first.word)) continue;
    const known = firstNames.has(first.word) || firstNames.has(first.word.split('-')[0] ?? '');
    // "im cody from", "soy chuy de": typed small, and told by what follows
    const casual =
      !first.capital &&
      /(?:\bim|\bi'm|\bsoy|\bmoi c|\bich bin|\bmoi c'est)\s{0,2}$/.test(head) &&
      /^(?:from|at|with|we|de|von|vom|hier|here|,)$/.test(tokens[from + 1]?.word ?? '') &&
      /^\p{L}{3,12}$/u.test(first.word) &&
      !/(?:ing|ed|ly)$/.test(first.word);
    if (!isNameToken(first) && !strong && !known && !casual) continue;
    let to = casual ? from + 1 : nameRun(from, strong || known);
    if (to <= from) continue;
    // lower case: at most two words, unless the visitor writes all of it so
    if (!isNameToken(first)) to = Math.min(to, from + 2);
    if (
      !isNameToken(first) &&
      to - from === 2 &&
      /^(?:from|at|with|here|and|von|bei|aus|de|chez|en|und|et|y)$/.test(tokens[from + 1]?.word ?? '')
    )
      to = from + 1;
    const next = tokens[to]?.word ?? '';
    const run = plain.slice(first.start, tokens[to - 1]?.end);
    // a capital says nothing in German
    const article = /\b(?:der|die)\s{0,2}$/.test(head) && /^(?:und|von|vom|aus|hier|[,.])$/.test(next);
    if (!strong && !known && !article && to - from === 1 && language === 'de' && !asked.fields.has('name'))
      continue;
    if (
      !strong &&
      !known &&
      to - from === 1 &&
      (/^(?:is|are|and|gmbh|ag|ltd)$/.test(next) || place.test(run) || orgWord.test(first.word))
    )
      continue;
    if (
      /^(?:ici|aqui|hier|here is|c'est|it is|it's|this is|under)\s/.test(cue[0].trimStart()) &&
      !known &&
      to - from < 2 &&
      !asked.fields.has('name')
    )
      continue;
    if (
      !known &&
      to - from > 1 &&
      tokens.slice(from, to).some(({word}) => orgWord.test(word) || legal.test(word))
    ) {
      addCompany(from, companyRun(from), 1.5);
      continue;
    }
    addName(from, to, strong ? 3 : known ? 2.6 : 2);
  }
  // "Chase Banks here", "Ottmar Fleischhauer mein Name"
  for (const match of plain.matchAll(
    /\s(?:here\b(?! (?:is|are|we|in|and there))|speaking\b|mein name\b|hier\b(?! (?:ist|sind|in|im|am|bei))|a l'appareil|al habla|le habla|here,)/g,
  )) {
    const end = tokens.findIndex(token => token.end === match.index);
    if (end === -1) continue;
    let from = end + 1;
    while (
      from > 0 &&
      (isNameToken(tokens[from - 1]) || particle.test(tokens[from - 1]?.word ?? '')) &&
      end + 1 - from < 4
    )
      from -= 1;
    while (from <= end && particle.test(tokens[from]?.word ?? '')) from += 1;
    if (from <= end && isNameToken(tokens[from])) addName(from, end + 1, 2.6);
  }

  // --- lists: "Name, title, company"
  readLists();

  // --- companies announced
  const companyCue =
    /(?:\b(?:we're called|we are called|we call ourselves|company(?: name)? is|company(?: name)?:|company name|business(?: name)? is|business(?: name)?:|firm(?: name)? is|firm(?: name)?:|name of (?:the|our) (?:company|firm|business) is|our name is|trading as|on behalf of|i work (?:at|for|with)|working (?:at|for)|work at|i run|i own|we own|i represent|representing|calling from|writing from|writing for|employed at|we at|here at|brand (?:is|and company)|company called|firm called|shop called|called|i'm with|i am with|i'm from|i am from|firma|firma:|firma ist|unternehmen:|betrieb:|wir heissen|heissen wir|nennen uns|namens|wir von(?: der| den)?|wir bei(?: der| den)?|wir, die|wir sind die|hier die|fur die firma|arbeite bei|arbeite fur|arbeite bei der|societe|la societe|entreprise|l'entreprise|la maison|raison sociale:?|on s'appelle|nous nous appelons|s'appelle|pour la societe|de chez|travaille (?:chez|pour)|pour le compte de|au nom de|nous,|la empresa|empresa|empresa:|empresa es|de la empresa|nos llamamos|se llama|trabajo en|trabajo para|en nombre de|represento a|de parte de|razon social:?|llamada|llamado)\s{0,2}"?)$/;
  const nearCue =
    /(?:\b(?:at|from|with|of|for|@|bei|beim|von|vom|am|im|der|chez|de|en|del|la|le|du|au|l'|a|para|the|das|dem)\s{0,2})$/;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'sign') continue;
    const head = plain.slice(Math.max(0, token.start - 44), token.start);
    const cue = companyCue.exec(head);
    const are =
      /\b(?:we are|we're|were|wir sind|nous sommes|on est|somos)\s(?:the |die |das |la |le |el |les |los )?(?:\p{Ll}{4,18}(?:e[rsn]?|ed) )?$/u.test(
        head,
      );
    if (are && token.kind === 'word' && token.capital) {
      const to = companyRun(i);
      const looks = tokens.slice(i, to).some(one => orgWord.test(one.word) || legal.test(one.word));
      if ((to - i > 1 || looks) && !isTitleAt(i) && (language !== 'de' || looks || to - i > 1)) {
        addCompany(i, to, 1.6 + (looks ? 0.8 : 0));
        continue;
      }
    }
    if (cue) {
      const word = cue[0].trim();
      const weak =
        /^(?:from|i'm from|i am from|i'm with|i am with|von|vom|bei|beim|called|fur die|nous,|llamad[oa]|s'appelle|se llama|i run|i own|wir sind die|calling from|writing from)$/.test(
          word,
        );
      const to = companyRun(i);
      if (to > i) {
        const size = to - i;
        const run = tokens.slice(i, to);
        const looks = run.some(one => orgWord.test(one.word) || legal.test(one.word));
        const person = firstNames.has(token.word) && !looks && size <= 2;
        if (
          /^(?:s'appelle|se llama|called|llamad[oa]|au nom de|on behalf of|en nombre de|de parte de)$/.test(
            word,
          ) &&
          (person || honorific.test(token.word) || (!looks && size === 2 && word.includes(' ')))
        )
          continue;
        if (language === 'de' && weak && !looks && size < 2) continue;
        const clause = clauseAt(plain, token.start, token.end);
        const switching =
          /\b(?:away from|switch|move|moving|migrat\w*|import|weg von|wechsel\w*|umstieg|quitter|passer de|cambiar|pasar de|instead of|statt|compare\w*|vergleich\w*|sync\w*|integrat\w*|connect\w*|contract with|vertrag (?:bei|mit)|contrat (?:chez|avec)|contrato con|quote from|angebot von|devis de|currently (?:with|at)|aktuell bei|derzeit bei|actuellement chez|colo|hosted|customers? of|kunde(?:n)? (?:bei|von)|heard (?:about|of)|invoice|rechnung|mail from|email from|brief von|letter from)\b/.test(
            plain.slice(clause.start, token.start),
          );
        if (switching || (checks.othersIn(token.start, token.end) && !looks)) continue;
        addCompany(i, to, (weak ? 1.4 : 2.4) + (looks ? 0.8 : 0) + (size > 1 ? 0.2 : 0));
      } else if (
        /(?:we're called|we are called|wir heissen|nennen uns|on s'appelle|nous nous appelons|nos llamamos|our name is|company(?: name)? is|business name is|empresa:|firma:|company:|societe:)\s{0,2}"?$/.test(
          head,
        ) ||
        /\bcalled\s"$/.test(head)
      ) {
        const stop = phraseEnd(tokens, plain, i, 6);
        if (!saysNothing(plain.slice(token.start, tokens[stop - 1]?.end))) addCompany(i, stop, 2.2);
      }
      continue;
    }
    // "Anna, chef at X", "josh from tidewater kayaks": right after a name or a title
    if (!nearCue.test(head) && !/\b(?:wir|we|nous|nosotr[oa]s|us)\s?\($/.test(head)) continue;
    const before = tokens[i - 2];
    const afterTitle = titles.some(
      title =>
        title.to < i && tokens.slice(title.to, i).every(({word}) => joiners.test(word)) && i - title.to <= 3,
    );
    const afterName =
      before !== undefined &&
      names.some(
        name =>
          name.end === before.end ||
          (before.word === ',' && name.end === tokens[i - 3]?.end) ||
          (joiners.test(before.word) && name.end === tokens[i - 3]?.end),
      );
    const greeting =
      /(?:\b(?:people|employees|staff|folks|leute|mitarbeiter\p{L}*|personen|salaries|personnes|empleados|personas|us|uns)\s(?:here )?(?:at|bei|chez|en)|(?:^|[\s,!])(?:wir|we|nous|nosotr[oa]s|us)\s?\(|(?:^|[\s,!])(?:here|hi|hello|hey|hallo|hola|bonjour|gruezi|servus|moin|greetings|grusse|greetings|saludos|hier|ici|aqui)\s(?:from|von|vom|de|from the|aus|de chez))\s?$/u.test(
        head,
      );
    const later = names.length > 0 && /[,)]\s(?:from|of|at|von|bei|chez|with)\s$/.test(head);
    if (!afterTitle && !afterName && !greeting && !later) continue;
    let to = companyRun(i);
    if (to === i && (afterName || greeting) && /\b(?:from|at|von|chez|with)\s$/.test(head))
      to = phraseEnd(tokens, plain, i, 3);
    if (to > i)
      addCompany(
        i,
        to,
        2.2 + (tokens.slice(i, to).some(one => orgWord.test(one.word) || legal.test(one.word)) ? 0.6 : 0),
      );
  }
  // a legal form names a company wherever it stands
  tokens.forEach((token, i) => {
    if (!legal.test(token.word) || i === 0 || (token.word.length <= 2 && !token.capital)) return;
    let from = i;
    while (from > 0 && i - from < 7) {
      const before = tokens[from - 1] as Token;
      const joins =
        /^(?:&|\+|-|of|and|de|du|des|la|le|les|et|y|und|del|the|co|\.)$/.test(before.word) &&
        from > 1 &&
        tokens[from - 2]?.capital;
      if (
        (before.kind === 'word' && before.capital && !notName.has(before.word)) ||
        joins ||
        (from === i && before.kind === 'word' && !notName.has(before.word) && !hasCapitals)
      )
        from -= 1;
      else break;
    }
    if (from === i || checks.othersIn(tokens[from]?.start ?? 0, token.end)) return;
    const clause = clauseAt(plain, tokens[from]?.start ?? 0, token.end);
    if (
      /\b(?:competitor|quote from|currently with|bisher bei|derzeit bei|nichts mehr zu tun|nix mehr zu tun|chez|contrat avec|vs)\b/.test(
        plain.slice(clause.start, tokens[from]?.start ?? 0),
      )
    )
      return;
    const more = tokens[i + 1]?.word === '&' && tokens[i + 2]?.word === 'co' ? 3 : 0;
    let to = i + 1 + more;
    while (
      tokens[to] &&
      (legal.test(tokens[to]?.word ?? '') ||
        (tokens[to]?.word === '.' &&
          legalBefore(tokens[to - 1]) &&
          tokens[to + 1] !== undefined &&
          legal.test(tokens[to + 1]?.word ?? '')))
    )
      to += 1;
    addCompany(from, to, 2.3);
  });

  function readLists() {
    const wantsName = asked.fields.has('name');
    const wantsCompany = asked.fields.has('company');
    const kindOf = (
      segment: Segment,
    ): 'title' | 'name' | 'company' | 'contact' | 'other' | 'maybe' | 'place' => {
      const {from, to} = segment;
      const size = to - from;
      const first = tokens[from] as Token;
      const text = plain.slice(first.start, tokens[to - 1]?.end);
      if (/@|\d{3}[\d\s.-]{4,}/.test(text)) return 'contact';
      if (/\d/.test(text) && !/^\p{L}/u.test(text)) return 'other';
      const title = titles.find(one => one.from >= from && one.to <= to);
      if (title && (title.to - title.from >= size - 1 || title.from === from)) return 'title';
      if (size > 8) return 'other';
      const all = tokens.slice(from, to);
      if (
        all.some(one => one.word === '&') &&
        first.capital &&
        all.every(one => one.capital || one.word === '&' || particle.test(one.word))
      )
        return 'company';
      if (
        all.some(one => orgWord.test(one.word) || legal.test(one.word)) &&
        first.capital &&
        all.every(
          one =>
            one.capital ||
            one.kind !== 'word' ||
            particle.test(one.word) ||
            /^(?:of|and|the|et|und|y|&|for)$/.test(one.word) ||
            legal.test(one.word),
        )
      )
        return 'company';
      if (!isNameToken(first) && !(honorific.test(first.word) && first.capital)) return 'other';
      const given = all.some(one => firstNames.has(one.word) || firstNames.has(one.word.split('-')[0] ?? ''));
      const clean = all.every(
        one => isNameToken(one) || particle.test(one.word) || honorific.test(one.word) || one.word === '.',
      );
      const count = all.filter(one => one.kind === 'word').length;
      if (clean && count <= 5 && given) return 'name';
      if (clean && count <= 5) return 'maybe';
      if (
        count <= 6 &&
        all.every(
          one =>
            one.capital ||
            particle.test(one.word) ||
            /^(?:am|im|an|auf|zum|zur|of|the|and|in)$/.test(one.word),
        ) &&
        all.filter(one => one.capital).length > 1
      )
        return 'place';
      return 'other';
    };
    const kinds = segments.map(kindOf);
    segments.forEach((segment, i) => {
      const kind = kinds[i];
      const line = segment.line;
      const close = (at: number) => {
        const other = segments[at];
        return other !== undefined && Math.abs(other.line - line) <= 1 ? kinds[at] : undefined;
      };
      const around = [close(i - 1), close(i + 1), close(i + 2)];
      const {from, to} = segment;
      const size = to - from;
      const text = plain.slice(tokens[from]?.start, tokens[to - 1]?.end);
      const listed = around.some(one => one === 'title' || one === 'contact' || one === 'company');
      if (kind === 'name') {
        const capitalised = size >= 2;
        if (wantsName) addName(from, to, 2.5);
        else if (listed && (capitalised || around.includes('title'))) addName(from, to, 1.8);
        else if (capitalised && opensSentence(from) && i === segments.length - 1 && !wantsCompany)
          addName(from, to, 1.2);
        else if (
          capitalised &&
          segments.length <= 4 &&
          !wantsCompany &&
          asked.fields.size > 0 &&
          i === segments.length - 1
        )
          addName(from, to, 0.9);
      } else if (kind === 'maybe') {
        const nameTaken = names.length > 0 || kinds.includes('name');
        if (
          wantsName &&
          !nameTaken &&
          !(wantsCompany && i > 0) &&
          i === kinds.findIndex(one => one === 'maybe' || one === 'name')
        ) {
          const exclaimed = plain.charAt(tokens[to - 1]?.end ?? 0) === '!';
          const alone = segments.length <= 2 && i === 0;
          if (!place.test(text) && !exclaimed && (size >= 2 || alone))
            addName(from, to, size <= 3 ? 1.8 : 1.2);
        } else if (!nameTaken && size >= 2 && size <= 4 && close(i + 1) === 'title') addName(from, to, 1.5);
        else if (
          !nameTaken &&
          size >= 2 &&
          size <= 3 &&
          !wantsCompany &&
          !place.test(text) &&
          (close(i + 1) === 'contact' ||
            close(i - 1) === 'contact' ||
            (opensSentence(from) && plain.charAt(tokens[to - 1]?.end ?? 0) === ',') ||
            (i > 0 && i === segments.length - 1 && opensSentence(from)))
        )
          addName(from, to, 1.1);
        else if (listed || nameTaken) {
          const near =
            close(i - 1) === 'title' ||
            close(i - 1) === 'name' ||
            close(i + 1) === 'title' ||
            (close(i - 1) === 'maybe' && wantsName) ||
            close(i - 1) === 'contact';
          if (near && !place.test(text) && !companies.some(one => one.start === tokens[from]?.start))
            addCompany(from, companyRun(from), wantsCompany ? 1.8 : 1.1);
        }
      } else if (kind === 'place') {
        if (
          wantsCompany ||
          (wantsName &&
            i > 0 &&
            (close(i - 1) === 'name' || close(i - 1) === 'maybe' || close(i - 1) === 'title'))
        )
          addCompany(from, to, 1.6);
      } else if (kind === 'company') {
        const run = companyRun(from);
        const near =
          names.length > 0 ||
          kinds.includes('name') ||
          listed ||
          wantsName ||
          (i > 0 && i === segments.length - 1) ||
          opensSentence(from);
        const clause = plain.slice(Math.max(0, (tokens[from]?.start ?? 0) - 3), tokens[from]?.start ?? 0);
        if ((near || wantsCompany || (i === 0 && segments.length > 1)) && clause.length >= 0)
          addCompany(from, run > from && !(wantsCompany && size <= 7) ? run : to, wantsCompany ? 2.4 : 1.6);
      } else if (kind === 'contact' && wantsName) {
        // "Iain 07700 900 223"
        const run = nameRun(from, false);
        if (run > from && run < to) addName(from, run, 2);
      } else if (kind === 'other' && wantsName && i === 0 && tokens[from]?.kind === 'word') {
        const lead = skipFillers(from, to);
        const run = nameRun(lead, true);
        const given = firstNames.has(tokens[lead]?.word ?? '');
        if (
          lead < to &&
          run > lead &&
          (run === to || given || /^(?:from|at|von|bei|de|chez|here|and|\d)/.test(tokens[run]?.word ?? '')) &&
          run - lead <= 3 &&
          (given || size - (lead - from) <= 3)
        ) {
          const typed = tokens.slice(lead, run);
          const proper = typed.some(one => one.capital);
          if (
            !(wantsCompany && !given) &&
            (given || (proper && run - lead >= 2) || (run === to && run - lead === 2))
          )
            addName(
              lead,
              given && !isNameToken(tokens[lead]) ? Math.min(run, lead + 2) : run,
              given ? 2 : 1.1,
            );
        }
      }
      if (wantsCompany && !wantsNameOnly() && i === firstAnswer() && kind !== 'title' && kind !== 'contact') {
        const lead = skipFillers(from, to);
        const run = companyRun(lead);
        const whole = phraseEnd(tokens, plain, lead, 7);
        const proper =
          to - lead <= 6 &&
          tokens
            .slice(lead, to)
            .every(
              one => one.capital || one.kind === 'number' || one.word === '&' || particle.test(one.word),
            );
        const stop = proper ? to : run > lead && whole < to ? run : whole === to || run <= lead ? whole : run;
        const counted =
          /^\d/.test(tokens[lead]?.word ?? '') && !tokens.slice(lead + 1, stop).some(one => one.capital);
        if (
          stop > lead &&
          !counted &&
          !(kind === 'name' && wantsName) &&
          !saysNothing(plain.slice(tokens[lead]?.start, tokens[stop - 1]?.end))
        ) {
          addCompany(lead, stop, run > lead ? 2 : 1.2);
        }
      }
    });
  }
  function opensSentence(from: number): boolean {
    return /(?:^|[.!?\n:]\s?|\b(?:hi|hello|hallo|hola|bonjour|bonsoir|salut|servus|moin|guten tag|gruezi|good morning|buenos dias|buenas(?: tardes)?),?\s)$/.test(
      plain.slice(Math.max(0, (tokens[from]?.start ?? 0) - 16), tokens[from]?.start ?? 0),
    );
  }
  function wantsNameOnly(): boolean {
    return (
      asked.fields.has('name') &&
      names.length === 0 &&
      segments.length === 1 &&
      firstNames.has(tokens[0]?.word ?? '')
    );
  }
  function firstAnswer(): number {
    return segments.findIndex(({from, to}) => skipFillers(from, to) < to);
  }
  function skipFillers(from: number, to: number): number {
    let at = from;
    while (
      at < to &&
      /^(?:yes|yeah|sure|ok|okay|well|it's|it|is|its|we're|we|are|i'm|im|for|at|from|with|the|called|my|name|company|our|a|an|of|that's|that|would|be|this|hi|hello|it'd|um|uh|eh|ah|oh|ja|klar|gerne|gern|also|wir|sind|die|das|ist|der|fur|bei|von|heisse|heissen|ich|bin|mein|oui|c'est|nous|sommes|la|le|l'|pour|chez|de|societe|je|suis|on|si|claro|es|somos|soy|para|en|empresa|se|llama|nos|llamamos|llamo|me|m'appelle|s'appelle|please|bitte|and|y|et|und|naturally|well|write|to|ask|put|down|firma|ltd's|work|i|run|work|you|can|say|just|as)$/.test(
        tokens[at]?.word ?? '',
      ) &&
      !(
        tokens[at]?.capital &&
        at > from &&
        tokens[at + 1]?.capital &&
        /^(?:the|die|der|le|la|el|les|los)$/.test(tokens[at]?.word ?? '')
      )
    )
      at += 1;
    // an article that belongs to the name
    return at;
  }
  const own = (title: TitleSpan): Candidate<string>[] => {
    const {start, end} = cut(title.from, title.to);
    if (checks.vetoed(start, end)) return [];
    return [{value: words(title.from, title.to), start, end, weight: title.weight}];
  };
  const listedTitles = titles.filter(title => {
    // after a comma it needs a name or an intro near it
    if (title.weight > 1.5 || asked.fields.has('job_title')) return true;
    const segment = segments.findIndex(({from, to}) => title.from >= from && title.to <= to);
    const previous = segments[segment - 1];
    const whole =
      segments[segment] &&
      (title.from === segments[segment].from ||
        title.to - title.from >= segments[segment].to - segments[segment].from - 3);
    return Boolean(
      whole &&
        (names.some(
          name =>
            previous &&
            name.start >= (tokens[previous.from]?.start ?? 0) &&
            name.end <= (tokens[previous.to - 1]?.end ?? 0) + 1,
        ) ||
          names.length > 0 ||
          companies.length > 0 ||
          asked.fields.has('name') ||
          asked.fields.has('authority')),
    );
  });
  return {names, titles: listedTitles.flatMap(own), companies};
};

const joiners =
  /^(?:at|from|with|of|for|@|bei|beim|von|vom|am|im|der|die|das|dem|chez|de|en|del|la|le|du|au|a|para|the|el|los|las|des|l'|pour|a|d')$/;
const legalBefore = (token: Token | undefined): boolean =>
  token !== undefined && (token.word.length <= 2 || /^(?:inc|ltd|corp)$/.test(token.word));
const saysNothing = (text: string): boolean =>
  /^(?:no|nope|none|nothing|private|myself|just me|not|nein|privat|keine?|nichts|non|aucune?|particulier|ninguna?|particular|nada|why|what|who|wouldn't|rather|prefer|don't|i|about|around|roughly|je|n'|on n'|nous n'|ich|wir|keins?|fur keins?|que|quoi|warum|wieso|pourquoi vous|can|could|do|how|maybe|later|secret)\b/.test(
    text,
  );

/** Up to a comma, a verb or a preposition: the name as somebody types it in lower case. */
const phraseEnd = (tokens: readonly Token[], plain: string, from: number, most: number): number => {
  let to = from;
  while (to < tokens.length && to - from < most) {
    const token = tokens[to] as Token;
    if (token.kind === 'sign' && !/^[&'+-]$/.test(token.word)) break;
    if (token.kind === 'number' && to > from && tokens[to - 1]?.word !== '&') break;
    if (to > from && plain.slice(tokens[to - 1]?.end, token.start).includes('\n')) break;
    const last = tokens[to + 1] === undefined || /^[,.;!?()]$/.test(tokens[to + 1]?.word ?? '');
    if (last && to > from && /^(?:in|on|up|out|off)$/.test(token.word)) {
      to += 1;
      continue;
    }
    if (
      to > from &&
      /^(?:auf|an|am|im|unter|hinter|neben|outside|we|we're|were|i|i'm|im|and|but|with|in|based|is|are|has|have|need|wir|sind|haben|und|aber|mit|aus|in|nous|on|est|avec|et|mais|dans|somos|tenemos|y|con|pero|looking|here|there|thats|that's|who|from|at|near|bei|suchen|cherche|busca|buscamos|or|for|currently|right|now|please)$/.test(
        token.word,
      )
    )
      break;
    to += 1;
  }
  return to;
};
