/** Residency at the screen: what waits is read and approved by a second person, an exception is asked for, the way out is tried. */
import test from 'ava';
import {fitsEverywhere, openBrowser} from '../helpers/browser.ts';
import {approveAll, second, secondAdministrator} from '../helpers/four-eyes.ts';
import {connectReceiver} from '../helpers/leads.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

test.serial('two people agree to an exception, each at their own screen, and it is ended by one', async t => {
  const appliance = await startAppliance(t);
  await connectReceiver(t, appliance);
  await secondAdministrator(appliance);
  const browser = await openBrowser(t, appliance);
  const {page} = await browser.person();
  const shoot = async (name: string): Promise<void> => {
    t.true(await fitsEverywhere(page, name), name);
  };
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/connectors`);
  await page.getByRole('button', {name: 'Add a connector'}).click();
  await page.getByLabel('Name', {exact: true}).fill('Parent company');
  await page.getByLabel('Address', {exact: true}).fill('https://crm.example.com/in');
  await page
    .getByLabel('Signing secret', {exact: true})
    .fill(`whsec_${Buffer.alloc(32, 3).toString('base64')}`);
  await page.getByLabel('It stands in').selectOption('us');
  await page.getByText('Outside European Union.').waitFor();
  await page.getByLabel('Legal basis of the transfer').selectOption('standard_clauses');
  const end = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('Ends on').fill(end);
  await page.getByLabel('Why it is needed').fill('The parent company keeps its CRM there until spring.');
  await page.getByText(/^“I declare that crm\.example\.com:443 stands in United States/).waitFor();
  await page.getByLabel(/^I, Ada Admin, declare/).check();
  await shoot('residency-declare');
  await page.getByRole('button', {name: 'Add and switch on'}).click();
  await page.getByText('“Parent company” waits for a second person.').waitFor();
  await page.getByText('Saved. It waits for a second person.').waitFor();
  await page.getByText('1 destination waits for a second person.').waitFor();
  await page.getByRole('link', {name: 'Residency'}).first().click();
  await page.getByText('1 destination waits for a second person.').first().waitFor();
  await page.getByText('You asked for it, so another administrator approves it.').waitFor();
  t.is(await page.getByRole('button', {name: /^Approve/}).count(), 0);
  await shoot('residency-waiting');

  const {page: other} = await browser.person();
  await signInAs(other, appliance, second);
  await other
    .getByRole('link', {name: 'Look at it'})
    .or(other.getByRole('link', {name: 'Residency'}))
    .first()
    .click();
  await other.goto(`${appliance.base}/admin/residency`);
  await other.getByRole('button', {name: /^Approve crm\.example\.com/}).click();
  await other.getByText('what waits for it leaves by itself', {exact: false}).waitFor();
  await other.getByRole('button', {name: 'Approve it'}).click();
  await other.getByText('Exception, 30 days left').or(other.getByText('Exception, 31 days left')).waitFor();
  t.is(await other.getByText(/waits? for a second person/).count(), 0);

  await page.reload();
  await page.getByText('1 exception lets data go outside European Union.').waitFor();
  await page.getByText('approved by Berta Second').first().waitFor();
  await page.getByLabel('Where it stands: the disk under the data directory').selectOption('eu-at');
  await page.getByRole('button', {name: /stands there.*The disk/}).click();
  await page.getByText('In EU, Austria').waitFor();
  await page.getByRole('button', {name: 'Try now'}).click();
  await page.getByText('The host’s firewall was not seen.', {exact: false}).waitFor();
  await page.getByLabel('Host', {exact: true}).fill('nowhere.example.com');
  await page.getByText(/No attempts match/).waitFor();
  await page.getByLabel('Host', {exact: true}).fill('');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', {name: 'All as CSV'}).click(),
  ]);
  t.is(file.suggestedFilename(), 'egress-attempts.csv');
  await shoot('residency');

  await page.getByRole('button', {name: /^End now/}).click();
  await page.getByRole('button', {name: 'End it now'}).click();
  await page.getByText('Exception ended, refused').waitFor();
  await page.getByRole('button', {name: /^Ask for a new end/}).click();
  await page.getByRole('button', {name: 'Sign and ask'}).click();
  await page.getByText('Choose the legal basis of the transfer.').waitFor();
  await shoot('residency-renew');
  await approveAll(appliance);
});
