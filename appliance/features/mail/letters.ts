import type {Locale} from '../../kit/schema.ts';
import type {LetterKind} from './mail.schema.ts';

/** What a letter says of the person it is for. Sealed in the outbox until it is sent. */
export type LetterContent = {
  language: Locale;
  name: string;
  link: string | null;
  until: string | null;
  /** What it is about, where that is not a person: a host, and where it stands. */
  about?: string | null;
};

type Words = {company: string; until: string; about: string};
type Part = {
  subject: (words: Words) => string;
  before: (words: Words) => string;
  after: (words: Words) => string;
};
type Texts = Record<LetterKind, Part> & {
  hello: (name: string) => string;
  buttons: {password: string; residency: string};
  foot: string;
};
const ofResidency = new Set<LetterKind>(['destination_asked', 'exception_ends']);

const texts: Record<Locale, Texts> = {
  en: {
    hello: name => `Hello ${name},`,
    buttons: {password: 'Choose a password', residency: 'Look at it'},
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
    },
    exception_ends: {
      subject: ({company}) => `${company}: an exception to the region ends`,
      before: ({about}) => `The exception for ${about}, which lies outside the chosen region, ends soon:`,
      after: ({until}) =>
        `It ends by itself on ${until}; from that minute on nothing is sent there. If it is still needed, an administrator asks for a new end, and a second one approves it.`,
    },
    test: {
      subject: ({company}) => `Test letter of ${company}`,
      before: ({company}) => `This is the test you asked for: the console of ${company} can send mail.`,
      after: () =>
        'Letters that come back later go to the mailbox of the From address; the console does not read it.',
    },
  },
  de: {
    hello: name => `Guten Tag ${name},`,
    buttons: {password: 'Passwort wählen', residency: 'Ansehen'},
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
    },
    exception_ends: {
      subject: ({company}) => `${company}: Eine Ausnahme von der Region endet`,
      before: ({about}) => `Die Ausnahme für ${about}, außerhalb der gewählten Region, endet bald:`,
      after: ({until}) =>
        `Sie endet von selbst am ${until}; von dieser Minute an wird nichts mehr dorthin gesendet. Wird sie weiter gebraucht, bittet jemand aus der Verwaltung um ein neues Ende, und eine zweite Person gibt es frei.`,
    },
    test: {
      subject: ({company}) => `Testbrief von ${company}`,
      before: ({company}) =>
        `Das ist der Test, um den Sie gebeten haben: Die Konsole von ${company} kann E-Mails senden.`,
      after: () =>
        'Briefe, die später zurückkommen, gehen an das Postfach der Absenderadresse; die Konsole liest es nicht.',
    },
  },
  fr: {
    hello: name => `Bonjour ${name},`,
    buttons: {password: 'Choisir un mot de passe', residency: 'Voir'},
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
    },
    exception_ends: {
      subject: ({company}) => `${company} : une exception à la région prend fin`,
      before: ({about}) => `L’exception pour ${about}, en dehors de la région choisie, prend bientôt fin :`,
      after: ({until}) =>
        `Elle prend fin d’elle-même le ${until} ; dès cette minute, plus rien n’y est envoyé. Si elle est encore nécessaire, l’administration demande une nouvelle date, et une deuxième personne l’approuve.`,
    },
    test: {
      subject: ({company}) => `Message d’essai de ${company}`,
      before: ({company}) =>
        `Voici l’essai que vous avez demandé : la console de ${company} peut envoyer des messages.`,
      after: () =>
        'Les messages qui reviennent plus tard arrivent dans la boîte de l’adresse d’expédition ; la console ne la lit pas.',
    },
  },
  es: {
    hello: name => `Hola, ${name}:`,
    buttons: {password: 'Elegir una contraseña', residency: 'Verlo'},
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
    },
    exception_ends: {
      subject: ({company}) => `${company}: termina una excepción a la región`,
      before: ({about}) => `La excepción para ${about}, fuera de la región elegida, termina pronto:`,
      after: ({until}) =>
        `Termina por sí sola el ${until}; desde ese minuto no se envía nada más allí. Si todavía hace falta, la administración pide una nueva fecha y una segunda persona la aprueba.`,
    },
    test: {
      subject: ({company}) => `Mensaje de prueba de ${company}`,
      before: ({company}) => `Esta es la prueba que pidió: la consola de ${company} puede enviar correo.`,
      after: () =>
        'Los mensajes que vuelvan más tarde llegan al buzón de la dirección del remitente; la consola no lo lee.',
    },
  },
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);

const untilIn = (language: Locale, at: string): string =>
  // en-GB: a day before its month and 24 hours, which nobody reads two ways
  `${new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC'}).format(new Date(at))} UTC`;

/** The same words twice: as plain text, and as HTML that needs nothing from elsewhere. */
export const render = (
  kind: LetterKind,
  {language, name, link, until, about}: LetterContent,
  company: string,
): {subject: string; text: string; html: string} => {
  const {hello, buttons, foot, [kind]: part} = texts[language];
  const button = buttons[ofResidency.has(kind) ? 'residency' : 'password'];
  const words = {company, until: until === null ? '' : untilIn(language, until), about: about ?? ''};
  const paragraphs = {hello: hello(name), before: part.before(words), after: part.after(words)};
  const p = (text: string): string => `<p>${escaped(text)}</p>`;
  const href = link === null ? '' : escaped(link);
  return {
    subject: part.subject(words),
    text: `${[paragraphs.hello, paragraphs.before, ...(link === null ? [] : [link]), paragraphs.after, foot].join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(part.subject(words))}</title></head>`,
      '<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 1em">',
      p(paragraphs.hello),
      p(paragraphs.before),
      ...(link === null ? [] : [`<p><a href="${href}">${escaped(button)}</a></p><p>${href}</p>`]),
      p(paragraphs.after),
      `<p style="font-size: 14px">${escaped(foot)}</p>`,
      '</body></html>',
    ].join('\n'),
  };
};
