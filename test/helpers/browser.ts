import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {
  chromium,
  type Locator,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

/** Debian's. There is no skipping: without it, what people see is not tested, and that is said. */
export const launchChromium = async (): Promise<Browser> => {
  const executablePath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'chromium'))
    .find(file => existsSync(file));
  if (!executablePath)
    throw new Error(
      'Chromium is missing. As root: apt-get update && apt-get install -y --no-install-recommends chromium',
    );
  return chromium.launch({
    executablePath,
    // headless, and a profile directory of its own that goes with it, are what launch() gives
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
};

const originOf = (url: string): string => new URL(url.replace(/^ws/, 'http')).origin;
const isLoopback = (origin: string): boolean =>
  /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|$)/.test(origin);

/**
 * A real Chromium that knows nobody, closed with the test. What a page complains about (errors, refusals of its content
 * security policy, files that are not there) and every request to a server that is none of `places` fails the test at its
 * end; `foreseen` names what a test brings about on purpose, and must then have come.
 */
export const openBrowser = async (t: ExecutionContext, ...places: {readonly base: string}[]) => {
  const browser = await launchChromium();
  const complaints: string[] = [];
  const foreseen: RegExp[] = [];
  t.teardown(async () => {
    await browser.close();
    // thrown, not asserted: when things are put away, a test has counted its assertions already
    const others = complaints.filter(complaint => !foreseen.some(pattern => pattern.test(complaint)));
    if (others.length > 0) throw new Error(`The pages complained:\n${others.join('\n')}`);
    const missing = foreseen.filter(pattern => !complaints.some(complaint => pattern.test(complaint)));
    if (missing.length > 0) throw new Error(`Foreseen, and did not come: ${missing.join(', ')}`);
  });
  /** A server that was started again may have another address by now. */
  const known = new Set<string>();
  const ask = (url: string): void => {
    if (!/^(https?|wss?):/.test(url)) return;
    for (const {base} of places) known.add(base);
    const origin = originOf(url);
    if (places.length > 0 ? !known.has(origin) : !isLoopback(origin))
      complaints.push(`a request left for ${origin}: ${url}`);
  };
  const watch = (page: Page): void => {
    page.on('pageerror', error => complaints.push(`${page.url()}: ${error.message}`));
    page.on('websocket', socket => ask(socket.url()));
    page.on('console', message => {
      // what the appliance refuses is looked at by the tests themselves
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(`${page.url()}: ${message.text()}`);
    });
  };
  /** One person at one machine: cookies and storage of their own. */
  const person = async (
    options: BrowserContextOptions = {},
  ): Promise<{page: Page; context: BrowserContext}> => {
    const context = await browser.newContext({
      viewport: {width: 1440, height: 900},
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    context.on('request', request => ask(request.url()));
    context.on('response', response => {
      if (response.status() >= 500 || (response.status() === 404 && !response.url().includes('/api/')))
        complaints.push(`${response.status()} for ${response.url()}`);
    });
    context.on('page', watch);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return {page, context};
  };
  return {
    person,
    foresee: (pattern: RegExp): void => void foreseen.push(pattern),
  };
};

export const phone: BrowserContextOptions = {
  viewport: {width: 390, height: 844},
  hasTouch: true,
  isMobile: true,
};

/** True when nothing of the page lies beyond its right edge. */
export const fits = async (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

const pictures = process.env['CROWLIT_PICTURES'];

/** Whether the page fits a desk and a phone, light and dark; with CROWLIT_PICTURES, its pictures go to that folder. */
export const fitsEverywhere = async (page: Page, name: string): Promise<boolean> => {
  let all = true;
  for (const width of [1280, 390]) {
    await page.setViewportSize({width, height: 900});
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme});
      all = (await fits(page)) && all;
      if (pictures)
        await page.screenshot({path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true});
    }
  }
  await page.setViewportSize({width: 1280, height: 900});
  await page.emulateMedia({colorScheme: 'light'});
  return all;
};

/** `expression` as the page sees it, with the element as `e`: the tests themselves know no document. */
export const inPage = <Value>(element: Locator, expression: string): Promise<Value> =>
  // eslint-disable-next-line typescript/no-implied-eval -- it runs in the page, not here
  element.evaluate(new Function('e', `return (${expression});`) as (e: unknown) => Value);
