import type {DatabaseOrTransaction, Transaction} from '../../storage/index.ts';

export const table = 'licensing_cancellations';
const remindersTable = 'licensing_reminders';

export type Row = {
  id: string;
  in_force: number | null;
  started_at: string;
  started_by: string;
  ends_at: string;
  time_zone: string;
  widget_stopped_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
  held_back_since: string | null;
  destruction_began_at: string | null;
};
export type Reminder = {days: number; at: string; letters: number};

export const createCancellationStore = () => ({
  inForce: async (db: DatabaseOrTransaction): Promise<Row | undefined> =>
    db<Row>(table).where({in_force: 1}).first(),

  lastRevoked: async (db: DatabaseOrTransaction): Promise<Row | undefined> =>
    db<Row>(table).whereNotNull('revoked_at').orderBy('id', 'desc').first(),

  /** False where another one is in force: two administrators may press at once. */
  insert: async (trx: Transaction, row: Row): Promise<boolean> =>
    (await trx(table).insert(row).onConflict('in_force').ignore().returning('id')).length === 1,

  /** False where the destruction has begun, or nothing is in force. */
  revoke: async (trx: Transaction, id: string, by: string, at: string): Promise<boolean> =>
    (await trx(table)
      .where({id, in_force: 1})
      .whereNull('destruction_began_at')
      .update({in_force: null, revoked_at: at, revoked_by: by})) === 1,

  update: async (db: DatabaseOrTransaction, id: string, change: Partial<Row>): Promise<void> => {
    await db(table).where({id}).update(change);
  },

  /** From here on it cannot be taken back. False where it was, a moment ago. */
  beginDestruction: async (trx: Transaction, id: string, at: string): Promise<boolean> =>
    (await trx(table)
      .where({id, in_force: 1})
      .update({destruction_began_at: trx.raw('coalesce(destruction_began_at, ?)', [at])})) === 1,

  reminders: async (db: DatabaseOrTransaction, id: string): Promise<Reminder[]> =>
    db(remindersTable).where({cancellation_id: id}).orderBy('days', 'desc').select('days', 'at', 'letters'),

  /** False where another node was first. */
  claimReminder: async (
    trx: Transaction,
    id: string,
    reminder: {days: number; at: string},
  ): Promise<boolean> =>
    (
      await trx(remindersTable)
        .insert({cancellation_id: id, ...reminder, letters: 0})
        .onConflict(['cancellation_id', 'days'])
        .ignore()
        .returning('days')
    ).length === 1,

  countLetters: async (trx: Transaction, id: string, days: number, letters: number): Promise<void> => {
    await trx(remindersTable).where({cancellation_id: id, days}).update({letters});
  },
});
export type CancellationStore = ReturnType<typeof createCancellationStore>;
