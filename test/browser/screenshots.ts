/**
 * Draws the README's pictures from the real thing: `node test/browser/screenshots.ts [folder]`. Starts its own appliances,
 * lets invented people talk, and photographs what they see.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {approveAll} from '../helpers/four-eyes.ts';
import {launchChromium} from '../helpers/browser.ts';
import {startCommand} from '../helpers/demo.ts';
import {chatOn} from '../helpers/website.ts';
import {openVisitor, signIn} from '../helpers/clients.ts';
import {signInAs} from '../helpers/people.ts';
import {freePort} from '../helpers/port.ts';
import {smallPng} from './small-png.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../../packaging/screenshots'));
mkdirSync(folder, {recursive: true});
const desk: BrowserContextOptions = {
  viewport: {width: 1360, height: 850},
  locale: 'en-GB',
  reducedMotion: 'reduce',
};

const open = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await (await browser.newContext({...desk, ...options})).newPage();
  page.setDefaultTimeout(20_000);
  return page;
};
const shoot = async (page: Page, name: string): Promise<void> => {
  await page.evaluate('document.fonts.ready');
  const png = await page.screenshot({animations: 'disabled', caret: 'hide'});
  writeFileSync(join(folder, `${name}.png`), smallPng(png));
};
const takeDown: (() => void | Promise<void>)[] = [];
const browser = await launchChromium();
try {
  const fresh = await startCommand('serve');
  takeDown.push(fresh.stop);
  const wizard = await open(browser);
  await wizard.goto(fresh.url);
  await wizard.getByLabel('Name of your organisation').fill('Example Bank');
  await wizard.getByRole('button', {name: 'Continue'}).click();
  await wizard.getByRole('radio', {name: /^EU, Austria/}).check();
  await shoot(wizard, 'setup');

  const demo = await startCommand('demo', {CROWLIT_PORT: await freePort()});
  takeDown.push(demo.stop);
  const admin = demo.people.find(({role}) => role === 'administrator');
  const jana = demo.people.find(({email}) => email.startsWith('jana'));
  const luc = demo.people.find(({email}) => email.startsWith('luc'));
  if (!admin || !jana || !luc) throw new Error('The demo named no people.');
  const api = await signIn(demo.base, admin);
  const {sites} = await api.call<{sites: {id: string; name: string}[]}>('GET', '/api/admin/sites');
  const siteId = sites.find(({name}) => name === 'Demo website')?.id ?? '';
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const receiver = await startWebhookReceiver(
    {teardown: work => void takeDown.push(work)},
    {secrets: [secret]},
  );
  await api.call('POST', '/api/admin/connectors', {
    type: 'webhook',
    name: 'Order desk',
    config: {url: receiver.url, secret},
    region: 'eu-at',
    private: true,
  });
  await approveAll({base: demo.base, administrator: async () => api});

  const inbox = await open(browser);
  await signInAs(inbox, demo, jana);
  await inbox.getByRole('button', {name: /^Available/}).waitFor();
  const colleague = await open(browser);
  await signInAs(colleague, demo, luc);
  await colleague.getByRole('button', {name: /^Available/}).waitFor();

  // others in the list, so that it looks like a morning
  const others: [string, string[]][] = [
    ['fr', ['Bonjour, combien coûte un compte pour une petite entreprise ?']],
    ['en', ['Can we keep our accounting software?', 'We are 14 people, my name is Ben Sample.']],
    [
      'de',
      [
        'Guten Tag, wir sind 60 Leute bei der Muster Logistik GmbH und suchen ein Konto für Auslandszahlungen.',
      ],
    ],
  ];
  for (const [locale, lines] of others) {
    const visitor = await openVisitor(demo.base, siteId, {locale});
    takeDown.push(() => visitor.close());
    for (const line of lines) await visitor.answerAfter((await visitor.say(line)).seq);
  }

  const shop = await open(browser, {viewport: {width: 1180, height: 800}});
  await shop.goto(`${demo.base}/demo`);
  const chat = chatOn(shop);
  await chat.open();
  const said = [
    'Good morning! We are looking for one account for 12 bakeries around Graz, with cards for the branch managers.',
    'Brotwerk Example. We are 240 people, and I decide that myself.',
    'We have about 900 euros a month for it and would like to start in March.',
    'Gita Sample, gita.sample@example.com',
  ];
  for (const [index, line] of said.entries()) {
    await chat.say(line);
    await chat.frame
      .locator('.m.ai')
      .nth(index + 1)
      .waitFor();
    if (index === 1) await shoot(shop, 'widget');
  }
  await receiver.waitFor(2);

  await inbox.getByRole('link', {name: /Gita Sample/}).click();
  const budget = inbox
    .getByRole('complementary', {name: /^Facts about/})
    .getByRole('button', {name: /^Budget/});
  await budget.waitFor();
  await inbox.mouse.move(500, 400);
  await budget.focus();
  await shoot(inbox, 'inbox');
  await inbox.emulateMedia({colorScheme: 'dark', reducedMotion: 'reduce'});
  await shoot(inbox, 'inbox-dark');

  const desktop = await open(browser);
  await signInAs(desktop, demo, admin);
  await desktop.goto(`${demo.base}/admin/overview`, {waitUntil: 'networkidle'});
  await desktop.getByRole('heading', {name: 'Checks'}).waitFor();
  await shoot(desktop, 'overview');
  await desktop.goto(`${demo.base}/admin/connectors`, {waitUntil: 'networkidle'});
  await desktop.getByText('Order desk').first().click();
  await desktop.getByRole('button', {name: 'Send a test'}).click();
  await desktop.getByText('The receiver took the test').waitFor();
  await shoot(desktop, 'connectors');
  await desktop.goto(`${demo.base}/admin/playbooks`, {waitUntil: 'networkidle'});
  await desktop
    .getByRole('link', {name: /Example Bank/})
    .first()
    .click();
  await desktop
    .getByLabel('Write as a visitor')
    .fill('We are 40 people and need an account, what does it cost?');
  await desktop.keyboard.press('Enter');
  await desktop.getByText('Quoted from').waitFor();
  await shoot(desktop, 'playbook');
} finally {
  await browser.close();
  for (const work of takeDown.reverse()) await work();
}
