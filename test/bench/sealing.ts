/**
 * `npm run bench:sealing -- [--large] [--database sqlite|postgres] [--rounds 9]`
 * What sealing costs: messages stored by the conversations' own path, beside the same path with plain columns, interleaved in
 * one run (at least 0.75 of the rate is wanted). And what an erasure costs: one person by the nightly run, in a large database
 * beside a small one (at most twice the time is wanted; 1,000,000 messages beside 10,000 with --large).
 */
import {parseArgs} from 'node:util';
import {createAppender} from '../../appliance/features/conversations/append.ts';
import {createClientIds} from '../../appliance/features/conversations/client-ids.ts';
import {createConversationStore} from '../../appliance/features/conversations/conversations.store.ts';
import {addMilliseconds, createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {insertMany, nextNumber, type Personal, type Storage} from '../../appliance/storage/index.ts';
import {type DatabaseKind, databaseKinds, type Scope} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';

const {values: options} = parseArgs({
  options: {
    large: {type: 'boolean', default: false},
    database: {type: 'string'},
    rounds: {type: 'string', default: '9'},
  },
});
const kinds = databaseKinds.filter(kind => options.database === undefined || options.database === kind);
const rounds = Number(options.rounds);
const sizes = options.large ? ([10_000, 1_000_000] as const) : ([2000, 40_000] as const);
const perConversation = 20;
const text = 'We are looking for card terminals for four clinics, about 250 people.';
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const clock = createTestClock('2026-11-24T08:00:00.000Z');
const opened = async (kind: DatabaseKind) => {
  const ends: (() => unknown)[] = [];
  const scope: Scope = {teardown: end => void ends.push(end)};
  const appliance = await startAppliance(scope, {database: kind, clock});
  return {
    appliance,
    storage: appliance.inside.storage,
    close: async () => {
      for (const end of ends.reverse()) await end();
    },
  };
};

type Talk = {id: string; visitorId: string; number: number};
/** Visitors with a key and an empty conversation each. */
const talks = async (storage: Storage, count: number): Promise<Talk[]> => {
  const made: Talk[] = [];
  const at = clock.iso();
  while (made.length < count) {
    const some = Array.from({length: Math.min(500, count - made.length)}, () => ({
      id: newId(),
      visitorId: newId(),
    }));
    await Promise.all(some.map(({visitorId}) => storage.keys.create(visitorId)));
    await storage.transaction(async trx => {
      for (const {id, visitorId} of some) {
        const visitor = {id: visitorId, site_id: 'site', number: 1, locale: 'en', created_at: at};
        await trx('conversations_visitors').insert(visitor);
        await trx('conversations_conversations').insert({
          id,
          number: nextNumber(trx, 'conversations_conversations', 'number'),
          visitor_id: visitorId,
          site_id: 'site',
          locale: 'en',
          state: 'closed',
          last_seq: 0,
          visitor_read: 0,
          agent_read: 0,
          created_at: at,
          updated_at: at,
        });
      }
      const numbers = await trx('conversations_conversations')
        .whereIn(
          'id',
          some.map(({id}) => id),
        )
        .select('id', 'number');
      const byId = new Map(numbers.map(row => [row.id as string, row.number as number]));
      for (const one of some) made.push({...one, number: byId.get(one.id) as number});
    });
  }
  return made;
};

/** The same columns, with the words as they are. */
const unsealed = (personal: Personal): Personal => ({
  ...personal,
  seal: async (_table, rows) =>
    rows.map(({text: words, citation, ...row}) => ({
      ...row,
      text_sealed: Buffer.from(String(words)),
      citation_sealed: citation ?? null,
    })),
});

const throughput = async (kind: DatabaseKind): Promise<void> => {
  const {storage, close} = await opened(kind);
  const batch = 200;
  const batches = options.large ? 40 : 10;
  const appenderOf = (personal: Personal) => {
    const store = createConversationStore(
      {personal, restrictions: storage.restrictions},
      personal.reader('service'),
    );
    return createAppender({
      store,
      clientIds: createClientIds(store, 1000),
      clock,
      mostMessages: 1_000_000,
      onVisitorMessages: async () => undefined,
    });
  };
  const ways = {sealed: appenderOf(storage.personal), plain: appenderOf(unsealed(storage.personal))};
  const talking = await talks(storage, 50);
  const rates = {sealed: [] as number[], plain: [] as number[]};
  for (let round = -1; round < rounds; round += 1) {
    for (const way of round % 2 === 0 ? (['sealed', 'plain'] as const) : (['plain', 'sealed'] as const)) {
      const began = performance.now();
      for (let count = 0; count < batches; count += 1) {
        const items = Array.from({length: batch}, (_, index) => ({
          conversationId: talking[index % talking.length]?.id ?? '',
          clientId: newId(),
          author: {kind: 'visitor' as const, id: null},
          text,
        }));
        await storage.transaction(trx => ways[way](trx, items));
      }
      // the first round compiles
      if (round >= 0) rates[way].push((batches * batch * 1000) / (performance.now() - began));
    }
  }
  const ratio = median(rates.sealed.map((rate, index) => rate / (rates.plain[index] ?? NaN)));
  say(
    `${kind} messages stored a second: ${median(rates.sealed).toFixed(0)} sealed, ${median(rates.plain).toFixed(0)} plain: ${ratio.toFixed(2)} of the rate (0.75 wanted)${ratio < 0.75 ? '  TOO SLOW' : ''}`,
  );
  await close();
};

/** Milliseconds of a nightly run that erases exactly one person, by the number of messages beside them. */
const erasure = async (kind: DatabaseKind, size: number): Promise<number> => {
  const {appliance, storage, close} = await opened(kind);
  const talking = await talks(storage, size / perConversation);
  for (let from = 0; from < talking.length; from += 50) {
    const rows = talking.slice(from, from + 50).flatMap(({id, visitorId, number}) =>
      Array.from({length: perConversation}, (_, seq) => ({
        id: newId(),
        conversation_number: number,
        conversation_id: id,
        visitor_id: visitorId,
        seq: seq + 1,
        client_id: `c${seq}`,
        author_kind: 'visitor',
        text,
        at: clock.iso(),
      })),
    );
    const sealed = await storage.personal.seal('conversations_messages', rows);
    await storage.transaction(trx => insertMany(trx, 'conversations_messages', sealed));
  }
  if (kind === 'postgres') await storage.db.raw('analyze');
  const times: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const {id, visitorId} = talking[(round + 3) * 7] as Talk;
    const longAgo = addMilliseconds(clock.iso(), -400 * 86_400_000);
    await storage.db('conversations_conversations').where({id}).update({updated_at: longAgo});
    const began = performance.now();
    const removed = await appliance.inside.retention.run();
    const ms = performance.now() - began;
    const key = await storage.keys.find([visitorId]);
    const left = await storage.db('conversations_messages').where({conversation_id: id});
    if (removed['conversations'] !== 1 || key.size > 0 || left.length > 0)
      throw new Error(`one person was to be erased: ${JSON.stringify(removed)}`);
    if (round >= 0) times.push(ms);
  }
  await close();
  return median(times);
};

for (const kind of kinds) await throughput(kind);
for (const kind of kinds) {
  const [small, large] = [await erasure(kind, sizes[0]), await erasure(kind, sizes[1])];
  const ratio = large / small;
  say(
    `${kind} one person erased: ${small.toFixed(1)} ms among ${sizes[0]} messages, ${large.toFixed(1)} ms among ${sizes[1]}: ${ratio.toFixed(2)} times (2 allowed)${ratio > 2 ? '  TOO SLOW' : ''}`,
  );
}
process.exit(0);
