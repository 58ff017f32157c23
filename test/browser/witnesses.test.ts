/** An administrator sets witnesses outside of this machine, and sees that checkpoints reach them. */
import {join} from 'node:path';
import test from 'ava';
import {fits, openBrowser} from '../helpers/browser.ts';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {startSyslogServer} from '../helpers/syslog-server.ts';

/** Where pictures of each state are wanted. */
const folder = process.env['CROWLIT_PICTURES'];

test.serial('a log collector and a mailbox are set, shown as they are, and removed again', async t => {
  const server = await startSyslogServer(t);
  const appliance = await startAppliance(t);
  const browser = await openBrowser(t, appliance);
  const {page} = await browser.person();
  const shoot = async (name: string): Promise<void> => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({width, height: 900});
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme});
        t.true(await fits(page), `${name} at ${width} px`);
        if (folder)
          await page.screenshot({path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true});
      }
    }
    await page.setViewportSize({width: 1280, height: 900});
    await page.emulateMedia({colorScheme: 'light'});
  };
  await secondAdministrator(appliance);
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/audit`);
  await page.getByText(/and no witness\./).waitFor();
  await shoot('witnesses-none');

  await page.getByRole('button', {name: 'Set a log collector'}).click();
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByText('Write the name of the log collector.').waitFor();
  await page.getByLabel('Host').fill('localhost');
  await page.getByLabel('Port').fill(String(server.port));
  await page.getByLabel('Certificate of your own authority (optional)').fill(server.certificate);
  await page.getByLabel('It stands in').selectOption('eu-at');
  await page.getByLabel(/^I, Ada Admin, declare/).check();
  await page.getByText(/^“.*Audit witness/i).waitFor();
  await shoot('witnesses-form');
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByText('Saved. It waits for a second person.').waitFor();
  await shoot('witnesses-waiting');
  t.is(server.connections(), 0);
  await approveAll(appliance);
  await page.reload();
  await page.getByText('checkpoints reach their witness.').waitFor();
  t.true(server.checkpoints().length > 0);
  t.deepEqual(server.malformed, []);

  await page.getByRole('button', {name: 'Set a mailbox'}).click();
  await page.getByLabel('Address').fill('nobody');
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByLabel('Address').fill('auditor@example.com');
  await shoot('witnesses-mailbox-form');
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByText('A witness gets no checkpoints.').waitFor();
  await page.getByText('No mail server is set, so no letter leaves.').first().waitFor();
  await shoot('witnesses-both');

  const mailbox = page.getByRole('region', {name: 'Mailbox'});
  await mailbox.getByRole('button', {name: 'Remove'}).click();
  await page.getByRole('button', {name: 'Remove it'}).click();
  await page.getByText('checkpoints reach their witness.').waitFor();
  await mailbox.getByRole('button', {name: 'Set a mailbox'}).waitFor();
});
