import test from 'ava';
import fc from 'fast-check';
import {truncateAddress} from '../../appliance/kit/network.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {openAgent, openSocket, openVisitor, signIn} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';

const visitorSocket = (base: string) => `${base.replace(/^http/, 'ws')}/api/visitor/socket`;

for (const database of databaseKinds) {
  test(`${database}: the first message says that an AI answers, in the visitor's language, before anything was asked`, async t => {
    const appliance = await startAppliance(t, {database});
    const words: Record<string, RegExp> = {en: /\bAI\b/, de: /\bKI\b/, fr: /\bIA\b/, es: /\bIA\b/};
    for (const [locale, pattern] of Object.entries(words)) {
      const visitor = await appliance.visitor({locale: `${locale}-XX`});
      const {message} = await visitor.socket.next('message', frame => frame.message.seq === 1);
      t.is(message.author.kind, 'ai');
      t.regex(message.text, pattern, locale);
    }
    const other = await appliance.visitor({locale: 'fi'});
    const {message} = await other.socket.next('message');
    t.regex(message.text, words['en'] as RegExp, 'a language the site does not speak falls back to its own');
  });

  test(`${database}: a message is answered once, and what was said becomes facts with the visitor's words`, async t => {
    const appliance = await startAppliance(t, {database});
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    await agent.watch(visitor.conversationId);
    const {seq} = await visitor.say(
      'Hi, our budget is around 40,000 euros a year, mail me at ada@example.com',
    );
    const answer = await visitor.answerAfter(seq);
    t.true(answer.text.length > 0);
    const {facts, score} = await agent.socket.next('facts', frame => frame.facts.length >= 2);
    const email = facts.find(({field}) => field === 'email');
    t.like(email, {value: 'ada@example.com', evidence: {seq, quote: 'ada@example.com'}});
    const budget = facts.find(({field}) => field === 'budget');
    t.like(budget?.value, {min: 40000, max: 40000, currency: 'EUR', period: 'year'});
    t.true(score.points > 0);
    t.true(score.reasons.length > 0);
    t.is(
      visitor.messages().filter(({author}) => author.kind === 'ai').length,
      2,
      'the greeting and one answer',
    );
    const streamed = visitor.socket.frames
      .filter(frame => frame.type === 'stream')
      .map(({text}) => text)
      .join('');
    t.is(streamed, answer.text, 'what was streamed is what was stored');
  });

  test(`${database}: whoever reconnects gets what was missed, in order, and a resend is not doubled`, async t => {
    const appliance = await startAppliance(t, {database});
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    t.is((await agent.accept(visitor.conversationId)).status, 200);
    const first = await visitor.say('one', 'resend-1');
    visitor.drop();
    await agent.say(visitor.conversationId, 'two');
    await agent.say(visitor.conversationId, 'three');
    await visitor.reconnect();
    const again = await visitor.say('one', 'resend-1');
    t.is(again.seq, first.seq);
    const last = await visitor.say('four');
    await visitor.socket.next('message', ({message}) => message.seq === last.seq);
    const texts = visitor
      .messages()
      .filter(({author}) => author.kind !== 'ai' && author.kind !== 'system')
      .map(({text}) => text);
    t.deepEqual(texts, ['one', 'two', 'three', 'four']);
    const seqs = visitor.messages().map(({seq}) => seq);
    t.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
      'no gap and no double',
    );
  });

  test(`${database}: many visitors at once, each conversation in its own unbroken order`, async t => {
    const appliance = await startAppliance(t, {database});
    const visitors = await Promise.all(Array.from({length: 8}, () => appliance.visitor()));
    await Promise.all(
      visitors.flatMap((visitor, who) =>
        Array.from({length: 15}, (_, index) => visitor.say(`${who}:${index}`, `m${index}`)),
      ),
    );
    for (const [who, visitor] of visitors.entries()) {
      const {messages} = await visitor.reconnect();
      t.deepEqual(
        messages.map(({seq}) => seq),
        messages.map((_, index) => index + 1),
      );
      t.deepEqual(
        messages.filter(({author}) => author.kind === 'visitor').map(({text}) => text),
        Array.from({length: 15}, (_, index) => `${who}:${index}`),
        'in the order in which they were sent',
      );
    }
  });

  test(`${database}: of two agents who accept at once one is told who was first`, async t => {
    const appliance = await startAppliance(t, {database});
    const [jana, luc] = [await appliance.agent('Jana Muster'), await appliance.agent('Luc Exemple')];
    const visitor = await appliance.visitor();
    await visitor.askForPerson();
    await Promise.all(
      [jana, luc].map(agent =>
        agent.socket.next('offer', ({conversationId}) => conversationId === visitor.conversationId),
      ),
    );
    const answers = await Promise.all([
      jana.accept(visitor.conversationId),
      luc.accept(visitor.conversationId),
    ]);
    t.deepEqual(
      answers.map(({status}) => status).toSorted((a, b) => a - b),
      [200, 409],
    );
    const winner = answers[0].status === 200 ? jana : luc;
    const loser = answers.find(({status}) => status === 409)?.body as {
      error: {code: string; details: {name: string}};
    };
    t.is(loser.error.code, 'routing.already_taken');
    t.is(loser.error.details.name, winner.api.user.name);
    const {agent} = await visitor.socket.next('state', frame => frame.state === 'agent');
    t.is(agent?.name, winner.api.user.name, 'the visitor sees who it is');
    const gone = await (winner === jana ? luc : jana).socket.next('offer_gone');
    t.is(gone.takenBy, winner.api.user.name);
  });

  test(`${database}: while a person answers the AI is quiet; handed back, it answers again; closed, a word reopens it`, async t => {
    const appliance = await startAppliance(t, {database});
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    await agent.accept(visitor.conversationId);
    await agent.watch(visitor.conversationId);
    visitor.socket.send({type: 'typing', on: true});
    t.true((await agent.socket.next('typing')).on);
    await visitor.say('Is anybody there?');
    await agent.say(visitor.conversationId, 'Yes, I am Jana.');
    const said = await visitor.socket.next('message', ({message}) => message.author.kind === 'agent');
    t.is(said.message.author.name, 'Jana Muster');
    visitor.socket.send({type: 'read', seq: said.message.seq});
    t.is((await agent.socket.next('read')).seq, said.message.seq);
    await agent.handBack(visitor.conversationId);
    await visitor.socket.next('state', ({state}) => state === 'ai');
    const {seq} = await visitor.say('We are 25 people');
    await visitor.answerAfter(seq);
    t.is(
      visitor.messages().filter(({author, seq: at}) => author.kind === 'ai' && at > 1 && at < seq).length,
      0,
    );
    await t.throwsAsync(agent.say(visitor.conversationId, 'too late'), {code: 'conversations.not_yours'});
    await agent.closeConversation(visitor.conversationId);
    await visitor.socket.next('state', ({state}) => state === 'closed');
    const before = visitor.socket.frames.length;
    await visitor.say('One more thing');
    await visitor.socket.next('state', ({state}) => state === 'ai', before);
    t.deepEqual(
      visitor
        .messages()
        .map(({event}) => event)
        .filter(Boolean),
      ['agent_joined', 'handed_back', 'closed'],
      'the transcript says who came and went',
    );
  });

  test(`${database}: who wants no AI is neither answered nor read by one, and stays with people until the end`, async t => {
    const asked: string[] = [];
    const appliance = await startAppliance(t, {
      database,
      model: {
        info: () => undefined,
        status: () => ({state: 'ready'}),
        close: () => Promise.resolve(),
        point: async ({turns}) => {
          asked.push(turns.at(-1)?.text ?? '');
          return {spans: [], intents: [], authority: null};
        },
      },
    });
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    const {conversationId} = visitor;
    const {seq} = await visitor.say('We are 25 people');
    await visitor.answerAfter(seq);
    visitor.socket.send({type: 'object', clientId: 'no-ai'});
    visitor.socket.send({type: 'object', clientId: 'no-ai'});
    await visitor.socket.next('state', ({state}) => state === 'waiting');
    t.is((await agent.socket.next('offer')).why, 'objected');
    await visitor.say('My budget is 900 euros a month');
    await agent.accept(conversationId);
    await agent.watch(conversationId);
    await t.throwsAsync(agent.handBack(conversationId), {message: /: 409 .*conversations.ai_objected/});
    await agent.closeConversation(conversationId);
    await visitor.socket.next('state', ({state}) => state === 'closed');
    const before = visitor.socket.frames.length;
    await visitor.say('Our timeline is March');
    await visitor.socket.next('state', ({state}) => state === 'waiting', before);
    await agent.accept(conversationId);
    await agent.say(conversationId, 'Here I am again.');
    await visitor.socket.next('message', ({message}) => message.text === 'Here I am again.');
    t.deepEqual(asked, ['We are 25 people'], 'the model saw nothing after the objection');
    const {conversation} = await agent.api.call<{
      conversation: {facts: {field: string}[]; aiObjected: boolean};
    }>('GET', `/api/agent/conversations/${conversationId}`);
    t.true(conversation.aiObjected);
    t.deepEqual(
      conversation.facts.map(({field}) => field),
      ['company_size'],
      'and neither did the rules',
    );
    t.deepEqual(
      visitor
        .messages()
        .map(({event}) => event)
        .filter(Boolean),
      ['ai_objected', 'agent_joined', 'closed', 'agent_joined'],
      'said once, and in the transcript',
    );
  });

  test(`${database}: card numbers are masked before they are stored or shown to anybody`, async t => {
    const appliance = await startAppliance(t, {database});
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    await agent.accept(visitor.conversationId);
    const mine = await visitor.say('my card is 4111 1111 1111 1111, thanks');
    const theirs = await agent.say(visitor.conversationId, 'please never send 5500-0000-0000-0004 here');
    const {messages} = await visitor.reconnect();
    for (const seq of [mine.seq, theirs.seq]) {
      t.notRegex(messages.find(message => message.seq === seq)?.text ?? '4111', /1111 1111|0000-0000/);
    }
  });
}

