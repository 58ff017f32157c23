/** People ask about their data in the chat, and an administrator at the console. */
import {join} from 'node:path';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {agreedLongAgo} from '../helpers/four-eyes.ts';
import {startAppliance} from '../helpers/start.ts';
import {enterRequest} from '../helpers/subjects.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

/** Where pictures of each state are wanted. */
const folder = process.env['CROWLIT_PICTURES'];

const shoot = async (t: ExecutionContext, page: Page, name: string, fullPage = true): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme});
    t.true(await fits(page), name);
    if (folder) await page.screenshot({path: join(folder, `${name}-${colorScheme}.png`), fullPage});
  }
  await page.emulateMedia({colorScheme: 'light'});
};
const codeIn = (raw = ''): string => /\b\d{8}\b/.exec(raw.split('\r\n\r\n').slice(1).join(''))?.[0] ?? '';

for (const [device, options] of [
  ['desk', {viewport: {width: 1280, height: 900}}],
  ['phone', phone],
] as const) {
  test.serial(`${device}: a copy by a code, then an erasure of the chat with its certificate`, async t => {
    const mail = await startSmtpServer(t);
    const appliance = await startAppliance(t);
    const admin = await appliance.administrator();
    const website = await startWebsite(t, appliance, {lang: 'en'});
    const browser = await openBrowser(t, appliance, website);
    const earlier = await appliance.visitor();
    await earlier.answerAfter((await earlier.say('I am Ada Lovelace, ada@example.com')).seq);
    const {page} = await browser.person(options);
    await page.goto(website.base);
    const chat = chatOn(page);
    await chat.open();
    await chat.say('Hello, it is me again');
    await chat.frame.locator('.m.ai').nth(1).waitFor();
    await chat.frame.getByRole('button', {name: 'Privacy', exact: true}).click();
    const panel = chat.frame.getByRole('dialog', {name: 'Privacy'});
    const ours = panel.getByRole('region', {name: 'Your data'});
    await ours.getByLabel('What would you like?').scrollIntoViewIfNeeded();
    await ours.getByLabel('Everything under my e-mail address').check();
    await shoot(t, page, `widget-rights-${device}`, false);
    await ours.getByRole('button', {name: 'Go on'}).click();
    await ours.getByRole('alert').getByText('Please fill this in.').waitFor();
    await ours.getByLabel('E-mail address', {exact: true}).fill('ada@example.com');
    await ours.getByRole('button', {name: 'Go on'}).click();
    // no mail server yet: nothing breaks, and the contact is named
    await ours.getByText('No mail can be sent from here.').waitFor();
    t.is(await ours.getByRole('link').getAttribute('href'), 'mailto:privacy@example.com');
    await panel.getByRole('button', {name: 'Close'}).click();

    await admin.call('PUT', '/api/admin/mail', {
      host: 'localhost',
      port: mail.port,
      tls: 'starttls',
      user: null,
      from: {name: 'Example Bank', address: 'console@example.com'},
      authority: mail.certificate.trim(),
      region: 'eu',
      private: true,
    });
    await agreedLongAgo(appliance);
    await chat.frame.getByRole('button', {name: 'Privacy', exact: true}).click();
    await ours.getByLabel('Everything under my e-mail address').check();
    await ours.getByLabel('E-mail address', {exact: true}).fill('ada@example.com');
    await ours.getByRole('button', {name: 'Go on'}).click();
    const field = ours.getByLabel('Code from the e-mail');
    await field.waitFor();
    await shoot(t, page, `widget-code-${device}`, false);
    const [letter] = await mail.waitFor(1);
    const code = codeIn(letter?.raw);
    await field.fill(code === '00000000' ? '11111111' : '00000000');
    await field.press('Enter');
    await ours.getByRole('alert').getByText('This is not the code.').waitFor();
    await field.fill(`${code.slice(0, 4)} ${code.slice(4)}`);
    await field.press('Enter');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      ours.getByRole('button', {name: 'Download JSON'}).click(),
    ]);
    t.true(readFileSync(await file.path(), 'utf8').includes('Ada Lovelace'));
    await shoot(t, page, `widget-copy-${device}`, false);
    await panel.getByRole('button', {name: 'Close'}).click();

    // words that want no more of it bring choices, and nothing happens until one is confirmed
    await chat.say('Please stop, do not contact me any more and delete my data');
    const choice = chat.frame.getByRole('group', {name: 'What should become of your data?'});
    await choice.waitFor();
    await shoot(t, page, `widget-choice-${device}`, false);
    t.is((await appliance.inside.storage.db('privacy_requests').whereNot({kind: 'access'})).length, 0);
    await choice.getByRole('button', {name: 'Erase it'}).click();
    await ours.getByText('This cannot be taken back.').waitFor();
    await shoot(t, page, `widget-confirm-${device}`, false);
    await ours.getByRole('button', {name: 'Yes, do it'}).click();
    await ours.getByText('It is erased. This chat has ended.').waitFor();
    const [certificate] = await Promise.all([
      page.waitForEvent('download'),
      ours.getByRole('button', {name: 'Download the certificate'}).click(),
    ]);
    t.true(readFileSync(await certificate.path(), 'utf8').includes('lastKeyCopyEndsAt'));
    await shoot(t, page, `widget-erased-${device}`, false);
    t.deepEqual(await appliance.inside.storage.db('conversations_visitors').pluck('id'), [earlier.visitorId]);
    await ours.getByRole('button', {name: 'Close the chat'}).click();
    await page.locator('crowlit-chat > button').waitFor();
  });
}

