import {type Mutation, rawRows, type World} from '../world.ts';

const table = 'conversations_messages';

/** Another text for one message, sealed as it should be: only what it says is wrong. */
const say = async (world: World, where: Record<string, unknown>, text: string) => {
  const {db, personal} = world.appliance.inside.storage;
  const [message] = await rawRows(world, table, where);
  if (!message) throw new Error('the world has no such message');
  const at = {id: message['id']};
  const [sealed] = await personal.seal(table, [{id: message['id'], visitor_id: message['visitor_id'], text}]);
  await db(table).where(at).update({text_sealed: sealed?.['text_sealed']});
  return () => db(table).where(at).update({text_sealed: message['text_sealed']});
};

export const conversations: readonly Mutation[] = [
  {
    control: 'D2.conversations-whole',
    how: 'a message of the agent is deleted by SQL',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [message] = await rawRows(world, table, {author_kind: 'agent'});
      await db(table).where({id: message?.['id']}).delete();
      return () => db(table).insert(message);
    },
  },
  {
    control: 'D4.quoted',
    how: 'a fact quotes what nobody wrote',
    apply: async world => {
      const {db, personal} = world.appliance.inside.storage;
      const facts = 'qualification_facts';
      const [fact] = await rawRows(world, facts);
      const at = {id: fact?.['id']};
      const [sealed] = await personal.seal(facts, [
        {...at, visitor_id: fact?.['visitor_id'], quote: '9,000 people'},
      ]);
      await db(facts).where(at).update({quote_sealed: sealed?.['quote_sealed']});
      return () => db(facts).where(at).update({quote_sealed: fact?.['quote_sealed']});
    },
  },
  {
    control: 'D5.addresses-shortened',
    how: 'a whole network address is stored',
    apply: async world => {
      const {db, personal} = world.appliance.inside.storage;
      const visitors = 'conversations_visitors';
      const [visitor] = await rawRows(world, visitors);
      const at = {id: visitor?.['id']};
      const [whole] = await personal.seal(visitors, [{...at, ip: '203.0.113.77'}]);
      await db(visitors).where(at).update({ip_sealed: whole?.['ip_sealed']});
      return () => db(visitors).where(at).update({ip_sealed: visitor?.['ip_sealed']});
    },
  },
  {
    control: 'S3.no-card-numbers',
    how: 'a card number is stored past the masking',
    apply: world => say(world, {author_kind: 'agent'}, 'Your card 4111 1111 1111 1111 was accepted.'),
  },
  {
    control: 'R1.told-first',
    how: 'the first words pretend to be a person’s',
    apply: world => say(world, {client_id: 'greeting'}, 'Hello, I am Jana. What can I do for you?'),
  },
  {
    control: 'R3.ai-objection',
    how: 'an AI answers after the objection',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [talk] = await db('conversations_conversations').whereNotNull('ai_objected_at');
      const [message] = (await rawRows(world, table, {conversation_number: talk.number})).toSorted(
        (a, b) => Number(b['seq']) - Number(a['seq']),
      );
      const at = {id: message?.['id']};
      await db(table).where(at).update({author_kind: 'ai', client_id: 'turn_of-a-model'});
      return () =>
        db(table)
          .where(at)
          .update({author_kind: message?.['author_kind'], client_id: message?.['client_id']});
    },
  },
  {
    control: 'L4.take-overs',
    how: 'a conversation gets an agent past the log',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [talk] = await rawRows(world, 'conversations_conversations', {agent_id: null});
      const [user] = await rawRows(world, 'accounts_users', {role: 'agent'});
      const at = {id: talk?.['id']};
      await db('conversations_conversations').where(at).update({agent_id: user?.['id']});
      return () => db('conversations_conversations').where(at).update({agent_id: null});
    },
  },
];
