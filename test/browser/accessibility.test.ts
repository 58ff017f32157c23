/** What somebody notices who sees little, uses no mouse, or has a small screen. */
import test, {type ExecutionContext} from 'ava';
import type {Locator, Page} from 'playwright-core';
import {approveAll} from '../helpers/four-eyes.ts';
import {fits, inPage, openBrowser} from '../helpers/browser.ts';
import {cancel} from '../helpers/cancellation.ts';
import {agentAtScreen, signInAs} from '../helpers/people.ts';
import {startModelServer} from '../helpers/model-server.ts';
import {settled} from '../helpers/models.ts';
import {documentsRead, sendDocument} from '../helpers/documents.ts';
import {meantBy} from '../helpers/meaning.ts';
import {codeAt} from '../helpers/second-factor.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

/** What an automatic checker would say: names, roles, ids, headings, and the contrast of every line of text in sight. */
const faultsOf = (document: Locator) =>
  inPage<string[]>(
    document,
    `(() => {
      const faults = [];
      const shown = one => one.checkVisibility({opacityProperty: true, visibilityProperty: true});
      const line = one => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 140);
      const all = [...e.querySelectorAll('*')].filter(shown);
      if (!e.lang) faults.push('the page names no language');
      const nameOf = one => one.getAttribute('aria-label')?.trim()
        || (one.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' ').trim()
        || [...(one.labels ?? [])].map(label => label.textContent).join(' ').trim()
        || one.textContent.trim() || one.getAttribute('alt') || one.getAttribute('title');
      for (const one of all) {
        if (one.matches('button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=img], iframe, dialog, [role=dialog]') && !one.closest('[aria-hidden=true]') && !nameOf(one))
          faults.push('no name: ' + line(one));
        if (one.matches('img:not([alt])')) faults.push('no alternative: ' + line(one));
        if (one.hasAttribute('tabindex') && one.tabIndex > 0) faults.push('its own order of focus: ' + line(one));
        if (one.closest('[aria-hidden=true]') && one.tabIndex >= 0 && one.matches('button, a[href], input, select, textarea, [tabindex]'))
          faults.push('hidden, and has the focus: ' + line(one));
        for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
          for (const id of (one.getAttribute(attribute) ?? '').split(' ').filter(Boolean))
            if (attribute !== 'aria-controls' && !document.getElementById(id)) faults.push(attribute + ' names nothing: ' + line(one));
        if (one.matches('li') && !one.closest('ul, ol, menu, [role=list]')) faults.push('an item of no list: ' + line(one));
        if (one.matches('th:not([scope])') && one.closest('tbody')) faults.push('a head of nothing: ' + line(one));
      }
      const ids = all.map(one => one.id).filter(Boolean);
      for (const id of new Set(ids)) if (ids.filter(one => one === id).length > 1) faults.push('twice the id ' + id);
      const headings = all.filter(one => one.matches('h1, h2, h3, h4'));
      if (headings.filter(one => one.matches('h1')).length !== 1) faults.push('not exactly one h1');
      headings.reduce((before, one) => {
        const level = Number(one.tagName[1]);
        if (level > before + 1) faults.push('a level of headings is left out: ' + line(one));
        return level;
      }, 1);
      // contrast, as WCAG 2.2 computes it; a text over a picture or gradient would need eyes
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => i < 3 ? v : v / 255); };
      const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
      const ground = one => {
        const layers = [];
        for (let at = one; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] > 0) layers.push(c); if (c[3] === 1) break; }
        return layers.reverse().reduce((below, top) => over(top, below), matchMedia('(prefers-color-scheme: dark)').matches ? [14, 20, 19] : [255, 255, 255]);
      };
      const light = color => { const [r, g, b] = color.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      for (const one of all) {
        const text = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('').trim();
        if (text === '' || one.closest('[aria-hidden=true], [disabled], [aria-disabled=true], .vh, option, script, style')) continue;
        const style = getComputedStyle(one);
        const below = ground(one);
        const [x, y] = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
        const ratio = (x + 0.05) / (y + 0.05);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) faults.push('contrast ' + ratio.toFixed(2) + ': ' + line(one));
      }
      return faults;
    })()`,
  );
const html = (page: Page) => page.locator('html');

