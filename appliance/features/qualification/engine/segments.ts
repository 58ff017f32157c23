import {honorific} from './people-words.ts';
import type {Token} from './text.ts';

export type Segment = {from: number; to: number; line: number};

/** Parts between commas, dashes, brackets, line ends: the members of "Name, title, company". */
export const segmentsOf = (tokens: readonly Token[], plain: string): Segment[] => {
  const found: Segment[] = [];
  let from = 0;
  let line = 0;
  const close = (to: number) => {
    if (to > from) found.push({from, to, line});
  };
  tokens.forEach((token, i) => {
    const gap = i > 0 ? plain.slice(tokens[i - 1]?.end, token.start) : '';
    if (gap.includes('\n')) {
      close(i);
      from = i;
      line += 1;
    }
    const dash =
      token.word === '-' && plain.charAt(token.start - 1) === ' ' && plain.charAt(token.end) === ' ';
    const dot =
      token.word === '.' &&
      (plain.charAt(token.end) === ' ' || token.end >= plain.length || plain.charAt(token.end) === '\n') &&
      !isAbbreviation(tokens[i - 1], tokens[i + 1]);
    if (/^[,;:()!?|/"]$/.test(token.word) || dash || dot) {
      close(i);
      from = i + 1;
      if (dot || token.word === '!' || token.word === '?') line += 1;
    }
  });
  close(tokens.length);
  return found;
};
export const isAbbreviation = (token: Token | undefined, next: Token | undefined): boolean =>
  token !== undefined &&
  next !== undefined &&
  (honorific.test(token.word) ||
    (token.word.length === 1 && token.capital) ||
    /^(?:st|ste|co|inc|ltd|e|v|s|l|a|c|u|env|ca)$/.test(token.word));

/** Up to a comma, a verb or a preposition: the name as somebody types it in lower case. */
export const phraseEnd = (tokens: readonly Token[], plain: string, from: number, most: number): number => {
  let to = from;
  while (to < tokens.length && to - from < most) {
    const token = tokens[to] as Token;
    if (token.kind === 'sign' && !/^[&'+-]$/.test(token.word)) break;
    if (token.kind === 'number' && to > from && tokens[to - 1]?.word !== '&') break;
    if (to > from && plain.slice(tokens[to - 1]?.end, token.start).includes('\n')) break;
    const last = tokens[to + 1] === undefined || /^[,.;!?()]$/.test(tokens[to + 1]?.word ?? '');
    if (last && to > from && /^(?:in|on|up|out|off)$/.test(token.word)) {
      to += 1;
      continue;
    }
    if (
      to > from &&
      /^(?:auf|an|am|im|unter|hinter|neben|outside|we|we're|were|i|i'm|im|and|but|with|in|based|is|are|has|have|need|wir|sind|haben|und|aber|mit|aus|in|nous|on|est|avec|et|mais|dans|somos|tenemos|y|con|pero|looking|here|there|thats|that's|who|from|at|near|bei|suchen|cherche|busca|buscamos|or|for|currently|right|now|please)$/.test(
        token.word,
      )
    )
      break;
    to += 1;
  }
  return to;
};
