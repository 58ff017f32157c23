import {AppError, isAppError} from '../../../kit/errors.ts';
import type {ModelErrorCode} from '../contract.ts';

const failure = (code: ModelErrorCode, message: string, cause?: unknown): AppError =>
  new AppError('unavailable', code, message, cause === undefined ? {} : {cause});

/** The text of a chat completion's only choice; throws with a ModelErrorCode. What the server wrote is never quoted. */
export const completionIn = (status: number, body: string): string => {
  if (status === 429) throw failure('llm.overloaded', 'The model server has too much to do (429).');
  if (status === 408 || status === 504)
    throw failure('llm.timeout', `The model server took too long (${status}).`);
  if (status === 401 || status === 403)
    throw failure('llm.refused', `The model server does not accept the key (${status}).`);
  if (status >= 400 && status < 500)
    throw failure('llm.refused', `The model server does not accept the request (${status}).`);
  if (status !== 200) throw failure('llm.unavailable', `The model server answered ${status}.`);
  let content: unknown;
  try {
    const answer = JSON.parse(body) as {choices?: {message?: {content?: unknown}}[]} | null;
    content = answer?.choices?.[0]?.message?.content;
  } catch {
    // told below, with all else that is no completion
  }
  if (typeof content !== 'string')
    throw failure('llm.unavailable', 'What answers at the model server is no chat completion.');
  return content;
};

/** What the egress broker reports, in the contract's codes. */
export const transportFailure = (error: unknown): AppError => {
  const code = isAppError(error) ? error.code : '';
  if (code.startsWith('llm.')) return error as AppError;
  if (code === 'egress.timeout' || code === 'egress.aborted')
    return failure('llm.timeout', 'The model server did not answer in time.', error);
  if (code === 'egress.busy') return failure('llm.overloaded', 'Too many requests are under way.', error);
  return failure('llm.unavailable', 'The model server cannot be reached.', error);
};
