import {parsePhoneNumberFromString} from 'libphonenumber-js/min';
import type {CountryCode} from 'libphonenumber-js/min';
import type {Reading} from './text.ts';

export type Contact = {value: string; start: number; end: number; sure: boolean};

const mail =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}\s?@\s?(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;
const sign = String.raw`(?:dot|punkt|punto|point|\.|minus|bindestrich|dash|hyphen|guion bajo|guion medio|guion|tiret bas|tiret|underscore|unterstrich|under score)`;
const open = String.raw`\s{0,2}[([{<]?\s{0,2}`;
const close = String.raw`\s{0,2}[)\]}>]?\s{0,2}`;
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}_+-]{0,40}[\p{L}\p{N}])?`;
// the local part may itself be spelled; the sign @ must be
const spelled = new RegExp(
  String.raw`(?<![\p{L}\p{N}._%+@-])(?<local>${label}(?:${open}${sign}${close}${label}){0,4})(?<at>${open}(?:at|@|aet|arroba|arobase|arobas|arrobas|klammeraffe|affenschwanz|a commercial|at sign)${close})(?<domain>${label}(?:${open}${sign}${close}${label}){1,5})(?![\p{L}\p{N}])`,
  'gu',
);
const noLocal =
  /^(?:me|us|look|is|it|am|are|here|meet|reach|find|work|working|online|site|mich|uns|moi|nous|team|meeting|visit|i|we|you|ich|wir|je)$/;
const spell = (text: string): string =>
  text
    .replaceAll(/[\s()[\]{}<>]+/g, ' ')
    .replaceAll(/ ?(?:guion bajo|tiret bas|underscore|under score|unterstrich) ?/g, '_')
    .replaceAll(/ ?(?<![\p{L}])(?:minus|bindestrich|dash|hyphen|guion medio|guion|tiret)(?![\p{L}]) ?/gu, '-')
    .replaceAll(/ ?(?<![\p{L}])(?:dot|punkt|punto|point)(?![\p{L}]) ?/gu, '.')
    .replaceAll(/ ?\. ?/g, '.')
    .replaceAll(' ', '');
const whole = /^[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,6}\p{L}{2,24}$/u;

export const findEmails = ({plain}: Reading): Contact[] => {
  const found: Contact[] = [];
  for (const match of plain.matchAll(mail)) {
    found.push({
      value: match[0].replaceAll(/\s/g, '').toLowerCase(),
      start: match.index,
      end: match.index + match[0].length,
      sure: true,
    });
  }
  for (const match of plain.matchAll(spelled)) {
    const {local = '', at = '', domain = ''} = match.groups ?? {};
    const start = match.index;
    const end = start + match[0].length;
    if (found.some(other => start < other.end && end > other.start)) continue;
    const bare = at.trim() === 'at';
    // "find us at example.com" is a place, "anna at example dot com" an address
    if (bare && (noLocal.test(local) || !/\b(?:dot|punkt|punto|point)\b/.test(`${local} ${domain}`)))
      continue;
    const value = `${spell(local)}@${spell(domain)}`.toLowerCase();
    // what follows the address in the same breath is not part of it
    if (whole.test(value)) found.push({value, start, end, sure: !bare});
  }
  return found.sort((a, b) => a.start - b.start);
};

const digits = /(?<![\p{L}\p{N}.,#_@•-])(?:\+\s?|\(\+?)?\d(?:[\s()./-]{0,3}\d){6,14}(?![\p{L}\p{N}@])/gu;
const extension =
  /\s?(?:,\s?)?(?:ext\.?|extn\.?|extension|x|durchwahl|dw|klappe|kl\.|poste|anexo|interno|int\.|ramal)\s?\.?:?\s?\d{1,6}$/;
const noPhone =
  /(?:serial|serien|order|invoice|factura|facture|rechnung|bestell|auftrag|commande|pedido|ticket|case|vorgang|\bref|kundennummer|customer (?:no|number|id)|kunden-?nr|client n|account|konto|siret|siren|\bust|\bvat|\btva|\bnif|\bcif|\bdni|iban|policy|police n|artikel|article|article|part no|model|modell|version|isbn|ean|contract|vertrag|contrat|contrato|licen[cs]e|lizenz|id|n°|nr\.?|no\.)\s?(?:is|ist|est|es|number|nummer|numero|n[or°º]?\.?)?\s?[:#]?\s?$/;
const money = /[€$£₹]\s?$/;
const cue =
  /phone|call|ring|tel|mobile|cell|whatsapp|text|reach|nummer|anruf|ruf|handy|fon|erreich|appel|joindre|portable|numero|llam|movil|celular|fax|sms|signal/;

/** Where a number without its country's code may be at home: the appliance's country first, then the visitor's own. */
export const countriesOf = ({
  region,
  visitorCountry,
}: {
  region: string;
  visitorCountry?: string | undefined;
}): string[] => [
  region,
  ...(visitorCountry === undefined || visitorCountry === region ? [] : [visitorCountry]),
];

export const findPhones = ({plain}: Reading, countries: readonly string[], asked: boolean): Contact[] => {
  const found: Contact[] = [];
  for (const match of plain.matchAll(digits)) {
    const start = match.index;
    const raw = match[0].replace(extension, '');
    const head = plain.slice(Math.max(0, start - 24), start);
    if (money.test(head) || noPhone.test(head)) continue;
    if (/^20[2-4]\d-\d{1,2}-\d{1,2}$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/.test(raw.trim())) continue;
    // grouped thousands are an amount
    if (
      /^\d{1,3}(?:[., ]\d{3})+$/.test(raw) &&
      !raw.startsWith('0') &&
      !asked &&
      !cue.test(plain.slice(Math.max(0, start - 60), start))
    )
      continue;
    const read = countries.flatMap(
      country => parsePhoneNumberFromString(raw.replace(/^\(\+/, '+'), country as CountryCode) ?? [],
    );
    const number = read.find(one => one.isValid()) ?? read[0];
    if (!number) continue;
    const sentence = plain.slice(Math.max(0, start - 60), start + raw.length + 30);
    const sure = number.isValid();
    if (!sure && !(number.isPossible() && (asked || cue.test(sentence) || /^[+0(]/.test(raw)))) continue;
    found.push({value: number.number, start, end: start + raw.length, sure});
  }
  return found;
};
