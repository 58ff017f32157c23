import type {Clock} from '../../kit/clock.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Storage} from '../../storage/index.ts';
import type {Embedder} from './embedder.ts';
import type {Near, VectorIndex} from './vector-index.ts';
import type {VectorStore} from './vectors.store.ts';

/** What the meaning of a question found; `silent` where the model was too slow or away, and words alone must do. */
export type Meant =
  | {state: 'off' | 'silent'}
  | {state: 'asked'; near: Near[]; bar: (passage: Locale) => number | null};

const candidates = 10;
const mostFailures = 3;
const quietMs = 30_000;
const portion = 500;

/** Finds passages by what a question means: never an error, never longer than a visitor can wait. */
export const createMeaning = (deps: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  store: VectorStore;
  index: VectorIndex;
  embedder: () => Promise<Embedder | null>;
  patienceMs: number;
}) => {
  const {storage, clock, log, store, index, patienceMs} = deps;
  let heldOf: string | null = null;
  /** Passages of documents that memory had no room for. */
  let beyond = new Map<string, number>();
  let failures = 0;
  let quietUntil = 0;

  const load = async (documentId: string, key: string) => {
    const rows: {passageId: string; vector: Float32Array}[] = [];
    for (let after = ''; ; ) {
      const page = await store.load(storage.db, documentId, key, {after, limit: portion});
      for (const {passageId, vector} of page) if (vector !== null) rows.push({passageId, vector});
      const last = page.at(-1);
      if (page.length < portion || !last || !index.hasRoomFor(rows.length * (rows[0]?.vector.length ?? 0)))
        return rows;
      after = last.passageId;
    }
  };
  /** What had no room may have some now. */
  const forget = (documentId: string): void => {
    index.drop(documentId);
    beyond = new Map();
  };
  /** Brings memory in line with the tables, where another node may have read or removed documents. */
  const bringInLine = async (key: string): Promise<void> => {
    if (heldOf !== key) {
      index.clear();
      beyond = new Map();
      heldOf = key;
    }
    const read = (await store.documents(storage.db)).filter(({embedder}) => embedder === key);
    const there = new Set(read.map(({id}) => id));
    for (const id of index.documents()) if (!there.has(id)) forget(id);
    for (const {id, passages} of read) {
      if (index.has(id) || beyond.has(id)) continue;
      if (!index.add(id, await load(id, key))) beyond.set(id, passages);
      if (heldOf !== key) return;
    }
  };
  let bringing: {key: string; done: Promise<void>} | undefined;
  const sync = async (key: string): Promise<void> => {
    // what is still brought in for the model before is waited for: one key at a time
    while (bringing && bringing.key !== key) await bringing.done.catch(() => undefined);
    bringing ??= {
      key,
      done: bringInLine(key).finally(() => {
        bringing = undefined;
      }),
    };
    return bringing.done;
  };

  const ask = async ({key, embed}: Embedder, text: string, signal: AbortSignal): Promise<Near[]> => {
    const [vectors] = await Promise.all([
      embed?.({texts: [text], as: 'question'}, signal) ?? Promise.reject(new Error('It is not there.')),
      sync(key),
    ]);
    const [vector] = vectors;
    // another model may have been chosen meanwhile: nothing can be compared across two
    return vector && heldOf === key ? index.nearest(vector, candidates, signal) : [];
  };
  const inTime = <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    const signal = AbortSignal.timeout(patienceMs);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
      work(signal).then(resolve, reject);
    });
  };

  return {
    near: async ({text, locale}: {text: string; locale: Locale}): Promise<Meant> => {
      const now = clock.now().getTime();
      try {
        const chosen = await deps.embedder();
        if (!chosen) return {state: 'off'};
        if (chosen.problem !== null || now < quietUntil) return {state: 'silent'};
        const near = await inTime(signal => ask(chosen, text, signal));
        failures = 0;
        return {state: 'asked', near, bar: passage => chosen.bar(locale, passage)};
      } catch (error) {
        failures += 1;
        if (failures >= mostFailures) quietUntil = now + quietMs;
        log.warn({err: error}, 'a question was looked up by its words alone');
        return {state: 'silent'};
      }
    },
    /** Loads what was read, before anybody asks. */
    prepare: async (): Promise<void> => {
      const chosen = await deps.embedder();
      if (chosen) await sync(chosen.key);
      else {
        index.clear();
        heldOf = null;
      }
    },
    forget,
    beyond: (): number => [...beyond.values()].reduce((sum, passages) => sum + passages, 0),
  };
};
export type Meaning = ReturnType<typeof createMeaning>;
