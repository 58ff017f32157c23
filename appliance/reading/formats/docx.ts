import {Parser} from 'htmlparser2';
import yauzl from 'yauzl';
import type {Blocks} from '../blocks.ts';
import {readingLimits} from '../contract.ts';
import {Refused} from '../refused.ts';

type Handlers = {
  open: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

/** Unpacked piece by piece and read as it comes; what goes on beyond the limit is refused there. */
const readEntry = async (
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  {open, text, close}: Handlers,
): Promise<void> => {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        if (depth > readingLimits.depth) throw new Refused('broken');
        open(name, attributes);
      },
      ontext: said => text?.(said),
      onclosetag: name => {
        depth -= 1;
        close?.(name);
      },
    },
    {xmlMode: true},
  );
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > readingLimits.unpacked) throw new Refused('unpacks_too_large');
    parser.write(decoder.decode(chunk, {stream: true}));
  }
  parser.end();
};

/** Style id → level of heading. Names are English in the file whatever language Word speaks. */
const headingStyles = async (
  zip: yauzl.ZipFile,
  entry: yauzl.Entry | undefined,
): Promise<Map<string, number>> => {
  const levels = new Map<string, number>();
  if (!entry) return levels;
  let style = '';
  await readEntry(zip, entry, {
    open: (name, attributes) => {
      if (name === 'w:style') style = attributes['w:styleId'] ?? '';
      const value = attributes['w:val'] ?? '';
      const level =
        name === 'w:name'
          ? (/^heading (\d)$/i.exec(value)?.[1] ?? (/^title$/i.test(value) ? '1' : undefined))
          : undefined;
      if (level) levels.set(style, Number(level));
      if (name === 'w:outlineLvl' && !levels.has(style) && Number(value) < 6)
        levels.set(style, Number(value) + 1);
    },
  });
  return levels;
};

/** A paragraph's text, without what is hidden, deleted, or there a second time for older programs. */
const readBody = async (
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  levels: Map<string, number>,
  blocks: Blocks,
): Promise<void> => {
  let paragraph = '';
  let run = '';
  let isText = false;
  let isHidden = false;
  let level: number | undefined;
  let row: string[] | undefined;
  let cell = '';
  let fallback = 0;
  const endParagraph = (): void => {
    if (row) cell += `${paragraph} `;
    else if (level !== undefined) blocks.heading(level, paragraph);
    else blocks.text(paragraph);
    paragraph = '';
    level = undefined;
  };
  await readEntry(zip, entry, {
    open: (name, attributes) => {
      const value = attributes['w:val'] ?? '';
      if (name === 'mc:Fallback') fallback += 1;
      else if (name === 'w:t') isText = true;
      else if (name === 'w:tab') run += ' ';
      else if (name === 'w:br' || name === 'w:cr') run += '\n';
      else if (name === 'w:vanish') isHidden = !/^(?:0|false|off)$/.test(value);
      else if (name === 'w:pStyle') level = levels.get(value);
      else if (name === 'w:outlineLvl' && Number(value) < 6) level = Number(value) + 1;
      else if (name === 'w:tr') row = [];
    },
    text: said => {
      if (isText && fallback === 0) run += said;
    },
    close: name => {
      if (name === 'mc:Fallback') fallback -= 1;
      else if (name === 'w:t') isText = false;
      else if (name === 'w:r') {
        if (!isHidden) paragraph += run;
        run = '';
        isHidden = false;
      } else if (name === 'w:p') endParagraph();
      else if (name === 'w:tc') {
        row?.push(cell.trim());
        cell = '';
      } else if (name === 'w:tr') {
        const cells = row ?? [];
        row = undefined;
        blocks.text(cells.filter(one => one !== '').join(' | '));
      }
    },
  });
};

export const readDocx = async (bytes: Buffer, blocks: Blocks): Promise<void> => {
  const zip = await yauzl.fromBufferPromise(bytes, {lazyEntries: true, validateEntrySizes: true});
  const entries = new Map<string, yauzl.Entry>();
  for await (const entry of zip.eachEntry()) {
    if (/^(?:word\/(?:document|styles)\.xml|\[Content_Types\]\.xml)$/.test(entry.fileName))
      entries.set(entry.fileName, entry);
  }
  const body = entries.get('word/document.xml');
  if (!body) throw new Refused(entries.has('[Content_Types].xml') ? 'other_office' : 'unknown_kind');
  if (body.isEncrypted()) throw new Refused('encrypted');
  await readBody(zip, body, await headingStyles(zip, entries.get('word/styles.xml')), blocks);
};
