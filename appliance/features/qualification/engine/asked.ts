import type {FactField} from './engine.types.ts';
import {fold} from './text.ts';

/** What an assistant's turn asks for, read from its last question, in any of the four languages. */
const patterns: [FactField, RegExp][] = [
  [
    'email',
    /e-?mail|inbox|mailbox|adresse mail|courriel|correo|write to you|where (?:can|should|may|do) (?:we|i|he|she|they|our \w+) (?:send|write|reply)|where .{0,30}\b(?:send|write)\b|schreiben (?:wir|sie)|wohin .{0,30}(?:schicken|senden|schreiben)|ou .{0,30}(?:envoyer|ecrire)|(?:a donde|adonde|donde) .{0,30}(?:enviar|escribir|mandar)/,
  ],
  [
    'phone',
    /phone|call you|(?:they|we|he|she|i|\w+er) call\b|call (?:him|her|them|back)|number (?:to|can|we|for|should|best|in case)|mobile|telefon|rufnummer|handy|anrufen|nummer|telephone|rappeler|joindre|numero|telefono|movil|celular|llamar|erreichbar|erreichen|reach you|contact you|best way to|contactar|localiz/,
  ],
  [
    'company_size',
    /(?:team|staff|crew|equipe|equipo|total) (?:of|de) \p{L}+|(?:\p{L}+|\d+) (?:employees|people|staff|personen|leute|mitarbeiter\p{L}*|mitarbeitende|salaries|collaborateurs|personnes|empleados|personas)\b|vous etes \p{L}+,? (?:si|non|c'est|n'est)|how (?:many|big|large)|head ?count|number of (?:people|employees|staff)|size of|company size|team size|(?:whole|entire) (?:company|group|business)|\d+ (?:employees|people|staff|mitarbeiter|salaries|empleados|personas|personnes|leute)|wie ?viele|wie gross|grosse (?:ihres|des|ihrer|vom) (?:unternehmens|betriebs|firma|hauses|teams)|wieviel(?:e)? (?:leute|mitarbeiter|personen)|mitarbeiter|mitarbeitenden|beschaftigt|personalstarke|betriebsgrosse|unternehmensgrosse|kopfe|combien (?:de|d'|etes|sont)|effectif|salarie|nombre de personnes|taille|cuant[ao]s|cuanta gente|empleados|plantilla|tamano|personal|trabajadores/u,
  ],
  [
    'budget',
    /budget|betrag|vorgesehen|[€$£₹]\s?\d|\d\s?(?:k\b|€|euros?|dollars?|pounds?|franken|francs|pesos)|y mettre|y consacrer|(?:may|can|could|should|might) .{0,40}cost|cost you|(?:doit|peut|devrait|puisse) .{0,30}couter|vous couter|(?:puede|debe|podria) .{0,30}costar|costarle|gebuhren|frais\b|comisiones|spend|afford|amount|cost limit|price range|figure in mind|aim(?:ing)? (?:at|for)|feel reasonable|investment|ceiling|funds|how much .{0,40}(?:you|set aside|plan|pay|want)|ausgeben|kostenrahmen|preisrahmen|investier|darf .{0,40}kosten|wie ?viel .{0,40}(?:ausgeben|eingeplant|anlegen|kosten|zur verfugung)|grossenordnung|preisvorstellung|finanz|depenser|enveloppe|somme|montant|fourchette|investissement|presupuest|gastar|monto|importe|invertir|cantidad|rango|inversion/,
  ],
  [
    'timeline',
    /\bwhen\b|timeline|time ?frame|how soon|start date|by what date|deadline|go[- ]live|schedule|(?:coverage|it) needed soon|timing|delivery date|target date|what date|how urgent|urgen|start (?:in|by|next|this|from)|anfangen|(?:im|ab|in) (?:januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember)|commencer|demarrer|\bwann\b|zeitplan|zeitrahmen|zeitpunkt|termin|starten|beginnen|frist|zeithorizont|fruhestens|quand|delai|calendrier|echeance|pour quelle date|a partir de quel|cuando|plazo|fecha|empezar|calendario|arrancar|this week|next month|diese woche|cette semaine|esta semana|quarter|quartal/,
  ],
  [
    'authority',
    /decid|decision|choice|yours to make|choisi|\bchoix\b|eleccion|wahl der|wahl des|approv|sign(?:s|ed)? (?:it |this |that )?off|sign off|up to you|your call|choosing|who (?:signs|agrees|chooses|owns)|leading this|final say|entscheid|genehmig|freigabe|gibt .{0,20}frei|unterschreib|zeichnet|verantwort|valide|tranche|signe|arbitre|aprueb|autoriza|firma (?:usted|el|quien)|quien firma|\bdepende|toma la|holds the budget|budget holder|evaluat|involved|your part in/,
  ],
  [
    'job_title',
    /\brole\b|job title|your title|position|designation|what do you do|your job|in what capacity|capacity|funktion|ihre rolle|rolle|berufsbezeichnung|stellung|was machen sie|position|poste|fonction|votre role|puesto|cargo|su rol|funcion|a que se dedica|que hace usted/,
  ],
  [
    'company',
    /company|business\b|organi[sz]ation|which firm|firm (?:are|do)|(?:clinic|club|school|hotel|restaurant|shop|practice|studio|bakery|charity|church|agency|office|centre|center|ordination|praxis|zentrum|verein|institution|haus|etablissement|boutique|restaurant|centro|despacho|tienda|negocio|hotel|club|colegio) (?:called|name|is it|heisst)|(?:called|heisst|llama) (?:the|die|das|der|el|la) |which (?:club|clinic|firm|office|parish|council|agency)|heisst (?:die|das|der|ihr)|\benseigne\b|que (?:despacho|centro|tienda|hotel|club|local) es|firmenname|nombre del (?:negocio|local|centro|despacho)|your firm|firm's name|firm name|where do you work|which (?:store|house|practice|school|shop|site|hotel)|what.{0,12}called|shop's name|store\b|firma\b|unternehmen|betrieb\b|welches haus|organisation|verein|societe|entreprise|structure|etablissement|raison sociale|empresa|compania|negocio|razon social|ka naam|(?:fur|bei|in|mit|aus|um) welche[mnrs]? (?!zeit|dat|termin|betrag|fall|zweck|grund|numm|adress|monat|jahr|uhr|ton|bereich|funktion|rolle|position|grosse|weg|art|form)\p{L}+|fur wen\b|(?:pour|dans|de|avec) quel(?:le)?s? (?!dat|delai|montant|budget|somme|adress|numero|usage|raison|besoin|periode|mois|fonction|taille|maniere|facon|poste|nom)\p{L}+|pour qui\b|(?:para|de|con|en) que (?!fech|plazo|monto|presup|cantid|numer|corre|direcc|uso|mes|cargo|puesto|manera|forma|podemos|puedo|rango)(?:entidad|organ|institu|sala|centro|tipo|clase|\p{L}+ (?:es|nos|hablo|se trata))|under what name|trade (?:as|under)|which \p{L}+ (?:is it|is this|is that|are you (?:with|from)|would that be)|what (?:kind|sort|type) of (?:place|shop|practice|school|club)/u,
  ],
  [
    'name',
    /\bname\b|who am i|whom|who (?:is|are|should|shall|do i|may i|will|'s|can|could|would|else)|who's|with whom|\bwer\b|mit wem|wie heissen|ihr name|ihren namen|namen?\b|wie darf ich sie|ansprechen|ansprechpart|\bwen\b|wem|nom\b|a qui|qui (?:est|demande|dois|puis|serait)|vous etes|comment vous appel|nombre(?! de (?:personnes|salaries|collab|employes))|quien|como se llama|como te llamas|con quien/,
  ],
  [
    'need',
    /what (?:can|could|do|are|would|brings|kind|should|did|about|services?)|looking for|help (?:you )?with|need (?:done|from)|worum|womit|was (?:kann|darf|suchen|brauch|benotig|fuhrt|soll|sucht)|wobei|en quoi|que (?:puis|cherchez|recherchez|souhaitez|voulez)|qu'est-ce|de quoi|quel (?:est )?(?:votre )?(?:besoin|projet)|en que|que (?:necesit|busca|le trae|desea|queria)|por aqui/,
  ],
];

export type Asked = {fields: ReadonlySet<FactField>; question: string; offset: number};

export const readAsked = (assistantText: string | undefined): Asked => {
  const text = assistantText ?? '';
  const {text: plain} = fold(text);
  // the last question; without one, all of it
  const sentences = plain.split(/(?<=[.!?])\s+/);
  const questions = sentences.filter(sentence => sentence.includes('?'));
  const question = questions.length > 0 ? questions.slice(-2).join(' ') : (sentences.at(-1) ?? '');
  const fields = new Set<FactField>();
  for (const [field, pattern] of patterns) if (pattern.test(question)) fields.add(field);
  if (
    /(?:company|business|firm|store|shop|firma|empresa|societe|entreprise)(?:'s)? (?:name|nombre|nom)|name of (?:your|the) (?:company|business|firm|organi)|name (?:ihrer|ihres|der|des) (?:firma|unternehmens|betriebs)|nom de (?:votre|la|l'|l) ?(?:societe|entreprise|structure)|nombre de (?:su|la) empresa|como se llama (?:su|la|el|tu|vuestra|vuestro) empresa|wie heisst (?:ihr|ihre|die|das)/.test(
      question,
    ) &&
    !/yours|and your name|und ihr name|et votre nom|y su nombre|your name/.test(question)
  )
    fields.delete('name');
  // nor is everybody a user
  if (
    /how many (?:of you |people )?(?:would|will|are going to|should|need to) (?:be )?(?:us|work|log)|wie ?viele (?:\p{L}+ )?(?:wurden|werden|sollen|sollten|wollen|mussten) (?:\p{L}+ )?(?:nutz|arbeit|benutz|verwend)|combien (?:\p{L}+ )?(?:l'utilis|vont l'|s'en serv)|cuant[oa]s (?:\p{L}+ )?(?:lo usar|lo utiliz|van a usar)/u.test(
      question,
    )
  )
    fields.delete('company_size');
  // seats, sites and their like are not people
  if (
    /(?:how many|number of|wie ?viele?|anzahl (?:der|an)|combien de|combien d'|nombre de|cuant[oa]s|numero de) (?:\p{L}+ )?(?:seats?|licen[cs]es?|users?|logins?|accounts?|sites?|locations?|branches|stores?|shops?|rooms?|beds?|machines?|devices?|vehicles?|pages?|pupils?|students?|customers?|guests?|copies|units?|orders?|calls?|lizenzen|platze|nutzer|zugange|standorte|filialen|zimmer|betten|gerate|maschinen|fahrzeuge|seiten|schuler|kunden|gaste|licences|postes|utilisateurs|acces|agences|magasins|chambres|lits|machines|vehicules|eleves|clients|licencias|puestos|usuarios|sedes|tiendas|habitaciones|camas|maquinas|vehiculos|paginas|alumnos|clientes)/u.test(
      question,
    )
  ) {
    fields.delete('company_size');
  }
  // "how large is the company", "who at your company decides" do not ask for its name
  if (
    (fields.has('company_size') || fields.has('authority')) &&
    !/name|nom\b|nombre|heisst|called|welche|which|quelle|que empresa|cual/.test(question)
  )
    fields.delete('company');
  // "what do you look for in a business account?"
  if (
    fields.has('need') &&
    !/name|nom\b|nombre|called|heisst|llama|which|welche|quelle|for which|fur welche|que empresa/.test(
      question,
    )
  )
    fields.delete('company');
  if (fields.has('authority') && !/name|nom\b|nombre/.test(question)) fields.delete('name');
  if ((fields.has('phone') || fields.has('email')) && !/name|wer\b|wem|who|quien|qui\b|nom\b/.test(question))
    fields.delete('name');
  return {fields, question, offset: plain.lastIndexOf(question)};
};
