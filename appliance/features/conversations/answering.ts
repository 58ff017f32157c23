import {AppError} from '../../kit/errors.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import type {ConversationDeps} from './conversations.service.ts';
import type {Message} from './conversations.schema.ts';
import type {ConversationRow, ConversationStore} from './conversations.store.ts';
import {type Delivery, system} from './delivery.ts';

/** Who answers in a conversation: the AI, a person, or nobody any more. */
export const createAnswering = (
  deps: Pick<
    ConversationDeps,
    'storage' | 'clock' | 'away' | 'consents' | 'withoutAi' | 'agentNames' | 'audit'
  > & {store: ConversationStore; delivery: Delivery},
) => {
  const {storage, clock, store} = deps;
  const {events, change, toMessages} = deps.delivery;

  /** A person is wanted. `asked` makes the AI wait; `qualified` lets it go on until somebody accepts. */
  const callPerson = async (
    trx: Transaction,
    after: (then: () => void) => void,
    conversationId: string,
    why: NonNullable<ConversationRow['waiting_why']>,
  ): Promise<boolean> => {
    const row = await store.lock(trx, conversationId);
    if (row.state === 'agent' || (row.state === 'closed' && why !== 'asked')) return false;
    if (row.state === 'waiting' || (row.waiting_why === why && why === 'qualified')) return false;
    if (row.waiting_why !== null && why === 'unknown') return false;
    const since = clock.iso();
    // the AI goes on meanwhile: nobody asked it to be quiet
    const state = why === 'qualified' || why === 'unknown' ? row.state : 'waiting';
    await store.update(trx, conversationId, {
      state,
      waiting_why: why,
      waiting_since: since,
      updated_at: since,
    });
    after(() => {
      events.emit('state', {conversationId, state, agentId: null});
      events.emit('waiting', {conversationId, why, since});
      events.emit('changed', {conversationId});
    });
    return true;
  };

  const leave = async (conversationId: string, agentId: string, to: 'ai' | 'closed'): Promise<void> => {
    await change(async (trx, put, after) => {
      const row = await store.lock(trx, conversationId);
      if (row.state === to) return;
      if (row.state === 'agent' && row.agent_id !== agentId) {
        throw new AppError(
          'conflict',
          'conversations.not_yours',
          'Another person answers in this conversation.',
        );
      }
      if (to === 'ai' && row.ai_objected_at !== null) {
        throw new AppError(
          'conflict',
          'conversations.ai_objected',
          'This visitor wants no AI. Go on yourself, or close the conversation.',
        );
      }
      await put(system(conversationId, to === 'ai' ? 'handed_back' : 'closed', agentId));
      await store.update(trx, conversationId, {
        state: to,
        agent_id: null,
        waiting_why: null,
        waiting_since: null,
      });
      await deps.audit(trx, {
        actor: {kind: 'user', id: agentId},
        action: to === 'ai' ? 'conversation.handed_back' : 'conversation.closed',
        conversationId,
        visitorId: row.visitor_id,
      });
      after(() => {
        events.emit('state', {conversationId, state: to, agentId: null});
        events.emit('changed', {conversationId});
      });
    });
  };

  return {
    callPerson,

    askForPerson: async (conversationId: string, clientId: string): Promise<Message> => {
      const {site_id: siteId, locale} = await store.get(storage.db, conversationId);
      const away = await deps.away({id: conversationId, siteId, locale: locale as Locale});
      const {row} = await change(async (trx, put, after) => {
        const placed = await put(system(conversationId, 'human_requested', null, clientId));
        // sent again after a cut line: somebody may have come, and gone, since
        const called = !placed.duplicate && (await callPerson(trx, after, conversationId, 'asked'));
        if (called && away !== null) {
          await put({
            conversationId,
            clientId: `away_${clientId}`,
            author: {kind: 'ai', id: null},
            text: away,
            extras: {quickReplies: [], source: null},
          });
        }
        return placed;
      });
      return (await toMessages([row]))[0] as Message;
    },

    /** The visitor wants no AI: what is not read yet stays unread by it, and a person is called. */
    objectToAi: async (
      conversationId: string,
      clientId: string,
      how: 'privacy_panel' | 'chat_message' | 'privacy_request',
    ): Promise<Message> => {
      const {row} = await change(async (trx, put, after) => {
        const placed = await put(system(conversationId, 'ai_objected', null, clientId));
        if (placed.duplicate) return placed;
        const head = await store.lock(trx, conversationId);
        const {visitor_id: visitorId, site_id: siteId, ai_objected_at: before} = head;
        if (before !== null) return placed;
        await store.update(trx, conversationId, {ai_objected_at: clock.iso()});
        await callPerson(trx, after, conversationId, 'objected');
        await deps.audit(trx, {
          actor: {kind: 'visitor', id: visitorId},
          action: 'conversation.ai_objected',
          conversationId,
          visitorId,
        });
        const language = head.locale as Locale;
        await deps.consents(trx, {visitorId, conversationId, siteId, page: null}, [
          {
            kind: 'ai_answers',
            act: 'objected',
            how,
            language,
            ...(how === 'privacy_panel' ? {text: deps.withoutAi(language)} : {}),
          },
        ]);
        return placed;
      });
      return (await toMessages([row]))[0] as Message;
    },

    /** The visitor objects to any processing: their conversations end for good, and nobody adds to them. */
    endFor: async (visitorId: string): Promise<void> => {
      for (const conversationId of await store.ofVisitor(storage.db, visitorId)) {
        await change(async (trx, put, after) => {
          const row = await store.lock(trx, conversationId);
          if (row.objected_at !== null) return;
          if (row.state !== 'closed') await put(system(conversationId, 'closed', null));
          const at = clock.iso();
          await store.update(trx, conversationId, {
            state: 'closed',
            agent_id: null,
            waiting_why: null,
            waiting_since: null,
            ai_objected_at: row.ai_objected_at ?? at,
            objected_at: at,
          });
          await store.removeTokens(trx, conversationId);
          after(() => {
            events.emit('state', {conversationId, state: 'closed', agentId: null});
            events.emit('changed', {conversationId});
          });
        });
      }
    },

    accept: async (conversationId: string, agentId: string): Promise<void> => {
      const taken = await change(async (trx, put, after) => {
        const before = await store.get(trx, conversationId);
        if (before.state === 'agent' && before.agent_id === agentId) return undefined;
        if (!(await store.claim(trx, conversationId, agentId, clock.iso())))
          return store.get(trx, conversationId);
        await put(system(conversationId, 'agent_joined', agentId));
        await deps.audit(trx, {
          actor: {kind: 'user', id: agentId},
          action: 'conversation.accepted',
          conversationId,
          visitorId: before.visitor_id,
        });
        after(() => {
          events.emit('state', {conversationId, state: 'agent', agentId});
          events.emit('changed', {conversationId});
        });
        return undefined;
      });
      if (!taken) return;
      if (taken.state === 'closed')
        throw new AppError('conflict', 'routing.closed', 'This conversation is closed.');
      const name = taken.agent_id
        ? ((await deps.agentNames([taken.agent_id])).get(taken.agent_id) ?? null)
        : null;
      throw new AppError('conflict', 'routing.already_taken', `${name ?? 'Somebody'} was first.`, {
        details: {name},
      });
    },

    handBack: (conversationId: string, agentId: string) => leave(conversationId, agentId, 'ai'),
    close: (conversationId: string, agentId: string) => leave(conversationId, agentId, 'closed'),
  };
};
