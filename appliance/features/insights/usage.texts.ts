/** What a visitor is asked or told about being measured, in four languages. The ledger keeps each text that was shown. */
import {createHash} from 'node:crypto';
import type {Locale} from '../../kit/schema.ts';
import type {Policy} from './usage.policy.ts';
import type {UsageCategory, UsageMode, UsageStanding} from './usage.schema.ts';

type Words = {
  ask: string;
  inform: string;
  yes: string;
  no: string;
  noted: string;
  object: string;
  things: Record<Exclude<UsageCategory, 'crm'> | 'wholeAddress', string>;
  title: string;
  on: string;
  off: string;
  signal: string;
  open: string;
  nothingOn: string;
  nothing: string;
  stop: string;
  allow: string;
  labels: Record<UsageCategory, string>;
  less: string;
  minutes: string;
};

export const usageTexts: Record<Locale, Words> = {
  en: {
    ask: 'May {company} note, to find faults and answer better: {things}? The chat works without it just the same.',
    inform:
      '{company} notes, to find faults and answer better: {things}. If you object, it ends and what was noted is deleted.',
    yes: 'Yes',
    no: 'No',
    noted: 'Understood',
    object: 'Object',
    things: {
      address: 'your shortened network address',
      wholeAddress: 'your whole network address',
      device: 'type of device and browser',
      pages: 'pages visited while the chat is open or minimised',
      time: 'how long it is open',
      video: 'the use of video calls',
    },
    title: 'How the chat is used',
    on: 'This is noted to find faults and to answer better. It stays on this server.',
    off: 'Nothing is noted of how you use the chat.',
    signal: 'Your browser asks not to be tracked, so nothing is noted of how you use the chat.',
    open: 'Nothing is noted of how you use the chat unless you allow it.',
    nothingOn: 'Here nothing is noted of how the chat is used.',
    nothing: 'Nothing so far.',
    stop: 'Object, and delete what was noted',
    allow: 'Allow it',
    labels: {
      address: 'Network address',
      device: 'Device and browser',
      pages: 'Pages',
      time: 'Time the chat was open',
      video: 'Video calls',
      crm: 'Enquiry passed on',
    },
    less: 'less than a minute',
    minutes: '{count} min',
  },
  de: {
    ask: 'Darf {company} festhalten, um Fehler zu finden und besser zu antworten: {things}? Der Chat geht ohne genauso.',
    inform:
      '{company} hält fest, um Fehler zu finden und besser zu antworten: {things}. Widersprechen Sie, endet es und das Festgehaltene wird gelöscht.',
    yes: 'Ja',
    no: 'Nein',
    noted: 'Verstanden',
    object: 'Widersprechen',
    things: {
      address: 'Ihre gekürzte Netzwerkadresse',
      wholeAddress: 'Ihre ganze Netzwerkadresse',
      device: 'Art von Gerät und Browser',
      pages: 'besuchte Seiten, solange der Chat offen oder minimiert ist',
      time: 'wie lange er offen ist',
      video: 'die Nutzung von Videogesprächen',
    },
    title: 'Wie der Chat genutzt wird',
    on: 'Das wird festgehalten, um Fehler zu finden und besser zu antworten. Es bleibt auf diesem Server.',
    off: 'Wie Sie den Chat nutzen, wird nicht festgehalten.',
    signal:
      'Ihr Browser bittet darum, nicht verfolgt zu werden: Wie Sie den Chat nutzen, wird nicht festgehalten.',
    open: 'Wie Sie den Chat nutzen, wird nur festgehalten, wenn Sie es erlauben.',
    nothingOn: 'Hier wird nicht festgehalten, wie der Chat genutzt wird.',
    nothing: 'Bisher nichts.',
    stop: 'Widersprechen und Festgehaltenes löschen',
    allow: 'Erlauben',
    labels: {
      address: 'Netzwerkadresse',
      device: 'Gerät und Browser',
      pages: 'Seiten',
      time: 'Zeit, die der Chat offen war',
      video: 'Videogespräche',
      crm: 'Anfrage weitergegeben',
    },
    less: 'unter einer Minute',
    minutes: '{count} Min.',
  },
  fr: {
    ask: '{company} peut-elle noter, pour trouver des erreurs et mieux répondre : {things} ? Le chat fonctionne tout autant sans cela.',
    inform:
      '{company} note, pour trouver des erreurs et mieux répondre : {things}. Si vous vous y opposez, cela cesse et ce qui a été noté est supprimé.',
    yes: 'Oui',
    no: 'Non',
    noted: 'Compris',
    object: 'M’opposer',
    things: {
      address: 'votre adresse réseau abrégée',
      wholeAddress: 'votre adresse réseau entière',
      device: 'le type d’appareil et de navigateur',
      pages: 'les pages visitées pendant que le chat est ouvert ou réduit',
      time: 'combien de temps il est ouvert',
      video: 'l’usage d’appels vidéo',
    },
    title: 'Comment le chat est utilisé',
    on: 'Cela est noté pour trouver des erreurs et mieux répondre. Cela reste sur ce serveur.',
    off: 'Rien n’est noté de votre usage du chat.',
    signal: 'Votre navigateur demande à ne pas être suivi : rien n’est noté de votre usage du chat.',
    open: 'Rien n’est noté de votre usage du chat, sauf si vous l’autorisez.',
    nothingOn: 'Ici, rien n’est noté de l’usage du chat.',
    nothing: 'Rien jusqu’ici.',
    stop: 'M’opposer et supprimer ce qui a été noté',
    allow: 'Autoriser',
    labels: {
      address: 'Adresse réseau',
      device: 'Appareil et navigateur',
      pages: 'Pages',
      time: 'Durée d’ouverture du chat',
      video: 'Appels vidéo',
      crm: 'Demande transmise',
    },
    less: 'moins d’une minute',
    minutes: '{count} min',
  },
  es: {
    ask: '¿Puede {company} anotar, para encontrar fallos y responder mejor: {things}? El chat funciona igual sin ello.',
    inform:
      '{company} anota, para encontrar fallos y responder mejor: {things}. Si se opone, cesa y lo anotado se borra.',
    yes: 'Sí',
    no: 'No',
    noted: 'Entendido',
    object: 'Oponerme',
    things: {
      address: 'su dirección de red abreviada',
      wholeAddress: 'su dirección de red completa',
      device: 'el tipo de dispositivo y navegador',
      pages: 'las páginas visitadas con el chat abierto o minimizado',
      time: 'cuánto tiempo está abierto',
      video: 'el uso de videollamadas',
    },
    title: 'Cómo se usa el chat',
    on: 'Se anota para encontrar fallos y responder mejor. Se queda en este servidor.',
    off: 'No se anota nada de cómo usa el chat.',
    signal: 'Su navegador pide que no se le siga: no se anota nada de cómo usa el chat.',
    open: 'No se anota nada de cómo usa el chat, a menos que lo permita.',
    nothingOn: 'Aquí no se anota nada de cómo se usa el chat.',
    nothing: 'Nada hasta ahora.',
    stop: 'Oponerme y borrar lo anotado',
    allow: 'Permitirlo',
    labels: {
      address: 'Dirección de red',
      device: 'Dispositivo y navegador',
      pages: 'Páginas',
      time: 'Tiempo con el chat abierto',
      video: 'Videollamadas',
      crm: 'Consulta transmitida',
    },
    less: 'menos de un minuto',
    minutes: '{count} min',
  },
};

export const fillWords = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** As the ledger keeps it: the words, and the buttons under them. */
export const asShown = ({text, yes, no}: Omit<NonNullable<UsageStanding['question']>, 'id'>): string =>
  `${text}\n[${yes.label}] [${no}]`;

/** The question, or the word with its objection, of this policy on a website of this mode. */
export const questionOf = ({
  policy,
  measured,
  mode,
  company,
  language,
}: {
  policy: Policy;
  /** What is on, and measured by this version. */
  measured: readonly Exclude<UsageCategory, 'crm'>[];
  mode: UsageMode;
  company: string;
  language: Locale;
}): NonNullable<UsageStanding['question']> => {
  const t = usageTexts[language];
  const things = measured.map(one =>
    one === 'address' && policy.fullAddress ? t.things.wholeAddress : t.things[one],
  );
  const question = {
    text: fillWords(t[mode], {company, things: new Intl.ListFormat(language).format(things)}),
    yes:
      mode === 'ask' ? {label: t.yes, answer: 'agreed' as const} : {label: t.noted, answer: 'noted' as const},
    no: mode === 'ask' ? t.no : t.object,
  };
  const id = createHash('sha256').update(asShown(question)).digest('hex').slice(0, 16);
  return {id, ...question};
};