test('a person who accepts while the AI is still thinking has the last word', async t => {
  const asked = Promise.withResolvers<void>();
  const mayAnswer = Promise.withResolvers<void>();
  const appliance = await startAppliance(t, {
    model: {
      info: () => undefined,
      status: () => ({state: 'ready'}),
      close: () => Promise.resolve(),
      point: async () => {
        asked.resolve();
        await mayAnswer.promise;
        throw new AppError('unavailable', 'llm.unavailable', 'This model only takes its time.');
      },
    },
  });
  const [agent, visitor] = [await appliance.agent(), await appliance.visitor()];
  await agent.watch(visitor.conversationId);
  await visitor.say('We are 40 people in Graz and look for an account');
  await asked.promise;
  t.is((await agent.accept(visitor.conversationId)).status, 200);
  const before = agent.socket.frames.length;
  mayAnswer.resolve();
  await agent.socket.next('facts', undefined, before);
  const said = agent.messages(visitor.conversationId);
  t.is(said.filter(({author}) => author.kind === 'ai').length, 1, 'the greeting alone');
  t.is(said.at(-1)?.event, 'agent_joined');
});

test('postgres: a message that comes while its waiting turn is being taken gets a turn of its own', async t => {
  const appliance = await startAppliance(t, {database: 'postgres'});
  const {db} = appliance.inside.storage;
  const visitor = await appliance.visitor();
  const {conversationId} = visitor;
  const turns = () => db('qualification_turns').where({conversation_id: conversationId});
  // another node is at work in this conversation: what comes meanwhile waits
  const elsewhere = {lease_owner: 'another node', lease_until: '2999-01-01T00:00:00.000Z'};
  await db('qualification_turns').insert({
    id: newId(),
    conversation_id: conversationId,
    seq: 1,
    state: 'leased',
    attempts: 1,
    created_at: new Date().toISOString(),
    ...elsewhere,
  });
  await visitor.say('one');
  t.is((await turns().where({state: 'queued'})).length, 1);
  const take = await db.transaction();
  await take('qualification_turns')
    .where({conversation_id: conversationId, state: 'queued'})
    .update({state: 'leased', ...elsewhere});
  const second = visitor.say('two');
  const waits = async (): Promise<boolean> =>
    (await db.raw(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`)).rows.length > 0;
  while (!(await waits()));
  await take.commit();
  const {seq} = await second;
  t.like(await turns().where({state: 'queued'}), [{seq}]);
});

test('what a turn that was given up did not read, the next one reads', async t => {
  const appliance = await startAppliance(t);
  const {db} = appliance.inside.storage;
  const [agent, visitor] = [await appliance.agent(), await appliance.visitor()];
  const {conversationId} = visitor;
  const turns = () => db('qualification_turns').where({conversation_id: conversationId});
  // held by somebody else, so that the next one can be given the deaths of five processes first
  await db('qualification_turns').insert({
    id: newId(),
    conversation_id: conversationId,
    seq: 1,
    state: 'leased',
    attempts: 1,
    created_at: new Date().toISOString(),
    lease_owner: 'another node',
    lease_until: '2999-01-01T00:00:00.000Z',
  });
  await visitor.say('My mail is ada@example.com');
  await turns().where({state: 'queued'}).update({attempts: 5});
  await turns().where({lease_owner: 'another node'}).delete();
  const {why} = await agent.socket.next('offer', offer => offer.conversationId === conversationId);
  t.is(why, 'unavailable');
  await agent.watch(conversationId);
  await visitor.say('Are you there?');
  const {facts} = await agent.socket.next('facts', frame => frame.facts.length > 0);
  t.like(facts[0], {field: 'email', value: 'ada@example.com', evidence: {seq: 2}});
});

test('a request for a person that is sent again after the hand-back calls nobody', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  visitor.socket.send({type: 'human', clientId: 'h1'});
  const first = await visitor.socket.next('ack', ({clientId}) => clientId === 'h1');
  await agent.accept(visitor.conversationId);
  await agent.handBack(visitor.conversationId);
  await visitor.reconnect();
  visitor.socket.send({type: 'human', clientId: 'h1'});
  t.is((await visitor.socket.next('ack', ({clientId}) => clientId === 'h1')).seq, first.seq);
  const {conversation} = await agent.api.call<{conversation: {state: string; waiting: unknown}}>(
    'GET',
    `/api/agent/conversations/${visitor.conversationId}`,
  );
  t.like(conversation, {state: 'ai', waiting: null});
});

test('what is stored is shown at once, although the name of who said it cannot be read just now', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  await agent.accept(visitor.conversationId);
  await agent.watch(visitor.conversationId);
  const {keys} = appliance.inside.storage;
  const {find} = keys;
  keys.find = ids =>
    ids.includes(agent.api.user.id) ? Promise.reject(new Error('The key store is away.')) : find(ids);
  const [first] = await Promise.all([
    agent.say(visitor.conversationId, 'One of a batch'),
    visitor.say('Another of the same'),
  ]);
  const seen = [
    await visitor.socket.next('message', ({message}) => message.seq === first.seq),
    await agent.socket.next('message', ({message}) => message.seq === first.seq),
  ];
  for (const {message} of seen)
    t.like(message, {text: 'One of a batch', author: {kind: 'agent', name: null}});
  await agent.socket.next('message', ({message}) => message.text === 'Another of the same');
  keys.find = find;
  const again = await openAgent(appliance.base, agent.api);
  await again.watch(visitor.conversationId);
  t.is(again.messages(visitor.conversationId).find(({seq}) => seq === first.seq)?.author.name, 'Jana Muster');
});

test('hostile frames are answered or closed as the protocol says, and the server stays up', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const hello = {type: 'hello', token: visitor.token, since: 0};
  const closedWith = async (...frames: (string | Buffer)[]): Promise<number> => {
    const socket = await openSocket(visitorSocket(appliance.base), {headers: {origin: appliance.base}});
    for (const frame of frames) socket.sendRaw(frame);
    return (await socket.closed).code;
  };
  t.is(await closedWith('not json'), 4400);
  t.is(await closedWith('[]'), 4400);
  t.is(await closedWith(Buffer.from([1, 2, 3])), 4400);
  t.is(await closedWith('{"type":"message","clientId":"a","text":"before hello"}'), 4409);
  t.is(await closedWith(JSON.stringify({...hello, token: 'forged'})), 4401);
  t.is(await closedWith(`{"type":"hello","token":"${'x'.repeat(70_000)}"}`), 1009);
  t.is(await closedWith(JSON.stringify(hello), ...Array.from({length: 101}, () => '{"type":"ping"}')), 4429);

  await visitor.reconnect();
  visitor.socket.sendRaw('{"type":"dance"}');
  t.is((await visitor.socket.next('error')).code, 'protocol.unknown_type');
  visitor.socket.sendRaw('{"type":"message","clientId":"bad id!","text":"x"}');
  t.is(
    (await visitor.socket.next('error', ({clientId}) => clientId === 'bad id!')).code,
    'protocol.invalid_frame',
  );
  await t.throwsAsync(visitor.say('   '), {code: 'conversations.text_empty'});
  await t.throwsAsync(visitor.say(' \u0000 \u0000'), {code: 'conversations.text_empty'});
  await t.throwsAsync(visitor.say('x'.repeat(10_000)), {code: 'conversations.text_too_long'});
  for (const text of [
    '🦜🦜🦜',
    'zero\u200bwidth',
    '\u202Eright to left\u202C',
    'nul\u0000byte',
    'e\u0301'.repeat(100),
  ]) {
    await visitor.say(text);
  }
  const {messages} = await visitor.reconnect();
  t.true(messages.some(({text}) => text === '🦜🦜🦜'));
});

test('a line that dies during its hello, or says hello twice, is listened to once or not at all', async t => {
  const appliance = await startAppliance(t);
  const api = await appliance.administrator();
  const visitor = await appliance.visitor();
  const isOnline = async () =>
    (
      await api.call<{conversation: {online: boolean}}>(
        'GET',
        `/api/agent/conversations/${visitor.conversationId}`,
      )
    ).conversation.online;
  const hello = JSON.stringify({type: 'hello', token: visitor.token, since: 0});
  visitor.socket.sendRaw(hello);
  t.is((await visitor.socket.next('error')).code, 'protocol.invalid_frame');
  await visitor.say('once');
  t.is(
    visitor.socket.frames.filter(frame => frame.type === 'message' && frame.message.text === 'once').length,
    1,
  );
  await visitor.close();
  // the database is busy while the line comes and goes
  const {promise: free, resolve: letGo} = Promise.withResolvers<void>();
  const busy = appliance.inside.storage.transaction(() => free);
  const line = await openSocket(visitorSocket(appliance.base), {headers: {origin: appliance.base}});
  line.sendRaw(hello);
  await fetch(`${appliance.base}/health/live`);
  line.drop();
  await line.closed;
  await fetch(`${appliance.base}/health/live`);
  letGo();
  await busy;
  t.false(await isOnline());
});

test('an agent who asks for a conversation twice at once hears each word once', async t => {
  const appliance = await startAppliance(t);
  const [agent, visitor] = [await appliance.agent(), await appliance.visitor()];
  const {conversationId} = visitor;
  for (let times = 0; times < 2; times++) agent.socket.send({type: 'watch', conversationId, since: 0});
  await agent.socket.next('facts');
  await agent.socket.next(
    'facts',
    undefined,
    agent.socket.frames.findIndex(({type}) => type === 'facts') + 1,
  );
  await visitor.say('only once');
  await visitor.say('after it');
  await agent.socket.next('message', ({message}) => message.text === 'after it');
  const heard = agent.socket.frames.filter(
    frame => frame.type === 'message' && frame.message.text === 'only once',
  );
  t.is(heard.length, 1);
});

test('a conversation of many megabytes is replayed to whoever reads it', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const {conversationId, visitorId} = visitor;
  const {db, personal} = appliance.inside.storage;
  const at = new Date().toISOString();
  const {number} = (await db('conversations_conversations').where({id: conversationId}).first('number')) as {
    number: number;
  };
  const rows = Array.from({length: 400}, (_, index) => ({
    id: newId(),
    conversation_number: number,
    conversation_id: conversationId,
    visitor_id: visitorId,
    seq: index + 2,
    client_id: `long_${index}`,
    author_kind: 'visitor',
    author_id: null,
    event: null,
    text: '漢'.repeat(4000),
    extras: null,
    citation: null,
    at,
  }));
  for (const row of rows)
    await db('conversations_messages').insert(await personal.seal('conversations_messages', [row]));
  await db('conversations_conversations').where({id: conversationId}).update({last_seq: 401});
  const {messages} = await visitor.reconnect();
  t.is(messages.length, 401);
});

test('turning pages loses no conversation, however many changed at the same instant', async t => {
  const appliance = await startAppliance(t);
  const visitors = await Promise.all(Array.from({length: 7}, () => appliance.visitor()));
  await appliance.inside.storage
    .db('conversations_conversations')
    .update({updated_at: new Date().toISOString()});
  const api = await appliance.administrator();
  type Page = {conversations: {id: string}[]; nextCursor: string | null};
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await api.call<Page>('GET', `/api/agent/conversations?limit=3${cursor}`);
    seen.push(...page.conversations.map(({id}) => id));
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  t.deepEqual(seen.toSorted(), visitors.map(({conversationId}) => conversationId).toSorted());
});

test('who signs out, or whose password changes, hears nothing more on an open line', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const credentials = {email: 'jana@example.com', password: 'another long enough password'};
  const stolen = await appliance.agent('Jana Muster', credentials.email);
  const own = await openAgent(appliance.base, await signIn(appliance.base, credentials));
  await stolen.watch(visitor.conversationId);
  await own.api.call('POST', '/api/session/password', {
    current: credentials.password,
    next: 'a new one that is long enough',
  });
  t.is((await stolen.socket.closed).code, 4401);
  await own.watch(visitor.conversationId);
  await visitor.say('still here');
  await own.socket.next('message', ({message}) => message.text === 'still here');
  await own.api.call('DELETE', '/api/session');
  t.is((await own.socket.closed).code, 4401);
});

test('who only listens is let go when the session is over', async t => {
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(t, {clock});
  const [agent, visitor] = [await appliance.agent(), await appliance.visitor()];
  await agent.watch(visitor.conversationId);
  clock.advance(13 * 60 * 60 * 1000);
  await visitor.say('half a day later');
  t.is((await agent.socket.closed).code, 4401);
});

test('somebody else cannot read or enter a conversation', async t => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  const wrong = await fetch(`${appliance.base}/api/agent/conversations/${visitor.conversationId}`);
  t.is(wrong.status, 401);
  const agent = await appliance.agent();
  const missing = await agent.api.request('POST', `/api/agent/conversations/${newId()}/accept`);
  t.is(missing.status, 404);
  await t.throwsAsync(agent.say(visitor.conversationId, 'not mine'), {code: 'conversations.not_yours'});
  agent.socket.send({type: 'watch', conversationId: newId(), since: 0});
  t.is(
    (await agent.socket.next('error', frame => frame.clientId === undefined)).code,
    'conversations.not_found',
  );
});

test('a website that is not on the list gets no socket', async t => {
  const appliance = await startAppliance(t);
  const siteId = await appliance.siteId();
  await (await openVisitor(appliance.base, siteId, {origin: 'https://www.example.com'})).close();
  const error = await t.throwsAsync(
    openVisitor(appliance.base, siteId, {origin: 'https://evil.example.org'}),
  );
  t.regex(error.message, /4403/);
  const console = await openSocket(`${appliance.base.replace(/^http/, 'ws')}/api/agent/socket`, {
    headers: {origin: 'https://evil.example.org', cookie: (await appliance.administrator()).cookie},
  });
  t.is((await console.closed).code, 4403);
});

test('a look at a person is written to the audit log once in a while, not each time', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  for (let times = 0; times < 3; times++)
    await agent.api.call('GET', `/api/agent/conversations/${visitor.conversationId}`);
  await agent.watch(visitor.conversationId);
  const admin = await appliance.administrator();
  const {entries} = await admin.call<{
    entries: {action: string; subject: {id: string} | null; actor: {name: string}}[];
  }>('GET', '/api/admin/audit?action=person.looked_at');
  t.is(entries.length, 1);
  t.like(entries[0], {subject: {id: visitor.conversationId}, actor: {name: 'Jana Muster'}});
});

test('addresses are cut to their network before anything is stored', async t => {
  t.is(truncateAddress('203.0.113.77'), '203.0.113.0');
  t.is(truncateAddress('::ffff:203.0.113.77'), '203.0.113.0');
  t.is(truncateAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1::');
  t.is(truncateAddress('2001:db8::1'), '2001:db8:0::');
  fc.assert(fc.property(fc.ipV4(), address => truncateAddress(address)?.endsWith('.0') === true));
  fc.assert(fc.property(fc.ipV6(), address => (truncateAddress(address)?.split(':').length ?? 9) <= 5));
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  const {conversation} = await agent.api.call<{conversation: {visitor: {ip: string; page: string}}}>(
    'GET',
    `/api/agent/conversations/${visitor.conversationId}`,
  );
  t.is(conversation.visitor.ip, '127.0.0.0');
  t.is(conversation.visitor.page, 'https://www.example.com/prices', 'campaign parameters are not kept');
});
