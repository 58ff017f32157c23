/** Reload, lost network, second tab, killed server: on the screen nothing is missing and nothing stands there twice. */
import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {openBrowser} from '../helpers/browser.ts';
import {agentAtScreen} from '../helpers/people.ts';
import {freePort} from '../helpers/port.ts';
import {startAppliance} from '../helpers/start.ts';
import {chatOn, startWebsite} from '../helpers/website.ts';

/** The network between people and the appliance, which can be cut. */
const startNetwork = async (t: ExecutionContext, to: string) => {
  const open = new Set<Socket>();
  let up = true;
  const server = createServer(near => {
    if (!up) return void near.resetAndDestroy();
    const far = connect(Number(to), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  /** As in a tunnel: nobody says that the line is dead, nothing comes any more. */
  const cut = (): void => {
    up = false;
    for (const socket of open) socket.unpipe().pause();
  };
  const mend = (): void => {
    up = true;
    for (const socket of open) socket.resetAndDestroy();
  };
  t.teardown(() => {
    mend();
    server.close();
  });
  const {port} = server.address() as {port: number};
  return {url: `http://127.0.0.1:${port}`, cut, mend};
};
const start = async (t: ExecutionContext) => {
  const port = await freePort();
  const network = await startNetwork(t, port);
  const appliance = await startAppliance(t, {
    process: 'child',
    environment: {CROWLIT_PORT: port, CROWLIT_PUBLIC_URL: network.url},
  });
  const website = await startWebsite(t, appliance, {kind: 'neighbour'});
  const browser = await openBrowser(t, appliance, website);
  const {page, context} = await browser.person();
  await page.goto(website.base);
  return {appliance, network, website, browser, page, context, chat: chatOn(page)};
};
type Chat = ReturnType<typeof chatOn>;

/** The transcript as the appliance has it, to hold what is on a screen against. */
const transcript = async (appliance: Awaited<ReturnType<typeof startAppliance>>): Promise<string[]> => {
  const admin = await appliance.administrator();
  const {conversations} = await admin.call<{conversations: {id: string}[]}>(
    'GET',
    '/api/agent/conversations',
  );
  const {conversation} = await admin.call<{
    conversation: {messages: {author: {kind: string}; text: string}[]};
  }>('GET', `/api/agent/conversations/${conversations[0]?.id}`);
  return conversation.messages.filter(({author}) => author.kind !== 'system').map(({text}) => text);
};
const answers = (chat: Chat, count: number) =>
  chat.frame
    .locator('.m.ai')
    .nth(count - 1)
    .waitFor();
/** Said, acknowledged, answered. */
const talk = async (chat: Chat, text: string, ai: number) => {
  await chat.say(text);
  await answers(chat, ai);
};

test.serial('a reload goes on where it was; a second tab shows the same conversation, live', async t => {
  const {appliance, website, page, context, chat} = await start(t);
  await chat.open();
  await talk(chat, 'First line', 2);
  await talk(chat, 'Second line', 3);
  await chat.field.pressSequentially('half a sent');
  const before = await chat.lines();
  t.deepEqual(before, await transcript(appliance));

  await page.reload();
  await answers(chat, 3);
  t.deepEqual(await chat.lines(), before);
  t.is(await chat.field.inputValue(), 'half a sent', 'what was being written is still there');

  const tab = await context.newPage();
  await tab.goto(`${website.base}/prices`);
  const second = chatOn(tab);
  await second.open();
  await answers(second, 3);
  t.deepEqual(await second.lines(), before);
  t.is(await second.field.inputValue(), '', 'but not in another tab');
  await talk(second, 'From the other tab', 4);
  await page.bringToFront();
  await answers(chat, 4);
  t.deepEqual(await chat.lines(), await second.lines());
  await talk(chat, 'And from the first', 5);
  await answers(second, 5);
  t.deepEqual(await second.lines(), await transcript(appliance));
  t.deepEqual(await chat.lines(), await transcript(appliance));
});

test.serial(
  'without a network what is written is kept, said to be kept, and sent once when it is back',
  async t => {
    const {appliance, network, browser, page, context, chat} = await start(t);
    await chat.open();
    await talk(chat, 'Before the tunnel', 2);
    browser.foresee(/WebSocket connection to .* failed/);
    network.cut();
    await context.setOffline(true);
    // where this machine has no network itself, Chromium has said so long ago, and says nothing now
    await page.frames()[1]?.evaluate("dispatchEvent(new Event('offline'))");
    await chat.frame.getByText('No connection. What you write is kept here').waitFor();
    await chat.say('In the tunnel');
    await chat.say('Still in it');
    await chat.log.getByText('Not sent yet, kept here').nth(1).waitFor();
    t.is(await chat.log.getByText('Not sent yet, kept here').count(), 2);
    network.mend();
    await context.setOffline(false);
    await chat.frame.getByText('No connection').waitFor({state: 'hidden'});
    await chat.log.getByText('Not sent yet').first().waitFor({state: 'hidden'});
    await answers(chat, 3);
    const said = (await chat.lines()).filter(line => /tunnel|Still/.test(line));
    t.deepEqual(said, ['Before the tunnel', 'In the tunnel', 'Still in it']);
    const stored = await transcript(appliance);
    t.deepEqual(
      stored.filter(line => /tunnel|Still/.test(line)),
      said,
    );
  },
);

test.serial(
  'the server is killed in mid-conversation and comes back: visitor and agent both go on',
  async t => {
    const {appliance, browser, chat} = await start(t);
    const jana = await agentAtScreen(appliance, browser);
    await jana.look();
    await chat.open();
    await talk(chat, 'Hello', 2);
    await jana.row('With the AI', /Visitor 1/).click();
    await jana.page.getByRole('button', {name: /^Take over/}).click();
    await chat.frame.getByText('You are chatting with Jana Muster.').waitFor();
    await chat.say('One');
    await jana.log.getByText('One', {exact: true}).waitFor();

    browser.foresee(/WebSocket connection to .* failed/);
    await appliance.killHard();
    await chat.frame.getByText('No connection. What you write is kept here').waitFor();
    await chat.say('Two, while nobody listened');
    await jana.page.getByText('Connection lost.').filter({visible: true}).first().waitFor();
    await jana.field.fill('Three, from the other side');
    await jana.page.keyboard.press('Enter');
    await jana.page.getByText('Kept here, sent as soon as the connection is back').waitFor();
    await appliance.start();

    await chat.log.getByText('Three, from the other side').waitFor();
    await jana.log.getByText('Two, while nobody listened').waitFor();
    await chat.frame.getByText('You are chatting with Jana Muster.').waitFor();
    await chat.frame.getByText('No connection').waitFor({state: 'hidden'});
    await chat.log.getByText('Not sent yet').waitFor({state: 'hidden'});
    await chat.say('Four');
    await jana.log.getByText('Four', {exact: true}).waitFor();
    const stored = await transcript(appliance);
    t.deepEqual(stored.toSorted(), [...new Set(stored)].toSorted(), 'nothing twice');
    t.is(stored.length, 7, stored.join(' | '));
    t.deepEqual(await chat.lines(), stored);
    t.deepEqual(await jana.page.locator('.log .mb').allInnerTexts(), stored);
  },
);

test.serial('a browser that keeps nothing for frames of other sites still gets its chat', async t => {
  const appliance = await startAppliance(t);
  const website = await startWebsite(t, appliance, {kind: 'stranger'});
  const browser = await openBrowser(t, appliance, website);
  const {page} = await browser.person();
  await page.goto(website.base);
  const chat = chatOn(page);
  await chat.open();
  const refused = await page
    .frames()[1]
    ?.evaluate<boolean>('(() => { try { localStorage; return false; } catch { return true; } })()');
  t.true(refused, 'this profile forbids it, as a private window does');
  await talk(chat, 'Hello', 2);
  await page.reload();
  await chat.open();
  await talk(chat, 'Hello again', 2);
  t.is(
    (await chat.lines())[1],
    'Hello again',
    'a new conversation: nothing could be kept, and nothing broke',
  );
});
