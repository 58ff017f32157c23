/** Data map, register and notice at the screen of an administrator. */
import test from 'ava';
import {openBrowser} from '../helpers/browser.ts';
import {connectReceiver} from '../helpers/leads.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

test.serial(
  'a connector appears in register and data map, and goes with its switch; files come down',
  async t => {
    const appliance = await startAppliance(t);
    const browser = await openBrowser(t, appliance);
    const {connectorId} = await connectReceiver(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Register', exact: true}).click();
    await page.getByText('1 recipient is in use.').waitFor();
    const row = page.getByRole('row', {name: /Signed webhook, Receiver/});
    await row.getByText('in the own network').waitFor();
    await page.getByRole('button', {name: 'Version 2: what changed'}).click();
    await page.getByText('Now: Signed webhook, Receiver').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', {name: 'Register as PDF'}).click(),
    ]);
    t.is(file.suggestedFilename(), 'register-2.pdf');

    await page.getByRole('link', {name: 'Data map', exact: true}).click();
    const columns = page.getByRole('status').getByText(/^\d+ columns$/);
    const all = Number.parseInt((await columns.textContent()) ?? '', 10);
    await page
      .getByRole('row', {name: /conversations_messages.*Signed webhook, Receiver/})
      .first()
      .waitFor();
    await page.getByLabel('Category').selectOption('D2');
    await page.getByText('2 columns', {exact: true}).waitFor();
    t.true(all > 20, `${all} columns`);
    await page.getByLabel('Whose data').selectOption('colleagues');
    await page.getByText('No columns match').waitFor();
    await page.getByRole('button', {name: 'Clear the filter'}).click();
    await page.getByText(`${all} columns`).waitFor();

    const admin = await appliance.administrator();
    await admin.call('PATCH', `/api/admin/connectors/${connectorId}`, {enabled: false});
    await page.goto(`${appliance.base}/admin/register`);
    await page.getByText('No recipient outside this server is in use.').waitFor();
  },
);

test.serial(
  'a new contact for privacy requests is in notice and widget at once, and the difference is shown',
  async t => {
    const appliance = await startAppliance(t);
    const website = await startWebsite(t, appliance);
    const browser = await openBrowser(t, appliance, website);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Notice', exact: true}).click();
    await page.getByText(/^Version 1 is in force since/).waitFor();
    await page.getByRole('button', {name: 'Change', exact: true}).click();
    await page.getByLabel('E-mail').fill('rights');
    await page.getByRole('button', {name: 'Save and publish'}).click();
    await page.getByLabel('E-mail').and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByLabel('E-mail').fill('rights@example.com');
    await page.getByLabel('Data protection officer').fill('Ada Sample, ada@example.com');
    await page.getByRole('button', {name: 'Save and publish'}).click();
    await page.getByText('Published.').waitFor();
    await page.getByText(/^Version 2 is in force since/).waitFor();
    await page.getByRole('button', {name: 'German'}).click();
    await page.getByRole('heading', {name: 'Datenschutzhinweise: Chat von Example Bank'}).waitFor();
    await page.getByRole('button', {name: 'Version 2: what changed'}).click();
    await page.getByText('No longer: privacy@example.com').waitFor();
    await page.getByText('Now: rights@example.com').waitFor();
    await page
      .getByText('Now: Datenschutzbeauftragte oder -beauftragter: Ada Sample, ada@example.com')
      .waitFor();

    const visitor = await browser.person();
    await visitor.page.goto(website.base);
    const chat = chatOn(visitor.page);
    await chat.open();
    await chat.frame.getByRole('button', {name: 'Privacy'}).click();
    const contact = chat.frame
      .getByRole('dialog', {name: 'Privacy'})
      .getByRole('link', {name: 'rights@example.com'});
    t.is(await contact.getAttribute('href'), 'mailto:rights@example.com');
  },
);
