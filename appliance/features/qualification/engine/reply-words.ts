import type {FactField, Intent, Locale} from './engine.types.ts';

/** Built-in sentences. None states a price, a promise, a date or anything else about what the customer sells. */
export type ReplyWords = {
  disclosure: (company: string) => string;
  welcome: string;
  /** To who only says hello. */
  here: string;
  person: string;
  fields: Partial<Record<FactField, string>>;
  and: string;
  thanks: {formal: string[]; warm: string[]};
  noted: string[];
  named: string[];
  /** While somebody is free. */
  asked: string[];
  qualified: string[];
  call: string;
  /** While nobody is: nothing is passed on, and nobody is said to come. */
  gladly: string;
  enoughForUs: string;
  nobody: string;
  back: (when: string) => string;
  kept: string;
  contact: string;
  leave: string;
  declined: string[];
  unknown: string[];
  price: string[];
  /** A colleague is asked, and the AI goes on meanwhile. */
  notKnown: string;
  askColleague: string;
  /** Before a passage that is quoted word for word; the language is named where it is another one. */
  documents: {says: (language: string | undefined) => string; marks: [string, string]};
  enough: string[];
  bye: string[];
  order: string[];
  sensitive: string[];
  /** Below it stand the choices. */
  privacyChoice: string;
  intents: Partial<Record<Intent, string[]>>;
};

