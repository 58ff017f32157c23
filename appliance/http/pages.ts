import type {Context} from 'koa';
import {AppError} from '../kit/errors.ts';
import {type Locale, locale} from '../kit/schema.ts';
import {demoPolicy, forOtherSites, newNonce, noticePolicy} from './headers.ts';

export type Pages = {
  /** The widget's page for a site, with its content security policy; undefined for a site that is not known. */
  frame: (input: {siteId: string; nonce: string}) => Promise<{html: string; policy: string} | undefined>;
  /** The demo website; undefined unless `crowlit demo` set one up. */
  demo: (input: {nonce: string}) => Promise<string | undefined>;
  /** The privacy notice of a site, as a page or as a PDF; undefined for a site or a version that is not known. */
  notice: (input: {
    siteId: string;
    language: Locale;
    pdf: boolean;
    version: number | undefined;
    nonce: string;
  }) => Promise<string | Buffer | undefined>;
};

const noticeAddress = /^\/privacy\/([0-9a-f-]{36})(?:\/(en|de|fr|es)(\.pdf)?)?$/;

/** Each language has an address of its own; without one, the browser's first wish that is spoken here. */
const serveNotice = async (pages: Pages, ctx: Context): Promise<void> => {
  const [, siteId = '', chosen, ending] = noticeAddress.exec(ctx.path) ?? [];
  const language = locale.safeParse(chosen ?? ctx.acceptsLanguages(...locale.options)).data ?? 'en';
  const {version: wanted} = ctx.query;
  const version = typeof wanted === 'string' && /^\d{1,6}$/.test(wanted) ? Number(wanted) : undefined;
  const nonce = newNonce();
  const known = wanted === undefined || version !== undefined;
  const notice = known
    ? await pages.notice({siteId, language, pdf: ending !== undefined, version, nonce})
    : undefined;
  if (notice === undefined) {
    throw new AppError('not_found', 'privacy.no_notice', 'There is no privacy notice at this address.');
  }
  if (chosen === undefined) {
    ctx.vary('Accept-Language');
    ctx.redirect(`${ctx.path}/${language}`);
  } else if (typeof notice === 'string') html(ctx, notice, noticePolicy(nonce));
  else {
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = 'application/pdf';
    ctx.body = notice;
  }
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
  if (noticeAddress.test(ctx.path)) {
    await serveNotice(pages, ctx);
    return true;
  }
  return false;
};
