import test from 'ava';
import * as fc from 'fast-check';
import type {Message} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToVisitor} from '../../appliance/features/conversations/protocol.ts';
import {
  type Action,
  type Conversation,
  emptyConversation,
  hasGap,
  pending,
  quickReplies,
  reduce,
  since,
  streamText,
  unread,
} from '../../appliance/widget/frame/conversation-state.ts';

const at = '2026-01-01T10:00:00.000Z';
const masked = (text: string) => text.replace('4242', '****');
const messageOf = (seq: number, kind: Message['author']['kind'], text: string): Message => ({
  id: `m${seq}`,
  seq,
  author: {kind, name: null},
  text,
  event: null,
  quickReplies: [],
  source: null,
  citation: null,
  card: null,
  at,
});

/** The server as PROTOCOL.md describes it: one list, one number after the other, a client id is stored once. */
const createServer = (fansOutToSender: boolean) => {
  const log: {message: Message; clientId?: string; turnId?: string}[] = [];
  const append = (
    kind: Message['author']['kind'],
    text: string,
    more: {clientId?: string; turnId?: string},
  ) => {
    const entry = {message: messageOf(log.length + 1, kind, text), ...more};
    log.push(entry);
    return {type: 'message', ...entry} as const;
  };
  return {
    log,
    append,
    say: (clientId: string, text: string): ToVisitor[] => {
      const known = log.find(entry => entry.clientId === clientId);
      const seq = known?.message.seq ?? append('visitor', masked(text), {clientId}).message.seq;
      const entry = log[seq - 1];
      const ack = {type: 'ack', clientId, seq, at} as const;
      return !known && fansOutToSender && entry ? [{type: 'message', ...entry}, ack] : [ack];
    },
    hello: (from: number): ToVisitor[] => [
      {
        type: 'welcome',
        conversationId: 'c',
        state: 'ai',
        lastSeq: log.length,
        agent: null,
        personFree: true,
        readByAgent: 0,
        usage: {state: 'off', question: null},
      },
      ...log.slice(from).map(entry => ({type: 'message', ...entry}) as const),
    ],
  };
};

const step = fc.oneof(
  fc.record({do: fc.constant('say' as const), text: fc.string({minLength: 1, maxLength: 8})}),
  fc.record({do: fc.constant('answer' as const), kind: fc.constantFrom('ai' as const, 'agent' as const)}),
  fc.record({do: fc.constant('flush' as const)}),
  /** Frames on their way arrive: any of them, in any order, some twice. */
  fc.record({do: fc.constant('deliver' as const), pick: fc.nat(), twice: fc.boolean()}),
  fc.record({do: fc.constant('stream' as const), index: fc.nat(3), turn: fc.nat(4)}),
  fc.record({do: fc.constant('cut' as const), reachedServer: fc.boolean()}),
);

test('whatever is lost, doubled or out of order, the messages end up as the server has them', t => {
  let cuts = 0;
  let doubles = 0;
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), fc.boolean(), (steps, fansOutToSender) => {
      const server = createServer(fansOutToSender);
      let conversation: Conversation = emptyConversation(false);
      let wire: ToVisitor[] = [];
      let said = 0;
      const texts: string[] = [];

      const act = (action: Action) => {
        conversation = reduce(conversation, action);
        const drawn = conversation.messages.map(({seq}) => seq);
        t.deepEqual(
          drawn,
          drawn.map((_, index) => index + 1),
          'drawn without gap or double, at every moment',
        );
        // Nothing the visitor said is ever out of sight, and nothing is in sight twice.
        const own = conversation.messages.filter(({author}) => author.kind === 'visitor').length;
        const arrived = conversation.outgoing.filter(({acked}) => acked).length;
        const early = [...conversation.early.values()].filter(({author}) => author.kind === 'visitor').length;
        t.true(own + conversation.outgoing.length >= texts.length, 'in sight');
        t.true(own + Math.max(arrived, early) <= texts.length, 'once');
      };
      const flush = () => {
        for (const item of pending(conversation)) wire.push(...server.say(item.clientId, item.text));
      };

      for (const s of steps) {
        if (s.do === 'say') {
          said++;
          texts.push(s.text);
          act({type: 'queue', item: {clientId: `c${said}`, kind: 'message', text: s.text, at}});
        } else if (s.do === 'answer') {
          wire.push(server.append(s.kind, `answer ${server.log.length}`, {turnId: `t${server.log.length}`}));
        } else if (s.do === 'flush') {
          flush();
        } else if (s.do === 'stream') {
          act({type: 'frame', frame: {type: 'stream', turnId: `t${s.turn}`, index: s.index, text: 'x'}});
        } else if (s.do === 'deliver' && wire.length > 0) {
          // a line's welcome comes before all else on it: one that came later would tell of an older day
          const index = wire[0]?.type === 'welcome' ? 0 : s.pick % wire.length;
          const frame = wire[index];
          if (!s.twice) wire.splice(index, 1);
          else doubles++;
          if (frame) act({type: 'frame', frame});
        } else if (s.do === 'cut') {
          cuts++;
          if (s.reachedServer) flush(); // what we sent was stored, the answers were lost
          wire = server.hello(since(conversation));
          act({type: 'phase', phase: 'offline'});
        }
      }
      // The network comes back for good: one reconnect, everything unacknowledged again, all of it in order.
      wire = server.hello(since(conversation));
      flush();
      for (const frame of wire) act({type: 'frame', frame});
      // Where the server does not repeat our own words to us, our own copy may differ from the masked one until the
      // next replay: that replay starts before it.
      for (const frame of server.hello(since(conversation))) act({type: 'frame', frame});

      t.deepEqual(
        conversation.messages,
        server.log.map(({message}) => message),
      );
      t.deepEqual(conversation.outgoing, []);
      t.false(hasGap(conversation));
      const saidAloud = server.log.filter(({message}) => message.author.kind === 'visitor');
      t.is(saidAloud.length, texts.length, 'stored once each');
    }),
    {numRuns: 1500},
  );
  t.true(cuts > 100 && doubles > 100, 'the run met what it is about');
});

