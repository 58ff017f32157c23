import {createBlocks} from './blocks.ts';
import type {ReadingAnswer} from './contract.ts';
import {readDocx} from './formats/docx.ts';
import {readHtml} from './formats/html.ts';
import {kindOf} from './formats/kind.ts';
import {readMarkdown} from './formats/markdown.ts';
import {readPdf} from './formats/pdf.ts';
import {readText, textOf} from './formats/text.ts';
import {passagesOf} from './passages.ts';
import {Refused} from './refused.ts';

/** A document's bytes as passages that can be quoted. Never throws: what cannot be read is refused with a reason. */
export const readDocument = async (bytes: Buffer): Promise<ReadingAnswer> => {
  try {
    const kind = kindOf(bytes, () => textOf(bytes));
    const blocks = createBlocks();
    let pages: number | null = null;
    if (kind === 'pdf') ({pages} = await readPdf(bytes, blocks));
    else if (kind === 'docx') await readDocx(bytes, blocks);
    else if (kind === 'html') readHtml(textOf(bytes), blocks);
    else if (kind === 'markdown') readMarkdown(textOf(bytes), blocks);
    else readText(textOf(bytes), blocks);
    const passages = passagesOf(blocks.all());
    return passages.length > 0 ? {kind, pages, passages} : {refused: 'no_text'};
  } catch (error) {
    return {refused: error instanceof Refused ? error.reason : 'broken'};
  }
};
