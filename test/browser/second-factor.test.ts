/** The second factor and the roles, as people meet them. */
import test, {type ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {signIn} from '../helpers/clients.ts';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {setUpFactorOn, signInAs} from '../helpers/people.ts';
import {codeAt} from '../helpers/second-factor.ts';
import {administrator, startAppliance} from '../helpers/start.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', {level: 1, name});
const minute = 60_000;

const start = async (t: ExecutionContext) => {
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {clock});
  return {appliance, clock, browser: await openBrowser(t, appliance)};
};

const begin = async (page: Page, base: string, {email, password} = administrator) => {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', {exact: true}).fill(password);
  await page.keyboard.press('Enter');
};

test.serial(
  'one’s own second factor: set up, asked for, replaced by a recovery code, renewed, turned off',
  async t => {
    const {appliance, clock, browser} = await start(t);
    const {page} = await browser.person(phone);
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/second-factor`);
    await page.getByText('Off', {exact: true}).waitFor();
    await page.getByRole('button', {name: 'Set it up'}).click();
    await page.getByRole('img', {name: /^QR code/}).waitFor();
    await page.getByLabel('Code', {exact: true}).fill('12');
    await page.getByRole('button', {name: 'Turn it on'}).click();
    await page.getByText('Type the six digits your app shows.').waitFor();
    await page.getByLabel('Code', {exact: true}).fill('000000');
    await page.getByRole('button', {name: 'Turn it on'}).click();
    await page.getByText('This code is not right.').waitFor();
    t.true(await fits(page));
    const {secret, recoveryCodes} = await setUpFactorOn(page, clock.now);
    t.is(new Set(recoveryCodes).size, 10);
    await page.waitForURL(url => url.pathname === '/inbox');

    const other = (await browser.person()).page;
    await begin(other, appliance.base);
    await other.getByText('Now the second factor.').waitFor();
    await other.getByLabel('Code', {exact: true}).fill(codeAt(secret, clock.now()));
    await other.keyboard.press('Enter');
    await other.getByText('This code was used already.').waitFor();
    clock.advance(30_000);
    await other.getByLabel('Code', {exact: true}).fill(codeAt(secret, clock.now()));
    await other.keyboard.press('Enter');
    await heading(other, 'Overview').waitFor();

    const third = (await browser.person()).page;
    await begin(third, appliance.base);
    await third.getByRole('button', {name: 'Use a recovery code'}).click();
    await third.getByLabel('Recovery code').fill(recoveryCodes[3] ?? '');
    await third.keyboard.press('Enter');
    await heading(third, 'Overview').waitFor();
    await third.getByRole('button', {name: 'Account of Ada Admin'}).click();
    await third.getByRole('menuitem', {name: 'Second factor'}).click();
    await third.getByText('9 codes left').waitFor();
    await third.getByRole('button', {name: 'New recovery codes'}).click();
    await third.getByRole('button', {name: 'Make ten new codes'}).click();
    await third.getByRole('list', {name: 'Recovery codes'}).waitFor();
    await third.getByLabel('I have kept them.').check();
    await third.getByRole('button', {name: 'Go on'}).click();
    await third.getByText('10 codes left').waitFor();
    await third.getByRole('button', {name: 'Turn off'}).click();
    await third.getByRole('button', {name: 'Turn it off'}).click();
    await third.getByText('Off', {exact: true}).waitFor();
  },
);

test.serial('an act on accounts in an old session: asked once more, and it goes on by itself', async t => {
  const {appliance, clock, browser} = await start(t);
  await (await appliance.agent('Jana Muster', 'jana@example.com')).close();
  const {page} = await browser.person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/people`);
  clock.advance(16 * minute);
  await page.getByRole('button', {name: 'Disable Jana Muster'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Disable Jana Muster'}).click();
  const asked = page.getByRole('dialog', {name: 'Is it still you?'});
  await asked.getByLabel('Password', {exact: true}).fill('not it');
  await asked.getByRole('button', {name: 'Go on'}).click();
  await asked.getByText('The present password is not right.').waitFor();
  await asked.getByLabel('Password', {exact: true}).fill(administrator.password);
  await asked.getByRole('button', {name: 'Go on'}).click();
  await page.getByText(/^Disabled/).waitFor();
  await t.throwsAsync(
    signIn(appliance.base, {email: 'jana@example.com', password: 'another long enough password'}),
  );
});

test.serial('an auditor is invited until a day, reads evidence, and comes to nothing else', async t => {
  const {appliance, browser} = await start(t);
  const visitor = await appliance.visitor();
  await visitor.say('My name is Gita Sample, gita@example.com');
  const {page} = await browser.person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/people`);
  await page.getByRole('button', {name: 'Invite a person'}).click();
  await page.getByLabel('Name', {exact: true}).fill('Aud Auditor');
  await page.getByLabel('E-mail', {exact: true}).fill('aud@example.com');
  await page.getByRole('radio', {name: /^Auditor/}).check();
  await page.getByLabel('Access ends after').fill('2020-01-01');
  await page.getByRole('button', {name: 'Create the invitation link'}).click();
  await page.getByText('Choose a day from today on, within 90 days.').waitFor();
  const soon = new Date(Date.now() + 5 * 24 * 60 * minute).toISOString().slice(0, 10);
  await page.getByLabel('Access ends after').fill(soon);
  await page.getByRole('button', {name: 'Create the invitation link'}).click();
  const link = await page.locator('.copybox code').innerText();

  const auditor = (await browser.person()).page;
  await auditor.goto(link);
  await auditor.getByLabel('Your password').fill('a password for auditing');
  await auditor.keyboard.press('Enter');
  await heading(auditor, 'Audit log').waitFor();
  const places = await auditor.getByRole('navigation', {name: 'Console'}).getByRole('link').allInnerTexts();
  t.deepEqual(
    places.map(place => place.trim()),
    [
      'Residency',
      'Retention',
      'Data map',
      'Register',
      'Notice',
      'Consents',
      'Usage',
      'Cancellation',
      'Evidence',
      'Audit log',
    ],
  );
  t.false((await auditor.getByRole('main').innerText()).includes('Ada Admin'));
  for (const path of [
    '/inbox',
    '/leads',
    '/admin/people',
    '/admin/overview',
    `/inbox/${visitor.conversationId}`,
  ]) {
    await auditor.goto(appliance.base + path);
    await heading(auditor, 'Audit log').waitFor();
    t.is(new URL(auditor.url()).pathname, '/admin/audit', path);
  }
  await auditor.goto(`${appliance.base}/admin/retention`);
  t.false(await auditor.getByLabel('Days that conversations are kept').isEditable());

  await page.reload();
  const row = page.getByRole('row', {name: /Aud Auditor/});
  await row.getByRole('button', {name: /^Change when the access/}).click();
  await page.getByRole('dialog').getByLabel('Access ends after').waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Give access until then'}).click();
  await page.getByRole('dialog').waitFor({state: 'hidden'});
  await t.notThrowsAsync(
    signIn(appliance.base, {email: 'aud@example.com', password: 'a password for auditing'}),
  );
});

test.serial(
  'the administrator requires it of everybody: who has none sets one up, wherever they are',
  async t => {
    const {appliance, clock, browser} = await start(t);
    await (await appliance.agent('Jana Muster', 'jana@example.com')).close();
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/people`);
    const everybody = page.getByRole('radio', {name: /^Everybody/});
    await everybody.click();
    await page.getByRole('button', {name: 'Change it'}).click();
    await page.getByRole('link', {name: 'Set it up now'}).click();
    await page.getByRole('button', {name: 'Set it up'}).click();
    await setUpFactorOn(page, clock.now);
    await heading(page, 'People and roles').waitFor();

    const jana = (await browser.person()).page;
    await signInAs(jana, appliance, {email: 'jana@example.com', password: 'another long enough password'});
    await jana.goto(`${appliance.base}/leads`);
    await heading(jana, 'Leads').waitFor();
    await everybody.click();
    await page.getByRole('button', {name: 'Change it'}).click();
    await page.getByRole('dialog').waitFor({state: 'hidden'});
    t.true(await everybody.isChecked());
    await jana.reload();
    await heading(jana, 'Second factor').waitFor();
    await setUpFactorOn(jana, clock.now);
    await heading(jana, 'Leads').waitFor();

    await page.reload();
    await page.getByRole('button', {name: 'Reset second factor of Jana Muster'}).click();
    await page.getByRole('button', {name: 'Reset it'}).click();
    await page
      .getByRole('row', {name: /Jana Muster/})
      .getByText('No second factor')
      .waitFor();
    await jana.getByRole('link', {name: 'Leads'}).first().waitFor();
  },
);
