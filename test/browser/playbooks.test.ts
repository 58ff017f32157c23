/** An administrator changes what the chat asks, tries it, and visitors get it once it is published. */
import test from 'ava';
import {readPlaybook, writePlaybook} from '../../appliance/features/qualification/playbook.yaml.ts';
import {bundledPlaybooks} from '../../appliance/features/qualification/playbooks/index.ts';
import {fits, openBrowser, phone} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

test.serial('a question is changed, tried in the panel, published, and asked', async t => {
  const appliance = await startAppliance(t);
  const {page} = await (await openBrowser(t, appliance)).person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/playbooks`);
  await page.getByRole('link', {name: 'General enquiries'}).click();
  const panel = page.getByRole('complementary', {name: 'Try it'});
  await panel.getByLabel('Write as a visitor').fill('We need new windows');
  await page.keyboard.press('Enter');
  await panel
    .getByRole('log')
    .getByText(/company/)
    .last()
    .waitFor();

  const question = page.getByLabel('Question about company, English');
  await question.fill('Who sends you?');
  await panel.getByRole('log').getByText('Who sends you?').waitFor();
  t.regex(await panel.getByRole('log').locator('mark').first().innerText(), /^new windows/);

  const before = await appliance.visitor();
  const {seq} = await before.say('We need new windows');
  t.notRegex((await before.answerAfter(seq)).text, /Who sends you/, 'not in force yet');

  await question.fill('');
  await page.getByText('Write this in every language of the playbook: en is missing.').waitFor();
  t.is(await page.getByRole('button', {name: 'Publish as version 2'}).getAttribute('aria-disabled'), 'true');
  await question.fill('Who sends you?');
  await page.getByRole('button', {name: 'Review'}).click();
  await page.getByRole('cell', {name: 'Question about company, English'}).waitFor();
  await page.getByRole('button', {name: 'Score past conversations'}).click();
  await page.getByText('This change would have qualified the same visitors.').waitFor();
  await page.getByRole('button', {name: 'Publish as version 2'}).click();
  await page.getByText('Version 2 is in force.', {exact: true}).waitFor();

  const visitor = await appliance.visitor();
  const said = await visitor.say('We need new windows');
  t.regex((await visitor.answerAfter(said.seq)).text, /Who sends you\?$/);

  await page.getByRole('button', {name: 'Versions'}).click();
  await page.getByRole('button', {name: 'Look at version 1'}).click();
  await page.getByRole('button', {name: 'Take version 1 into the draft'}).click();
  await page.getByText('Version 1 stands in the draft now.').waitFor();
  await page.getByRole('button', {name: 'Publish as version 3'}).click();
  await page.getByText('Version 3 is in force.', {exact: true}).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', {name: 'Download version 1'}).click(),
  ]);
  t.is(file.suggestedFilename(), 'general-v1.yaml');
});

test.serial('the source of an answer is named once, or in each language', async t => {
  const appliance = await startAppliance(t);
  const {page} = await (await openBrowser(t, appliance)).person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/playbooks/general`);
  await page.getByRole('button', {name: 'Answers', exact: true}).click();
  await page.getByRole('button', {name: 'Add an answer'}).click();
  await page.getByLabel('Source', {exact: true}).fill('Prices');
  await page.getByLabel('Named differently in each language').check();
  await page.getByLabel('Source, English').fill('Prices, page 1');
  await page.getByRole('button', {name: 'Save draft'}).click();
  await page.getByText('Draft saved').waitFor();
  const admin = await appliance.administrator();
  const {draft} = await admin.call<{draft: {content: {faq: object[]}}}>(
    'GET',
    '/api/admin/playbooks/general',
  );
  const source = {en: 'Prices, page 1', de: 'Prices', fr: 'Prices', es: 'Prices'};
  t.like(draft.content.faq[0], {source});
  await page.getByLabel('Named differently in each language').uncheck();
  t.is(await page.getByLabel('Source', {exact: true}).inputValue(), 'Prices, page 1');
});

test.serial('two at one playbook: who comes second is told, keeps the text, and decides', async t => {
  const appliance = await startAppliance(t);
  const {page} = await (await openBrowser(t, appliance)).person();
  await signInAs(page, appliance);
  await page.goto(`${appliance.base}/admin/playbooks/general`);
  const name = page.getByRole('textbox', {name: 'Name', exact: true});
  await name.fill('Mine');
  const admin = await appliance.administrator();
  const {content} = await admin.call<{content: object}>('GET', '/api/admin/playbooks/general');
  await admin.call('PUT', '/api/admin/playbooks/general', {content: {...content, name: 'Theirs'}});
  await page.getByRole('button', {name: /^Publish as version/}).click();
  await page.getByText(/^Ada Admin published version 2 after you began from version 1\./).waitFor();
  t.is(await name.inputValue(), 'Mine', 'nothing typed is lost');
  await page.getByRole('button', {name: 'Keep mine, then save again'}).click();
  await page.getByRole('button', {name: 'Publish as version 3'}).click();
  await page.getByText('Version 3 is in force.', {exact: true}).waitFor();
  t.like(await admin.call('GET', '/api/admin/playbooks/general'), {content: {name: 'Mine'}});
});

test.serial(
  'a new playbook on a phone: from a file with a mistake, named by line; then from one that comes along',
  async t => {
    const appliance = await startAppliance(t);
    const {page} = await (await openBrowser(t, appliance)).person(phone);
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/playbooks`);
    await page.getByRole('button', {name: 'Add a playbook'}).click();
    await page.getByLabel('A YAML file').check();
    const [general] = bundledPlaybooks();
    if (!general) throw new Error('no playbook is bundled');
    const yaml = writePlaybook(general);
    t.true('playbook' in readPlaybook(yaml));
    const give = (content: string) =>
      page
        .getByLabel('File', {exact: true})
        .setInputFiles({name: 'ours.yaml', mimeType: 'application/yaml', buffer: Buffer.from(content)});
    await give(yaml.replace('tone: warm', 'tone: rude'));
    const line = yaml.split('\n').indexOf('tone: warm') + 1;
    await page.getByText(`Line ${line}, tone: This must be one of: formal, warm.`).waitFor();
    await page.getByLabel('One that comes with the appliance').check();
    await page.getByLabel('Playbook', {exact: true}).selectOption('private-bank');
    await page.getByRole('textbox', {name: 'Name', exact: true}).fill('Our private bank');
    await page.getByRole('button', {name: 'Add as a draft'}).click();
    await page.getByText('A draft that answers nobody yet.').waitFor();
    t.true(page.url().endsWith('/admin/playbooks/our-private-bank'));
    await page.getByRole('button', {name: 'Publish as version 1'}).click();
    await page.getByText('Version 1 is in force.', {exact: true}).waitFor();
    t.true(await fits(page));

    await page.goto(`${appliance.base}/admin/sites`);
    await page.getByRole('button', {name: /^Edit/}).click();
    await page.getByLabel('Playbook').selectOption('our-private-bank');
    await page.getByRole('button', {name: 'Save', exact: true}).click();
    await page.getByRole('button', {name: /^Edit/}).waitFor();
    const visitor = await appliance.visitor({locale: 'fr'});
    const first = await visitor.socket.next('message');
    t.regex(first.message.text, /entretien confidentiel/);
  },
);
