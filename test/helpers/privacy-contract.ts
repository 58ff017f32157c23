/**
 * What every room that holds something of visitors must do, proved on real rows: `privacyContract(room, seed)`, once a room.
 * A seed puts one person into each of the room's tables, with words that nobody else says. A room that declares such tables
 * and is not called fails `privacy-contract.test.ts`.
 */
import test from 'ava';
import {subjectsOf} from '../../appliance/features/privacy/data-map.ts';
import {createPersonsData} from '../../appliance/features/privacy/requests/persons-data.ts';
import {createRequests, type Kept} from '../../appliance/features/privacy/requests/index.ts';
import type {RequestDeps} from '../../appliance/features/privacy/requests/requests.deps.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {purposes, type TableDeclaration} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import type {Visitor} from './clients.ts';
import {databaseKinds} from './databases.ts';
import {type Started, startAppliance} from './start.ts';
import {eraseByRequest, requestThat, rowsNaming} from './subjects.ts';

const day = 24 * 60 * 60 * 1000;

/** Tables that hold something of visitors. Keys are in a store of their own; a request has a key of its own. */
export const tablesOfVisitors = (room: string): (TableDeclaration & {person: string})[] =>
  allTables.filter(
    (one): one is TableDeclaration & {person: string} =>
      one.room === room &&
      typeof one.person === 'string' &&
      subjectsOf(one).includes('visitors') &&
      one.room !== 'storage' &&
      one.table !== 'privacy_requests',
  );
export const roomsOfVisitors = [
  ...new Set(allTables.map(({room}) => room).filter(room => tablesOfVisitors(room).length > 0)),
];
/** A log's rows stay; what they say goes with the key. */
const isLog = ({retention}: TableDeclaration): boolean => retention === 'audit';

/** Rooms whose words are read for nothing but the person's own rights. */
const onlyForRights = new Set(['privacy']);

export type Seed = (appliance: Started, visitor: Visitor, words: string) => Promise<void>;
const called = new Map<string, Seed>();
export const seeded = (): string[] => [...called.keys()];

/** Whether anything of the room is read, for any purpose but the person's own rights, that says these words. */
const isShown = async (
  {inside: {storage}}: Started,
  tables: readonly TableDeclaration[],
  words: string,
): Promise<boolean> => {
  for (const {table, columns} of tables) {
    const personal = Object.values(columns).filter(column => column.kind !== 'technical');
    const others = purposes.filter(
      purpose => purpose !== 'privacy_rights' && personal.every(column => column.purposes.includes(purpose)),
    );
    for (const purpose of others) {
      const rows = await storage.personal.reader(purpose).open(table, await storage.db(table));
      if (JSON.stringify(rows).includes(words)) return true;
    }
  }
  return false;
};

/** The appliance as it would be if something kept these persons. */
export const heldBack = (
  appliance: Started,
  kept: Kept,
  restrict: RequestDeps['restrict'] = () => Promise.resolve(),
) => {
  const {storage} = appliance.inside;
  const nothing = () => undefined;
  const done = () => Promise.resolve();
  const deps: RequestDeps = {
    storage,
    clock: createTestClock(new Date().toISOString()),
    log: createLogger('silent'),
    tables: allTables,
    reader: storage.personal.reader('privacy_rights'),
    sealing: {
      sign: () => Promise.reject(new Error('nothing is signed while everything is held')),
      verify: () => false,
      canonical: JSON.stringify,
    },
    ledgerFile: `${appliance.directory}/nobody-erased.jsonl`,
    running: async () => undefined,
    notice: () => Promise.reject(new Error('not asked for')),
    keeps: async (_, ids) => new Map(ids.map(id => [id, kept])),
    restrict,
    lastKeyCopyEnds: async at => at,
    mail: {isSet: async () => false, sendCode: async () => null, withdraw: done, wake: nothing},
    persons: {
      byEmail: async () => [],
      ofConversation: async (db, id) =>
        (await db('conversations_conversations').where({id}).first('visitor_id'))?.visitor_id,
      conversationsOf: async () => [],
    },
    crm: {
      handOver: () => Promise.reject(new Error('nothing is handed over while everything is held')),
      progress: async () => new Map(),
      forget: done,
      confirmByHand: async () => 0,
      wake: nothing,
    },
    forgotten: nothing,
    objections: {ai: done, usage: done, all: done},
    facts: {of: async () => [], prepare: () => Promise.reject(new Error('not asked for')), wake: nothing},
    userNames: async () => new Map(),
    looked: done,
    audit: done,
  };
  return createRequests(deps);
};

const hold: Kept = {why: 'legal_hold', reason: 'Lawsuit 7 O 123/26', until: null};

