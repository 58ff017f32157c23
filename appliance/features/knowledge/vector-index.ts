import {setImmediate as turnOver} from 'node:timers/promises';

export type Near = {passageId: string; closeness: number};

/** One document's passages, their vectors one behind the other. */
type Held = {ids: string[]; values: Float32Array};

/** So many multiplications, a few milliseconds, and others have a turn. */
const stretch = 4_000_000;

/** Vectors in memory, by document. What does not fit is not held, and so is found by its words alone. */
export const createVectorIndex = ({bytes}: {bytes: number}) => {
  const held = new Map<string, Held>();
  let used = 0;

  const drop = (documentId: string): void => {
    used -= held.get(documentId)?.values.byteLength ?? 0;
    held.delete(documentId);
  };

  return {
    has: (documentId: string): boolean => held.has(documentId),
    documents: (): string[] => [...held.keys()],
    drop,
    clear: (): void => {
      held.clear();
      used = 0;
    },
    /** False where there is no room. */
    add: (documentId: string, rows: readonly {passageId: string; vector: Float32Array}[]): boolean => {
      drop(documentId);
      const size = rows[0]?.vector.length ?? 0;
      // a server may have been given another model between two of them
      const alike = rows.filter(({vector}) => vector.length === size);
      if (used + alike.length * size * 4 > bytes) return false;
      const values = new Float32Array(alike.length * size);
      alike.forEach(({vector}, i) => {
        values.set(vector, i * size);
      });
      held.set(documentId, {ids: alike.map(({passageId}) => passageId), values});
      used += values.byteLength;
      return true;
    },
    hasRoomFor: (numbers: number): boolean => used + numbers * 4 <= bytes,
    /** The nearest ones, the nearest first. All are looked at: exact, and quick enough for what memory holds. */
    nearest: async (question: Float32Array, limit: number, signal: AbortSignal): Promise<Near[]> => {
      const best: Near[] = [];
      const size = question.length;
      let done = 0;
      const all = Array.from(held.values());
      for (const {ids, values} of all) {
        if (values.length !== ids.length * size) continue;
        for (let i = 0; i < ids.length; i++) {
          let closeness = 0;
          const start = i * size;
          for (let at = 0; at < size; at++)
            closeness += (question[at] as number) * (values[start + at] as number);
          if (best.length === limit && closeness <= (best[limit - 1]?.closeness ?? 1)) continue;
          const place = best.findIndex(one => one.closeness < closeness);
          best.splice(place === -1 ? best.length : place, 0, {passageId: ids[i] ?? '', closeness});
          if (best.length > limit) best.pop();
        }
        done += values.length;
        if (done < stretch) continue;
        done = 0;
        await turnOver();
        signal.throwIfAborted();
      }
      return best;
    },
  };
};
export type VectorIndex = ReturnType<typeof createVectorIndex>;
