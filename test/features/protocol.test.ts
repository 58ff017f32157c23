import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import WebSocket from 'ws';
import {z} from 'zod';
import {
  agentFrame,
  closeCodes,
  limits,
  toAgent,
  toVisitor,
  visitorFrame,
} from '../../appliance/features/conversations/protocol.ts';
import {createHub} from '../../appliance/http/hub.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {socketRoute} from '../../appliance/kit/socket.ts';
import {type Agent, openAgent, openSocket, type Visitor} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {type Started, startAppliance} from '../helpers/start.ts';

type Frame = {type: string; [field: string]: unknown};
type Side = 'Visitor' | 'Agent';

const page = readFileSync(
  new URL('../../appliance/features/conversations/PROTOCOL.md', import.meta.url),
  'utf8',
);
const sectionOf = (side: Side): string => page.split(/^## /m).find(part => part.startsWith(`${side}:`)) ?? '';
/** The rows of the table under this heading: the example frame, and what it means. */
const rowsOf = (side: Side, heading: 'Client to server' | 'Server to client'): string[] => {
  const table =
    sectionOf(side)
      .split(`${heading}:`)[1]
      ?.split(/\n(?!\|)/)
      .find(part => part.startsWith('|') || part.includes('\n|')) ?? '';
  return [...table.matchAll(/^\| `(\{.*?\})` \|/gm)].map(match => match[1] as string);
};
const open = (example: string): Frame =>
  JSON.parse(example.replaceAll('{…}', '{}').replaceAll('[…]', '[]')) as Frame;
const examples = (side: Side, heading: Parameters<typeof rowsOf>[1]): Frame[] =>
  rowsOf(side, heading).map(open);
const documented = {
  fromVisitor: examples('Visitor', 'Client to server'),
  toVisitor: examples('Visitor', 'Server to client'),
  fromAgent: examples('Agent', 'Client to server'),
  toAgent: examples('Agent', 'Server to client'),
};
const documentedCodes = [...page.matchAll(/^\| (\d{4}) \| /gm)].map(match => Number(match[1]));

/** An example with its placeholders filled in. */
const fill = (frame: Frame, values: Record<string, string>): Frame =>
  Object.fromEntries(
    Object.entries(frame).map(([key, value]) => [key, value === '…' ? (values[key] ?? 'Some words') : value]),
  ) as Frame;
const types = (frames: {type: string}[]): string[] => [...new Set(frames.map(({type}) => type))].toSorted();
const sorted = (codes: Iterable<number>): number[] => [...codes].toSorted((a, b) => a - b);
const visitorUrl = (base: string): string => `${base.replace(/^http/, 'ws')}/api/visitor/socket`;
const agentUrl = (base: string): string => `${base.replace(/^http/, 'ws')}/api/agent/socket`;
const noErrors = (frames: {type: string; code?: string}[]) =>
  frames.filter(({type}) => type === 'error').map(({code}) => code);

test('the page and the schemas name the same frames, fields, codes and limits', t => {
  const pairs = [
    [documented.fromVisitor, visitorFrame],
    [documented.toVisitor, toVisitor],
    [documented.fromAgent, agentFrame],
    [documented.toAgent, toAgent],
  ] as const;
  for (const [frames, schema] of pairs) {
    const known = new Map(schema.options.map(option => [option.shape.type.value as string, option.shape]));
    t.true(frames.length >= 6, 'the tables were read');
    // errors belong to both sides and stand among the rules
    t.deepEqual(types(frames), [...known.keys()].filter(type => type !== 'error').toSorted());
    for (const frame of frames) {
      const shape = known.get(frame.type) as Record<
        string,
        {safeParse: (value: unknown) => {success: boolean}}
      >;
      const needed = Object.keys(shape).filter(key => !shape[key]?.safeParse(undefined).success);
      for (const key of Object.keys(frame)) t.true(key in shape, `${frame.type}.${key} is in the schema`);
      for (const key of needed) t.true(key in frame, `${frame.type}.${key} is on the page`);
    }
  }
  t.regex(page, /`\{"type":"error","code":"…","message":"…","clientId":"…"\?\}`/);
  t.deepEqual(sorted(documentedCodes), sorted(Object.values(closeCodes)));
  for (const sentence of [
    `A frame is at most ${limits.frameBytes / 1024} KiB`,
    `1 to ${limits.textLength.toLocaleString('en')} characters`,
    `A conversation holds ${limits.messagesPerConversation.toLocaleString('en')} messages`,
    `pings every ${limits.pingSeconds} seconds`,
    `once ${limits.pendingBytes / 1024 / 1024} MiB`,
    `at most ${limits.messagesPerWindow} message frames in ${limits.windowSeconds} seconds`,
    `frames of any kind: ${limits.framesPerWindow} in ${limits.windowSeconds} seconds`,
    `none came in ${limits.helloSeconds} seconds`,
    `forgets it after ${limits.typingSeconds} seconds`,
    `at most ${limits.connectionsPerSession} connections of one session`,
    `${limits.connectionsPerAddress} of visitors from one address`,
  ]) {
    t.true(page.includes(sentence), sentence);
  }
});

/** Everything is set up so that each example of the page makes sense: a conversation of more than nine messages. */
const talk = async (appliance: Started): Promise<{visitor: Visitor; agent: Agent; other: Agent}> => {
  const agent = await appliance.agent();
  const other = await appliance.agent('Luc Exemple');
  const visitor = await appliance.visitor();
  await agent.watch(visitor.conversationId);
  for (let words = 1; words <= 3; words++)
    await visitor.answerAfter((await visitor.say(`Note ${words}`)).seq);
  return {visitor, agent, other};
};

for (const database of databaseKinds) {
  test(`${database}: every example of the page is answered as the page says, and every frame it names is seen`, async t => {
    const appliance = await startAppliance(t, {database});
    const {visitor, agent, other} = await talk(appliance);
    const {conversationId, token} = visitor;
    const values = {conversationId, token};

    const tab = await openSocket<Frame, Frame>(visitorUrl(appliance.base), {
      headers: {origin: appliance.base},
      parse: raw => toVisitor.parse(raw) as Frame,
    });
    const seenByAgent = agent.socket;
    const asVisitor: Record<string, (frame: Frame) => Promise<void>> = {
      hello: async () => {
        const welcome = await tab.next('welcome');
        t.is(welcome['conversationId'], conversationId);
        const first = await tab.next('message');
        t.is((first['message'] as {seq: number}).seq, 1, 'missed messages follow, from the first');
      },
      message: async ({clientId, text}) => {
        const ack = await tab.next('ack', frame => frame['clientId'] === clientId);
        const own = await tab.next('message', frame => frame['clientId'] === clientId);
        t.like(own['message'], {seq: ack['seq'] as number, text: text as string, author: {kind: 'visitor'}});
        const answer = await tab.next('message', frame => frame['turnId'] !== undefined);
        t.is((answer['message'] as {author: {kind: string}}).author.kind, 'ai');
        const pieces = tab.frames.filter(
          ({type, turnId}) => type === 'stream' && turnId === answer['turnId'],
        );
        t.deepEqual(
          pieces.map(({index}) => index),
          pieces.map((_, index) => index),
        );
        t.is(
          pieces.map(({text: piece}) => piece as string).join(''),
          (answer['message'] as {text: string}).text,
          'the message replaces the pieces of its turn',
        );
      },
      typing: async () => {
        await seenByAgent.next('typing', ({who, on}) => who === 'visitor' && on);
        await seenByAgent.next('typing', ({who, on}) => who === 'visitor' && !on);
      },
      read: async ({seq}) => {
        await seenByAgent.next('read', frame => frame.by === 'visitor' && frame.seq === seq);
      },
      human: async ({clientId}) => {
        await tab.next('ack', frame => frame['clientId'] === clientId);
        await tab.next('state', ({state}) => state === 'waiting');
        await seenByAgent.next('offer', offer => offer.conversationId === conversationId);
      },
      object: async ({clientId}) => {
        const ack = await tab.next('ack', frame => frame['clientId'] === clientId);
        await tab.next(
          'message',
          ({message}) =>
            (message as {event: string | null; seq: number}).event === 'ai_objected' &&
            (message as {seq: number}).seq === ack['seq'],
        );
      },
      usage: async ({page: around}) => {
        const address = (around as string).replace('https://', '');
        for (let seen = ''; !seen.includes(address); )
          seen = await (
            await fetch(`${appliance.base}/api/visitor/usage`, {headers: {authorization: `Bearer ${token}`}})
          ).text();
      },
      ping: async () => {
        await tab.next('pong');
      },
    };
    for (const example of documented.fromVisitor) {
      const frame = fill(example, values);
      tab.send(frame);
      const answered = asVisitor[frame.type];
      if (answered) await answered(frame);
      else t.fail(`nothing is known of the answer to ${frame.type}`);
    }

    // the agent's side: a console of its own, whose frames are those of the page word for word
    t.is((await agent.accept(conversationId)).status, 200);
    const desk = await openSocket<Frame, Frame>(agentUrl(appliance.base), {
      headers: {origin: appliance.base, cookie: agent.api.cookie},
      parse: raw => toAgent.parse(raw) as Frame,
    });
    const asAgent: Record<string, (frame: Frame) => Promise<void>> = {
      hello: async () => {
        t.is((await desk.next('welcome'))['userId'], agent.api.user.id);
      },
      watch: async () => {
        const facts = await desk.next('facts');
        t.is(facts['conversationId'], conversationId);
        const replayed = desk.frames.filter(({type}) => type === 'message').length;
        t.true(replayed > 9, 'replayed from the first');
      },
      unwatch: async () => {
        const before = desk.frames.length;
        tab.send({type: 'message', clientId: 'unseen', text: 'Not for this desk'});
        await tab.next('ack', ({clientId}) => clientId === 'unseen');
        desk.send({type: 'ping'});
        await desk.next('pong', () => true, before);
        t.false(desk.frames.slice(before).some(({type}) => type === 'message'));
        // what follows is seen again
        desk.send({type: 'watch', conversationId, since: 0});
        await desk.next('facts', () => true, before);
      },
      message: async ({clientId}) => {
        const ack = await desk.next('ack', frame => frame['clientId'] === clientId);
        t.is(ack['conversationId'], conversationId);
        const own = await desk.next('message', frame => frame['clientId'] === clientId);
        t.is((own['message'] as {seq: number}).seq, ack['seq'] as number);
      },
      typing: async () => {
        await tab.next('typing', ({who, on}) => who === 'agent' && on === true);
      },
      read: async ({seq}) => {
        await tab.next('read', frame => frame['seq'] === seq);
        await desk.next('read', frame => frame['by'] === 'agent' && frame['seq'] === seq);
      },
      ping: async () => {
        await desk.next('pong');
      },
    };
    for (const example of documented.fromAgent) {
      const frame = fill(example, values);
      desk.send(frame);
      const answered = asAgent[frame.type];
      if (answered) await answered(frame);
      else t.fail(`nothing is known of the answer to ${frame.type}`);
    }
    await other.socket.next('offer_gone', gone => gone.conversationId === conversationId);
    await other.socket.next('conversation', ({conversation}) => conversation.state === 'agent');
    await other.api.call('PUT', '/api/agent/presence', {presence: 'away'});
    await agent.socket.next('presence', ({agents}) => agents.some(one => one['presence'] === 'away'));

    for (const frames of [tab.frames, visitor.socket.frames, desk.frames, agent.socket.frames])
      t.deepEqual(noErrors(frames as Frame[]), [], 'no example is met with an error');
    const seen = {
      visitor: types([...tab.frames, ...visitor.socket.frames]),
      agent: types([...desk.frames, ...agent.socket.frames, ...other.socket.frames]),
    };
    t.deepEqual(seen.visitor, types(documented.toVisitor));
    t.deepEqual(seen.agent, types(documented.toAgent));
  });

  test(`${database}: many frames at once keep their order, and a resend finds what it stored whatever happened since`, async t => {
    const appliance = await startAppliance(t, {database});
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    await agent.accept(visitor.conversationId);
    const said = Array.from({length: limits.messagesPerWindow - 1}, (_, index) => `${index}`);
    const acks = await Promise.all(said.map(text => agent.say(visitor.conversationId, text, `a${text}`)));
    const seqs = acks.map(({seq}) => seq);
    t.deepEqual(
      seqs,
      seqs.toSorted((a, b) => a - b),
    );
    await agent.handBack(visitor.conversationId);
    const again = await openAgent(appliance.base, agent.api);
    t.is(
      (await again.say(visitor.conversationId, '3', 'a3')).seq,
      seqs[3] as number,
      'although it is not theirs any more',
    );
    await t.throwsAsync(again.say(visitor.conversationId, 'new'), {code: 'conversations.not_yours'});

    const mine = await visitor.say('Only once', 'once');
    await agent.closeConversation(visitor.conversationId);
    t.is((await visitor.say('Only once', 'once')).seq, mine.seq);
    t.is((await visitor.socket.next('state', ({state}) => state === 'closed')).state, 'closed');
    const {conversation} = await agent.api.call<{conversation: {state: string}}>(
      'GET',
      `/api/agent/conversations/${visitor.conversationId}`,
    );
    t.is(conversation.state, 'closed', 'a resend reopens nothing');
  });
}

test('what is not on the page is answered, not obeyed', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const {socket} = visitor;
  socket.sendRaw('{"type":"dance","clientId":"d1"}');
  t.like(await socket.next('error'), {code: 'protocol.unknown_type', clientId: 'd1'});
  socket.sendRaw('{"type":"message","clientId":"m1","text":"More than needed","mood":"good","seq":99}');
  await socket.next('ack', ({clientId}) => clientId === 'm1');
  for (const [frame, field] of [
    ['{"type":"message","clientId":"m2"}', 'text'],
    ['{"type":"message","clientId":"no spaces","text":"x"}', 'clientId'],
    ['{"type":"message","clientId":"turn_1","text":"as if the AI"}', 'clientId'],
    ['{"type":"human","clientId":"system_1"}', 'clientId'],
    ['{"type":"message","clientId":"away_1","text":"as if the AI"}', 'clientId'],
    ['{"type":"typing","on":"yes"}', 'on'],
    ['{"type":"read","seq":-1}', 'seq'],
    ['{"type":"read","seq":1e99}', 'seq'],
  ] as const) {
    const before = socket.frames.length;
    socket.sendRaw(frame);
    const {code, message} = await socket.next('error', () => true, before);
    t.is(code, 'protocol.invalid_frame', frame);
    t.true(message.includes(field), message);
  }
  // an agent's frames mean nothing here
  socket.sendRaw(JSON.stringify({type: 'watch', conversationId: visitor.conversationId, since: 0}));
  await socket.next(
    'error',
    ({code, conversationId}) => code === 'protocol.unknown_type' && conversationId !== undefined,
  );
  t.deepEqual((await visitor.reconnect()).messages.filter(({author}) => author.kind === 'visitor').length, 1);
});

