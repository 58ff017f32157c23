import type {NoticeTexts} from './en.ts';

export const de: NoticeTexts = {
  title: 'Datenschutzhinweise: Chat von {company}',

  controller: 'Wer verantwortlich ist',
  controllerText:
    '{company} entscheidet, wozu und wie die hier beschriebenen Daten verwendet werden (Verantwortlicher, Artikel 4 Nr. 7 {law}). Der Chat läuft auf einem eigenen Server.',
  otherLaw:
    'Dieser Server steht in: {region}. Die unten genannten Artikel sind die der DSGVO. Wo ein anderes Recht Sie schützt, gilt es daneben.',
  contactName: 'Ansprechstelle für Fragen zum Datenschutz: {name}',
  contact: 'Ansprechstelle für Fragen zum Datenschutz:',
  postalAddress: 'Postanschrift: {address}',
  officer: 'Datenschutzbeauftragte oder -beauftragter: {officer}',

  ai: 'Zuerst antwortet eine KI',
  aiText:
    'Sie schreiben mit einer KI, bis ein Mensch dazukommt; das sagt Ihnen der Chat vor der ersten Antwort (Artikel 50 der KI-Verordnung der EU). Nach einem Menschen können Sie jederzeit fragen. Unter „Datenschutz“ im Chat können Sie auch wählen, dass Ihnen ohne KI geantwortet wird: Ab dann liest und beantwortet keine KI, was Sie schreiben.',
  aiHere: 'Die KI läuft auf dem Server des Chats. Was Sie schreiben, geht an keinen KI-Dienst anderswo.',
  aiServer:
    'Die KI läuft auf einem Modellserver, an den Ihre Nachrichten gesendet werden. Er ist unter „Wer Daten erhält“ genannt.',

  data: 'Was gespeichert wird',
  dataIntro: 'Der Server des Chats speichert:',
  dataMore:
    'Dazu kommt, was ein Chat zum Funktionieren braucht: Zeiten, Ihre Sprache, die Website, von der Sie kamen, und laufende Nummern.',
  dataBrowser:
    'Ihr Browser behält einen Schlüssel, mit dem das Gespräch später weitergeht, wie weit Sie gelesen haben, ob der Chat offen ist, und noch nicht gesendete Wörter. Bevor Sie den Chat öffnen, wird dort nichts abgelegt, und niemand verfolgt Sie von Seite zu Seite.',
  dataSource: 'All das kommt von Ihnen und Ihrem Browser. Aus anderen Quellen kommt nichts hinzu.',
  dataSensitive:
    'Bitte schreiben Sie nichts über Gesundheit, Religion, politische Meinungen oder ähnlich Heikles. Der Chat braucht es nicht.',
  items: {
    messages:
      'Nachrichten: was Sie und die Antwortenden schreiben. Nummern von Zahlungskarten werden unkenntlich gemacht, bevor etwas gespeichert wird.',
    facts:
      'Angaben: was die KI aus Ihren Nachrichten notiert hat, etwa Bedarf, Budget, Größe der Firma oder Zeitrahmen, jeweils mit Ihren eigenen Worten.',
    score: 'Bewertung: Punkte für diese Angaben, mit Gründen.',
    contact: 'Kontaktdaten, die Sie schreiben: Name, E-Mail, Telefon, Firma, Funktion.',
    address: 'Netzwerkadresse (IP), gekürzt.',
    device: 'Art von Gerät und Browser.',
    page: 'Seite, auf der Sie den Chat geöffnet haben.',
    pages:
      'Seiten, die Sie besuchen, während der Chat offen oder minimiert ist: ihre Adressen ohne das, was auf ein Fragezeichen folgt, nie ihre Titel.',
    time: 'Wie lange der Chat offen war.',
    video: 'Wie oft Sie Videogespräche genutzt haben.',
    crm: 'Wie oft Ihre Anfrage an das Vertriebssystem weitergegeben wurde.',
    answers:
      'Antworten: was Ihnen zu Datenschutz und KI gezeigt wurde, auf welcher Seite, und womit Sie einverstanden waren oder wem Sie widersprochen haben.',
    requests:
      'Anfragen zu Ihren Daten: was Sie fragen, was Sie als Antwort erhalten, und die Adresse, an die ein Code geht.',
    access: 'Zugriffsprotokoll: wer Ihre Daten wann und wozu angesehen hat.',
  },
  itemNames: {
    messages: 'Nachrichten',
    facts: 'Angaben',
    score: 'Bewertung',
    contact: 'Kontaktdaten',
    address: 'Netzwerkadresse',
    device: 'Gerät und Browser',
    page: 'Seite',
    pages: 'besuchte Seiten',
    time: 'Zeit im Chat',
    video: 'Videogespräche',
    crm: 'Zahl der Weitergaben',
    answers: 'Antworten zum Datenschutz',
    requests: 'Anfragen',
    access: 'Zugriffsprotokoll',
  },

  addressWhole: 'Netzwerkadresse (IP), ganz.',
  usage: 'Was gemessen wird und wie Sie widersprechen',
  usageAsk:
    'Wo der Chat Sie zuerst fragt, wird nicht gemessen, wie Sie ihn nutzen, bevor Sie Ja sagen (Artikel 6 Absatz 1 Buchstabe a {law}). Das können Sie ebenso leicht zurücknehmen.',
  usageInform:
    'Wo der Chat es Ihnen beim Öffnen sagt, wird von da an gemessen, weil wir ein berechtigtes Interesse daran haben, Fehler zu finden (Artikel 6 Absatz 1 Buchstabe f {law}), bis Sie widersprechen (Artikel 21).',
  usageHow:
    'Unter „Datenschutz“ im Chat sehen Sie, was von Ihnen gemessen wurde, und ein Klick beendet es: Dann wird nichts mehr gemessen, und was gemessen wurde, wird gelöscht. Ein Browser, der darum bittet, nicht verfolgt zu werden (Global Privacy Control oder Do Not Track), gilt als Widerspruch.',
  usageWhole: 'Netzwerkadressen werden ganz gespeichert, aus diesem Grund: {reason}',
  usageOff: 'Hier abgeschaltet und daher nicht gemessen: {items}.',
  usageNone: 'Wie Sie den Chat nutzen, wird hier nicht gemessen.',

  purposes: 'Wozu die Daten dienen und warum das rechtmäßig ist',
  purposesHead: ['Zweck', 'Daten', 'Rechtsgrundlage'],
  purposeWords: {
    service: 'Mit Ihnen sprechen und Ihnen antworten',
    qualification: 'Verstehen, was Sie brauchen und wer Ihnen helfen kann',
    routing: 'Sie mit der richtigen Person zusammenbringen',
    crm_sync: 'Ihre Anfrage an das Vertriebssystem weitergeben',
    security: 'Den Chat vor Missbrauch schützen und nachweisen, wer Zugriff hatte',
    administration: 'Diesen Server betreiben und verantworten, was auf ihm geschieht',
    usage: 'Fehler finden und den Chat verbessern',
  },
  bases: {
    contract: 'Artikel 6 Absatz 1 Buchstabe b {law}: Sie haben es angefragt, vor oder in einem Vertrag',
    legitimate_interest:
      'Artikel 6 Absatz 1 Buchstabe f {law}: unser berechtigtes Interesse an einem Chat, der funktioniert und vor Missbrauch sicher ist',
    consent:
      'Artikel 6 Absatz 1 Buchstabe a {law}: Ihre Einwilligung, die Sie jederzeit für die Zukunft widerrufen können',
    legal_obligation:
      'Artikel 6 Absatz 1 Buchstabe c {law}: unsere Pflicht, Daten zu schützen und das nachweisen zu können (Artikel 5 Absatz 2 und Artikel 32)',
  },

  recipients: 'Wer Daten erhält',
  recipientsStaff:
    'Menschen, die für {company} Chats beantworten oder diesen Server betreiben, soweit es ihre Aufgabe erlaubt.',
  recipientsNone: 'Der Server sendet Daten dieses Chats an niemanden sonst.',
  recipientsIntro: 'Der Server sendet Daten dieses Chats an:',
  recipient: '{kind}: {name}, in: {region}. Erhält: {items}.',
  recipientOwn: '{kind} im Netz von {company}, in: {region}. Erhält: {items}.',
  recipientKinds: {
    crm_sync: 'Vertriebssystem (CRM)',
    mail: 'E-Mail-Dienst',
    licence: 'Lizenzprüfung',
    model_server: 'Modellserver der KI',
    model_mirror: 'Bezugsquelle für Modelldateien der KI',
    backup: 'Speicher der Sicherungen',
    audit_witness: 'Zeuge des Zugriffsprotokolls',
    identity_provider: 'Anmeldedienst',
    turn: 'Vermittlung von Videogesprächen',
    benchmark: 'Vergleich von Kennzahlen',
  },
  recipientsNever:
    'Daten dieses Chats werden nicht verkauft, und kein Werbe- oder Analysedienst ist Teil davon.',

  place: 'Wo die Daten sind',
  placeText:
    'Die Daten liegen auf diesem Server, in: {region}. Der Server verbindet sich nur mit Empfängern, die {company} namentlich als in dieser Region befindlich erklärt hat, und verweigert alles andere.',
  placeInside: 'Dieser Server überträgt nichts aus dieser Region hinaus.',
  transferBases: {
    adequacy_decision: 'Angemessenheitsbeschluss',
    standard_clauses: 'Standardvertragsklauseln',
    binding_rules: 'verbindliche interne Datenschutzvorschriften',
    explicit_consent: 'ausdrückliche Einwilligung',
    contract_performance: 'Vertrag mit Ihnen',
  },
  until: 'bis',
  placeOutside:
    'Außerhalb dieser Region gehen Daten an: {names}. Die Garantien (Artikel 44 bis 49 {law}) nennt Ihnen die Ansprechstelle oben.',

  retention: 'Wie lange sie aufbewahrt werden',
  retentionHead: ['Daten', 'Aufbewahrt'],
  kept: {
    conversations: 'Bis {days} Tage nach der letzten Nachricht',
    leads: 'Bis {days} Tage nach der letzten Änderung',
    usage: '{days} Tage',
    mail: '{days} Tage, nachdem er geschrieben wurde',
    audit: 'Solange {company} diesen Server betreibt',
    account: 'Solange {company} diesen Server betreibt',
    with_subject: 'So lange wie die Daten, zu denen es gehört',
  },
  keptOnSite: 'auf {site} {days} Tage',
  keptAtLeast:
    'mindestens {days} Tage, weil {demand} es verlangt; bis dahin wird es aufbewahrt und nicht verwendet',
  retentionRun:
    'Jede Nacht wird gelöscht, was älter ist. Zuerst wird der Schlüssel vernichtet, der die Daten einer Person lesbar macht.',
  retentionElsewhere: 'Was ein Empfänger erhalten hat, wird dort nach dessen eigenen Regeln aufbewahrt.',

  qualification: 'Wie Ihre Anfrage bewertet wird',
  qualificationHow:
    'Die KI sucht in Ihren Nachrichten nach Angaben wie Bedarf, Budget und Zeitrahmen. Regeln, die {company} festgelegt hat, geben dafür Punkte. Jede Angabe steht neben Ihren eigenen Worten, damit ein Mensch sie prüfen kann.',
  qualificationThen:
    'Ab einer bestimmten Punktzahl wird ein Mensch gerufen und Ihre Anfrage als Lead behandelt. Darunter geht der Chat weiter, und Sie können ebenso nach einem Menschen fragen.',
  qualificationCrm: 'Ein Lead wird außerdem an das Vertriebssystem weitergegeben.',
  qualificationRights:
    'Keine Entscheidung, die Ihnen gegenüber rechtliche Wirkung hat oder Sie ähnlich erheblich beeinträchtigt, beruht allein darauf (Artikel 22 {law}). Sie können sich die Bewertung erklären, sie berichtigen und von einem Menschen überprüfen lassen und Ihren Standpunkt darlegen: über die Ansprechstelle oben.',

  rights: 'Ihre Rechte',
  rightsIntro: 'Sie haben das Recht,',
  rightsList: [
    'zu erfahren, was über Sie gespeichert ist, und eine Kopie zu erhalten (Artikel 15 {law}),',
    'es berichtigen zu lassen (Artikel 16),',
    'es löschen zu lassen (Artikel 17),',
    'seine Verwendung einschränken zu lassen (Artikel 18),',
    'was Sie geschrieben haben, in einer gängigen maschinenlesbaren Form zu erhalten (Artikel 20),',
    'jederzeit aus Gründen Ihrer besonderen Situation Verwendungen zu widersprechen, die auf berechtigtem Interesse beruhen (Artikel 21).',
  ],
  rightsHow:
    'Eine Nachricht an die Ansprechstelle oben genügt. Sie erhalten innerhalb eines Monats Antwort (Artikel 12 Absatz 3).',

  complaint: 'Beschwerde',
  complaintText:
    'Sie können sich bei einer Datenschutzbehörde beschweren, vor allem dort, wo Sie wohnen oder arbeiten oder wo Ihrer Ansicht nach das Recht verletzt wurde (Artikel 77 {law}).',
  authority: 'Zum Beispiel: {name}',
  authorities: 'Die Behörden des Europäischen Wirtschaftsraums',

  duty: 'Müssen Sie etwas schreiben?',
  dutyText:
    'Nein. Weder ein Gesetz noch ein Vertrag verpflichtet Sie dazu. Ohne einen Weg zu Ihnen kann Ihnen niemand antworten, sobald Sie gegangen sind.',

  changes: 'Zu diesen Hinweisen',
  changesText:
    'Sie entstehen aus den Einstellungen, die auf diesem Server in Kraft sind. Ändern sich diese, entsteht eine neue Fassung; frühere bleiben unter dieser Adresse lesbar.',

  languageName: 'Deutsch',
  languages: 'Sprachen',
  earlier: 'Frühere Fassungen',
  asPdf: 'Als PDF',
  current: 'Dies ist eine frühere Fassung. Zur geltenden',
};