export const replyWords: Record<Locale, ReplyWords> = {
  en: {
    disclosure: company =>
      `Hello! I am an AI assistant${company ? ` of ${company}` : ''}, not a person. You can ask for a human at any time.`,
    welcome: 'What can I help you with?',
    here: 'Yes, I am here.',
    person: 'Talk to a person',
    fields: {
      name: 'your name',
      email: 'your e-mail address',
      phone: 'your phone number',
      company: 'your company',
      job_title: 'your role',
      company_size: 'the size of your company',
      budget: 'the budget',
      timeline: 'the time frame',
      need: 'what you need',
      authority: 'how you decide',
    },
    and: 'and',
    thanks: {
      formal: ['Thank you.', 'Thank you very much.'],
      warm: ['Thanks!', 'Thank you!', 'Great, thanks!'],
    },
    noted: ['I have noted {what}.', 'I have {what} now.', '{What}: noted.'],
    named: ['Nice to meet you, {name}.', 'Hello {name}!', 'Pleased to meet you, {name}.'],
    asked: [
      'Of course. I am calling a colleague into this chat now.',
      'Gladly: a colleague is being called now.',
    ],
    qualified: [
      'That is all I need. I am calling a colleague who can take it from here.',
      'A colleague should take it from here; I am calling one now.',
    ],
    call: 'Shall I call one?',
    gladly: 'Of course.',
    enoughForUs: 'That is all I need.',
    nobody: 'No colleague is free at this moment.',
    back: when => `No colleague is here now; they are here again ${when}.`,
    kept: 'They find here what you wrote, and can answer you under the contact you gave.',
    contact: 'Where may they answer you: at which e-mail address or phone number?',
    leave: 'They find here what you wrote; with an e-mail address or a phone number they can answer you.',
    declined: ['All right.', 'As you like.'],
    unknown: [
      'I don’t know that, and I would rather not guess. A colleague can answer it.',
      'That I cannot answer reliably. A colleague can.',
    ],
    price: [
      'What that costs, a colleague can tell you.',
      'For that I have no price to quote; a colleague can tell you.',
    ],
    notKnown: 'I don’t know that, and I would rather not guess.',
    askColleague: 'I am asking a colleague, who will answer here. Until then, do ask me anything else.',
    documents: {
      says: language => (language ? `Our documents say, in ${language}:` : 'Our documents say:'),
      marks: ['“', '”'],
    },
    enough: [
      'I have noted everything. Is there anything else?',
      'That is all I wanted to ask. Is there anything else you would like to know?',
    ],
    bye: ['You are welcome. I am here if you need anything.', 'My pleasure. Goodbye for now!'],
    order: [
      'What I write down is what visitors say of themselves and their plans. How can I help you?',
      'That I cannot do. I am glad to answer questions about what we offer.',
    ],
    sensitive: [
      'Please do not share health or identity details here. A colleague can talk about that in confidence.',
    ],
    privacyChoice:
      'Below you can also object to the use of your data or have this chat erased. Nothing of that happens until you confirm it.',
    intents: {
      opt_out: [
        'Understood. I have marked this conversation so that the team sees your wish, and I will ask nothing more.',
      ],
      support_request: ['I am sorry about the trouble. A colleague can help with it.'],
      job_seeker: [
        'Thank you for your interest in working here. I am here for customers and cannot take applications; a colleague will see your message.',
      ],
      vendor_pitch: [
        'Thank you. I am here for customers and cannot judge offers; a colleague will see your message.',
      ],
    },
  },
  de: {
    disclosure: company =>
      `Guten Tag! Ich bin ein KI-Assistent${company ? ` von ${company}` : ''}, kein Mensch. Sie können jederzeit nach einem Menschen fragen.`,
    welcome: 'Womit kann ich Ihnen helfen?',
    here: 'Ja, ich bin da.',
    person: 'Mit einem Menschen sprechen',
    fields: {
      name: 'Ihren Namen',
      email: 'Ihre E-Mail-Adresse',
      phone: 'Ihre Telefonnummer',
      company: 'Ihr Unternehmen',
      job_title: 'Ihre Funktion',
      company_size: 'die Größe Ihres Unternehmens',
      budget: 'das Budget',
      timeline: 'den Zeitrahmen',
      need: 'Ihren Bedarf',
      authority: 'Ihre Rolle bei der Entscheidung',
    },
    and: 'und',
    thanks: {formal: ['Vielen Dank.', 'Besten Dank.'], warm: ['Danke!', 'Vielen Dank!', 'Prima, danke!']},
    noted: ['Ich habe {what} notiert.', 'Ich habe {what} aufgenommen.', 'Notiert habe ich {what}.'],
    named: ['Freut mich, {name}.', 'Guten Tag, {name}!', 'Schön, Sie kennenzulernen, {name}.'],
    asked: [
      'Selbstverständlich. Ich hole jetzt jemanden aus dem Team in den Chat.',
      'Gern: Ich rufe jetzt jemanden aus dem Team.',
    ],
    qualified: [
      'Das ist alles, was ich brauche. Ich rufe jemanden aus dem Team, der hier übernimmt.',
      'Ab hier sollte jemand aus dem Team übernehmen; ich rufe jetzt an.',
    ],
    call: 'Soll ich jemanden rufen?',
    gladly: 'Selbstverständlich.',
    enoughForUs: 'Das ist alles, was ich brauche.',
    nobody: 'Im Moment ist niemand aus dem Team frei.',
    back: when => `Gerade ist niemand da; das Team ist ${when} wieder hier.`,
    kept: 'Das Team findet hier, was Sie geschrieben haben, und kann Ihnen unter den angegebenen Kontaktdaten antworten.',
    contact: 'Wohin darf das Team Ihnen antworten: an welche E-Mail-Adresse oder Telefonnummer?',
    leave:
      'Das Team findet hier, was Sie geschrieben haben; mit einer E-Mail-Adresse oder Telefonnummer kann es Ihnen antworten.',
    declined: ['In Ordnung.', 'Wie Sie möchten.'],
    unknown: [
      'Das weiß ich nicht, und raten möchte ich nicht. Jemand aus dem Team kann es beantworten.',
      'Das kann ich nicht verlässlich beantworten. Jemand aus dem Team kann es.',
    ],
    price: [
      'Was das kostet, kann Ihnen jemand aus dem Team sagen.',
      'Dafür kann ich keinen Preis nennen; jemand aus dem Team kann es Ihnen sagen.',
    ],
    notKnown: 'Das weiß ich nicht, und raten möchte ich nicht.',
    askColleague:
      'Ich frage jemanden aus dem Team; die Antwort kommt hier. Bis dahin fragen Sie mich gern weiter.',
    documents: {
      says: language =>
        language ? `In unseren Unterlagen steht, auf ${language}:` : 'In unseren Unterlagen steht:',
      marks: ['„', '“'],
    },
    enough: [
      'Ich habe alles notiert. Haben Sie noch eine Frage?',
      'Mehr wollte ich nicht fragen. Möchten Sie noch etwas wissen?',
    ],
    bye: ['Gern geschehen. Ich bin hier, wenn Sie etwas brauchen.', 'Sehr gern. Auf Wiedersehen!'],
    order: [
      'Ich notiere nur, was man mir über sich und seinen Bedarf erzählt. Wie kann ich Ihnen helfen?',
      'Das kann ich nicht tun. Fragen zu unserem Angebot beantworte ich gern.',
    ],
    sensitive: [
      'Bitte teilen Sie hier keine Gesundheits- oder Ausweisdaten mit. Darüber spricht jemand aus dem Team vertraulich mit Ihnen.',
    ],
    privacyChoice:
      'Unten können Sie außerdem der Verwendung Ihrer Daten widersprechen oder diesen Chat löschen lassen. Nichts davon geschieht, bevor Sie es bestätigen.',
    intents: {
      opt_out: [
        'Verstanden. Ich habe dieses Gespräch so markiert, dass das Team Ihren Wunsch sieht, und frage nichts weiter.',
      ],
      support_request: ['Das tut mir leid. Jemand aus dem Team kann Ihnen dabei helfen.'],
      job_seeker: [
        'Danke für Ihr Interesse an einer Stelle. Ich bin für Kundinnen und Kunden da und kann keine Bewerbung annehmen; jemand aus dem Team sieht Ihre Nachricht.',
      ],
      vendor_pitch: [
        'Danke. Ich bin für Kundinnen und Kunden da und kann Angebote nicht beurteilen; jemand aus dem Team sieht Ihre Nachricht.',
      ],
    },
  },
  fr: {
    disclosure: company =>
      `Bonjour ! Je suis un assistant IA${company ? ` de ${company}` : ''}, pas une personne. Vous pouvez demander un humain à tout moment.`,
    welcome: 'Comment puis-je vous aider ?',
    here: 'Oui, je suis là.',
    person: 'Parler à une personne',
    fields: {
      name: 'votre nom',
      email: 'votre adresse e-mail',
      phone: 'votre numéro de téléphone',
      company: 'votre entreprise',
      job_title: 'votre fonction',
      company_size: 'la taille de votre entreprise',
      budget: 'le budget',
      timeline: 'le calendrier',
      need: 'votre besoin',
      authority: 'la façon dont vous décidez',
    },
    and: 'et',
    thanks: {
      formal: ['Merci.', 'Je vous remercie.'],
      warm: ['Merci !', 'Merci beaucoup !', 'Parfait, merci !'],
    },
    noted: ['J’ai noté {what}.', 'C’est noté : {what}.', 'Je note {what}.'],
    named: ['Enchanté, {name}.', 'Bonjour {name} !', 'Ravi de faire votre connaissance, {name}.'],
    asked: [
      'Bien sûr. J’appelle une ou un collègue dans cette conversation.',
      'Volontiers : je préviens l’équipe tout de suite.',
    ],
    qualified: [
      'C’est tout ce qu’il me faut. J’appelle une ou un collègue qui prend la suite.',
      'L’équipe peut prendre la suite ; je la préviens tout de suite.',
    ],
    call: 'Voulez-vous que je l’appelle ?',
    gladly: 'Bien sûr.',
    enoughForUs: 'C’est tout ce qu’il me faut.',
    nobody: 'Personne de l’équipe n’est libre à cet instant.',
    back: when => `Personne n’est là en ce moment ; l’équipe est de retour ${when}.`,
    kept: 'L’équipe trouve ici ce que vous avez écrit et peut vous répondre aux coordonnées que vous avez données.',
    contact: 'Où peut-elle vous répondre : à quelle adresse e-mail ou à quel numéro ?',
    leave:
      'L’équipe trouve ici ce que vous avez écrit ; avec une adresse e-mail ou un numéro, elle peut vous répondre.',
    declined: ['Très bien.', 'Comme vous voulez.'],
    unknown: [
      'Je ne le sais pas et je préfère ne pas deviner. L’équipe peut vous répondre.',
      'Je ne peux pas y répondre de façon sûre. L’équipe le peut.',
    ],
    price: [
      'L’équipe peut vous dire ce que cela coûte.',
      'Je n’ai pas de prix à vous citer pour cela ; l’équipe peut vous le dire.',
    ],
    notKnown: 'Je ne le sais pas, et je préfère ne pas deviner.',
    askColleague:
      'Je demande à un collègue, qui répondra ici. D’ici là, posez-moi volontiers d’autres questions.',
    documents: {
      says: language => (language ? `Nos documents disent, en ${language} :` : 'Nos documents disent :'),
      marks: ['« ', ' »'],
    },
    enough: [
      'J’ai tout noté. Avez-vous une autre question ?',
      'Je n’ai pas d’autre question. Souhaitez-vous savoir autre chose ?',
    ],
    bye: ['Je vous en prie. Je reste là si besoin.', 'Avec plaisir. À bientôt !'],
    order: [
      'Je ne note que ce que l’on me dit de soi et de son besoin. Comment puis-je vous aider ?',
      'Cela, je ne peux pas le faire. Je réponds volontiers aux questions sur notre offre.',
    ],
    sensitive: [
      'Merci de ne pas indiquer ici de données de santé ou d’identité. L’équipe peut en parler avec vous en toute confidentialité.',
    ],
    privacyChoice:
      'Ci-dessous, vous pouvez aussi vous opposer à l’utilisation de vos données ou faire effacer ce chat. Rien de cela ne se fait avant votre confirmation.',
    intents: {
      opt_out: [
        'C’est compris. J’ai marqué cette conversation pour que l’équipe voie votre souhait, et je ne demande plus rien.',
      ],
      support_request: ['J’en suis désolé. L’équipe peut vous aider.'],
      job_seeker: [
        'Merci de votre intérêt. Je suis là pour la clientèle et ne peux pas recevoir de candidature ; l’équipe verra votre message.',
      ],
      vendor_pitch: [
        'Merci. Je suis là pour la clientèle et ne peux pas juger d’une offre ; l’équipe verra votre message.',
      ],
    },
  },
  es: {
    disclosure: company =>
      `¡Hola! Soy un asistente de IA${company ? ` de ${company}` : ''}, no una persona. Puede pedir hablar con una persona en cualquier momento.`,
    welcome: '¿En qué puedo ayudarle?',
    here: 'Sí, aquí estoy.',
    person: 'Hablar con una persona',
    fields: {
      name: 'su nombre',
      email: 'su correo electrónico',
      phone: 'su teléfono',
      company: 'su empresa',
      job_title: 'su cargo',
      company_size: 'el tamaño de su empresa',
      budget: 'el presupuesto',
      timeline: 'el plazo',
      need: 'lo que necesita',
      authority: 'cómo deciden',
    },
    and: 'y',
    thanks: {
      formal: ['Gracias.', 'Muchas gracias.'],
      warm: ['¡Gracias!', '¡Muchas gracias!', '¡Estupendo, gracias!'],
    },
    noted: ['He anotado {what}.', 'Tomo nota: {what}.', 'Anotado: {what}.'],
    named: ['Encantado, {name}.', '¡Hola, {name}!', 'Mucho gusto, {name}.'],
    asked: [
      'Por supuesto. Llamo ahora a una persona del equipo.',
      'Claro que sí: aviso ahora mismo al equipo.',
    ],
    qualified: [
      'Es todo lo que necesito. Llamo a una persona del equipo que sigue con usted.',
      'A partir de aquí sigue el equipo; lo aviso ahora mismo.',
    ],
    call: '¿Quiere que lo llame?',
    gladly: 'Por supuesto.',
    enoughForUs: 'Es todo lo que necesito.',
    nobody: 'En este momento no hay nadie libre en el equipo.',
    back: when => `Ahora no hay nadie; el equipo vuelve ${when}.`,
    kept: 'El equipo encuentra aquí lo que ha escrito y puede responderle en los datos de contacto que dio.',
    contact: '¿Dónde puede responderle: en qué correo electrónico o teléfono?',
    leave:
      'El equipo encuentra aquí lo que ha escrito; con un correo electrónico o un teléfono puede responderle.',
    declined: ['De acuerdo.', 'Como prefiera.'],
    unknown: [
      'No lo sé y prefiero no adivinar. El equipo puede responderle.',
      'No puedo responder a eso con seguridad. El equipo puede.',
    ],
    price: [
      'Lo que cuesta se lo puede decir el equipo.',
      'Para eso no tengo un precio que citar; el equipo puede decírselo.',
    ],
    notKnown: 'Eso no lo sé y prefiero no adivinar.',
    askColleague:
      'Pregunto a alguien del equipo, que responderá aquí. Mientras tanto, puede preguntarme otra cosa.',
    documents: {
      says: language =>
        language ? `Nuestros documentos dicen, en ${language}:` : 'Nuestros documentos dicen:',
      marks: ['«', '»'],
    },
    enough: ['Lo he anotado todo. ¿Algo más?', 'No tengo más preguntas. ¿Desea saber algo más?'],
    bye: ['De nada. Aquí estoy si necesita algo.', 'Con mucho gusto. ¡Hasta pronto!'],
    order: [
      'Solo anoto lo que cada persona me cuenta de sí y de lo que necesita. ¿En qué puedo ayudarle?',
      'Eso no puedo hacerlo. Con gusto respondo preguntas sobre lo que ofrecemos.',
    ],
    sensitive: [
      'Por favor, no comparta aquí datos de salud o de identidad. El equipo puede hablarlo con usted en confianza.',
    ],
    privacyChoice:
      'Abajo también puede oponerse al uso de sus datos o pedir que se borre este chat. Nada de ello ocurre hasta que lo confirme.',
    intents: {
      opt_out: [
        'Entendido. He marcado esta conversación para que el equipo vea su deseo y no preguntaré nada más.',
      ],
      support_request: ['Siento el inconveniente. El equipo puede ayudarle.'],
      job_seeker: [
        'Gracias por su interés en trabajar aquí. Estoy para la clientela y no puedo recibir candidaturas; el equipo verá su mensaje.',
      ],
      vendor_pitch: [
        'Gracias. Estoy para la clientela y no puedo valorar ofertas; el equipo verá su mensaje.',
      ],
    },
  },
};
