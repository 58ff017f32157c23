import {escapeHtml} from '../../../kit/html.ts';
import type {Locale} from '../../../kit/schema.ts';
import type {Certificate} from './certificate.ts';

type Words = {
  title: (day: string) => string;
  what: (company: string) => string;
  keys: (day: string) => string;
  certificate: string;
  auditLog: string;
  key: string;
  verifier: string;
  closed: string;
};

const texts: Record<Locale, Words> = {
  en: {
    title: day => `This installation’s data was deleted on ${day}.`,
    what: company =>
      `${company} had cancelled. Conversations, leads, documents, settings and people’s accounts are gone, and so are the keys they were encrypted with. Nobody can bring them back.`,
    keys: day => `The last copy of a key that this appliance made ends on ${day}.`,
    certificate: 'Certificate of the deletion, signed',
    auditLog: 'Audit log, without names and details',
    key: 'Key that both are verified with',
    verifier: 'Program that verifies the certificate',
    closed:
      'The certificate and the audit log can be downloaded under the address that the server prints when it starts; they also lie in its data directory, in the folder remains.',
  },
  de: {
    title: day => `Die Daten dieser Installation wurden am ${day} gelöscht.`,
    what: company =>
      `${company} hatte gekündigt. Gespräche, Leads, Dokumente, Einstellungen und die Konten der Menschen sind weg, und mit ihnen die Schlüssel, mit denen sie verschlüsselt waren. Niemand kann sie zurückholen.`,
    keys: day => `Die letzte Kopie eines Schlüssels, die diese Appliance gemacht hat, endet am ${day}.`,
    certificate: 'Bescheinigung der Löschung, signiert',
    auditLog: 'Prüfprotokoll, ohne Namen und Einzelheiten',
    key: 'Schlüssel, mit dem beides geprüft wird',
    verifier: 'Programm, das die Bescheinigung prüft',
    closed:
      'Bescheinigung und Prüfprotokoll können unter der Adresse heruntergeladen werden, die der Server beim Start ausgibt; sie liegen auch in seinem Datenverzeichnis, im Ordner remains.',
  },
  fr: {
    title: day => `Les données de cette installation ont été supprimées le ${day}.`,
    what: company =>
      `${company} avait résilié. Conversations, prospects, documents, réglages et comptes ont disparu, ainsi que les clés avec lesquelles ils étaient chiffrés. Personne ne peut les récupérer.`,
    keys: day => `La dernière copie d’une clé faite par cette appliance prend fin le ${day}.`,
    certificate: 'Attestation de la suppression, signée',
    auditLog: 'Journal d’audit, sans noms ni détails',
    key: 'Clé qui permet de vérifier les deux',
    verifier: 'Programme qui vérifie l’attestation',
    closed:
      'L’attestation et le journal d’audit se téléchargent à l’adresse que le serveur affiche à son démarrage ; ils se trouvent aussi dans son répertoire de données, dans le dossier remains.',
  },
  es: {
    title: day => `Los datos de esta instalación se eliminaron el ${day}.`,
    what: company =>
      `${company} había cancelado. Las conversaciones, los clientes potenciales, los documentos, los ajustes y las cuentas han desaparecido, y también las claves con las que estaban cifrados. Nadie puede recuperarlos.`,
    keys: day => `La última copia de una clave que hizo este equipo termina el ${day}.`,
    certificate: 'Certificado de la eliminación, firmado',
    auditLog: 'Registro de auditoría, sin nombres ni detalles',
    key: 'Clave con la que se verifican ambos',
    verifier: 'Programa que verifica el certificado',
    closed:
      'El certificado y el registro de auditoría se descargan en la dirección que el servidor muestra al iniciarse; también están en su directorio de datos, en la carpeta remains.',
  },
};

export const localDay = (at: string, timeZone: string, language: Locale): string => {
  const tag = language === 'en' ? 'en-GB' : language;
  const words = new Intl.DateTimeFormat(tag, {dateStyle: 'long', timeStyle: 'short', timeZone});
  return `${words.format(new Date(at))} (${timeZone})`;
};

export const downloads = {
  'certificate.json': 'certificate',
  'audit.jsonl': 'auditLog',
  'verification-key.txt': 'key',
  'verify-certificate.mjs': 'verifier',
} as const;

const style = `
:root { color-scheme: light dark; }
body { font: 17px/1.5 system-ui, sans-serif; max-width: 40em; margin: 0 auto; padding: 3em 1.25em; background: #fff; color: #10201d; }
h1 { font-size: 1.5em; line-height: 1.25; }
a { color: #0b5d52; }
li { margin: 0.5em 0; }
@media (prefers-color-scheme: dark) { body { background: #0e1413; color: #e8efed; } a { color: #7fd6c8; } }
`;

/** All that is left to see. Pure: words and four links, nothing that runs. */
export const deletedPage = (
  certificate: Certificate,
  {language, code, nonce}: {language: Locale; code: string | undefined; nonce: string},
): string => {
  const words = texts[language];
  const day = (at: string): string => localDay(at, certificate.timeZone, language);
  const title = escapeHtml(words.title(day(certificate.liveErasureAt)));
  const links = Object.entries(downloads)
    .map(
      ([name, word]) =>
        `<li><a href="/${name}?code=${encodeURIComponent(code ?? '')}" download>${escapeHtml(words[word])}</a></li>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${escapeHtml(words.what(certificate.organisation))}</p>
<p>${escapeHtml(words.keys(day(certificate.lastKeyCopyEndsAt)))}</p>
${code === undefined ? `<p>${escapeHtml(words.closed)}</p>` : `<ul>\n${links}\n</ul>`}
</main>
</body>
</html>
`;
};
