/** Nothing before the chat is opened; then what the visitor is told, sees, allows and ends. And the administrator's pages. */
import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import type {Page} from 'playwright-core';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {type Started, startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

/** Everything by which a page could keep something or tell somebody, written down as it is used: in every frame. */
const recorder = `
  const used = (window.__used = []);
  const hear = (owner, name, label) => {
    const real = owner?.[name];
    if (!real) return;
    owner[name] = function (...given) {
      used.push(label);
      return real.apply(this, given);
    };
  };
  hear(Storage.prototype, 'setItem', 'storage');
  hear(IDBFactory.prototype, 'open', 'indexedDB');
  hear(window.CacheStorage?.prototype, 'open', 'caches');
  hear(Navigator.prototype, 'sendBeacon', 'beacon');
  hear(window, 'fetch', 'fetch');
  hear(XMLHttpRequest.prototype, 'send', 'xhr');
  hear(HTMLCanvasElement.prototype, 'toDataURL', 'canvas');
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(document, 'cookie', {
    get: () => (used.push('cookie read'), cookie.get.call(document)),
    set: value => (used.push('cookie'), cookie.set.call(document, value)),
  });
`;
const kept = (page: Page) =>
  page.evaluate<{used: string[]; stored: number; databases: number}>(
    '(async () => ({used: window.__used, stored: localStorage.length + sessionStorage.length, databases: (await indexedDB.databases()).length}))()',
  );
/** What is sent over the chat's line, and every request, in order. */
const listen = (page: Page, appliance: Started) => {
  const requests: string[] = [];
  const frames: {type: string; page?: string; open?: boolean}[] = [];
  page.on('request', request => {
    if (request.url().startsWith(appliance.base))
      requests.push(`${request.method()} ${request.url().slice(appliance.base.length)}`);
  });
  page.on('websocket', socket =>
    socket.on('framesent', ({payload}) => frames.push(JSON.parse(String(payload)) as {type: string})),
  );
  return {requests, usage: () => frames.filter(({type}) => type === 'usage')};
};
const people = async (appliance: Started) =>
  appliance.inside.storage
    .db('conversations_visitors')
    .select('id', 'ip_sealed', 'page_sealed', 'device_sealed');
const pagesNoted = async (appliance: Started, count: number) => {
  for (;;) {
    const rows = await appliance.inside.storage.db('insights_pages').select('id');
    if (rows.length >= count) return rows.length;
    await turn();
  }
};
const setMode = async (appliance: Started, mode: 'ask' | 'inform') =>
  (await appliance.administrator()).call('PUT', `/api/admin/usage/sites/${await appliance.siteId()}`, {mode});

test.serial(
  'before the chat is opened: no identifier, no storage, no tracking; a website that asks first waits for the yes',
  async t => {
    const appliance = await startAppliance(t);
    const website = await startWebsite(t, appliance, {kind: 'neighbour'});
    await setMode(appliance, 'ask');
    const browser = await openBrowser(t, appliance, website);
    const {page, context} = await browser.person();
    await context.addInitScript(recorder);
    const {requests, usage} = listen(page, appliance);
    const chat = chatOn(page);
    for (const path of ['/', '/prices', '/']) {
      await page.goto(website.base + path, {waitUntil: 'networkidle'});
      await chat.launcher.hover();
      await page.mouse.wheel(0, 400);
      await page.keyboard.press('Tab');
      t.deepEqual(await kept(page), {used: [], stored: 0, databases: 0}, path);
    }
    t.deepEqual(
      requests,
      ['GET /widget.js', 'GET /widget.js', 'GET /widget.js'],
      'no parameter, nothing else',
    );
    t.deepEqual(await context.cookies(), []);
    t.deepEqual(await people(appliance), []);

    await chat.open();
    const bar = chat.frame.getByRole('region', {name: 'Privacy'});
    await bar.getByText('May Example Bank note').waitFor();
    t.like(await people(appliance), {
      length: 1,
      0: {ip_sealed: null, page_sealed: null, device_sealed: null},
    });
    await page.goto(`${website.base}/prices`, {waitUntil: 'networkidle'});
    await bar.getByRole('button', {name: 'Yes'}).waitFor();
    t.deepEqual(usage(), [], 'nothing was told before a yes');
    t.deepEqual(await context.cookies(), []);

    await bar.getByRole('button', {name: 'Yes'}).click();
    await bar.waitFor({state: 'hidden'});
    await pagesNoted(appliance, 1);
    t.deepEqual(
      usage().map(({page: around, open}) => [around, open]),
      [[`${website.base}/prices`, true]],
    );
    await chat.frame.getByRole('button', {name: 'Minimise chat'}).click();
    await page.goto(`${website.base}/?from=letter`, {waitUntil: 'networkidle'});
    await pagesNoted(appliance, 2);
    t.deepEqual(
      [usage().at(-1)?.page, usage().at(-1)?.open],
      [`${website.base}/`, false],
      'minimised, without the query',
    );
  },
);

test.serial(
  'told and able to object: one press in the bar, one in the panel, where it is seen and allowed again',
  async t => {
    const appliance = await startAppliance(t);
    const website = await startWebsite(t, appliance, {kind: 'neighbour'});
    const browser = await openBrowser(t, appliance, website);
    for (const options of [{}, phone]) {
      const {page, context} = await browser.person(options);
      const {usage} = listen(page, appliance);
      await page.goto(website.base);
      const chat = chatOn(page);
      await chat.open();
      const bar = chat.frame.getByRole('region', {name: 'Privacy'});
      await bar.getByText('Example Bank notes, to find faults').waitFor();
      t.true(await fits(page));
      await pagesNoted(appliance, 1);
      await bar.getByRole('button', {name: 'Object'}).click();
      await bar.waitFor({state: 'hidden'});
      t.deepEqual(await appliance.inside.storage.db('insights_pages').select('id'), []);

      await chat.frame.getByRole('button', {name: 'Privacy', exact: true}).click();
      const panel = chat.frame.getByRole('dialog', {name: 'Privacy'});
      await panel.getByText('Nothing is noted of how you use the chat.').waitFor();
      const told = usage().length;
      await panel.getByRole('button', {name: 'Allow it'}).click();
      await panel.getByText('Network address').waitFor();
      await panel.getByText('127.0.0.0').waitFor();
      await panel.getByText('desktop, Chrome').or(panel.getByText('mobile, Chrome')).waitFor();
      t.not((await people(appliance)).at(-1)?.page_sealed, null, 'the page of the yes');
      t.is(usage().length, told + 1, 'from then on');
      await panel.getByRole('button', {name: 'Object, and delete what was noted'}).click();
      await panel.getByText('Nothing is noted of how you use the chat.').waitFor();
      t.like((await people(appliance)).at(-1), {ip_sealed: null, page_sealed: null, device_sealed: null});
      await context.close();
    }
  },
);

test.serial('a browser that asks not to be tracked is not asked, and nothing is measured', async t => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance, {kind: 'neighbour', lang: 'de'});
  const browser = await openBrowser(t, appliance, website);
  for (const signal of ['globalPrivacyControl', 'doNotTrack']) {
    const {page, context} = await browser.person();
    await context.addInitScript(
      `Object.defineProperty(Navigator.prototype, '${signal}', {get: () => ${signal === 'doNotTrack' ? "'1'" : 'true'}})`,
    );
    const {usage} = listen(page, appliance);
    await page.goto(website.base);
    const chat = chatOn(page);
    await chat.open();
    await chat.frame.getByRole('button', {name: 'Datenschutz', exact: true}).click();
    await chat.frame.getByText('Ihr Browser bittet darum, nicht verfolgt zu werden').waitFor();
    t.is(await chat.frame.getByRole('region', {name: 'Datenschutz'}).count(), 0);
    t.deepEqual(usage(), [], signal);
    t.like((await people(appliance)).at(-1), {ip_sealed: null, page_sealed: null, device_sealed: null});
    await context.close();
  }
});

