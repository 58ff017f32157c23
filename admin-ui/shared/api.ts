import type {z} from 'zod';

/** What a room's schema file says an endpoint answers with or takes. */
export type Answer<S extends {response: z.ZodType}> = z.infer<S['response']>;
export type Body<S extends {body: z.ZodType}> = z.input<S['body']>;

/** An error as the appliance words it: `message` is written for people and may be shown as it is. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;
  constructor(code: string, message: string, status: number, details: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let csrfToken: string | null = null;
export const setCsrfToken = (token: string | null) => {
  csrfToken = token;
};

/** Told whenever a request that needs a session finds none; the page stays as it is, with all that was typed. */
const lostListeners = new Set<() => void>();
export const onSessionLost = (listener: () => void) => {
  lostListeners.add(listener);
  return () => {
    lostListeners.delete(listener);
  };
};

/** Told when the appliance asks for a second factor that is not set up. */
const factorListeners = new Set<() => void>();
export const onFactorMissing = (listener: () => void) => {
  factorListeners.add(listener);
  return () => {
    factorListeners.delete(listener);
  };
};

/** How the person shows once more that it is them; false when they would rather not. */
let askForProof: (() => Promise<boolean>) | null = null;
export const setProof = (ask: (() => Promise<boolean>) | null) => {
  askForProof = ask;
};

const failureOf = async (response: Response): Promise<ApiError> => {
  const answer = (await response.json().catch(() => null)) as {
    error?: {code?: string; message?: string; details?: Record<string, unknown>};
  } | null;
  const error = answer?.error;
  if (typeof error?.message === 'string')
    return new ApiError(error.code ?? 'unknown', error.message, response.status, error.details);
  return new ApiError(
    'unreadable',
    `The appliance answered ${response.status} without saying why. Its log has the reason.`,
    response.status,
  );
};

type Sent = {content: BodyInit; type: string} | undefined;

const send = async <T>(method: Method, path: string, sent: Sent, signal?: AbortSignal): Promise<T> => {
  const headers: Record<string, string> = {accept: 'application/json'};
  if (sent !== undefined) headers['content-type'] = sent.type;
  if (method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(sent === undefined ? {} : {body: sent.content}),
      ...(signal === undefined ? {} : {signal}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(
      'network',
      'The appliance did not answer. Check the connection; nothing you typed is lost.',
      0,
    );
  }
  if (!response.ok) {
    const failure = await failureOf(response);
    if (failure.code === 'request.unauthenticated') for (const told of lostListeners) told();
    if (response.status === 403 && failure.code === 'accounts.second_factor_needed')
      for (const told of factorListeners) told();
    if (failure.code === 'accounts.proof_needed' && (await askForProof?.()))
      return send(method, path, sent, signal);
    throw failure;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
};

/** One request to the appliance that served this page. Answers parsed JSON, or undefined where there is no body. */
export const request = <T>(
  method: Method,
  path: string,
  body?: unknown,
  {signal}: {signal?: AbortSignal} = {},
): Promise<T> =>
  send<T>(
    method,
    path,
    body === undefined ? undefined : {content: JSON.stringify(body), type: 'application/json'},
    signal,
  );

/** A piece of a file, as it is. */
export const sendBytes = <T>(
  path: string,
  bytes: ArrayBuffer,
  {signal}: {signal?: AbortSignal} = {},
): Promise<T> => send<T>('PUT', path, {content: bytes, type: 'application/octet-stream'}, signal);

/** Query parameters, leaving out what is empty. */
export const withQuery = (path: string, parameters: Record<string, string | number | undefined | null>) => {
  const filled = Object.entries(parameters).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return filled.length === 0
    ? path
    : `${path}?${new URLSearchParams(filled.map(([k, v]) => [k, String(v)])).toString()}`;
};
