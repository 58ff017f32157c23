import type {Locale} from '../../kit/schema.ts';
import type {LetterKind} from './mail.schema.ts';

/** What a letter says of the person it is for. Sealed in the outbox until it is sent. */
export type LetterContent = {
  language: Locale;
  /** Empty where nobody told it. */
  name: string;
  link: string | null;
  code?: string;
  until: string | null;
  /** Letters kept by 0.2 name none. */
  timeZone?: string;
  /** What it is about, where that is not a person: a host, and where it stands. */
  about?: string | null;
};

type Words = {company: string; until: string; about: string};
type Part = {
  subject: (words: Words) => string;
  before: (words: Words) => string;
  after: (words: Words) => string;
  /** What the link does, where it is not about a password. */
  button?: string;
};
type Texts = Record<LetterKind, Part> & {
  hello: (name: string) => string;
  helloYou: string;
  button: string;
  foot: string;
};

const texts: Record<Locale, Texts> = {
  en: {
    hello: name => `Hello ${name},`,
    helloYou: 'Hello,',
    button: 'Choose a password',
    foot: 'This letter was sent automatically.',
    invitation: {
      subject: ({company}) => `Invitation to the console of ${company}`,
      before: ({company}) =>
        `${company} invites you to the console in which its visitors are answered. Open this link and choose a password:`,
      after: ({until}) =>
        `The link works once, until ${until}. If you did not expect it, leave it unopened and tell whoever runs the console.`,
    },
    password_reset: {
      subject: ({company}) => `A new password for the console of ${company}`,
      before: ({company}) =>
        `An administrator of ${company} has made a link under which you choose a new password:`,
      after: ({until}) =>
        `The link works once, until ${until}. All your other sessions end then. If you did not ask for it, leave it unopened and tell an administrator.`,
    },
    destination_asked: {
      subject: ({company}) => `${company}: more may leave the server soon`,
      before: ({about, company}) =>
        `Somebody asks that the server of ${company} may send data to ${about}. Who asked, what would go there and why stands here:`,
      after: ({until}) =>
        `Nothing goes there before it is approved. It can be approved or withdrawn until ${until}; where there is only one administrator, it takes force then by itself. If you do not know of it, withdraw it or tell an administrator.`,
      button: 'Look at it',
    },
    exception_ends: {
      subject: ({company}) => `${company}: an exception to the region ends`,
      before: ({about}) => `The exception for ${about}, which lies outside the chosen region, ends soon:`,
      after: ({until}) =>
        `It ends by itself on ${until}; from that minute on nothing is sent there. If it is still needed, an administrator asks for a new end, and a second one approves it.`,
      button: 'Look at it',
    },
    test: {
      subject: ({company}) => `Test letter of ${company}`,
      before: ({company}) => `This is the test you asked for: the console of ${company} can send mail.`,
      after: () =>
        'Letters that come back later go to the mailbox of the From address; the console does not read it.',
    },
    privacy_code: {
      subject: ({company}) => `Your code for ${company}`,
      before: ({company}) =>
        `Somebody asks in the chat of ${company} about the data kept under this address. If it is you, type this code there:`,
      after: ({until}) =>
        `It works once, in that chat alone, until ${until}. If it was not you, do nothing: without the code nothing is given out or changed.`,
    },
    cancellation: {
      subject: ({company, until}) => `All data of ${company} is deleted on ${until}`,
      before: ({company, until}) =>
        `${company} has cancelled. On ${until} this console deletes everything it keeps: conversations, leads, documents, settings, and the keys they are encrypted with. Nobody can bring them back after that, and nobody can sign in.`,
      after: ({until}) =>
        `Until ${until} an administrator can take the cancellation back, and can make and download a last export of all data, on the page Cancellation. What stays is a signed certificate of the deletion and the audit log.`,
    },
    cancellation_revoked: {
      subject: ({company}) => `The data of ${company} is not deleted`,
      before: ({company, until}) =>
        `An administrator has taken the cancellation of ${company} back. Nothing is deleted on ${until}, and everything goes on as before.`,
      after: () => 'You need not do anything.',
    },
    promise_broken: {
      subject: ({company}) => `A promise to your visitors is broken: ${company}`,
      before: ({company}) =>
        `A check on the server of ${company} found that something is not as it is promised to visitors. What it saw stands on the page Evidence:`,
      after: () => 'It is checked again every night. You get another letter when it is kept again.',
      button: 'Open Evidence',
    },
    promise_mended: {
      subject: ({company}) => `Kept again: ${company}`,
      before: ({company}) =>
        `A promise of ${company} that was broken is kept again. What the check saw stands on the page Evidence:`,
      after: () => 'Nothing has to be done.',
      button: 'Open Evidence',
    },
  },
  de: {
    hello: name => `Guten Tag ${name},`,
    helloYou: 'Guten Tag,',
    button: 'Passwort wählen',
    foot: 'Dieser Brief wurde automatisch versendet.',
    invitation: {
      subject: ({company}) => `Einladung zur Konsole von ${company}`,
      before: ({company}) =>
        `${company} lädt Sie zu der Konsole ein, in der Besucher beantwortet werden. Öffnen Sie diesen Link und wählen Sie ein Passwort:`,
      after: ({until}) =>
        `Der Link gilt einmal, bis ${until}. Wenn Sie ihn nicht erwartet haben, öffnen Sie ihn nicht und sagen Sie es denen, die die Konsole betreiben.`,
    },
    password_reset: {
      subject: ({company}) => `Ein neues Passwort für die Konsole von ${company}`,
      before: ({company}) =>
        `Jemand aus der Verwaltung von ${company} hat einen Link erstellt, unter dem Sie ein neues Passwort wählen:`,
      after: ({until}) =>
        `Der Link gilt einmal, bis ${until}. Danach enden alle Ihre anderen Sitzungen. Wenn Sie nicht darum gebeten haben, öffnen Sie ihn nicht und sagen Sie es der Verwaltung.`,
    },
    destination_asked: {
      subject: ({company}) => `${company}: Bald darf mehr den Server verlassen`,
      before: ({about, company}) =>
        `Jemand bittet darum, dass der Server von ${company} Daten an ${about} senden darf. Wer darum bittet, was dorthin ginge und warum, steht hier:`,
      after: ({until}) =>
        `Vor der Freigabe geht nichts dorthin. Bis ${until} kann sie erteilt oder zurückgezogen werden; wo es nur eine Person in der Verwaltung gibt, gilt sie danach von selbst. Wenn Sie davon nichts wissen, ziehen Sie sie zurück oder sagen Sie es der Verwaltung.`,
      button: 'Ansehen',
    },
    exception_ends: {
      subject: ({company}) => `${company}: Eine Ausnahme von der Region endet`,
      before: ({about}) => `Die Ausnahme für ${about}, außerhalb der gewählten Region, endet bald:`,
      after: ({until}) =>
        `Sie endet von selbst am ${until}; von dieser Minute an wird nichts mehr dorthin gesendet. Wird sie weiter gebraucht, bittet jemand aus der Verwaltung um ein neues Ende, und eine zweite Person gibt es frei.`,
      button: 'Ansehen',
    },
    test: {
      subject: ({company}) => `Testbrief von ${company}`,
      before: ({company}) =>
        `Das ist der Test, um den Sie gebeten haben: Die Konsole von ${company} kann E-Mails senden.`,
      after: () =>
        'Briefe, die später zurückkommen, gehen an das Postfach der Absenderadresse; die Konsole liest es nicht.',
    },
    privacy_code: {
      subject: ({company}) => `Ihr Code für ${company}`,
      before: ({company}) =>
        `Im Chat von ${company} fragt jemand nach den Daten, die unter dieser Adresse gespeichert sind. Wenn Sie das sind, geben Sie dort diesen Code ein:`,
      after: ({until}) =>
        `Er gilt einmal, nur in diesem Chat, bis ${until}. Wenn Sie es nicht waren, tun Sie nichts: Ohne den Code wird nichts herausgegeben und nichts geändert.`,
    },
    cancellation: {
      subject: ({company, until}) => `Alle Daten von ${company} werden am ${until} gelöscht`,
      before: ({company, until}) =>
        `${company} hat gekündigt. Am ${until} löscht diese Konsole alles, was sie aufbewahrt: Gespräche, Leads, Dokumente, Einstellungen und die Schlüssel, mit denen sie verschlüsselt sind. Danach kann niemand sie zurückholen, und niemand kann sich mehr anmelden.`,
      after: ({until}) =>
        `Bis ${until} kann jemand aus der Verwaltung die Kündigung zurücknehmen und auf der Seite „Cancellation“ einen letzten Export aller Daten erstellen und herunterladen. Es bleiben eine signierte Bescheinigung der Löschung und das Prüfprotokoll.`,
    },
    cancellation_revoked: {
      subject: ({company}) => `Die Daten von ${company} werden nicht gelöscht`,
      before: ({company, until}) =>
        `Jemand aus der Verwaltung hat die Kündigung von ${company} zurückgenommen. Am ${until} wird nichts gelöscht, und alles geht weiter wie bisher.`,
      after: () => 'Sie müssen nichts tun.',
    },
    promise_broken: {
      subject: ({company}) => `Ein Versprechen an Ihre Besucher ist gebrochen: ${company}`,
      before: ({company}) =>
        `Eine Prüfung auf dem Server von ${company} hat gefunden, dass etwas nicht so ist, wie es Besuchern versprochen wird. Was sie gesehen hat, steht auf der Seite Evidence:`,
      after: () =>
        'Geprüft wird wieder jede Nacht. Sie bekommen einen weiteren Brief, wenn es wieder eingehalten ist.',
      button: 'Evidence öffnen',
    },
    promise_mended: {
      subject: ({company}) => `Wieder eingehalten: ${company}`,
      before: ({company}) =>
        `Ein Versprechen von ${company}, das gebrochen war, ist wieder eingehalten. Was die Prüfung gesehen hat, steht auf der Seite Evidence:`,
      after: () => 'Es ist nichts zu tun.',
      button: 'Evidence öffnen',
    },
  },
  fr: {
    hello: name => `Bonjour ${name},`,
    helloYou: 'Bonjour,',
    button: 'Choisir un mot de passe',
    foot: 'Ce message a été envoyé automatiquement.',
    invitation: {
      subject: ({company}) => `Invitation à la console de ${company}`,
      before: ({company}) =>
        `${company} vous invite à la console dans laquelle on répond aux visiteurs. Ouvrez ce lien et choisissez un mot de passe :`,
      after: ({until}) =>
        `Le lien est valable une seule fois, jusqu’au ${until}. Si vous ne l’attendiez pas, ne l’ouvrez pas et prévenez les responsables de la console.`,
    },
    password_reset: {
      subject: ({company}) => `Un nouveau mot de passe pour la console de ${company}`,
      before: ({company}) =>
        `L’administration de ${company} a créé un lien qui vous permet de choisir un nouveau mot de passe :`,
      after: ({until}) =>
        `Le lien est valable une seule fois, jusqu’au ${until}. Vos autres sessions prendront alors fin. Si vous ne l’avez pas demandé, ne l’ouvrez pas et prévenez l’administration.`,
    },
    destination_asked: {
      subject: ({company}) => `${company} : davantage pourra bientôt quitter le serveur`,
      before: ({about, company}) =>
        `Quelqu’un demande que le serveur de ${company} puisse envoyer des données à ${about}. Qui le demande, ce qui y partirait et pourquoi se trouve ici :`,
      after: ({until}) =>
        `Rien n’y part avant l’approbation. Elle peut être donnée ou retirée jusqu’au ${until} ; là où il n’y a qu’une seule personne à l’administration, elle prend alors effet d’elle-même. Si vous n’en savez rien, retirez-la ou prévenez l’administration.`,
      button: 'Voir',
    },
    exception_ends: {
      subject: ({company}) => `${company} : une exception à la région prend fin`,
      before: ({about}) => `L’exception pour ${about}, en dehors de la région choisie, prend bientôt fin :`,
      after: ({until}) =>
        `Elle prend fin d’elle-même le ${until} ; dès cette minute, plus rien n’y est envoyé. Si elle est encore nécessaire, l’administration demande une nouvelle date, et une deuxième personne l’approuve.`,
      button: 'Voir',
    },
    test: {
      subject: ({company}) => `Message d’essai de ${company}`,
      before: ({company}) =>
        `Voici l’essai que vous avez demandé : la console de ${company} peut envoyer des messages.`,
      after: () =>
        'Les messages qui reviennent plus tard arrivent dans la boîte de l’adresse d’expédition ; la console ne la lit pas.',
    },
    privacy_code: {
      subject: ({company}) => `Votre code pour ${company}`,
      before: ({company}) =>
        `Dans le chat de ${company}, quelqu’un demande quelles données sont conservées sous cette adresse. Si c’est vous, saisissez-y ce code :`,
      after: ({until}) =>
        `Il est valable une seule fois, dans ce chat uniquement, jusqu’au ${until}. Si ce n’est pas vous, ne faites rien : sans le code, rien n’est communiqué ni modifié.`,
    },
    cancellation: {
      subject: ({company, until}) => `Toutes les données de ${company} seront supprimées le ${until}`,
      before: ({company, until}) =>
        `${company} a résilié. Le ${until}, cette console supprimera tout ce qu’elle conserve : conversations, prospects, documents, réglages, et les clés avec lesquelles ils sont chiffrés. Personne ne pourra plus les récupérer ni se connecter.`,
      after: ({until}) =>
        `Jusqu’au ${until}, l’administration peut annuler la résiliation, et créer puis télécharger une dernière exportation de toutes les données, sur la page « Cancellation ». Il reste une attestation signée de la suppression et le journal d’audit.`,
    },
    cancellation_revoked: {
      subject: ({company}) => `Les données de ${company} ne seront pas supprimées`,
      before: ({company, until}) =>
        `L’administration a annulé la résiliation de ${company}. Rien ne sera supprimé le ${until}, et tout continue comme avant.`,
      after: () => 'Vous n’avez rien à faire.',
    },
    promise_broken: {
      subject: ({company}) => `Un engagement envers vos visiteurs n’est plus tenu : ${company}`,
      before: ({company}) =>
        `Un contrôle sur le serveur de ${company} a trouvé que quelque chose n’est pas comme cela est promis aux visiteurs. Ce qu’il a vu figure sur la page Evidence :`,
      after: () =>
        'Le contrôle est refait chaque nuit. Vous recevrez un autre message quand l’engagement sera de nouveau tenu.',
      button: 'Ouvrir Evidence',
    },
    promise_mended: {
      subject: ({company}) => `De nouveau tenu : ${company}`,
      before: ({company}) =>
        `Un engagement de ${company} qui n’était plus tenu l’est de nouveau. Ce que le contrôle a vu figure sur la page Evidence :`,
      after: () => 'Il n’y a rien à faire.',
      button: 'Ouvrir Evidence',
    },
  },
  es: {
    hello: name => `Hola, ${name}:`,
    helloYou: 'Hola:',
    button: 'Elegir una contraseña',
    foot: 'Este mensaje se envió automáticamente.',
    invitation: {
      subject: ({company}) => `Invitación a la consola de ${company}`,
      before: ({company}) =>
        `${company} le invita a la consola en la que se responde a los visitantes. Abra este enlace y elija una contraseña:`,
      after: ({until}) =>
        `El enlace sirve una sola vez, hasta el ${until}. Si no lo esperaba, no lo abra y avise a quien gestiona la consola.`,
    },
    password_reset: {
      subject: ({company}) => `Una nueva contraseña para la consola de ${company}`,
      before: ({company}) =>
        `La administración de ${company} ha creado un enlace con el que puede elegir una nueva contraseña:`,
      after: ({until}) =>
        `El enlace sirve una sola vez, hasta el ${until}. Entonces terminan sus demás sesiones. Si no lo pidió, no lo abra y avise a la administración.`,
    },
    destination_asked: {
      subject: ({company}) => `${company}: pronto podrá salir más del servidor`,
      before: ({about, company}) =>
        `Alguien pide que el servidor de ${company} pueda enviar datos a ${about}. Quién lo pide, qué iría allí y por qué está aquí:`,
      after: ({until}) =>
        `Nada va allí antes de la aprobación. Puede darse o retirarse hasta el ${until}; donde solo hay una persona en la administración, entonces entra en vigor por sí sola. Si no sabe nada de ello, retírela o avise a la administración.`,
      button: 'Verlo',
    },
    exception_ends: {
      subject: ({company}) => `${company}: termina una excepción a la región`,
      before: ({about}) => `La excepción para ${about}, fuera de la región elegida, termina pronto:`,
      after: ({until}) =>
        `Termina por sí sola el ${until}; desde ese minuto no se envía nada más allí. Si todavía hace falta, la administración pide una nueva fecha y una segunda persona la aprueba.`,
      button: 'Verlo',
    },
    test: {
      subject: ({company}) => `Mensaje de prueba de ${company}`,
      before: ({company}) => `Esta es la prueba que pidió: la consola de ${company} puede enviar correo.`,
      after: () =>
        'Los mensajes que vuelvan más tarde llegan al buzón de la dirección del remitente; la consola no lo lee.',
    },
    privacy_code: {
      subject: ({company}) => `Su código para ${company}`,
      before: ({company}) =>
        `En el chat de ${company} alguien pregunta por los datos que se conservan con esta dirección. Si es usted, escriba allí este código:`,
      after: ({until}) =>
        `Sirve una sola vez, solo en ese chat, hasta el ${until}. Si no fue usted, no haga nada: sin el código no se entrega ni se cambia nada.`,
    },
    cancellation: {
      subject: ({company, until}) => `Todos los datos de ${company} se eliminarán el ${until}`,
      before: ({company, until}) =>
        `${company} ha cancelado. El ${until} esta consola eliminará todo lo que guarda: conversaciones, clientes potenciales, documentos, ajustes y las claves con las que están cifrados. Después nadie podrá recuperarlos ni iniciar sesión.`,
      after: ({until}) =>
        `Hasta el ${until} la administración puede revocar la cancelación, y crear y descargar una última exportación de todos los datos, en la página «Cancellation». Quedan un certificado firmado de la eliminación y el registro de auditoría.`,
    },
    cancellation_revoked: {
      subject: ({company}) => `Los datos de ${company} no se eliminarán`,
      before: ({company, until}) =>
        `La administración ha revocado la cancelación de ${company}. El ${until} no se eliminará nada, y todo sigue como antes.`,
      after: () => 'No tiene que hacer nada.',
    },
    promise_broken: {
      subject: ({company}) => `Una promesa a sus visitantes no se cumple: ${company}`,
      before: ({company}) =>
        `Una comprobación en el servidor de ${company} encontró que algo no es como se promete a los visitantes. Lo que vio está en la página Evidence:`,
      after: () => 'Se comprueba otra vez cada noche. Recibirá otro mensaje cuando vuelva a cumplirse.',
      button: 'Abrir Evidence',
    },
    promise_mended: {
      subject: ({company}) => `Se cumple de nuevo: ${company}`,
      before: ({company}) =>
        `Una promesa de ${company} que no se cumplía se cumple de nuevo. Lo que vio la comprobación está en la página Evidence:`,
      after: () => 'No hay que hacer nada.',
      button: 'Abrir Evidence',
    },
  },
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);

