/** What a visitor finds of the chat after a reload, on the next page, and while it is closed. */
import test, {type ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import {inPage, openBrowser} from '../helpers/browser.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

const start = async (t: ExecutionContext) => {
  const appliance = await startAppliance(t);
  // as the appliance advises: a subdomain of the website, where browsers keep what a frame stores
  const website = await startWebsite(t, appliance, {kind: 'neighbour'});
  const browser = await openBrowser(t, appliance, website);
  const {page} = await browser.person();
  await page.goto(website.base);
  const conversations = async () =>
    (
      await (
        await appliance.administrator()
      ).call<{conversations: {id: string}[]}>('GET', '/api/agent/conversations')
    ).conversations;
  return {appliance, website, browser, page, chat: chatOn(page), conversations};
};
const focused = (page: Page) => page.evaluate<string>('document.activeElement.localName');
const spoken = (page: Page) => page.locator('crowlit-chat output').textContent();

test.serial('an open chat is open on the next page and after a reload, and takes no focus', async t => {
  const {page, chat, conversations} = await start(t);
  await chat.open();
  await chat.say('We run 12 bakeries.');
  await chat.frame.locator('.m.ai').nth(1).waitFor();
  const before = await chat.lines();

  await page.getByRole('link', {name: 'Prices'}).click();
  await page.waitForURL('**/prices');
  await chat.frame.locator('.m.ai').nth(1).waitFor();
  t.deepEqual(await chat.lines(), before);
  t.is(await focused(page), 'body', 'whoever reads the page is left where they are');
  await page.reload();
  await chat.frame.locator('.m.ai').nth(1).waitFor();
  t.is(await focused(page), 'body');
  t.is((await conversations()).length, 1, 'the same conversation');

  const other = await page.context().newPage();
  await other.goto(page.url(), {waitUntil: 'networkidle'});
  t.true(await chatOn(other).launcher.isVisible(), 'another tab begins closed');
});

test.serial(
  'a chat the visitor closed stays closed, and its launcher says that a person has written',
  async t => {
    const {appliance, page, chat, conversations} = await start(t);
    const jana = await appliance.agent();
    await chat.open();
    await chat.frame.getByRole('button', {name: 'Talk to a person'}).click();
    await chat.log.getByText('A person was asked to join.').waitFor();
    await chat.frame.getByRole('button', {name: 'Minimise chat'}).click();
    await chat.launcher.waitFor();
    t.is(await spoken(page), '', 'nothing is new');

    await page.reload({waitUntil: 'networkidle'});
    t.true(await chat.launcher.isVisible());
    t.is(await focused(page), 'body');
    const [conversation] = await conversations();
    const id = conversation?.id ?? '';
    await jana.accept(id);
    await chat.launcher.getByText('A person is in the chat').waitFor();
    await jana.say(id, 'Good morning, how can I help?');
    await jana.say(id, 'I am here until five.');
    await chat.launcher.locator('i', {hasText: '2'}).waitFor();
    t.regex(await chat.launcher.innerText(), /A person has written to you\s+2/);
    t.is(await spoken(page), 'A person has written to you (2)', 'also for those who do not see it');
    await page.reload();
    await chat.launcher.locator('i', {hasText: '2'}).waitFor();

    await chat.launcher.click();
    await chat.log.getByText('I am here until five.').waitFor();
    t.is(await spoken(page), '');
    await chat.frame.getByRole('button', {name: 'Minimise chat'}).click();
    t.false(await chat.launcher.locator('i').isVisible(), 'it has been read');
  },
);

test.serial('a conversation that is gone is not begun again by a page, only by a person', async t => {
  const {page, chat, conversations} = await start(t);
  await chat.open();
  await inPage(
    chat.frame.locator('html'),
    `Object.keys(localStorage).filter(k => k.endsWith(':session'))
      .forEach(k => localStorage.setItem(k, JSON.stringify({token: 'x'.repeat(43), conversationId: 'gone'})))`,
  );
  await page.reload({waitUntil: 'networkidle'});
  await chat.launcher.waitFor();
  t.is((await conversations()).length, 1);
  t.is(await page.evaluate('sessionStorage.length && Object.values(sessionStorage).join()'), '');
  await chat.open();
  t.is((await conversations()).length, 2);
});
