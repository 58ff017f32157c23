import type {Duplex} from 'node:stream';
import {createBackoff} from '../../../kit/backoff.ts';
import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {type AppError, isAppError} from '../../../kit/errors.ts';
import type {Logger} from '../../../kit/logger.ts';
import type {Storage} from '../../../storage/index.ts';
import {createLeasedWorker} from '../../../storage/leased-worker.ts';
import type {Checkpoints} from '../checkpoints.ts';
import {leafTable} from '../leaves.ts';
import {type Collector, collectorStore, table} from './collector.store.ts';
import {checkpointMessage, leafMessage} from './syslog.ts';

/** Outlasts the longest connection. */
const lease = 180_000;
const pauseBefore = createBackoff(2000, 30 * 60_000);
/** Of one connection: what breaks it off costs no more than so many sent again. */
const mostMessages = 2000;

export type SendingDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  checkpoints: Pick<Checkpoints, 'after'>;
  /** What this machine is called in a message. */
  host: string;
  /** The only way out. `over` is null once the other side has heard everything and hung up. */
  open: (
    collector: Pick<Collector, 'host' | 'port' | 'tls' | 'authority'> & {destinationId: string},
    signal: AbortSignal,
  ) => Promise<{stream: Duplex; over: Promise<AppError | null>}>;
  /** Whether its destination is agreed to. */
  mayBeReached: (destinationId: string) => Promise<boolean>;
  random?: () => number;
};

type Batch = {messages: Buffer[]; entriesSent: number; size: number};

/** Checkpoints to a log collector: in their order, each at least once, and never in the way of the log itself. */
export const createSending = (deps: SendingDeps) => {
  const {storage, clock, log, checkpoints, host} = deps;
  const random = deps.random ?? Math.random;
  const leaving = new AbortController();

  /** What comes next. A checkpoint follows the entries it covers, where those are sent. */
  const batchAfter = async (row: Collector): Promise<Batch> => {
    const batch: Batch = {messages: [], entriesSent: row.entries_sent, size: row.delivered_size};
    for (const checkpoint of await checkpoints.after(row.delivered_size, mostMessages)) {
      const room = mostMessages - batch.messages.length;
      if (room <= 0) break;
      if (row.entries === 1 && batch.entriesSent < checkpoint.size) {
        const [name = ''] = checkpoint.note.split('\n');
        const leaves: {index: number; at: string; leaf_hash: string}[] = await storage
          .db(leafTable)
          .where('index', '>=', batch.entriesSent)
          .andWhere('index', '<', checkpoint.size)
          .orderBy('index')
          .limit(room)
          .select('index', 'at', 'leaf_hash');
        batch.messages.push(...leaves.map(leaf => leafMessage(host, name, leaf)));
        const last = leaves.at(-1);
        // entries that are gone hold nothing up: the checkpoint that signed them tells of them
        batch.entriesSent = leaves.length < room || !last ? checkpoint.size : last.index + 1;
        if (batch.entriesSent < checkpoint.size) break;
      }
      batch.messages.push(checkpointMessage(host, checkpoint));
      batch.size = checkpoint.size;
    }
    return batch;
  };

  const say = async (row: Collector, messages: readonly Buffer[]): Promise<void> => {
    const {destination_id: destinationId, ...place} = row;
    const {stream, over} = await deps.open({...place, destinationId}, leaving.signal);
    // nothing is answered in this protocol
    stream.on('error', () => undefined).resume();
    stream.end(Buffer.concat(messages));
    const broken = await over;
    stream.destroy();
    if (broken) throw broken;
  };

  const failed = async (row: Collector, error: unknown): Promise<void> => {
    if (!isAppError(error)) log.error({err: error}, 'checkpoints could not be sent to the log collector');
    const at = clock.iso();
    await collectorStore.mine(storage.db, row.destination_id, {
      state: 'queued',
      next_attempt_at: addMilliseconds(at, pauseBefore(row.attempts, random())),
      problem: isAppError(error) ? error.message : 'Something went wrong on this server; its log says more.',
      problem_since: row.problem_since ?? at,
    });
  };

  const handle = async (claimed: Collector): Promise<void> => {
    let row = claimed;
    try {
      for (;;) {
        const {messages, entriesSent, size} = await batchAfter(row);
        if (messages.length === 0) break;
        await say(row, messages);
        const progress = {
          entries_sent: entriesSent,
          delivered_size: size,
          ...(size > row.delivered_size ? {delivered_at: clock.iso()} : {}),
          attempts: 1,
          problem: null,
          problem_since: null,
        };
        if (!(await collectorStore.mine(storage.db, row.destination_id, progress))) return;
        row = {...row, ...progress};
      }
    } catch (error) {
      return failed(row, error);
    }
    const done = {state: 'done', attempts: 0, next_attempt_at: null} as const;
    await collectorStore.mine(storage.db, row.destination_id, done);
    // what was signed while this one ended
    if ((await checkpoints.after(row.delivered_size, 1)).length > 0) await collectorStore.wake(storage.db);
    return undefined;
  };

  const worker = createLeasedWorker<Collector>({
    name: 'audit collector',
    storage,
    clock,
    log,
    concurrency: 1,
    table,
    from: ['queued'],
    to: 'sending',
    due: 'next_attempt_at',
    leaseMilliseconds: lease,
    handle,
    claim: async take => {
      const row = await collectorStore.find(storage.db);
      if (!row || row.state === 'done' || !(await deps.mayBeReached(row.destination_id))) return [];
      return take();
    },
  });

  return {
    start: worker.start,
    stop: async (): Promise<void> => {
      leaving.abort();
      await worker.stop();
    },
    /** After the commit of whoever has changed something. */
    wake: worker.wake,
  };
};
