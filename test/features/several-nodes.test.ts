import test from 'ava';
import {createTestClock, systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {openStorage, type Restriction, restrictionTable} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {openAgent, signIn} from '../helpers/clients.ts';
import {freshDatabase, type Scope, temporaryDirectory} from '../helpers/databases.ts';
import {administrator, setupAnswers, startAppliance} from '../helpers/start.ts';

/** One PostgreSQL database, and a data directory for each of these nodes. */
const nodesOn = async (t: Scope, count: number) => {
  const first = await freshDatabase(t, 'postgres');
  return Array.from({length: count}, () => ({...first, directory: temporaryDirectory(t)}));
};

test('nodes that start at once on an empty database come up with one schema and the same keys', async t => {
  for (let round = 0; round < 3; round++) {
    const nodes = await nodesOn(t, 4);
    const opened = await Promise.all(
      nodes.map(node => openStorage({...node, clock: systemClock, tables: allTables})),
    );
    const seen = opened.map(({keys}) => keys.accountKey.toString('hex'));
    t.is(new Set(seen).size, 1, `round ${round}`);
    await Promise.all(opened.map(storage => storage.close()));
  }
});

test('two appliances that start at once serve the same visitors, and the first visit happens once', async t => {
  const nodes = await nodesOn(t, 2);
  const [one, two] = await Promise.all(nodes.map(existing => startAppliance(t, {existing, setUp: false})));
  if (!one || !two) return t.fail();
  const visits = await Promise.allSettled([one, two].map(({inside}) => inside.setUp(setupAnswers)));
  t.deepEqual(visits.map(({status}) => status).toSorted(), ['fulfilled', 'rejected']);
  const late = visits.find(visit => visit.status === 'rejected');
  t.like(late?.reason, {code: 'setup.done_already'});

  const visitor = await one.visitor();
  const {seq} = await visitor.say('Hello from the first node');
  const agent = await openAgent(two.base, await signIn(two.base, administrator));
  await agent.watch(visitor.conversationId);
  t.is(
    agent.messages(visitor.conversationId).find(message => message.seq === seq)?.text,
    'Hello from the first node',
  );
});

test('a key that one node destroys is of no use on another a minute later, and is asked for no more often', async t => {
  const clock = createTestClock('2026-11-24T08:00:00.000Z');
  const [one, two] = await Promise.all(
    (await nodesOn(t, 2)).map(node => openStorage({...node, clock, tables: allTables})),
  );
  if (!one || !two) return t.fail();
  t.teardown(() => Promise.all([one.close(), two.close()]));
  const [person, neighbour] = [newId(), newId()];
  await one.keys.create(person);
  await one.keys.create(neighbour);
  const held = async () => [...(await two.keys.find([person, neighbour])).keys()];
  t.deepEqual(await held(), [person, neighbour]);
  await one.keys.destroy([person]);
  clock.advance(60_000);
  t.deepEqual(await held(), [neighbour]);
  t.deepEqual([...(await one.keys.find([person])).keys()], []);
});

test('who is restricted on one node is not read on another that nobody has asked for a while', async t => {
  const [one, two] = await Promise.all(
    (await nodesOn(t, 2)).map(node => openStorage({...node, clock: systemClock, tables: allTables})),
  );
  if (!one || !two) return t.fail();
  t.teardown(() => Promise.all([one.close(), two.close()]));
  const person = newId();
  const [row] = await one.personal.seal(restrictionTable, [
    {person_id: person, until: null, request_id: null, reason: 'A law', set_at: systemClock.iso()},
  ]);
  await one.transaction(trx => one.restrictions.put(trx, row as Restriction));
  await new Promise<void>(resolve => {
    two.db.on('query-response', (_rows: unknown, {sql}: {sql: string}) => {
      if (sql.includes(restrictionTable)) setImmediate(resolve);
    });
  });
  t.true(two.restrictions.has(person), 'the first one who asks is told');
});