/** Every stop of Tab, by name: in order, none without a mark of focus, and a way out of each. */
const walk = async (page: Page, presses: number) => {
  const stops: string[] = [];
  const unmarked: string[] = [];
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press('Tab');
    const [name, marked] = await inPage<[string, boolean]>(
      html(page),
      `(() => {
        const at = document.activeElement;
        if (at === document.body) return ['', true];
        const style = getComputedStyle(at);
        const label = [...(at.labels ?? [])].map(one => one.textContent).join(' ');
        const frame = at.closest('label');
        const marked = one => one && (getComputedStyle(one).boxShadow !== 'none' || (getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0));
        return [at.getAttribute('aria-label') || label || at.textContent.trim() || at.tagName, Boolean(marked(at) || marked(frame) || marked(at.parentElement))];
      })()`,
    );
    if (name === '') break;
    stops.push(name);
    if (!marked) unmarked.push(name);
  }
  return {stops, unmarked};
};

/** One that can be quoted at once. */
const addDocument = async (appliance: Started): Promise<void> => {
  const admin = await appliance.administrator();
  const text = '# Terms\n\n## Delivery\n\nWe deliver to Austria within three working days.\n';
  await sendDocument(appliance.base, admin, Buffer.from(text), {title: 'Terms'});
  await documentsRead(admin);
};
/** A model that finds it by its meaning. */
const addFinder = async (t: ExecutionContext, appliance: Started): Promise<void> => {
  const admin = await appliance.administrator();
  const {url} = await startModelServer(t, {embed: meantBy});
  const input = {url, model: 'finder', region: 'eu-at', private: true};
  await admin.call('PUT', '/api/admin/embedding-server', input);
  await approveAll(appliance);
  await settled(admin, ({embedder}) => embedder?.usable === true);
};

const start = async (t: ExecutionContext) => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance);
  const browser = await openBrowser(t, appliance, website);
  return {appliance, website, browser};
};

