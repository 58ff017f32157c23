import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {type BootTime, judgeTime, markEvery, type Suspicion, type TimeMark} from '../../kit/boot-time.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';

const table = 'licensing_time';
type Row = {boot_id: string; trusted_at: string; up_seconds: number};
/** Starts of the machine that nobody asks about any more. */
const longAgo = 40 * 24 * 60 * 60 * 1000;

const words: Record<Suspicion, string> = {
  clock_ahead:
    'The clock of this server is ahead of the time that has passed: it was set forward, or the server was off for more than an hour.',
  clock_behind: 'The clock of this server is behind the time that has passed: it was set back.',
};

/** What days are counted by. What is known is kept per start of each machine, so that several nodes share the latest. */
export const createTrustedTime = (deps: {storage: Storage; clock: Clock; bootTime: BootTime}) => {
  const {storage, clock, bootTime} = deps;

  const latest = async (db: DatabaseOrTransaction, bootId: string): Promise<TimeMark | undefined> => {
    const rows: Row[] = await db(table).orderBy('trusted_at', 'desc');
    const [newest] = rows;
    const own = rows.find(row => row.boot_id === bootId) ?? newest;
    return own && {trustedAt: own.trusted_at, bootId: own.boot_id, upSeconds: own.up_seconds};
  };

  const keep = async (trx: Transaction, row: Row): Promise<void> => {
    await trx(table).insert(row).onConflict('boot_id').merge();
    await trx(table).where('trusted_at', '<', addMilliseconds(row.trusted_at, -longAgo)).delete();
  };

  /** What time it is, and why the clock on the wall is not believed, if it is not. */
  const trustedNow = async (): Promise<{now: string; suspicious: string | null}> => {
    const boot = bootTime();
    const wall = clock.iso();
    const mark = await latest(storage.db, boot.id);
    const {now, suspicion} = judgeTime(wall, boot, mark);
    const isFresh =
      mark?.bootId === boot.id &&
      boot.seconds >= mark.upSeconds &&
      (boot.seconds - mark.upSeconds) * 1000 < markEvery;
    if (!isFresh) {
      await storage.transaction(trx =>
        keep(trx, {boot_id: boot.id, trusted_at: now, up_seconds: boot.seconds}),
      );
    }
    return {now, suspicious: suspicion && words[suspicion]};
  };

  return {
    trustedNow,
    /** A person has looked at the clock on the wall and says that it is right. */
    confirm: async (trx: Transaction): Promise<{before: string; after: string}> => {
      const boot = bootTime();
      const after = clock.iso();
      const before = judgeTime(after, boot, await latest(trx, boot.id)).now;
      await trx(table).delete();
      await keep(trx, {boot_id: boot.id, trusted_at: after, up_seconds: boot.seconds});
      return {before, after};
    },
  };
};
export type TrustedTime = ReturnType<typeof createTrustedTime>;
