import {z} from 'zod';
import {AppError, isAppError} from '../../../kit/errors.ts';
import {
  bound,
  type Connection,
  createCalls,
  type BindingStyle,
  bindingStyles,
  type Message,
} from './calls.ts';
import {transportFailure} from './outcome.ts';

const timeout = 20_000;
const messages: Message[] = [
  {role: 'system', content: 'Answer in one word.'},
  {role: 'user', content: 'What colour is the sky?'},
];
/** Nobody would say that of the sky. */
const answers = ['crowlit-7-amber', 'crowlit-7-cobalt'] as const;
const grammar = `root ::= "crowlit-7-" ("amber" | "cobalt")\n`;
const schema = {
  type: 'object',
  properties: {colour: {enum: answers}},
  required: ['colour'],
  additionalProperties: false,
};
const inSchema = z.strictObject({colour: z.enum(answers)});
const keeps = {
  grammar: (answer: string): boolean => answers.some(one => one === answer.trim()),
  schema: (answer: string): boolean => {
    try {
      return inSchema.safeParse(JSON.parse(answer)).success;
    } catch {
      return false;
    }
  },
};

const statusOf = (error: unknown): unknown => (isAppError(error) ? error.details?.['status'] : undefined);
/** Another server's words, for the eyes of an administrator. */
const harmless = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);

const unfit = (message: string): AppError => new AppError('unavailable', 'llm.bad_model', message);
const wrongKey = (hasKey: boolean): AppError =>
  new AppError(
    'unavailable',
    'llm.refused',
    hasKey
      ? 'The model server does not accept the key. Ask whoever runs it for a valid one, and give it here.'
      : 'The model server wants a key. Ask whoever runs it for one, and give it here.',
  );

/**
 * Whether a server can be used, and how it is told what it may answer: it is reached, takes the key, has the model, answers
 * within a grammar or schema and streams. Throws with a ModelErrorCode and words for the administrator.
 */
export const probeServer = async (connection: Connection, signal?: AbortSignal): Promise<BindingStyle> => {
  const calls = createCalls(connection);
  const {model} = connection;
  const limits = {timeout, signal};
  const asked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const status = statusOf(error);
      if (status === 401 || status === 403) throw wrongKey((await connection.apiKey()) !== null);
      throw transportFailure(error);
    }
  };
  const unlessUnsupported = (error: unknown): null => {
    const status = statusOf(error);
    if (status === 400 || status === 422) return null;
    throw error;
  };

  const offered = await asked(() => calls.models(limits)).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error;
    throw unfit(
      `There is no OpenAI-compatible server at ${connection.url}: it has no list of models (404). Compare the address; it mostly ends in /v1.`,
    );
  });
  if (!offered.includes(model)) {
    const names = offered.slice(0, 5).map(name => `“${harmless(name)}”`);
    throw unfit(
      `The model server knows no model “${model}”. ${names.length === 0 ? 'It has none loaded.' : `It offers ${names.join(', ')}.`}`,
    );
  }
  for (const style of bindingStyles) {
    const form = style === 'json-schema' ? 'schema' : 'grammar';
    const more = {max_tokens: 32, ...bound(style, form === 'schema' ? {schema} : {grammar})};
    const answer = await asked(() => calls.complete(messages, more, limits)).catch(unlessUnsupported);
    if (!keeps[form](answer ?? '')) continue;
    await asked(() => calls.stream(messages, {max_tokens: 4}, () => undefined, limits));
    return style;
  }
  throw unfit(
    'The model server keeps neither to a grammar nor to a JSON schema, so it could invent facts and is not used. llama.cpp’s server and vLLM do; behind a gateway, see that it passes on `grammar`, `structured_outputs` or `response_format`.',
  );
};