const play = (...frames: ToVisitor[]) =>
  frames.reduce((c, frame) => reduce(c, {type: 'frame', frame}), emptyConversation(true));
const welcome = (more: Partial<ToVisitor & {type: 'welcome'}> = {}): ToVisitor => ({
  type: 'welcome',
  conversationId: 'c',
  state: 'ai',
  lastSeq: 0,
  agent: null,
  personFree: true,
  readByAgent: 0,
  usage: {state: 'off', question: null},
  ...more,
});
const stream = (index: number, text: string, turnId = 't'): ToVisitor => ({
  type: 'stream',
  turnId,
  index,
  text,
});

test('an answer being written shows its unbroken beginning, and its message replaces it', t => {
  t.is(streamText(play(stream(0, 'We '), stream(2, 'that'), stream(1, 'do ')).stream), 'We do that');
  t.is(streamText(play(stream(0, 'We '), stream(2, 'that')).stream), 'We ');
  t.is(streamText(play(stream(1, 'do ')).stream), '');
  t.is(streamText(play(stream(0, 'We '), stream(1, 'do'), stream(0, 'Yes')).stream), 'Yes');
  const done: ToVisitor = {type: 'message', message: messageOf(1, 'ai', 'We do that'), turnId: 't'};
  t.is(play(stream(0, 'We '), done).stream, null);
  t.is(play(done, stream(0, 'We ')).stream, null, 'a late piece does not bring it back');
  const taken: ToVisitor = {type: 'state', state: 'agent', agent: {name: 'Jana Muster'}, personFree: true};
  t.is(play(stream(0, 'We '), taken).stream, null);
});

test('our own words are drawn by the ack alone, or by the message alone, and replaced by what was stored', t => {
  const queued = reduce(play(welcome()), {
    type: 'queue',
    item: {clientId: 'c1', kind: 'message', text: 'Card 4242', at},
  });
  const acked = reduce(queued, {type: 'frame', frame: {type: 'ack', clientId: 'c1', seq: 1, at}});
  t.is(acked.messages[0]?.text, 'Card 4242');
  t.deepEqual(acked.outgoing, []);
  const message: ToVisitor = {
    type: 'message',
    message: messageOf(1, 'visitor', 'Card ****'),
    clientId: 'c1',
  };
  for (const before of [queued, acked]) {
    const after = reduce(before, {type: 'frame', frame: message});
    t.deepEqual(
      after.messages.map(({text}) => text),
      ['Card ****'],
    );
    t.deepEqual(after.outgoing, []);
  }
  t.is(reduce(play(welcome(), stream(0, 'We ')), {type: 'frame', frame: welcome()}).stream, null);
});

test('a refused message stays with its reason; one sent too fast just waits', t => {
  const queued = reduce(emptyConversation(false), {
    type: 'queue',
    item: {clientId: 'c1', kind: 'message', text: 'Hello', at},
  });
  const error = (code: string): ToVisitor => ({type: 'error', code, message: 'no', clientId: 'c1'});
  const refused = reduce(queued, {type: 'frame', frame: error('conversations.text_too_long')});
  t.is(refused.outgoing[0]?.failed, 'conversations.text_too_long');
  t.deepEqual(pending(refused), []);
  t.is(pending(reduce(refused, {type: 'retry', clientId: 'c1'})).length, 1);
  t.is(pending(reduce(queued, {type: 'frame', frame: error('conversations.too_fast')})).length, 1);
});

test('another conversation, or one put back to an older day, is drawn from its beginning', t => {
  const two: ToVisitor[] = [1, 2].map(seq => ({type: 'message', message: messageOf(seq, 'ai', 'x')}));
  const before = play(welcome({lastSeq: 2}), ...two);
  t.is(since(before), 2);
  t.is(since(reduce(before, {type: 'frame', frame: welcome({conversationId: 'd', lastSeq: 5})})), 0);
  t.is(since(reduce(before, {type: 'frame', frame: welcome({lastSeq: 1})})), 0);
  t.is(since(reduce(before, {type: 'frame', frame: welcome({lastSeq: 3})})), 2);
});

test('quick replies belong to the newest message of the AI, unread counts what others said', t => {
  const asked = {...messageOf(1, 'ai', 'When?'), quickReplies: ['Soon', 'Later']};
  const one = play(welcome(), {type: 'message', message: asked});
  t.deepEqual(quickReplies(one), ['Soon', 'Later']);
  t.is(unread(one, 0), 1);
  const answered = reduce(one, {type: 'queue', item: {clientId: 'c', kind: 'message', text: 'Soon', at}});
  t.deepEqual(quickReplies(answered), []);
  t.is(unread(one, 1), 0);
});
