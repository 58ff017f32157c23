import {authorities, intents, spanFields} from '../contract.ts';
import {reach, spanWords} from './grammar.ts';
import type {Word} from './words.ts';

/** A server turns each into a rule: of a long message the runs are shorter instead. */
const mostRuns = 600;

/** Every run of whole words, once. */
const runsOf = (text: string, words: readonly Word[]): string[] => {
  const longest = Math.min(spanWords, Math.floor(mostRuns / Math.max(1, words.length)));
  const runs = words.flatMap(({start}, first) =>
    words
      .slice(first, Math.min(reach(text, words, first) + 1, first + longest))
      .map(({end}) => text.slice(start, end)),
  );
  return [...new Set(runs)];
};

/** JSON schema of the answers allowed this time: nothing but words of the text fits a field, and `""` where none does. */
export const schemaOf = (text: string, words: readonly Word[]): Record<string, unknown> => {
  const properties = {
    ...Object.fromEntries(spanFields.map(field => [field, {$ref: '#/$defs/words'}])),
    intents: {type: 'array', items: {enum: [...intents]}, maxItems: 3},
    authority: {enum: ['', ...authorities]},
  };
  return {
    $defs: {words: {enum: ['', ...runsOf(text, words)]}},
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
};
