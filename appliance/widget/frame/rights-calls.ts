/** What the panel asks the appliance for, and how it says what went wrong. */
import type {Texts} from '../texts/texts.ts';

export const rights = [
  'access',
  'portability',
  'rectification',
  'erasure',
  'usage',
  'all',
  'review',
] as const;
export type Right = (typeof rights)[number];
export const names: Record<Right, keyof Texts> = {
  access: 'rightAccess',
  portability: 'rightPortability',
  rectification: 'rightRectification',
  erasure: 'rightErasure',
  usage: 'rightUsage',
  all: 'rightAll',
  review: 'rightReview',
};

export type Answer = {requestId: string; state: string; dueAt: string; receipt: string};
/** How far somebody has come. */
export type Step =
  | {at: 'choose'}
  | {at: 'confirm'}
  | {at: 'code'; requestId: string}
  | {at: 'noMail'}
  | {at: 'done'; answer: Answer};
export type Failed = {status: number; code: string};

export const send = async <T>(token: string | null, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`/api/visitor/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : {authorization: `Bearer ${token}`}),
      ...(body === undefined ? {} : {'content-type': 'application/json'}),
    },
    credentials: 'omit',
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  });
  if (response.ok) return (await response.json()) as T;
  const {error} = (await response.json().catch(() => ({}))) as {error?: {code: string}};
  throw {status: response.status, code: error?.code ?? ''} satisfies Failed;
};

export const save = (content: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

export const wrong = (t: Texts, {status, code}: Failed): string =>
  code === 'privacy.code_wrong'
    ? t.codeWrong
    : /code_(over|used|expired)/.test(code)
      ? t.codeOver
      : status === 429
        ? t.tooMany
        : t.rightsFailed;
