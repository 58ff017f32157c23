import type {Context} from 'koa';
import {AppError} from '../kit/errors.ts';
import {demoPolicy, forOtherSites, newNonce} from './headers.ts';

export type Pages = {
  /** The widget's page for a site, with its content security policy; undefined for a site that is not known. */
  frame: (input: {siteId: string; nonce: string}) => Promise<{html: string; policy: string} | undefined>;
  /** The demo website; undefined unless `crowlit demo` set one up. */
  demo: (input: {nonce: string}) => Promise<string | undefined>;
};

const html = (ctx: Context, page: string, policy: string): void => {
  ctx.set('Content-Security-Policy', policy);
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'html';
  ctx.body = page;
};

/** True when the address was one of the pages made per request. */
export const servePage = async (pages: Pages, ctx: Context): Promise<boolean> => {
  if (ctx.path === '/widget/frame') {
    const siteId = ctx.query['site'];
    const nonce = newNonce();
    const page = typeof siteId === 'string' ? await pages.frame({siteId, nonce}) : undefined;
    if (!page) throw new AppError('not_found', 'sites.unknown', 'This website is not set up here.');
    // the policy's frame-ancestors names the site's origins, which the older header cannot
    ctx.remove('X-Frame-Options');
    forOtherSites(ctx);
    html(ctx, page.html, page.policy);
    return true;
  }
  if (ctx.path === '/demo') {
    const nonce = newNonce();
    const page = await pages.demo({nonce});
    if (page === undefined) {
      throw new AppError(
        'not_found',
        'http.no_demo',
        'There is no demo website here. `crowlit demo` sets one up.',
      );
    }
    html(ctx, page, demoPolicy(nonce));
    return true;
  }
  return false;
};
