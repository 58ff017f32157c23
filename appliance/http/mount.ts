import {timingSafeEqual} from 'node:crypto';
import {bodyParser} from '@koa/bodyparser';
import {Router} from '@koa/router';
import type {Context, Middleware} from 'koa';
import {AppError} from '../kit/errors.ts';
import type {Caller, FileAnswer, Route} from '../kit/route.ts';
import {checkRole, cookieName, type Identify} from './identify.ts';
import {areaOf, type Limits} from './limits.ts';
import type {Origins} from './origins.ts';
import {parseAnswer, parseInput} from './validate.ts';

export type MountDeps = {identify: Identify; origins: Origins; limits: Limits};

const bodyLimit = 100 * 1024;
const noBytes = Buffer.alloc(0);
const parser = bodyParser({
  enableTypes: ['json'],
  // a DELETE may say which revision it means
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  jsonLimit: bodyLimit,
  encoding: 'utf8',
});

const readBody = async (ctx: Context): Promise<unknown> => {
  if (!ctx.request.is('json')) {
    throw new AppError('invalid', 'request.not_json', 'Send JSON: content-type application/json and a body.');
  }
  try {
    await parser(ctx, async () => undefined);
  } catch (cause) {
    const status = (cause as {status?: unknown}).status;
    throw status === 413
      ? new AppError('too_large', 'request.too_large', `This is too large: at most ${bodyLimit / 1024} kB.`, {
          cause,
        })
      : new AppError('invalid', 'request.malformed', 'The body is not readable as JSON.', {cause});
  }
  return (ctx.request as unknown as {body: unknown}).body;
};

/** Bytes as they come, kept in memory: a limit of a few megabytes. */
const readBytes = async (ctx: Context, limit: number): Promise<Buffer> => {
  if (!ctx.request.is('application/octet-stream'))
    throw new AppError('invalid', 'request.not_bytes', 'Send bytes: content-type application/octet-stream.');
  const chunks: Buffer[] = [];
  let size = ctx.request.length ?? 0;
  if (size <= limit) {
    size = 0;
    for await (const chunk of ctx.req.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
  }
  if (size > limit) {
    // the answer has to go out: what still comes is thrown away, half a minute at most
    ctx.req.resume();
    throw new AppError(
      'too_large',
      'request.too_large',
      `This is too large: at most ${limit} bytes in one piece.`,
    );
  }
  return Buffer.concat(chunks, size);
};

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/** Deny by default: whoever is not named by the route's access is refused before anything is read or looked up. */
const admit = async (deps: MountDeps, route: Route, ctx: Context): Promise<Caller> => {
  const {headers} = ctx;
  const changes = ctx.method !== 'GET' && ctx.method !== 'HEAD';
  if (changes) deps.origins.checkSameOrigin(headers);
  if (route.access === 'visitor') {
    const visitor = await deps.identify.visitor(headers);
    if (!visitor) throw new AppError('unauthenticated', 'request.unauthenticated', 'Sign in first.');
    return visitor;
  }
  const found = await deps.identify.user(headers);
  if (route.access === 'public') return found?.caller ?? {kind: 'anonymous'};
  const user = checkRole(found, route.access, route);
  const token = headers['x-csrf-token'];
  if (changes && (typeof token !== 'string' || !same(token, user.csrfToken))) {
    throw new AppError('forbidden', 'request.csrf', 'This page is out of date. Reload it and try again.');
  }
  if (route.recentProof && !user.recent)
    throw new AppError('forbidden', 'accounts.proof_needed', 'Show once more that it is you, then go on.');
  return user.caller;
};

const isFile = (answer: unknown): answer is FileAnswer =>
  typeof answer === 'object' && answer !== null && 'file' in answer;

const handler =
  (deps: MountDeps, route: Route): Middleware =>
  async ctx => {
    const context = ctx as unknown as Context & {params: Record<string, string>};
    ctx.state['place'] = route.path;
    if (route.perMinute === undefined) await deps.limits.area(areaOf(route.method, route.path), ctx.ip);
    else await deps.limits.route(route, route.perMinute, ctx.ip);
    const caller = await admit(deps, route, context);
    const params = parseInput(route.params, context.params);
    const query = parseInput(route.query, {...ctx.query});
    const body = route.body ? parseInput(route.body, await readBody(context)) : undefined;
    const bytes = route.bytesLimit === undefined ? noBytes : await readBytes(context, route.bytesLimit);
    const {secure} = deps.identify;
    const answer: unknown = await route.handle({
      params,
      query,
      body,
      bytes,
      caller,
      ip: ctx.ip,
      headers: ctx.headers,
      setCookie: (name, value, {maxAgeSeconds}) => {
        ctx.append(
          'Set-Cookie',
          `${cookieName(name, secure)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
        );
      },
    });
    if (isFile(answer)) {
      ctx.attachment(answer.file.name);
      ctx.type = answer.file.type;
      ctx.body = answer.file.content;
      return;
    }
    if (route.response) ctx.body = parseAnswer(route.response, answer);
    ctx.status = route.status ?? (route.response ? 200 : 204);
  };

/** `{x}` of the routes becomes `:x`; two routes at one place are a fault found at start. */
export const mountRoutes = (deps: MountDeps, routes: readonly Route[]): Router => {
  const router = new Router({sensitive: true, strict: true});
  const seen = new Set<string>();
  for (const route of routes) {
    const place = `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`;
    if (seen.has(place)) throw new TypeError(`two routes are mounted at ${place}`);
    seen.add(place);
    router[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handler(deps, route));
  }
  return router;
};
