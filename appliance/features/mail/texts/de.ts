import type {LetterTexts} from './texts.ts';

const notYou =
  'Wenn Sie es nicht waren, sagen Sie es sofort der Verwaltung der Konsole oder denen, die ihren Server betreiben: Sie können das Konto sperren und einen Link für ein neues Passwort erstellen. Dieser Brief enthält keinen Link, und niemand fragt Sie per E-Mail nach einem Passwort oder einem Code.';

export const de: LetterTexts = {
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
  password_changed: {
    subject: ({company}) => `Ihr Passwort für die Konsole von ${company} wurde geändert`,
    before: ({company, until}) =>
      `Ihr Passwort für die Konsole von ${company} wurde am ${until} geändert. Alle Sitzungen außer der, in der es geändert wurde, sind beendet.`,
    after: () => notYou,
  },
  second_factor_set_up: {
    subject: ({company}) => `Ein zweiter Faktor für die Konsole von ${company} wurde eingerichtet`,
    before: ({company, until}) =>
      `Am ${until} wurde eine Authenticator-App als zweiter Faktor Ihres Kontos in der Konsole von ${company} eingerichtet. Ein früherer gilt nicht mehr, und seine Wiederherstellungscodes auch nicht.`,
    after: () => notYou,
  },
  second_factor_removed: {
    subject: ({company}) => `Der zweite Faktor für die Konsole von ${company} wurde entfernt`,
    before: ({company, until}) =>
      `Am ${until} wurde der zweite Faktor Ihres Kontos in der Konsole von ${company} entfernt, samt seinen Wiederherstellungscodes. Bis Sie einen neuen einrichten, genügt das Passwort allein.`,
    after: () => notYou,
  },
  recovery_codes_renewed: {
    subject: ({company}) => `Neue Wiederherstellungscodes für die Konsole von ${company}`,
    before: ({company, until}) =>
      `Am ${until} wurden neue Wiederherstellungscodes für Ihr Konto in der Konsole von ${company} erstellt. Die bisherigen gelten nicht mehr.`,
    after: () => notYou,
  },
  recovery_code_used: {
    subject: ({company}) => `Ein Wiederherstellungscode für die Konsole von ${company} wurde benutzt`,
    before: ({company, until}) =>
      `Am ${until} wurde anstelle des zweiten Faktors Ihres Kontos in der Konsole von ${company} ein Wiederherstellungscode benutzt. Dieser Code gilt nicht mehr.`,
    after: () => notYou,
  },
  audit_checkpoint: {
    subject: ({company, about}) => `Prüfpunkt des Zugriffsprotokolls von ${company}: ${about} Einträge`,
    before: ({company, about}) =>
      `Dies ist der neueste signierte Prüfpunkt des Zugriffsprotokolls von ${company}, über die ersten ${about} Einträge. Bewahren Sie diesen Brief auf: Mit ihm lässt sich später erkennen, ob das Protokoll neu geschrieben wurde. Derselbe Prüfpunkt liegt als Datei bei.`,
    after: () =>
      'Um einen Export des Protokolls damit zu prüfen, speichern Sie die Datei und rufen auf: node verify-audit.mjs audit.jsonl --checkpoint DATEI. Ein solcher Brief kommt an jedem Tag, an dem etwas hinzukam; ein Tag ohne ihn ist eine Frage wert.',
  },
};
