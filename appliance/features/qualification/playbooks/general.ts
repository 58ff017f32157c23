import type {z} from 'zod';
import type {playbookSchema} from '../engine/index.ts';

/**
 * What a new website begins with: fits any trade, quotes no price and promises nothing, because nothing is known yet of
 * the organisation that has just been set up.
 */
export const general: z.input<typeof playbookSchema> = {
  id: 'general',
  name: 'General enquiries',
  languages: ['en', 'de', 'fr', 'es'],
  tone: 'warm',
  goals: {
    en: 'Find out what a visitor is looking for, for whom and when, and bring them to a person who can help.',
    de: 'Herausfinden, was jemand sucht, für wen und bis wann, und zu einem Menschen bringen, der helfen kann.',
    fr: 'Savoir ce que cherche la personne, pour qui et pour quand, et la mettre en relation avec quelqu’un qui peut aider.',
    es: 'Averiguar qué busca la persona, para quién y para cuándo, y ponerla en contacto con alguien que pueda ayudar.',
  },
  greeting: {
    en: 'I take your enquiry and bring it to the right person. What are you looking for?',
    de: 'Ich nehme Ihre Anfrage auf und bringe sie zur richtigen Person. Was suchen Sie?',
    fr: 'Je prends votre demande et la transmets à la bonne personne. Que cherchez-vous ?',
    es: 'Tomo nota de su consulta y la llevo a la persona adecuada. ¿Qué busca?',
  },
  facts: [
    {
      field: 'need',
      question: {
        en: ['What are you looking for?', 'What should it do for you?'],
        de: ['Was suchen Sie?', 'Was soll es für Sie leisten?'],
        fr: ['Que cherchez-vous ?', 'Qu’en attendez-vous ?'],
        es: ['¿Qué busca?', '¿Qué espera de ello?'],
      },
    },
    {
      field: 'company',
      question: {
        en: ['Which company is it for?', 'May I ask for the name of your company?'],
        de: ['Für welches Unternehmen ist es?', 'Wie heißt Ihr Unternehmen?'],
        fr: ['Pour quelle entreprise est-ce ?', 'Quel est le nom de votre entreprise ?'],
        es: ['¿Para qué empresa es?', '¿Cómo se llama su empresa?'],
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
        en: ['When would you like to start?'],
        de: ['Wann möchten Sie beginnen?'],
        fr: ['Quand souhaitez-vous commencer ?'],
        es: ['¿Cuándo desea empezar?'],
      },
      quickReplies: {
        en: ['As soon as possible', 'In two months', 'In half a year'],
        de: ['So bald wie möglich', 'In zwei Monaten', 'In einem halben Jahr'],
        fr: ['Dès que possible', 'Dans deux mois', 'Dans six mois'],
        es: ['Lo antes posible', 'En dos meses', 'En medio año'],
      },
    },
    {
      field: 'budget',
      question: {
        en: ['What budget do you have in mind?'],
        de: ['Welches Budget haben Sie dafür vorgesehen?'],
        fr: ['Quel budget prévoyez-vous ?'],
        es: ['¿Qué presupuesto tiene previsto?'],
      },
    },
    {
      field: 'authority',
      question: {
        en: ['Who decides about it at your company?'],
        de: ['Wer entscheidet bei Ihnen darüber?'],
        fr: ['Qui en décide chez vous ?'],
        es: ['¿Quién lo decide en su empresa?'],
      },
    },
    {
      field: 'name',
      question: {
        en: ['May I ask for your name?'],
        de: ['Darf ich nach Ihrem Namen fragen?'],
        fr: ['Puis-je vous demander votre nom ?'],
        es: ['¿Puedo preguntarle su nombre?'],
      },
    },
    {
      field: 'email',
      question: {
        en: ['At which e-mail address can we answer you?'],
        de: ['Unter welcher E-Mail-Adresse können wir Ihnen antworten?'],
        fr: ['À quelle adresse e-mail pouvons-nous vous répondre ?'],
        es: ['¿A qué dirección de correo podemos responderle?'],
      },
    },
  ],
  rules: [
    {
      id: 'need',
      label: {
        en: 'Says what is needed',
        de: 'Sagt den Bedarf',
        fr: 'Dit son besoin',
        es: 'Dice qué necesita',
      },
      why: {
        en: 'There is something to answer to.',
        de: 'Es gibt etwas, worauf sich antworten lässt.',
        fr: 'Il y a de quoi répondre.',
        es: 'Hay a qué responder.',
      },
      points: 15,
      when: {known: ['need']},
    },
    {
      id: 'organisation',
      label: {
        en: 'Names the company',
        de: 'Nennt das Unternehmen',
        fr: 'Nomme l’entreprise',
        es: 'Nombra la empresa',
      },
      why: {
        en: 'It is known who asks.',
        de: 'Es ist bekannt, wer fragt.',
        fr: 'On sait qui demande.',
        es: 'Se sabe quién pregunta.',
      },
      points: 10,
      when: {known: ['company']},
    },
    {
      id: 'size',
      label: {
        en: 'Ten people or more',
        de: 'Zehn Personen oder mehr',
        fr: 'Dix personnes ou plus',
        es: 'Diez personas o más',
      },
      why: {
        en: 'The company has at least ten people.',
        de: 'Das Unternehmen hat mindestens zehn Personen.',
        fr: 'L’entreprise compte au moins dix personnes.',
        es: 'La empresa tiene al menos diez personas.',
      },
      points: 15,
      when: {fact: 'company_size', atLeast: 10},
    },
    {
      id: 'soon',
      label: {
        en: 'Starts within six months',
        de: 'Beginn in sechs Monaten',
        fr: 'Début sous six mois',
        es: 'Empieza antes de seis meses',
      },
      why: {
        en: 'It is soon enough to talk now.',
        de: 'Es ist bald genug, um jetzt zu sprechen.',
        fr: 'C’est assez tôt pour en parler maintenant.',
        es: 'Es pronto para hablar ya.',
      },
      points: 15,
      when: {fact: 'timeline', within: '3-6m'},
    },
    {
      id: 'budget',
      label: {
        en: 'Names a budget',
        de: 'Nennt ein Budget',
        fr: 'Donne un budget',
        es: 'Indica un presupuesto',
      },
      why: {
        en: 'There is an amount to plan with.',
        de: 'Es gibt einen Betrag, mit dem sich planen lässt.',
        fr: 'Il y a un montant prévu.',
        es: 'Hay una cantidad prevista.',
      },
      points: 15,
      when: {known: ['budget']},
    },
    {
      id: 'decides',
      label: {en: 'Decides', de: 'Entscheidet', fr: 'Décide', es: 'Decide'},
      why: {
        en: 'The person decides, alone or with others.',
        de: 'Die Person entscheidet, allein oder mit anderen.',
        fr: 'La personne décide, seule ou avec d’autres.',
        es: 'La persona decide, sola o con otras.',
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
};
