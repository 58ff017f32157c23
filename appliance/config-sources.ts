import {readFileSync} from 'node:fs';
import {parse} from 'yaml';
import {z} from 'zod';
import {AppError} from './kit/errors.ts';

/** One setting as it was found, and where: an error names both. */
export type Found = {value: unknown; source: string; directory: string};
export type Environment = Record<string, string | undefined>;

/** `tls.certificateFile` → `CROWLIT_TLS_CERTIFICATE_FILE`. */
export const variableOf = (key: string, prefix = 'CROWLIT_'): string =>
  prefix +
  key
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();

/** The keys of a schema of nested objects, dotted. */
export const keysOf = (schema: z.ZodObject, prefix = ''): string[] =>
  Object.entries(schema.shape).flatMap(([name, inner]) =>
    inner instanceof z.ZodObject ? keysOf(inner, `${prefix}${name}.`) : [prefix + name],
  );

const distance = (left: string, right: string): number => {
  let row = Array.from({length: right.length + 1}, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[right.length] as number;
};

export const nearest = (word: string, known: readonly string[]): string | undefined =>
  known
    .map(name => ({name, off: distance(word.toLowerCase(), name.toLowerCase())}))
    .filter(({name, off}) => off <= Math.max(2, name.length / 3))
    .sort((left, right) => left.off - right.off)[0]?.name;

export const unknownKey = (key: string, source: string, known: readonly string[]): string => {
  const close = nearest(key, known);
  return `${key} (${source}) is not a known key. ${close === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean ${close}?`}`;
};

export const configError = (problems: readonly string[]): AppError =>
  new AppError(
    'invalid',
    'config.invalid',
    `The configuration is not right:\n${problems.map(problem => `  - ${problem}`).join('\n')}`,
  );

/** YAML reads JSON too. */
export const readDocument = (file: string, named: string): Record<string, unknown> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason =
      (cause as {code?: string}).code === 'ENOENT' ? 'does not exist' : 'cannot be read by this user';
    throw configError([`${named}: the file ${file} ${reason}.`]);
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw configError([
      `${named}: ${file} is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`,
    ]);
  }
  if (document === null || document === undefined) return {};
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw configError([`${named}: ${file} must hold keys and values, like \`port: 8080\`.`]);
  }
  return document as Record<string, unknown>;
};

export const flatten = (
  document: Record<string, unknown>,
  known: readonly string[],
  prefix = '',
): [string, unknown][] =>
  Object.entries(document).flatMap(([name, value]) => {
    const key = prefix + name;
    const group = known.some(other => other.startsWith(`${key}.`));
    return group && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value as Record<string, unknown>, known, `${key}.`)
      : [[key, value]];
  });

export const unflatten = (found: ReadonlyMap<string, Found>): Record<string, unknown> => {
  const nested: Record<string, unknown> = {};
  for (const [key, {value}] of found) {
    const names = key.split('.');
    const last = names.pop() as string;
    let at = nested;
    for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return nested;
};