test.serial(
  'an administrator works the queue; the officer sees it, and the overview names what is overdue',
  async t => {
    const appliance = await startAppliance(t);
    const admin = await appliance.administrator();
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    const both = async (name: string) => {
      for (const width of [1280, 390]) {
        await page.setViewportSize({width, height: 900});
        await shoot(t, page, `${name}-${width}`);
      }
      await page.setViewportSize({width: 1280, height: 900});
    };
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Requests', exact: true}).click();
    await page.getByText('No request is open.').waitFor();
    await page.getByText('Nobody waits for an answer').waitFor();
    await both('requests-empty');

    const visitor = await appliance.visitor();
    await visitor.answerAfter((await visitor.say('I am Ada Lovelace, 40 people, ada@example.com')).seq);
    await page.getByRole('button', {name: 'Enter a request'}).click();
    await page.getByRole('button', {name: 'Enter it'}).click();
    await page.getByText('Say whose data it is about').first().waitFor();
    await page.getByLabel('What they ask for').selectOption('rectification');
    await page.getByLabel('Their e-mail address').fill('ada@example.com');
    await page.getByLabel('What they wrote').fill('There are 60 of them. She wrote from her own address.');
    await both('requests-form');
    await page.getByRole('button', {name: 'Enter it'}).click();
    await page.getByText('A person has to act.').waitFor();
    await page.getByLabel('Company size').fill('60 people');
    await page.getByRole('button', {name: 'Correct Company size'}).click();
    await page.getByLabel('How it was answered').fill('Corrected, and told by mail.');
    await both('request-rectification');
    await page.getByRole('button', {name: 'Close as answered'}).click();
    await page.getByText(/^Answered by a person/).waitFor();

    await enterRequest(admin, {kind: 'erasure', address: 'ada@example.com'});
    await page.getByRole('link', {name: 'All requests'}).click();
    await page.getByText('1 request is open.').waitFor();
    await both('requests-list');
    await page.getByRole('link', {name: 'Erasure', exact: true}).click();
    await page.getByRole('button', {name: 'Erase', exact: true}).click();
    await page.getByRole('button', {name: 'Erase for good'}).click();
    await page.getByText(/^Erased, with a certificate/).waitFor();
    await both('request-erased');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', {name: 'Certificate as PDF'}).click(),
    ]);
    t.regex(file.suggestedFilename(), /^certificate-\w+\.pdf$/);

    await appliance.inside.storage.db('privacy_requests').insert({
      ...(await appliance.inside.storage.db('privacy_requests').where({kind: 'erasure'}).first('language')),
      id: '01900000-0000-7000-8000-000000000000',
      kind: 'review',
      state: 'open',
      origin: 'widget',
      created_at: '2026-01-01T00:00:00.000Z',
      due_at: '2026-02-01T00:00:00.000Z',
      code_tries: 0,
    });
    await page.goto(`${appliance.base}/admin/overview`);
    await page.getByText('1 request is overdue.').first().waitFor();
  },
);
