import test from 'ava';
import fc from 'fast-check';
import {numberFacts, segment, type Span, spansBySeq} from '../../admin-ui/inbox/evidence.ts';
import {arrange, groupOf, hold, neighbour} from '../../admin-ui/inbox/inbox-list.ts';
import {type Action, emptyInbox, type Inbox, reduce, threadOf} from '../../admin-ui/inbox/inbox-state.ts';
import {plainSummary, summarise} from '../../admin-ui/inbox/summary.ts';
import {hasGap, nextToSend, streamText} from '../../admin-ui/inbox/thread.ts';
import type {
  ConversationDetail,
  ConversationSummary,
  Message,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import type {FactView, ScoreView} from '../../appliance/kit/schema.ts';

const at = '2026-01-01T10:00:00.000Z';
const me = 'agent-jana';
const conversationId = 'c';
const score: ScoreView = {
  points: 0,
  of: 100,
  bar: 70,
  qualified: false,
  reasons: [],
  missing: [],
  goal: '',
  teams: [],
};
const masked = (text: string) => text.replace('4242', '****');
const messageOf = (seq: number, kind: Message['author']['kind'], text: string): Message => ({
  id: `m${seq}`,
  seq,
  author: {kind, name: kind === 'agent' ? 'Jana Muster' : null},
  text,
  event: null,
  quickReplies: [],
  source: null,
  citation: null,
  card: null,
  at,
});
const summaryOf = (id: string, more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id,
  siteId: 's',
  siteName: 'Example Bank',
  state: 'ai',
  locale: 'en',
  visitorName: null,
  company: null,
  visitorNumber: '4471',
  online: true,
  agent: null,
  lastMessage: {kind: 'visitor', text: 'Hello', at},
  lastSeq: 1,
  unread: false,
  points: 0,
  bar: 70,
  qualified: false,
  waiting: null,
  createdAt: at,
  aiObjected: false,
  updatedAt: at,
  ...more,
});

/** The server as PROTOCOL.md describes it, from an agent's side: one list, a client id is stored once. */
const createServer = () => {
  const log: {message: Message; clientId?: string; turnId?: string}[] = [];
  const append = (
    kind: Message['author']['kind'],
    text: string,
    more: {clientId?: string; turnId?: string} = {},
  ): ToAgent => {
    const entry = {message: messageOf(log.length + 1, kind, text), ...more};
    log.push(entry);
    return {type: 'message', conversationId, ...entry};
  };
  return {
    log,
    append,
    say: (clientId: string, text: string): ToAgent[] => {
      const known = log.find(entry => entry.clientId === clientId);
      const told = known ? [] : [append('agent', masked(text), {clientId})];
      const seq = known?.message.seq ?? log.length;
      return [...told, {type: 'ack', conversationId, clientId, seq, at}];
    },
    /** A replay names neither client ids nor turns. */
    watch: (since: number): ToAgent[] => [
      ...log.slice(since).map(({message}) => ({type: 'message', conversationId, message}) as const),
      {type: 'facts', conversationId, facts: [], score},
    ],
    detail: (): ConversationDetail => ({
      ...summaryOf(conversationId, {lastSeq: log.length}),
      messages: log.map(({message}) => message),
      facts: [],
      score,
      legalHold: false,
      visitor: {page: null, device: null, browser: null, ip: null},
    }),
  };
};

const step = fc.oneof(
  fc.record({do: fc.constant('say' as const), text: fc.string({minLength: 1, maxLength: 6})}),
  fc.record({
    do: fc.constant('other' as const),
    kind: fc.constantFrom('ai' as const, 'visitor' as const, 'system' as const),
  }),
  fc.record({do: fc.constant('flush' as const)}),
  /** Frames on their way arrive: any of them, in any order, some twice. */
  fc.record({do: fc.constant('deliver' as const), pick: fc.nat(), twice: fc.boolean()}),
  fc.record({do: fc.constant('stream' as const), index: fc.nat(3), turn: fc.nat(4)}),
  fc.record({do: fc.constant('cut' as const), reachedServer: fc.boolean()}),
  fc.record({do: fc.constant('tooFast' as const)}),
  fc.record({do: fc.constant('request' as const)}),
  fc.record({do: fc.constant('answer' as const)}),
);

