import type {Texts} from './en.ts';

export const de: Texts = {
  title: 'Chat mit {company}',
  minimise: 'Chat minimieren',
  log: 'Unterhaltung',
  you: 'Sie schrieben:',
  assistant: 'Assistent',
  ai: 'KI',
  person: 'Mensch',
  personAt: 'Mensch, {company}',
  source: 'Zitiert aus {source}',

  aiStrip: 'Sie schreiben mit einer KI.',
  aiFree: 'Ein Mensch ist frei. Fragen Sie jederzeit.',
  aiLater: 'Sie können jederzeit mit einem Menschen sprechen.',
  waitingStrip: 'Ein Mensch wurde angefragt.',
  waitingFree: 'Bis dahin kommen Antworten von einer KI.',
  waitingNone:
    'Gerade ist niemand frei. Was Sie schreiben, wird aufbewahrt; bis dahin kommen Antworten von einer KI.',
  agentStrip: 'Sie schreiben mit {name}.',
  agentMore: 'Ein Mensch. Die KI ist still.',
  closedStrip: 'Diese Unterhaltung ist beendet.',
  closedMore: 'Schreiben Sie wieder, dann geht sie weiter.',

  talkToPerson: 'Mit einem Menschen sprechen',
  personAsked: 'Ein Mensch wurde angefragt',
  placeholder: 'Nachricht schreiben',
  placeholderTo: '{name} schreiben',
  message: 'Ihre Nachricht',
  send: 'Senden',
  left: '{count} von {limit} Zeichen',
  tooLong: '{count} Zeichen zu viel. Bitte kürzen oder in Teilen senden.',
  newBelow: 'Neue Nachrichten',
  quick: 'Antwortvorschläge',

  aiWriting: 'Die KI schreibt',
  agentWriting: '{name} schreibt',
  sending: 'Wird gesendet',
  kept: 'Noch nicht gesendet, hier aufbewahrt',
  sent: 'Gesendet',
  seen: 'Gesehen von {name}',
  seenByPerson: 'Von einem Menschen gesehen',
  failed: 'Nicht gesendet.',
  failedTooLong: 'Nicht gesendet: länger als 4.000 Zeichen.',
  again: 'Nochmals versuchen',
  remove: 'Entfernen',

  offline: 'Keine Verbindung. Was Sie schreiben, bleibt hier und wird gesendet, sobald sie wieder da ist.',
  refused: 'Der Chat ist nicht verfügbar',
  refusedMeaning: 'Der Server hat keine Unterhaltung eröffnet. Nichts von Ihnen Geschriebenes ging verloren.',

  eventHuman: 'Ein Mensch wurde angefragt.',
  eventJoined: '{name} ist jetzt da. Sie schreiben mit einem Menschen.',
  eventBack: 'Der Mensch hat den Chat verlassen. Eine KI antwortet wieder.',
  eventClosed: 'Die Unterhaltung wurde beendet.',
  eventReopened: 'Die Unterhaltung geht weiter.',
  somebody: 'Ein Mensch',

  privacy: 'Datenschutz',
  storedIn: 'Gespeichert in {region}',
  close: 'Schließen',
  privacyWho: 'Wer verantwortlich ist',
  privacyWhoText: '{company}. Dieser Chat läuft auf einem eigenen Server.',
  privacyWhat: 'Was gespeichert wird',
  privacyWhat1:
    'Was Sie und die Antwortenden hier schreiben. Kartennummern werden vorher unkenntlich gemacht.',
  privacyWhat2:
    'Die Seite, auf der Sie den Chat geöffnet haben, die Art von Gerät und Browser und eine gekürzte Netzwerkadresse.',
  privacyWhat3:
    'In diesem Browser: ein Schlüssel, mit dem die Unterhaltung später weitergeht, und noch nicht Gesendetes.',
  privacyWhere: 'Wo',
  privacyAi: 'Die KI',
  privacyAiText:
    'Antworten kommen von einer KI, bis ein Mensch dazukommt. Sie können jederzeit mit einem Menschen sprechen.',
  privacyAsk: 'Ihre Fragen und Rechte',
  privacyAskText: 'Für eine Kopie, Berichtigung oder Löschung des Geschriebenen wenden Sie sich an',
};
