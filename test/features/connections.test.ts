import test from 'ava';
import {closeCodes} from '../../appliance/features/conversations/protocol.ts';
import {openAgent, openSocket, type Visitor} from '../helpers/clients.ts';
import {type Started, startAppliance} from '../helpers/start.ts';

type Frame = {type: string; [field: string]: unknown};

/** A line of this visitor's, from this address as a proxy tells it: `welcome`, or the code it was closed with. */
const openLine = async (appliance: Started, visitor: Visitor, from?: string) => {
  const line = await openSocket<Frame, Frame>(`${appliance.base.replace(/^http/, 'ws')}/api/visitor/socket`, {
    headers: {origin: appliance.base, ...(from === undefined ? {} : {'x-forwarded-for': from})},
  });
  line.send({type: 'hello', token: visitor.token, since: 0});
  const answer = await Promise.race([
    line.next('welcome').then(
      () => 'welcome' as const,
      () => undefined,
    ),
    line.closed.then(({code}) => code),
  ]);
  return {answer: answer ?? (await line.closed).code, close: line.close};
};

/** The server may hear of a line's end after the next one knocks. */
const openOnceThereIsRoom = async (...line: Parameters<typeof openLine>) => {
  for (;;) {
    const opened = await openLine(...line);
    if (opened.answer !== closeCodes.noRoom) return opened;
  }
};

test('a session has as many lines as is configured, and another when one ends', async t => {
  const appliance = await startAppliance(t, {environment: {CROWLIT_CHAT_CONNECTIONS_PER_SESSION: '3'}});
  const visitor = await appliance.visitor();
  const other = await appliance.visitor();
  const lines = [await openLine(appliance, visitor), await openLine(appliance, visitor)];
  t.deepEqual(
    lines.map(({answer}) => answer),
    ['welcome', 'welcome'],
  );
  t.is(
    (await openLine(appliance, visitor)).answer,
    closeCodes.noRoom,
    'the fourth, with the one they came with',
  );
  t.is((await openLine(appliance, other)).answer, 'welcome', 'somebody else is not held up');
  await lines[0]?.close();
  t.is((await openOnceThereIsRoom(appliance, visitor)).answer, 'welcome');
  await visitor.say('The lines that are open work');
});

test('an address has as many lines as is configured; an office of agents and this machine are not counted', async t => {
  const appliance = await startAppliance(t, {
    environment: {CROWLIT_CHAT_CONNECTIONS_PER_ADDRESS: '2', CROWLIT_BEHIND_PROXY: 'true'},
  });
  const visitor = await appliance.visitor();
  const agent = await appliance.agent();
  const open = async (from?: string) => (await openLine(appliance, visitor, from)).answer;
  const first = await openLine(appliance, visitor, '198.51.100.7');
  t.is(await open('198.51.100.7'), 'welcome');
  t.is(await open('198.51.100.7'), closeCodes.noRoom);
  t.is(await open('203.0.113.1, 198.51.100.7'), closeCodes.noRoom, 'whatever they say they are');
  t.is(await open('198.51.100.8'), 'welcome', 'a neighbour');
  t.is(await open('2001:db8:1::1'), 'welcome');
  t.is(await open('2001:db8:1:ffff::2'), 'welcome');
  t.is(await open('2001:db8:1:2::3'), closeCodes.noRoom, 'one customer’s network is one address');
  t.deepEqual([await open(), await open(), await open()], Array(3).fill('welcome'), 'from this machine');
  for (let desk = 0; desk < 3; desk++) await openAgent(appliance.base, agent.api);
  await first.close();
  t.is((await openOnceThereIsRoom(appliance, visitor, '198.51.100.7')).answer, 'welcome');
});

test('all lines together are as many as is configured', async t => {
  const appliance = await startAppliance(t, {environment: {CROWLIT_CHAT_CONNECTIONS: '3'}});
  const visitor = await appliance.visitor();
  const agent = await appliance.agent();
  t.is((await openLine(appliance, visitor)).answer, 'welcome');
  t.is((await openLine(appliance, visitor)).answer, closeCodes.noRoom);
  await agent.close();
  t.is((await openOnceThereIsRoom(appliance, visitor)).answer, 'welcome');
});
