import {setTimeout as pause} from 'node:timers/promises';
import {isAppError} from '../../kit/errors.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Storage} from '../../storage/index.ts';
import type {Embedder} from './embedder.ts';
import type {Meaning} from './meaning.ts';
import type {Unread, VectorStore} from './vectors.store.ts';

type Embed = NonNullable<Embedder['embed']>;

/** So many passages in one request: a question that comes meanwhile waits for no more than these. */
const batch = 8;
/** These say nothing of a passage. */
const ofTheModel: ReadonlySet<string> = new Set(['llm.timeout', 'llm.overloaded', 'llm.bad_model']);
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/**
 * Reads passages with the chosen model, in the background, document by document. What is stored is not read again, so that a
 * crash costs one batch; vectors of another model go first.
 */
export const createIndexing = (deps: {
  storage: Storage;
  log: Logger;
  store: VectorStore;
  meaning: Pick<Meaning, 'prepare'>;
  embedder: () => Promise<Embedder | null>;
}) => {
  const {storage, log, store, meaning} = deps;
  const stop = new AbortController();
  let problem: string | null = null;
  let wanted = false;
  let running: Promise<void> | undefined;
  let wait = firstPauseMs;
  let interrupt = new AbortController();

  const still = async (key: string): Promise<boolean> =>
    !stop.signal.aborted && (await deps.embedder())?.key === key;

  /** One by one where they cannot be read together; null for what cannot be read while others can. */
  const apart = async (embed: Embed, passages: readonly Unread[], error: unknown) => {
    const alone = (text: string): Promise<Float32Array | null> =>
      embed({texts: [text], as: 'passage'}, stop.signal).then(
        ([vector]) => vector ?? null,
        () => null,
      );
    const vectors = new Map<string, Float32Array | null>();
    for (const {id, text} of passages) vectors.set(id, await alone(text));
    // it may be the passages, or the model
    if ([...vectors.values()].every(vector => vector === null) && (await alone('ok')) === null) throw error;
    // what failed while the model was away is read by now
    for (const {id, text} of passages) if (vectors.get(id) === null) vectors.set(id, await alone(text));
    return vectors;
  };
  const read = async (embed: Embed, passages: readonly Unread[]) => {
    try {
      const vectors = await embed({texts: passages.map(({text}) => text), as: 'passage'}, stop.signal);
      return new Map(passages.map(({id}, i) => [id, vectors[i] ?? null]));
    } catch (error) {
      stop.signal.throwIfAborted();
      if (isAppError(error) && ofTheModel.has(error.code)) throw error;
      return await apart(embed, passages, error);
    }
  };

  /** False where another model was chosen meanwhile. */
  const readDocument = async (documentId: string, key: string, embed: Embed): Promise<boolean> => {
    for (;;) {
      const passages = await store.unread(storage.db, documentId, key, batch);
      if (passages.length === 0) break;
      const vectors = await read(embed, passages);
      if (!(await still(key))) return false;
      await storage.transaction(trx => store.put(trx, {documentId, embedder: key}, vectors));
      problem = null;
      wait = firstPauseMs;
    }
    await store.finish(storage.db, documentId, key);
    await meaning.prepare();
    return true;
  };

  const readAll = async (): Promise<void> => {
    const chosen = await deps.embedder();
    await storage.transaction(trx => store.removeOthers(trx, chosen?.key ?? null));
    await meaning.prepare();
    problem = chosen?.problem ?? null;
    const {key, embed} = chosen ?? {};
    if (key === undefined || !embed) return;
    for (const {id, embedder} of await store.documents(storage.db)) {
      if (embedder === key) continue;
      if (!(await readDocument(id, key, embed))) {
        wanted = true;
        return;
      }
    }
  };

  const work = async (): Promise<void> => {
    while (wanted && !stop.signal.aborted) {
      wanted = false;
      try {
        await readAll();
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({err: error}, 'passages could not be read by their meaning; they are tried again');
        problem = isAppError(error)
          ? error.message
          : 'Something went wrong. The appliance’s log has the reason.';
        wanted = true;
        interrupt = new AbortController();
        await pause(wait, undefined, {signal: interrupt.signal}).catch(() => undefined);
        wait = Math.min(wait * 2, longestPauseMs);
      }
    }
  };
  const wake = (): void => {
    wanted = true;
    wait = firstPauseMs;
    interrupt.abort();
    running ??= work().finally(() => {
      running = undefined;
      if (wanted && !stop.signal.aborted) wake();
    });
  };

  return {
    /** There may be something to read: a document, or another model. */
    wake,
    /** How far it is; null where no model is chosen. */
    progress: async () => {
      const chosen = await deps.embedder();
      if (!chosen) return null;
      const documents = await store.documents(storage.db);
      const sum = (some: typeof documents) => some.reduce((all, {passages}) => all + passages, 0);
      const whole = documents.filter(({embedder}) => embedder === chosen.key);
      const begun = documents.filter(({embedder}) => embedder !== chosen.key).map(({id}) => id);
      return {
        model: chosen.name,
        here: chosen.here,
        done: sum(whole) + (await store.readOf(storage.db, begun, chosen.key)),
        total: sum(documents),
        problem: chosen.problem ?? problem,
      };
    },
    stop: async (): Promise<void> => {
      stop.abort();
      interrupt.abort();
      await running;
    },
  };
};
export type Indexing = ReturnType<typeof createIndexing>;
