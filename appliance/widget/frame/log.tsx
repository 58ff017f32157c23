import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {fill, type Texts} from '../texts/texts.ts';
import type {Chat} from './chat.ts';
import {type Conversation, quickReplies, replaying, streamText} from './conversation-state.ts';
import {DownIcon} from './icons.tsx';
import {MessageView, OutgoingView, StreamView, TypingView} from './message.tsx';

/** Within this of the end counts as reading along. */
const nearEnd = 48;

export const Log = ({
  conversation: c,
  chat,
  t,
  lang,
  visible,
  onReply,
}: {
  conversation: Conversation;
  chat: Chat;
  t: Texts;
  lang: string;
  visible: boolean;
  onReply: (text: string) => void;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [behind, setBehind] = useState(false);
  const last = c.messages.length;
  const stream = streamText(c.stream);
  // The way to a person stands below the whole time; once is enough.
  const replies = quickReplies(c).filter(reply => reply !== t.talkToPerson);
  const agentName = c.agent?.name ?? t.somebody;

  const toEnd = () => {
    const {current} = box;
    if (current) current.scrollTop = current.scrollHeight;
  };
  // Whoever reads along stays at the end; whoever scrolled up is not moved.
  const said = useRef(0);
  useLayoutEffect(() => {
    if (c.outgoing.length > said.current) following.current = true;
    said.current = c.outgoing.length;
    if (following.current) toEnd();
  });
  useEffect(() => {
    if (!following.current) setBehind(true);
  }, [last]);
  useEffect(() => {
    const watch = new ResizeObserver(() => following.current && toEnd());
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (visible && !behind && last > 0) chat.seen(last);
  }, [visible, behind, last, chat]);

  const onScroll = () => {
    const {current} = box;
    if (!current) return;
    following.current = current.scrollHeight - current.scrollTop - current.clientHeight < nearEnd;
    if (following.current) setBehind(false);
  };
  const lastOwn = c.messages.findLast(({author}) => author.kind === 'visitor');
  const receipt =
    lastOwn && c.outgoing.length === 0
      ? lastOwn.seq > c.readByAgent
        ? t.sent
        : c.agent
          ? fill(t.seen, {name: c.agent.name})
          : t.seenByPerson
      : null;
  const dots = stream === '' && (c.typing.ai || c.stream !== null) && c.state !== 'agent';

  return (
    <div class="lw">
      <div
        class="wl"
        ref={box}
        role="log"
        aria-label={t.log}
        aria-live="polite"
        aria-busy={replaying(c)}
        // Scrollable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        {c.messages.map(message => (
          <MessageView key={message.seq} message={message} t={t} lang={lang} />
        ))}
        {receipt && c.messages.at(-1) === lastOwn && <p class="ms">{receipt}</p>}
        {c.outgoing.map(item => (
          <OutgoingView
            key={item.clientId}
            item={item}
            online={c.phase === 'online'}
            t={t}
            onRetry={() => chat.retry(item.clientId)}
            onAnew={() => void chat.startAnew()}
            onDrop={() => chat.drop(item.clientId)}
          />
        ))}
        {stream !== '' && <StreamView text={stream} t={t} lang={lang} />}
        {dots && <TypingView name={null} t={t} />}
        {c.typing.agent && <TypingView name={agentName} t={t} />}
        {replies.length > 0 && (
          <fieldset class="qr">
            <legend class="vh">{t.quick}</legend>
            {replies.map(reply => (
              <button key={reply} type="button" class="btn" dir="auto" onClick={() => onReply(reply)}>
                {reply}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <p class="vh" role="status">
        {stream !== '' || dots ? t.aiWriting : c.typing.agent ? fill(t.agentWriting, {name: agentName}) : ''}
      </p>
      {behind && (
        <button
          type="button"
          class="btn below"
          onClick={() => {
            following.current = true;
            setBehind(false);
            toEnd();
          }}
        >
          <DownIcon />
          {t.newBelow}
        </button>
      )}
    </div>
  );
};
