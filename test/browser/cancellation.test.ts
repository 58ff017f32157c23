/** An administrator cancels, makes the last export, and takes it back; a privacy officer sees how it stands. */
import {join} from 'node:path';
import test from 'ava';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {cancel, day, endNow, runCrowlit} from '../helpers/cancellation.ts';
import {fits, fitsEverywhere, openBrowser} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

/** Where pictures of each state are wanted. */
const folder = process.env['CROWLIT_PICTURES'];

test.serial('cancelled, exported, stopped, reminded, held back and taken back, on the screen', async t => {
  let holds: {what: string; reason: string; until: string | null}[] = [];
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {
    clock,
    blockers: () => Promise.resolve(holds),
  });
  const browser = await openBrowser(t, appliance);
  const {page} = await browser.person({timezoneId: 'Europe/Vienna', acceptDownloads: true});
  const shoot = async (name: string): Promise<void> => {
    t.true(await fitsEverywhere(page, name), name);
  };
  await signInAs(page, appliance);
  await page.getByRole('link', {name: 'Cancellation', exact: true}).click();
  await page.getByText('Not cancelled.').waitFor();
  t.is(await page.getByLabel('The dates are told in the time of').inputValue(), 'Europe/Vienna');
  await page.getByText('here only: no mail server is set').waitFor();
  const act = page.getByRole('button', {name: /^Cancel, and delete everything in 30 days/});
  t.is(await act.getAttribute('aria-disabled'), 'true');
  await page.getByLabel(/^Type the name of the organisation/).fill('Example Bank');
  await shoot('cancellation-start');

  // hours later the person shows once more that it is them
  clock.advance(60 * 60 * 1000);
  await act.click();
  const proof = page.getByRole('dialog', {name: 'Is it still you?'});
  await proof.getByRole('textbox', {name: 'Password'}).fill('plain words are long enough');
  await proof.getByRole('button', {name: 'Go on'}).click();
  const main = page.getByRole('main');
  await main.getByRole('heading', {name: 'Last export'}).waitFor();
  await main.getByText('Everything here is deleted in 30 days.').waitFor();

  await page.getByRole('button', {name: 'Make one up'}).click();
  t.regex(await page.getByLabel('Passphrase', {exact: true}).inputValue(), /^(\w{5}-){4}\w{5}$/);
  await page.getByLabel('I have kept the passphrase in a safe place.').check();
  await page.getByRole('button', {name: 'Write the export'}).click();
  const download = page.getByRole('link', {name: 'Download'});
  await download.waitFor();
  await shoot('cancellation-running');
  const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
  t.regex(file.suggestedFilename(), /^crowlit-export-[\d-]+\.zip$/);

  await page.getByRole('button', {name: 'Stop it now'}).click();
  await page.getByText('The widget is stopped').waitFor();
  await page.getByRole('link', {name: 'Retention', exact: true}).click();
  await page.getByRole('heading', {level: 1, name: 'Retention'}).waitFor();
  await main.getByText('Everything here is deleted in 30 days.').waitFor();

  clock.jump(3 * day);
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/cancellation`);
  await page.getByText('Is the clock of this server right?').waitFor();
  await shoot('cancellation-clock');
  await page.getByRole('button', {name: 'Yes, it is right'}).click();
  await main.getByText('Everything here is deleted in 27 days.').first().waitFor();

  holds = [{what: 'Legal hold', reason: 'the lawsuit Example v. Sample', until: '2027-03-01'}];
  clock.advance(28 * day);
  await appliance.inside.cancellation.tick();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/cancellation`);
  await page.getByText('The deletion is held back.').waitFor();
  await page.getByText('the lawsuit Example v. Sample').waitFor();
  await shoot('cancellation-held');

  await page.getByRole('button', {name: 'Take it back'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Take it back'}).click();
  await page.getByText('Not cancelled.').waitFor();
  await page.getByText(/A cancellation was taken back by Ada Admin/).waitFor();
  t.is(await page.getByText('Everything here is deleted').count(), 0);
  await shoot('cancellation-revoked');
});

test.serial(
  'where the data was deleted, a page says so in the reader’s language and offers what is left',
  async t => {
    const appliance = await startAppliance(t);
    await cancel(await appliance.administrator());
    await appliance.stop();
    await endNow(appliance);
    const serving = runCrowlit(t, appliance.environment, ['serve']);
    const address = new URL(await serving.until(/\/\?code=/));
    const browser = await openBrowser(t, {base: address.origin});
    const {page} = await browser.person({acceptDownloads: true});
    await page.goto(address.href);
    await page.getByRole('heading', {level: 1, name: /^This installation’s data was deleted on /}).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', {name: 'Certificate of the deletion, signed'}).click(),
    ]);
    t.is(file.suggestedFilename(), 'certificate.json');
    t.is(await page.getByRole('link').count(), 4);
    for (const width of [1280, 390]) {
      await page.setViewportSize({width, height: 900});
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme});
        t.true(await fits(page), `${width} px`);
        if (folder) await page.screenshot({path: join(folder, `deleted-${width}-${colorScheme}.png`)});
      }
    }
    const other = await browser.person({locale: 'de-AT'});
    await other.page.goto(address.origin);
    await other.page.getByRole('heading', {name: /^Die Daten dieser Installation wurden am /}).waitFor();
    t.is(await other.page.getByRole('link').count(), 0, 'without the code nothing is offered');
    await serving.stop();
  },
);
