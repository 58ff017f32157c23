/** Takes every step, one after the other: what cannot be closed in order keeps nothing after it open. Rejects with the first error. */
export const closeAll = async (steps: readonly (() => unknown)[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
};
