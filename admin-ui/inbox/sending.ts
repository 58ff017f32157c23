/** What goes out by itself: messages until they are acknowledged, what was read, that somebody is writing. */
import type {AgentFrame} from '../../appliance/features/conversations/protocol.ts';
import {isMine} from './calls.ts';
import {type Action, type Inbox, threadOf} from './inbox-state.ts';
import {nextToSend} from './thread.ts';

const pauseMs = 2000;
/** The server forgets it after six seconds. */
const typingEveryMs = 3000;

export const createSending = (deps: {
  state: () => Inbox;
  dispatch: (action: Action) => void;
  send: (frame: AgentFrame) => boolean;
  looking: () => boolean;
}) => {
  const {state, dispatch, send} = deps;
  const paused = new Set<string>();
  const read = new Map<string, {wanted: number; sent: number}>();
  const typing = new Map<string, number>();

  const messages = (): void => {
    if (state().line.phase !== 'up') return;
    for (const [conversationId, thread] of state().threads) {
      const next = paused.has(conversationId) ? undefined : nextToSend(thread);
      if (!next) continue;
      const {clientId, text} = next;
      if (send({type: 'message', conversationId, clientId, text}))
        dispatch({type: 'sent', conversationId, clientId});
    }
  };
  const readMarks = (): void => {
    for (const [conversationId, {wanted, sent}] of read) {
      if (wanted > sent && send({type: 'read', conversationId, seq: wanted}))
        read.set(conversationId, {wanted, sent: wanted});
    }
  };

  return {
    messages,
    readMarks,
    /** After a refusal: a moment's rest, so that what was too fast is not at once too fast again. */
    rest: (conversationId: string): void => {
      paused.add(conversationId);
      setTimeout(() => {
        paused.delete(conversationId);
        messages();
      }, pauseMs);
    },
    /** Everything of it was drawn; it counts as read if somebody looks at the page. */
    drawn: (conversationId: string): void => {
      const inbox = state();
      const one = inbox.conversations.get(conversationId);
      // A colleague's conversation is read when the colleague reads it.
      if (!deps.looking() || !one || (one.state === 'agent' && !isMine(inbox, one))) return;
      const known = read.get(conversationId) ?? {wanted: 0, sent: one.unread ? 0 : one.lastSeq};
      const seq = threadOf(inbox, conversationId).log.length;
      read.set(conversationId, {...known, wanted: Math.max(seq, known.wanted)});
      readMarks();
    },
    typing: (conversationId: string, on: boolean): void => {
      if (!isMine(state(), state().conversations.get(conversationId))) return;
      const last = typing.get(conversationId) ?? 0;
      if (on ? Date.now() - last < typingEveryMs : last === 0) return;
      if (on) typing.set(conversationId, Date.now());
      else typing.delete(conversationId);
      send({type: 'typing', conversationId, on});
    },
  };
};
