import {getResolvedPDFJS} from 'unpdf';
import type {Blocks} from '../blocks.ts';
import {readingLimits} from '../contract.ts';
import {Refused} from '../refused.ts';

type Line = {text: string; size: number; gap: number};
type Item = {str: string; hasEOL: boolean; transform: number[]; height: number};

const isItem = (item: object): item is Item => 'str' in item && 'transform' in item;

/** Lines as they are drawn, each with the size of its letters and how far below the one before it stands. */
const linesOf = (items: readonly object[]): Line[] => {
  const lines: Line[] = [];
  let text = '';
  let size = 0;
  let top: number | undefined;
  let last: number | undefined;
  const end = (): void => {
    if (text.trim() !== '' && top !== undefined) {
      lines.push({text: text.trim(), size, gap: last === undefined ? 0 : last - top});
      last = top;
    }
    text = '';
    size = 0;
    top = undefined;
  };
  for (const item of items) {
    if (!isItem(item)) continue;
    text += item.str;
    if (item.str.trim() !== '') {
      size = Math.max(size, Math.round(item.height * 2) / 2);
      top ??= item.transform[5];
    }
    if (item.hasEOL) end();
  }
  end();
  return lines;
};

/** The size most letters have. */
const bodySize = (pages: readonly Line[][]): number => {
  const letters = new Map<number, number>();
  for (const {text, size} of pages.flat()) letters.set(size, (letters.get(size) ?? 0) + text.length);
  return [...letters].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? 0;
};

/** A word that was parted at the end of a line is whole again. */
const joined = (before: string, line: string): string =>
  /\p{L}-$/u.test(before) && /^\p{Ll}/u.test(line) ? before.slice(0, -1) + line : `${before} ${line}`;

const longestHeading = 120;
/** A line of a table of contents leads to the text, it is none. */
const leader = /(?:\.\s?){5,}\d*$/;

const readPage = (lines: readonly Line[], page: number, body: number, blocks: Blocks): void => {
  let paragraph = '';
  let heading = '';
  let headingSize = 0;
  const endParagraph = (): void => {
    blocks.text(paragraph, page);
    paragraph = '';
  };
  const endHeading = (): void => {
    if (heading !== '') blocks.heading(headingSize >= body * 1.5 ? 1 : 2, heading);
    heading = '';
  };
  for (const {text, size, gap} of lines) {
    if (leader.test(text)) continue;
    if (size >= body * 1.15 && text.length <= longestHeading) {
      endParagraph();
      if (heading !== '' && size !== headingSize) endHeading();
      heading = heading === '' ? text : `${heading} ${text}`;
      headingSize = size;
      continue;
    }
    endHeading();
    if (gap > size * 1.8) endParagraph();
    paragraph = paragraph === '' ? text : joined(paragraph, text);
  }
  endHeading();
  endParagraph();
};

export const readPdf = async (bytes: Buffer, blocks: Blocks): Promise<{pages: number}> => {
  const {getDocument} = await getResolvedPDFJS();
  const task = getDocument({
    data: new Uint8Array(bytes),
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  });
  try {
    const pdf = await task.promise;
    if (pdf.numPages > readingLimits.pages) throw new Refused('too_much_text');
    const pages: Line[][] = [];
    let size = 0;
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const lines = linesOf((await page.getTextContent()).items);
      for (const {text} of lines) size += text.length;
      if (size > readingLimits.text) throw new Refused('too_much_text');
      pages.push(lines);
      page.cleanup();
    }
    const body = bodySize(pages);
    for (const [i, lines] of pages.entries()) readPage(lines, i + 1, body, blocks);
    return {pages: pdf.numPages};
  } catch (error) {
    if ((error as {name?: unknown}).name === 'PasswordException') throw new Refused('encrypted');
    throw error;
  } finally {
    await task.destroy();
  }
};
