import {ApiError} from './api.ts';

type Issue = {path?: unknown; message?: unknown};

/** Which field the appliance complained about, by its path (`site.origins.0`), so that the words stand beside it. */
export const fieldErrors = (error: unknown): Record<string, string> => {
  if (!(error instanceof ApiError)) return {};
  const {fields} = error.details;
  if (Array.isArray(fields))
    return Object.fromEntries(
      (fields as Issue[])
        .filter(issue => typeof issue.message === 'string')
        .map(issue => [
          Array.isArray(issue.path) ? issue.path.join('.') : String(issue.path),
          issue.message as string,
        ]),
    );
  if (typeof fields === 'object' && fields !== null)
    return Object.fromEntries(Object.entries(fields).map(([path, message]) => [path, String(message)]));
  return {};
};

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Moves to the first field that needs another look, once it is drawn. */
export const focusFirstError = (within: HTMLElement | null) => {
  requestAnimationFrame(() => within?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
};
