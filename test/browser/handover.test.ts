/** A visitor, the AI, and the people who answer: each at a screen of their own. */
import test, {type ExecutionContext} from 'ava';
import {inPage, openBrowser} from '../helpers/browser.ts';
import {agentAtScreen} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

const start = async (t: ExecutionContext) => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance);
  const browser = await openBrowser(t, appliance, website);
  const visitor = async () => {
    const {page} = await browser.person();
    const heard: {type: string; turnId?: string}[] = [];
    page.on('websocket', socket =>
      socket.on('framereceived', ({payload}) => heard.push(JSON.parse(String(payload)) as {type: string})),
    );
    await page.goto(website.base);
    const chat = chatOn(page);
    await chat.open();
    return {page, heard, ...chat};
  };
  return {appliance, browser, visitor};
};

test.serial(
  'what a visitor writes becomes facts beside the conversation, each with the words that prove it',
  async t => {
    const {appliance, browser, visitor} = await start(t);
    const jana = await agentAtScreen(appliance, browser);
    await jana.page
      .getByText('Nobody is writing')
      .or(jana.list.getByText(/no conversation|nothing/i))
      .first()
      .waitFor();
    const gita = await visitor();

    await gita.say(
      'Hello! We run some bakeries and look for card terminals. You reach me at gita@example.com.',
    );
    await gita.frame.locator('.m.ai').nth(1).waitFor();
    const answer = gita.heard.findLast(({type, turnId}) => type === 'message' && turnId !== undefined);
    const pieces = gita.heard.filter(({type, turnId}) => type === 'stream' && turnId === answer?.turnId);
    t.true(pieces.length > 0, 'the answer came in pieces before it came whole');
    await jana.row('With the AI', /Visitor 1/).click();
    const email = jana.facts.getByRole('button', {name: /^E-mail/});
    await email.waitFor();
    t.regex(await email.innerText(), /gita@example\.com/);

    await gita.say('Our budget is around 40,000 euros a year.');
    const budget = jana.facts.getByRole('button', {name: /^Budget/});
    await budget.waitFor();
    t.regex(await budget.innerText(), /40,000/);
    const quote = await budget.locator('q').innerText();
    t.true('Our budget is around 40,000 euros a year.'.includes(quote), quote);

    await budget.hover();
    const lit = jana.log.locator('mark.lit').first();
    await lit.waitFor();
    t.true((await lit.innerText()).startsWith(quote.slice(0, 6)), 'the same words, in the conversation');
    await jana.page.mouse.move(0, 0);
    await lit.waitFor({state: 'detached'});
    await email.focus();
    await jana.log.locator('mark.lit', {hasText: 'gita@example.com'}).waitFor();

    const score = jana.facts.locator('.tally');
    t.regex(await score.innerText(), /Score\s+\d+ of \d+/);
    const reasons = jana.facts.getByRole('table', {name: /^Why the score is/}).getByRole('row');
    await reasons.first().waitFor();
    const given = await reasons.locator('td.r').allInnerTexts();
    const points = Number(/\d+/.exec(await score.innerText())?.[0]);
    t.is(
      given.reduce((sum, text) => sum + Number.parseInt(text, 10), 0),
      points,
      'the reasons add up to the score',
    );
    t.deepEqual(await gita.frame.getByText(/score|points/i).all(), [], 'the visitor sees nothing of it');
  },
);