test('whatever is lost, doubled or out of order, the agent sees the messages as the server has them', t => {
  let cuts = 0;
  let doubles = 0;
  let refusals = 0;
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), steps => {
      const server = createServer();
      let inbox: Inbox = reduce(emptyInbox(me), {
        type: 'frame',
        frame: {type: 'welcome', userId: me, presence: 'available'},
      });
      let wire: ToAgent[] = [];
      let asked: ConversationDetail | null = null;
      const said: string[] = [];
      const thread = () => threadOf(inbox, conversationId);

      const act = (action: Action) => {
        inbox = reduce(inbox, action);
        const {log, early, outgoing} = thread();
        t.deepEqual(
          log.map(({seq}) => seq),
          log.map((_, index) => index + 1),
          'drawn without gap or double, at every moment',
        );
        const arrived = [...log, ...early.values()].filter(({author}) => author.kind === 'agent').length;
        t.true(arrived + outgoing.length >= said.length, 'nothing the agent said is out of sight');
        t.true(
          outgoing.every(({acked}) => acked === undefined || acked > log.length),
          'nor in sight twice',
        );
      };
      const flush = (arrives: boolean) => {
        for (let item = nextToSend(thread()); item; item = nextToSend(thread())) {
          if (arrives) wire.push(...server.say(item.clientId, item.text));
          act({type: 'sent', conversationId, clientId: item.clientId});
        }
      };
      const cut = () => {
        act({type: 'line', line: {phase: 'down', retryAt: null}});
        act({type: 'frame', frame: {type: 'welcome', userId: me, presence: 'available'}});
        wire = server.watch(thread().log.length);
      };

      for (const s of steps) {
        if (s.do === 'say') {
          said.push(s.text);
          const item = {clientId: `a${said.length}`, text: s.text, at, sent: false};
          act({type: 'queue', conversationId, item});
        } else if (s.do === 'other') {
          const turn = s.kind === 'ai' ? {turnId: `t${server.log.length % 5}`} : {};
          wire.push(server.append(s.kind, `line ${server.log.length}`, turn));
        } else if (s.do === 'flush') {
          flush(true);
        } else if (s.do === 'stream') {
          act({
            type: 'frame',
            frame: {type: 'stream', conversationId, turnId: `t${s.turn}`, index: s.index, text: 'x'},
          });
        } else if (s.do === 'deliver' && wire.length > 0) {
          const index = s.pick % wire.length;
          const frame = wire[index];
          if (s.twice) doubles++;
          else wire.splice(index, 1);
          if (frame) act({type: 'frame', frame});
        } else if (s.do === 'cut') {
          cuts++;
          flush(s.reachedServer); // stored or not, its answer is lost
          cut();
        } else if (s.do === 'tooFast') {
          const item = nextToSend(thread());
          if (!item) continue;
          refusals++;
          act({type: 'sent', conversationId, clientId: item.clientId});
          const code = 'conversations.too_fast';
          act({
            type: 'frame',
            frame: {type: 'error', code, message: '', clientId: item.clientId, conversationId},
          });
        } else if (s.do === 'request') {
          asked = server.detail();
        } else if (s.do === 'answer' && asked && asked.lastSeq >= thread().log.length) {
          act({type: 'loaded', detail: asked}); // may be older than what the socket said meanwhile
          asked = null;
        }
      }
      // The network comes back for good: everything unacknowledged goes again, one at a time, and arrives in order.
      cut();
      do {
        for (const frame of wire) act({type: 'frame', frame});
        wire = [];
        flush(true);
      } while (wire.length > 0);

      t.deepEqual(
        thread().log,
        server.log.map(({message}) => message),
      );
      t.deepEqual(thread().outgoing, []);
      t.false(hasGap(thread()));
      t.deepEqual(
        server.log.filter(({message}) => message.author.kind === 'agent').map(({message}) => message.text),
        said.map(masked),
        'stored once each, in the order they were written',
      );
    }),
    {numRuns: 1500},
  );
  t.true(cuts > 100 && doubles > 100 && refusals > 20, 'the run met what it is about');
});

const play = (...frames: ToAgent[]) =>
  threadOf(
    frames.reduce((inbox, frame) => reduce(inbox, {type: 'frame', frame}), emptyInbox(me)),
    conversationId,
  );
const stream = (index: number, text: string, turnId = 't'): ToAgent => ({
  type: 'stream',
  conversationId,
  turnId,
  index,
  text,
});

