import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {judgeTime} from '../../kit/trusted-time.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';

export type TrustedNow = {
  /** Never earlier than any time given before, and never ahead of what has passed by more than a day. */
  now: string;
  /** Why the clock is not believed: nothing is deleted until it is set right, or an administrator says that it is. */
  suspicious: string | null;
};

type Row = {seen_at: string; suspicious_since: string | null};
const table = 'privacy_trusted_time';
/** The latest time is written down when it is so much newer. */
const worthKeeping = 60_000;
/** What an administrator confirms is what they see now, not what stood on a page for an hour. */
const confirmedWithin = 10 * 60_000;

const inWords = (milliseconds: number): string => {
  const hours = Math.round(milliseconds / 3_600_000);
  return hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
};

/** A clock that was set must neither delete early nor keep late. */
export const createTrustedTime = (deps: {
  storage: Storage;
  clock: Clock;
  /** When the newest audit entry was written: what the appliance last knew of time before it kept this. */
  lastKnown: (db: DatabaseOrTransaction) => Promise<string | null>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;
  /** The time this process trusts, and the counter's state then. */
  let anchor: {at: number; elapsed: number} | undefined;

  const read = async (db: DatabaseOrTransaction): Promise<Row> => {
    const row: Row | undefined = await db(table).where({id: 1}).first();
    return row ?? {seen_at: (await deps.lastKnown(db)) ?? clock.iso(), suspicious_since: null};
  };
  const save = async (trx: Transaction, row: Record<string, unknown>): Promise<void> => {
    await trx(table)
      .insert({id: 1, ...row})
      .onConflict('id')
      .merge();
  };
  const judge = ({seen_at}: Row) => {
    const since = anchor ? anchor.at + clock.elapsed() - anchor.elapsed : 0;
    const passed = Math.max(since, Date.parse(seen_at));
    const wall = clock.now().getTime();
    const {now, isAhead} = judgeTime(passed, wall);
    anchor = {at: now, elapsed: clock.elapsed()};
    return {now, ahead: isAhead ? wall - passed : null};
  };

  const writeDown = async (ahead: number | null, now: number): Promise<void> =>
    storage.transaction(async trx => {
      const row = await read(trx);
      const seenAt = new Date(Math.max(now, Date.parse(row.seen_at))).toISOString();
      if ((row.suspicious_since !== null) === (ahead !== null)) return save(trx, {seen_at: seenAt});
      await save(trx, {seen_at: seenAt, suspicious_since: ahead === null ? null : clock.iso()});
      await deps.audit(trx, {
        actorId: null,
        action: ahead === null ? 'clock.right_again' : 'clock.doubted',
        detail: {clock: clock.iso(), trusted: seenAt},
      });
    });

  const trustedNow = async (): Promise<TrustedNow> => {
    const row = await read(storage.db);
    const {now, ahead} = judge(row);
    const isNews = (row.suspicious_since !== null) !== (ahead !== null);
    if (isNews || now - Date.parse(row.seen_at) > worthKeeping || !(await storage.db(table).first('id')))
      await writeDown(ahead, now);
    return {
      now: new Date(now).toISOString(),
      suspicious:
        ahead === null
          ? null
          : `The clock of this server says ${clock.iso()}, ${inWords(ahead)} later than the appliance knows to have passed. If it was set forward by mistake, set it right. If the appliance was off so long, an administrator confirms the time on the page Retention.`,
    };
  };

  return {
    trustedNow,

    /** An administrator says that the clock is right: the appliance was off, or was wrong before. */
    confirm: async (seen: string, actorId: string): Promise<void> => {
      if (Math.abs(Date.parse(seen) - clock.now().getTime()) > confirmedWithin) {
        throw new AppError(
          'conflict',
          'privacy.clock_moved',
          `You confirmed ${seen}, and the clock says ${clock.iso()}. Load the page again and look at the time it shows.`,
        );
      }
      await storage.transaction(async trx => {
        const before = (await read(trx)).seen_at;
        const at = clock.iso();
        await save(trx, {seen_at: at, suspicious_since: null, confirmed_by: actorId, confirmed_at: at});
        await deps.audit(trx, {actorId, action: 'clock.confirmed', detail: {before, after: at}});
      });
      anchor = {at: clock.now().getTime(), elapsed: clock.elapsed()};
    },
  };
};
export type TrustedTime = ReturnType<typeof createTrustedTime>;
