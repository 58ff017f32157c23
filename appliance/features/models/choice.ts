import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';

/**
 * Which model this machine is to use: a file beside the models, since it is about them, and is read where no database is
 * open (the doctor, the next start).
 */
const choice = z.object({
  model: z.string().nullable().describe('a SHA-256, or `server`; null: the bundled model'),
  name: z.string().nullable(),
  /** `chosen`: for the next start. Found at a start, `probation` means that the appliance itself ended during it. */
  state: z.enum(['chosen', 'probation', 'proven']),
  /** What is used again when this one fails; null: the bundled model. */
  before: z.object({model: z.string().nullable(), name: z.string().nullable()}),
  problem: z.string().nullable(),
});
export type Choice = z.infer<typeof choice>;
export const bundledChoice: Choice = {
  model: null,
  name: null,
  state: 'proven',
  before: {model: null, name: null},
  problem: null,
};

export const choicePath = (dataDirectory: string): string => join(dataDirectory, 'models', 'active.json');

/** A file that is not readable counts as the bundled model, and says so. */
export const readChoice = (dataDirectory: string): Choice => {
  const path = choicePath(dataDirectory);
  if (!existsSync(path)) return bundledChoice;
  try {
    return choice.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {...bundledChoice, problem: `${path} is damaged: which model was chosen is not known.`};
  }
};

/** For a doctor who looks from outside: why the next start would not use what was chosen. */
export const choiceProblem = (dataDirectory: string): string | null => {
  const {model, name, problem} = readChoice(dataDirectory);
  if (model === null || model === 'server') return problem;
  return existsSync(join(dataDirectory, 'models', `${model}.gguf`))
    ? problem
    : `The file of ${name ?? 'the chosen model'} is gone.`;
};
