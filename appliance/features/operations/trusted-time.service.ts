import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {TrustedNow} from '../../kit/schema.ts';
import {type Doubt, judgeTime, markEvery, type TimeMark} from '../../kit/trusted-time.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';

const hour = 3_600_000;
/** For how long the machine may have been off, by its clock alone, where so much hangs on it. */
const believedAway = {cancellation: hour, retention: 24 * hour} as const;
export type Stake = keyof typeof believedAway;
const stakes = Object.keys(believedAway) as Stake[];

type Row = {boot_id: string; stake: Stake; up_seconds: number; trusted_at: string; doubt: Doubt | null};
const table = 'operations_time';
const markOf = (row: Row): TimeMark => ({
  bootId: row.boot_id,
  upSeconds: row.up_seconds,
  trustedAt: row.trusted_at,
});
const times = (rows: Row[]) => Object.fromEntries(rows.map(row => [row.stake, row.trusted_at]));
/** Starts of machines that nobody asks about any more. */
const longAgo = 40 * 24 * hour;
/** What an administrator confirms is what they see now, not what stood on a page for an hour. */
const confirmedWithin = 10 * 60_000;

const lasting = (milliseconds: number): string => {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 72 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 60 / 24)} days`;
};
const inWords = (doubt: Doubt, away: number): string =>
  doubt === 'ahead'
    ? `The clock of this server is ${lasting(away)} ahead of the time that is known to have passed: it was set forward, or the server was off.`
    : `The clock of this server is ${lasting(-away)} behind the time that has passed: it was set back.`;

/**
 * What deletions are judged by: a clock that was set must neither delete early nor keep late. What is known is kept per
 * start of each machine, so that it outlives a process and several nodes share the latest.
 */
export const createTrustedTime = (deps: {
  storage: Storage;
  clock: Clock;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
  /** What was held back may follow. */
  onConfirmed: () => void;
}) => {
  const {storage, clock} = deps;

  const look = async (db: DatabaseOrTransaction) => {
    const rows: Row[] = await db(table)
      .orderBy([{column: 'trusted_at', order: 'desc'}, 'boot_id', 'stake'])
      .modify(query => {
        if (db.isTransaction && storage.dialect === 'postgres') void query.forUpdate();
      });
    // after the rows were waited for
    const [boot, serverClock] = [clock.boot(), clock.iso()];
    const seen = stakes.map(stake => {
      const known = rows.filter(row => row.stake === stake);
      const {now, doubt} = judgeTime(serverClock, boot, known.map(markOf), believedAway[stake]);
      const own = known.find(row => row.boot_id === boot.id);
      const age = own && (boot.seconds - own.up_seconds) * 1000;
      return {
        row: {boot_id: boot.id, stake, up_seconds: boot.seconds, trusted_at: now, doubt} satisfies Row,
        isFresh: age !== undefined && age >= 0 && age < markEvery && own?.doubt === doubt,
        isNews: ((own ?? known[0])?.doubt ?? null) !== doubt,
      };
    });
    return {serverClock, seen, rows: seen.map(({row}) => row)};
  };
  type Looked = Awaited<ReturnType<typeof look>>;

  const writeDown = async (trx: Transaction): Promise<Looked> => {
    const looked = await look(trx);
    const {serverClock, seen, rows} = looked;
    if (seen.every(({isFresh}) => isFresh)) return looked;
    await trx(table).insert(rows).onConflict(['boot_id', 'stake']).merge();
    const [earliest] = rows.map(row => row.trusted_at).toSorted() as [string];
    await trx(table).where('trusted_at', '<', addMilliseconds(earliest, -longAgo)).delete();
    if (seen.some(({isNews}) => isNews)) {
      const doubted = rows.filter(({doubt}) => doubt !== null);
      await deps.audit(trx, {
        actorId: null,
        action: doubted.length > 0 ? 'clock.doubted' : 'clock.right_again',
        detail: {
          clock: serverClock,
          trusted: times(rows),
          doubted: Object.fromEntries(doubted.map(({stake, doubt}) => [stake, doubt])),
        },
      });
    }
    return looked;
  };

  return {
    /** What time it is, and why the clock on the wall is not believed, if it is not. */
    now: async (stake: Stake): Promise<TrustedNow> => {
      let looked = await look(storage.db);
      if (!looked.seen.every(({isFresh}) => isFresh)) looked = await storage.transaction(writeDown);
      const {serverClock, rows} = looked;
      const {trusted_at: now, doubt} = rows[stakes.indexOf(stake)] as Row;
      const away = Date.parse(serverClock) - Date.parse(now);
      return {now, serverClock, doubt: doubt && {why: doubt, words: inWords(doubt, away)}};
    },

    /** An administrator has looked at the clock on the wall and says that it is right. */
    confirm: async (seen: string, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const {rows, serverClock: after} = await look(trx);
        if (Math.abs(Date.parse(seen) - Date.parse(after)) > confirmedWithin) {
          throw new AppError(
            'conflict',
            'operations.clock_moved',
            `You confirmed ${seen}, and the clock says ${after}. Load the page again and look at the time it shows.`,
          );
        }
        const right = rows.map(row => ({...row, trusted_at: after, doubt: null}));
        await trx(table).insert(right).onConflict(['boot_id', 'stake']).merge();
        await trx(table).whereNot({boot_id: clock.boot().id}).delete();
        await deps.audit(trx, {actorId, action: 'clock.confirmed', detail: {before: times(rows), after}});
      });
      deps.onConfirmed();
    },
  };
};
export type TrustedTime = ReturnType<typeof createTrustedTime>;
