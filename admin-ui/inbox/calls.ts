/** Decides whom to call for what came: offers, lines in one's own conversations, new facts. Says each thing once. */
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import type {ToAgent} from '../../appliance/features/conversations/protocol.ts';
import type {AlertsControl} from './alerts.ts';
import {announce} from './announce.ts';
import {factKey} from './evidence.ts';
import {groupOf, nameOf} from './inbox-list.ts';
import {type Inbox, threadOf} from './inbox-state.ts';
import {eventWords, fieldWords, whyWords} from './words.ts';

export const isAway = ({agents, meId}: Inbox): boolean =>
  agents.find(({agentId}) => agentId === meId)?.presence === 'away';
export const isMine = (inbox: Inbox, one: ConversationSummary | undefined): boolean =>
  one?.state === 'agent' && one.agent?.id === inbox.meId;

export const createCalls = (deps: {
  alerts: AlertsControl;
  /** The conversation on the screen, if it is looked at. */
  lookedAt: () => string | null;
  go: (conversationId: string) => void;
}) => {
  const {alerts} = deps;
  const called = new Set<string>();

  const waits = (one: ConversationSummary, quietly: boolean): void => {
    const {id, waiting, company} = one;
    if (!waiting || one.state === 'agent' || one.state === 'closed') return;
    const key = `${id} ${waiting.since}`;
    if (called.has(key)) return;
    called.add(key);
    if (quietly) return;
    const who = company === null ? nameOf(one) : `${nameOf(one)}, ${company},`;
    announce(`${who} waits for a person. ${whyWords[waiting.why]}`, 'assertive');
    alerts.sound('offer');
    alerts.desktop(`offer-${id}`, `${nameOf(one)} waits for a person`, whyWords[waiting.why], () =>
      deps.go(id),
    );
  };

  const visitorWrote = (before: Inbox, after: Inbox, id: string): void => {
    const [was, is] = [before.conversations.get(id), after.conversations.get(id)];
    if (!was || !is || !isMine(after, is) || is.lastSeq <= was.lastSeq) return;
    if (is.lastMessage?.kind !== 'visitor' || deps.lookedAt() === id) return;
    alerts.sound('line');
    announce(`${nameOf(is)} wrote`);
    alerts.desktop(`line-${id}`, `${nameOf(is)} wrote`, 'In a conversation of yours.', () => deps.go(id));
  };

  const openConversationGrew = (before: Inbox, after: Inbox, id: string): void => {
    const [was, is] = [threadOf(before, id), threadOf(after, id)];
    const one = after.conversations.get(id);
    if (!one || !was.loaded) return;
    for (const {author, text, event} of is.log.slice(was.log.length)) {
      if (event) announce(eventWords(event, nameOf(one), author.name));
      else if (author.kind === 'visitor') announce(`${nameOf(one)}: ${text}`);
      else if (author.kind === 'ai') announce(`AI: ${text}`);
      else if (!isMine(after, one)) announce(`${author.name ?? 'A colleague'}: ${text}`);
    }
    const known = new Set(was.facts.map(factKey));
    for (const fact of is.facts) {
      if (!known.has(factKey(fact))) announce(`New fact. ${fieldWords[fact.field]}: ${fact.display}`);
    }
    if (is.score && was.score && is.score.qualified && !was.score.qualified)
      announce(`Qualified: ${is.score.points} of ${is.score.of}`);
  };

  return {
    onFrame: (frame: ToAgent, before: Inbox, after: Inbox): void => {
      if (frame.type === 'conversation') {
        waits(frame.conversation, isAway(after));
        visitorWrote(before, after, frame.conversation.id);
        if (!frame.conversation.waiting) alerts.withdraw(`offer-${frame.conversation.id}`);
      } else if (frame.type === 'offer') {
        const one = after.conversations.get(frame.conversationId);
        // The summary may come a moment later; then it is what calls.
        if (one) waits({...one, waiting: {why: frame.why, since: frame.since}}, isAway(after));
      } else if (frame.type === 'offer_gone') {
        alerts.withdraw(`offer-${frame.conversationId}`);
        const one = before.conversations.get(frame.conversationId);
        const byMe = after.agents.some(({agentId, name}) => agentId === after.meId && name === frame.takenBy);
        if (one && frame.takenBy !== null && !byMe) announce(`${frame.takenBy} took over ${nameOf(one)}`);
      } else if (
        (frame.type === 'message' || frame.type === 'facts') &&
        deps.lookedAt() === frame.conversationId
      ) {
        openConversationGrew(before, after, frame.conversationId);
      }
    },
    /** After a reconnect: whoever began to wait meanwhile. Who waited before the page was opened is not news. */
    onListed: (before: Inbox, after: Inbox): void => {
      for (const one of after.conversations.values()) waits(one, before.listed !== 'ready' || isAway(after));
    },
    count: (inbox: Inbox): number => {
      let count = 0;
      for (const one of inbox.conversations.values()) {
        const group = groupOf(one, inbox.meId, 0);
        if (group === 'waiting' || (group === 'mine' && one.unread && one.id !== deps.lookedAt())) count++;
      }
      return count;
    },
  };
};
