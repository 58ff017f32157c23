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
export const whyNot = ({why, missing}: Answered['nearest'][number]): string =>
  ({
    quoted: 'This is what a visitor would get.',
    weaker: 'It answers too; the one above answers more of it.',
    too_little: `Not quoted: too much of the question is not in it. It lacks ${list(missing)}.`,
    no_price: 'Not quoted: the question asks for a price, and no amount stands here.',
    orders: 'Never quoted: it tells a model what to do.',
  })[why];