const untilIn = (language: Locale, at: string, timeZone: string): string => {
  // en-GB: a day before its month and 24 hours, which nobody reads two ways
  const tag = language === 'en' ? 'en-GB' : language;
  const words = new Intl.DateTimeFormat(tag, {dateStyle: 'long', timeStyle: 'short', timeZone});
  return `${words.format(new Date(at))} ${timeZone === 'UTC' ? 'UTC' : `(${timeZone})`}`;
};

/** The same words twice: as plain text, and as HTML that needs nothing from elsewhere. */
export const render = (
  kind: LetterKind,
  {language, name, link, code, until, about, timeZone = 'UTC'}: LetterContent,
  company: string,
): {subject: string; text: string; html: string} => {
  const {hello, helloYou, button, foot, [kind]: part} = texts[language];
  const words = {
    company,
    until: until === null ? '' : untilIn(language, until, timeZone),
    about: about ?? '',
  };
  const paragraphs = {
    hello: name === '' ? helloYou : hello(name),
    before: part.before(words),
    after: part.after(words),
  };
  const p = (text: string): string => `<p>${escaped(text)}</p>`;
  const href = link === null ? '' : escaped(link);
  return {
    subject: part.subject(words),
    text: `${[paragraphs.hello, paragraphs.before, ...(link === null ? [] : [link]), ...(code === undefined ? [] : [code]), paragraphs.after, foot].join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(part.subject(words))}</title></head>`,
      '<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 1em">',
      p(paragraphs.hello),
      p(paragraphs.before),
      ...(link === null
        ? []
        : [`<p><a href="${href}">${escaped(part.button ?? button)}</a></p><p>${href}</p>`]),
      ...(code === undefined
        ? []
        : [`<p style="font: bold 28px/1.4 monospace; letter-spacing: 4px">${escaped(code)}</p>`]),
      p(paragraphs.after),
      `<p style="font-size: 14px">${escaped(foot)}</p>`,
      '</body></html>',
    ].join('\n'),
  };
};
