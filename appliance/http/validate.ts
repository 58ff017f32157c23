import type {z} from 'zod';
import {AppError} from '../kit/errors.ts';
import {plainIssue} from '../kit/issue-words.ts';

/** Field paths (`site.origins.0`) with one plain sentence each; what was sent is not repeated. */
export const fieldsOf = (error: z.ZodError): Record<string, string> =>
  Object.fromEntries(
    error.issues.toReversed().map(issue => [issue.path.map(String).join('.'), plainIssue(issue)]),
  );

/** NUL means nothing in any field, and PostgreSQL refuses it in text. No recursion: a body may be nested deeply. */
const holdsNul = (whole: unknown): boolean => {
  const left = [whole];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && value.includes('\u0000')) return true;
    if (typeof value === 'object' && value !== null)
      for (const entry of Object.entries(value)) left.push(...entry);
  }
  return false;
};

export const parseInput = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (!schema) return undefined;
  if (holdsNul(value)) {
    throw new AppError(
      'invalid',
      'request.invalid',
      'Something in this request is not right. It holds a NUL character, which no field takes.',
    );
  }
  const parsed = schema.safeParse(value, {reportInput: true});
  if (parsed.success) return parsed.data;
  const fields = fieldsOf(parsed.error);
  const first = Object.entries(fields)[0];
  const words = first ? ` ${first[0] === '' ? '' : `${first[0]}: `}${first[1]}` : '';
  throw new AppError('invalid', 'request.invalid', `Something in this request is not right.${words}`, {
    details: {fields},
  });
};

/** Strips what the schema does not declare. An answer that does not fit it is a fault of ours, never sent. */
export const parseAnswer = (schema: z.ZodType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'internal',
    'http.answer_mismatch',
    `An answer does not match its declared schema: ${Object.entries(fieldsOf(parsed.error))
      .map(([field, message]) => `${field}: ${message}`)
      .join(' ')}`,
  );
};