test.serial(
  'asked for a person: agents are called, one takes it, both type, it goes back to the AI, and is closed',
  async t => {
    const {appliance, browser, visitor} = await start(t);
    const jana = await agentAtScreen(appliance, browser);
    await jana.page.getByRole('heading', {name: 'Inbox'}).click(); // browsers let nobody sound who was never touched
    const tom = await visitor();
    await tom.frame.getByText('A person is free. Ask at any time.').waitFor();
    await tom.say('Good morning, is there a monthly fee?');
    await tom.frame.locator('.m.ai').nth(1).waitFor();
    t.deepEqual((await jana.called()).notifications, [], 'nobody is called for what the AI answers');
    await tom.frame.getByRole('button', {name: 'Talk to a person'}).click();
    await tom.frame.getByText('A person has been asked to join.').waitFor();

    const offer = jana.row('Waiting for a person', /Visitor 1/);
    await offer.waitFor();
    await jana.page.waitForFunction(
      'window.called.notifications.length === 1 && window.called.tones.length === 2',
    );
    t.deepEqual(await jana.called(), {
      tones: [659, 880],
      notifications: [{title: 'Visitor 1 waits for a person', body: 'The visitor asked for a person.'}],
    });
    t.is(await jana.page.title(), '(1) Inbox · Crowlit');
    await jana.look();
    await offer.click();
    await jana.page.getByText('The visitor asked for a person.').first().waitFor();
    await jana.page.keyboard.press('t');

    await tom.log.getByText('Jana Muster joined. You are now chatting with a person.').waitFor();
    await tom.frame.getByText('You are chatting with Jana Muster.').waitFor();
    await tom.frame.getByRole('button', {name: 'Talk to a person'}).waitFor({state: 'hidden'});
    await jana.page.getByText('You answer.').waitFor();
    t.true(await inPage(jana.field, 'e === document.activeElement'), 'she can write at once');
    const spoken = await tom.frame.locator('.m.ai').count();

    await jana.field.pressSequentially('Hello, this is ');
    await tom.frame.getByRole('status').getByText('Jana Muster is writing').waitFor();
    await tom.field.pressSequentially('Oh');
    await jana.page.getByText('Visitor 1 is writing').waitFor();
    await jana.field.pressSequentially('Jana. 12 euros.');
    await jana.page.keyboard.press('Enter');
    await tom.log.getByText('Hello, this is Jana. 12 euros.').waitFor();
    await jana.page.getByText('Read by Visitor 1').waitFor();
    await tom.say('Oh, thank you. <b>And</b> a card?');
    await jana.log.getByText('Oh, thank you. <b>And</b> a card?').waitFor();
    await tom.frame.getByText('Seen by Jana Muster').waitFor();
    await jana.field.fill('Included.');
    await jana.page.keyboard.press('Enter');
    await tom.log.getByText('Included.', {exact: true}).waitFor();
    t.is(await tom.frame.locator('.m.ai').count(), spoken, 'the AI was quiet');

    await jana.page.getByRole('button', {name: /^Hand back/}).click();
    await tom.log.getByText('The person has left. An AI answers again.').waitFor();
    await tom.frame.getByText('You are chatting with an AI.').waitFor();
    await tom.say('How long does it take to open an account?');
    await tom.frame.locator('.m.ai').nth(spoken).waitFor();

    await jana.page.getByRole('heading', {name: 'Visitor 1'}).focus();
    await jana.page.keyboard.press('t');
    await jana.page.getByText('You answer.').waitFor();
    await jana.page.getByRole('heading', {name: 'Visitor 1'}).focus();
    await jana.page.keyboard.press('c');
    await jana.page.getByRole('dialog').getByRole('button', {name: 'Close it'}).click();
    await tom.log.getByText('The conversation was closed.').waitFor();
    await tom.frame.getByText('This conversation is closed.').waitFor();
    await jana.page.getByText('This conversation is closed. When Visitor 1 writes again').waitFor();

    // who said what, from first to last, the same on both sides
    const seenByJana = await inPage<string[]>(
      jana.log,
      `[...e.querySelectorAll('.mb')].map(one => { const copy = one.cloneNode(true); for (const mark of copy.querySelectorAll('sup')) mark.remove(); return copy.textContent; })`,
    );
    t.deepEqual(seenByJana, await tom.lines());
    t.deepEqual(await jana.log.locator('article.hu .mh b').allInnerTexts(), ['Jana Muster', 'Jana Muster']);
    await tom.say('One more thing');
    await jana.row('With the AI', /Visitor 1/).waitFor();
  },
);

test.serial(
  'two agents accept at once: one has it, the other is told who, and loses nothing of what was typed',
  async t => {
    const {appliance, browser, visitor} = await start(t);
    const jana = await agentAtScreen(appliance, browser);
    const luc = await agentAtScreen(appliance, browser, 'Luc Exemple');
    const tom = await visitor();
    await tom.frame.getByRole('button', {name: 'Talk to a person'}).click();
    for (const {row} of [jana, luc]) await row('Waiting for a person', /Visitor 1/).click();

    // both press; his request is the one that arrives later
    const taken = jana.page.waitForResponse('**/accept');
    await luc.page.route('**/accept', async route => {
      await taken;
      await route.continue();
    });
    await luc.page.getByRole('button', {name: /^Accept/}).waitFor();
    await luc.field.pressSequentially('Hello, I');
    await jana.page.getByRole('button', {name: /^Accept/}).click();
    await luc.page.getByText('You can read along. What you typed here is kept.').waitFor();
    t.true(
      await luc.page
        .getByText(/Jana Muster/)
        .first()
        .isVisible(),
    );
    t.regex(await luc.page.locator('footer.shut').innerText(), /Hello, I/);
    await tom.log.getByText('Jana Muster joined. You are now chatting with a person.').waitFor();
    t.is(await tom.log.getByText(/joined/).count(), 1);
    // nothing moves in a list while somebody points into it
    await luc.list.getByRole('button', {name: /^1 new/}).waitFor();
    await luc.page.mouse.move(900, 500);
    await luc.row('With colleagues', /Visitor 1/).waitFor();
  },
);

test.serial(
  'who wants no AI leaves a message while nobody is free, and a person finds it waiting',
  async t => {
    const {appliance, browser, visitor} = await start(t);
    const gita = await visitor();
    await gita.say('We run 12 bakeries.');
    await gita.frame.locator('.m.ai').nth(1).waitFor();
    await gita.frame.getByRole('button', {name: 'Privacy'}).click();
    await gita.frame.getByRole('button', {name: 'Answer me without AI'}).click();
    await gita.frame.getByText('No AI takes part.').waitFor();
    const form = gita.frame.getByRole('form', {name: 'Leave a message'});
    await form.getByRole('button', {name: 'Send to a person'}).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('Your name').fill('Gita');
    await form.getByLabel('E-mail or phone').fill('gita@example.com');
    await form.getByLabel('What is it about?').fill('Card terminals for 12 bakeries.');
    await form.getByRole('button', {name: 'Send to a person'}).click();
    await gita.log.getByText('Card terminals for 12 bakeries.').waitFor();
    await form.waitFor({state: 'detached'});
    t.is(await gita.frame.locator('.m.ai').count(), 2, 'no AI answers');

    const jana = await agentAtScreen(appliance, browser);
    await jana.row('Waiting for a person', /Visitor 1/).click();
    await jana.page.getByText('The visitor wants no AI. It stays out, and reads nothing.').waitFor();
    await jana.page
      .getByRole('button', {name: /^Take over|^Accept/})
      .first()
      .click();
    await gita.frame.getByText(/You are chatting with Jana/).waitFor();
    t.is(await jana.page.getByRole('button', {name: /Hand back/}).count(), 0);
  },
);
