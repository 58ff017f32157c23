import type {IncomingHttpHeaders} from 'node:http';
import type {Readable} from 'node:stream';
import type {z} from 'zod';

/** The auditor reads evidence, for a while; the privacy officer sees what is kept of people, and changes nothing else. */
export const roles = ['administrator', 'privacy_officer', 'agent', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Who is asking. `http/` finds it out before a handler runs; a handler never reads cookies or headers for it. */
export type Caller =
  | {kind: 'anonymous'}
  | {kind: 'user'; userId: string; role: Role; sessionId: string}
  | {kind: 'visitor'; visitorId: string; conversationId: string; siteId: string};

export type UserCaller = Extract<Caller, {kind: 'user'}>;

/** Deny by default: every route says who may call it. A list of roles means a signed-in user with one of them. */
export type Access = 'public' | 'visitor' | readonly Role[];

type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

export type Request<P extends Shape, Q extends Shape, B extends Shape> = {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  /** What was sent, where the route takes bytes. */
  bytes: Buffer;
  caller: Caller;
  /** The whole address; who stores it must truncate it first. */
  ip: string;
  headers: IncomingHttpHeaders;
  setCookie: (name: string, value: string, options: {maxAgeSeconds: number}) => void;
};

/** A file to download instead of JSON. */
export type FileAnswer = {file: {name: string; type: string; content: string | Buffer | Readable}};

export type Route<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape = Shape,
  R extends Shape = Shape,
> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI style: `/api/agent/conversations/{conversationId}`. */
  path: string;
  /** One sentence for the API document. */
  summary: string;
  access: Access;
  params?: P;
  query?: Q;
  body?: B;
  /** Takes `application/octet-stream` in place of JSON, at most so many bytes. */
  bytesLimit?: number;
  /** Fields the schema does not declare are stripped from the answer. Absent: 204, or a file. */
  response?: R;
  status?: 200 | 201 | 202 | 204;
  /** Also for who must have a second factor and has none yet: setting it up, and leaving. */
  beforeSecondFactor?: true;
  /** Only within a quarter of an hour after the person proved who they are. */
  recentProof?: true;
  /** Requests a minute from one address, where the default for the area is too generous. */
  perMinute?: number;
  handle: (
    request: Request<P, Q, B>,
  ) => Promise<(R extends z.ZodType ? z.input<R> : undefined | FileAnswer) | FileAnswer>;
};

/** Gives a route its types; rooms return lists of these and `http/` mounts them. */
export const route = <
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
  R extends Shape = undefined,
>(
  definition: Route<P, Q, B, R>,
): Route => definition as unknown as Route;

/** The signed-in user behind a route whose access is a list of roles. */
export const userOf = (caller: Caller): UserCaller => {
  if (caller.kind !== 'user') throw new TypeError('a route for users was called without one');
  return caller;
};
