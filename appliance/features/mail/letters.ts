import type {Locale} from '../../kit/schema.ts';
import type {LetterKind} from './mail.schema.ts';
import {texts} from './texts/texts.ts';

/** What a letter says of the person it is for. Sealed in the outbox until it is sent. */
export type LetterContent = {
  language: Locale;
  /** Empty where nobody told it. */
  name: string;
  link: string | null;
  code?: string;
  until: string | null;
  /** Letters kept by 0.2 name none. */
  timeZone?: string;
  /** What it is about, where that is not a person: a host, and where it stands. */
  about?: string | null;
  /** What a program reads, in the letter's text and as a file beside it, byte for byte. */
  note?: {name: string; text: string};
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);

const untilIn = (language: Locale, at: string, timeZone: string): string => {
  // en-GB: a day before its month and 24 hours, which nobody reads two ways
  const tag = language === 'en' ? 'en-GB' : language;
  const words = new Intl.DateTimeFormat(tag, {dateStyle: 'long', timeStyle: 'short', timeZone});
  return `${words.format(new Date(at))} ${timeZone === 'UTC' ? 'UTC' : `(${timeZone})`}`;
};

/** The same words twice: as plain text, and as HTML that needs nothing from elsewhere. */
export const render = (
  kind: LetterKind,
  {language, name, link, code, until, about, note, timeZone = 'UTC'}: LetterContent,
  company: string,
): {subject: string; text: string; html: string} => {
  const {hello, helloYou, button, foot, [kind]: part} = texts[language];
  const words = {
    company,
    until: until === null ? '' : untilIn(language, until, timeZone),
    about: about ?? '',
  };
  const paragraphs = {
    hello: name === '' ? helloYou : hello(name),
    before: part.before(words),
    after: part.after(words),
  };
  const p = (text: string): string => `<p>${escaped(text)}</p>`;
  const href = link === null ? '' : escaped(link);
  return {
    subject: part.subject(words),
    text: `${[paragraphs.hello, paragraphs.before, ...(link === null ? [] : [link]), ...(code === undefined ? [] : [code]), ...(note ? [note.text] : []), paragraphs.after, foot].join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(part.subject(words))}</title></head>`,
      '<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 1em">',
      p(paragraphs.hello),
      p(paragraphs.before),
      ...(link === null
        ? []
        : [`<p><a href="${href}">${escaped(part.button ?? button)}</a></p><p>${href}</p>`]),
      ...(code === undefined
        ? []
        : [`<p style="font: bold 28px/1.4 monospace; letter-spacing: 4px">${escaped(code)}</p>`]),
      ...(note
        ? [`<pre style="font: 13px/1.5 monospace; white-space: pre-wrap">${escaped(note.text)}</pre>`]
        : []),
      p(paragraphs.after),
      `<p style="font-size: 14px">${escaped(foot)}</p>`,
      '</body></html>',
    ].join('\n'),
  };
};
