import {AppError} from '../../kit/errors.ts';
import type {EmbedRequest} from './contract.ts';

const smallest = 8;
const largest = 8192;

const unsound = (what: string): AppError =>
  new AppError('unavailable', 'llm.unavailable', `The model that finds passages answered ${what}.`);

/** As many as were asked for, all of one size, of numbers, and brought to unit length: what an honest answer is. */
export const soundVectors = (given: readonly ArrayLike<number>[], count: number): Float32Array[] => {
  if (given.length !== count) throw unsound(`${given.length} vectors to ${count} texts`);
  const size = given[0]?.length ?? 0;
  if (size < smallest || size > largest) throw unsound(`with vectors of ${size} numbers`);
  return given.map(one => {
    if (one.length !== size) throw unsound('with vectors of different sizes');
    const vector = Float32Array.from(one);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(length) || length === 0) throw unsound('with vectors that are none');
    return vector.map(value => value / length);
  });
};

/** What a family was trained to read before a question and before a passage; the others take the text as it is. */
const families: [RegExp, Record<EmbedRequest['as'], string>][] = [
  [/nomic/i, {question: 'search_query: ', passage: 'search_document: '}],
  [/(?:^|\W|_)e5(?:$|\W|_)/i, {question: 'query: ', passage: 'passage: '}],
  [
    /qwen3/i,
    {
      question:
        'Instruct: Given a question of a website’s visitor, retrieve the passage that answers it\nQuery:',
      passage: '',
    },
  ],
  [/gemma/i, {question: 'task: search result | query: ', passage: 'title: none | text: '}],
];

/** `family`: a model's name, or its architecture and name. */
export const prefixed = (family: string, {texts, as}: EmbedRequest): string[] => {
  const prefix = families.find(([pattern]) => pattern.test(family))?.[1][as] ?? '';
  return texts.map(text => prefix + text);
};
