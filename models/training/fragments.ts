import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Example, Part, Pools} from './augment.ts';
import {authorities, fields, type Field, intents, type Intent} from './corpus.ts';
import type {Random} from './random.ts';
import {familyNames, givenNames, jobTitles} from './values/people.ts';
import {makePost} from './values/plain-words.ts';
import {makeBudget, makeCompany, makeSize, timelines} from './values/things.ts';

/**
 * Short clauses that are put together at random. They add words and order, not understanding: that is what the written
 * dialogues are for, and these stay the smaller part of the training text.
 */
export type Fragment = {kind: 'fact' | 'aside' | 'intent' | 'authority'; label: string; text: string};
export type Fragments = {byKind: Record<Fragment['kind'], Fragment[]>; needs: string[]};

export const readFragments = (language: string): Fragments => {
  const found: Fragments = {byKind: {fact: [], aside: [], intent: [], authority: []}, needs: []};
  let [kind, label] = ['', ''];
  for (const line of readFileSync(join(import.meta.dirname, 'fragments', `${language}.txt`), 'utf8').split(
    '\n',
  )) {
    if (line === '') continue;
    if (line.startsWith('= ')) [kind = '', label = ''] = line.slice(2).split(' ');
    else if (kind === 'need') found.needs.push(line);
    else found.byKind[kind as Fragment['kind']].push({kind: kind as Fragment['kind'], label, text: line});
  }
  return found;
};

const digits = (count: number, random: Random) =>
  Array.from({length: count}, () => random.below(10)).join('');
const makePhone = (random: Random): string =>
  random.pick([
    () => `0${digits(3, random)} ${digits(6 + random.below(3), random)}`,
    () =>
      `+${random.pick(['44', '49', '33', '34', '52', '1', '43', '41', '61'])} ${digits(3, random)} ${digits(3, random)} ${digits(4, random)}`,
    () => `0${digits(2, random)}/${digits(7, random)}`,
    () => `(${digits(3, random)}) 555-${digits(4, random)}`,
    () => Array.from({length: 5}, () => digits(2, random)).join(random.pick([' ', '.', '-'])),
    () => digits(9 + random.below(3), random),
    () => `${digits(3, random)}-${digits(3, random)}-${digits(4, random)}`,
    () => `00${digits(2, random)}${digits(9, random)}`,
  ])();
const makePerson = (language: string, random: Random): string => {
  const from = random.chance(0.2) ? random.pick(['en', 'de', 'fr', 'es']) : language;
  const [given, family] = [random.pick(givenNames[from] ?? ['']), random.pick(familyNames[from] ?? [''])];
  return random.pick([`${given} ${family}`, `${given} ${family}`, given, family]);
};
const makeMail = (random: Random): string =>
  `${random.pick(familyNames['en'] ?? ['x']).toLowerCase()}@firm${digits(2, random)}.example`;

const fill = (slot: string, language: string, needs: readonly string[], random: Random): string => {
  switch (slot) {
    case 'name':
    case 'person':
      return makePerson(language, random);
    case 'company':
    case 'firm':
      return makeCompany(language, familyNames[language] ?? [''], random);
    case 'job_title':
    case 'title':
      return random.chance(0.5) ? makePost(language, random) : random.pick(jobTitles[language] ?? ['']);
    case 'company_size':
      return makeSize(language, random);
    case 'budget':
    case 'money':
      return makeBudget(language, random);
    case 'timeline':
    case 'time':
      return random.pick(timelines[language] ?? ['']);
    case 'email':
    case 'mail':
      return makeMail(random);
    case 'phone':
    case 'digits':
      return makePhone(random);
    case 'need':
      return random.pick(needs);
    default:
      return String(1 + random.below(random.pick([20, 200, 5000])));
  }
};

/** Says one of "(this|that)" wherever a clause leaves the choice; an alternative may be empty. */
const choose = (text: string, random: Random): string =>
  text
    .replaceAll(/\(([^()]*\|[^()]*)\)/gu, (_, choices: string) => random.pick(choices.split('|')))
    .replaceAll(/ {2,}/gu, ' ')
    .trim();

