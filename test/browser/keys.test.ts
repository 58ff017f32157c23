/** Keys at the screen of an administrator. */
import test from 'ava';
import {openBrowser} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

test.serial(
  'an administrator reads what will happen, changes the wrapping key, and orders another key for the file',
  async t => {
    const appliance = await startAppliance(t);
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Keys', exact: true}).click();
    await page.getByText('Keys are in order.').waitFor();
    await page.getByRole('row', {name: /Kept/}).waitFor();
    await page.getByRole('button', {name: 'Change the wrapping key'}).click();
    const dialog = page.getByRole('dialog', {name: 'Change the wrapping key'});
    await dialog.getByText(/the old one is destroyed/).waitFor();
    await dialog.getByRole('button', {name: 'Leave it as it is'}).click();
    t.is((await appliance.inside.keys.view()).history.length, 0, 'looking changes nothing');
    await page.getByRole('button', {name: 'Change the wrapping key'}).click();
    await dialog.getByRole('button', {name: 'Change it now'}).click();
    await page.getByRole('row', {name: /Wrapping key.*Ada Admin/}).waitFor();
    await page.getByRole('button', {name: 'Change the file’s key at the next start'}).click();
    await page.getByRole('button', {name: 'Order it for the next start'}).click();
    await page.getByText('The database file gets another key at the next start.').waitFor();
    const shots = process.env['SHOTS'];
    if (shots !== undefined) {
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1280, 390]) {
          await page.emulateMedia({colorScheme});
          await page.setViewportSize({width, height: 900});
          await page.screenshot({path: `${shots}/keys-${colorScheme}-${width}.png`, fullPage: true});
        }
    }
    t.truthy((await appliance.inside.keys.view()).databaseFile?.ordered);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    t.true(overflow <= 0, `the page is ${overflow} px wider than its window`);
  },
);
