import {isCollection, isMap, isScalar, LineCounter, parseDocument, stringify, type Document} from 'yaml';
import type {z} from 'zod';
import {nearestIssues, plainIssue} from '../../kit/issue-words.ts';
import {type Playbook, playbookSchema} from './engine/index.ts';

/** Where something is wrong and what to write there. `line` counts from 1. */
export type PlaybookProblem = {path: string; message: string; line?: number; column?: number};

const wordsOf = (issue: z.core.$ZodIssue): string => {
  const words = plainIssue(issue);
  return issue.code === 'unrecognized_keys' ? `${words} Check the spelling, or remove it.` : words;
};

export const problemsOf = (error: z.ZodError): PlaybookProblem[] =>
  error.issues
    .flatMap(nearestIssues)
    .map(issue => ({path: issue.path.map(String).join('.'), message: wordsOf(issue)}));

export const writePlaybook = (playbook: Playbook): string => stringify(playbook, {lineWidth: 110});

/** The place in the text: the node itself, the unknown key, or the nearest thing around what is missing. */
const offsetOf = (document: Document, issue: z.core.$ZodIssue): number => {
  const path = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(map)
      ? map.items.find(({key}) => isScalar(key) && key.value === issue.keys[0])
      : undefined;
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isScalar(node) && !isCollection(node)) continue;
    // a list or map under a key is named by the key's line, which a person looks for
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({key}) => isScalar(key) && key.value === path[length - 1])
      : undefined;
    if (isCollection(node) && isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
    if (node.range) return node.range[0];
  }
  return 0;
};

const yamlWords: Record<string, string> = {
  DUPLICATE_KEY: 'This name is there twice. Remove one of the two.',
  TAB_AS_INDENT: 'A tab stands where spaces must. Indent with spaces.',
  BAD_INDENT: 'This line is not indented like its neighbours. Align it with them.',
  MISSING_CHAR: 'Something is not closed here, like a quotation mark or a bracket. Close it.',
  MULTILINE_IMPLICIT_KEY: 'A colon is missing after a name near here.',
};

/** A playbook from a file, or everything that is wrong with it. Aliases are refused: they make small files huge. */
export const readPlaybook = (text: string): {playbook: Playbook} | {problems: PlaybookProblem[]} => {
  const nested = /(?:[[{]\s*){12}|(?:- ){12}/.exec(text);
  const lines = new LineCounter();
  if (nested) {
    const line = text.slice(0, nested.index).split('\n').length;
    return {
      problems: [{path: '', message: 'This is nested deeper than any playbook. Remove it.', line, column: 1}],
    };
  }
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false});
  const at = (offset: number) => {
    const {line, col} = lines.linePos(offset);
    return {line: Math.max(line, 1), column: Math.max(col, 1)};
  };
  if (document.errors.length > 0) {
    return {
      problems: document.errors.slice(0, 50).map(({code, message, pos}) => ({
        path: '',
        message: yamlWords[code] ?? `This is not YAML as it should be: ${message}.`,
        ...at(pos[0]),
      })),
    };
  }
  let content: unknown;
  try {
    content = document.toJS({maxAliasCount: 0});
  } catch {
    const message = 'The file refers to other places in itself (* and &). Write the text out in each place.';
    return {problems: [{path: '', message, ...at(Math.max(0, text.search(/[*&]\w/)))}]};
  }
  if (!isMap(document.contents)) {
    const message = 'This file holds no playbook. It should begin with lines like “id: my-playbook”.';
    return {problems: [{path: '', message, line: 1, column: 1}]};
  }
  const checked = playbookSchema.safeParse(content, {reportInput: true});
  if (checked.success) return {playbook: checked.data};
  const problems = checked.error.issues.flatMap(nearestIssues).map(issue => ({
    path: issue.path.map(String).join('.'),
    message: wordsOf(issue),
    ...at(offsetOf(document, issue)),
  }));
  return {problems: problems.sort((a, b) => a.line - b.line).slice(0, 50)};
};