test('an answer being written shows its unbroken beginning, and is gone with its message, an agent or the end', t => {
  t.is(streamText(play(stream(0, 'We '), stream(2, 'that'), stream(1, 'do ')).stream), 'We do that');
  t.is(streamText(play(stream(0, 'We '), stream(2, 'that')).stream), 'We ');
  t.is(streamText(play(stream(0, 'We '), stream(1, 'do'), stream(0, 'Yes')).stream), 'Yes', '0 starts over');
  const message = messageOf(1, 'ai', 'We do that');
  const done: ToAgent = {type: 'message', conversationId, message, turnId: 't'};
  t.is(play(stream(0, 'We '), done).stream, null);
  t.is(play(done, stream(0, 'We ')).stream, null, 'a late piece does not bring it back');
  for (const state of ['agent', 'closed'] as const) {
    const conversation = summaryOf(conversationId, {state});
    t.is(play(stream(0, 'We '), {type: 'conversation', conversation}).stream, null);
  }
});

test('a refused message stays with its reason and may be sent again; a server put back starts the transcript over', t => {
  const item = {clientId: 'a1', text: 'Hello', at, sent: true};
  const queued = reduce(emptyInbox(me), {type: 'queue', conversationId, item});
  const frame: ToAgent = {
    type: 'error',
    code: 'conversations.not_yours',
    message: 'Take the conversation over before you answer in it.',
    clientId: 'a1',
    conversationId,
  };
  const refused = reduce(queued, {type: 'frame', frame});
  t.like(threadOf(refused, conversationId).outgoing[0]?.failed, {code: 'conversations.not_yours'});
  t.is(nextToSend(threadOf(refused, conversationId)), undefined);
  const again = reduce(refused, {type: 'retry', conversationId, clientId: 'a1'});
  t.is(nextToSend(threadOf(again, conversationId))?.clientId, 'a1');

  const server = createServer();
  for (let n = 0; n < 3; n++) server.append('visitor', `line ${n}`);
  const full = reduce(again, {type: 'loaded', detail: server.detail()});
  server.log.length = 1;
  const back = threadOf(reduce(full, {type: 'loaded', detail: server.detail()}), conversationId);
  t.deepEqual([back.log.length, back.outgoing.length], [1, 1]);
});

test('the list is what the server has, except where the socket has said more meanwhile', t => {
  const old = summaryOf('a', {lastSeq: 5});
  const inbox = reduce(emptyInbox(me), {
    type: 'summaries',
    conversations: [old, summaryOf('gone'), summaryOf('heard')],
  });
  const late = reduce(inbox, {
    type: 'frame',
    frame: {type: 'conversation', conversation: summaryOf('a', {lastSeq: 4})},
  });
  t.is(late.conversations.get('a')?.lastSeq, 5, 'a summary that was overtaken is left aside');
  const listed = reduce(late, {
    type: 'listed',
    conversations: [summaryOf('a', {lastSeq: 2})],
    heard: new Set(['heard']),
    whole: true,
  });
  t.deepEqual([...listed.conversations.keys()].sort(), ['a', 'heard']);
  t.is(listed.conversations.get('a')?.lastSeq, 2);
});

const now = Date.parse(at);
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

test('who waits longest comes first; a lead past the bar waits although the AI still answers', t => {
  const list = [
    summaryOf('new', {state: 'waiting', waiting: {why: 'asked', since: minutesAgo(1)}}),
    summaryOf('long', {waiting: {why: 'qualified', since: minutesAgo(9)}}),
    summaryOf('mine', {state: 'agent', agent: {id: me, name: 'Jana Muster'}}),
    summaryOf('theirs', {state: 'agent', agent: {id: 'other', name: 'Cem Test'}, company: 'Musterhandel'}),
    summaryOf('left', {online: false, updatedAt: minutesAgo(50)}),
    summaryOf('closed', {state: 'closed', company: 'Musterhandel'}),
    summaryOf('ai'),
  ];
  const open = {query: '', closed: false};
  t.deepEqual(
    arrange(list, me, open, now).map(({key, ids}) => [key, ...ids]),
    [
      ['waiting', 'long', 'new'],
      ['ai', 'ai'],
      ['mine', 'mine'],
      ['others', 'theirs'],
      ['earlier', 'left'],
    ],
  );
  t.true(arrange(list, me, {query: '', closed: true}, now).some(({key}) => key === 'closed'));
  const found = arrange(list, me, {query: ' musterHANDEL', closed: false}, now).flatMap(({ids}) => ids);
  t.deepEqual(found, ['theirs', 'closed'], 'a search finds the closed ones too');
  t.is(neighbour(arrange(list, me, open, now), 'new', 1), 'ai');
  t.is(neighbour(arrange(list, me, open, now), null, 1), 'long');
});

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