const slotPattern = /\{(\w+)\}|<(\w+)>/u;
const partsOf = (text: string, language: string, needs: readonly string[], random: Random): Part[] => {
  const [before = '', marked, plain, after] = text.split(slotPattern);
  if (after === undefined) return [{text, field: null}];
  const value = fill(marked ?? plain ?? '', language, needs, random);
  const field = fields.find(name => name === marked) ?? null;
  const rest = text.slice(text.search(slotPattern) + (marked ?? plain ?? '').length + 2);
  return [
    {text: before, field: null},
    {text: value, field},
    ...partsOf(rest, language, needs, random),
  ].filter(part => part.text !== '');
};

const capital = (parts: Part[]): Part[] => {
  const [first, ...rest] = parts;
  return first
    ? [{...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1)}, ...rest]
    : parts;
};

export type Composer = (pools: Pools, random: Random) => Example;

export const createComposer = (language: string): Composer => {
  const {byKind, needs: ownNeeds} = readFragments(language);
  const locale = language;
  const empty = (): Example => ({locale, language, before: [], parts: [], intents: [], authority: null});

  const answer = (pools: Pools, random: Random): Example => {
    const field = random.pick(fields);
    const needs = [...ownNeeds, ...(pools.needs.get(language) ?? [])];
    const questions = pools.questions.get(`${language} ${field}`) ?? [];
    const value: Part = {text: fill(field, language, needs, random), field};
    const tail: Part[] = random.chance(0.4)
      ? [{text: random.pick(['.', '!', ' :)', '...', ' ok?']), field: null}]
      : [];
    const before = questions.length > 0 ? [{role: 'assistant' as const, text: random.pick(questions)}] : [];
    return {...empty(), before, parts: [value, ...tail]};
  };

  const talk = (pools: Pools, random: Random): Example => {
    const example = empty();
    const needs = [...ownNeeds, ...(pools.needs.get(language) ?? [])];
    const seen = new Set<Field>();
    const only = random.chance(0.4)
      ? random.pick(['aside', 'intent', 'intent', 'authority'] as const)
      : undefined;
    const glue = random.pick([', ', '. ', '. ', '. ', ' - ', '\n', ' ', ' / ']);
    const tidy = random.chance(0.6);
    for (let count = 1 + random.below(only ? 2 : 5); count > 0; count--) {
      const kind =
        only ??
        random.pick([
          'fact',
          'fact',
          'fact',
          'fact',
          'fact',
          'aside',
          'aside',
          'aside',
          'intent',
          'authority',
        ] as const);
      const fragment = random.pick(byKind[kind]);
      const parts = partsOf(choose(fragment.text, random), language, needs, random);
      const named = parts.flatMap(part => part.field ?? []);
      if (named.some(field => seen.has(field)) || (kind === 'authority' && example.authority)) continue;
      for (const field of named) seen.add(field);
      if (example.parts.length > 0) example.parts.push({text: glue, field: null});
      const last = parts.at(-1)?.text ?? '';
      const mark =
        kind === 'intent' && random.chance(0.5) && !last.endsWith('?') ? [{text: '?', field: null}] : [];
      example.parts.push(...(tidy && glue !== ', ' ? capital(parts) : parts), ...mark);
      const intent = intents.find(name => name === fragment.label);
      if (intent && !example.intents.includes(intent)) example.intents.push(intent satisfies Intent);
      if (kind === 'authority') example.authority = authorities.find(name => name === fragment.label) ?? null;
    }
    if (tidy && example.parts.length > 0 && random.chance(0.6)) example.parts.push({text: '.', field: null});
    if (random.chance(0.45)) {
      const asked = pools.questions.get(`${language} ${random.pick(fields)}`);
      if (asked) example.before = [{role: 'assistant', text: random.pick(asked)}];
    }
    return example;
  };

  return (pools, random) => {
    for (;;) {
      const example = random.chance(0.25) ? answer(pools, random) : talk(pools, random);
      if (example.parts.length > 0) return example;
    }
  };
};