test.serial(
  'the administrator switches a category off after reading what goes, and reads the ledger',
  async t => {
    const appliance = await startAppliance(t);
    await appliance.visitor();
    const browser = await openBrowser(t, appliance);
    for (const options of [{}, phone]) {
      const {page, context} = await browser.person(options);
      await signInAs(page, appliance);
      await page.goto(`${appliance.base}/admin/usage`);
      const device = page.getByRole('checkbox', {name: 'Collect: Device and browser'});
      const wasOn = await device.isChecked();
      await device.click();
      await page.getByRole('button', {name: 'Put it in force'}).click();
      const dialog = page.getByRole('dialog');
      if (wasOn) await dialog.getByText('is deleted of 1 visitor now').waitFor();
      else await dialog.getByText('asked or told once more').waitFor();
      await dialog.getByRole('button', {name: wasOn ? 'Change it and delete' : 'Change it'}).click();
      await page.getByText('In force.').waitFor();
      t.is(await device.isChecked(), !wasOn);
      t.true(await fits(page));
      // whole addresses: not without a reason
      await page.getByRole('checkbox', {name: /Store whole network addresses/}).click();
      t.is(await page.getByRole('button', {name: 'Put it in force'}).getAttribute('aria-disabled'), 'true');
      await page.getByLabel('Why whole addresses are needed').fill('Fraud is reported with the address.');
      t.is(await page.getByRole('button', {name: 'Put it in force'}).getAttribute('aria-disabled'), 'false');

      await page.goto(`${appliance.base}/admin/consents`);
      await page.getByRole('button', {name: 'An AI answers'}).click();
      await page.getByText('SHA-256').waitFor();
      await page.getByLabel('What', {exact: true}).selectOption('usage_monitoring');
      await page.getByText('https://www.example.com/prices').first().waitFor();
      t.true(await fits(page));
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', {name: 'Ledger as CSV'}).click(),
      ]);
      t.is(file.suggestedFilename(), 'consents.csv');
      await context.close();
    }
  },
);
