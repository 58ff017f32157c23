/** What a visitor meets on a customer's website, which is not the appliance's own. */
import test, {type ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import {fits, inPage, openBrowser, phone} from '../helpers/browser.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

/** What the website's own origin, and any cookie jar, holds by now. */
const keptBy = async (page: Page) => ({
  cookies: await page.context().cookies(),
  stored: await page.evaluate<number>('localStorage.length + sessionStorage.length'),
});
const start = async (t: ExecutionContext, options: Parameters<typeof startWebsite>[2] = {}) => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance, options);
  const browser = await openBrowser(t, appliance, website);
  return {appliance, website, browser};
};

test.serial('before it is opened: one request, nothing kept, nobody counted', async t => {
  const {appliance, website, browser} = await start(t);
  const {page} = await browser.person();
  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().startsWith(appliance.base)) asked.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(website.base, {waitUntil: 'networkidle'});
  const chat = chatOn(page);
  await chat.launcher.waitFor();
  t.is(await chat.launcher.innerText(), 'Questions? Chat with us\nAn AI answers, a person is near');
  t.deepEqual(asked, [`GET ${appliance.base}/widget.js`], 'no parameter, no second request');
  t.deepEqual(await keptBy(page), {cookies: [], stored: 0});
  const admin = await appliance.administrator();
  t.deepEqual(await admin.call('GET', '/api/agent/conversations'), {conversations: [], nextCursor: null});

  await chat.open();
  t.deepEqual(await keptBy(page), {cookies: [], stored: 1});
  t.is(
    await page.evaluate('Object.values(sessionStorage).join()'),
    'open',
    'once it is open: one word, for this tab alone',
  );
  // this browser keeps nothing for frames of other sites: there is no conversation to go on with, and none is begun
  await page.reload({waitUntil: 'networkidle'});
  await chat.launcher.waitFor();
  const {conversations} = await admin.call<{conversations: unknown[]}>('GET', '/api/agent/conversations');
  t.is(conversations.length, 1);
});

const languages = [
  {
    lang: 'en',
    opening: /AI/,
    strip: 'You are chatting with an AI.',
    person: 'Talk to a person',
    field: 'Your message',
  },
  {lang: 'de-AT', opening: /KI/, strip: 'Sie schreiben mit einer KI.', person: 'Mit einem Menschen sprechen'},
  {lang: 'fr', opening: /IA/, strip: 'Vous échangez avec une IA.', person: 'Parler à une personne'},
  {lang: 'es', opening: /IA/, strip: 'Está conversando con una IA.', person: 'Hablar con una persona'},
];
test.serial(
  'opened: first of all it says that an AI answers, in the language of the page, and offers a person',
  async t => {
    const appliance = await startAppliance(t);
    const sites = await Promise.all(
      languages.map(({lang}) => startWebsite(t, appliance, {lang, listed: false})),
    );
    const admin = await appliance.administrator();
    await admin.call('PATCH', `/api/admin/sites/${await appliance.siteId()}`, {
      origins: sites.map(({base}) => base),
      languages: ['en', 'de', 'fr', 'es'],
    });
    const browser = await openBrowser(t, appliance, ...sites);
    for (const [index, {lang, opening, strip, person}] of languages.entries()) {
      const {page, context} = await browser.person({locale: 'en-GB'});
      await page.goto(sites[index]?.base ?? '');
      const chat = chatOn(page);
      await chat.open();
      const [first] = await chat.lines();
      t.regex(first ?? '', opening, `${lang}: ${first}`);
      t.true(await chat.frame.getByText(strip).isVisible(), lang);
      t.true(await chat.frame.getByRole('button', {name: person}).isVisible(), lang);
      t.is(await chat.frame.locator('html').getAttribute('lang'), lang.slice(0, 2));
      await context.close();
    }
  },
);

