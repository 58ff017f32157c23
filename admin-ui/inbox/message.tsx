import {IconAlertTriangle, IconCheck, IconChecks, IconClock} from '@tabler/icons-react';
import {memo, type ReactNode, useContext} from 'react';
import type {Message} from '../../appliance/features/conversations/conversations.schema.ts';
import {AiAvatar, PersonAvatar} from '../shared/components/person.tsx';
import {citedFrom, formatTime, formatWhole} from '../shared/format.ts';
import {type Segment, segment, type Span} from './evidence.ts';
import {LitContext, useLit} from './lit.ts';
import type {Outgoing} from './thread.ts';
import {useInboxControl} from './use-inbox.ts';
import {eventWords} from './words.ts';

const Clock = ({at}: {at: string}) => (
  <time dateTime={at} title={formatWhole(at)}>
    {formatTime(at)}
  </time>
);

const Marked = ({piece}: {piece: Segment}) => {
  const store = useContext(LitContext);
  const lit = useLit(id => id !== null && piece.ids.includes(id));
  return (
    <mark
      className={lit ? 'lit' : undefined}
      data-facts={piece.ids.join(' ')}
      onPointerEnter={() => store.set(piece.ids.at(-1) ?? null)}
      onPointerLeave={() => store.set(null)}
    >
      {piece.text}
      {piece.ends.map(number => (
        <sup key={number}>
          <span className="vh">fact </span>
          {number}
        </sup>
      ))}
    </mark>
  );
};

const noSpans: readonly Span[] = [];
const Text = ({text, spans = noSpans}: {text: string; spans?: readonly Span[] | undefined}) => (
  <div className="mb" dir="auto">
    {spans.length === 0
      ? text
      : segment(text, spans).map((piece, index) =>
          piece.ids.length === 0 ? piece.text : <Marked key={index} piece={piece} />,
        )}
  </div>
);

export const MessageView = memo(
  ({message, visitor, spans}: {message: Message; visitor: string; spans?: readonly Span[] | undefined}) => {
    const {author, text, at, event, quickReplies, source, citation} = message;
    if (author.kind === 'system')
      return (
        <p className="ev">
          <span>{event ? eventWords(event, visitor, author.name) : text}</span> <Clock at={at} />
        </p>
      );
    if (author.kind === 'visitor')
      return (
        <article className="m vi">
          <div className="mh">
            <b dir="auto">{visitor}</b>
            <Clock at={at} />
          </div>
          <Text text={text} spans={spans} />
        </article>
      );
    const ai = author.kind === 'ai';
    const name = ai ? 'Assistant' : (author.name ?? 'A colleague');
    return (
      <article className={ai ? 'm ai' : 'm hu'}>
        {ai ? <AiAvatar /> : <PersonAvatar name={name} />}
        <div>
          <div className="mh">
            <b dir="auto">{name}</b>
            <span className="tag">{ai ? 'AI' : 'Person'}</span>
            <Clock at={at} />
          </div>
          <Text text={text} />
          {source ? <p className="under">Quoted from {source}</p> : null}
          {citation ? <p className="under">Quoted from {citedFrom(citation)}</p> : null}
          {quickReplies.length > 0 ? (
            <p className="under">Offered to tap: {quickReplies.map(reply => `“${reply}”`).join(', ')}</p>
          ) : null}
        </div>
      </article>
    );
  },
);
MessageView.displayName = 'MessageView';

/** The AI's answer while it is written. Read out once it is whole, not piece by piece. */
export const Writing = ({text}: {text: string}) => (
  <article className="m ai" aria-live="off">
    <AiAvatar />
    <div>
      <div className="mh">
        <b>Assistant</b>
        <span className="tag">AI</span>
      </div>
      <div className="mb" dir="auto">
        {text}
        <span className="caret" />
      </div>
      <p className="under">Writing</p>
    </div>
  </article>
);

/** Said, not yet part of the transcript: kept until the appliance has it. */
export const Unsent = ({
  item,
  name,
  conversationId,
  online,
  onTakeBack,
}: {
  item: Outgoing;
  name: string;
  conversationId: string;
  online: boolean;
  onTakeBack: (text: string) => void;
}) => {
  const inbox = useInboxControl();
  const {clientId, failed} = item;
  return (
    <article className={failed ? 'm hu unsent failed' : 'm hu unsent'}>
      <PersonAvatar name={name} />
      <div>
        <div className="mh">
          <b dir="auto">{name}</b>
          <span className="tag">Person</span>
          <Clock at={item.at} />
        </div>
        <Text text={item.text} />
        {failed ? (
          <p className="under da" role="alert">
            <IconAlertTriangle className="i s" aria-hidden /> <b>Not sent.</b> {failed.message}{' '}
            <button type="button" className="link" onClick={() => inbox.again(conversationId, clientId)}>
              Send again
            </button>{' '}
            <button
              type="button"
              className="link"
              onClick={() => {
                inbox.drop(conversationId, clientId);
                onTakeBack(item.text);
              }}
            >
              Back to the reply field
            </button>
          </p>
        ) : (
          <Receipt icon={IconClock}>
            {online ? 'Sending' : 'Kept here, sent as soon as the connection is back'}
          </Receipt>
        )}
      </div>
    </article>
  );
};

const Receipt = ({icon: Icon, children}: {icon: typeof IconCheck; children: ReactNode}) => (
  <p className="under">
    <Icon className="i s" aria-hidden /> {children}
  </p>
);
/** Under the newest line of one's own. */
export const ReadReceipt = ({read, visitor}: {read: boolean; visitor: string}) => (
  <div className="receipt">
    <Receipt icon={read ? IconChecks : IconCheck}>{read ? `Read by ${visitor}` : 'Sent'}</Receipt>
  </div>
);
