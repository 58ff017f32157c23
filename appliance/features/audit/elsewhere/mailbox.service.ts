import {addMilliseconds, type Clock} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../../storage/index.ts';
import type {Checkpoint, Checkpoints} from '../checkpoints.ts';
import type {WitnessState} from '../witnesses.ts';

const table = 'audit_mailboxes';
const id = 'mailbox';
const day = 86_400_000;
/** A letter a day, and some hours for its way. */
const patience = day + 6 * 3_600_000;
/** A letter that has not left by then is older than the next ones. */
const letterLife = 7 * day;

type Row = {
  id: typeof id;
  /** Opened. */
  address: string;
  set_by: string;
  set_at: string;
  /** The last letter, and what it says. */
  mail_id: string | null;
  mailed_size: number;
  delivered_size: number;
  delivered_at: string | null;
  problem: string | null;
  problem_since: string | null;
};
type Standing = Pick<Row, 'mail_id' | 'delivered_size' | 'delivered_at' | 'problem' | 'problem_since'>;

export type MailboxDeps = {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  checkpoints: Pick<Checkpoints, 'last' | 'after'>;
  mail: {
    /** Null where no mail server is set. */
    send: (
      trx: Transaction,
      letter: {address: string; size: number; note: string; key: string; expiresAt: string},
    ) => Promise<string | null>;
    /** What became of a letter; undefined once it is removed. */
    look: (
      mailId: string,
    ) => Promise<
      {state: 'waiting' | 'sent' | 'failed'; at: string | null; problem: string | null} | undefined
    >;
    wake: () => void;
  };
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

const noServer = 'No mail server is set, so no letter leaves. Set one on the page Mail.';

/** A mailbox that gets the newest checkpoint in a letter every day: each covers everything before it. */
export const createMailbox = (deps: MailboxDeps) => {
  const {storage, clock, checkpoints, mail} = deps;

  const find = async (db: DatabaseOrTransaction = storage.db): Promise<Row | undefined> => {
    const [row] = await deps.reader.open<Row>(table, await db(table).where({id}));
    return row;
  };

  /** As the letters went. What they say is remembered: the outbox forgets them. */
  const standingOf = async (row: Row): Promise<Standing> => {
    if (row.mail_id === null) return row;
    const letter = await mail.look(row.mail_id);
    const since = row.problem_since ?? clock.iso();
    if (letter?.state === 'sent')
      return {
        mail_id: null,
        delivered_size: row.mailed_size,
        delivered_at: letter.at,
        problem: null,
        problem_since: null,
      };
    if (letter?.state === 'waiting' && letter.problem === null) return row;
    return {...row, problem: letter?.problem ?? 'The letter was not sent.', problem_since: since};
  };
  const settle = async (row: Row): Promise<Row> => {
    const {mail_id, delivered_size, delivered_at, problem, problem_since} = await standingOf(row);
    const standing = {mail_id, delivered_size, delivered_at, problem, problem_since};
    await storage.db(table).where({id, set_at: row.set_at, mailed_size: row.mailed_size}).update(standing);
    return {...row, ...standing};
  };

  const write = async (trx: Transaction, row: Row, checkpoint: Checkpoint): Promise<void> => {
    const {size, note} = checkpoint;
    const mailId = await mail.send(trx, {
      address: row.address,
      size,
      note,
      key: `audit_checkpoint:${row.set_at}:${size}`,
      expiresAt: addMilliseconds(clock.iso(), letterLife),
    });
    await trx(table)
      .where({id})
      .update(
        mailId === null
          ? {problem: noServer, problem_since: row.problem_since ?? clock.iso()}
          : {mail_id: mailId, mailed_size: size},
      );
  };
  /** The newest checkpoint, where the last letter had an older one. */
  const mailNewest = async (): Promise<void> => {
    const found = await find();
    const last = await checkpoints.last();
    if (!found || !last) return;
    const row = await settle(found);
    if (last.size <= row.mailed_size) return;
    await storage.transaction(async trx => {
      const still = await find(trx);
      if (still && still.set_at === row.set_at && still.mailed_size === row.mailed_size)
        await write(trx, still, last);
    });
    mail.wake();
  };

  const stateOf = async (row: Row): Promise<WitnessState> => {
    const [standing, [next]] = await Promise.all([
      standingOf(row),
      checkpoints.after(row.mail_id === null ? row.delivered_size : row.mailed_size, 1),
    ]);
    const due = next && addMilliseconds(next.at > row.set_at ? next.at : row.set_at, patience);
    return {
      kind: 'mail',
      path: `a mailbox at ${row.address.split('@').at(-1)}`,
      deliveredSize: standing.delivered_size,
      deliveredAt: standing.delivered_at,
      problem: standing.problem,
      problemSince: standing.problem_since,
      behind: due !== undefined && due < clock.iso(),
    };
  };

  return {
    state: async (): Promise<WitnessState | null> => {
      const row = await find();
      return row ? stateOf(row) : null;
    },

    view: async () => {
      const row = await find();
      if (!row) return null;
      return {address: row.address, setAt: row.set_at, setBy: row.set_by, witness: await stateOf(row)};
    },

    /** The first letter leaves with the next checkpoint. */
    put: async ({address}: {address: string}, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const old = await find(trx);
        const row: Row = {
          id,
          address,
          set_by: actorId,
          set_at: clock.iso(),
          mail_id: null,
          mailed_size: 0,
          delivered_size: 0,
          delivered_at: null,
          problem: null,
          problem_since: null,
        };
        const [sealed] = await storage.personal.seal(table, [row]);
        await trx(table)
          .insert(sealed ?? {})
          .onConflict('id')
          .merge();
        await deps.audit(trx, {
          actorId,
          action: old ? 'audit.mailbox_changed' : 'audit.mailbox_set',
          subjectId: id,
          detail: {address},
        });
      });
    },
    mailNewest,
    /** For one that has had no letter yet, as where a mail server was set after it. */
    mailFirst: async (): Promise<void> => {
      if ((await find())?.mailed_size === 0) await mailNewest();
    },

    remove: async (actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const row = await find(trx);
        if (!row) throw new AppError('not_found', 'audit.no_mailbox', 'No mailbox is set.');
        await trx(table).where({id}).delete();
        await deps.audit(trx, {actorId, action: 'audit.mailbox_removed', subjectId: id, detail: {}});
      });
    },
  };
};
export type MailboxService = ReturnType<typeof createMailbox>;
