import './inbox.css';
import {useNavigate, useParams} from '@tanstack/react-router';
import {useCallback, useEffect, useMemo, useRef, useState} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {Loading} from '../shared/components/empty.tsx';
import {useSession} from '../shared/session.tsx';
import {Conversation} from './conversation.tsx';
import {ConversationList} from './conversation-list.tsx';
import {compare, type Group, groupOf, neighbour} from './inbox-list.ts';
import {useShortcuts} from './keys.ts';
import {NothingOpen} from './nothing-open.tsx';
import {ShortcutSheet} from './shortcut-sheet.tsx';
import {InboxContext, inboxOf, useInbox, useInboxControl} from './use-inbox.ts';

/** Who waits for a person, longest first, and how many the AI has; without sorting all the others. */
const standing = (conversations: ReadonlyMap<string, ConversationSummary>, meId: string) => {
  const now = Date.now();
  const waiting: ConversationSummary[] = [];
  let withAi = 0;
  for (const one of conversations.values()) {
    const group = groupOf(one, meId, now);
    if (group === 'waiting') waiting.push(one);
    if (group === 'ai') withAi++;
  }
  return {waiting: waiting.sort(compare('waiting')), withAi};
};

const Columns = ({open}: {open: string | null}) => {
  const inbox = useInboxControl();
  const navigate = useNavigate();
  const conversations = useInbox(state => state.conversations);
  const listed = useInbox(state => state.listed);
  const meId = useInbox(state => state.meId);
  const broken = useInbox(state => (open === null ? undefined : state.broken.get(open)));
  const [sheet, setSheet] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shown = useRef<readonly Group[]>([]);
  const one = open === null ? undefined : conversations.get(open);
  const {waiting, withAi} = useMemo(() => standing(conversations, meId), [conversations, meId]);

  const go = useCallback(
    (conversationId: string) => void navigate({to: '/inbox/$conversationId', params: {conversationId}}),
    [navigate],
  );
  const onShown = useCallback((groups: readonly Group[]) => {
    shown.current = groups;
  }, []);
  const onShortcuts = useCallback(() => setSheet(true), []);
  const step = (by: 1 | -1) => {
    const next = neighbour(shown.current, open, by);
    if (next !== undefined) go(next);
  };
  useShortcuts({
    '?': () => setSheet(true),
    '/': () => search.current?.focus(),
    j: () => step(1),
    k: () => step(-1),
    n: () => {
      const next = waiting.find(({id}) => id !== open) ?? waiting[0];
      if (next) go(next.id);
    },
  });
  useEffect(() => {
    document.title = 'Inbox · Crowlit';
    inbox.show(open);
    return () => inbox.show(null);
  }, [inbox, open]);
  // Whoever opened a conversation reads it next; on arrival without one, the page begins at its own beginning.
  const known = one !== undefined;
  useEffect(() => {
    if (open !== null && known) heading.current?.focus({preventScroll: true});
  }, [open, known]);

  return (
    <div className={open === null ? 'ib at-list' : 'ib at-conversation'}>
      <ConversationList open={open} onOpen={go} onShown={onShown} onShortcuts={onShortcuts} search={search} />
      {one ? (
        <Conversation
          key={one.id}
          one={one}
          waiting={waiting.filter(({id}) => id !== one.id).length}
          onBack={() => void navigate({to: '/inbox'})}
          heading={heading}
        />
      ) : open !== null && (listed === 'loading' || !broken) ? (
        <section className="conv none">
          <Loading what="the conversation" rows={7} />
        </section>
      ) : (
        <NothingOpen
          waiting={waiting}
          withAi={withAi}
          known={listed === 'ready'}
          broken={broken ?? null}
          onRetry={() => open !== null && void inbox.load(open)}
          onOpen={go}
        />
      )}
      <ShortcutSheet open={sheet} onClose={() => setSheet(false)} />
    </div>
  );
};

/** `/inbox` and `/inbox/$conversationId`. */
const InboxPage = () => {
  const {user} = useSession();
  const {conversationId} = useParams({strict: false});
  return (
    <InboxContext value={inboxOf(user.id)}>
      <Columns open={conversationId ?? null} />
    </InboxContext>
  );
};
export default InboxPage;
