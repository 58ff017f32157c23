import {createHmac, randomBytes} from 'node:crypto';
import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import {
  accountPerson,
  type DatabaseOrTransaction,
  type Storage,
  type Transaction,
} from '../../storage/index.ts';
import {
  appendLeaf,
  consistencyRecipe,
  emptyPeaks,
  follow,
  inclusionRecipe,
  leafHash,
  type Node,
  type Peaks,
  type Recipe,
  rootRecipe,
} from '../../kit/merkle.ts';

export type AuditEntry = {
  actor: {kind: 'user' | 'visitor' | 'system'; id: string | null};
  /** `room.noun.past` or `noun.past`: what happened. */
  action: string;
  subject?: {kind: string; id: string} | undefined;
  /** The person it concerns: the detail is sealed under their key and goes when they are erased. */
  personId?: string | undefined;
  purpose?: string | undefined;
  detail?: Record<string, unknown> | undefined;
};
export type LeafRow = {
  index: number;
  id: string;
  at: string;
  actor_kind: AuditEntry['actor']['kind'];
  actor_id: string | null;
  action: string;
  subject_kind: string | null;
  subject_id: string | null;
  person_id: string;
  purpose: string | null;
  detail_commitment: string | null;
  leaf_hash: string;
  /** Roots of the perfect trees that end with this leaf, hex, one after the other. */
  subtrees: string | null;
};

export const leafTable = 'audit_leaves';
const tree = 'audit_tree';

/**
 * The bytes of a leaf are this as JSON: pseudonymous ids, times and a salted commitment, nothing a person can be read
 * from. Its order is part of the format: it never changes.
 */
export const leafContent = (row: Omit<LeafRow, 'leaf_hash' | 'subtrees'>): unknown[] => [
  1,
  row.index,
  row.id,
  row.at,
  row.actor_kind,
  row.actor_id,
  row.action,
  row.subject_kind,
  row.subject_id,
  row.person_id,
  row.purpose,
  row.detail_commitment,
];
export const leafColumns = [
  'index',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'action',
  'subject_kind',
  'subject_id',
  'person_id',
  'purpose',
  'detail_commitment',
  'leaf_hash',
] as const;

const commit = (salt: Buffer, detail: string): string =>
  createHmac('sha256', salt).update(detail).digest('hex');

/** The log as rows: a leaf also holds the roots of the trees it completes, so that appending writes one row and a proof reads few. */
export const createLeaves = ({storage, clock}: {storage: Storage; clock: Clock}) => {
  const peaks = async (db: DatabaseOrTransaction, options: {lock?: boolean} = {}): Promise<Peaks> => {
    const row = await db(tree)
      .where({id: 1})
      .modify(query => {
        if (options.lock) void query.forUpdate();
      })
      .first();
    return row
      ? {size: row.size, hashes: (JSON.parse(row.peaks) as string[]).map(hex => Buffer.from(hex, 'hex'))}
      : emptyPeaks;
  };

  const append = async (trx: Transaction, entry: AuditEntry): Promise<void> => {
    const before = await peaks(trx, {lock: true});
    const detail = entry.detail === undefined ? null : JSON.stringify(entry.detail);
    const salt = detail === null ? null : randomBytes(32);
    const row = {
      index: before.size,
      id: newId(),
      at: clock.iso(),
      actor_kind: entry.actor.kind,
      actor_id: entry.actor.id,
      action: entry.action,
      subject_kind: entry.subject?.kind ?? null,
      subject_id: entry.subject?.id ?? null,
      // a detail that concerns no visitor is sealed for its actor, or for the account: it names what was done
      person_id: entry.personId ?? entry.actor.id ?? accountPerson,
      purpose: entry.purpose ?? null,
      detail_commitment: salt === null ? null : commit(salt, detail as string),
    };
    const hash = leafHash(Buffer.from(JSON.stringify(leafContent(row))));
    const {completed, ...after} = appendLeaf(before, hash);
    const [stored] = await storage.personal.seal(leafTable, [
      {
        ...row,
        detail,
        salt: salt?.toString('hex') ?? null,
        leaf_hash: hash.toString('hex'),
        subtrees: completed.length === 0 ? null : Buffer.concat(completed).toString('hex'),
      },
    ]);
    await trx(leafTable).insert(stored);
    await trx(tree)
      .insert({id: 1, size: after.size, peaks: JSON.stringify(after.hashes.map(one => one.toString('hex')))})
      .onConflict('id')
      .merge();
  };

  /** One query by primary key, whatever the length of the log. Undefined where a row is missing. */
  const hashes = async (db: DatabaseOrTransaction, recipe: Recipe): Promise<Buffer[] | undefined> => {
    const rows: Pick<LeafRow, 'index' | 'leaf_hash' | 'subtrees'>[] = await db(leafTable)
      .whereIn('index', [...new Set(recipe.flat().map(({last}) => last))])
      .select('index', 'leaf_hash', 'subtrees');
    const byIndex = new Map(rows.map(row => [row.index, row]));
    const stored = ({level, last}: Node): string => {
      const row = byIndex.get(last);
      return (level === 0 ? row?.leaf_hash : row?.subtrees?.slice((level - 1) * 64, level * 64)) ?? '';
    };
    if (recipe.flat().some(node => stored(node).length !== 64)) return undefined;
    return follow(recipe, node => Buffer.from(stored(node), 'hex'));
  };

  return {
    append,
    peaks,
    inclusion: (db: DatabaseOrTransaction, index: number, size: number) =>
      hashes(db, inclusionRecipe(index, size)),
    consistency: (db: DatabaseOrTransaction, from: number, to: number) =>
      hashes(db, consistencyRecipe(from, to)),
    /** The root over the first so many leaves, as the stored nodes give it. */
    rootAt: async (db: DatabaseOrTransaction, size: number) => (await hashes(db, rootRecipe(size)))?.[0],
  };
};
export type Leaves = ReturnType<typeof createLeaves>;
