/**
 * `npm run bench:audit`: what a proof reads in a log of 10,000 and of 1,000,000 entries, on both databases, and what the tree
 * costs an append: beside the same rows written without it, in the same run.
 */
import {leafColumns, leafContent} from '../../appliance/features/audit/leaves.ts';
import {appendLeaf, emptyPeaks, leafHash, type Peaks, rootHash} from '../../appliance/kit/merkle.ts';
import {addMilliseconds} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {insertMany, type Storage} from '../../appliance/storage/index.ts';
import {provesConsistency, provesInclusion} from '../../packaging/verify-audit.mjs';
import {openAudit} from '../helpers/audit.ts';
import {type DatabaseKind, databaseKinds} from '../helpers/databases.ts';

const sizes = [10_000, 1_000_000];
const batch = 1000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** As many rows as the appliance would write in years, with the same hashes in the same places. */
const fill = async (storage: Storage, size: number, actor: string): Promise<Map<number, Buffer>> => {
  let peaks: Peaks = emptyPeaks;
  const roots = new Map<number, Buffer>();
  for (let from = 0; from < size; from += batch) {
    const rows: Record<string, unknown>[] = [];
    for (let index = from; index < Math.min(from + batch, size); index += 1) {
      const row = {
        index,
        id: newId(),
        at: addMilliseconds('2026-01-01T00:00:00.000Z', index * 1000),
        actor_kind: 'user' as const,
        actor_id: actor,
        action: 'person.looked_at',
        subject_kind: 'conversation',
        subject_id: newId(),
        person_id: actor,
        purpose: 'service',
        detail_commitment: null,
      };
      const hash = leafHash(Buffer.from(JSON.stringify(leafContent(row))));
      const {completed, ...next} = appendLeaf(peaks, hash);
      peaks = next;
      rows.push({
        ...row,
        leaf_hash: hash.toString('hex'),
        subtrees: completed.length === 0 ? null : Buffer.concat(completed).toString('hex'),
      });
    }
    roots.set(peaks.size, rootHash(peaks));
    await storage.transaction(trx => insertMany(trx, 'audit_leaves', rows));
  }
  const stored = JSON.stringify(peaks.hashes.map(hash => hash.toString('hex')));
  await storage.db('audit_tree').insert({id: 1, size, peaks: stored}).onConflict('id').merge();
  return roots;
};

/** Queries and rows that came back while something ran, as the database driver saw them. */
const counted = async <Result>(storage: Storage, work: () => Promise<Result>) => {
  const seen = {queries: 0, rows: 0};
  const count = (response: unknown) => {
    seen.queries += 1;
    seen.rows += Array.isArray(response)
      ? response.length
      : ((response as {rows?: unknown[]}).rows?.length ?? 0);
  };
  storage.db.on('query-response', count);
  const started = performance.now();
  const result = await work();
  const ms = performance.now() - started;
  storage.db.removeListener('query-response', count);
  return {...seen, ms, result};
};

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const proofs = async (kind: DatabaseKind, size: number): Promise<void> => {
  const ends: (() => unknown)[] = [];
  const {audit, storage, admin} = await openAudit({teardown: end => void ends.push(end)}, kind);
  const began = performance.now();
  const roots = await fill(storage, size, admin);
  const filled = ((performance.now() - began) / 1000).toFixed(0);
  const most = {inclusion: 0, consistency: 0, hashes: 0};
  const times: number[] = [];
  const root = roots.get(size) as Buffer;
  for (let count = 0; count < 200; count += 1) {
    const index = count < 2 ? count * (size - 1) : Math.floor((size * count) / 200);
    const row = await storage
      .db('audit_leaves')
      .where({index})
      .select(...leafColumns)
      .first();
    const inclusion = await counted(storage, () => audit.leaves.inclusion(storage.db, index, size));
    const leaf = Buffer.from(row.leaf_hash, 'hex');
    if (!provesInclusion({leaf, index, size, proof: inclusion.result ?? [], root}))
      throw new Error(`the proof of ${index} does not hold`);
    const from = Math.max(1, Math.floor(index / batch)) * batch;
    const consistency = await counted(storage, () => audit.leaves.consistency(storage.db, from, size));
    const fromRoot = roots.get(from) as Buffer;
    if (!provesConsistency({from, to: size, proof: consistency.result ?? [], fromRoot, toRoot: root}))
      throw new Error(`the proof from ${from} does not hold`);
    if (inclusion.queries !== 1 || consistency.queries > 1) throw new Error('a proof is one query');
    most.inclusion = Math.max(most.inclusion, inclusion.rows);
    most.consistency = Math.max(most.consistency, consistency.rows);
    most.hashes = Math.max(most.hashes, inclusion.result?.length ?? 0);
    times.push(inclusion.ms);
  }
  say(
    `${kind} ${size} entries (filled in ${filled} s): one query a proof; at most ${most.inclusion} rows for an inclusion proof (${most.hashes} hashes), ${most.consistency} for a consistency proof; 2 log2 n = ${Math.floor(2 * Math.log2(size))}; median ${median(times).toFixed(2)} ms`,
  );
  for (const end of ends.reverse()) await end();
};

/** The same row, sealed and inserted, and nothing of a tree. */
const plainTable = async (storage: Storage): Promise<void> =>
  storage.db.schema.createTable('plain_leaves', table => {
    table.integer('index').primary();
    for (const name of ['id', 'at', 'actor_kind', 'action', 'leaf_hash']) table.text(name).notNullable();
    for (const name of [
      'actor_id',
      'subject_kind',
      'subject_id',
      'person_id',
      'purpose',
      'detail_commitment',
    ])
      table.text(name);
    table.text('subtrees');
    table.binary('detail_sealed');
    table.binary('salt_sealed');
    table.index(['subject_id', 'actor_id', 'at']);
    table.index(['action', 'index']);
  });

const appends = async (kind: DatabaseKind): Promise<void> => {
  const ends: (() => unknown)[] = [];
  const {audit, storage, clock, admin} = await openAudit({teardown: end => void ends.push(end)}, kind);
  await plainTable(storage);
  const detail = {before: 30, after: 60};
  let next = 0;
  const withTree = () =>
    storage.transaction(trx =>
      audit.append(trx, {actor: {kind: 'user', id: admin}, action: 'retention.changed', detail}),
    );
  const without = () =>
    storage.transaction(async trx => {
      const [row] = await storage.personal.seal('audit_leaves', [
        {
          index: next,
          id: newId(),
          at: clock.iso(),
          actor_kind: 'user',
          actor_id: admin,
          action: 'retention.changed',
          person_id: admin,
          detail: JSON.stringify(detail),
          salt: 'ab'.repeat(32),
          leaf_hash: 'ab'.repeat(32),
        },
      ]);
      next += 1;
      await trx('plain_leaves').insert(row);
    });
  const timed = async (work: () => Promise<unknown>, times: number): Promise<number> => {
    const started = performance.now();
    for (let count = 0; count < times; count += 1) await work();
    return (performance.now() - started) / times;
  };
  await timed(withTree, 100);
  await timed(without, 100);
  const [tree, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round < 15; round += 1) {
    tree.push(await timed(withTree, 50));
    plain.push(await timed(without, 50));
  }
  say(
    `${kind} an append in a transaction of its own: ${median(tree).toFixed(2)} ms with the tree, ${median(plain).toFixed(2)} ms without: ${(median(tree) / median(plain)).toFixed(2)} times`,
  );
  for (const end of ends.reverse()) await end();
};

for (const kind of databaseKinds) await appends(kind);
for (const size of sizes) for (const kind of databaseKinds) await proofs(kind, size);
process.exit(0);
