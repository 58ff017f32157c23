import {randomBytes} from 'node:crypto';
import type {Context, Middleware} from 'koa';
import helmet from 'koa-helmet';

export const newNonce = (): string => randomBytes(16).toString('base64');

const policy = (parts: Record<string, string>): string =>
  Object.entries(parts)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

const closed = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Answers of the API are data: nothing in them may run or load. */
export const dataPolicy = policy(closed);

/** The console: only what this server serves. Styles that the component library makes at run time carry the nonce. */
export const consolePolicy = (nonce: string): string =>
  policy({
    ...closed,
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'form-action': "'self'",
    'frame-src': "'self'",
  });

/** The privacy notice: words and their style, nothing that runs. */
export const noticePolicy = (nonce: string): string =>
  policy({...closed, 'style-src': `'nonce-${nonce}'`, 'img-src': 'data:'});

/** The demo website: a page as a customer's, with the widget's loader and its frame. */
export const demoPolicy = (nonce: string): string =>
  policy({
    ...closed,
    'script-src': `'self' 'nonce-${nonce}'`,
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'frame-src': "'self'",
  });

/** Helmet's headers for everything; pages then choose their own content security policy. */
export const securityHeaders = (options: {secure: boolean}): Middleware =>
  helmet({
    contentSecurityPolicy: false,
    xFrameOptions: {action: 'deny'},
    referrerPolicy: {policy: 'no-referrer'},
    crossOriginResourcePolicy: {policy: 'same-origin'},
    strictTransportSecurity: options.secure ? {maxAge: 31_536_000, includeSubDomains: false} : false,
  });

/** What other websites may load: the loader and the frame, nothing else. */
export const forOtherSites = (ctx: Context): void => {
  ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
};
