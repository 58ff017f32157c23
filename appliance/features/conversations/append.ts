import {AppError} from '../../kit/errors.ts';
import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import {mask} from '../../kit/mask.ts';
import type {Citation} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import type {ClientIds} from './client-ids.ts';
import type {Message} from './conversations.schema.ts';
import type {ConversationRow, ConversationStore, MessageRow} from './conversations.store.ts';
import {limits} from './protocol.ts';

export type Append = {
  conversationId: string;
  /** Unique in the conversation: the same one again stores nothing and answers with what is there. */
  clientId: string;
  author: {kind: MessageRow['author_kind']; id: string | null};
  text: string;
  event?: MessageRow['event'];
  extras?: {quickReplies: string[]; source: string | null; card?: Message['card']} | undefined;
  citation?: Citation | null | undefined;
};

/** `reopened`: what a closed conversation became again. */
export type Appended = {row: MessageRow; duplicate: boolean; reopened: 'ai' | 'waiting' | null};

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

type Writing = {
  row: ConversationRow;
  /** Of what is stored already. */
  seqOf: (clientId: string) => number | undefined;
  /** What these items add, by client id. */
  placed: Map<string, MessageRow>;
};

/** What people may still say; the AI's answer to it and who comes and goes always find room. */
const checkRoom = (conversation: ConversationRow, item: Append, most: number): void => {
  const isPersons = item.author.kind === 'visitor' || item.author.kind === 'agent';
  if (conversation.objected_at !== null && (isPersons || item.event === 'human_requested'))
    throw new AppError(
      'conflict',
      conversationFull,
      'This conversation has ended for good: the visitor objected to any processing. Go on in a new chat.',
    );
  if (
    conversation.last_seq < most ||
    (!isPersons && item.event !== 'human_requested' && item.event !== 'ai_objected')
  )
    return;
  throw new AppError(
    'conflict',
    conversationFull,
    `This conversation has ${conversation.last_seq} messages and takes no more. Go on in a new chat.`,
  );
};
export const conversationFull = 'conversations.full';

export const createAppender = (deps: {
  store: ConversationStore;
  clientIds: ClientIds;
  clock: Clock;
  mostMessages: number;
  /** Told inside the transaction which visitor messages wait for an AI turn. */
  onVisitorMessages: (trx: Transaction, messages: {conversationId: string; seq: number}[]) => Promise<void>;
}) => {
  const {store, clientIds, clock} = deps;

  /** Appends many messages of many conversations in one transaction, in the given order. Throws if any is refused. */
  return async (trx: Transaction, items: readonly Append[]): Promise<Appended[]> => {
    const at = clock.iso();
    const ids = [...new Set(items.map(({conversationId}) => conversationId))];
    const conversations = new Map<string, Writing>();
    for (const row of await store.listForUpdate(trx, ids))
      conversations.set(row.id, {row, seqOf: await clientIds.of(trx, row), placed: new Map()});
    const rows: MessageRow[] = [];
    const turns = new Map<string, number>();
    const reopened = new Map<string, 'ai' | 'waiting'>();

    const place = (item: Append, {row: conversation, placed}: Writing): MessageRow => {
      conversation.last_seq += 1;
      const row: MessageRow = {
        id: newId(),
        conversation_number: conversation.number,
        conversation_id: conversation.id,
        visitor_id: conversation.visitor_id,
        seq: conversation.last_seq,
        client_id: item.clientId,
        author_kind: item.author.kind,
        author_id: item.author.id,
        event: item.event ?? null,
        text: item.event ? null : item.text,
        extras: item.extras ? JSON.stringify(item.extras) : null,
        citation: item.citation ? JSON.stringify(item.citation) : null,
        at,
      };
      rows.push(row);
      placed.set(item.clientId, row);
      return row;
    };

    const appended: Appended[] = [];
    for (const item of items) {
      const writing = conversations.get(item.conversationId);
      if (!writing)
        throw new AppError('not_found', 'conversations.not_found', 'This conversation does not exist.');
      const {row: conversation, placed, seqOf} = writing;
      const storedSeq = seqOf(item.clientId);
      const stored =
        placed.get(item.clientId) ??
        (storedSeq === undefined ? undefined : await store.message(trx, conversation.id, storedSeq));
      if (stored) {
        appended.push({row: stored, duplicate: true, reopened: null});
        continue;
      }
      checkAuthor(conversation, item);
      checkRoom(conversation, item, deps.mostMessages);
      const isVisitor = item.author.kind === 'visitor';
      const hasObjected = conversation.ai_objected_at !== null;
      const opens = isVisitor && conversation.state === 'closed' ? (hasObjected ? 'waiting' : 'ai') : null;
      if (opens) {
        conversation.state = opens;
        reopened.set(conversation.id, opens);
      }
      const row = place(item, writing);
      if (isVisitor && conversation.state !== 'agent' && !hasObjected) turns.set(conversation.id, row.seq);
      appended.push({row, duplicate: false, reopened: opens});
    }

    if (rows.length > 0) {
      await store.insertMessages(trx, rows);
      clientIds.onCommit(trx, rows);
      await store.advance(trx, [...new Set(rows.map(row => row.conversation_id))], at);
    }
    for (const [id, state] of reopened)
      await store.update(trx, id, {
        state,
        agent_id: null,
        ...(state === 'waiting' ? {waiting_why: 'objected', waiting_since: at} : {}),
      });
    if (turns.size > 0) {
      await deps.onVisitorMessages(
        trx,
        [...turns].map(([conversationId, seq]) => ({conversationId, seq})),
      );
    }
    return appended;
  };
};
