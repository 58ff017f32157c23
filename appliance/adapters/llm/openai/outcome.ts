import {z} from 'zod';
import {AppError, isAppError} from '../../../kit/errors.ts';
import type {ModelErrorCode} from '../contract.ts';

/** What went wrong, in the contract's codes. What the server wrote is never quoted. */
const failure = (code: ModelErrorCode, message: string, more: {status?: number; cause?: unknown} = {}) =>
  new AppError(code === 'llm.overloaded' ? 'too_many' : 'unavailable', code, message, {
    ...(more.status === undefined ? {} : {details: {status: more.status}}),
    ...(more.cause === undefined ? {} : {cause: more.cause}),
  });

export const timedOut = (cause?: unknown): AppError =>
  failure('llm.timeout', 'The model server did not answer in time.', {cause});
export const noCompletion = (): AppError =>
  failure('llm.unavailable', 'What answers at the model server is no chat completion.');
const noVectors = (): AppError =>
  failure('llm.unavailable', 'What answers at the model server makes no vectors.');
export const brokenOff = (): AppError => failure('llm.unavailable', 'The model server broke its reply off.');

export const refuseStatus = (status: number): void => {
  if (status === 200) return;
  if (status === 429) throw failure('llm.overloaded', 'The model server has too much to do (429).', {status});
  if (status === 408 || status === 504)
    throw failure('llm.timeout', `The model server took too long (${status}).`, {status});
  if (status === 401 || status === 403)
    throw failure('llm.refused', `The model server does not accept the key (${status}).`, {status});
  if (status === 404)
    throw failure('llm.bad_model', 'The model server knows no such model, or has no such address (404).', {
      status,
    });
  if (status >= 400 && status < 500)
    throw failure('llm.refused', `The model server does not accept the request (${status}).`, {status});
  throw failure('llm.unavailable', `The model server answered ${status}.`, {status});
};

const completion = z.object({
  choices: z.tuple([z.object({message: z.object({content: z.string().nullable()})})]),
});
const listing = z.object({data: z.array(z.object({id: z.string()}))});
/** JSON has no NaN: a server that computes one writes null in its place. */
const embeddings = z.object({
  data: z.array(z.object({index: z.number().int(), embedding: z.array(z.number())})),
});
const parsed = <Shape extends z.ZodType>(
  shape: Shape,
  text: string,
  otherwise = noCompletion,
): z.output<Shape> => {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw otherwise();
  }
};
/** The text of a chat completion's only choice. */
export const completionIn = (body: string): string =>
  parsed(completion, body).choices[0].message.content ?? '';
/** In the order of the texts, whatever theirs was. */
export const embeddingsIn = (body: string): number[][] => {
  const {data} = parsed(embeddings, body, noVectors);
  const sorted = data.toSorted((one, other) => one.index - other.index);
  if (sorted.some(({index}, i) => index !== i)) throw noVectors();
  return sorted.map(({embedding}) => embedding);
};
export const modelsIn = (body: string): string[] => parsed(listing, body).data.map(({id}) => id);

/** What the egress broker reports, in the contract's codes. */
export const transportFailure = (error: unknown): AppError => {
  const code = isAppError(error) ? error.code : '';
  if (code.startsWith('llm.')) return error as AppError;
  if (code === 'egress.timeout' || code === 'egress.aborted') return timedOut(error);
  if (code === 'egress.busy')
    return failure('llm.overloaded', 'Too many requests are under way.', {cause: error});
  const why = code.startsWith('egress.') ? ` ${(error as AppError).message}` : '';
  return failure('llm.unavailable', `The model server cannot be reached.${why}`, {cause: error});
};
