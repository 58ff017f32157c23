import test from 'ava';
import {objectsToAi} from '../../appliance/features/qualification/engine/index.ts';
import {startAppliance} from '../helpers/start.ts';

const objections = [
  'I object to AI processing of my data',
  'I do not want an AI to process my data.',
  'please stop using AI on me',
  'no AI please',
  'I don’t want to talk to an AI',
  'Ich widerspreche der Verarbeitung durch KI',
  'Ich möchte nicht, dass eine KI meine Daten verarbeitet',
  'Keine KI bitte',
  'je refuse que mes données soient traitées par une IA',
  'Je ne veux pas parler à une IA',
  'Pas d’IA, merci',
  'me opongo a que una IA trate mis datos',
  'No quiero que me atienda una inteligencia artificial',
  'Sin IA, por favor',
];
const others = [
  'Does it work without AI?',
  'Is this an AI?',
  'We use AI in our plant',
  'I don’t want AI in our product',
  'I do not want a demo, I want an AI that works',
  'Ich möchte wissen, ob die KI Deutsch kann',
  'me interesa la IA',
];

test('an objection to AI is understood in every language, and nothing else is taken for one', t => {
  for (const text of objections) t.true(objectsToAi(text), text);
  for (const text of others) t.false(objectsToAi(text), text);
});

for (const text of ['I object to AI processing of my data', 'Keine KI bitte']) {
  test(`who writes “${text}” is answered by a person, and read by nothing`, async t => {
    const asked: string[] = [];
    const appliance = await startAppliance(t, {
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
    await visitor.say(text);
    await visitor.socket.next('state', ({state}) => state === 'waiting');
    t.is((await agent.socket.next('offer')).why, 'objected');
    await visitor.say('My budget is 900 euros a month');
    await agent.accept(visitor.conversationId);
    await agent.say(visitor.conversationId, 'A person here.');
    await visitor.socket.next('message', ({message}) => message.text === 'A person here.');
    const {conversation} = await agent.api.call<{conversation: {facts: object[]; aiObjected: boolean}}>(
      'GET',
      `/api/agent/conversations/${visitor.conversationId}`,
    );
    t.true(conversation.aiObjected);
    t.deepEqual(conversation.facts, []);
    t.deepEqual(asked, []);
  });
}
