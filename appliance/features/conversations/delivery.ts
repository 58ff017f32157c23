import {createBatcher} from '../../kit/batcher.ts';
import {isAppError} from '../../kit/errors.ts';
import {createEvents} from '../../kit/events.ts';
import {newId} from '../../kit/ids.ts';
import type {Citation} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import {type Append, type Appended, conversationFull, createAppender} from './append.ts';
import {createClientIds} from './client-ids.ts';
import type {ConversationDeps} from './conversations.service.ts';
import type {ConversationState, Message} from './conversations.schema.ts';
import type {ConversationRow, ConversationStore, MessageRow} from './conversations.store.ts';

export type ConversationEvents = {
  /** After the commit that stored it. */
  message: {conversationId: string; message: Message; clientId: string; turnId: string | null};
  /** State, agent or waiting changed. */
  state: {conversationId: string; state: ConversationState; agentId: string | null};
  /** A person is wanted, and why. */
  waiting: {conversationId: string; why: NonNullable<ConversationRow['waiting_why']>; since: string};
  read: {conversationId: string; by: 'visitor' | 'agent'; seq: number};
  /** Anything that a list of conversations shows. */
  changed: {conversationId: string};
};

/** Runs `work` in a transaction and announces what it stored, and does what it left for `after`, once it is committed. */
export type Change = <Result>(
  work: (
    trx: Transaction,
    put: (item: Append) => Promise<Appended>,
    after: (then: () => void) => void,
  ) => Promise<Result>,
) => Promise<Result>;

export const nobodysNames = () => Promise.resolve(new Map<string, string>());

/** What the conversation itself says: somebody came, went, or was asked for. */
export const system = (
  conversationId: string,
  event: NonNullable<MessageRow['event']>,
  agentId: string | null,
  clientId?: string,
): Append => ({
  conversationId,
  clientId: clientId ?? `system_${newId()}`,
  author: {kind: 'system', id: agentId},
  text: '',
  event,
});

const toMessage = (row: MessageRow, names: Map<string, string>): Message => {
  const extras = row.extras ? (JSON.parse(row.extras) as NonNullable<Append['extras']>) : null;
  return {
    id: row.id,
    seq: row.seq,
    author: {kind: row.author_kind, name: row.author_id ? (names.get(row.author_id) ?? null) : null},
    text: row.text ?? '',
    event: row.event,
    quickReplies: extras?.quickReplies ?? [],
    source: extras?.source ?? null,
    citation: row.citation ? (JSON.parse(row.citation) as Citation) : null,
    card: extras?.card ?? null,
    at: row.at,
  };
};

/** From what was written to what everybody sees: stored first, shown after the commit. */
export const createDelivery = (
  deps: Pick<
    ConversationDeps,
    'storage' | 'clock' | 'mostMessages' | 'onVisitorMessages' | 'onError' | 'agentNames'
  > & {store: ConversationStore},
) => {
  const {storage, store} = deps;
  const append = createAppender({...deps, clientIds: createClientIds(store)});
  const events = createEvents<ConversationEvents>((error, name) => deps.onError(error, name));

  const toMessages = async (rows: readonly MessageRow[], namesOf = deps.agentNames): Promise<Message[]> => {
    const ids = [...new Set(rows.map(row => row.author_id).filter(id => id !== null))];
    const names = ids.length > 0 ? await namesOf(ids) : new Map<string, string>();
    return rows.map(row => toMessage(row, names));
  };

  /** What is committed is shown, if need be without the name of who said it: an error now would have it stored, and hidden. */
  const toShow = (rows: readonly MessageRow[]): Promise<Message[]> =>
    toMessages(rows).catch((error: unknown) => {
      deps.onError(error, 'message');
      return toMessages(rows, nobodysNames);
    });

  const announce = (row: MessageRow, message: Message): void => {
    const turnId = row.client_id.startsWith('turn_') ? row.client_id.slice(5) : null;
    events.emit('message', {conversationId: row.conversation_id, message, clientId: row.client_id, turnId});
    events.emit('changed', {conversationId: row.conversation_id});
  };

  /** Group commit: what arrives in one turn of the event loop is one transaction; acknowledged after it. */
  const receive = createBatcher(async (items: Append[]) => {
    const appended = await storage.transaction(trx => append(trx, items));
    const messages = await toShow(appended.map(({row}) => row));
    return appended.map(({row, duplicate, reopened}, index) => {
      const message = messages[index] as Message;
      if (!duplicate) announce(row, message);
      if (reopened)
        events.emit('state', {conversationId: row.conversation_id, state: reopened, agentId: null});
      if (reopened === 'waiting')
        events.emit('waiting', {conversationId: row.conversation_id, why: 'objected', since: row.at});
      return message;
    });
  });

  /** Those that took no more: what still comes for them must not undo the batches that others share. */
  const full = new Set<string>();
  const say = async (item: Append): Promise<Message> => {
    if (full.has(item.conversationId))
      return (await toMessages([(await change((_, put) => put(item))).row]))[0] as Message;
    try {
      return await receive(item);
    } catch (error) {
      if (isAppError(error) && error.code === conversationFull) full.add(item.conversationId);
      throw error;
    }
  };

  const change: Change = async work => {
    const rows: MessageRow[] = [];
    const later: (() => void)[] = [];
    const result = await storage.transaction(async trx =>
      work(
        trx,
        async item => {
          const [done] = await append(trx, [item]);
          if (!done) throw new Error('nothing was appended');
          if (!done.duplicate) rows.push(done.row);
          return done;
        },
        then => later.push(then),
      ),
    );
    const messages = await toShow(rows);
    rows.forEach((row, index) => announce(row, messages[index] as Message));
    for (const then of later) then();
    return result;
  };

  return {events, toMessages, say, change};
};
export type Delivery = ReturnType<typeof createDelivery>;
