import type {z} from 'zod';
import type {playbookSchema} from '../engine/index.ts';

/** A bank that does not exist. Every price and condition here is invented, for trying the product out. */
export const exampleBank: z.input<typeof playbookSchema> = {
  id: 'example-bank-business-accounts',
  name: 'Example Bank: business accounts',
  languages: ['en', 'de', 'fr', 'es'],
  tone: 'warm',
  goals: {
    en: 'Find out whether a company is looking for a business account, how large it is, what it may spend and when it wants to start, and bring it to an adviser.',
    de: 'Herausfinden, ob ein Unternehmen ein Geschäftskonto sucht, wie groß es ist, was es ausgeben will und wann es beginnen möchte, und es zur Beratung bringen.',
    fr: 'Savoir si une entreprise cherche un compte professionnel, sa taille, ce qu’elle compte dépenser et quand elle veut commencer, puis la mettre en relation avec un conseiller.',
    es: 'Averiguar si una empresa busca una cuenta para su negocio, su tamaño, cuánto quiere gastar y cuándo desea empezar, y llevarla a un asesor.',
  },
  greeting: {
    en: 'I can answer questions about our business accounts and put you in touch with an adviser. What brings you here?',
    de: 'Ich beantworte Fragen zu unseren Geschäftskonten und bringe Sie mit der Beratung zusammen. Was führt Sie zu uns?',
    fr: 'Je réponds aux questions sur nos comptes professionnels et vous mets en relation avec un conseiller. Qu’est-ce qui vous amène ?',
    es: 'Respondo preguntas sobre nuestras cuentas de empresa y le pongo en contacto con un asesor. ¿Qué le trae por aquí?',
  },
  starters: {
    en: ['Open a business account', 'What does it cost?'],
    de: ['Geschäftskonto eröffnen', 'Was kostet es?'],
    fr: ['Ouvrir un compte professionnel', 'Combien ça coûte ?'],
    es: ['Abrir una cuenta de empresa', '¿Cuánto cuesta?'],
  },
  facts: [
    {
      field: 'need',
      question: {
        en: ['What should the account do for you?', 'What are you looking for in a business account?'],
        de: ['Was soll das Konto für Sie leisten?', 'Was suchen Sie bei einem Geschäftskonto?'],
        fr: ['Qu’attendez-vous de ce compte ?', 'Que cherchez-vous dans un compte professionnel ?'],
        es: ['¿Qué necesita de la cuenta?', '¿Qué busca en una cuenta de empresa?'],
      },
      quickReplies: {
        en: ['Everyday payments', 'Payments abroad', 'Cards for the team'],
        de: ['Täglicher Zahlungsverkehr', 'Auslandszahlungen', 'Karten für das Team'],
        fr: ['Paiements courants', 'Paiements à l’étranger', 'Cartes pour l’équipe'],
        es: ['Pagos del día a día', 'Pagos al extranjero', 'Tarjetas para el equipo'],
      },
    },
    {
      field: 'company',
      question: {
        en: ['Which company is the account for?', 'May I ask for the name of your company?'],
        de: ['Für welches Unternehmen ist das Konto?', 'Wie heißt Ihr Unternehmen?'],
        fr: ['Pour quelle entreprise est le compte ?', 'Quel est le nom de votre entreprise ?'],
        es: ['¿Para qué empresa es la cuenta?', '¿Cómo se llama su empresa?'],
      },
    },
    {
      field: 'company_size',
      question: {
        en: ['How many people work there?', 'About how many employees do you have?'],
        de: ['Wie viele Menschen arbeiten dort?', 'Wie viele Beschäftigte haben Sie ungefähr?'],
        fr: ['Combien de personnes y travaillent ?', 'Combien de salariés avez-vous environ ?'],
        es: ['¿Cuántas personas trabajan allí?', '¿Cuántos empleados tienen, más o menos?'],
      },
    },
    {
      field: 'timeline',
      question: {
        en: ['When would you like to start?', 'By when should the account be ready?'],
        de: ['Wann möchten Sie beginnen?', 'Bis wann soll das Konto bereit sein?'],
        fr: ['Quand souhaitez-vous commencer ?', 'Pour quand le compte doit-il être prêt ?'],
        es: ['¿Cuándo le gustaría empezar?', '¿Para cuándo debe estar lista la cuenta?'],
      },
      quickReplies: {
        en: ['As soon as possible', 'In two months', 'In half a year'],
        de: ['So bald wie möglich', 'In zwei Monaten', 'In einem halben Jahr'],
        fr: ['Dès que possible', 'Dans deux mois', 'Dans six mois'],
        es: ['Lo antes posible', 'En dos meses', 'En seis meses'],
      },
    },
    {
      field: 'budget',
      question: {
        en: ['What may the account cost you a month?', 'Is there a monthly budget for fees?'],
        de: ['Was darf das Konto im Monat kosten?', 'Gibt es ein monatliches Budget für Gebühren?'],
        fr: [
          'Quel budget mensuel prévoyez-vous pour les frais ?',
          'Combien le compte peut-il vous coûter par mois ?',
        ],
        es: ['¿Cuánto puede costarle la cuenta al mes?', '¿Hay un presupuesto mensual para comisiones?'],
      },
    },
    {
      field: 'authority',
      question: {
        en: ['Who decides about the bank at your company?', 'Is the choice of bank yours to make?'],
        de: ['Wer entscheidet bei Ihnen über die Bank?', 'Entscheiden Sie selbst über die Wahl der Bank?'],
        fr: ['Qui décide du choix de la banque chez vous ?', 'Est-ce vous qui choisissez la banque ?'],
        es: ['¿Quién decide sobre el banco en su empresa?', '¿La elección del banco depende de usted?'],
      },
    },
    {
      field: 'name',
      question: {
        en: ['May I ask your name?', 'Who do I have the pleasure of talking to?'],
        de: ['Darf ich nach Ihrem Namen fragen?', 'Mit wem habe ich das Vergnügen?'],
        fr: ['Puis-je vous demander votre nom ?', 'À qui ai-je le plaisir de parler ?'],
        es: ['¿Me dice su nombre?', '¿Con quién tengo el gusto?'],
      },
    },
    {
      field: 'email',
      question: {
        en: ['Where can an adviser write to you?', 'Which e-mail address may an adviser use?'],
        de: ['Wohin darf die Beratung Ihnen schreiben?', 'Unter welcher E-Mail-Adresse erreichen wir Sie?'],
        fr: ['À quelle adresse un conseiller peut-il vous écrire ?', 'Quelle est votre adresse e-mail ?'],
        es: ['¿A qué correo puede escribirle un asesor?', '¿Cuál es su correo electrónico?'],
      },
    },
  ],
  faq: [
    {
      id: 'price',
      phrases: {
        en: ['cost', 'price', 'fee', 'fees', 'how much', 'expensive', 'pricing', 'quote'],
        de: ['kosten', 'kostet', 'preis', 'preise', 'gebühr', 'gebühren', 'wie viel', 'teuer'],
        fr: ['coûte', 'coûtent', 'coût', 'prix', 'tarif', 'tarifs', 'frais', 'combien'],
        es: ['cuesta', 'cuestan', 'coste', 'costo', 'precio', 'precios', 'tarifa', 'comisión', 'cuánto'],
      },
      answer: {
        en: 'The Example Business account costs 12 euros a month, Example Business Plus costs 29 euros a month. Payments in euros are included in both.',
        de: 'Das Konto Example Business kostet 12 Euro im Monat, Example Business Plus 29 Euro im Monat. Zahlungen in Euro sind in beiden enthalten.',
        fr: 'Le compte Example Business coûte 12 euros par mois, Example Business Plus 29 euros par mois. Les paiements en euros sont compris dans les deux.',
        es: 'La cuenta Example Business cuesta 12 euros al mes y Example Business Plus, 29 euros al mes. Los pagos en euros están incluidos en ambas.',
      },
      source: {
        en: 'Example Bank, list of prices (invented), page 1',
        de: 'Example Bank, Preisliste (erfunden), Seite 1',
        fr: 'Example Bank, liste des prix (inventée), page 1',
        es: 'Example Bank, lista de precios (inventada), página 1',
      },
    },
    {
      id: 'terminal-price',
      phrases: {
        en: ['terminal price', 'terminal cost', 'terminal how much', 'card reader cost', 'card reader price'],
        de: [
          'terminal preis',
          'terminal kostet',
          'kartenterminal kostet',
          'kartenterminal preis',
          'kartenleser kostet',
        ],
        fr: ['terminal prix', 'terminal coûte', 'terminal combien', 'lecteur carte prix'],
        es: [
          'terminal precio',
          'terminal cuesta',
          'datáfono cuesta',
          'datáfono precio',
          'lector tarjetas precio',
        ],
      },
      answer: {
        en: 'Each terminal costs 14 euros a month with up to 5 sites, 11 euros with up to 40, and 9 euros above that.',
        de: 'Jedes Terminal kostet 14 Euro im Monat bei bis zu 5 Standorten, 11 Euro bei bis zu 40 und darüber 9 Euro.',
        fr: 'Chaque terminal coûte 14 euros par mois jusqu’à 5 sites, 11 euros jusqu’à 40, et 9 euros au-delà.',
        es: 'Cada terminal cuesta 14 euros al mes con hasta 5 sedes, 11 euros con hasta 40 y 9 euros a partir de ahí.',
      },
      source: {
        en: 'Example Bank, list of prices (invented), page 2',
        de: 'Example Bank, Preisliste (erfunden), Seite 2',
        fr: 'Example Bank, liste des prix (inventée), page 2',
        es: 'Example Bank, lista de precios (inventada), página 2',
      },
    },
    {
      id: 'opening',
      phrases: {
        en: ['open account', 'documents need', 'which documents', 'what papers', 'how long opening'],
        de: ['konto eröffnen', 'welche unterlagen', 'dokumente', 'wie lange eröffnung', 'kontoeröffnung'],
        fr: ['ouvrir compte', 'quels documents', 'pièces', 'ouverture', 'justificatifs'],
        es: ['abrir cuenta', 'qué documentos', 'documentación', 'papeles', 'apertura'],
      },
      answer: {
        en: 'To open an account we need an extract from the commercial register and an identity document of each person who may sign.',
        de: 'Für die Eröffnung brauchen wir einen Handelsregisterauszug und ein Ausweisdokument jeder zeichnungsberechtigten Person.',
        fr: 'Pour l’ouverture, il nous faut un extrait du registre du commerce et une pièce d’identité de chaque personne habilitée à signer.',
        es: 'Para la apertura necesitamos un extracto del registro mercantil y un documento de identidad de cada persona con firma.',
      },
      source: {
        en: 'Example Bank, opening an account (invented), section 2',
        de: 'Example Bank, Kontoeröffnung (erfunden), Abschnitt 2',
        fr: 'Example Bank, ouverture de compte (inventée), section 2',
        es: 'Example Bank, apertura de cuenta (inventada), apartado 2',
      },
    },
    {
      id: 'abroad',
      phrases: {
        en: ['abroad', 'foreign currency', 'international payments', 'payments dollars', 'swift'],
        de: ['ausland', 'auslandszahlungen', 'fremdwährung', 'zahlungen dollar', 'swift'],
        fr: ['étranger', 'devises', 'paiements internationaux', 'virement dollars', 'swift'],
        es: ['extranjero', 'divisas', 'pagos internacionales', 'transferencias dólares', 'swift'],
      },
      answer: {
        en: 'Example Business Plus holds accounts in euros, dollars, pounds and francs. Example Business is in euros only.',
        de: 'Example Business Plus führt Konten in Euro, Dollar, Pfund und Franken. Example Business gibt es nur in Euro.',
        fr: 'Example Business Plus propose des comptes en euros, dollars, livres et francs. Example Business est en euros seulement.',
        es: 'Example Business Plus ofrece cuentas en euros, dólares, libras y francos. Example Business es solo en euros.',
      },
      source: {
        en: 'Example Bank, accounts compared (invented), page 3',
        de: 'Example Bank, Kontenvergleich (erfunden), Seite 3',
        fr: 'Example Bank, comparaison des comptes (inventée), page 3',
        es: 'Example Bank, comparación de cuentas (inventada), página 3',
      },
    },
    {
      id: 'accounting',
      phrases: {
        en: ['accounting software', 'api', 'connect bookkeeping', 'integrate', 'integration', 'ebics'],
        de: ['buchhaltung', 'schnittstelle', 'anbinden', 'anbindung', 'api', 'ebics'],
        fr: ['comptabilité', 'logiciel comptable', 'api', 'connecter', 'intégration', 'ebics'],
        es: ['contabilidad', 'programa contable', 'api', 'conectar', 'integración', 'ebics'],
      },
      answer: {
        en: 'Statements and payments can be exchanged with accounting software through EBICS and as CAMT files.',
        de: 'Auszüge und Zahlungen lassen sich über EBICS und als CAMT-Dateien mit der Buchhaltung austauschen.',
        fr: 'Les relevés et les paiements s’échangent avec le logiciel comptable par EBICS et en fichiers CAMT.',
        es: 'Los extractos y los pagos se intercambian con el programa contable por EBICS y en ficheros CAMT.',
      },
      source: {
        en: 'Example Bank, technical sheet (invented), page 1',
        de: 'Example Bank, technisches Datenblatt (erfunden), Seite 1',
        fr: 'Example Bank, fiche technique (inventée), page 1',
        es: 'Example Bank, ficha técnica (inventada), página 1',
      },
    },
    {
      id: 'privacy',
      phrases: {
        en: ['data protection', 'where data stored', 'hosting data', 'gdpr'],
        de: ['datenschutz', 'wo daten gespeichert', 'hosting daten', 'dsgvo'],
        fr: ['protection données', 'où données stockées', 'hébergement données', 'rgpd'],
        es: ['protección datos', 'dónde datos guardan', 'alojamiento datos', 'rgpd'],
      },
      answer: {
        en: 'This chat runs on Example Bank’s own servers. No conversation is sent to an outside AI service.',
        de: 'Dieser Chat läuft auf eigenen Servern der Example Bank. Kein Gespräch geht an einen fremden KI-Dienst.',
        fr: 'Cette conversation se tient sur les serveurs d’Example Bank. Rien n’est envoyé à un service d’IA extérieur.',
        es: 'Este chat funciona en servidores propios de Example Bank. Ninguna conversación se envía a un servicio de IA externo.',
      },
      source: {
        en: 'Example Bank, privacy notice (invented), section 4',
        de: 'Example Bank, Datenschutzhinweise (erfunden), Abschnitt 4',
        fr: 'Example Bank, notice de confidentialité (inventée), section 4',
        es: 'Example Bank, aviso de privacidad (inventado), apartado 4',
      },
    },
  ],
  rules: [
    {
      id: 'size-10',
      label: {
        en: 'Ten people or more',
        de: 'Zehn Personen oder mehr',
        fr: 'Dix personnes ou plus',
        es: 'Diez personas o más',
      },
      why: {
        en: 'From ten people on, an adviser looks after the company.',
        de: 'Ab zehn Personen betreut eine Beraterin oder ein Berater das Unternehmen.',
        fr: 'À partir de dix personnes, un conseiller suit l’entreprise.',
        es: 'A partir de diez personas, un asesor atiende a la empresa.',
      },
      points: 20,
      when: {fact: 'company_size', atLeast: 10},
    },
    {
      id: 'size-100',
      label: {
        en: 'A hundred people or more',
        de: 'Hundert Personen oder mehr',
        fr: 'Cent personnes ou plus',
        es: 'Cien personas o más',
      },
      why: {
        en: 'Large companies belong to the corporate desk.',
        de: 'Große Unternehmen gehören zur Firmenkundenabteilung.',
        fr: 'Les grandes entreprises relèvent du service dédié.',
        es: 'Las empresas grandes corresponden al equipo de grandes cuentas.',
      },
      points: 10,
      when: {fact: 'company_size', atLeast: 100},
    },
    {
      id: 'soon',
      label: {
        en: 'Starts within three months',
        de: 'Beginn in drei Monaten',
        fr: 'Début sous trois mois',
        es: 'Empieza antes de tres meses',
      },
      why: {
        en: 'Who starts soon should speak to an adviser soon.',
        de: 'Wer bald beginnt, sollte bald mit der Beratung sprechen.',
        fr: 'Qui commence bientôt doit parler bientôt à un conseiller.',
        es: 'Quien empieza pronto debe hablar pronto con un asesor.',
      },
      points: 20,
      when: {fact: 'timeline', within: '1-3m'},
    },
    {
      id: 'budget',
      label: {
        en: 'Room for an account’s fee',
        de: 'Budget reicht für ein Konto',
        fr: 'Budget suffisant',
        es: 'Presupuesto suficiente',
      },
      why: {
        en: 'The named budget covers at least the smaller account.',
        de: 'Das genannte Budget deckt mindestens das kleinere Konto.',
        fr: 'Le budget indiqué couvre au moins le plus petit compte.',
        es: 'El presupuesto indicado cubre al menos la cuenta menor.',
      },
      points: 15,
      when: {fact: 'budget', atLeast: 12, per: 'month', currencies: ['EUR', 'CHF', 'USD', 'GBP']},
    },
    {
      id: 'decides',
      label: {en: 'Decides', de: 'Entscheidet', fr: 'Décide', es: 'Decide'},
      why: {
        en: 'The person can choose the bank.',
        de: 'Die Person kann die Bank wählen.',
        fr: 'La personne peut choisir la banque.',
        es: 'La persona puede elegir el banco.',
      },
      points: 15,
      when: {fact: 'authority', oneOf: ['decision_maker']},
    },
    {
      id: 'reachable',
      label: {en: 'Can be reached', de: 'Ist erreichbar', fr: 'Peut être joint', es: 'Se le puede contactar'},
      why: {
        en: 'There is an address or a number to answer to.',
        de: 'Es gibt eine Adresse oder Nummer für die Antwort.',
        fr: 'Il y a une adresse ou un numéro pour répondre.',
        es: 'Hay una dirección o un número para responder.',
      },
      points: 15,
      when: {known: ['email', 'phone']},
    },
    {
      id: 'interest',
      label: {
        en: 'Asks about price, a demonstration or a trial',
        de: 'Fragt nach Preis, Vorführung oder Test',
        fr: 'Demande prix, démonstration ou essai',
        es: 'Pregunta por precio, demostración o prueba',
      },
      why: {
        en: 'These are questions of somebody who compares to buy.',
        de: 'So fragt, wer vor einem Kauf vergleicht.',
        fr: 'Ce sont les questions de qui compare pour acheter.',
        es: 'Son preguntas de quien compara para comprar.',
      },
      points: 10,
      when: {intent: ['pricing', 'demo', 'trial', 'integration', 'migration']},
    },
  ],
  bar: 60,
  businessHours: {
    timeZone: 'Europe/Zurich',
    days: {
      mon: {from: '08:00', to: '18:00'},
      tue: {from: '08:00', to: '18:00'},
      wed: {from: '08:00', to: '18:00'},
      thu: {from: '08:00', to: '18:00'},
      fri: {from: '08:00', to: '17:00'},
      sat: null,
      sun: null,
    },
  },
  routing: [
    {
      when: {fact: 'company_size', atLeast: 100},
      team: 'corporate',
      why: {
        en: 'A hundred people or more.',
        de: 'Hundert Personen oder mehr.',
        fr: 'Cent personnes ou plus.',
        es: 'Cien personas o más.',
      },
    },
  ],
};
