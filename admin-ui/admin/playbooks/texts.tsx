import {Textarea} from '@mantine/core';
import {useState} from 'react';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {languageName} from '../../shared/languages.tsx';
import {useEditing} from './editing.tsx';

type Texts = Partial<Record<Locale, string>>;
type Wordings = Partial<Record<Locale, string[]>>;

const put = <T,>(texts: Partial<Record<Locale, T>>, language: Locale, text: T | undefined) => {
  const next = {...texts};
  if (text === undefined) delete next[language];
  else next[language] = text;
  return next;
};
const elsewhere = <T,>(texts: Partial<Record<Locale, T>>, language: Locale): T | undefined =>
  Object.entries(texts).find(([other]) => other !== language)?.[1];

/** One text in the language that is shown. What another language says stands behind it while it is empty. */
export const TextIn = ({
  path,
  label,
  hint,
  maxLength = 600,
  value,
  onChange,
}: {
  path: string;
  label: string;
  hint?: string;
  maxLength?: number;
  value: Texts | undefined;
  onChange: (texts: Texts) => void;
}) => {
  const {language, problems} = useEditing();
  const texts = value ?? {};
  return (
    <Textarea
      label={`${label}, ${languageName(language)}`}
      description={hint}
      autosize
      minRows={1}
      maxLength={maxLength}
      lang={language}
      placeholder={elsewhere(texts, language) ?? ''}
      value={texts[language] ?? ''}
      error={problems[`${path}.${language}`]}
      onChange={({currentTarget}) =>
        onChange(put(texts, language, currentTarget.value === '' ? undefined : currentTarget.value))
      }
    />
  );
};

const linesOf = (raw: string): string[] =>
  raw
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

/** Several texts, one a line. */
export const LinesIn = ({
  path,
  label,
  hint,
  value,
  onChange,
}: {
  path: string;
  label: string;
  hint?: string;
  value: Wordings | undefined;
  onChange: (wordings: Wordings) => void;
}) => {
  const {language, problems} = useEditing();
  const texts = value ?? {};
  const lines = texts[language] ?? [];
  // as typed, with the empty line that is about to be filled; given up once the lines change from elsewhere
  const [typed, setTyped] = useState('');
  const raw = linesOf(typed).join('\n') === lines.join('\n') ? typed : lines.join('\n');
  const problem = Object.entries(problems).find(
    ([place]) => place === `${path}.${language}` || place.startsWith(`${path}.${language}.`),
  );
  return (
    <Textarea
      label={`${label}, ${languageName(language)}`}
      description={hint}
      autosize
      minRows={2}
      lang={language}
      placeholder={elsewhere(texts, language)?.join('\n') ?? ''}
      value={raw}
      error={problem?.[1]}
      onChange={({currentTarget}) => {
        setTyped(currentTarget.value);
        const next = linesOf(currentTarget.value);
        onChange(put(texts, language, next.length === 0 ? undefined : next));
      }}
    />
  );
};

/** A list of texts that a playbook may also do without: none in any language is none at all. */
export const orNone = <T,>(texts: Partial<Record<Locale, T>>): Partial<Record<Locale, T>> | undefined =>
  Object.keys(texts).length === 0 ? undefined : texts;
