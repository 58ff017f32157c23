import {z} from 'zod';
import {schema} from './config.ts';
import {variableOf} from './config-sources.ts';
import {setupVariables} from './setup-answers.ts';

export type Setting = {key: string; variable: string; default: string | undefined; meaning: string};

/** Every setting there is, read from the schema that checks them. */
export const settings = (within: z.ZodObject = schema, prefix = ''): Setting[] =>
  Object.entries(within.shape).flatMap(([name, inner]) => {
    const key = prefix + name;
    if (inner instanceof z.ZodObject) return settings(inner, `${key}.`);
    const fallback = inner instanceof z.ZodDefault ? String(inner.def.defaultValue) : undefined;
    return [
      {key, variable: variableOf(key), default: fallback, meaning: (inner as z.ZodType).description ?? ''},
    ];
  });

export const settingsHelp = (): string => {
  const rows = settings();
  const wide = Math.max(...rows.map(({key}) => key.length));
  const list = rows.map(
    ({key, variable, default: fallback, meaning}) =>
      `  ${key.padEnd(wide)}  ${meaning}${fallback === undefined ? '' : ` [${fallback}]`}\n  ${''.padEnd(wide)}  ${variable}`,
  );
  return `Settings: in the file named with --config or CROWLIT_CONFIG (YAML or JSON; a dot is a level), or as the variable below
each. A variable goes before the file, the file before the default in brackets.

${list.join('\n')}

Only as variables
  CROWLIT_MASTER_KEY  the master key itself, 32 bytes in base64; a file or a systemd credential (crowlit-master-key) is better
  CROWLIT_CONFIG      the settings file

Answers to the set-up (crowlit setup, or at the first serve)
${setupVariables.map(name => `  ${name}`).join('\n')}
`;
};