test.serial(
  'with the keyboard alone: open, write, send, read on, ask for a person, close, and back to where one was',
  async t => {
    const {website, browser} = await start(t);
    const {page} = await browser.person();
    await page.goto(website.base);
    const chat = chatOn(page);
    await chat.launcher.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    t.true(await inPage(chat.launcher, 'e === e.getRootNode().activeElement'), 'second stop, after the link');
    await page.keyboard.press('Enter');
    await chat.frame.locator('.m.ai').first().waitFor();
    await chat.frame.locator('textarea:focus').waitFor();

    await page.keyboard.type('Do your terminals work without a phone line?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('We have 12 shops.');
    await page.keyboard.press('Enter');
    await chat.log.getByText('We have 12 shops.').waitFor();
    await chat.frame.locator('.m.ai').nth(1).waitFor();
    t.true(
      await inPage(chat.field, 'e === document.activeElement && e.value === ""'),
      'the field is empty and ready for the next line',
    );

    const stops: string[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Shift+Tab');
      const stop = await inPage<string>(
        chat.frame.locator('html'),
        `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`,
      );
      stops.push(stop);
      if (stop === 'Minimise chat') break;
    }
    t.true(stops.includes('Talk to a person') && stops.includes('Conversation'), stops.join(', '));
    t.is(stops.at(-1), 'Minimise chat');

    await chat.frame.getByRole('button', {name: 'Talk to a person'}).press('Enter');
    await chat.log.getByText('A person was asked to join.').waitFor();
    await chat.frame.getByRole('button', {name: 'Privacy'}).press('Enter');
    await chat.frame.getByRole('dialog', {name: 'Privacy'}).getByText('privacy@example.com').waitFor();
    await page.keyboard.press('Escape');
    await chat.frame.getByRole('dialog').waitFor({state: 'hidden'});
    await page.keyboard.press('Escape');
    await chat.launcher.waitFor();
    t.true(
      await inPage(chat.launcher, 'e === e.getRootNode().activeElement'),
      'focus is back on the launcher',
    );
  },
);

test.serial('a website that is not on the list gets a launcher that says so, and no chat', async t => {
  const {appliance, website, browser} = await start(t, {listed: false});
  browser.foresee(/frame-ancestors/);
  browser.foresee(/its list of sites lacks http:\/\/localhost/);
  const {page} = await browser.person();
  await page.goto(website.base);
  const chat = chatOn(page);
  await chat.launcher.click();
  await chat.launcher.getByText('The chat is not available right now.').waitFor();
  t.true(await inPage(chat.launcher, 'e === e.getRootNode().activeElement'), 'one key away from another try');
  t.deepEqual(await keptBy(page), {cookies: [], stored: 0}, 'the next page does not try by itself');
  const admin = await appliance.administrator();
  t.deepEqual(await admin.call('GET', '/api/agent/conversations'), {conversations: [], nextCursor: null});
});

test.serial('a strict content security policy needs two words for the chat, and no more', async t => {
  const {website, browser} = await start(t, {
    policy: chat => `default-src 'none'; script-src ${chat}; frame-src ${chat}; img-src data:`,
  });
  const {page} = await browser.person();
  await page.goto(website.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('Good morning');
  await chat.frame.locator('.m.ai').nth(1).waitFor();
  t.is(await inPage(chat.launcher, 'getComputedStyle(e).position'), 'fixed', 'it has its looks, too');
});

test.serial('on a phone it takes the whole screen, and nothing is cut off, down to 320 pixels', async t => {
  const {website, browser} = await start(t);
  for (const width of [390, 320]) {
    const {page, context} = await browser.person({...phone, viewport: {width, height: 640}});
    await page.goto(website.base);
    const chat = chatOn(page);
    t.true(await fits(page), `the page beside the launcher, ${width}`);
    await chat.open();
    await chat.say(
      `A very-long-word-without-any-place-to-break-${'x'.repeat(80)} and https://www.example.com/${'y'.repeat(90)}`,
    );
    await chat.frame.locator('.m.ai').nth(1).waitFor();
    t.true(
      await inPage(chat.frame.locator('html'), 'e.scrollWidth <= e.clientWidth'),
      `nothing to scroll sideways, ${width}`,
    );
    t.deepEqual(
      await inPage(
        chat.frame.locator('html'),
        `[...e.querySelectorAll('button, textarea')]
        .filter(one => one.checkVisibility())
        .filter(one => { const r = one.getBoundingClientRect(); return r.right > innerWidth || r.left < 0 || r.height < 24; })
        .map(one => one.outerHTML)`,
      ),
      [],
      `every control in sight, ${width}`,
    );
    await context.close();
  }
});

test.serial('nothing moves for a person who asked for no motion', async t => {
  const {website, browser} = await start(t);
  const {page} = await browser.person({reducedMotion: 'reduce'});
  await page.goto(website.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('Hello');
  await chat.frame.locator('.m.ai').nth(1).waitFor();
  const moving = 'document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 1).length';
  t.is(await page.evaluate<number>(moving), 0);
  t.is(await inPage(chat.frame.locator('html'), moving), 0);
});
