import type {SpanField} from '../../../adapters/llm/contract.ts';
import {isFiller} from './filler.ts';
import type {Who} from './people-context.ts';
import {saysNothing} from './people-words.ts';

type Labelled = Extract<SpanField, 'name' | 'company' | 'job_title' | 'company_size' | 'budget' | 'timeline'>;
const labels: [Labelled, string][] = [
  [
    'name',
    'name|full name|contact name|contact person|my name|vor- und nachname|ansprechpartner(?:in)?|nom|nom complet|nom et prenom|nombre|nombre y apellidos|nombre completo',
  ],
  [
    'company',
    'company|company name|org|organi[sz]ation|firm|business|employer|institution|firma|firmenname|unternehmen|haus|betrieb|einrichtung|verein|societe|entreprise|structure|etablissement|organisme|raison sociale|empresa|institucion|entidad|organizacion|razon social',
  ],
  [
    'job_title',
    'title|job title|role|position|post|funktion|rolle|berufsbezeichnung|stellung|fonction|poste|puesto|cargo|funcion',
  ],
  [
    'company_size',
    'size|company size|staff|headcount|head count|employees|number of employees|mitarbeiter|mitarbeitende|mitarbeiterzahl|beschaftigte|groesse|grosse|effectif|salaries|nombre de salaries|personal|plantilla|empleados|numero de empleados',
  ],
  ['budget', 'budget|max budget|annual budget|jahresbudget|kostenrahmen|enveloppe|presupuesto'],
  [
    'timeline',
    'timeline|timeframe|when|start|start date|go-live|deadline|wann|beginn|zeitrahmen|zeitpunkt|termin|echeance|delai|quand|demarrage|cuando|plazo|fecha|inicio',
  ],
];
const otherLabel =
  '(?:[a-z -]{0,16}(?:mail|phone|tel|telefon\\w*|mobile?|handy|movil|need|bedarf|besoin|necesidad|country|land|pays|pais|city|ort|ville|ciudad))';
const named = labels.map(([, words]) => words).join('|');
/** A label at the beginning of a line or after a separator, up to the next one. */
const entry = new RegExp(
  `(?<=^|[\\n;|,/]\\s{0,2})(${named})\\s{0,2}[:=]\\s{0,2}(?=\\S)([^\\n;|]{1,90}?)(?=\\s{0,2}(?:$|[\\n;|]|[,/]\\s{0,2}(?:${named}|${otherLabel})\\s{0,2}[:=]))`,
  'gu',
);
const farewell =
  /^(?:(?:kind|best|warm|many)? ?regards|all the best|best|many thanks|thanks|thank you|cheers|yours (?:sincerely|faithfully|truly)|sincerely|mit (?:freundlichen|besten|lieben) grussen|(?:viele|beste|liebe|freundliche|schone|herzliche) grusse|mfg|vg|lg|(?:bien )?cordialement|bien a vous|(?:meilleures |sinceres )?salutations|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente)[ ,.!]{0,3}$/;
const contactOrPlace =
  /[@\d]|www\.|\b(?:street|road|avenue|strasse|weg|platz|allee|rue|boulevard|calle|avenida|plaza)\b/;

const ofLabel = labels.map(([field, words]) => ({field, whole: new RegExp(`^(?:${words})$`, 'u')}));
/** The values behind labels, in the plain view. One label alone may be the beginning of a sentence. */
export const labelledIn = (plain: string): {field: Labelled; start: number; end: number}[] => {
  const entries = [...plain.matchAll(entry)];
  if (entries.length < 2) return [];
  return entries.flatMap(match => {
    const [whole, label = '', value = ''] = match;
    const field = ofLabel.find(one => one.whole.test(label))?.field;
    const start = match.index + whole.length - value.length;
    return field ? [{field, start, end: start + value.trimEnd().length}] : [];
  });
};

/** What stands behind labels, as in a form, and in the lines of a signature: there a whole line is the value. */
export const findInForms = ({plain, tokens, addName, addCompany, addTitle, isTitleAt}: Who): void => {
  const put = (field: Labelled, start: number, end: number, weight: number): void => {
    const text = plain.slice(start, end);
    if (isFiller(text) || saysNothing(text)) return;
    const from = tokens.findIndex(token => token.start >= start);
    const to = tokens.findLastIndex(token => token.end <= end) + 1;
    if (from === -1 || to <= from || to - from > 12) return;
    if (field === 'name') addName(from, to, weight);
    else if (field === 'company') addCompany(from, to, weight);
    else if (field === 'job_title') addTitle(from, to, weight);
  };
  for (const {field, start, end} of labelledIn(plain)) put(field, start, end, 3.2);

  let at = 0;
  let signed = false;
  let hasName = false;
  for (const line of plain.split('\n')) {
    const start = at;
    at += line.length + 1;
    const text = line.trim();
    if (farewell.test(text)) {
      signed = true;
      continue;
    }
    if (!signed || text === '' || contactOrPlace.test(text) || text.length > 80) continue;
    const [from, to] = [start + line.indexOf(text), start + line.indexOf(text) + text.length];
    const first = tokens.findIndex(token => token.start >= from);
    const last = tokens.findLastIndex(token => token.end <= to);
    const isTitle = tokens.slice(first, last + 1).some((_, i) => isTitleAt(first + i));
    if (!hasName) {
      hasName = true;
      if (text.split(/\s+/).length <= 5 && !isTitle) put('name', from, to, 3);
    } else put(isTitle ? 'job_title' : 'company', from, to, 2.8);
  }
};
