import type {Block} from './blocks.ts';
import {type ReadPassage, readingLimits} from './contract.ts';
import {Refused} from './refused.ts';

/** A passage is to be quoted whole in a chat: about this long, and never longer than `most` characters. */
const wanted = 450;
const most = 700;
/** A line without end is looked at in stretches. */
const stretch = 20_000;

const sentences = new Intl.Segmenter('und', {granularity: 'sentence'});

/** Cut where a word ends, if there is one. */
const cut = (text: string): string[] => {
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    if (rest.length <= most) {
      parts.push(rest);
      break;
    }
    const space = rest.lastIndexOf(' ', most);
    const at = space > wanted / 2 ? space : most;
    parts.push(rest.slice(0, at).toWellFormed());
    rest = rest.slice(at).trimStart();
  }
  return parts;
};

const sentencesOf = (text: string): string[] => {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += stretch)
    for (const {segment} of sentences.segment(text.slice(at, at + stretch))) found.push(...cut(segment));
  return found;
};

/** Long paragraphs at their sentences. */
const partsOf = (text: string): string[] => {
  if (text.length <= most) return [text];
  const parts: string[] = [];
  let part = '';
  for (const sentence of sentencesOf(text)) {
    if (part !== '' && part.length + sentence.length > wanted) {
      parts.push(part.trim());
      part = '';
    }
    part += sentence;
  }
  return [...parts, part.trim()].filter(one => one !== '');
};

const same = (one: ReadPassage, block: Block): boolean =>
  one.page === block.page && one.heading.join('\n') === block.heading.join('\n');

/** Short neighbours under one heading are one passage, so that a row of a table keeps its header. */
export const passagesOf = (blocks: readonly Block[]): ReadPassage[] => {
  const passages: ReadPassage[] = [];
  for (const block of blocks) {
    for (const text of partsOf(block.text)) {
      const last = passages.at(-1);
      if (last && same(last, block) && last.text.length + text.length < wanted) last.text += `\n${text}`;
      else passages.push({heading: block.heading, page: block.page, text});
      if (passages.length > readingLimits.passages) throw new Refused('too_much_text');
    }
  }
  return passages;
};
