import test from 'ava';
import fc from 'fast-check';
import {type Append, createAppender} from '../../appliance/features/conversations/append.ts';
import {createClientIds} from '../../appliance/features/conversations/client-ids.ts';
import {createConversationStore} from '../../appliance/features/conversations/conversations.store.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {nextNumber, openStorage, type Storage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';

const clock = createTestClock('2026-11-24T08:00:00.000Z');

const addConversation = async (storage: Storage): Promise<string> => {
  const [id, visitorId] = [newId(), newId()];
  const at = clock.iso();
  await storage.keys.create(visitorId);
  await storage.transaction(async trx => {
    const visitor = {id: visitorId, site_id: 'site', number: 1, locale: 'en', created_at: at};
    await trx('conversations_visitors').insert(visitor);
    await trx('conversations_conversations').insert({
      id,
      number: nextNumber(trx, 'conversations_conversations', 'number'),
      visitor_id: visitorId,
      site_id: 'site',
      locale: 'en',
      state: 'ai',
      last_seq: 0,
      visitor_read: 0,
      agent_read: 0,
      created_at: at,
      updated_at: at,
    });
  });
  return id;
};

/** One that has forgotten nearly everything, as after a restart or among thousands of conversations. */
const appenderOf = (storage: Storage, remembered: number) => {
  const store = createConversationStore(storage, storage.personal.reader('service'));
  return createAppender({
    store,
    clientIds: createClientIds(store, remembered),
    clock,
    mostMessages: 2000,
    onVisitorMessages: async () => undefined,
  });
};

const said = (conversationId: string, word: number): Append => ({
  conversationId,
  clientId: `word-${word}`,
  author: {kind: 'visitor', id: null},
  text: `word ${word}`,
});

const batch = fc.record({
  node: fc.integer({min: 0, max: 1}),
  words: fc.array(
    fc.record({conversation: fc.integer({min: 0, max: 2}), word: fc.integer({min: 0, max: 6})}),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  isUndone: fc.boolean(),
});

for (const database of databaseKinds) {
  test(`${database}: whatever is sent again, undone or written by another node, each word is stored once and in order`, async t => {
    const storage = await openStorage({...(await freshDatabase(t, database)), clock, tables: allTables});
    t.teardown(() => storage.close());
    const run = fc.asyncProperty(fc.array(batch, {maxLength: 12}), async batches => {
      const ids = await Promise.all([0, 1, 2].map(() => addConversation(storage)));
      const nodes = [appenderOf(storage, 3), appenderOf(storage, 1000)];
      const expected = new Map(ids.map(id => [id, [] as string[]]));
      for (const {node, words, isUndone} of batches) {
        const items = words.map(({conversation, word}) => said(ids[conversation] as string, word));
        const work = storage.transaction(async trx => {
          const appended = await nodes[node]?.(trx, items);
          if (isUndone) throw new Error('undone');
          return appended;
        });
        if (isUndone) {
          await t.throwsAsync(work, {message: 'undone'});
          continue;
        }
        const appended = (await work) ?? [];
        for (const [index, {conversationId, clientId}] of items.entries()) {
          const known = expected.get(conversationId) as string[];
          t.is(appended[index]?.duplicate, known.includes(clientId));
          if (!known.includes(clientId)) known.push(clientId);
          t.is(appended[index]?.row.seq, known.indexOf(clientId) + 1);
        }
      }
      for (const [id, known] of expected) {
        const rows = await storage
          .db('conversations_messages')
          .where({conversation_id: id})
          .orderBy('seq')
          .select('seq', 'client_id');
        t.deepEqual(
          rows.map(row => ({...row})),
          known.map((clientId, index) => ({seq: index + 1, client_id: clientId})),
        );
      }
    });
    await fc.assert(run, {numRuns: 40});
  });
}

test('postgres: two nodes that get the same words at the same time store each once', async t => {
  const options = {...(await freshDatabase(t, 'postgres')), clock, tables: allTables};
  const storage = await openStorage(options);
  t.teardown(() => storage.close());
  const id = await addConversation(storage);
  const nodes = [appenderOf(storage, 1000), appenderOf(storage, 1000)];
  const words = Array.from({length: 40}, (_, word) => word);
  await Promise.all(
    nodes.flatMap(append =>
      words.map(word => storage.transaction(trx => append(trx, [said(id, word), said(id, (word * 7) % 40)]))),
    ),
  );
  const rows = await storage.db('conversations_messages').where({conversation_id: id}).orderBy('seq');
  t.deepEqual(
    rows.map(({seq}: {seq: number}) => seq),
    words.map(word => word + 1),
  );
  t.is(new Set(rows.map(({client_id: clientId}: {client_id: string}) => clientId)).size, 40);
});
