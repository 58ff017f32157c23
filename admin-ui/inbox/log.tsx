import {IconArrowDown} from '@tabler/icons-react';
import {Fragment, useEffect, useLayoutEffect, useMemo, useRef, useState} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {useSession} from '../shared/session.tsx';
import {type NumberedFact, spansBySeq} from './evidence.ts';
import {nameOf} from './inbox-list.ts';
import {MessageView, ReadReceipt, Unsent, Writing} from './message.tsx';
import {streamText, type Thread} from './thread.ts';
import {useNow} from './ticker.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';
import {dayWords} from './words.ts';

const nearEnd = 48;

export const Log = ({
  one,
  thread,
  facts,
  onTakeBack,
}: {
  one: ConversationSummary;
  thread: Thread;
  facts: readonly NumberedFact[];
  onTakeBack: (text: string) => void;
}) => {
  const inbox = useInboxControl();
  const {user} = useSession();
  const online = useInbox(({line}) => line.phase === 'up');
  const today = useNow(60_000);
  const place = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(0);
  const spans = useMemo(() => spansBySeq(facts), [facts]);
  const visitor = nameOf(one);
  const text = streamText(thread.stream);
  const {log, outgoing} = thread;
  const lastOwn = log.findLastIndex(({author}) => author.kind === 'agent');
  const answered = log.slice(lastOwn + 1).some(({author}) => author.kind === 'visitor');

  // Who reads at the end stays there; who reads further up is not moved.
  useLayoutEffect(() => {
    if (atEnd && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [atEnd, log.length, outgoing.length, text, facts, thread.typing]);
  useEffect(() => {
    const log = place.current;
    if (!log) return undefined;
    const keep = new ResizeObserver(() => {
      if (atEnd) log.scrollTop = log.scrollHeight;
    });
    keep.observe(log);
    return () => keep.disconnect();
  }, [atEnd]);
  useEffect(() => {
    if (!atEnd || log.length === 0) return undefined;
    setSeen(log.length);
    const drawn = () => inbox.drawn(one.id);
    drawn();
    addEventListener('focus', drawn);
    document.addEventListener('visibilitychange', drawn);
    return () => {
      removeEventListener('focus', drawn);
      document.removeEventListener('visibilitychange', drawn);
    };
  }, [atEnd, log.length, online, one.id, inbox]);

  const below = log.slice(seen).filter(({author}) => author.kind !== 'system').length;
  return (
    <div className="logbox">
      <div
        className="log"
        role="log"
        aria-live="off"
        aria-label={`Messages with ${visitor}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        ref={place}
        onScroll={({currentTarget: {scrollHeight, scrollTop, clientHeight}}) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < nearEnd)
        }
      >
        {log.map((message, index) => {
          const day = dayWords(message.at, today);
          const before = log[index - 1];
          return (
            <Fragment key={message.id}>
              {before && dayWords(before.at, today) === day ? null : <p className="day">{day}</p>}
              <MessageView message={message} visitor={visitor} spans={spans.get(message.seq)} />
              {index === lastOwn && !answered ? (
                <ReadReceipt read={thread.visitorRead >= message.seq} visitor={visitor} />
              ) : null}
            </Fragment>
          );
        })}
        {thread.stream ? <Writing text={text} /> : null}
        {outgoing.map(item => (
          <Unsent
            key={item.clientId}
            item={item}
            name={user.name}
            conversationId={one.id}
            online={online}
            onTakeBack={onTakeBack}
          />
        ))}
      </div>
      {!atEnd && below > 0 ? (
        <button type="button" className="btn down" onClick={() => setAtEnd(true)}>
          <IconArrowDown className="i s" aria-hidden />
          {below} new below
        </button>
      ) : null}
    </div>
  );
};
