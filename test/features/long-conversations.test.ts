import test from 'ava';
import type {PointRequest} from '../../appliance/adapters/llm/contract.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';

const patient = {CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000', CROWLIT_CHAT_FRAMES_PER_TEN_SECONDS: '1000'};

for (const database of databaseKinds) {
  test(`${database}: a full conversation takes no more from anybody, says so, and a new one begins`, async t => {
    const appliance = await startAppliance(t, {
      database,
      environment: {...patient, CROWLIT_CHAT_MESSAGES_PER_CONVERSATION: '10'},
    });
    const agent = await appliance.agent();
    const visitor = await appliance.visitor();
    t.is((await agent.accept(visitor.conversationId)).status, 200);
    const said: {seq: number; clientId: string}[] = [];
    for (let count = 3; count <= 10; count++) said.push(await visitor.say(`Message ${count}`));
    t.is(said.at(-1)?.seq, 10);

    const full = {code: 'conversations.full'};
    const neighbour = await appliance.visitor();
    const together = await Promise.allSettled([
      visitor.say('One too many'),
      neighbour.say('Somebody else in the same commit'),
      visitor.say('And another'),
    ]);
    t.deepEqual(
      together.map(({status}) => status),
      ['rejected', 'fulfilled', 'rejected'],
    );
    await t.throwsAsync(visitor.say('Still no'), full);
    await t.throwsAsync(agent.say(visitor.conversationId, 'Mine neither'), full);
    visitor.socket.send({type: 'human', clientId: 'h1'});
    t.is((await visitor.socket.next('error', ({clientId}) => clientId === 'h1')).code, full.code);
    t.is((await visitor.say('Message 10', said.at(-1)?.clientId)).seq, 10, 'a resend is still answered');
    // who is there can still leave
    await agent.handBack(visitor.conversationId);
    t.is((await (await appliance.visitor()).say('Hello again')).seq, 2);
  });
}

test('a turn reads the new messages and a few before them, however long the conversation is', async t => {
  const asked: PointRequest[] = [];
  const appliance = await startAppliance(t, {
    environment: patient,
    model: {
      info: () => undefined,
      point: request => {
        asked.push(request);
        return Promise.resolve({spans: [], intents: [], authority: null});
      },
      status: () => ({state: 'ready'}),
      close: () => Promise.resolve(),
    },
  });
  const visitor = await appliance.visitor();
  for (let count = 0; count < 90; count++) await visitor.say(`Note ${count}`);
  await visitor.answerAfter((await visitor.say('Note 90')).seq);

  let read = 0;
  appliance.inside.storage.db.on('query-response', (rows: unknown, {sql}: {sql: string}) => {
    if (Array.isArray(rows) && /select \* from .conversations_messages. where .*seq. >/.test(sql))
      read = Math.max(read, rows.length);
  });
  await visitor.answerAfter((await visitor.say('I am Ada, ada@example.com')).seq);
  t.is(asked.at(-1)?.turns.at(-1)?.text, 'I am Ada, ada@example.com');
  t.true(read > 0 && read < 50, `${read} messages were read`);
  t.true(
    asked.every(({turns}) => turns.length <= 41),
    `${Math.max(...asked.map(({turns}) => turns.length))} messages went to the model`,
  );
});
