import {IconX} from '@tabler/icons-react';
import {type RefObject, useEffect, useMemo, useRef, useState} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Note} from '../shared/components/state.tsx';
import {isMine} from './calls.ts';
import {Composer, type ComposerHandle} from './composer.tsx';
import {ConversationHead} from './conversation-head.tsx';
import {numberFacts} from './evidence.ts';
import {Facts} from './facts.tsx';
import {nameOf} from './inbox-list.ts';
import {threadOf} from './inbox-state.ts';
import {useShortcuts} from './keys.ts';
import {LineStrip, useLineDown} from './line-down.tsx';
import {createLit, LitContext} from './lit.ts';
import {Log} from './log.tsx';
import {StateStrip} from './state-strip.tsx';
import type {Thread} from './thread.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';

const typingWords = (one: ConversationSummary, {typing, stream}: Thread, mine: boolean): string => {
  if (typing.visitor) return `${nameOf(one)} is writing`;
  if (typing.agent && !mine) return `${one.agent?.name ?? 'A colleague'} is writing`;
  return typing.ai && !stream ? 'The AI is thinking' : '';
};

export const Conversation = ({
  one,
  waiting,
  onBack,
  heading,
}: {
  one: ConversationSummary;
  waiting: number;
  onBack: () => void;
  heading: RefObject<HTMLHeadingElement | null>;
}) => {
  const inbox = useInboxControl();
  const thread = useInbox(state => threadOf(state, one.id));
  const mine = useInbox(state => isMine(state, one));
  const acting = useInbox(state => state.acting.get(one.id));
  const broken = useInbox(state => state.broken.get(one.id));
  const notice = useInbox(state => (state.notice?.conversationId === one.id ? state.notice : null));
  const down = useLineDown();
  const lit = useMemo(createLit, []);
  const facts = useMemo(() => numberFacts(thread.facts), [thread.facts]);
  const composer = useRef<ComposerHandle>(null);
  const [closing, setClosing] = useState(false);
  const [showFacts, setShowFacts] = useState(false);
  const name = nameOf(one);
  const free = one.state === 'ai' || one.state === 'waiting';

  const accept = async () => {
    if (free && (await inbox.act(one.id, 'accept'))) requestAnimationFrame(() => composer.current?.focus());
  };
  const handBack = async () => {
    if (mine && !one.aiObjected && (await inbox.act(one.id, 'hand-back'))) heading.current?.focus();
  };
  const close = async () => {
    const done = await inbox.act(one.id, 'close');
    setClosing(false);
    if (done) requestAnimationFrame(() => heading.current?.focus());
  };
  useShortcuts({
    t: () => void accept(),
    h: () => void handBack(),
    c: () => {
      if (mine || free) setClosing(true);
    },
    r: () => composer.current?.focus(),
  });
  useEffect(() => () => inbox.typing(one.id, false), [inbox, one.id]);

  return (
    <LitContext value={lit}>
      <section className={showFacts ? 'conv known-shown' : 'conv'} aria-label={`Conversation with ${name}`}>
        <ConversationHead
          one={one}
          thread={thread}
          mine={mine}
          busy={acting !== undefined}
          waiting={waiting}
          facts={facts.length}
          factsShown={showFacts}
          heading={heading}
          onBack={onBack}
          onFacts={() => {
            setShowFacts(!showFacts);
            // On a phone they stand below the conversation, always.
            document.getElementById('facts')?.scrollIntoView({block: 'start'});
          }}
          onAccept={() => void accept()}
          onHandBack={() => void handBack()}
          onClose={() => setClosing(true)}
        />
        {down ? <LineStrip /> : <StateStrip one={one} mine={mine} first={thread.log[0]} />}
        {notice ? (
          <div className="notice">
            <Note
              tone={notice.tone}
              title={notice.title}
              action={
                <button type="button" className="btn q ic sm" aria-label="Dismiss" onClick={inbox.dismiss}>
                  <IconX className="i s" aria-hidden />
                </button>
              }
            >
              {notice.text}
            </Note>
          </div>
        ) : null}
        {thread.loaded ? (
          <Log one={one} thread={thread} facts={facts} onTakeBack={text => composer.current?.add(text)} />
        ) : (
          <div className="logbox pad">
            {broken ? (
              <LoadFailed what="The conversation" error={broken} onRetry={() => void inbox.load(one.id)} />
            ) : (
              <Loading what="the conversation" rows={7} />
            )}
          </div>
        )}
        <Composer
          key={one.id}
          one={one}
          typing={typingWords(one, thread, mine)}
          handle={composer}
          onLeave={() => heading.current?.focus()}
        />
      </section>
      <Facts one={one} thread={thread} facts={facts} />
      <Consequence
        open={closing}
        title={`Close the conversation with ${name}?`}
        act="Close it"
        danger={false}
        busy={acting !== undefined}
        error={null}
        onAct={() => void close()}
        onClose={() => setClosing(false)}
      >
        <p>
          {name} sees that it is closed. Nothing is deleted. When {name} writes again, it opens with the AI,
          and you can take it over.
        </p>
      </Consequence>
    </LitContext>
  );
};
