import type {BrowserContextOptions, Page} from 'playwright-core';
import type {openBrowser} from './browser.ts';
import {codeAt} from './second-factor.ts';
import {administrator, type Started} from './start.ts';

/** Through the page that a person uses. */
export const signInAs = async (
  page: Page,
  {base}: {readonly base: string},
  {email, password}: {email: string; password: string} = administrator,
): Promise<void> => {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', {exact: true}).fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.pathname !== '/sign-in');
};

/** With an app that holds the secret which the page shows as text; goes on past the recovery codes, and returns them. */
export const setUpFactorOn = async (
  page: Page,
  now: () => Date = () => new Date(),
): Promise<{secret: string; recoveryCodes: string[]}> => {
  const shown = page.locator('.copybox code');
  const secret = (await shown.innerText()).replaceAll(' ', '');
  await page.getByLabel('Code', {exact: true}).fill(codeAt(secret, now()));
  await page.getByRole('button', {name: 'Turn it on'}).click();
  const list = page.getByRole('list', {name: 'Recovery codes'}).getByRole('listitem');
  await list.first().waitFor();
  const recoveryCodes = await list.allInnerTexts();
  await page.getByLabel('I have kept them.').check();
  await page.getByRole('button', {name: 'Go on'}).click();
  return {secret, recoveryCodes};
};

/** How the page calls its person: notes played and notifications shown, written down in place of being heard and seen. */
const alerts = `
  window.called = {tones: [], notifications: []};
  const Tone = OscillatorNode;
  window.OscillatorNode = class extends Tone {
    constructor(context, options) { super(context, options); window.called.tones.push(options.frequency); }
  };
  window.Notification = class {
    static permission = 'granted';
    constructor(title, {body}) { window.called.notifications.push({title, body}); }
    close() {}
  };
  let looking = false; // at first the person is busy in another window
  document.hasFocus = () => looking;
  window.look = () => { looking = true; window.dispatchEvent(new Event('focus')); };
`;
export type Called = {tones: number[]; notifications: {title: string; body: string}[]};

/** A new agent at a screen of their own, in the inbox. */
export const agentAtScreen = async (
  appliance: Started,
  browser: Awaited<ReturnType<typeof openBrowser>>,
  name = 'Jana Muster',
  options: BrowserContextOptions = {},
) => {
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}@example.com`;
  await (await appliance.agent(name, email)).close();
  const {page, context} = await browser.person(options);
  await context.addInitScript(alerts);
  await signInAs(page, appliance, {email, password: 'another long enough password'});
  await page.getByRole('button', {name: /^Available/}).waitFor();
  const list = page.getByRole('region', {name: 'Conversations'});
  return {
    page,
    context,
    list,
    /** A row of one group of the list. */
    row: (group: string, who: string | RegExp) =>
      list.getByRole('region', {name: group}).getByRole('link', {name: who}),
    facts: page.getByRole('complementary', {name: /^Facts about/}),
    log: page.getByRole('log'),
    field: page.getByRole('textbox', {name: /^Reply to/}),
    /** Comes to this window, and stays. */
    look: () => page.evaluate('window.look()'),
    called: () => page.evaluate<Called>('window.called'),
  };
};
export type AgentAtScreen = Awaited<ReturnType<typeof agentAtScreen>>;
