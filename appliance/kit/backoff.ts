/** Pauses that double up to a longest one; half of each is left to chance, so that what failed together does not return together. */
export const createBackoff =
  (first: number, longest: number) =>
  /** After the attempt of this number, counted from one; `random` is 0..1. */
  (attempt: number, random: number): number => {
    const ceiling = Math.min(longest, first * 2 ** Math.min(attempt - 1, 20));
    return Math.round(ceiling / 2 + (ceiling / 2) * random);
  };
