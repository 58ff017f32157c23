/** An administrator lets a model find passages, sees how far it has read and which way found one, and turns it off. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {smallEmbedder} from '../../models/training/small-embedder.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {documentsRead, sendDocument} from '../helpers/documents.ts';
import {concepts, meantBy} from '../helpers/meaning.ts';
import {startModelServer} from '../helpers/model-server.ts';
import {sha256Of} from '../helpers/models.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

const bytes = smallEmbedder({name: 'small-finder', concepts});

test.serial(
  'a model is brought, tried and finds what is put in other words; a server takes over, fails and is left alone',
  async t => {
    const server = await startModelServer(t, {model: 'nomic-embed', embed: meantBy, flavour: 'vllm'});
    const appliance = await startAppliance(t);
    const admin = await appliance.administrator();
    await sendDocument(
      appliance.base,
      admin,
      Buffer.from('# Terms\n\n## Delivery\n\nWe deliver within three working days.\n'),
      {title: 'Terms 2026'},
    );
    await documentsRead(admin);
    const browser = await openBrowser(t, appliance);
    const {page} = await browser.person();
    await signInAs(page, appliance);
    const go = (where: string) => page.goto(`${appliance.base}/admin/${where}`);
    const ask = async (question: string) => {
      await page.getByRole('textbox', {name: 'Question'}).fill(question);
      await page.getByRole('button', {name: 'Ask', exact: true}).click();
    };
    const found = page.getByRole('list', {name: 'Passages found'});
    const meaning = page.getByRole('region', {name: 'Finding by meaning'});
    const finder = page.getByRole('region', {name: 'Finding passages by meaning'});

    await go('knowledge');
    await meaning.getByText('Off', {exact: true}).waitFor();
    await ask('How soon will my parcel arrive?');
    await page.getByText('Nothing would be quoted.').waitFor();
    await meaning.getByRole('link', {name: 'Models page'}).click();
    await finder.getByText('The bundled model cannot do that.').waitFor();

    const path = join(temporaryDirectory(t), 'small-finder.gguf');
    writeFileSync(path, bytes);
    await page.getByRole('button', {name: 'Import a model'}).click();
    await page.getByLabel('GGUF file').setInputFiles(path);
    await page.getByLabel('SHA-256 from its publisher').fill(sha256Of(bytes));
    await page.getByRole('button', {name: 'Import', exact: true}).click();
    const card = page.getByRole('region', {name: 'small-finder'});
    await card.getByText('It answers nobody and writes nothing.').waitFor();
    t.is(await card.getByRole('button', {name: /^(Activate|Measure)/}).count(), 0);
    await card.getByRole('button', {name: /^Use for finding passages/}).click();
    await card.getByText('Finds passages', {exact: true}).waitFor();
    await finder.getByText('On', {exact: true}).waitFor();
    await finder.getByRole('row', {name: /English 6 of 6/}).waitFor();

    await go('knowledge');
    await meaning.getByText('On', {exact: true}).waitFor();
    await meaning.getByText(/with small-finder on this server/).waitFor();
    await meaning.getByText('1 passage read.').waitFor();
    await ask('How soon will my parcel arrive?');
    await found.getByText(/This is what a visitor would get. Found by its meaning/).waitFor();
    t.regex(await found.innerText(), /We deliver within three working days\./);
    await ask('Do you deliver within days?');
    await found.getByText(/Found by its words and by its meaning/).waitFor();
    await ask('Do you deliver to the Moon?');
    await found
      .getByText(
        /It lacks “Moon”\. Nor is its meaning near enough \(closeness 0\.\d\d, at least 0\.\d\d is needed\)/,
      )
      .waitFor();

    await go('models');
    await finder.getByRole('button', {name: /^Turn off/}).click();
    await page.getByText('What small-finder made of the passages is deleted here').waitFor();
    await page.getByRole('button', {name: 'Turn it off'}).click();
    await finder.getByText('Off', {exact: true}).waitFor();
    await finder.getByRole('button', {name: 'Connect an embedding server'}).click();
    await page.getByLabel('Address').fill(server.url);
    await page.getByLabel('Model', {exact: true}).fill('nomic-embed');
    await page.getByLabel('It stands in').selectOption({label: 'EU, Austria'});
    await page.getByRole('checkbox', {name: /declare that/}).check();
    await page.getByRole('button', {name: 'Connect and test'}).click();
    await finder.getByText('Saved. It waits for a second person.').waitFor();
    await approveAll(appliance);
    await page.reload();
    await finder.getByText('On', {exact: true}).waitFor();
    t.regex(await finder.innerText(), /inside your own network, declared to be in EU, Austria/);

    server.misbehave('hangs');
    await go('knowledge');
    await meaning.getByText(/with nomic-embed on a model server/).waitFor();
    await ask('Do you deliver within days?');
    await page.getByText('Only words were compared.').waitFor();
    await found.getByText('This is what a visitor would get. Found by its words.').waitFor();
    server.misbehave('broken');
    await go('models');
    await finder.getByRole('button', {name: /^Try again/}).click();
    await finder.getByText('It did not pass its trial.').waitFor();
    await finder.getByText('Not usable').waitFor();
    await go('knowledge');
    await meaning.getByText('It reads nothing at present.').waitFor();
    await meaning.getByText('Waits', {exact: true}).waitFor();

    const {page: pocket} = await browser.person(phone);
    await signInAs(pocket, appliance);
    for (const where of ['knowledge', 'models']) {
      await pocket.goto(`${appliance.base}/admin/${where}`);
      await pocket.getByRole('region', {name: /^Finding/}).waitFor();
      t.true(await fits(pocket), where);
    }
    await page.goto(`${appliance.base}/admin/audit`);
    for (const words of ['Chose the model that finds passages', 'Turned finding by meaning off'])
      await page.getByRole('cell', {name: words}).first().waitFor();
  },
);
