/**
 * Collects what arrives while the previous batch is under way and hands it over at once: the heart of group commit.
 * When a batch fails, each item is tried alone, so that one bad item fails alone; `run` must therefore leave nothing
 * behind when it throws (a transaction does).
 */
export const createBatcher = <Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  options: {limit: number} = {limit: 500},
): ((item: Item) => Promise<Result>) => {
  type Waiting = {item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void};
  let queue: Waiting[] = [];
  let running = false;

  const settle = async (batch: Waiting[]): Promise<void> => {
    try {
      const results = await run(batch.map(({item}) => item));
      batch.forEach(({resolve}, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await settle([one]);
    }
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, options.limit);
      queue = queue.slice(options.limit);
      await settle(batch);
    }
    running = false;
  };

  return item =>
    new Promise((resolve, reject) => {
      queue.push({item, resolve, reject});
      if (running) return;
      running = true;
      // everything that arrived in this turn of the event loop joins the first batch
      setImmediate(() => void drain());
    });
};
