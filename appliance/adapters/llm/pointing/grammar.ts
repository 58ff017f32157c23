import {authorities, intents, spanFields} from '../contract.ts';
import type {Word} from './words.ts';

/** Words a span may have, and the marks that may stand between two of them. */
export const spanWords = 8;
const between = /^[^\p{Cc}]{1,4}$/u;

const literal = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const oneOf = (names: readonly string[]): string => names.map(literal).join(' | ');

/** The words after the first that a span may go on with. */
export const reach = (text: string, words: readonly Word[], first: number): number => {
  let last = first;
  while (last + 1 < words.length && last + 1 - first < spanWords) {
    const gap = text.slice(words[last]?.end, words[last + 1]?.start);
    if (!between.test(gap) || !gap.isWellFormed()) break;
    last += 1;
  }
  return last;
};

/** GBNF of every run of whole words that begins at this one: `"Ines" (" Arbogast" (" signs")?)?`. */
const runs = (text: string, words: readonly Word[], first: number): string => {
  const last = reach(text, words, first);
  const parts = words
    .slice(first, last + 1)
    .map(({start, end}, i) => literal(text.slice(i === 0 ? start : words[first + i - 1]?.end, end)));
  return parts.reduceRight((rest, part) => (rest === '' ? part : `${part} (${rest})?`), '');
};

/**
 * Each field at most once, in the order of the list, then intents and authority: `name=Ines Arbogast`, a line each.
 * Nothing but words of the text fits behind a field.
 */
export const grammarOf = (text: string, words: readonly Word[]): string => {
  const starts = [...new Set(words.map((_, first) => runs(text, words, first)))];
  const fields = starts.length === 0 ? [] : spanFields.map(field => `("${field}=" span "\\n")?`);
  return [
    `root ::= ${[...fields, '"intents=" intents "\\nauthority=" authority'].join(' ')}`,
    ...(starts.length === 0 ? [] : [`span ::= ${starts.join(' | ')}`]),
    `intents ::= "-" | intent ("," intent)? ("," intent)?`,
    `intent ::= ${oneOf(intents)}`,
    `authority ::= "-" | ${oneOf(authorities)}`,
    '',
  ].join('\n');
};
