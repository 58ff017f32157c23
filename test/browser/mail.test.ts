/** An administrator sets the mail server, finds out that it works, and sees what becomes of each letter. */
import {join} from 'node:path';
import test from 'ava';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {fits, openBrowser} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {startAppliance} from '../helpers/start.ts';

const login = {user: 'crowlit@example.com', password: 'the password of the mail server'};
/** Where pictures of each state are wanted. */
const folder = process.env['CROWLIT_PICTURES'];

test.serial(
  'mail is set, tested, refused, mended and tried again, on the screen of an administrator',
  async t => {
    const server = await startSmtpServer(t, {login});
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
            await page.screenshot({
              path: join(folder, `${name}-${width}-${colorScheme}.png`),
              fullPage: true,
            });
        }
      }
      await page.setViewportSize({width: 1280, height: 900});
      await page.emulateMedia({colorScheme: 'light'});
    };
    // there before any letter can be sent
    await secondAdministrator(appliance);
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Mail', exact: true}).click();
    await page.getByText('No mail server is set.').waitFor();
    await shoot('mail-none');

    await page.getByRole('button', {name: 'Set the mail server'}).click();
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Write the name of the mail server.').waitFor();
    await page.getByLabel('Host').fill('localhost');
    await page.getByLabel('Port').fill(String(server.port));
    await page.getByLabel('User (optional)').fill(login.user);
    await page.getByLabel('Password', {exact: true}).fill('a wrong one');
    await page.getByLabel('From: address').fill('console@example.com');
    await page.getByLabel('Certificate of your own authority (optional)').fill(server.certificate);
    await page.getByLabel('It stands in').selectOption('eu-at');
    await page.getByLabel(/^I, Ada Admin, declare/).check();
    await shoot('mail-form');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('The mail server waits for a second person.').waitFor();
    await shoot('mail-held');
    await approveAll(appliance);
    await page.reload();
    await page.getByText('A mail server is set, and nothing was sent yet.').waitFor();

    await page.getByRole('button', {name: 'Send a test letter to me'}).click();
    await page.getByText('Letters do not get through.').waitFor();
    await page
      .getByRole('table')
      .getByText(/does not accept user and password/)
      .waitFor();
    await shoot('mail-failing');

    await page.getByRole('button', {name: 'Change'}).click();
    t.is(await page.getByLabel('Password: set').inputValue(), '', 'it is never shown again');
    await page.getByLabel('Password: set').fill(login.password);
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('button', {name: 'Send a test letter to me'}).click();
    await server.waitFor(1);
    t.is(server.received[0]?.to, 'admin@example.com');
    await page.getByRole('table').getByText('Taken by the mail server').waitFor();

    server.misbehave({at: 'RCPT', status: 550, text: '5.1.1 <jana@example.com> unknown'});
    await page.getByRole('link', {name: 'People and roles'}).click();
    await page.getByRole('button', {name: 'Invite a person'}).click();
    await page.getByLabel('Name', {exact: true}).fill('Jana Muster');
    await page.getByLabel('E-mail', {exact: true}).fill('jana@example.com');
    await page.getByRole('button', {name: 'Create the invitation link'}).click();
    await page.getByText('It is on its way to Jana Muster by mail.').waitFor();
    await shoot('mail-invitation');
    await page.getByRole('link', {name: 'Mail', exact: true}).click();
    await page.getByText(/letters? (was|were) not delivered\./).waitFor();
    const row = page.getByRole('rowgroup').filter({hasText: 'Jana Muster'});
    await row.getByText(/refuses the address \(550 5\.1\.1\)/).waitFor();
    await row.getByRole('button', {name: /1 try/}).click();
    await shoot('mail-bounced');
    await row.getByRole('button', {name: /^Try again now/}).click();
    await server.waitFor(2);
    await row.getByText('Taken by the mail server').waitFor();

    await page.getByRole('link', {name: 'Residency'}).click();
    await page.getByText('the mail server', {exact: true}).waitFor();
    await page.getByRole('link', {name: 'Mail', exact: true}).click();
    await page.getByRole('button', {name: 'Remove', exact: true}).click();
    await page.getByRole('button', {name: 'Remove it'}).click();
    await page.getByText('No mail server is set.').waitFor();
  },
);
