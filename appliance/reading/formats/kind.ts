import type {DocumentKind} from '../contract.ts';
import {Refused} from '../refused.ts';

const startsWith = (bytes: Buffer, ...start: number[]): boolean =>
  bytes.subarray(0, start.length).equals(Buffer.from(start));

const html = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
/** Any of these makes it Markdown: a heading, a list, a link, a fence, a table. */
const markdown =
  /^#{1,6} \S|^ {0,3}[-*+] \S|^ {0,3}```|\[[^\]\n]+\]\([^)\n]+\)|^\|.+\|\s*$|^(?:=|-){3,}\s*$/m;

/** What a document is, by its content; a name's ending says nothing. */
export const kindOf = (bytes: Buffer, text: () => string): DocumentKind => {
  if (bytes.length === 0) throw new Refused('empty');
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf';
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04) || startsWith(bytes, 0x50, 0x4b, 0x05, 0x06)) return 'docx';
  // .doc of before 2007, and what Word protects by a password
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new Refused('old_word');
  if (bytes.subarray(0, 5).includes('{\\rtf')) throw new Refused('other_office');
  const content = text();
  if (content.trim() === '') throw new Refused('empty');
  const sample = content.slice(0, 200_000);
  if (html.test(sample.slice(0, 4000))) return 'html';
  return markdown.test(sample) ? 'markdown' : 'text';
};