test('an offer brings a conversation among the waiting, before its summary says so', t => {
  const inbox = reduce(emptyInbox(me), {type: 'summaries', conversations: [summaryOf('a'), summaryOf('b')]});
  const offer = {
    type: 'offer',
    conversationId: 'b',
    why: 'asked',
    reason: '',
    visitorName: null,
    company: null,
  } as const;
  const offered = reduce(inbox, {type: 'frame', frame: {...offer, since: at}});
  t.deepEqual(arrange(offered.conversations.values(), me, {query: '', closed: false}, now)[0], {
    key: 'waiting',
    ids: ['b'],
  });
  const taken = summaryOf('b', {state: 'agent', agent: {id: me, name: 'Jana Muster'}, lastSeq: 2});
  const mine = reduce(offered, {type: 'frame', frame: {type: 'conversation', conversation: taken}});
  t.is(
    reduce(mine, {type: 'frame', frame: {...offer, since: at}}).conversations.get('b')?.waiting,
    null,
    'a late offer',
  );
});

test('nothing moves in a list that is held: what is new or moved waits behind a number', t => {
  const property = fc.property(
    fc.array(fc.record({id: fc.constantFrom(...names), state: fc.constantFrom('ai', 'waiting', 'closed')})),
    fc.array(fc.record({id: fc.constantFrom(...names), state: fc.constantFrom('ai', 'waiting', 'closed')})),
    (before, after) => {
      const toMap = (rows: typeof before) =>
        new Map(rows.map(({id, state}) => [id, summaryOf(id, {state: state as 'ai'})]));
      const first = toMap(before);
      const second = new Map([...first, ...toMap(after)]);
      const view = {query: '', closed: false};
      const held = arrange(first.values(), me, view, now);
      const live = arrange(second.values(), me, view, now);
      const shown = hold(held, live);
      t.is(shown.groups, held);
      const place = (rows: typeof live, id: string) => rows.find(({ids}) => ids.includes(id))?.key;
      const behind = [...second.keys()].filter(id => place(live, id) && place(live, id) !== place(held, id));
      t.is(shown.behind, behind.length);
      t.is(
        shown.waiting,
        behind.filter(id => groupOf(second.get(id) ?? summaryOf(id), me, now) === 'waiting').length,
      );
      t.is(hold(null, live).groups, live);
    },
  );
  fc.assert(property, {numRuns: 300});
});

const spanOf = (text: string, index: number, start: number, end: number): Span => ({
  id: `f${index}`,
  number: index + 1,
  start,
  end,
  quote: text.slice(start, end),
});

test('marking evidence loses and doubles no text, whatever the spans are', t => {
  const texts = fc.oneof(
    fc.string({unit: 'binary', maxLength: 40}),
    fc.string({unit: 'grapheme', maxLength: 20}),
    fc.string({unit: fc.constantFrom('a', ' ', '😀', '‮', '​', '\ud83d', 'é'), maxLength: 20}),
  );
  let marked = 0;
  const property = fc.property(
    texts.chain(text =>
      fc.tuple(
        fc.constant(text),
        fc.array(
          fc.tuple(fc.integer({min: -3, max: text.length + 3}), fc.integer({min: -3, max: text.length + 3})),
          {
            maxLength: 6,
          },
        ),
      ),
    ),
    ([text, pairs]) => {
      const spans = pairs.map(([start, end], index) => spanOf(text, index, start, end));
      const pieces = segment(text, spans);
      t.is(pieces.map(piece => piece.text).join(''), text);
      for (const span of spans) {
        if (span.start < 0 || span.start >= span.end) continue;
        const own = pieces.filter(({ids}) => ids.includes(span.id)).map(piece => piece.text);
        if (span.end <= text.length) {
          marked++;
          t.true(own.join('').includes(span.quote), 'the whole quote is marked');
          t.true(
            own.join('').length <= span.quote.length + 2,
            'and nothing beside it but the half of a character',
          );
          t.is(pieces.filter(({ends}) => ends.includes(span.number)).length, 1, 'numbered once');
        }
      }
      const halves = pieces.slice(1).filter(({text: piece}, index) => {
        const before = pieces[index]?.text ?? '';
        return /[\ud800-\udbff]$/.test(before) && /^[\udc00-\udfff]/.test(piece);
      });
      t.deepEqual(halves, [], 'no character is torn in two');
    },
  );
  fc.assert(property, {numRuns: 1500});
  t.true(marked > 500);
});

