import type {Clock} from '../../../kit/clock.ts';
import type {Logger} from '../../../kit/logger.ts';
import type {FactView, Locale} from '../../../kit/schema.ts';
import type {
  DatabaseOrTransaction,
  Reader,
  Storage,
  TableDeclaration,
  Transaction,
} from '../../../storage/index.ts';
import type {Running} from '../running.ts';
import type {Document} from '../documents/document.ts';

/** A document the appliance answers for, over its canonical JSON. */
export type Signed<T> = {document: T; signature: string; keyId: string; publicKey: string};
export type Sealing = {
  sign: <T>(kind: string, document: T, trx: Transaction) => Promise<Signed<T>>;
  verify: (kind: string, signed: Signed<unknown>) => boolean;
  canonical: (value: unknown) => string;
};

/** Why somebody's data may not be erased now. It is restricted instead, until that ends. */
export type Kept = {why: 'legal_hold' | 'lawful_minimum'; reason: string; until: string | null};

export type CrmErasure = {
  connector: string;
  state: 'queued' | 'sending' | 'retrying' | 'done' | 'failed' | 'by_hand';
  error: string | null;
  at: string | null;
};

export type RequestDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  tables: readonly TableDeclaration[];
  reader: Reader;
  sealing: Sealing;
  /** Where a copy of the ledger stands, beside the data and not in it. */
  ledgerFile: string;
  running: (db: DatabaseOrTransaction) => Promise<Running | undefined>;
  notice: (language: Locale) => Promise<Document>;
  keeps: (db: DatabaseOrTransaction, personIds: readonly string[]) => Promise<Map<string, Kept>>;
  /** From now on their data is only kept (Art. 18), not used. */
  restrict: (trx: Transaction, personId: string, kept: Kept & {requestId: string}) => Promise<void>;
  /** When the last copy of a key destroyed now is gone. */
  lastKeyCopyEnds: (erasedAt: string) => Promise<string>;
  mail: {
    isSet: (db: DatabaseOrTransaction) => Promise<boolean>;
    /** Null where no server is set. */
    sendCode: (
      trx: Transaction,
      letter: {requestId: string; address: string; language: Locale; code: string; expiresAt: string},
    ) => Promise<string | null>;
    withdraw: (trx: Transaction, personId: string) => Promise<void>;
    wake: () => void;
  };
  persons: {
    byEmail: (db: DatabaseOrTransaction, email: string) => Promise<string[]>;
    ofConversation: (db: DatabaseOrTransaction, conversationId: string) => Promise<string | undefined>;
    conversationsOf: (db: DatabaseOrTransaction, personId: string) => Promise<string[]>;
  };
  crm: {
    /** Stops what still goes out, and notes what the CRM must delete. False while a delivery is on its way. */
    handOver: (trx: Transaction, personId: string, erasureId: string) => Promise<boolean>;
    progress: (
      db: DatabaseOrTransaction,
      erasureIds: readonly string[],
    ) => Promise<Map<string, CrmErasure[]>>;
    /** The records' ids go too. */
    forget: (trx: Transaction, erasureId: string) => Promise<void>;
    confirmByHand: (trx: Transaction, erasureIds: readonly string[]) => Promise<number>;
    wake: () => void;
  };
  /** Drops what memory holds of conversations that are gone. */
  forgotten: (conversationIds: readonly string[]) => void;
  objections: {
    ai: (conversationId: string, requestId: string) => Promise<void>;
    usage: (trx: Transaction, personId: string) => Promise<void>;
    /** Closes their conversations for good and holds back what would be delivered. */
    all: (personId: string, requestId: string) => Promise<void>;
  };
  facts: {
    of: (conversationIds: readonly string[]) => Promise<(FactView & {conversationId: string})[]>;
    /** Reads what both need, before the transaction. */
    prepare: (conversationId: string) => Promise<{
      correct: (
        trx: Transaction,
        correction: {factId: string; personId: string; value: string},
      ) => Promise<{field: string}>;
      decide: (trx: Transaction, decision: {qualified: boolean; why: string}) => Promise<void>;
    }>;
    wake: () => void;
  };
  userNames: (ids: readonly string[]) => Promise<Map<string, string>>;
  looked: (actorId: string, personId: string, requestId: string) => Promise<void>;
  audit: (
    trx: Transaction,
    entry: {
      actor: {kind: 'user' | 'visitor' | 'system'; id: string | null};
      action: string;
      requestId: string;
      personId?: string | undefined;
      detail?: Record<string, unknown>;
    },
  ) => Promise<void>;
};
