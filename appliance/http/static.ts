import {existsSync, type ReadStream, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {send} from '@koa/send';
import type {Context} from 'koa';
import {AppError} from '../kit/errors.ts';
import {consolePolicy, forOtherSites, newNonce} from './headers.ts';

/** `main-B3xkqv9A.js`: a name that changes with its content may be kept for ever. */
const hashed = /[-.][\w-]{8,}\.\w+$/;

/** A file under `root`, brotli where the build made one. False when there is none. */
export const sendFile = async (ctx: Context, root: string, path: string, cache: string): Promise<boolean> => {
  if (path.endsWith('.br') || path.endsWith('.gz') || path.endsWith('/')) return false;
  try {
    await send(ctx, path, {
      root,
      index: false,
      setHeaders: (response, _file, stats) => {
        response.setHeader(
          'ETag',
          `W/"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}"`,
        );
        response.setHeader(
          'Cache-Control',
          hashed.test(path) ? 'public, max-age=31536000, immutable' : cache,
        );
      },
    });
  } catch (error) {
    const {status} = error as {status?: unknown};
    if (typeof status !== 'number' || status >= 500) throw error;
    return false;
  }
  if (ctx.body === undefined || ctx.body === null) return false;
  ctx.vary('Accept-Encoding');
  if (ctx.fresh) {
    (ctx.body as ReadStream).destroy();
    ctx.status = 304;
  }
  return true;
};

export const createStatic = (directories: {adminUi: string; widget: string}) => {
  let index: string | undefined;

  /** Every address of the console is the same page; its own router reads the address. */
  const consolePage = (ctx: Context): void => {
    const file = join(directories.adminUi, 'index.html');
    index ??= existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (index === undefined) {
      throw new AppError(
        'unavailable',
        'http.not_built',
        'The console is not built yet. Run `npm run build` and reload.',
      );
    }
    const nonce = newNonce();
    ctx.set('Content-Security-Policy', consolePolicy(nonce));
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = index.replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}">`);
  };

  return {
    /** Answers GET and HEAD of what is not the API. */
    serve: async (ctx: Context): Promise<void> => {
      const {path} = ctx;
      if (path === '/widget.js') {
        forOtherSites(ctx);
        // asked for on every page view of the website: an hour old at most, and then only compared
        if (
          await sendFile(ctx, directories.widget, path, 'public, max-age=3600, stale-while-revalidate=86400')
        )
          return;
        throw new AppError(
          'not_found',
          'http.not_built',
          'The widget is not built yet. Run `npm run build`.',
        );
      }
      if (path.startsWith('/widget/')) {
        forOtherSites(ctx);
        if (await sendFile(ctx, directories.widget, path.slice('/widget'.length), 'no-cache')) return;
        throw new AppError('not_found', 'request.unknown_path', 'There is nothing at this address.');
      }
      if (path.startsWith('/assets/') || /\.\w{1,8}$/.test(path)) {
        if (path !== '/index.html' && (await sendFile(ctx, directories.adminUi, path, 'no-cache'))) return;
        throw new AppError('not_found', 'request.unknown_path', 'There is nothing at this address.');
      }
      consolePage(ctx);
    },
  };
};
