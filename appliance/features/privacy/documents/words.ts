import type {Locale} from '../../../kit/schema.ts';
import {fillIn, formatDay, type Version} from './document.ts';

const version: Record<Locale, string> = {
  en: 'Version {number} of {day}',
  de: 'Fassung {number} vom {day}',
  fr: 'Version {number} du {day}',
  es: 'Versión {number} del {day}',
};

export const versionLine = ({number, at}: Version, language: Locale): string =>
  fillIn(version[language], {number, day: formatDay(at, language)});
