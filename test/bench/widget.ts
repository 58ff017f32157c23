/**
 * What a visitor's browser loads, measured in Chromium on an appliance with its demo website: one started for it, or the
 * one at --url:
 *   npm run bench:widget -- [--url http://127.0.0.1:8080] [--runs 5] [--json]
 * Every run starts with an empty cache. Bytes are bodies as they came over the wire (brotli where the server sends it).
 */
import {parseArgs} from 'node:util';
import type {Browser} from 'playwright-core';
import {launchChromium} from '../helpers/browser.ts';
import {startCommand} from '../helpers/demo.ts';

const goals = {launcher: {requests: 1, bytes: 2048}, usable: {bytes: 30 * 1024}};

const {values} = parseArgs({
  options: {
    url: {type: 'string'},
    runs: {type: 'string', default: '5'},
    json: {type: 'boolean', default: false},
  },
});
export type Stage = {requests: number; sockets: number; bytes: number; withHeaders: number; ms: number};
export type Loaded = {path: string; bytes: number; encoding: string};
export type WidgetRun = {launcher: Stage; usable: Stage; files: Loaded[]};

/** The demo page's own document and style are the website's, not the widget's. */
const ofWidget = (path: string) => path === '/widget.js' || /^\/(widget\/|api\/visitor\/)/.test(path);

export const measureWidget = async (browser: Browser, url: string): Promise<WidgetRun> => {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}, locale: 'en-GB'});
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    const asked = new Map<string, {path: string; head: number; encoding: string}>();
    const loaded: (Loaded & {withHeaders: number})[] = [];
    let sockets = 0;
    cdp.on('Network.requestWillBeSent', ({requestId, request, initiator}) => {
      const {pathname} = new URL(request.url);
      const demoStyle = initiator.type === 'parser' && pathname.includes('/demo-');
      if (ofWidget(pathname) && !demoStyle) asked.set(requestId, {path: pathname, head: 0, encoding: 'none'});
    });
    cdp.on('Network.responseReceived', ({requestId, response}) => {
      const entry = asked.get(requestId);
      if (!entry) return;
      entry.head = response.encodedDataLength;
      entry.encoding =
        Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ??
        'none';
    });
    cdp.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
      const entry = asked.get(requestId);
      if (!entry) return;
      const {path, head, encoding} = entry;
      loaded.push({path, encoding, bytes: encodedDataLength - head, withHeaders: encodedDataLength});
    });
    cdp.on('Network.webSocketCreated', () => sockets++);
    const total = (key: 'bytes' | 'withHeaders') => loaded.reduce((sum, one) => sum + one[key], 0);
    const stage = (ms: number): Stage => ({
      requests: asked.size,
      sockets,
      bytes: total('bytes'),
      withHeaders: total('withHeaders'),
      ms,
    });

    const begun = performance.now();
    await page.goto(`${url}/demo`, {waitUntil: 'commit'});
    const launcher = page.locator('crowlit-chat button').first();
    await launcher.waitFor({state: 'visible'});
    const shown = performance.now() - begun;
    await page.waitForLoadState('load');
    const atLauncher = stage(shown);

    const clicked = performance.now();
    await launcher.click();
    const chat = page.frameLocator('crowlit-chat iframe');
    // Usable: the first message is there, and what is typed would be sent.
    await chat.locator('.m.ai').first().waitFor({state: 'visible'});
    await chat.locator('textarea').waitFor({state: 'visible'});
    const usable = stage(performance.now() - clicked);
    return {
      launcher: atLauncher,
      usable,
      files: loaded.map(({path, bytes, encoding}) => ({path, bytes, encoding})),
    };
  } finally {
    await context.close();
  }
};

const median = (numbers: number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const medians = (stages: Stage[]): Stage => ({
  requests: median(stages.map(({requests}) => requests)),
  sockets: median(stages.map(({sockets}) => sockets)),
  bytes: median(stages.map(({bytes}) => bytes)),
  withHeaders: median(stages.map(({withHeaders}) => withHeaders)),
  ms: Math.round(median(stages.map(({ms}) => ms))),
});

if (import.meta.main) {
  const demo = values.url === undefined ? await startCommand('demo') : undefined;
  const url = (values.url ?? demo?.base ?? '').replace(/\/$/, '');
  const runs: WidgetRun[] = [];
  try {
    const browser = await launchChromium();
    try {
      for (let run = 0; run < Math.max(1, Number(values.runs)); run++)
        runs.push(await measureWidget(browser, url));
    } finally {
      await browser.close();
    }
  } finally {
    await demo?.stop();
  }
  const launcher = medians(runs.map(run => run.launcher));
  const usable = medians(runs.map(run => run.usable));
  const met = {
    launcherRequests: launcher.requests <= goals.launcher.requests,
    launcherBytes: launcher.bytes <= goals.launcher.bytes,
    usableBytes: usable.bytes <= goals.usable.bytes,
  };
  const result = {runs: runs.length, launcher, usable, files: runs.at(-1)?.files ?? [], goals, met};
  if (values.json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    const row = (name: string, s: Stage) =>
      `${name.padEnd(24)}${String(s.requests).padStart(9)}${String(s.sockets).padStart(9)}${String(s.bytes).padStart(9)}${String(s.withHeaders).padStart(14)}${String(s.ms).padStart(8)}`;
    const lines = [
      `Widget, medians of ${runs.length} runs, empty cache`,
      'until                    requests  sockets    bytes  with headers      ms',
      row('the launcher shows', launcher),
      row('the chat is usable', usable),
      ...result.files.map(
        ({path, bytes, encoding}) => `  ${path.padEnd(42)}${String(bytes).padStart(7)}  ${encoding}`,
      ),
      `goals: launcher 1 request ${met.launcherRequests ? 'met' : 'MISSED'}, 2,048 bytes ${met.launcherBytes ? 'met' : 'MISSED'}; chat 30,720 bytes ${met.usableBytes ? 'met' : 'MISSED'}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  process.exitCode = Object.values(met).every(Boolean) ? 0 : 1;
}
