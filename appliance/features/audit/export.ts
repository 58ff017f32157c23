import type {Storage} from '../../storage/index.ts';
import type {Checkpoint, Checkpoints} from './checkpoints.ts';
import {leafColumns, leafContent, type Leaves, type LeafRow, leafTable} from './leaves.ts';

const pageSize = 1000;

/** How far an export goes: so many entries, and the checkpoints up to that size. What is written meanwhile is in the next. */
export type Extent = {at: string; size: number; signedSize: number};

const header = (of: 'log' | 'entry', {log, size, at}: {log: string; size: number; at: string}) => ({
  type: 'header',
  format: 'crowlit-audit',
  version: 1,
  of,
  log,
  size,
  exportedAt: at,
});
const leafLine = (row: LeafRow) => ({type: 'leaf', content: leafContent(row), hash: row.leaf_hash});
const hex = (hashes: readonly Buffer[] | undefined): string[] =>
  (hashes ?? []).map(hash => hash.toString('hex'));

/** What leaves the appliance for an outsider to verify: ids, times, hashes and signatures, and no detail of any entry. */
export const createExport = (deps: {storage: Storage; leaves: Leaves; checkpoints: Checkpoints}) => {
  const {storage, leaves, checkpoints} = deps;

  const keyLines = async () =>
    (await checkpoints.keys()).map(({publicKey, createdAt, retiredAt}) => ({
      type: 'key',
      key: publicKey,
      createdAt,
      retiredAt,
    }));
  const nameOf = (keys: {key: string}[]): string => keys[0]?.key.split('+')[0] ?? '';

  const allCheckpoints = async function* (until: number): AsyncGenerator<Checkpoint> {
    for (let reached = 0; reached < until; ) {
      const page = await checkpoints.after(reached, pageSize);
      for (const one of page) if (one.size <= until) yield one;
      reached = page.at(-1)?.size ?? until;
    }
  };

  /** The whole log as lines of JSON, each checkpoint behind the last entry it covers. */
  const whole = async function* ({at, size, signedSize}: Extent): AsyncGenerator<string> {
    const keys = await keyLines();
    for (const line of [header('log', {log: nameOf(keys), size, at}), ...keys]) yield JSON.stringify(line);
    const signed = allCheckpoints(signedSize);
    let next = (await signed.next()).value as Checkpoint | undefined;
    let before: Checkpoint | undefined;
    const due = async function* (reached: number) {
      while (next && next.size <= reached) {
        yield {type: 'checkpoint', note: next.note};
        if (before) {
          const proof = hex(await leaves.consistency(storage.db, before.size, next.size));
          yield {type: 'consistency', from: before.size, to: next.size, proof};
        }
        before = next;
        next = (await signed.next()).value as Checkpoint | undefined;
      }
    };
    for (let from = 0; from < size; ) {
      const rows: LeafRow[] = await storage
        .db(leafTable)
        .where('index', '>=', from)
        .andWhere('index', '<', size)
        .orderBy('index')
        .limit(pageSize)
        .select(...leafColumns);
      for (const row of rows) {
        yield JSON.stringify(leafLine(row));
        for await (const line of due(row.index + 1)) yield JSON.stringify(line);
        from = row.index + 1;
      }
      if (rows.length === 0) break;
    }
    // those that stand for more than there is are told, too
    for await (const line of due(Infinity)) yield JSON.stringify(line);
    yield JSON.stringify({type: 'end'});
  };

  /** That one entry is in the log: itself, the hashes up to a signed root, and nothing of any other. */
  const entry = async (index: number, at: string): Promise<string[] | undefined> => {
    const row: LeafRow | undefined = await storage
      .db(leafTable)
      .where({index})
      .select(...leafColumns)
      .first();
    const checkpoint = row && (await checkpoints.after(index, 1))[0];
    const proof = checkpoint && (await leaves.inclusion(storage.db, index, checkpoint.size));
    if (!row || !checkpoint || !proof) return undefined;
    const keys = await keyLines();
    return [
      header('entry', {log: nameOf(keys), size: checkpoint.size, at}),
      ...keys,
      leafLine(row),
      {type: 'checkpoint', note: checkpoint.note},
      {type: 'inclusion', index, size: checkpoint.size, proof: hex(proof)},
      {type: 'end'},
    ].map(line => JSON.stringify(line));
  };

  return {whole, entry};
};
export type AuditExport = ReturnType<typeof createExport>;
