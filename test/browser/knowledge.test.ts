/** An administrator adds a document; a visitor asks, and gets its words with their source, or a colleague. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {lockedPdf, pdf} from '../helpers/documents.ts';
import {agentAtScreen, signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

const handbook = pdf([
  [
    {text: 'Storage handbook', size: 24},
    {text: 'Delivery', size: 16},
    {text: 'We deliver to Austria and Germany within three working days.', size: 11},
  ],
  [
    {text: 'Insurance', size: 16},
    {text: 'Stored goods are insured up to 50,000 euros.', size: 11},
  ],
]);

test.serial('a document is added, tried, quoted to a visitor with its source, and removed', async t => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance);
  const browser = await openBrowser(t, appliance, website);
  const folder = temporaryDirectory(t);
  const [good, locked] = [join(folder, 'storage_handbook.pdf'), join(folder, 'locked.pdf')];
  writeFileSync(good, handbook);
  writeFileSync(locked, lockedPdf());

  const {page} = await browser.person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/knowledge`);
  await page.getByText('The AI has nothing to quote from.').waitFor();
  await page.getByText('No document yet').waitFor();
  const add = async (path?: string): Promise<void> => {
    await page.getByRole('button', {name: 'Add a document'}).click();
    if (path) await page.getByLabel('File', {exact: true}).setInputFiles(path);
    await page.getByRole('button', {name: 'Add', exact: true}).click();
  };
  await add();
  await page.getByText('Choose the file.').waitFor();
  await page.getByText('Give it a name').waitFor();
  await page.getByLabel('File', {exact: true}).setInputFiles(good);
  t.is(await page.getByLabel('Name for visitors').inputValue(), 'storage handbook');
  await page.getByLabel('Name for visitors').fill('Storage handbook 2026');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByText('The AI can quote from 1 document.').waitFor();
  const row = page.getByRole('row', {name: /Storage handbook 2026/});
  t.regex(await row.innerText(), /Ready[^]*PDF[^]*2 passages of 2 pages[^]*English[^]*by Ada Admin/);
  await row.getByRole('button', {name: 'Storage handbook 2026', exact: true}).click();
  await page.getByText('Page 2, Storage handbook › Insurance').waitFor();

  const question = page.getByRole('textbox', {name: 'Question'});
  const found = page.getByRole('list', {name: 'Passages found'});
  await question.fill('Are stored goods insured?');
  await page.getByRole('button', {name: 'Ask', exact: true}).click();
  await found.getByText('This is what a visitor would get.').waitFor();
  t.regex(await found.innerText(), /Quoted from Storage handbook 2026[^]*50,000 euros/);
  await question.fill('Do you deliver to the Moon?');
  await page.getByRole('button', {name: 'Ask', exact: true}).click();
  await page.getByText('Nothing would be quoted.').waitFor();
  await found.getByText(/too much of the question is not in it. It lacks “Moon”/).waitFor();

  await add(locked);
  const refused = page.getByRole('row', {name: /locked/});
  await refused
    .getByText('This file is protected by a password. Save a copy without one, and upload that.')
    .waitFor();
  await page.getByText('One document was not read.').waitFor();

  const jana = await agentAtScreen(appliance, browser);
  const {page: shop} = await browser.person();
  await shop.goto(website.base);
  const chat = chatOn(shop);
  await chat.open();
  await chat.say('Are my goods insured?');
  const source = chat.log.getByText('Quoted from Storage handbook 2026, page 2');
  await source.waitFor();
  t.regex(
    (await chat.lines()).at(-1) ?? '',
    /Our documents say: “Stored goods are insured up to 50,000 euros\.”/,
  );
  const section = chat.log.getByText('Storage handbook › Insurance');
  t.false(await section.isVisible(), 'behind the line, until it is opened');
  await source.press('Enter');
  await section.waitFor();
  t.is(await chat.log.getByRole('blockquote').innerText(), 'Stored goods are insured up to 50,000 euros.');

  await chat.say('Can you transport living animals?');
  await chat.log.getByText(/I am asking a colleague, who will answer here/).waitFor();
  await jana.row('Waiting for a person', /Visitor 1/).click();
  await jana.page
    .getByText('They asked something that neither playbook nor knowledge answers.')
    .first()
    .waitFor();
  await jana.log
    .getByText('Quoted from Storage handbook 2026, page 2, Storage handbook › Insurance')
    .waitFor();

  await row.getByRole('button', {name: 'Remove Storage handbook 2026'}).click();
  await page.getByText('nothing of it is quoted from this moment on').waitFor();
  await page.getByRole('button', {name: 'Remove the document'}).click();
  await row.waitFor({state: 'hidden'});
  await page.goto(`${appliance.base}/admin/audit`);
  for (const words of ['Added a document', 'Removed a document'])
    await page.getByRole('cell', {name: words}).first().waitFor();

  const {page: pocket} = await browser.person(phone);
  await signInAs(pocket, appliance);
  await pocket.goto(`${appliance.base}/admin/knowledge`);
  await pocket.getByRole('row', {name: /locked/}).waitFor();
  t.true(await fits(pocket));
});
