import {lexer, type Token, type Tokens} from 'marked';
import type {Blocks} from '../blocks.ts';
import {readHtml} from './html.ts';

/** The words alone: no stars, no addresses of links, no tags. */
const words = (tokens: readonly Token[] | undefined, otherwise: string): string => {
  if (!tokens) return otherwise;
  return tokens
    .map(token => {
      if (token.type === 'br') return '\n';
      if (token.type === 'html' || token.type === 'image') return '';
      const nested = 'tokens' in token ? token.tokens : undefined;
      return words(nested, 'text' in token ? String(token.text) : '');
    })
    .join('');
};

const readTokens = (tokens: readonly Token[], blocks: Blocks): void => {
  for (const token of tokens) {
    if (token.type === 'heading') {
      const {depth, tokens: inside, text} = token as Tokens.Heading;
      blocks.heading(depth, words(inside, text));
    } else if (token.type === 'list') {
      for (const item of (token as Tokens.List).items) readTokens(item.tokens, blocks);
    } else if (token.type === 'blockquote') readTokens((token as Tokens.Blockquote).tokens, blocks);
    else if (token.type === 'table') {
      const {header, rows} = token as Tokens.Table;
      for (const row of [header, ...rows])
        blocks.text(row.map(cell => words(cell.tokens, cell.text)).join(' | '));
    } else if (token.type === 'html') readHtml(token.raw, blocks);
    else if (token.type === 'code') blocks.text((token as Tokens.Code).text);
    else if (token.type === 'paragraph' || token.type === 'text')
      blocks.text(words((token as Tokens.Paragraph).tokens, (token as Tokens.Paragraph).text));
  }
};

/** A front matter of a site generator is no text. */
const frontMatter = /^---\r?\n[^]*?\r?\n---\r?\n/;

export const readMarkdown = (text: string, blocks: Blocks): void =>
  readTokens(lexer(text.replace(frontMatter, '')), blocks);
