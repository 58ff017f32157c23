import type {Locale} from '../../kit/schema.ts';

/**
 * What a model that finds passages is tried on: six passages, for each a question in other words, and six questions that
 * none of them answers, some of them close by. The same in each language, in the same order. Invented for this alone.
 */
export const fitTexts: Record<Locale, {passages: string[]; questions: string[]; unanswered: string[]}> = {
  en: {
    passages: [
      'We deliver within three working days.',
      'The contract can be ended with two months’ notice.',
      'Our office is open from Monday to Friday.',
      'All data is encrypted and kept in data centres in Europe.',
      'The first thirty days are free of charge.',
      'New customers get an introduction by video.',
    ],
    questions: [
      'How soon will my parcel arrive?',
      'What must I do to cancel my subscription?',
      'On which weekdays can I reach you by phone?',
      'On whose servers is my information stored?',
      'May I try it before I buy?',
      'Will somebody show us how it works?',
    ],
    unanswered: [
      'Does the driver carry the parcel up to the third floor?',
      'Can the contract be transferred to my brother?',
      'Is there a parking space in front of the office?',
      'Which programming language is it written in?',
      'Do you employ apprentices?',
      'What colour is the packaging?',
    ],
  },
  de: {
    passages: [
      'Wir liefern innerhalb von drei Werktagen.',
      'Der Vertrag kann mit einer Frist von zwei Monaten gekündigt werden.',
      'Unser Büro ist von Montag bis Freitag geöffnet.',
      'Alle Daten werden verschlüsselt und in Rechenzentren in Europa aufbewahrt.',
      'Die ersten dreißig Tage sind kostenlos.',
      'Neue Kunden bekommen eine Einführung per Video.',
    ],
    questions: [
      'Wie schnell kommt mein Paket an?',
      'Was muss ich tun, um mein Abo zu beenden?',
      'An welchen Wochentagen erreiche ich Sie telefonisch?',
      'Auf wessen Servern werden meine Angaben gespeichert?',
      'Darf ich es ausprobieren, bevor ich kaufe?',
      'Zeigt uns jemand, wie es funktioniert?',
    ],
    unanswered: [
      'Trägt der Fahrer das Paket in den dritten Stock?',
      'Kann mein Bruder den Vertrag übernehmen?',
      'Gibt es vor dem Büro einen Parkplatz?',
      'In welcher Programmiersprache ist es geschrieben?',
      'Bilden Sie Lehrlinge aus?',
      'Welche Farbe hat die Verpackung?',
    ],
  },
  fr: {
    passages: [
      'Nous livrons sous trois jours ouvrés.',
      'Le contrat peut être résilié avec un préavis de deux mois.',
      'Notre bureau est ouvert du lundi au vendredi.',
      'Toutes les données sont chiffrées et conservées dans des centres en Europe.',
      'Les trente premiers jours sont gratuits.',
      'Les nouveaux clients reçoivent une introduction par vidéo.',
    ],
    questions: [
      'Quand mon colis va-t-il arriver ?',
      'Que dois-je faire pour arrêter mon abonnement ?',
      'Quels jours de la semaine puis-je vous joindre par téléphone ?',
      'Sur quels serveurs mes informations sont-elles stockées ?',
      'Puis-je essayer avant d’acheter ?',
      'Est-ce que quelqu’un nous montre comment cela marche ?',
    ],
    unanswered: [
      'Le chauffeur monte-t-il le colis au troisième étage ?',
      'Mon frère peut-il reprendre le contrat ?',
      'Y a-t-il un parking devant le bureau ?',
      'Dans quel langage de programmation est-ce écrit ?',
      'Formez-vous des apprentis ?',
      'De quelle couleur est l’emballage ?',
    ],
  },
  es: {
    passages: [
      'Entregamos en tres días laborables.',
      'El contrato se puede rescindir con dos meses de preaviso.',
      'Nuestra oficina está abierta de lunes a viernes.',
      'Todos los datos se cifran y se guardan en centros en Europa.',
      'Los primeros treinta días son gratuitos.',
      'Los clientes nuevos reciben una introducción por vídeo.',
    ],
    questions: [
      '¿Cuándo llegará mi paquete?',
      '¿Qué tengo que hacer para cancelar mi suscripción?',
      '¿Qué días de la semana puedo llamarles por teléfono?',
      '¿En qué servidores se almacena mi información?',
      '¿Puedo probarlo antes de comprar?',
      '¿Alguien nos enseña cómo funciona?',
    ],
    unanswered: [
      '¿El conductor sube el paquete al tercer piso?',
      '¿Puede mi hermano asumir el contrato?',
      '¿Hay aparcamiento delante de la oficina?',
      '¿En qué lenguaje de programación está escrito?',
      '¿Forman ustedes aprendices?',
      '¿De qué color es el embalaje?',
    ],
  },
};
