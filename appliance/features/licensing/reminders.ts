import {addMilliseconds} from '../../kit/clock.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import type {CancellationStore, Row} from './cancellation.store.ts';
import {reminderDays} from './licensing.schema.ts';

export const day = 24 * 60 * 60 * 1000;

export type Recipient = {personId: string; name: string; email: string; language: Locale};
export type CancellationLetter = {
  kind: 'cancellation' | 'cancellation_revoked';
  to: Recipient;
  /** When everything is deleted, and in whose time that is told. */
  until: string;
  timeZone: string;
  expiresAt: string;
  key: string;
};

export type RemindersDeps = {
  storage: Storage;
  store: CancellationStore;
  /** All administrators, and the privacy contact. */
  recipients: () => Promise<Recipient[]>;
  /** In the caller's transaction. False where no mail server is set: nothing was kept. */
  send: (trx: Transaction, letter: CancellationLetter) => Promise<boolean>;
  /** Takes back what waits to be sent. */
  withdraw: (trx: Transaction) => Promise<void>;
  wake: () => void;
};

/** Nobody is written to twice, though they may be administrator and privacy contact. */
const once = (recipients: Recipient[]): Recipient[] => [
  ...new Map(recipients.toReversed().map(one => [one.email.trim().toLowerCase(), one])).values(),
];

/** Rolls the transaction back without being an error. */
class NoMailServer extends Error {}

/** Letters at 30, 7 and 1 days before the end: each once, whatever crashes, on however many nodes. */
export const createReminders = (deps: RemindersDeps) => {
  const {storage, store} = deps;

  return {
    /** After downtime only the one that matters now is sent; those it overtook are marked as passed over. */
    send: async (row: Row, now: string): Promise<void> => {
      const due = reminderDays.filter(days => addMilliseconds(row.ends_at, -days * day) <= now);
      const known = new Set((await store.reminders(storage.db, row.id)).map(({days}) => days));
      const latest = Math.min(...due);
      if (due.length === 0 || known.has(latest) || now >= row.ends_at) return;
      const recipients = once(await deps.recipients());
      try {
        await storage.transaction(async trx => {
          if (!(await store.claimReminder(trx, row.id, {days: latest, at: now}))) return;
          for (const days of due) await store.claimReminder(trx, row.id, {days, at: now});
          let letters = 0;
          for (const to of recipients) {
            const sent = await deps.send(trx, {
              kind: 'cancellation',
              to,
              until: row.ends_at,
              timeZone: row.time_zone,
              expiresAt: row.ends_at,
              key: `cancellation ${row.id} ${latest} ${to.personId}`,
            });
            if (sent) letters += 1;
          }
          // once a mail server is set, it is sent after all
          if (letters === 0) throw new NoMailServer();
          await store.countLetters(trx, row.id, latest, letters);
        });
        deps.wake();
      } catch (error) {
        if (!(error instanceof NoMailServer)) throw error;
      }
    },

    /** Whoever was told of the end is told that it does not come. */
    revoked: async (trx: Transaction, row: Row, recipients: Recipient[], now: string): Promise<void> => {
      await deps.withdraw(trx);
      const told = (await store.reminders(trx, row.id)).some(({letters}) => letters > 0);
      if (!told) return;
      for (const to of once(recipients)) {
        await deps.send(trx, {
          kind: 'cancellation_revoked',
          to,
          until: row.ends_at,
          timeZone: row.time_zone,
          expiresAt: addMilliseconds(now, 7 * day),
          key: `cancellation ${row.id} revoked ${to.personId}`,
        });
      }
    },
  };
};
export type Reminders = ReturnType<typeof createReminders>;
