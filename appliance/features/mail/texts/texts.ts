import type {Locale} from '../../../kit/schema.ts';
import type {LetterKind} from '../mail.schema.ts';
import {de} from './de.ts';
import {en} from './en.ts';
import {es} from './es.ts';
import {fr} from './fr.ts';

type Words = {company: string; until: string; about: string};
type Part = {
  subject: (words: Words) => string;
  before: (words: Words) => string;
  after: (words: Words) => string;
  /** What the link does, where it is not about a password. */
  button?: string;
};
/** One language's words of every letter. */
export type LetterTexts = Record<LetterKind, Part> & {
  hello: (name: string) => string;
  helloYou: string;
  button: string;
  foot: string;
};

export const texts: Record<Locale, LetterTexts> = {en, de, fr, es};
