/** Counts what is open at once, by whatever it is counted by. */
export const createPlaces = () => {
  const taken = new Map<string, number>();
  return {
    /** Takes a place of this key; the answer gives it back. Undefined where `most` are taken already. */
    take: (key: string, most: number): (() => void) | undefined => {
      const count = taken.get(key) ?? 0;
      if (count >= most) return undefined;
      taken.set(key, count + 1);
      return () => {
        const left = (taken.get(key) ?? 0) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
};
