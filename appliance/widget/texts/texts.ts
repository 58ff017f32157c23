import type {Locale} from '../../kit/schema.ts';
import {de} from './de.ts';
import {en, type Texts} from './en.ts';
import {es} from './es.ts';
import {fr} from './fr.ts';

export type {Texts};
export const texts: Record<Locale, Texts> = {en, de, fr, es};

export const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The first wish the site offers, else the site's own; `tag` keeps the visitor's region (`de-AT`). */
export const chooseLanguage = (
  wishes: readonly (string | null)[],
  offered: readonly Locale[],
  fallback: Locale,
): {locale: Locale; tag: string} => {
  for (const wish of wishes) {
    const base = wish?.toLowerCase().split('-')[0];
    const locale = offered.find(language => language === base);
    if (wish && locale) return {locale, tag: wish.slice(0, 35)};
  }
  return {locale: fallback, tag: fallback};
};

/** Where the data is, in the visitor's language: the browser knows the names of countries. */
export const placeName = (region: string, lang: string): string => {
  try {
    return new Intl.DisplayNames([lang], {type: 'region'}).of(region) ?? region;
  } catch {
    return region;
  }
};
