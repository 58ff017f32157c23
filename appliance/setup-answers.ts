import {resolve} from 'node:path';
import {
  configError,
  type Environment,
  flatten,
  readDocument,
  unknownKey,
  variableOf,
} from './config-sources.ts';
import {type SetupAnswers, setupAnswers} from './features/operations/setup.schema.ts';

const words = (value: string): unknown => value;
const list = (value: string): unknown =>
  value
    .split(',')
    .map(entry => entry.trim())
    .filter(Boolean);
const days = (value: string): unknown => (/^\d+$/.test(value.trim()) ? Number(value) : value);

/** Every answer of the set-up wizard, so that a script can reach a working appliance without a browser. */
const answers: Record<string, (value: string) => unknown> = {
  company: words,
  region: words,
  'administrator.name': words,
  'administrator.email': words,
  'administrator.password': words,
  'privacyContact.name': words,
  'privacyContact.email': words,
  'retentionDays.conversations': days,
  'retentionDays.leads': days,
  'retentionDays.usage': days,
  'retentionDays.mail': days,
  'site.name': words,
  'site.origins': list,
  language: words,
  secondFactor: words,
};
const prefix = 'CROWLIT_SETUP_';
const variables = new Map(Object.keys(answers).map(key => [variableOf(key, prefix), key]));
export const setupVariables: readonly string[] = [...variables.keys(), `${prefix}FILE`];

/** A file of answers as it may be handed to `crowlit setup --file`; the password is none that anybody keeps. */
export const setupExample = `company: Example Bank
region: eu-de                # eu-de, eu-at, ch …: what is wrong is answered with the list
administrator:
  name: Ada Example
  email: ada@example.com
  password: change this long password
privacyContact:
  email: privacy@example.com
site:
  name: www
  origins: [https://www.example.com]
# below: may be left out
language: en                 # en, de, fr, es
secondFactor: required       # or optional
retentionDays: {conversations: 180, leads: 365, usage: 30, mail: 30}
`;
export const setupHelp = (): string =>
  [
    'The answers of the set-up, as YAML or JSON for `crowlit setup --file FILE`:',
    '',
    setupExample,
    'Each is also a variable, which goes before the file:',
    ...setupVariables.map(name => `  ${name}`),
    '',
    'Lists are separated by commas. A password is better given as a variable than left in a file.',
  ].join('\n');

const put = (into: Record<string, unknown>, key: string, value: unknown): void => {
  const [first = '', second] = key.split('.');
  if (second === undefined) into[first] = value;
  else into[first] = {...(into[first] as Record<string, unknown> | undefined), [second]: value};
};

/** All that can be checked before there is a key or a file: a refusal leaves nothing behind. */
const schemaFor = (regions: readonly string[]) =>
  setupAnswers.strict().refine(({region}) => regions.includes(region), {
    path: ['region'],
    message: `there is no such region. Choose one of: ${regions.join(', ')}.`,
  });

/** A file (`--file`, CROWLIT_SETUP_FILE), then `CROWLIT_SETUP_*`; undefined when there is neither. */
export const readSetupAnswers = (input: {
  file?: string | undefined;
  /** Codes of the regions there are. */
  regions: readonly string[];
  environment: Environment;
  workingDirectory: string;
}): SetupAnswers | undefined => {
  const {environment} = input;
  const problems: string[] = [];
  const file = input.file ?? environment[`${prefix}FILE`];
  const named = input.file === undefined ? `${prefix}FILE` : '--file';
  const given = file === undefined ? {} : readDocument(resolve(input.workingDirectory, file), named);
  const known = Object.keys(answers);
  for (const [key] of flatten(given, known))
    if (!known.includes(key) && !known.some(other => other.startsWith(`${key}.`)))
      problems.push(unknownKey(key, named, known));
  let any = file !== undefined;
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || name === `${prefix}FILE` || value === undefined) continue;
    const key = variables.get(name);
    if (key === undefined) {
      problems.push(unknownKey(name, 'from the environment', setupVariables));
      continue;
    }
    any = true;
    put(given, key, answers[key]?.(value));
  }
  if (problems.length > 0) throw configError(problems);
  if (!any) return undefined;
  const parsed = schemaFor(input.regions).safeParse(given);
  if (parsed.success) return parsed.data;
  throw configError(
    parsed.error.issues.map(issue => {
      const key = issue.path.join('.');
      const variable = key in answers ? `, or ${variableOf(key, prefix)}` : '';
      const missing = issue.message.includes('received undefined');
      return `set-up answer ${key === '' ? `(${named})` : `\`${key}\` (${file === undefined ? 'environment' : named}${variable})`}: ${missing ? 'this is missing.' : issue.message}`;
    }),
  );
};
