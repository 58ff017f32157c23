import test, {type ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import {approveAll} from '../helpers/four-eyes.ts';
import {fits, inPage, openBrowser, phone} from '../helpers/browser.ts';
import {agentAtScreen, setUpFactorOn, signInAs} from '../helpers/people.ts';
import {administrator, startAppliance} from '../helpers/start.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const heading = (page: Page, name: string) => page.getByRole('heading', {level: 1, name});
const next = (page: Page) => page.getByRole('button', {name: 'Continue'}).click();

const setUpInBrowser = async (t: ExecutionContext, page: Page, setupUrl: string): Promise<void> => {
  await page.goto(new URL('/', setupUrl).href);
  await heading(page, 'The set-up code is missing').waitFor();
  await page.goto(setupUrl);
  await page.reload();

  await next(page);
  t.true(await page.getByText('Write the name of your organisation.').isVisible(), 'said beside the field');
  // the field in question has the focus: no hand leaves the keyboard
  await page.keyboard.type('Example Bank');
  await page.keyboard.press('Enter');

  await heading(page, 'Where must the data stay?').waitFor();
  await next(page);
  await page.getByText('Choose a region. It cannot be guessed for you.').waitFor();
  await page.getByRole('radio', {name: /^EU, Austria.*declared to be in Austria/}).check();
  await next(page);

  await page.getByLabel('Your name').fill('Jana Muster');
  await page.getByLabel('Your e-mail').fill('jana@');
  await page.getByLabel('Your password').fill('short');
  await next(page);
  await page.getByText('This is not an e-mail address.').waitFor();
  t.is(await page.getByLabel('Your name').inputValue(), 'Jana Muster', 'what was right stays');
  await page.getByLabel('Your e-mail').fill('jana@example.com');
  await page.getByLabel('Your password').fill('three green lamps on a hill');
  await next(page);
  await page.getByLabel('E-mail for privacy questions').fill('privacy@example.com');
  await next(page);
  await page.getByText('Usage data older than 30 days is deleted.').waitFor();
  await next(page);
  await page.getByLabel('Name of the website').fill('Business accounts');
  await page.getByLabel('Addresses that may show the chat').fill('www.example.com/shop?a=1');
  await next(page);

  await heading(page, 'Look it over').waitFor();
  await page.goBack();
  await heading(page, 'Which website gets the chat?').waitFor();
  t.is(
    await page.getByLabel('Name of the website').inputValue(),
    'Business accounts',
    'back keeps everything',
  );
  await page.goForward();
  await page.getByText('https://www.example.com', {exact: true}).waitFor();
  await page.getByRole('button', {name: 'Set up this appliance'}).click();
  await heading(page, 'The appliance is set up').waitFor();
  await page.getByRole('link', {name: 'Sign in'}).click();
};

test.serial('the first visit: set-up, sign-in, and the overview of this very machine', async t => {
  const appliance = await startAppliance(t, {setUp: false});
  const {page} = await (await openBrowser(t, appliance)).person();
  await setUpInBrowser(t, page, appliance.setupUrl ?? '');

  await page.getByLabel('E-mail').fill('jana@example.com');
  await page.getByLabel('Password', {exact: true}).fill('not the right one');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  t.is(await page.getByLabel('E-mail').inputValue(), 'jana@example.com', 'nothing typed is lost');
  await page.getByLabel('Password', {exact: true}).fill('three green lamps on a hill');
  await page.keyboard.press('Enter');

  await heading(page, 'Second factor').waitFor();
  await page.goto(`${appliance.base}/admin/people`);
  await heading(page, 'Second factor').waitFor();
  t.is(new URL(page.url()).pathname, '/second-factor', 'nothing else is open before it');
  await setUpFactorOn(page);
  await heading(page, 'People and roles').waitFor();
  await page.goto(`${appliance.base}/admin/overview`);
  await heading(page, 'Overview').waitFor();
  await page.getByRole('table').getByText('Egress broker').first().waitFor();
  t.regex(await page.getByRole('note', {name: 'This appliance'}).first().innerText(), /EU, Austria/);
  await page.goto(appliance.setupUrl ?? '');
  await heading(page, 'This appliance is set up').waitFor();
});

test.serial(
  'a wrong set-up code: nothing is set up, it is said beside the code, and what was answered is kept',
  async t => {
    const appliance = await startAppliance(t, {setUp: false});
    const {page} = await (await openBrowser(t, appliance)).person(phone);
    await page.goto(`${appliance.base}/setup`);
    await page.getByRole('button', {name: 'Begin'}).click();
    await page.getByText('Paste the code or the whole address.').waitFor();
    await page.getByLabel('Set-up code or address').fill('AAAA-BBBB-CCCC');
    await page.getByRole('button', {name: 'Begin'}).click();
    await page.getByLabel('Name of your organisation').fill('Example Bank');
    await next(page);
    await page.getByRole('radio', {name: /^EU, Austria/}).check();
    await next(page);
    await page.getByLabel('Your name').fill('Jana Muster');
    await page.getByLabel('Your e-mail').fill('jana@example.com');
    await page.getByLabel('Your password').fill('three green lamps on a hill');
    await next(page);
    await page.getByLabel('E-mail for privacy questions').fill('privacy@example.com');
    await next(page);
    await page.getByLabel('Conversations').fill('0');
    await next(page);
    t.true(await page.getByLabel('Conversations').evaluate(one => one.matches('[aria-invalid=true]')));
    await page.getByLabel('Conversations').fill('90');
    await next(page);
    await page.getByLabel('Name of the website').fill('Business accounts');
    await next(page);
    await page.getByRole('button', {name: 'Set up this appliance'}).click();
    await page.getByText('The appliance is not set up yet.').waitFor();
    await page.getByText('Paste the code again.').waitFor();
    t.true(await fits(page));
    t.like(await (await fetch(`${appliance.base}/api/setup`)).json(), {needed: true});

    await page.getByLabel('Set-up code').fill(new URL(appliance.setupUrl ?? '').hash.slice('#code='.length));
    await page.getByRole('button', {name: 'Set up this appliance'}).click();
    await heading(page, 'The appliance is set up').waitFor();
  },
);

test.serial('a lead: declared destination, test, delivery, and the words that prove it', async t => {
  const appliance = await startAppliance(t);
  const receiver = await startWebhookReceiver(t, {secrets: [secret]});
  const {page} = await (await openBrowser(t, appliance)).person();
  await signInAs(page, appliance);

  await page.goto(`${appliance.base}/admin/connectors`);
  await page.getByRole('button', {name: 'Add a connector'}).click();
  await page.getByLabel('Name', {exact: true}).fill('Order desk');
  await page.getByLabel('Address', {exact: true}).fill(receiver.url);
  await page.getByLabel('Signing secret', {exact: true}).fill(secret);
  await page.getByLabel('It stands in').selectOption('us');
  t.true(await page.getByLabel('Inside our own network').isChecked(), 'the address gives it away');
  const add = page.getByRole('button', {name: 'Add and switch on'});
  await add.click();
  await page.getByText('Tick this, or the destination stays refused.').waitFor();
  await page.getByLabel(/^I, Ada Admin, declare/).check();
  await add.click();
  await page.getByText('Choose the legal basis of the transfer.').waitFor();
  await page.getByText('Write why it is needed, in a sentence.').waitFor();
  t.is(await page.getByLabel('Address', {exact: true}).inputValue(), receiver.url, 'kept after a refusal');
  await page.getByLabel('It stands in').selectOption('eu-at');
  t.false(
    await page.getByLabel(/^I, Ada Admin, declare/).isChecked(),
    'another region is another declaration',
  );
  await page.getByLabel(/^I, Ada Admin, declare/).check();
  await page.getByText(/^“I declare that 127\.0\.0\.1:\d+ stands in EU, Austria/).waitFor();
  await add.click();
  await page.getByText('“Order desk” waits for a second person.').waitFor();
  await approveAll(appliance);
  await page.getByRole('button', {name: 'Send a test'}).click();
  await page.getByText('The receiver took the test (200).').or(page.getByText('(204)')).waitFor();

  // who can be reached is a lead here: what qualifies whom is tried elsewhere
  const admin = await appliance.administrator();
  const {sites} = await admin.call<{sites: {playbookId: string}[]}>('GET', '/api/admin/sites');
  const playbook = `/api/admin/playbooks/${sites[0]?.playbookId}`;
  const {content} = await admin.call<{content: object}>('GET', playbook);
  await admin.call('PUT', playbook, {content: {...content, bar: 10}});
  const visitor = await appliance.visitor();
  await visitor.say('Hello, you can reach me at gita@example.com.');
  await receiver.waitFor(2);
  t.deepEqual(receiver.complaints, []);

  await page.getByRole('link', {name: 'Leads'}).click();
  await page.getByRole('link', {name: 'gita@example.com'}).click();
  await page.locator('blockquote', {hasText: 'gita@example.com'}).waitFor();
  await page.getByRole('link', {name: 'Deliveries'}).click();
  await page.getByRole('table').getByText('Delivered').first().waitFor();
  await page.getByRole('button', {name: '1 try'}).first().click();
  await page.getByText('Accepted by the receiver.').first().waitFor();
  await page.getByRole('link', {name: 'Residency'}).click();
  await page.getByRole('table').getByText('Allowed', {exact: true}).first().waitFor();

  await page.getByRole('link', {name: 'Leads'}).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', {name: 'All as CSV'}).click();
  t.regex((await download).suggestedFilename(), /\.csv$/);
});

test.serial(
  'a change of retention is rehearsed, and the bar of the playbook moved as a new version',
  async t => {
    const appliance = await startAppliance(t);
    const {page} = await (await openBrowser(t, appliance)).person();
    const admin = await appliance.administrator();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/retention`);
    await page.getByLabel('Days that usage are kept').fill('7');
    await page.getByText('Usage: 30 days to 7 days. Nothing was deleted.').waitFor();
    t.like(
      await admin.call('GET', '/api/admin/retention'),
      {days: {usage: 30}},
      'a rehearsal changes nothing',
    );
    await page.getByRole('button', {name: 'Put it in force'}).click();
    await page.getByText('In force.').waitFor();
    t.like(await admin.call('GET', '/api/admin/retention'), {days: {usage: 7, conversations: 180}});

    await page.getByRole('link', {name: 'Playbooks'}).click();
    await page.getByRole('link', {name: 'General enquiries'}).click();
    await page.getByRole('button', {name: 'Score', exact: true}).click();
    const bar = page.getByLabel('Points from which a visitor is a lead');
    await bar.fill('9999');
    await page.getByText('a bar of 9999 is never passed').waitFor();
    await bar.fill('45');
    await page.getByRole('button', {name: 'Publish as version 2'}).click();
    await page.getByText('Version 2 is in force.', {exact: true}).waitFor();
    await page.getByRole('link', {name: 'Audit log'}).click();
    await page.getByRole('button', {name: 'Published a playbook'}).waitFor();
  },
);

test.serial(
  'who is invited chooses a password; who is disabled is out at once, and is told so over the open page',
  async t => {
    const appliance = await startAppliance(t);
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/people`);
    await page.getByRole('button', {name: 'Invite a person'}).click();
    await page.getByLabel('Name', {exact: true}).fill('Tom Probe');
    await page.getByLabel('E-mail', {exact: true}).fill(administrator.email);
    await page.getByRole('button', {name: 'Create the invitation link'}).click();
    await page.getByText('Somebody with this address is here already.').waitFor();
    await page.getByLabel('E-mail', {exact: true}).fill('tom@example.com');
    await page.getByRole('button', {name: 'Create the invitation link'}).click();
    const link = await page.locator('.copybox code').innerText();

    const {page: agent} = await browser.person(phone);
    await agent.goto(link);
    await heading(agent, 'Welcome, Tom Probe').waitFor();
    await agent.getByLabel('Your password').fill('a blue boat in winter');
    await agent.keyboard.press('Enter');
    await agent.waitForURL('**/inbox');
    await agent.goto(`${appliance.base}/admin/people`);
    await agent.waitForURL('**/inbox');
    await agent.goto(`${appliance.base}/leads`);
    await heading(agent, 'Leads').waitFor();

    await page.reload();
    await page.getByRole('button', {name: 'Disable Tom Probe'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Disable Tom Probe'}).click();
    await page.getByText(/^Disabled/).waitFor();
    await agent.getByRole('button', {name: 'Open menu'}).click();
    await agent.getByRole('dialog').getByRole('link', {name: 'Inbox'}).click();
    await agent.getByRole('heading', {name: 'Sign in again'}).waitFor();
    t.is(await agent.getByLabel('E-mail').inputValue(), 'tom@example.com');
  },
);

test.serial(
  'a signing secret is made here, shown once with a button to copy it, and is what is saved',
  async t => {
    const appliance = await startAppliance(t);
    const {page, context} = await (await openBrowser(t, appliance)).person();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/connectors`, {waitUntil: 'networkidle'});
    await page.getByRole('button', {name: 'Add a connector'}).click();
    await page.getByRole('button', {name: 'Generate signing secret'}).click();
    const secret = await page.getByLabel('Signing secret', {exact: true}).inputValue();
    t.regex(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    await page.getByText('Once this is saved it cannot be shown again.').waitFor();
    t.is(await page.locator('.copybox code').innerText(), secret);
    await page.getByRole('button', {name: 'Copy signing secret'}).click();
    await page.getByText('Copied signing secret').waitFor();
    t.is(await page.evaluate('navigator.clipboard.readText()'), secret);
    await page.getByRole('button', {name: /Generate another/}).click();
    t.not(await page.getByLabel('Signing secret', {exact: true}).inputValue(), secret);
    await page.getByLabel('Signing secret', {exact: true}).fill('typed by hand');
    await page.locator('.copybox').waitFor({state: 'detached'});
  },
);

test.serial(
  'who forgot their password gets a link from an administrator, and is signed out elsewhere',
  async t => {
    const appliance = await startAppliance(t);
    const browser = await openBrowser(t, appliance);
    const jana = await agentAtScreen(appliance, browser);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/people`);
    t.is(await page.getByRole('button', {name: /^New password for Ada/}).count(), 0, 'not for oneself');
    await page.getByRole('button', {name: /^New password for Jana Muster/}).click();
    await page.getByRole('heading', {level: 2, name: 'New password for Jana Muster'}).waitFor();
    const link = await page.locator('.copybox code').innerText();
    t.true(
      await inPage(page.locator('.copybox'), 'document.activeElement.contains(e)'),
      'and the eye is led to it',
    );

    const {page: phoneOfJana} = await browser.person(phone);
    await phoneOfJana.goto(link);
    await heading(phoneOfJana, 'A new password for Jana Muster').waitFor();
    await phoneOfJana.getByLabel('Your password').fill('a green boat in spring');
    await phoneOfJana.keyboard.press('Enter');
    await phoneOfJana.waitForURL('**/inbox');
    await jana.page.getByRole('heading', {name: 'Sign in again'}).waitFor();
    await page.goto(link);
    await heading(page, 'This link cannot be opened').waitFor();
  },
);

test.serial('every page says its name, fits a phone, and has no control without a name', async t => {
  const appliance = await startAppliance(t);
  const {page} = await (await openBrowser(t, appliance)).person({...phone, colorScheme: 'dark'});
  await signInAs(page, appliance);
  const pages = {
    '/admin/overview': 'Overview',
    '/leads': 'Leads',
    '/admin/playbooks': 'Playbooks',
    '/admin/sites': 'Websites',
    '/admin/people': 'People and roles',
    '/admin/residency': 'Residency',
    '/admin/retention': 'Retention',
    '/admin/connectors': 'CRM connectors',
    '/admin/deliveries': 'Deliveries',
    '/admin/evidence': 'Evidence',
    '/admin/audit': 'Audit log',
  };
  for (const [path, name] of Object.entries(pages)) {
    await page.goto(appliance.base + path, {waitUntil: 'networkidle'});
    await heading(page, name).waitFor();
    t.is(await page.title(), `${name} · Crowlit`);
    t.true(await fits(page), `${path} is wider than the phone`);
    t.deepEqual(
      await page.evaluate(`[...document.querySelectorAll('button, a, input, select')]
        .filter(e => e.checkVisibility() && !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')))
        .map(e => e.outerHTML.slice(0, 100))`),
      [],
      path,
    );
  }
  await page.goto(`${appliance.base}/nowhere`);
  await heading(page, 'There is no such page').waitFor();
});
