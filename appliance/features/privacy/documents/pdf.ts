import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {setImmediate} from 'node:timers/promises';
import type PdfKit from 'pdfkit';
import type {Block, Document, Version} from './document.ts';
import {versionLine} from './words.ts';

type Pdf = InstanceType<typeof PdfKit>;
type Weight = 'text' | 'strong';

const require = createRequire(import.meta.url);
/** An import would get the build for browsers. */
const PDFDocument = require('pdfkit') as typeof PdfKit;
const own = '@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin';
const files = {
  text: `${own}-400-normal.woff`,
  strong: `${own}-600-normal.woff`,
  // a name in another script: the house font has Latin letters only
  wideText: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  wideStrong: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
} as const;
const fonts = new Map<string, Buffer>();
const fontFile = (name: keyof typeof files): Buffer => {
  let file = fonts.get(name);
  if (!file) fonts.set(name, (file = readFileSync(require.resolve(files[name]))));
  return file;
};

const ink = {text: '#14201C', soft: '#43514C', line: '#D5DBD6', link: '#0B5A63'};
const margin = 56;
const cell = {
  border: {top: 0, left: 0, right: 0, bottom: 0.5},
  borderColor: ink.line,
  padding: {top: 3, bottom: 3, left: 2, right: 6},
  align: {x: 'left', y: 'top'},
} as const;
/** A long record takes the better part of a second: whoever chats meanwhile goes first. */
const others = () => setImmediate();

type Fontkit = {hasGlyphForCodePoint: (point: number) => boolean};
const has = (pdf: Pdf, text: string): boolean => {
  const {font} = (pdf as unknown as {_font: {font: Fontkit}})._font;
  return Array.from(text).every(character => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
};
const use = (pdf: Pdf, text: string, weight: Weight, size: number): void => {
  pdf.font(weight).fontSize(size);
  if (!has(pdf, text)) pdf.font(weight === 'text' ? 'wideText' : 'wideStrong');
};
/** A page has no bidirectional isolates; its text goes where it is put. */
const printed = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

type Style = PDFKit.Mixins.TextOptions & {weight?: Weight; size?: number; color?: string};
const write = (
  pdf: Pdf,
  text: string,
  {weight = 'text', size = 10.5, color = ink.text, ...options}: Style = {},
): void => {
  const words = printed(text);
  use(pdf, words, weight, size);
  pdf.fillColor(color).text(words, {lineGap: size * 0.28, ...options});
};

/** A column of long cells is wider than one of short ones, and none is narrower than its longest word. */
const widths = (data: string[][], whole: number): number[] => {
  const columns = (data[0] ?? []).map((_, at) => data.map(row => row[at] ?? ''));
  const longest = (texts: string[]): number => Math.max(...texts.map(({length}) => length));
  const weights = columns.map(texts =>
    Math.max(longest(texts.flatMap(text => text.split(/[\s.]+/))) * 1.15, Math.sqrt(longest(texts)) * 2),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => (weight / sum) * whole);
};

const table = async (
  pdf: Pdf,
  parent: PDFKit.PDFStructureElement,
  {head, rows}: {head: string[]; rows: string[][]},
): Promise<void> => {
  const data = [head, ...rows].map(row => row.map(printed));
  use(pdf, data.flat().join(''), 'text', 8.5);
  pdf.fillColor(ink.text);
  const drawn = pdf.table({
    structParent: parent,
    columnStyles: widths(data, pdf.page.width - 2 * margin),
    rowStyles: row => (row === 0 ? {...cell, type: 'TH', textColor: ink.soft} : cell),
  } as PDFKit.Mixins.TableOptions);
  for (const row of data) {
    drawn.row(row);
    await others();
  }
  drawn.end();
  pdf.x = margin;
  pdf.moveDown(0.8);
};

const block = async (pdf: Pdf, parent: PDFKit.PDFStructureElement, one: Block): Promise<void> => {
  if ('table' in one) return table(pdf, parent, one.table);
  if ('list' in one) {
    const list = pdf.struct('L');
    parent.add(list);
    for (const item of one.list)
      list.add(
        pdf.struct('LI', {}, [pdf.struct('LBody', {}, () => write(pdf, `•  ${item}`, {paragraphGap: 3}))]),
      );
    list.end();
    pdf.moveDown(0.4);
  } else if ('p' in one) parent.add(pdf.struct('P', {}, () => write(pdf, one.p, {paragraphGap: 6})));
  else
    parent.add(
      pdf.struct('P', {}, () =>
        write(pdf, one.link, {paragraphGap: 6, color: ink.link, link: one.href, underline: true}),
      ),
    );
};

/** Tagged, with headings and selectable text; the same version of a document is the same bytes. */
export const renderPdf = async (
  document: Document,
  version: Version,
  /** What stands under the title. */
  line = versionLine(version, document.language),
): Promise<Buffer> => {
  const pdf = new PDFDocument({
    size: 'A4',
    layout: 'portrait',
    margin,
    tagged: true,
    lang: document.language,
    displayTitle: true,
    pdfVersion: '1.7',
    // none of the standard fonts, which are not embedded
    font: '',
    // the date of the version, not of the download
    info: {Title: printed(document.title), Creator: 'Crowlit Appliance', CreationDate: new Date(version.at)},
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const whole = new Promise<Buffer>(resolve => pdf.on('end', () => resolve(Buffer.concat(chunks))));
  for (const name of Object.keys(files) as (keyof typeof files)[]) pdf.registerFont(name, fontFile(name));

  const root = pdf.struct('Document');
  pdf.addStructure(root);
  root.add(
    pdf.struct('H1', {}, () => write(pdf, document.title, {weight: 'strong', size: 20, paragraphGap: 4})),
  );
  root.add(
    pdf.struct('P', {}, () => {
      write(pdf, line, {color: ink.soft, size: 9});
      write(pdf, `SHA-256 ${version.hash}`, {color: ink.soft, size: 7, paragraphGap: 8});
    }),
  );
  for (const section of document.sections) {
    const part = pdf.struct('Sect');
    root.add(part);
    // a heading does not stand alone at the foot of a page
    if (pdf.y > pdf.page.height - margin - 80) pdf.addPage();
    part.add(
      pdf.struct('H2', {}, () => {
        pdf.moveDown(0.5);
        write(pdf, section.title, {weight: 'strong', size: 13, paragraphGap: 4});
      }),
    );
    for (const one of section.blocks) {
      await block(pdf, part, one);
      await others();
    }
    part.end();
  }
  root.end();
  pdf.end();
  return whole;
};
