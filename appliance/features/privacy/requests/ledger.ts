import {createHash} from 'node:crypto';
import type {Clock} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../../storage/index.ts';
import type {Sealing, Signed} from './requests.deps.ts';

/**
 * Who was erased, under pseudonyms that only the account's key can make: nobody can be read from it, and a restore can
 * match whoever came back. Entries are chained and signed, so that none can be left out or changed unseen.
 */
export type LedgerEntry = {
  number: number;
  at: string;
  pseudonym: string;
  /** The hash of the entry before; empty for the first. */
  previous: string;
};
export type SignedEntry = Signed<LedgerEntry>;
export type Head = {number: number; hash: string};

const table = 'privacy_ledger';
export const ledgerKind = 'erasure-ledger-entry';

const refuse = (reason: string, message: string): AppError =>
  new AppError('conflict', `privacy.ledger_${reason}`, message);

export const createLedger = (deps: {storage: Storage; clock: Clock; sealing: Sealing}) => {
  const {storage, clock, sealing} = deps;

  const keyed = (use: string, text: string): string =>
    Buffer.from(storage.personal.index(table, use, text), 'base64url').toString('hex');
  const pseudonymOf = (personId: string): string => keyed('pseudonym', personId);
  const hashOf = ({document}: SignedEntry): string =>
    createHash('sha256').update(sealing.canonical(document)).digest('hex');

  const all = async (db: DatabaseOrTransaction): Promise<SignedEntry[]> =>
    (await db(table).orderBy('number').select('entry')).map(
      (row: {entry: string}) => JSON.parse(row.entry) as SignedEntry,
    );
  const last = async (db: DatabaseOrTransaction): Promise<SignedEntry | undefined> => {
    const row: {entry: string} | undefined = await db(table).orderBy('number', 'desc').first('entry');
    return row && (JSON.parse(row.entry) as SignedEntry);
  };
  const headOf = (entry: SignedEntry | undefined): Head =>
    entry ? {number: entry.document.number, hash: hashOf(entry)} : {number: 0, hash: ''};

  const insert = (trx: Transaction, entries: readonly SignedEntry[]) =>
    trx(table).insert(
      entries.map(entry => ({
        number: entry.document.number,
        pseudonym: entry.document.pseudonym,
        entry: JSON.stringify(entry),
      })),
    );

  /** Whole from the first to the last entry, each with a signature that fits; by whom, the caller knows. */
  const check = (entries: readonly SignedEntry[]): void => {
    let previous = '';
    entries.forEach((entry, index) => {
      const {number, previous: said} = entry.document;
      if (number !== index + 1 || said !== previous || !sealing.verify(ledgerKind, entry))
        throw refuse(
          'tampered',
          `Entry ${index + 1} of the erasure ledger was changed, or one is missing. Take the ledger from another backup target; nothing was changed.`,
        );
      previous = hashOf(entry);
    });
  };

  return {
    pseudonymOf,

    /** In the transaction that forgets who it was. */
    append: async (trx: Transaction, pseudonym: string): Promise<Head> => {
      // one after the other: the row of the head is locked where the database can
      const before = headOf(await last(trx));
      const entry = await sealing.sign<LedgerEntry>(
        ledgerKind,
        {
          number: before.number + 1,
          at: clock.iso(),
          pseudonym,
          previous: before.hash,
        },
        trx,
      );
      await insert(trx, [entry]);
      return headOf(entry);
    },

    head: async (db: DatabaseOrTransaction = storage.db): Promise<Head> => headOf(await last(db)),
    numbersOf: async (db: DatabaseOrTransaction, pseudonyms: readonly string[]): Promise<number[]> =>
      db(table)
        .whereIn('pseudonym', [...pseudonyms])
        .orderBy('number')
        .pluck('number'),

    /** One entry a line: what stands on every backup target. */
    export: async (): Promise<string> =>
      (await all(storage.db)).map(entry => `${JSON.stringify(entry)}\n`).join(''),

    parse: (text: string): SignedEntry[] => {
      try {
        const entries = text
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as SignedEntry);
        check(entries);
        return entries;
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw refuse('unreadable', 'This is no erasure ledger. Each of its lines is an entry as JSON.');
      }
    },

    /** Takes over what this ledger has and ours lacks. One that lacks what ours has, or differs from it, is refused. */
    adopt: async (trx: Transaction, entries: readonly SignedEntry[]): Promise<number> => {
      const known = headOf(await last(trx));
      const there = entries[known.number - 1];
      if (entries.length < known.number)
        throw refuse(
          'older',
          `This erasure ledger ends at entry ${entries.length}, and ${known.number} are known. Take the newest one; nothing was changed.`,
        );
      if (there && hashOf(there) !== known.hash)
        throw refuse(
          'other',
          `Entry ${known.number} of this erasure ledger is not the one that is known. It belongs to other data; nothing was changed.`,
        );
      const fresh = entries.slice(known.number);
      for (let start = 0; start < fresh.length; start += 200)
        await insert(trx, fresh.slice(start, start + 200));
      return fresh.length;
    },
  };
};
export type Ledger = ReturnType<typeof createLedger>;