export const privacyContract = (room: string, seed: Seed): void => {
  if (called.has(room)) throw new Error(`${room} is seeded twice`);
  called.set(room, seed);
  const tables = tablesOfVisitors(room);

  for (const database of databaseKinds) {
    test.serial(
      `${database}: ${room} gives a copy, respects a hold, and erases a person and nobody else`,
      async t => {
        const appliance = await startAppliance(t, {database});
        const {storage} = appliance.inside;
        const admin = await appliance.administrator();
        const [person, other] = [await appliance.visitor(), await appliance.visitor()];
        await seed(appliance, person, 'Quillfeather');
        await seed(appliance, other, 'Thistlewood');
        const rows = async (visitor: Visitor) => {
          const counts: Record<string, number> = {};
          for (const {table, person: column} of tables)
            counts[table] = (await storage.db(table).where({[column]: visitor.visitorId})).length;
          return counts;
        };
        const before = await rows(person);
        for (const [table, count] of Object.entries(before)) t.true(count > 0, `the seed reaches ${table}`);
        const beside = await rows(other);

        const data = createPersonsData({
          tables: allTables,
          reader: storage.personal.reader('privacy_rights'),
        });
        const copy = JSON.stringify(
          (await data.read(storage.db, person.visitorId)).filter(one => one.room === room),
        );
        const tells = tables.some(({columns}) =>
          Object.values(columns).some(column => column.kind !== 'technical'),
        );
        if (tells) t.true(copy.includes('Quillfeather'), 'the copy has what they said');
        t.false(copy.includes('Thistlewood'), 'and nothing of anybody else');

        const requests = heldBack(appliance, hold);
        const asked = {kind: 'erasure', words: 'Erase it.', language: 'en'} as const;
        const held = await requests.open({...asked, conversationId: person.conversationId}, admin.user.id);
        t.like(await requests.execute(held.id, admin.user.id), {
          state: 'held',
          erasures: {0: {kept: {why: 'legal_hold', reason: 'Lawsuit 7 O 123/26'}}},
        });
        // the request names them, too
        const kept = room === 'privacy' ? {...before, privacy_request_persons: 2} : before;
        t.deepEqual(await rows(person), kept, 'a hold keeps every row');
        t.is((await storage.keys.find([person.visitorId])).size, 1, 'and the key');

        // the hold has ended: what was asked for goes on by itself
        await appliance.inside.subjects.tidy();
        await requestThat(admin, held.id, ({state}) => state === 'done');
        for (const declaration of tables)
          if (!isLog(declaration))
            t.deepEqual(
              await storage.db(declaration.table).where({[declaration.person]: person.visitorId}),
              [],
              declaration.table,
            );
        t.deepEqual(await rowsNaming(storage, person.visitorId), [], 'no raw row of any table names them');
        t.is((await storage.keys.find([person.visitorId])).size, 0);
        t.notRegex(JSON.stringify(await data.read(storage.db, person.visitorId)), /Quillfeather/);
        t.deepEqual(await rows(other), beside, 'nobody else is touched');
        t.is((await eraseByRequest(admin, {conversationId: other.conversationId})).outcome, 'erased');
        t.deepEqual(await rowsNaming(storage, other.visitorId), []);
      },
    );

    test.serial(`${database}: ${room} keeps nobody longer than it may`, async t => {
      const clock = createTestClock('2026-11-24T08:00:00.000Z');
      const appliance = await startAppliance(t, {database, clock});
      const {storage, retention, subjects} = appliance.inside;
      const person = await appliance.visitor();
      await seed(appliance, person, 'Quillfeather');
      await person.close();
      clock.advance(400 * day);
      await retention.run();
      await subjects.tidy();
      for (const declaration of tables)
        if (!isLog(declaration))
          t.deepEqual(
            await storage.db(declaration.table).where({[declaration.person]: person.visitorId}),
            [],
            declaration.table,
          );
      t.is((await storage.keys.find([person.visitorId])).size, 0);
    });

    test.serial(`${database}: ${room} shows nothing of a person whose data is restricted`, async t => {
      const appliance = await startAppliance(t, {database});
      const {storage, retention} = appliance.inside;
      const person = await appliance.visitor();
      await seed(appliance, person, 'Quillfeather');
      const before = await isShown(appliance, tables, 'Quillfeather');
      await storage.transaction(trx =>
        retention.holds.restrict(trx, person.visitorId, {until: null, reason: 'A law', requestId: null}),
      );
      t.false(await isShown(appliance, tables, 'Quillfeather'));
      // what is only ever read for the person's own rights is shown to nobody else before, either
      t.is(before, !onlyForRights.has(room));
    });
  }
};
