import {escapeHtml} from '../../../kit/html.ts';
import type {Locale} from '../../../kit/schema.ts';
import type {Block, Document, Version} from './document.ts';
import {noticeTexts} from './texts/texts.ts';
import {versionLine} from './words.ts';

export const blockHtml = (one: Block): string => {
  if ('p' in one) return `<p>${escapeHtml(one.p)}</p>`;
  if ('list' in one) return `<ul>${one.list.map(item => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
  if ('link' in one)
    return `<p><a href="${escapeHtml(one.href)}" rel="noreferrer">${escapeHtml(one.link)}</a></p>`;
  const {head, rows} = one.table;
  const cells = (row: string[]) =>
    row
      .map((cell, at) =>
        at === 0
          ? `<th scope="row">${escapeHtml(cell)}</th>`
          : `<td data-l="${escapeHtml(head[at] ?? '')}">${escapeHtml(cell)}</td>`,
      )
      .join('');
  return `<table><thead><tr>${head.map(cell => `<th scope="col">${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${rows.map(row => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
};

/** Colours and sizes of the widget's tokens; the fonts are the reader's own, and nothing is loaded. */
export const style = `
:root{color-scheme:light dark;--canvas:#f4f6f3;--surface:#fff;--line:#d5dbd6;--strong:#7d8983;--text:#14201c;--text-2:#43514c;--text-3:#5a6963;--accent:#0b5a63;--soft:#e0eff0;--focus:#0b5a63}
@media(prefers-color-scheme:dark){:root{--canvas:#0e1413;--surface:#151c1a;--line:#2b3633;--strong:#72807b;--text:#e9eeeb;--text-2:#b7c2bd;--text-3:#97a59f;--accent:#6fcad3;--soft:#12302f;--focus:#ffe494}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--canvas);color:var(--text);font:400 1rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:46rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.125rem;line-height:1.4;font-weight:650;margin:2.25rem 0 .5rem;scroll-margin-top:1rem}
p,ul{margin:0 0 .75rem}
ul{padding-left:1.25rem}
li{margin-bottom:.375rem}
a{color:var(--accent);text-underline-offset:3px}
a:focus-visible,summary:focus-visible{outline:2px solid transparent;box-shadow:0 0 0 2px var(--surface),0 0 0 4px var(--focus);border-radius:6px}
.lines{color:var(--text-2);margin:0 0 1rem}
nav ul,.tools{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:0 0 1rem;list-style:none}
nav a,.tools a,summary{display:inline-flex;align-items:center;min-height:2.75rem}
nav a[aria-current]{color:var(--text);font-weight:650;text-decoration:none;box-shadow:inset 0 -2px 0 var(--accent)}
table{width:100%;table-layout:fixed;border-collapse:collapse;background:var(--surface);border:1px solid var(--line);margin:0 0 .75rem;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.625rem .75rem;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--text-3);font-size:.8125rem;font-weight:600;border-bottom-color:var(--strong)}
tbody th{font-weight:600}
.note{border:1px solid var(--accent);background:var(--soft);padding:.75rem 1rem;border-radius:6px}
details{border-top:1px solid var(--line);margin-top:2.25rem}
summary{cursor:pointer;color:var(--accent)}
@media(max-width:40rem){main{padding-top:1.25rem}h1{font-size:1.5rem}thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}table,tbody,tr,th,td{display:block}tr{padding:.625rem .75rem;border-bottom:1px solid var(--line)}tr:last-child{border:0}tbody th,td{padding:0;border:0}td::before{content:attr(data-l) ': ';color:var(--text-3)}}
@media print{nav,.tools,details{display:none}body{background:none}}
`;

export type NoticePage = {
  document: Document;
  version: Version;
  /** In force, newest first. */
  versions: Version[];
  siteName: string;
  /** The address of this notice without language: `/privacy/<site>`. */
  address: string;
  nonce: string;
};

/** The notice as a page of its own: no script, no font, nothing from elsewhere. */
export const renderNoticePage = ({
  document,
  version,
  versions,
  siteName,
  address,
  nonce,
}: NoticePage): string => {
  const {language, title, sections} = document;
  const t = noticeTexts[language];
  const newest = versions[0]?.number ?? version.number;
  const earlier = version.number < newest;
  const of = (number: number) => (number === newest ? '' : `?version=${number}`);
  const link = (locale: Locale) =>
    `<li><a href="${address}/${locale}${of(version.number)}" lang="${locale}" hreflang="${locale}"${locale === language ? ' aria-current="page"' : ''}>${noticeTexts[locale].languageName}</a></li>`;
  const older = versions.filter(({number}) => number !== version.number);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style nonce="${escapeHtml(nonce)}">${style}</style>
</head>
<body>
<main>
<nav aria-label="${escapeHtml(t.languages)}"><ul>${(Object.keys(noticeTexts) as Locale[]).map(link).join('')}</ul></nav>
<h1>${escapeHtml(title)}</h1>
<p class="lines"><bdi>${escapeHtml(siteName)}</bdi><br>${escapeHtml(versionLine(version, language))}</p>
${earlier ? `<p class="note"><a href="${address}/${language}">${escapeHtml(t.current)}</a></p>` : ''}
<p class="tools"><a href="${address}/${language}.pdf${of(version.number)}">${escapeHtml(t.asPdf)}</a></p>
${sections.map(({id, title: heading, blocks}) => `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(heading)}</h2>${blocks.map(blockHtml).join('')}</section>`).join('\n')}
${older.length === 0 ? '' : `<details><summary>${escapeHtml(t.earlier)}</summary><ul>${older.map(({number, at}) => `<li><a href="${address}/${language}${of(number)}">${escapeHtml(versionLine({number, at, hash: ''}, language))}</a></li>`).join('')}</ul></details>`}
</main>
</body>
</html>
`;
};
