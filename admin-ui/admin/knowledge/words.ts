import type {Answered, Document} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import {plural} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';

export const path = '/api/admin/knowledge';
export const uploadsPath = '/api/admin/knowledge-uploads';
export const questionsPath = '/api/admin/knowledge-questions';

export const kindWords: Record<NonNullable<Document['kind']>, string> = {
  pdf: 'PDF',
  docx: 'Word',
  html: 'HTML',
  markdown: 'Markdown',
  text: 'Plain text',
};
/** What the file chooser offers; what counts is what is inside. */
export const accepted = '.pdf,.docx,.html,.htm,.md,.markdown,.txt,text/plain';

export const languagesOf = ({languages}: Document): string => languages.map(languageName).join(', ');
export const extentOf = ({pages, passages}: Document): string =>
  pages === null ? plural(passages, 'passage') : `${plural(passages, 'passage')} of ${plural(pages, 'page')}`;

const list = (words: readonly string[]): string => words.map(word => `“${word}”`).join(', ');
const hundredths = new Intl.NumberFormat(undefined, {minimumFractionDigits: 2, maximumFractionDigits: 2});
type Found = Answered['nearest'][number];

/** How near its meaning is, and how near it must be. */
const nearness = ({closeness, bar}: Found): string =>
  closeness === null || bar === null
    ? ''
    : ` (closeness ${hundredths.format(closeness)}, at least ${hundredths.format(bar)} is needed)`;
const byWords: Record<Found['by'], string> = {
  words: 'Found by its words',
  meaning: 'Found by its meaning',
  both: 'Found by its words and by its meaning',
};
const notNear = (found: Found): string => {
  if (found.closeness === null) return '';
  return found.bar === null
    ? ' What the model says of its meaning does not count: it tells nothing apart between these languages.'
    : ` Nor is its meaning near enough${nearness(found)}.`;
};
export const whyNot = (found: Found): string => {
  const {why, missing} = found;
  if (why === 'too_little')
    return `Not quoted: too much of the question is not in it. It lacks ${list(missing)}.${notNear(found)}`;
  if (why === 'name')
    return `Not quoted: its meaning is near, but a name or number of the question does not stand in it. It lacks ${list(missing)}.`;
  if (why === 'no_price') return 'Not quoted: the question asks for a price, and no amount stands here.';
  if (why === 'orders') return 'Never quoted: it tells a model what to do.';
  const weaker =
    why === 'weaker'
      ? 'It answers too; the one above answers more of it.'
      : 'This is what a visitor would get.';
  return `${weaker} ${byWords[found.by]}${found.by === 'words' ? '' : nearness(found)}.`;
};
