import {readingLimits} from './contract.ts';
import {Refused} from './refused.ts';

/** A paragraph, a row of a table or an item of a list, in the order of the document. */
export type Block = {heading: string[]; page: number | null; text: string};

const longestHeading = 200;
const deepestHeading = 6;

/** Nobody can read what these say; models can. */
const invisible = /[\p{Cf}\p{Co}\p{Cn}]|(?![\n\t])\p{Cc}/gu;

export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\u00AD/g, '')
    .replace(invisible, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();

/** Collects a document's text under its headings, as far as the limits go. */
export const createBlocks = () => {
  const blocks: Block[] = [];
  const path: (string | undefined)[] = [];
  let size = 0;
  return {
    heading: (level: number, text: string): void => {
      const title = plain(text).replaceAll('\n', ' ').slice(0, longestHeading).toWellFormed();
      if (title === '') return;
      path.length = Math.min(Math.max(level, 1), deepestHeading);
      path[path.length - 1] = title;
    },
    text: (text: string, page: number | null = null): void => {
      const clean = plain(text);
      if (clean === '') return;
      size += clean.length;
      if (size > readingLimits.text) throw new Refused('too_much_text');
      blocks.push({heading: path.filter(title => title !== undefined), page, text: clean});
    },
    all: (): Block[] => blocks,
  };
};
export type Blocks = ReturnType<typeof createBlocks>;
