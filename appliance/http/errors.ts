import {type AppError, type ErrorKind, isAppError} from '../kit/errors.ts';
import {newId} from '../kit/ids.ts';
import type {Logger} from '../kit/logger.ts';

const statusOf: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  internal: 500,
  unavailable: 503,
};

export type ErrorAnswer = {
  status: number;
  retryAfterSeconds: number | undefined;
  body: {error: {code: string; message: string; details?: Record<string, unknown>}};
};

const retryAfter = (error: AppError): number | undefined => {
  const seconds = error.details?.['retryAfterSeconds'];
  if (typeof seconds === 'number') return Math.max(1, Math.ceil(seconds));
  return error.kind === 'too_many' ? 60 : undefined;
};

/** The one place where an error becomes a status. What nobody foresaw leaves as an id to look up in the log. */
export const answerError = (error: unknown, log: Logger, place: string): ErrorAnswer => {
  if (isAppError(error) && error.kind !== 'internal') {
    const {code, message, details} = error;
    if (error.kind === 'unavailable') log.warn({place, err: error}, 'a request was refused');
    return {
      status: statusOf[error.kind],
      retryAfterSeconds: retryAfter(error),
      body: {error: {code, message, ...(details === undefined ? {} : {details})}},
    };
  }
  const errorId = newId();
  log.error({place, errorId, err: error}, 'a request failed');
  return {
    status: 500,
    retryAfterSeconds: undefined,
    body: {
      error: {
        code: 'internal',
        message: `Something went wrong on the server. Its log says more under ${errorId}.`,
        details: {errorId},
      },
    },
  };
};
