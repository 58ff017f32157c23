import {createHash} from 'node:crypto';
import test from 'ava';
import {array, assert as forAll, property, uint8Array} from 'fast-check';
import {appendLeaf, emptyPeaks, leafHash, type Peaks, rootHash} from '../../appliance/kit/merkle.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {leavesOf, openAudit, rootOfLeaves} from '../helpers/audit.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';

const minute = 60_000;
const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH of RFC 9162, section 2.1.1, word for word. */
const naive = (leaves: Buffer[]): Buffer => {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] as Buffer);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.of(1), naive(leaves.slice(0, k)), naive(leaves.slice(k)));
};
const incremental = (leaves: Buffer[]) =>
  leaves.reduce<Peaks>((peaks, leaf) => appendLeaf(peaks, leafHash(leaf)), emptyPeaks);

test('the tree gives the roots that Certificate Transparency publishes for its eight test leaves', t => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map(hex => Buffer.from(hex, 'hex'));
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  roots.forEach((root, size) =>
    t.is(rootHash(incremental(leaves.slice(0, size))).toString('hex'), root, `${size} leaves`),
  );
});

test('leaf by leaf the root is that of the recursive definition, from as many hashes as the size has ones', t => {
  forAll(
    property(array(uint8Array({maxLength: 40}), {maxLength: 140}), arrays => {
      const leaves = arrays.map(bytes => Buffer.from(bytes));
      const peaks = incremental(leaves);
      const ones = leaves.length.toString(2).replaceAll('0', '').length;
      return (
        rootHash(peaks).equals(naive(leaves)) && peaks.hashes.length === ones && peaks.size === leaves.length
      );
    }),
    {numRuns: 200},
  );
  t.pass();
});

for (const kind of databaseKinds) {
  test(`${kind}: what is written is in the tree, and a change of any leaf shows`, async t => {
    const {audit, storage, admin, visitor} = await openAudit(t, kind);
    for (let count = 0; count < 7; count += 1) {
      await storage.transaction(trx =>
        audit.append(trx, {
          actor: {kind: 'user', id: admin},
          action: 'retention.changed',
          subject: {kind: 'retention', id: String(count)},
          detail: {before: count, after: count + 1},
        }),
      );
    }
    // many at once, and one that is rolled back: no leaf is lost, none doubled, none left over
    const append = (action: string) =>
      storage.transaction(async trx => {
        await audit.append(trx, {
          actor: {kind: 'system', id: null},
          action,
          personId: visitor,
          detail: {action},
        });
        if (action === 'never') throw new Error('rolled back');
      });
    await Promise.allSettled([append('one'), append('never'), append('two'), append('three')]);

    const page = await audit.list({limit: 4});
    t.is(page.tree.size, 10);
    t.is(page.tree.rootHash, rootOfLeaves(await leavesOf(storage)));
    const rest = await audit.list({limit: 50, cursor: page.nextCursor ?? undefined});
    const all = [...page.entries, ...rest.entries];
    t.deepEqual(
      all.map(({index}) => index),
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    );
    t.is(rest.nextCursor, null);
    t.deepEqual(
      all
        .slice(0, 3)
        .map(({action}) => action)
        .toSorted(),
      ['one', 'three', 'two'],
    );
    t.like(all.at(-1), {
      actor: {kind: 'user', id: admin, name: 'Ada Example'},
      detail: {before: 0, after: 1},
      subject: {kind: 'retention', id: '0'},
    });
    t.deepEqual(
      (await audit.list({limit: 50, action: 'two'})).entries.map(({action}) => action),
      ['two'],
    );

    for (const change of [
      {action: 'retention.looked_at'},
      {at: '2026-03-02T08:00:00.001Z'},
      {actor_id: visitor},
      {detail_commitment: '0'.repeat(64)},
    ]) {
      await t.throwsAsync(
        storage.transaction(async trx => {
          await trx('audit_leaves').where({index: 3}).update(change);
          const rows = await trx('audit_leaves').orderBy('index');
          t.not(rootOfLeaves(rows), page.tree.rootHash, JSON.stringify(change));
          throw new Error('as it was');
        }),
        {message: 'as it was'},
      );
    }
  });

  test(`${kind}: erasing a person takes what was said about them and leaves the tree as it was`, async t => {
    const {audit, storage, admin, visitor} = await openAudit(t, kind);
    await storage.transaction(trx =>
      audit.append(trx, {
        actor: {kind: 'user', id: admin},
        action: 'lead.corrected',
        personId: visitor,
        subject: {kind: 'visitor', id: visitor},
        detail: {name: 'Grace Sample'},
      }),
    );
    const raw = JSON.stringify(await storage.db('audit_leaves'));
    t.notRegex(raw, /Grace/);
    const before = await audit.list({limit: 5});
    t.deepEqual(before.entries[0]?.detail, {name: 'Grace Sample'});
    await storage.keys.destroy([visitor]);
    const after = await audit.list({limit: 5});
    t.is(after.entries[0]?.detail, null);
    t.like(after.entries[0], {action: 'lead.corrected', leafHash: before.entries[0]?.leafHash});
    t.deepEqual(after.tree, before.tree);
    t.is(after.tree.rootHash, rootOfLeaves(await leavesOf(storage)));
  });

  test(`${kind}: looks at a person are one within fifteen minutes, for each actor, person and purpose`, async t => {
    const {audit, storage, clock, admin, visitor} = await openAudit(t, kind);
    const other = newId();
    await storage.keys.create(other);
    const look = (actor: string, person: string, purpose = 'service') =>
      audit.looked(actor, person, purpose, {kind: 'conversation', id: `of ${person}`});
    const count = async () => (await audit.list({limit: 100, action: 'person.looked_at'})).entries.length;
    await look(admin, visitor);
    await look(admin, visitor);
    clock.advance(14 * minute);
    await look(admin, visitor);
    t.is(await count(), 1);
    await look(admin, other);
    await look(other, visitor);
    await look(admin, visitor, 'privacy_rights');
    t.is(await count(), 4);
    clock.advance(2 * minute);
    await look(admin, visitor);
    t.is(await count(), 5, 'counted from the look that was written');
    const {entries} = await audit.list({limit: 1});
    t.like(entries[0], {purpose: 'service', actor: {id: admin}});
  });
}

test('who looks at a list is in the log once, with how many it held, and not with what they searched for', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  await visitor.say('Hello');
  await appliance.visitor();
  const look = (path: string) => agent.api.call('GET', path);
  await look('/api/agent/conversations');
  await look('/api/agent/conversations');
  await look('/api/agent/conversations?q=hello');
  await look('/api/agent/conversations?q=nobody-of-that-name');
  await look('/api/agent/leads');
  await admin.call('GET', '/api/admin/users');
  const logged = async (action: string) =>
    (await admin.call<{entries: Logged[]}>('GET', `/api/admin/audit?action=${action}`)).entries;
  const conversations = await logged('conversations.listed');
  t.deepEqual(
    conversations.map(({detail}) => detail),
    [{count: 1}, {count: 2}],
  );
  t.true(conversations.every(({actor, purpose}) => actor.id === agent.api.user.id && purpose === 'service'));
  t.deepEqual(await logged('leads.listed'), [], 'an empty list shows nobody');
  t.like(await logged('users.listed'), [{purpose: 'administration', detail: {count: 2}}]);
});
type Logged = {actor: {id: string}; purpose: string; detail: {count: number}};
