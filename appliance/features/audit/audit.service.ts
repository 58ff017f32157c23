import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import type {Reader, Storage} from '../../storage/index.ts';
import {createCheckpoints} from './checkpoints.ts';
import {type Check, createCheck} from './check.ts';
import {createExport} from './export.ts';
import {createLeaves, type LeafRow, leafTable} from './leaves.ts';
import {rootHash} from '../../kit/merkle.ts';
import {createWitnesses, type WitnessPlace, type WitnessState} from './witnesses.ts';

const lookWindow = 15 * 60 * 1000;
const mostRemembered = 10_000;

export type AuditDeps = {
  storage: Storage;
  clock: Clock;
  readers: {administration: Reader; security: Reader};
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  witnesses: readonly WitnessPlace[];
  elsewhere: {wake: () => Promise<void>; states: () => Promise<WitnessState[]>};
  /** The same that an outsider runs over the same lines. */
  verify: Check;
};

export const createAudit = (deps: AuditDeps) => {
  const {storage, clock} = deps;
  const leaves = createLeaves({storage, clock});
  const {append} = leaves;
  const checkpoints = createCheckpoints({storage, clock, reader: deps.readers.security, leaves});
  const witnesses = createWitnesses({
    storage,
    clock,
    places: deps.witnesses,
    checkpoints,
    elsewhere: deps.elsewhere,
  });
  const exports = createExport({storage, leaves, checkpoints});

  /** Looks already written a moment ago, so that reading on does not ask the database each time. */
  const recent = new Map<string, string>();
  const isRecent = (key: string, since: string): boolean => (recent.get(key) ?? '') > since;
  const remember = (key: string, at: string): void => {
    if (recent.size > mostRemembered) recent.clear();
    recent.set(key, at);
  };

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
    if (isRecent(key, since)) return;
    await storage.transaction(async trx => {
      const known = await trx(leafTable)
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
    remember(key, now);
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
    if (count === 0 || isRecent(key, addMilliseconds(now, -lookWindow))) return;
    await storage.transaction(trx =>
      append(trx, {actor: {kind: 'user', id: actorId}, action, purpose, detail: {count}}),
    );
    remember(key, now);
  };

  const list = async (query: {action?: string | undefined; cursor?: string | undefined; limit: number}) => {
    const rows = await storage
      .db(leafTable)
      .modify(builder => {
        if (query.action) void builder.where({action: query.action});
        if (query.cursor) void builder.where('index', '<', Number(query.cursor));
      })
      .orderBy('index', 'desc')
      .limit(query.limit + 1);
    const opened = await deps.readers.administration.open<LeafRow & {detail: string | null}>(
      leafTable,
      rows.slice(0, query.limit),
    );
    const names = await deps.userNames([
      ...new Set(opened.map(row => row.actor_id).filter(id => id !== null)),
    ]);
    const peaks = await leaves.peaks(storage.db);
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

  const checking = createCheck({
    storage,
    leaves,
    checkpoints,
    witnesses,
    exports,
    clock,
    verify: deps.verify,
  });

  /** As its own entry says. */
  const lastCheck = async (): Promise<{at: string; ok: boolean; entries: number} | null> => {
    const [entry] = (await list({action: 'audit.checked', limit: 1})).entries;
    if (!entry?.detail) return null;
    const {ok, entries} = entry.detail as {ok: boolean; entries: number};
    return {at: entry.at, ok, entries};
  };

  /** Which of these the log has an entry of that action about. */
  const about = async (action: string, subjectIds: string[]): Promise<Set<string>> =>
    new Set<string>(
      await storage
        .db(leafTable)
        .where({action})
        .whereIn('subject_id', subjectIds)
        .distinct()
        .pluck('subject_id'),
    );

  return {
    about,
    append,
    looked,
    listed,
    list,
    lastCheck,
    signed: checkpoints.signed,
    checkpoints,
    witnesses,
    exports,
    leaves,
    ...checking,
  };
};
export type Audit = ReturnType<typeof createAudit>;
