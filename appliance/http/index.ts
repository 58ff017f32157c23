/**
 * HTTP: the routes of the rooms, the console, the widget and its frame, under one origin. Only here are status codes,
 * cookies and headers known.
 */
import Koa, {type Context} from 'koa';
import compress from 'koa-compress';
import {z} from 'zod';
import {AppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {type Route, route} from '../kit/route.ts';
import {answerError} from './errors.ts';
import {dataPolicy, securityHeaders} from './headers.ts';
import {cookieName, type Identify} from './identify.ts';
import {createLimits} from './limits.ts';
import type {RequestsPerMinute} from './rates.ts';
import {mountRoutes} from './mount.ts';
import {describeApi} from './openapi.ts';
import type {Origins} from './origins.ts';
import {type Pages, servePage} from './pages.ts';
import {createListener, type TlsFiles, type Upgrade} from './server.ts';
import {createStatic} from './static.ts';

export {
  checkRole,
  createIdentify,
  type Identify,
  type IdentifyDeps,
  type SignedIn,
  type VisitorSession,
} from './identify.ts';
export {createOrigins, type Origins} from './origins.ts';
export {defaultRequestsPerMinute, type RequestsPerMinute} from './rates.ts';
export type {Pages} from './pages.ts';
export type {TlsFiles, Upgrade} from './server.ts';

export type HttpDeps = {
  routes: readonly Route[];
  identify: Identify;
  origins: Origins;
  pages: Pages;
  upgrades: readonly Upgrade[];
  /** Folders of the built console and widget. */
  directories: {adminUi: string; widget: string};
  listen: {host: string; port: number; tls: TlsFiles | undefined};
  /** Believe X-Forwarded-For: only where a proxy of the organisation's own is the sole way in. */
  behindProxy: boolean;
  requestsPerMinute: RequestsPerMinute;
  /** Open sockets at once; requests find room beside them. */
  connections: number;
  version: string;
  log: Logger;
};

const roomForRequests = 2000;

const isApi = (path: string): boolean =>
  path.startsWith('/api/') || path === '/api' || path.startsWith('/health/');

/** For the log: the route rather than the address, which may hold a token or what a person searched for. */
const placeOf = (ctx: {path: string; state: {place?: unknown}}): string =>
  typeof ctx.state.place === 'string' ? ctx.state.place : ctx.path.replace(/^(\/[^/]*\/).+/, '$1…');

export const createHttp = (deps: HttpDeps) => {
  const {log, identify, origins} = deps;
  const limits = createLimits(deps.requestsPerMinute);
  const files = createStatic(deps.directories);

  let document: Promise<object> | undefined;
  const routes: Route[] = [
    ...deps.routes,
    route({
      method: 'get',
      path: '/api/openapi.json',
      summary: 'This interface as an OpenAPI 3.1 document.',
      access: 'public',
      response: z.record(z.string(), z.unknown()),
      handle: async () => {
        document ??= describeApi({
          routes,
          version: deps.version,
          secureCookie: cookieName('session', identify.secure),
        });
        return (await document) as Record<string, unknown>;
      },
    }),
  ];
  const router = mountRoutes({identify, origins, limits}, routes);

  const app = new Koa({proxy: deps.behindProxy, maxIpsCount: 1});
  app.silent = true;
  app.on('error', (error: unknown) => {
    // a client that hung up is no fault
    const {code} = error as {code?: unknown};
    if (code !== 'ECONNRESET' && code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') {
      answerError(error, log, 'after the answer began');
    }
  });

  app.use(async (ctx, next) => {
    const started = performance.now();
    ctx.set('Content-Security-Policy', dataPolicy);
    if (isApi(ctx.path)) ctx.set('Cache-Control', 'no-store');
    try {
      await next();
    } catch (error) {
      const answer = answerError(error, log, `${ctx.method} ${placeOf(ctx)}`);
      ctx.remove('Set-Cookie');
      ctx.set('Content-Security-Policy', dataPolicy);
      ctx.set('Cache-Control', 'no-store');
      if (answer.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(answer.retryAfterSeconds));
      ctx.status = answer.status;
      ctx.body = answer.body;
    }
    log.debug(
      {
        method: ctx.method,
        path: placeOf(ctx),
        status: ctx.status,
        ms: Math.round(performance.now() - started),
      },
      'answered',
    );
  });
  app.use(securityHeaders({secure: identify.secure}));
  // small answers stay as they are: with them goes whatever secret they carry (BREACH)
  app.use(compress({threshold: 2048, br: {params: {}}, defaultEncoding: 'identity'}));
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/health/') && !origins.knownHost(ctx.headers)) {
      throw new AppError(
        'forbidden',
        'request.unknown_host',
        'The appliance does not answer under this name. Set `publicUrl` (CROWLIT_PUBLIC_URL) to the address people use.',
      );
    }
    await next();
  });
  app.use(router.routes() as unknown as Koa.Middleware);
  app.use(async koaContext => {
    const ctx = koaContext as unknown as Context;
    await limits.area('other', ctx.ip);
    const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (isApi(ctx.path) || !reads) {
      throw new AppError('not_found', 'request.unknown_path', 'There is nothing at this address.');
    }
    if (await servePage(deps.pages, ctx)) return;
    await files.serve(ctx);
  });

  const callback = app.callback();
  const listener = createListener({
    ...deps.listen,
    answer: (request, response) => void callback(request, response),
    upgrades: deps.upgrades,
    origins,
    limits,
    connections: deps.connections + roomForRequests,
    ipOf: request => {
      const forwarded = deps.behindProxy ? request.headers['x-forwarded-for'] : undefined;
      const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
      return last ?? request.socket.remoteAddress ?? '';
    },
  });
  return {
    routes: routes as readonly Route[],
    server: listener.server,
    listen: listener.listen,
    /** Where it really listens, by the socket itself. */
    listening: () => {
      const bound = listener.server.address();
      return bound === null || typeof bound === 'string'
        ? undefined
        : {host: bound.address, port: bound.port, tls: deps.listen.tls !== undefined};
    },
    close: listener.close,
  };
};
export type Http = ReturnType<typeof createHttp>;
