/** From the visitor's last word to the other system: what an administrator sees of it. */
import {readFile} from 'node:fs/promises';
import test from 'ava';
import {approveAll} from '../helpers/four-eyes.ts';
import {openBrowser} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

test.serial(
  'a receiver that answers 500 gets the lead later: meanwhile everybody can see that, and try again',
  async t => {
    const appliance = await startAppliance(t);
    const website = await startWebsite(t, appliance);
    const receiver = await startWebhookReceiver(t, {secrets: [secret]});
    const browser = await openBrowser(t, appliance, website);
    const {page} = await browser.person();
    await signInAs(page, appliance);

    await page.getByRole('link', {name: 'CRM connectors'}).click();
    await page.getByRole('button', {name: 'Add a connector'}).click();
    await page.getByLabel('Name', {exact: true}).fill('Order desk');
    await page.getByLabel('Address', {exact: true}).fill(receiver.url);
    await page.getByLabel('Signing secret', {exact: true}).fill(secret);
    await page.getByLabel('It stands in').selectOption('eu-at');
    await page.getByLabel(/^I, Ada Admin, declare/).check();
    await page.getByRole('button', {name: 'Add and switch on'}).click();
    await page.getByText('“Order desk” waits for a second person.').waitFor();
    await approveAll(appliance);
    receiver.misbehave({kind: 'status', status: 500}, 1);
    await page.getByRole('button', {name: 'Send a test'}).click();
    await page.getByText(/500/).first().waitFor();
    receiver.misbehave({kind: 'status', status: 500});

    const {page: shop} = await browser.person();
    await shop.goto(website.base);
    const chat = chatOn(shop);
    await chat.open();
    await chat.say('Hello, my name is Gita Sample, gita@example.com. We are 250 people at Demo Energie.');
    await chat.frame.locator('.m.ai').nth(1).waitFor();
    await chat.say('I decide myself, our budget is 5,000 EUR a month and we want to start next month.');
    await receiver.waitForRequests(2);

    await page.getByRole('link', {name: 'Deliveries'}).click();
    const log = page.getByRole('table');
    await log.getByText('Will be tried again').first().waitFor();
    await page.getByText(/on the way\./).waitFor();
    await log
      .getByRole('button', {name: /\d+ tr(y|ies)/})
      .first()
      .click();
    await page.getByRole('list', {name: 'Every try'}).getByText('500').first().waitFor();
    receiver.behave();
    await log.getByRole('button', {name: 'Try again now'}).first().click();
    await receiver.waitFor(1);
    await log
      .getByText(/Delivered on try \d/)
      .first()
      .waitFor();
    t.deepEqual(receiver.complaints, [], 'every one of them was signed as it should be');
    t.like(receiver.received[0]?.event, {type: 'lead.qualified'});
    t.like(receiver.received[0]?.event.data, {contact: {name: 'Gita Sample', email: 'gita@example.com'}});

    await page.getByRole('link', {name: 'Leads'}).click();
    const lead = page.getByRole('link', {name: 'Gita Sample'});
    await lead.waitFor();
    await page.getByLabel('Name, company or e-mail').fill('nobody of this name');
    await lead.waitFor({state: 'hidden'});
    await page
      .getByText(/^No(thing)?\b.*match/i)
      .first()
      .waitFor();
    await page.getByLabel('Name, company or e-mail').fill('GITA@');
    await lead.waitFor();
    await page.getByLabel('Score from').fill('900');
    await lead.waitFor({state: 'hidden'});
    await page.getByLabel('Score from').fill('');
    await lead.waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', {name: 'These as CSV'}).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    t.is(csv.trim().split('\n').length, 2, csv);
    t.regex(csv, /gita@example\.com/);
  },
);
