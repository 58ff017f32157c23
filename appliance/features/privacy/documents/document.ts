import {createHash} from 'node:crypto';
import type {Locale} from '../../../kit/schema.ts';

/**
 * What is said about privacy, before it is HTML, PDF or a difference: sections of plain words. All four documents are made
 * of these, so that a reader of any format reads the same.
 */
export type Block =
  | {p: string}
  | {list: string[]}
  | {table: {head: string[]; rows: string[][]}}
  /** `href` is written by our own code: an https address or a mailto. */
  | {link: string; href: string};
export type Section = {id: string; title: string; blocks: Block[]};
export type Document = {language: Locale; title: string; sections: Section[]};
/** The same document in each language it is written in. */
export type Translations = Partial<Record<Locale, Document>>;
/** What a version of it carries. */
export type Version = {number: number; at: string; hash: string};

/** Orders and overrides of direction, zero-width and control characters: they change how the words around them read. */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/gu;
const fromRightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Words that a person gave, on one line and without what steers the text around them. */
export const plainWords = (words: string, limit = 300): string => {
  const clean = words.replace(steering, ' ').replace(/\s+/g, ' ').trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
};
/** Written from right to left inside words written from left to right, it keeps to its place. */
const isolated = (words: string): string => (fromRightToLeft.test(words) ? `\u2068${words}\u2069` : words);

/** `{company}` becomes what a person called it; a name that no value has is a fault of the text. */
export const fillIn = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`the text "${text}" has no value for ${name}`);
    return isolated(String(value));
  });

/** Every line a reader sees, section by section. */
export const linesOf = ({blocks}: Section): string[] =>
  blocks.flatMap(block => {
    if ('p' in block) return [block.p];
    if ('list' in block) return block.list;
    if ('table' in block)
      return block.table.rows.map(row =>
        row.map((cell, at) => (at === 0 ? cell : `${block.table.head[at]}: ${cell}`)).join(' · '),
      );
    return [block.link];
  });

export const hashOf = (documents: Translations): string =>
  createHash('sha256').update(JSON.stringify(documents)).digest('hex');

export const formatDay = (instant: string, language: Locale): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(instant));
