/** An administrator brings a model into a box that reaches nothing, measures it, and lets it answer. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {selfSigned} from '../../appliance/tls.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {startMirror} from '../helpers/model-mirror.ts';
import {startModelServer} from '../helpers/model-server.ts';
import {heldModels, sha256Of} from '../helpers/models.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

const small = randomLabellingModel(7);
const other = randomLabellingModel(8);

test.serial(
  'a model is brought, refused until it is whole and measured, then answers, fails and gives back',
  async t => {
    const held = heldModels({memory: () => ({free: 64e9, total: 64e9}), probationMs: 3_600_000});
    const appliance = await startAppliance(t, {model: 'bundled', models: held.outside});
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/models`);
    await page.getByText('Bundled qualifier answers visitors.').waitFor();
    await page.getByText('No model was brought yet').waitFor();
    await page.getByRole('cell', {name: /Qwen3 4B/}).waitFor();

    const folder = temporaryDirectory(t);
    const [broken, whole] = [join(folder, 'broken.gguf'), join(folder, 'whole.gguf')];
    writeFileSync(broken, small.subarray(0, small.length - 500));
    writeFileSync(whole, small);
    await page.getByRole('button', {name: 'Import a model'}).click();
    const submit = page.getByRole('button', {name: 'Import', exact: true});
    await submit.click();
    await page.getByText('Choose the file.').waitFor();
    await page.getByText(/This is not a SHA-256/).waitFor();
    const hash = page.getByLabel('SHA-256 from its publisher');
    await hash.fill(sha256Of(small));
    await page.getByLabel('GGUF file').setInputFiles(broken);
    await submit.click();
    await page
      .getByText(/This is not the file its publisher made/)
      .first()
      .waitFor();
    await page.getByLabel('GGUF file').setInputFiles(whole);
    await submit.click();
    const card = page.getByRole('region', {name: 'random-7'});
    await card.waitFor();
    await submit.waitFor({state: 'hidden'});
    await card.getByText('Accuracy not measured here').waitFor();
    await card.getByText(sha256Of(small).slice(0, 16)).waitFor();
    const activate = card.getByRole('button', {name: /^Activate/});
    t.is(await activate.getAttribute('aria-disabled'), 'true');

    await card.getByRole('button', {name: /^Measure accuracy/}).click();
    await card.getByText(/^F1 \d\.\d\d over facts/).waitFor();
    await card.getByRole('button', {name: /^Check file/}).click();
    await page.getByText('Checked random-7').waitFor();
    await activate.click();
    await page.getByText('goes on answering until the new one has read').waitFor();
    await page.getByRole('button', {name: 'Activate it'}).click();
    await card.getByText('Answers visitors, on probation').waitFor();
    held.opened.at(-1)?.die();
    await page.getByText(/random-7 failed while it was tried, and the bundled model answers again/).waitFor();
    await page.getByText('Bundled qualifier answers, which is not what was chosen.').waitFor();

    await page.getByRole('button', {name: 'Keep this one of Bundled qualifier'}).click();
    await page.getByText('Bundled qualifier answers visitors.', {exact: true}).waitFor();

    // the other way in: a file that somebody put on the server
    writeFileSync(join(appliance.directory, 'import/carried.gguf'), other);
    await page.getByRole('button', {name: 'Import a model'}).click();
    await page.getByRole('button', {name: 'On the server'}).click();
    await page.getByLabel('GGUF file').selectOption('carried.gguf');
    await hash.fill(sha256Of(other));
    await submit.click();
    await page.getByRole('region', {name: 'random-8'}).waitFor();
    await card.getByRole('button', {name: /^Remove/}).click();
    await page.getByRole('button', {name: 'Remove the model'}).click();
    await card.waitFor({state: 'hidden'});

    await page.goto(`${appliance.base}/admin/audit`);
    for (const words of [
      'Imported a model',
      'Measured a model’s accuracy',
      'Activated a model',
      'Removed a model',
    ])
      await page.getByRole('cell', {name: words}).first().waitFor();
    const {page: pocket} = await browser.person(phone);
    await signInAs(pocket, appliance);
    await pocket.goto(`${appliance.base}/admin/models`);
    await pocket.getByRole('region', {name: 'random-8'}).waitFor();
    t.true(await fits(pocket));
  },
);

test.serial(
  'a model server is connected with a wrong key, then the right one; measured, it answers, and is let go again',
  async t => {
    const key = 'sk-a-secret-nobody-may-read';
    const fake = await startModelServer(t, {key, flavour: 'vllm'});
    const appliance = await startAppliance(t, {model: 'bundled'});
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/models`);
    await page.getByRole('button', {name: 'Connect a server'}).click();
    const submit = page.getByRole('button', {name: 'Connect and test'});
    await submit.click();
    await page.getByText('This is not a web address').waitFor();
    await page.getByText('Name the model as the server calls it.').waitFor();
    await page.getByLabel('Address').fill(fake.url);
    t.true(await page.getByLabel(/Inside our own network/).isChecked());
    await page.getByLabel('Model', {exact: true}).fill('qwen');
    await page.getByLabel('Key (optional)').fill('sk-another');
    await submit.click();
    await page.getByText('Say where this host stands.').waitFor();
    await page.getByLabel('It stands in').selectOption('eu-at');
    await submit.click();
    await page.getByText('Tick this, or the destination stays refused.').waitFor();
    await page.getByLabel(/declare that .* what visitors write/).check();
    await submit.click();
    const card = page.getByRole('region', {name: 'qwen'});
    await card.getByText('Waits for approval').waitFor();
    await card.getByText(/The test begins then/).waitFor();
    await approveAll(appliance);
    await page.reload();
    await card.getByText('Cannot be used').waitFor();
    await card.getByText(/does not accept the key/).waitFor();
    t.is(await card.getByRole('button', {name: /^Measure accuracy/}).getAttribute('aria-disabled'), 'true');

    await card.getByRole('button', {name: /^Change/}).click();
    await page.getByLabel('Key: set').fill(key);
    await page.getByRole('button', {name: 'Save and test'}).click();
    await card.getByText('Connected', {exact: true}).first().waitFor();
    await page.getByText('Checked qwen').waitFor();
    t.false((await page.content()).includes(key));
    const activate = card.getByRole('button', {name: /^Activate/});
    t.is(await activate.getAttribute('aria-disabled'), 'true');
    await card.getByRole('button', {name: /^Measure accuracy/}).click();
    await card.getByText(/^F1 \d\.\d\d over facts/).waitFor();
    await activate.click();
    await page.getByText('What visitors write goes to').waitFor();
    await page.getByRole('button', {name: 'Activate it'}).click();
    await card.getByText('Answers visitors, on probation').waitFor();
    await page.getByText('on a model server', {exact: true}).waitFor();
    await page
      .getByRole('region', {name: 'Bundled qualifier'})
      .getByRole('button', {name: /^Activate/})
      .click();
    await page.getByRole('button', {name: 'Activate it'}).click();
    await page.getByText('Bundled qualifier answers, on probation.').waitFor();

    await page.goto(`${appliance.base}/admin/residency`);
    await page.getByText('the connected model server').waitFor();
    const {page: pocket} = await browser.person(phone);
    await signInAs(pocket, appliance);
    await pocket.goto(`${appliance.base}/admin/models`);
    await pocket.getByRole('region', {name: 'qwen'}).waitFor();
    await pocket.getByRole('button', {name: /^Change/}).click();
    await pocket.getByLabel('Key: set').waitFor();
    t.true(await fits(pocket));
  },
);

test.serial(
  'a model is fetched from a host in the region: declared in the form, stopped, fetched, and the host forgotten',
  async t => {
    const material = await selfSigned({names: ['localhost'], now: new Date()});
    const mirror = await startMirror(t, material, {
      '/small.gguf': small,
      '/slow.gguf': response => {
        response.writeHead(200, {'content-length': other.length});
        response.write(other.subarray(0, 60_000));
      },
      '/page.gguf': response => void response.writeHead(200, {'content-length': 6}).end('<html>'),
    });
    const appliance = await startAppliance(t, {model: 'bundled', authorities: [material.certificate]});
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/models`);
    const submit = page.getByRole('button', {name: 'Import', exact: true});
    const address = page.getByLabel('Address of the file');
    const hash = page.getByLabel('SHA-256 from its publisher');
    const open = async (): Promise<void> => {
      await page.getByRole('button', {name: 'Import a model'}).click();
      await page.getByRole('button', {name: 'At an address'}).click();
    };
    await open();
    await address.fill(`${mirror.url}/slow.gguf`);
    await hash.fill(sha256Of(other));
    await submit.click();
    await page.getByText('Say where this host stands.').waitFor();
    await page.getByLabel('It stands in').selectOption('eu-at');
    t.true(await page.getByLabel(/Inside our own network/).isChecked());
    await submit.click();
    await page.getByText('Tick this, or the destination stays refused.').waitFor();
    t.is(mirror.requests.length, 0);
    await page.getByLabel(/declare that .* requests for model files/).check();
    await submit.click();
    await page.getByText(/waits until a second administrator has approved it/).waitFor();
    t.is(mirror.requests.length, 0);
    await approveAll(appliance);
    await submit.click();
    await page.getByText('Importing slow.gguf').first().waitFor();
    await page.getByRole('button', {name: /^Stop/}).click();
    await page.getByText('It was stopped. Nothing was kept of it.').waitFor();

    await open();
    await address.fill(`${mirror.url}/page.gguf`);
    await page.getByText('is declared to be in EU, Austria').waitFor();
    await hash.fill(sha256Of(small));
    await submit.click();
    await page.getByText(/is not a GGUF model, but a page or another file/).waitFor();
    await open();
    await address.fill(`${mirror.url}/small.gguf`);
    await hash.fill(sha256Of(small));
    await submit.click();
    await page.getByRole('region', {name: 'random-7'}).waitFor();
    await page.getByText('random-7 is imported from localhost.').waitFor();

    await page.goto(`${appliance.base}/admin/residency`);
    await page.getByText('named on the Models page').waitFor();
    await page.getByText('Models to fetch').first().waitFor();
    await page.goto(`${appliance.base}/admin/models`);
    await open();
    const forget = page.getByRole('button', {name: `Forget localhost:${mirror.port}`});
    await forget.click();
    await forget.waitFor({state: 'hidden'});
    await page.goto(`${appliance.base}/admin/audit`);
    for (const words of ['Declared a host to fetch models from', 'Forgot a host to fetch models from'])
      await page.getByRole('cell', {name: words}).first().waitFor();
  },
);
