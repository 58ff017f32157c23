import {createHash} from 'node:crypto';
import {addMilliseconds} from '../../kit/clock.ts';
import {newId, newToken} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Visit} from '../../kit/visit.ts';
import type {ConversationDeps} from './conversations.service.ts';
import type {ConversationStore} from './conversations.store.ts';
import type {Change} from './delivery.ts';

const tokenDays = 30;
const day = 24 * 60 * 60 * 1000;
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url');

export type VisitorSession = {token: string; conversationId: string; visitorId: string};

/** A visitor who opens the chat, and who comes back to it. */
export const createVisitorSessions = (
  deps: Pick<ConversationDeps, 'storage' | 'clock' | 'greeting' | 'usageAtOpening' | 'consents'> & {
    store: ConversationStore;
    change: Change;
  },
) => {
  const {storage, clock, store, change} = deps;

  return {
    openSession: async (input: {
      siteId: string;
      locale: Locale;
      /** As the browser said it, with its country: national phone numbers are read by it. */
      visitorLocale: string;
      visit: Visit;
      /** To being measured, from the beginning. */
      objects: boolean;
    }): Promise<VisitorSession> => {
      const visitorId = newId();
      const conversationId = newId();
      const token = newToken();
      const at = clock.iso();
      const greeting = await deps.greeting(input.siteId, input.locale);
      await storage.keys.create(visitorId);
      await change(async (trx, put) => {
        const usage = await deps.usageAtOpening(trx, {
          siteId: input.siteId,
          language: input.locale,
          visit: input.visit,
          objects: input.objects,
        });
        await store.insertVisitor(trx, {
          id: visitorId,
          site_id: input.siteId,
          locale: input.visitorLocale,
          ...usage.kept,
          created_at: at,
        });
        await store.insert(trx, {
          id: conversationId,
          visitor_id: visitorId,
          site_id: input.siteId,
          locale: input.locale,
          state: 'ai',
          agent_id: null,
          last_seq: 0,
          visitor_read: 0,
          agent_read: 0,
          waiting_why: null,
          waiting_since: null,
          ai_objected_at: null,
          objected_at: null,
          created_at: at,
          updated_at: at,
        });
        await store.insertToken(trx, {
          token_hash: hash(token),
          conversation_id: conversationId,
          visitor_id: visitorId,
          site_id: input.siteId,
          expires_at: addMilliseconds(at, tokenDays * day),
        });
        await put({
          conversationId,
          clientId: 'greeting',
          author: {kind: 'ai', id: null},
          text: greeting.text,
          extras: {quickReplies: greeting.quickReplies, source: null},
        });
        await usage.begin(visitorId);
        const opened = {how: 'chat_opened', language: input.locale, act: 'shown'} as const;
        await deps.consents(trx, {visitorId, conversationId, siteId: input.siteId, page: input.visit.page}, [
          {...opened, kind: 'ai_disclosure', text: greeting.text},
          {...opened, kind: 'privacy_notice'},
          ...usage.told,
        ]);
      });
      return {token, conversationId, visitorId};
    },

    /** Whose token this is; undefined when it is unknown or has expired. Using it keeps it alive. */
    identify: async (
      token: string,
    ): Promise<{visitorId: string; conversationId: string; siteId: string} | undefined> => {
      const row = await store.token(storage.db, hash(token));
      const now = clock.iso();
      if (!row || row.expires_at <= now) return undefined;
      const extended = addMilliseconds(now, tokenDays * day);
      // written at most once a day
      if (addMilliseconds(row.expires_at, day) < extended)
        await store.extendToken(storage.db, row.token_hash, extended).catch(() => undefined);
      return {visitorId: row.visitor_id, conversationId: row.conversation_id, siteId: row.site_id};
    },
  };
};
