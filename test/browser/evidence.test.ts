/** Who answers for the promises looks at them, checks them, and takes the proof away. */
import {execFile} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

const run = promisify(execFile);

test.serial(
  'nothing counts as kept before it is checked; what breaks opens by itself, and is checked alone',
  async t => {
    const appliance = await startAppliance(t);
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Evidence', exact: true}).click();
    await page.getByText('Nothing was checked yet').waitFor();
    const row = (id: string) => page.locator(`tbody#${id}`);
    t.is(await page.getByText('Kept', {exact: true}).count(), 0);
    await row('U4').getByText('Not in this version').first().waitFor();

    // the test's own process has no network guard, so that one promise is broken from the beginning
    await page.getByRole('button', {name: 'Check all now'}).click();
    await page.getByText('1 promise is broken: L1.').waitFor({timeout: 120_000});
    await row('L1').getByText('past the broker').waitFor();
    await row('D2').getByText('Nothing to look at yet').waitFor();
    await row('L2').getByText('Kept', {exact: true}).waitFor();

    chmodSync(appliance.directory, 0o755);
    await row('L3').getByRole('button', {name: 'Encrypted at rest, a key per person'}).click();
    await page.getByRole('button', {name: 'Check L3.folders-closed now'}).click();
    await page.getByText('2 promises are broken: L1, L3.').waitFor({timeout: 60_000});
    await row('L3')
      .getByText(/Other users of this machine may enter/)
      .waitFor();
    await row('L3')
      .getByRole('img', {name: /2 checks in 30 days, 1 of them broken/})
      .waitFor();
    chmodSync(appliance.directory, 0o700);
    await page.getByRole('button', {name: 'Check L3.folders-closed now'}).click();
    await page.getByText('1 promise is broken: L1.').waitFor({timeout: 60_000});

    await page.getByLabel('Map to').selectOption('soc2');
    await row('L3').getByText('CC6.1, C1.1').first().waitFor();
    await page.getByRole('button', {name: /^Needs attention/}).click();
    t.is(await row('D2').count(), 0);

    const folder = temporaryDirectory(t);
    const download = page.waitForEvent('download', {timeout: 120_000});
    await page.getByRole('link', {name: 'Evidence pack'}).click();
    const pack = join(folder, (await download).suggestedFilename());
    await (await download).saveAs(pack);
    const verifier = join(import.meta.dirname, '../../packaging/verify-evidence.mjs');
    t.regex((await run(process.execPath, [verifier, pack])).stdout, /The pack is whole: 12 files/);

    const small = (await browser.person(phone)).page;
    await signInAs(small, appliance);
    await small.goto(`${appliance.base}/admin/evidence`);
    await small.locator('tbody#L1').getByText('past the broker').waitFor();
    t.true(await fits(small));
  },
);
