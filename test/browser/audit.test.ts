/** An administrator checks the log; an auditor verifies what was downloaded, without the appliance. */
import {execFile} from 'node:child_process';
import {mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import type {Page} from 'playwright-core';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

const run = promisify(execFile);

const saved = async (page: Page, name: string | RegExp, to: string): Promise<void> => {
  const download = page.waitForEvent('download');
  await page.getByRole('link', {name}).click();
  await (await download).saveAs(to);
};

test.serial(
  'the log is checked, handed to an outsider and verified there; what was changed shows in both places',
  async t => {
    const folder = temporaryDirectory(t);
    const worm = join(folder, 'worm');
    mkdirSync(worm);
    const appliance = await startAppliance(t, {environment: {CROWLIT_AUDIT_DIRECTORY: worm}});
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/audit`);
    await page.getByText('No checkpoint has gone out yet.').waitFor();
    await page.getByRole('button', {name: 'Check now'}).click();
    await page.getByText('The log is whole.').waitFor();
    await page.getByText('1 checkpoint in the witness folders agree.').waitFor();
    await page.getByText('checkpoints reach their witness.').waitFor();
    t.is(readdirSync(worm).length, 1);

    const [program, before, after, proof] = [
      'verify-audit.mjs',
      'before.jsonl',
      'after.jsonl',
      'entry.jsonl',
    ].map(name => join(folder, name)) as [string, string, string, string];
    await saved(page, 'Download the verifier', program);
    await saved(page, 'Download the export', before);
    await page.getByRole('button', {name: 'Set the appliance up'}).click();
    await saved(page, /^Download the proof that entry 0/, proof);
    const key = await page.getByText(/^crowlit-audit\/\S+$/).innerText();
    const verify = (file: string) =>
      run(process.execPath, [program, file, '--key', key.trim(), '--checkpoint', worm], {cwd: folder}).then(
        ({stdout}) => stdout,
        (error: {stdout: string}) => error.stdout,
      );
    t.regex(await verify(before), /^The log is whole: \d+ entries/);
    t.regex(await verify(proof), /^The entry is in the log, unchanged\./);

    await appliance.inside.storage.db('audit_leaves').where({index: 0}).update({action: 'nothing.happened'});
    await page.getByRole('button', {name: 'Check now'}).click();
    await page.getByText('The log is not what was signed.').waitFor();
    await page.getByText('entry 0').first().waitFor();
    await saved(page, 'Download the export', after);
    t.regex(await verify(after), /entry 0: Its content does not give the hash beside it/);

    const {page: pocket} = await browser.person(phone);
    await signInAs(pocket, appliance);
    await pocket.goto(`${appliance.base}/admin/audit`);
    await pocket.getByText('The log is not what was signed.').waitFor();
    t.true(await fits(pocket));
  },
);