test('facts are numbered as they were said; a quote that does not stand there is not drawn', t => {
  const factOf = (id: string, seq: number, start: number, quote: string): FactView => ({
    id,
    field: 'need',
    value: quote,
    display: quote,
    evidence: {seq, start, end: start + quote.length, quote, at},
    confidence: 1,
    source: 'model',
  });
  const facts = numberFacts([
    factOf('late', 4, 0, 'Yes'),
    factOf('b', 2, 9, 'Graz'),
    factOf('a', 2, 0, '250'),
  ]);
  t.deepEqual(
    facts.map(({id, number}) => [id, number]),
    [
      ['a', 1],
      ['b', 2],
      ['late', 3],
    ],
  );
  const spans = spansBySeq(facts).get(2) ?? [];
  t.deepEqual(segment('250 people in Linz', spans), [
    {text: '250', ids: ['a'], ends: [1]},
    {text: ' people in Linz', ids: [], ends: []},
  ]);
});

const known = (entries: [FactView['field'], unknown, string][]) =>
  numberFacts(
    entries.map(([field, value, display], index) => ({
      id: `f${index}`,
      field,
      value,
      display,
      evidence: {seq: index + 2, start: 0, end: 4, quote: 'said', at},
      confidence: 1,
      source: 'reading',
    })),
  );

test('who takes over reads two sentences, and every clause of them names the facts that prove it', t => {
  const facts = known([
    ['company', 'Nordlicht GmbH', 'Nordlicht GmbH'],
    ['name', 'Ada Ferber', 'Ada Ferber'],
    ['need', 'card terminals', 'card terminals'],
    ['company_size', {min: 40, max: 40}, '40 people'],
    ['budget', {}, 'EUR up to 900 a month'],
    ['authority', 'influencer', 'influencer'],
    ['intent', 'demo', 'demo'],
    ['intent', 'pricing', 'pricing'],
  ]);
  t.is(
    plainSummary(summarise(facts)),
    'Ada Ferber at Nordlicht GmbH (40 people) looks for card terminals. ' +
      'The budget is up to EUR 900 a month; the visitor recommends, and somebody else decides; asked about a demo and the price.',
  );
  t.is(plainSummary(summarise(known([['need', 'a crane', 'a crane']]))), 'A visitor looks for a crane.');
  t.is(
    plainSummary(
      summarise(
        known([
          ['intent', 'job_seeker', 'job seeker'],
          ['name', 'Bo', 'Bo'],
        ]),
      ),
    ),
    'Bo looks for a job.',
  );
  t.is(
    plainSummary(summarise(known([['timeline', '1-3m', 'in 1-3 months']]))),
    'The start is in 1-3 months.',
  );
  t.deepEqual(summarise([]), []);

  const every = fc.subarray(
    known([
      ['name', 'N1', 'N1'],
      ['job_title', 'T2', 'T2'],
      ['company', 'C3', 'C3'],
      ['company_size', {}, '4 people'],
      ['need', 'W5', 'W5'],
      ['budget', {}, 'EUR 6'],
      ['timeline', 'x', 'in 7 months'],
      ['authority', 'user', 'user'],
      ['intent', 'pricing', 'pricing'],
      ['intent', 'opt_out', 'opt out'],
    ]),
  );
  fc.assert(
    fc.property(every, some => {
      const told = summarise(some);
      t.true(told.length <= 2);
      t.true(told.flat().every(clause => clause.facts.length > 0 && clause.text !== ''));
      t.deepEqual(
        told.flatMap(clauses => clauses.flatMap(clause => clause.facts.map(({id}) => id))).toSorted(),
        some.map(({id}) => id).toSorted(),
        'what is known is told, and nothing else',
      );
      t.notRegex(plainSummary(told), /undefined| {2}|,\.| ,/);
    }),
  );
});
