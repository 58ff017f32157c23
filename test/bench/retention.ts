/**
 * `npm run bench:retention -- [--messages 50000] [--database sqlite|postgres]`
 * A retention run beside a bare DELETE in batches of the same conversations' number, and what messages wait while one runs
 * beside what they wait without: on the same database, in the same run. The ratios are what counts.
 */
import {randomBytes} from 'node:crypto';
import {setTimeout as rest} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {newId} from '../../appliance/kit/ids.ts';
import {insertMany, type Storage} from '../../appliance/storage/index.ts';
import {type DatabaseKind, databaseKinds} from '../helpers/databases.ts';
import {type Started, startAppliance} from '../helpers/start.ts';

const {values: options} = parseArgs({
  options: {messages: {type: 'string', default: '50000'}, database: {type: 'string'}},
});
const total = Number(options.messages);
const perConversation = 20;
/** As many conversations as a batch of the run takes at most. */
const batch = 250;
const day = 24 * 60 * 60 * 1000;
/** A message from one of these visitors every so many milliseconds. */
const [people, pause] = [8, 20];
/** Fewer say nothing about the slowest of a hundred. */
const enough = 400;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;

/** Conversations as they lie there after so many days, each of its own visitor, with keys. */
const fill = async (storage: Storage, siteId: string, days: number): Promise<void> => {
  const begun = Date.now() - days * day;
  const {newest} = (await storage.db('conversations_conversations').max({newest: 'number'}).first()) as {
    newest: number | null;
  };
  let number = newest ?? 0;
  for (let done = 0; done < total; done += batch * perConversation) {
    const conversations = Array.from({length: batch}, (_, index) => ({
      id: newId(),
      visitor_id: newId(),
      site_id: siteId,
      locale: 'en',
      state: 'closed',
      last_seq: perConversation,
      visitor_read: 0,
      agent_read: 0,
      created_at: new Date(begun + done + index).toISOString(),
      updated_at: new Date(begun + done + index).toISOString(),
      number: ++number,
    }));
    await Promise.all(conversations.map(({visitor_id: id}) => storage.keys.create(id)));
    await storage.transaction(async trx => {
      await insertMany(
        trx,
        'conversations_visitors',
        conversations.map(one => ({
          id: one.visitor_id,
          site_id: siteId,
          number: one.number,
          locale: 'en',
          created_at: one.created_at,
        })),
      );
      await insertMany(trx, 'conversations_conversations', conversations);
      const messages = conversations.flatMap(one =>
        Array.from({length: perConversation}, (_, index) => ({
          id: newId(),
          conversation_number: one.number,
          conversation_id: one.id,
          visitor_id: one.visitor_id,
          seq: index + 1,
          client_id: `c${index}`,
          author_kind: 'visitor',
          text_sealed: randomBytes(140),
          at: one.created_at,
        })),
      );
      for (let from = 0; from < messages.length; from += 1000)
        await insertMany(trx, 'conversations_messages', messages.slice(from, from + 1000));
    });
  }
  if (storage.dialect === 'postgres')
    await storage.db.raw(
      `select setval(pg_get_serial_sequence('conversations_conversations', 'number'), ${number + 1000})`,
    );
};

/** No key, no receipt, no judgement: old rows, in transactions. */
const bareDelete = async (storage: Storage, before: string): Promise<void> => {
  for (;;) {
    const gone = await storage.transaction(async trx => {
      const rows: {id: string; visitor_id: string}[] = await trx('conversations_conversations')
        .where('updated_at', '<', before)
        .orderBy('updated_at')
        .limit(batch)
        .select('id', 'visitor_id');
      const visitors = rows.map(row => row.visitor_id);
      await trx('conversations_conversations').whereIn('visitor_id', visitors).delete();
      await trx('conversations_visitors').whereIn('id', visitors).delete();
      return rows.length;
    });
    if (gone < batch) return;
  }
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** How long messages wait for their acknowledgement while something else happens. */
const waits = async (
  appliance: Started,
  meanwhile: (measured: readonly number[]) => Promise<unknown>,
): Promise<number[]> => {
  const visitors = await Promise.all(Array.from({length: people}, () => appliance.visitor()));
  const measured: number[] = [];
  const ending = new AbortController();
  const talk = async (): Promise<void> => {
    const sent: Promise<unknown>[] = [];
    for (let turn = 0; !ending.signal.aborted; turn += 1) {
      const began = performance.now();
      const one = visitors[turn % people];
      if (one) sent.push(one.say(`${turn} boxes`).then(() => measured.push(performance.now() - began)));
      await rest(pause);
    }
    await Promise.all(sent);
  };
  const talking = talk();
  await meanwhile(measured);
  ending.abort();
  await talking;
  await Promise.all(visitors.map(visitor => visitor.close()));
  return measured;
};

const bench = async (kind: DatabaseKind): Promise<void> => {
  const ends: (() => unknown)[] = [];
  const environment = {
    CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000000',
    CROWLIT_CHAT_FRAMES_PER_TEN_SECONDS: '1000000',
  };
  const scope = {teardown: (end: () => unknown) => void ends.push(end)};
  const appliance = await startAppliance(scope, {database: kind, environment});
  const {storage, retention} = appliance.inside;
  const siteId = await appliance.siteId();
  const filled = await timed(async () => {
    for (const days of [900, 800, 700, 600, 500]) await fill(storage, siteId, days);
  });
  const keep = (days: number) =>
    retention.policy.set(
      {days: {conversations: days, leads: 3650, usage: 3650, mail: 3650}, sites: []},
      actor,
    );
  const actor = (await storage.db('accounts_users').first('id'))?.id as string;
  const before = (days: number) => new Date(Date.now() - days * day).toISOString();

  // each way twice, in turns, and the better one counts: other work on the machine is nobody's merit
  const [bare, run]: [number[], number[]] = [[], []];
  for (const [deleted, kept] of [
    [850, 750],
    [650, 550],
  ] as const) {
    bare.push(await timed(() => bareDelete(storage, before(deleted))));
    await keep(kept);
    run.push(await timed(() => retention.run()));
  }
  const calm = await waits(appliance, async measured => {
    while (measured.length < enough) await rest(pause);
  });
  await keep(450);
  let removed: Record<string, number> = {};
  const busy = await waits(appliance, async () => {
    removed = await retention.run();
  });
  const conversations = Math.ceil(total / (batch * perConversation)) * batch;
  if (removed['conversations'] !== conversations) throw new Error(`removed ${JSON.stringify(removed)}`);

  const rate = (seconds: number) => (conversations * perConversation) / seconds;
  const [bareRate, runRate] = [rate(Math.min(...bare)), rate(Math.min(...run))];
  const p99 = {calm: percentile(calm, 0.99), busy: percentile(busy, 0.99)};
  say(
    `${kind}, ${conversations * perConversation} messages a run (filled in ${filled.toFixed(0)} s): ` +
      `run ${runRate.toFixed(0)} messages/s, bare DELETE ${bareRate.toFixed(0)}: ${(runRate / bareRate).toFixed(2)} of it (at least 0.5 wanted); ` +
      `p99 of a message ${p99.busy.toFixed(1)} ms during a run (${busy.length} messages), ${p99.calm.toFixed(1)} ms without (${calm.length}): ` +
      `${(p99.busy / p99.calm).toFixed(2)} times (at most 3 wanted)`,
  );
  for (const end of ends.reverse()) await end();
};

for (const kind of databaseKinds.filter(one => options.database === undefined || options.database === one))
  await bench(kind);
process.exit(0);
