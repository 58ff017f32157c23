import type {Transaction} from '../../storage/index.ts';
import type {ConversationRow, ConversationStore} from './conversations.store.ts';

export type ClientIdRow = {conversation_id: string; client_id: string; seq: number};
type Kept = {upTo: number; seqs: Map<string, number>};

/**
 * Which client ids a conversation has, so that what is sent again is not stored again. An index in the database would
 * cost two fifths of the message rate; memory is as sure, since only who holds the lock on a conversation's row adds to
 * it, and `last_seq` in that row says how far memory must reach: what is missing, or was written by another node, is
 * read. Only what is committed is remembered.
 */
export const createClientIds = (store: Pick<ConversationStore, 'clientIdsSince'>, limit = 100_000) => {
  /** The one written in last stands last. */
  const conversations = new Map<string, Kept>();
  let total = 0;

  const makeRoom = (): void => {
    for (const [oldest, {seqs}] of conversations) {
      if (total <= limit || conversations.size === 1) return;
      conversations.delete(oldest);
      total -= seqs.size;
    }
  };

  const remember = (rows: readonly ClientIdRow[]): void => {
    const written = new Map<string, Kept>();
    for (const {conversation_id: id, client_id: clientId, seq} of rows) {
      const kept = written.get(id) ?? conversations.get(id) ?? {upTo: 0, seqs: new Map<string, number>()};
      if (seq !== kept.upTo + 1) continue;
      kept.upTo = seq;
      kept.seqs.set(clientId, seq);
      total += 1;
      written.set(id, kept);
    }
    for (const [id, kept] of written) {
      conversations.delete(id);
      conversations.set(id, kept);
    }
    makeRoom();
  };

  const onCommit = (trx: Transaction, rows: readonly ClientIdRow[]): void => {
    trx.executionPromise.then(
      () => remember(rows),
      () => undefined,
    );
  };

  return {
    /** The seq of a client id; undefined when it is new. Only for a conversation whose row this transaction has locked. */
    of: async (
      trx: Transaction,
      {id, last_seq: lastSeq}: Pick<ConversationRow, 'id' | 'last_seq'>,
    ): Promise<(clientId: string) => number | undefined> => {
      const kept = conversations.get(id);
      const upTo = kept?.upTo ?? 0;
      if (upTo >= lastSeq) return clientId => kept?.seqs.get(clientId);
      const rows = await store.clientIdsSince(trx, id, upTo);
      onCommit(trx, rows);
      const read = new Map(rows.map(row => [row.client_id, row.seq]));
      return clientId => read.get(clientId) ?? kept?.seqs.get(clientId);
    },
    /** What this transaction stores. */
    onCommit,
  };
};
export type ClientIds = ReturnType<typeof createClientIds>;