test('a line is cut when two pings are missed, not after one', async t => {
  const hub = createHub({
    routes: [
      socketRoute<Frame, undefined>({
        path: '/socket',
        access: 'public',
        countedByAddress: false,
        frame: z.looseObject({type: z.string()}),
        admit: async () => undefined,
        open: () => ({receive: async () => undefined, closed: () => undefined}),
      }),
    ],
    limits: {...limits, connections: 10, pingSeconds: 0.1},
    closeCodes,
    log: createLogger('silent'),
  });
  const server = createServer().on('upgrade', (...args) => hub.upgrades[0]?.handle(...args, '127.0.0.1'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  t.teardown(hub.close);
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket`;
  const pingsOf = async (autoPong: boolean) => {
    const socket = new WebSocket(url, {autoPong});
    let pings = 0;
    socket.on('message', () => {
      pings = 0;
    });
    socket.on('ping', () => {
      if (pings < 6) pings += 1;
      else socket.close();
    });
    await once(socket, 'open');
    socket.send('{"type":"hello"}');
    // the answer to this is where counting begins
    socket.send('{"type":"ping"}');
    await once(socket, 'close');
    return pings;
  };
  t.deepEqual(await Promise.all([pingsOf(false), pingsOf(true)]), [2, 6]);
});

test('too many messages are dropped with a word, and only those', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const results = await Promise.allSettled(
    Array.from({length: limits.messagesPerWindow + 3}, (_, index) => visitor.say(`${index}`, `m${index}`)),
  );
  const refused = results.filter(result => result.status === 'rejected');
  t.deepEqual(
    refused.map(({reason}) => (reason as {code: string}).code),
    Array<string>(3).fill('conversations.too_fast'),
  );
  const {messages} = await visitor.reconnect();
  t.is(messages.filter(({author}) => author.kind === 'visitor').length, limits.messagesPerWindow);
});

test('every close code of the page is met where the page says, and no other', async t => {
  const appliance = await startAppliance(t, {environment: {CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000'}});
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  const own = {origin: appliance.base};
  const hello = JSON.stringify({type: 'hello', token: visitor.token, since: 0});
  const met = new Map<number, string[]>();
  const closedWith = async (
    url: string,
    headers: Record<string, string>,
    frames: (string | Buffer)[],
  ): Promise<number> => {
    const socket = await openSocket(url, {headers});
    for (const frame of frames) socket.sendRaw(frame);
    return (await socket.closed).code;
  };
  const meet = async (
    code: number,
    how: string,
    url: string,
    headers: Record<string, string>,
    frames: (string | Buffer)[],
  ) => {
    t.is(await closedWith(url, headers, frames), code, how);
    met.set(code, [...(met.get(code) ?? []), how]);
  };
  const at = visitorUrl(appliance.base);
  const console = agentUrl(appliance.base);
  const foreign = {origin: 'https://elsewhere.example.org'};
  // ten seconds pass while the rest is tried
  const silent = meet(closeCodes.noHello, 'no hello for ten seconds', at, own, []);
  await meet(closeCodes.malformed, 'not JSON', at, own, ['{']);
  await meet(closeCodes.malformed, 'not an object', at, own, ['["hello"]']);
  await meet(closeCodes.malformed, 'no type', at, own, ['{"token":"x"}']);
  await meet(closeCodes.malformed, 'binary', at, own, [Buffer.from(hello)]);
  await meet(closeCodes.unauthenticated, 'a forged token', at, own, ['{"type":"hello","token":"forged"}']);
  await meet(closeCodes.unauthenticated, 'no session', console, own, ['{"type":"hello"}']);
  await meet(
    closeCodes.unauthenticated,
    'a visitor’s token as a session',
    console,
    {...own, cookie: `crowlit_session=${visitor.token}`},
    [],
  );
  await meet(closeCodes.originRefused, 'a site that is not on the list', at, foreign, [hello]);
  await meet(
    closeCodes.originRefused,
    'a foreign page at the console',
    console,
    {...foreign, cookie: agent.api.cookie},
    [],
  );
  await meet(closeCodes.noHello, 'another first frame', at, own, ['{"type":"typing","on":true}']);
  await meet(closeCodes.tooLarge, 'a frame of more than 64 KiB', at, own, [
    hello,
    `{"type":"ping","x":"${'x'.repeat(limits.frameBytes)}"}`,
  ]);
  await meet(closeCodes.tooMany, 'too many frames', at, own, [
    hello,
    ...Array<string>(limits.framesPerWindow).fill('{"type":"ping"}'),
  ]);

  const tabs = await Promise.all(
    Array.from({length: limits.connectionsPerSession - 1}, () => openSocket(at, {headers: own})),
  );
  for (const tab of tabs) {
    tab.sendRaw(hello);
    await tab.next('welcome');
  }
  await meet(closeCodes.noRoom, 'one tab too many', at, own, [hello]);
  for (const tab of tabs) await tab.close();

  // more than the buffers of the kernel and of the appliance hold, for a desk that does not read
  await agent.accept(visitor.conversationId);
  const long = '語'.repeat(limits.textLength);
  await Promise.all(Array.from({length: 90}, () => visitor.say(long)));
  const slow = new WebSocket(console, {headers: {...own, cookie: agent.api.cookie}});
  const code = new Promise<number>(resolve => slow.once('close', resolve));
  await new Promise(resolve => slow.once('open', resolve));
  slow.pause();
  slow.send('{"type":"hello"}');
  const watch = JSON.stringify({type: 'watch', conversationId: visitor.conversationId, since: 0});
  for (let times = 0; times < 30; times++) slow.send(watch);
  const before = agent.socket.frames.length;
  for (let times = 0; times < 40; times++) {
    agent.socket.send({type: 'watch', conversationId: visitor.conversationId, since: 1000});
    await agent.socket.next('facts', () => true, before + times);
    await turn();
  }
  slow.resume();
  t.is(await code, closeCodes.tooSlow, 'too slow to read');
  met.set(closeCodes.tooSlow, ['too slow']);
  const back = await openAgent(appliance.base, agent.api);
  await back.watch(visitor.conversationId);
  t.true(
    back.messages(visitor.conversationId).length > 90,
    'whoever was too slow comes back and misses nothing',
  );

  await silent;
  const last = await openSocket(at, {headers: own});
  last.sendRaw(hello);
  await last.next('welcome');
  await appliance.stop();
  t.is((await last.closed).code, closeCodes.restarting, 'the server restarts');
  met.set(closeCodes.restarting, ['restart']);
  t.deepEqual(sorted(met.keys()), sorted(documentedCodes));
});
