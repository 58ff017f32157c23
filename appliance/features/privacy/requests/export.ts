import {createHash} from 'node:crypto';
import {escapeHtml} from '../../../kit/html.ts';
import type {Locale} from '../../../kit/schema.ts';
import {
  type Block,
  type Document,
  fillIn,
  formatDay,
  plainWords,
  type Section,
} from '../documents/document.ts';
import {blockHtml, style} from '../documents/notice-page.ts';
import {renderPdf} from '../documents/pdf.ts';
import type {ExportedTable} from './persons-data.ts';
import {requestTexts} from './texts/texts.ts';

/** A person's data: one `visit` for each time the appliance met them as somebody new. */
export type SubjectExport = {
  version: 1;
  kind: 'access' | 'portability';
  at: string;
  company: string;
  /** Whom to ask, who receives data, how long it is kept (Art. 15(1)): the notice in force. Not part of portability. */
  notice: Document | null;
  visits: {id: string; tables: ExportedTable[]}[];
};

const shown = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return plainWords(text, 8000);
};

/** Columns without a value anywhere are left out: an empty one says nothing. */
const tableBlocks = ({columns, rows}: ExportedTable, language: Locale): Section['blocks'] => {
  const {columns: names} = requestTexts[language].export;
  const used = columns
    .filter(({name}) => rows.some(row => shown(row[name]) !== ''))
    .map(({name}) => ({name, label: names[name] ?? name}));
  // what is wide is told row by row, what is narrow as a table
  if (used.length <= 5)
    return [
      {
        table: {
          head: used.map(({label}) => label),
          rows: rows.map(row => used.map(({name}) => shown(row[name]))),
        },
      },
    ];
  return rows.map(
    (row): Block => ({
      list: used
        .filter(({name}) => shown(row[name]) !== '')
        .map(({name, label}) => `${label}: ${shown(row[name])}`),
    }),
  );
};

export const exportDocument = (data: SubjectExport, language: Locale): Document => {
  const t = requestTexts[language].export;
  const count = data.visits.flatMap(({tables}) => tables).reduce((sum, {rows}) => sum + rows.length, 0);
  const several = data.visits.length > 1;
  const sections = data.visits.flatMap(({tables}, visit) =>
    tables.map(one => ({
      id: `${visit}-${one.table}`,
      title: `${t.tables[one.table] ?? one.table}${several ? ` (${fillIn(t.person, {number: visit + 1})})` : ''}`,
      blocks: tableBlocks(one, language),
    })),
  );
  return {
    language,
    title: fillIn(t.title, {company: data.company}),
    sections: [
      {
        id: 'about',
        title: t.about,
        blocks: [
          {p: fillIn(t.intro, {company: data.company, day: formatDay(data.at, language), count})},
          ...(data.kind === 'portability' ? [{p: t.portable}] : []),
          ...(count === 0 ? [{p: t.nothing}] : []),
        ],
      },
      ...sections,
      ...(data.notice?.sections ?? []),
    ],
  };
};

/** A file that stands alone: no script, nothing from elsewhere. */
const page = ({language, title, sections}: Document): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${sections.map(({id, title: heading, blocks}) => `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(heading)}</h2>${blocks.map(blockHtml).join('')}</section>`).join('\n')}
</main>
</body>
</html>
`;

export const renderExport = async (
  data: SubjectExport,
  format: 'json' | 'html' | 'pdf',
  language: Locale,
): Promise<{type: string; content: string | Buffer}> => {
  const json = `${JSON.stringify(data, null, 2)}\n`;
  if (format === 'json') return {type: 'application/json', content: json};
  const document = exportDocument(data, language);
  if (format === 'html') return {type: 'text/html; charset=utf-8', content: page(document)};
  const hash = createHash('sha256').update(json).digest('hex');
  return {
    type: 'application/pdf',
    content: await renderPdf(document, {number: 1, at: data.at, hash}, formatDay(data.at, language)),
  };
};
