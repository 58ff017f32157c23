import {auditTables, createAudit} from '../../appliance/features/audit/index.ts';
import {leafColumns, leafContent, type LeafRow} from '../../appliance/features/audit/leaves.ts';
import {appendLeaf, emptyPeaks, leafHash, type Peaks, rootHash} from '../../appliance/kit/merkle.ts';
import type {WitnessPlace} from '../../appliance/features/audit/witnesses.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {openStorage, type Storage} from '../../appliance/storage/index.ts';
import {verifyLines} from '../../packaging/verify-audit.mjs';
import {type DatabaseKind, freshDatabase, type Scope} from './databases.ts';

/** The log alone, over a real database. */
export const openAudit = async (t: Scope, kind: DatabaseKind, options: {witnesses?: WitnessPlace[]} = {}) => {
  const clock = createTestClock('2026-03-02T08:00:00.000Z');
  const storage = await openStorage({...(await freshDatabase(t, kind)), clock, tables: auditTables});
  t.teardown(() => storage.close());
  const {reader} = storage.personal;
  const audit = createAudit({
    storage,
    clock,
    readers: {administration: reader('administration'), security: reader('security')},
    userNames: async ids => new Map(ids.map(id => [id, 'Ada Example'])),
    witnesses: options.witnesses ?? [],
    elsewhere: {wake: () => Promise.resolve(), states: () => Promise.resolve([])},
    verify: verifyLines,
  });
  const person = async () => {
    const id = newId();
    await storage.keys.create(id);
    return id;
  };
  return {clock, storage, audit, admin: await person(), visitor: await person()};
};

export const leavesOf = async (storage: Storage): Promise<LeafRow[]> =>
  storage
    .db('audit_leaves')
    .orderBy('index')
    .select(...leafColumns, 'subtrees');

/** Leaf by leaf from what the rows say, never from what was stored of the tree. */
export const treeOf = (rows: readonly LeafRow[]): {peaks: Peaks; rows: LeafRow[]} => {
  let peaks = emptyPeaks;
  const again = rows.map(row => {
    const hash = leafHash(Buffer.from(JSON.stringify(leafContent(row))));
    const {completed, ...next} = appendLeaf(peaks, hash);
    peaks = next;
    const subtrees = completed.length === 0 ? null : Buffer.concat(completed).toString('hex');
    return {...row, leaf_hash: hash.toString('hex'), subtrees};
  });
  return {peaks, rows: again};
};
export const rootOfLeaves = (rows: readonly LeafRow[]): string =>
  rootHash(treeOf(rows).peaks).toString('hex');

/** Hashes, nodes and root as they should be, had the rows always been what they are now. */
export const hashAnew = async ({storage}: {storage: Storage}): Promise<void> => {
  const {peaks, rows} = treeOf(await leavesOf(storage));
  for (const {index, leaf_hash, subtrees} of rows)
    await storage.db('audit_leaves').where({index}).update({leaf_hash, subtrees});
  await storage
    .db('audit_tree')
    .update({size: peaks.size, peaks: JSON.stringify(peaks.hashes.map(hash => hash.toString('hex')))});
};