test.serial('the checker below finds what it is there to find', async t => {
  const {page} = await (await openBrowser(t)).person();
  await page.setContent(
    '<h1>One</h1><h3>Three</h3><button></button><p style="color:#888">pale</p><b id="a">x</b><i id="a">y</i><li>lost</li>',
  );
  const found = await faultsOf(html(page));
  for (const fault of ['no language', 'left out', 'no name', 'contrast 3.54', 'twice the id', 'of no list'])
    t.true(
      found.some(one => one.includes(fault)),
      `${fault}: ${found.join(' | ')}`,
    );
  t.is(found.length, 6, found.join(' | '));
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.serial(
    `second factor and invitation have names, roles, headings and contrast, ${colorScheme}`,
    async t => {
      const appliance = await startAppliance(t);
      const browser = await openBrowser(t, appliance);
      const {page} = await browser.person({colorScheme});
      const clean = async (what: string) => {
        t.deepEqual(await faultsOf(html(page)), [], what);
        t.true(await fits(page), what);
      };
      await signInAs(page, appliance);
      await page.setViewportSize({width: 320, height: 640});
      await page.goto(`${appliance.base}/admin/people`);
      await page.getByRole('button', {name: 'Invite a person'}).click();
      await page.getByRole('radio', {name: /^Auditor/}).check();
      await page.getByLabel('Access ends after').waitFor();
      await clean('inviting an auditor');
      await page.goto(`${appliance.base}/second-factor`);
      await page.getByRole('button', {name: 'Set it up'}).click();
      await page.getByRole('img', {name: /^QR code/}).waitFor();
      await clean('setting it up');
      const secret = (await page.locator('.copybox code').innerText()).replaceAll(' ', '');
      await page.getByLabel('Code', {exact: true}).fill(codeAt(secret, new Date()));
      await page.keyboard.press('Enter');
      await page.getByRole('list', {name: 'Recovery codes'}).waitFor();
      await clean('recovery codes');
      await page.goto(`${appliance.base}/second-factor`);
      await page.getByText('10 codes left').waitFor();
      await clean('what is set up');

      const other = (await browser.person({colorScheme, viewport: {width: 320, height: 640}})).page;
      await other.goto(`${appliance.base}/sign-in`);
      await other.getByLabel('E-mail').fill(administrator.email);
      await other.getByLabel('Password', {exact: true}).fill(administrator.password);
      await other.keyboard.press('Enter');
      await other.getByLabel('Code', {exact: true}).waitFor();
      t.deepEqual(await faultsOf(html(other)), [], 'the second step of the sign-in');
    },
  );

  test.serial(`console and inbox have names, roles, headings and contrast, ${colorScheme}`, async t => {
    const {appliance, browser} = await start(t);
    const visitor = await appliance.visitor();
    await visitor.say(
      'Hello, my name is Gita Sample, gita@example.com, our budget is around 40,000 euros a year.',
    );
    await visitor.askForPerson();
    await addDocument(appliance);
    await addFinder(t, appliance);
    // this process has no guard: a broken promise stands open on the page
    await appliance.inside.evidence.run(['L1.process-refuses', 'L1.broker-refuses']);
    const {page} = await browser.person({colorScheme});
    await page.goto(`${appliance.base}/sign-in`);
    await page.getByRole('heading', {level: 1}).waitFor();
    t.deepEqual(await faultsOf(html(page)), [], '/sign-in');
    await signInAs(page, appliance);
    for (const path of [
      '/admin/overview',
      '/admin/playbooks',
      '/admin/playbooks/general',
      '/admin/models',
      '/admin/knowledge',
      '/admin/sites',
      '/admin/people',
      '/second-factor',
      '/admin/residency',
      '/admin/retention',
      // with the form of a legal hold open
      `/admin/retention?hold=${visitor.conversationId}`,
      '/admin/data-map',
      '/admin/register',
      '/admin/notice',
      '/admin/cancellation',
      '/admin/keys',
      '/admin/consents',
      '/admin/usage',
      '/admin/connectors',
      '/admin/deliveries',
      '/admin/mail',
      '/admin/evidence',
      '/admin/audit',
      '/leads',
      '/inbox',
      `/inbox/${visitor.conversationId}`,
    ]) {
      await page.goto(appliance.base + path, {waitUntil: 'networkidle'});
      await page.getByRole('heading', {level: 1}).first().waitFor();
      t.deepEqual(await faultsOf(html(page)), [], path);
    }
    await cancel(await appliance.administrator());
    await page.goto(`${appliance.base}/admin/cancellation`);
    await page.getByRole('heading', {name: 'Last export'}).waitFor();
    t.deepEqual(await faultsOf(html(page)), [], 'with a cancellation in force');
    await page.setViewportSize({width: 320, height: 640});
    t.true(await fits(page), 'with a cancellation in force, on a small phone');
  });

  test.serial(`the chat has names, roles, headings and contrast, ${colorScheme}`, async t => {
    const {appliance, website, browser} = await start(t);
    await addDocument(appliance);
    await addFinder(t, appliance);
    const {page} = await browser.person({colorScheme});
    await page.goto(website.base);
    const chat = chatOn(page);
    await chat.open();
    await chat.say('Hello, do you deliver to Austria?');
    await chat.log.getByText('Quoted from Terms').click();
    await chat.log.getByText('Terms › Delivery').waitFor();
    await chat.frame.getByRole('button', {name: 'Talk to a person'}).click();
    await chat.log.getByText('A person was asked to join.').waitFor();
    t.deepEqual(await faultsOf(chat.frame.locator('html')), []);
    await chat.frame.getByRole('button', {name: 'Privacy'}).click();
    await chat.frame.getByRole('dialog', {name: 'Privacy'}).waitFor();
    t.deepEqual(await faultsOf(chat.frame.locator('html')), [], 'with the privacy notice open');
    t.is(await chat.log.getAttribute('aria-live'), 'polite', 'new messages are read out');
  });

  test.serial(
    `the privacy notice opens from the chat, needs no script and fits a phone, ${colorScheme}`,
    async t => {
      const {appliance, website, browser} = await start(t);
      const admin = await appliance.administrator();
      await admin.call('PUT', '/api/admin/retention', {
        days: {conversations: 90, leads: 365, usage: 30, mail: 30},
        sites: [],
      });
      const {page, context} = await browser.person({colorScheme, viewport: {width: 390, height: 844}});
      await page.goto(website.base);
      const chat = chatOn(page);
      await chat.open();
      const [opened] = await Promise.all([
        context.waitForEvent('page'),
        chat.frame.getByRole('link', {name: 'Privacy notice'}).click(),
      ]);
      await opened.getByRole('heading', {level: 1, name: 'Privacy notice: chat of Example Bank'}).waitFor();
      const plain = await browser.person({
        colorScheme,
        viewport: {width: 320, height: 640},
        javaScriptEnabled: false,
      });
      await plain.page.goto(opened.url());
      await plain.page.getByText('Earlier versions').click();
      await plain.page.getByRole('link', {name: /^Version 1 of/}).click();
      await plain.page.getByText('This is an earlier version').waitFor();
      await plain.page.getByRole('link', {name: 'Deutsch'}).click();
      await plain.page.getByText('Bis 180 Tage nach der letzten Nachricht').waitFor();
      for (const width of [320, 1280]) {
        await opened.setViewportSize({width, height: 800});
        t.true(await fits(opened), `${width} pixels`);
        t.deepEqual(await faultsOf(html(opened)), [], `${width} pixels`);
      }
      const {unmarked} = await walk(opened, 15);
      t.deepEqual(unmarked, []);
    },
  );
}

/** A server that is connected, and a host that was declared to fetch models from, though nothing came of it. */
const modelsFromElsewhere = async (t: ExecutionContext, appliance: Started): Promise<void> => {
  const fake = await startModelServer(t);
  const admin = await appliance.administrator();
  const place = {region: 'eu-at', private: true};
  await admin.call('PUT', '/api/admin/model-server', {url: fake.url, model: 'qwen', ...place});
  await settled(admin);
  await approveAll(appliance);
  await settled(admin);
  const order = {url: 'https://localhost:9/model.gguf', sha256: '0'.repeat(64), ...place};
  t.is((await admin.request('POST', '/api/admin/model-downloads', order)).status, 409, 'it is declared now');
  await approveAll(appliance);
  await admin.call('POST', '/api/admin/model-downloads', order);
  await settled(admin);
};

for (const colorScheme of ['light', 'dark'] as const)
  test.serial(
    `what the Models page opens has names, roles, headings and contrast, and is used without a mouse, ${colorScheme}`,
    async t => {
      const {appliance, browser} = await start(t);
      await modelsFromElsewhere(t, appliance);
      const {page} = await browser.person({colorScheme});
      await signInAs(page, appliance);
      await page.goto(`${appliance.base}/admin/models`);
      const card = page.getByRole('region', {name: 'qwen'});
      await card.waitFor();
      const check = async (what: string): Promise<void> =>
        void t.deepEqual(await faultsOf(html(page)), [], what);
      await check('a server, and an import that failed');

      await page.getByRole('button', {name: 'Import a model'}).click();
      await page.getByRole('button', {name: 'At an address'}).click();
      const address = page.getByLabel('Address of the file');
      const submit = page.getByRole('button', {name: 'Import', exact: true});
      await submit.click();
      await page.getByText('This is not the address of a file').waitFor();
      t.is(await address.getAttribute('aria-invalid'), 'true');
      await check('an address that is none');
      await address.fill('https://mirror.example.com/model.gguf');
      await page.getByLabel('SHA-256 from its publisher').fill('0'.repeat(64));
      await submit.click();
      await page.getByText('Say where this host stands.').waitFor();
      await page.getByLabel('It stands in').selectOption('us');
      await page.getByText('Outside European Union.').waitFor();
      await check('a host that is not declared, outside the region');
      await address.fill('https://localhost:9/model.gguf');
      await page.getByText('is declared to be in').waitFor();
      await check('a host that is declared');
      const importing = await walk(page, 90);
      t.deepEqual(importing.unmarked, [], 'without a mark of focus');
      t.true(importing.stops.length < 90, `Tab comes to an end: ${importing.stops.join(', ')}`);
      t.true(importing.stops.includes('Forget localhost:9'));
      await page.setViewportSize({width: 320, height: 640});
      t.true(await fits(page), 'the import, at 320 pixels');

      await card.getByRole('button', {name: /^Change/}).click();
      await page.getByLabel('Key (optional)').waitFor();
      t.true(await fits(page), 'the server, at 320 pixels');
      await page.setViewportSize({width: 1280, height: 800});
      await page.getByLabel('Address', {exact: true}).fill('nowhere');
      await page.getByRole('button', {name: 'Save and test'}).click();
      await page.getByText('This is not a web address').waitFor();
      await check('a connection that is none');
      await page.getByLabel('Address', {exact: true}).fill('https://llm.example.com');
      await page.getByLabel('It stands in').waitFor();
      await check('a server that is not declared');
      const connecting = await walk(page, 90);
      t.deepEqual(connecting.unmarked, [], 'without a mark of focus');
      await card.getByRole('button', {name: /^Disconnect/}).click();
      await page.getByText('Its key and what was measured of it are deleted here').waitFor();
      await check('the question before it is disconnected');
    },
  );

test.serial('without a mouse: skip link first, every stop is marked, and none holds one back', async t => {
  const {appliance, browser} = await start(t);
  const {page} = await browser.person();
  await signInAs(page, appliance);
  for (const path of ['/admin/overview', '/admin/models', '/admin/sites', '/leads', '/inbox']) {
    await page.goto(appliance.base + path, {waitUntil: 'networkidle'});
    const skip = page.getByRole('link', {name: 'Skip to the content'});
    await skip.focus();
    t.true(
      (await skip.boundingBox())?.y === 0 || (await skip.isVisible()),
      `${path}: seen once it has the focus`,
    );
    const {stops, unmarked} = await walk(page, 60);
    t.deepEqual(unmarked, [], `${path}: without a mark of focus`);
    t.true(stops.length > 5 && stops.length < 60, `${path}: Tab comes to an end: ${stops.join(', ')}`);
    await skip.press('Enter');
    await page.locator('#main:focus').waitFor();
  }
});

test.serial(
  'the inbox with the keyboard alone: find who waits, accept, answer, look up a fact, hand back',
  async t => {
    const {appliance, browser} = await start(t);
    const jana = await agentAtScreen(appliance, browser);
    await jana.look();
    const visitor = await appliance.visitor();
    await visitor.say('My e-mail is gita@example.com, and I would rather talk to a person.');
    await visitor.askForPerson();
    await jana.row('Waiting for a person', /Visitor 1/).waitFor();
    await jana.page.keyboard.press('n');
    await jana.page.getByRole('button', {name: /^Accept/}).waitFor();
    await jana.log.getByText('gita@example.com').first().waitFor();
    await jana.page.keyboard.press('t');
    await jana.page.getByText('You answer.').waitFor();
    await jana.field.and(jana.page.locator(':focus')).waitFor();
    await jana.page.keyboard.type('t for two: letters are letters here');
    await jana.page.keyboard.press('Enter');
    await visitor.socket.next(
      'message',
      ({message}) => message.text === 't for two: letters are letters here',
    );
    const address = jana.log.locator('mark.lit').filter({hasText: 'gita@'});
    for (let press = 0; press < 15 && !(await address.count()); press++)
      await jana.page.keyboard.press('Tab');
    t.is(await address.count(), 1, 'its words are lit');
    await jana.field.focus();
    await jana.page.keyboard.press('Escape');
    await jana.page.keyboard.press('h');
    await visitor.socket.next('message', ({message}) => message.event === 'handed_back');
    await jana.page.keyboard.press('?');
    await jana.page.getByRole('dialog').getByText('Hand back to the AI').waitFor();
    await jana.page.keyboard.press('Escape');
    await jana.page.getByRole('dialog').waitFor({state: 'hidden'});
  },
);

test.serial('down to 320 pixels nothing has to be scrolled sideways', async t => {
  const {appliance, browser} = await start(t);
  // this process has no guard: a broken promise stands open on the page
  await appliance.inside.evidence.run(['L1.process-refuses', 'L1.broker-refuses']);
  const visitor = await appliance.visitor();
  await visitor.say(`gita@example.com ${'long'.repeat(60)} https://www.example.com/${'way/'.repeat(40)}`);
  const {page} = await browser.person({viewport: {width: 320, height: 640}});
  await signInAs(page, appliance);
  const wide: string[] = [];
  for (const path of [
    '/admin/overview',
    '/admin/playbooks',
    '/admin/playbooks/general',
    '/admin/models',
    '/admin/knowledge',
    '/admin/sites',
    '/admin/people',
    '/second-factor',
    '/admin/residency',
    '/admin/retention',
    '/admin/data-map',
    '/admin/register',
    '/admin/notice',
    '/admin/cancellation',
    '/admin/connectors',
    '/admin/deliveries',
    '/admin/evidence',
    '/admin/audit',
    '/leads',
    '/inbox',
    `/inbox/${visitor.conversationId}`,
  ]) {
    await page.goto(appliance.base + path, {waitUntil: 'networkidle'});
    await page.getByRole('heading').first().waitFor();
    if (!(await fits(page))) wide.push(path);
  }
  t.deepEqual(wide, []);
});
