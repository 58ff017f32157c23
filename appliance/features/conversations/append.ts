import {AppError} from '../../kit/errors.ts';
import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import {mask} from '../../kit/mask.ts';
import type {Transaction} from '../../storage/index.ts';
import type {ConversationRow, ConversationStore, MessageRow} from './conversations.store.ts';
import {limits} from './protocol.ts';

export type Append = {
  conversationId: string;
  /** Unique in the conversation: the same one again stores nothing and answers with what is there. */
  clientId: string;
  author: {kind: MessageRow['author_kind']; id: string | null};
  text: string;
  event?: MessageRow['event'];
  extras?: {quickReplies: string[]; source: string | null} | undefined;
};

export type Appended = {row: MessageRow; duplicate: boolean; reopened: boolean};

/** Card numbers never reach the disk, and neither does what no client may send. */
export const acceptText = (text: string): string => {
  // NUL cannot be stored in PostgreSQL text and means nothing in a chat
  const trimmed = text.replaceAll('\u0000', '').trim();
  if (trimmed.length === 0) {
    throw new AppError(
      'invalid',
      'conversations.text_empty',
      'Write something first: an empty message is not sent.',
    );
  }
  if (trimmed.length > limits.textLength) {
    throw new AppError(
      'too_large',
      'conversations.text_too_long',
      `A message has at most ${limits.textLength} characters; this one has ${trimmed.length}. Send it in parts.`,
    );
  }
  return mask(trimmed);
};

const checkAuthor = (conversation: ConversationRow, item: Append): void => {
  if (item.author.kind !== 'agent') return;
  if (conversation.state !== 'agent' || conversation.agent_id !== item.author.id) {
    throw new AppError(
      'conflict',
      'conversations.not_yours',
      'Take the conversation over before you answer in it.',
    );
  }
};

/** What people may still say; the AI's answer to it and who comes and goes always find room. */
const checkRoom = (conversation: ConversationRow, item: Append, most: number): void => {
  const isPersons = item.author.kind === 'visitor' || item.author.kind === 'agent';
  if (conversation.last_seq < most || (!isPersons && item.event !== 'human_requested')) return;
  throw new AppError(
    'conflict',
    conversationFull,
    `This conversation has ${conversation.last_seq} messages and takes no more. Go on in a new chat.`,
  );
};
export const conversationFull = 'conversations.full';

export const createAppender = (deps: {
  store: ConversationStore;
  clock: Clock;
  mostMessages: number;
  /** Told inside the transaction which visitor messages wait for an AI turn. */
  onVisitorMessages: (trx: Transaction, messages: {conversationId: string; seq: number}[]) => Promise<void>;
}) => {
  const {store, clock} = deps;

  /**
   * Appends many messages of many conversations in one transaction, in the given order. Throws if any is refused. A
   * resend is looked for only when asked: without it a resent client id breaks the unique key, and nothing is stored.
   */
  return async (
    trx: Transaction,
    items: readonly Append[],
    options: {mayRepeat: boolean} = {mayRepeat: true},
  ): Promise<Appended[]> => {
    const at = clock.iso();
    const ids = [...new Set(items.map(({conversationId}) => conversationId))];
    const conversations = new Map((await store.listForUpdate(trx, ids)).map(row => [row.id, row]));
    const clientIds = [...new Set(items.map(({clientId}) => clientId))];
    const repeated = options.mayRepeat ? await store.known(trx, ids, clientIds) : [];
    const known = new Map(repeated.map(row => [`${row.conversation_id} ${row.client_id}`, row]));
    const rows: MessageRow[] = [];
    const turns = new Map<string, number>();
    const reopened = new Set<string>();

    const place = (item: Append, conversation: ConversationRow): MessageRow => {
      conversation.last_seq += 1;
      const row: MessageRow = {
        id: newId(),
        conversation_id: conversation.id,
        visitor_id: conversation.visitor_id,
        seq: conversation.last_seq,
        client_id: item.clientId,
        author_kind: item.author.kind,
        author_id: item.author.id,
        event: item.event ?? null,
        text: item.event ? null : item.text,
        extras: item.extras ? JSON.stringify(item.extras) : null,
        at,
      };
      rows.push(row);
      known.set(`${conversation.id} ${item.clientId}`, row);
      return row;
    };

    const appended = items.map((item): Appended => {
      const conversation = conversations.get(item.conversationId);
      if (!conversation)
        throw new AppError('not_found', 'conversations.not_found', 'This conversation does not exist.');
      const stored = known.get(`${item.conversationId} ${item.clientId}`);
      if (stored) return {row: stored, duplicate: true, reopened: false};
      checkAuthor(conversation, item);
      checkRoom(conversation, item, deps.mostMessages);
      const wasClosed = item.author.kind === 'visitor' && conversation.state === 'closed';
      if (wasClosed) {
        conversation.state = 'ai';
        reopened.add(conversation.id);
      }
      const row = place(item, conversation);
      if (item.author.kind === 'visitor' && conversation.state !== 'agent')
        turns.set(conversation.id, row.seq);
      return {row, duplicate: false, reopened: wasClosed};
    });

    if (rows.length > 0) {
      await store.insertMessages(trx, rows);
      await store.advance(trx, [...new Set(rows.map(row => row.conversation_id))], at);
    }
    for (const id of reopened) await store.update(trx, id, {state: 'ai', agent_id: null});
    if (turns.size > 0) {
      await deps.onVisitorMessages(
        trx,
        [...turns].map(([conversationId, seq]) => ({conversationId, seq})),
      );
    }
    return appended;
  };
};
