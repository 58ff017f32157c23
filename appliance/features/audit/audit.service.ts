import {createHmac, randomBytes} from 'node:crypto';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import {
  accountPerson,
  type DatabaseOrTransaction,
  type Reader,
  type Storage,
  type Transaction,
} from '../../storage/index.ts';
import * as schema from './audit.schema.ts';
import {appendLeaf, emptyPeaks, leafHash, type Peaks, rootHash} from './merkle.ts';

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
type LeafRow = {
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
  detail: string | null;
  salt: string | null;
};

const leaves = 'audit_leaves';
const tree = 'audit_tree';
const lookWindow = 15 * 60 * 1000;

/**
 * The bytes of a leaf: pseudonymous ids, times and a salted commitment, nothing a person can be read from. Their order
 * is part of the format: it never changes.
 */
export const leafBytes = (row: Omit<LeafRow, 'leaf_hash' | 'detail' | 'salt'>): Buffer =>
  Buffer.from(
    JSON.stringify([
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
    ]),
  );

const commit = (salt: Buffer, detail: string): string =>
  createHmac('sha256', salt).update(detail).digest('hex');

/** For an auditor: who acted is told by id, and the detail stays sealed; times, actions and hashes are whole. */
const withoutPersonalDetails = <Entry extends {actor: object; detail: unknown}>(entry: Entry) => ({
  ...entry,
  actor: {...entry.actor, name: null},
  detail: null,
});

export const createAudit = (deps: {
  storage: Storage;
  reader: Reader;
  clock: Clock;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
}) => {
  const {storage, reader, clock} = deps;

  const readPeaks = async (db: DatabaseOrTransaction, lock: boolean): Promise<Peaks> => {
    const row = await db(tree)
      .where({id: 1})
      .modify(query => {
        if (lock) void query.forUpdate();
      })
      .first();
    return row
      ? {size: row.size, hashes: (JSON.parse(row.peaks) as string[]).map(hex => Buffer.from(hex, 'hex'))}
      : emptyPeaks;
  };

  const append = async (trx: Transaction, entry: AuditEntry): Promise<void> => {
    const peaks = await readPeaks(trx, true);
    const detail = entry.detail === undefined ? null : JSON.stringify(entry.detail);
    const salt = detail === null ? null : randomBytes(32);
    const row = {
      index: peaks.size,
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
    const hash = leafHash(leafBytes(row));
    const [stored] = await storage.personal.seal(leaves, [
      {...row, detail, salt: salt?.toString('hex') ?? null, leaf_hash: hash.toString('hex')},
    ]);
    await trx(leaves).insert(stored);
    const next = appendLeaf(peaks, hash);
    await trx(tree)
      .insert({id: 1, size: next.size, peaks: JSON.stringify(next.hashes.map(one => one.toString('hex')))})
      .onConflict('id')
      .merge();
  };

  /** Looks already written a moment ago, so that reading on does not ask the database each time. */
  const recent = new Map<string, string>();

  /** One look at a person: actor, person, purpose, within 15 minutes. */
  const looked = async (
    actorId: string,
    personId: string,
    purpose: string,
    subject: {kind: string; id: string},
  ): Promise<void> => {
    const now = clock.iso();
    const since = addMilliseconds(now, -lookWindow);
    const key = `${actorId} ${personId} ${purpose}`;
    if ((recent.get(key) ?? '') > since) return;
    if (recent.size > 10_000) recent.clear();
    await storage.transaction(async trx => {
      const known = await trx(leaves)
        .where({subject_id: subject.id, actor_id: actorId, action: 'person.looked_at', purpose})
        .where('at', '>', since)
        .first('id');
      if (!known) {
        await append(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'person.looked_at',
          subject,
          personId,
          purpose,
        });
      }
    });
    recent.set(key, now);
  };

  /** A list somebody was shown, with how many it held: the same one again within 15 minutes is the same look. */
  const listed = async (
    actorId: string,
    action: string,
    purpose: string,
    query: Record<string, unknown>,
    count: number,
  ): Promise<void> => {
    const now = clock.iso();
    const key = `${actorId} ${action} ${purpose} ${JSON.stringify(query)}`;
    if (count === 0 || (recent.get(key) ?? '') > addMilliseconds(now, -lookWindow)) return;
    if (recent.size > 10_000) recent.clear();
    await storage.transaction(trx =>
      append(trx, {actor: {kind: 'user', id: actorId}, action, purpose, detail: {count}}),
    );
    recent.set(key, now);
  };

  const list = async (query: {action?: string | undefined; cursor?: string | undefined; limit: number}) => {
    const rows = await storage
      .db(leaves)
      .modify(builder => {
        if (query.action) void builder.where({action: query.action});
        if (query.cursor) void builder.where('index', '<', Number(query.cursor));
      })
      .orderBy('index', 'desc')
      .limit(query.limit + 1);
    const opened = await reader.open<LeafRow>(leaves, rows.slice(0, query.limit));
    const names = await deps.userNames([
      ...new Set(opened.map(row => row.actor_id).filter(id => id !== null)),
    ]);
    const peaks = await readPeaks(storage.db, false);
    return {
      entries: opened.map(row => ({
        index: row.index,
        id: row.id,
        at: row.at,
        actor: {
          kind: row.actor_kind,
          id: row.actor_id,
          name: row.actor_id ? (names.get(row.actor_id) ?? null) : null,
        },
        action: row.action,
        subject: row.subject_kind && row.subject_id ? {kind: row.subject_kind, id: row.subject_id} : null,
        purpose: row.purpose,
        leafHash: row.leaf_hash,
        detail: row.detail ? (JSON.parse(row.detail) as Record<string, unknown>) : null,
      })),
      nextCursor: rows.length > query.limit ? String(opened.at(-1)?.index) : null,
      tree: {size: peaks.size, rootHash: rootHash(peaks).toString('hex')},
    };
  };

  const routes: Route[] = [
    route({
      method: 'get',
      path: '/api/admin/audit',
      summary: 'The audit log, newest first, with the root of its tree.',
      access: ['administrator', 'privacy_officer', 'auditor'],
      ...schema.listAudit,
      handle: async ({query, caller}) => {
        const page = await list(query);
        return userOf(caller).role === 'auditor'
          ? {...page, entries: page.entries.map(withoutPersonalDetails)}
          : page;
      },
    }),
  ];
  return {append, looked, listed, list, routes};
};
export type Audit = ReturnType<typeof createAudit>;

/** For a check of the whole log: the root as the leaves themselves give it. */
export const rootOfLeaves = (rows: Omit<LeafRow, 'detail' | 'salt'>[]): string => {
  let peaks = emptyPeaks;
  for (const row of rows) peaks = appendLeaf(peaks, leafHash(leafBytes(row)));
  return rootHash(peaks).toString('hex');
};
