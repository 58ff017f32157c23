import type {ComponentChildren} from 'preact';
import {fill, type Texts} from '../texts/texts.ts';
import type {Drawn, Outgoing} from './conversation-state.ts';
import {AlertIcon} from './icons.tsx';

export const initials = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] ?? '')[0] ?? '';
  const last = words.length > 1 ? (Array.from(words.at(-1) ?? '')[0] ?? '') : '';
  return (first + last).toUpperCase();
};

/** Square speaks for the machine, round for people. */
export const Avatar = ({name, t, small}: {name: string | null; t: Texts; small?: boolean}) => (
  <span class={`av ${name === null ? 'ai' : 'hu'}${small ? ' sm' : ''}`} aria-hidden="true">
    {name === null ? t.ai : initials(name)}
  </span>
);

const Head = ({name, tag, at, lang}: {name: string; tag: string; at?: string; lang: string}) => (
  <div class="mh">
    <b>
      <bdi>{name}</bdi>
    </b>
    <span class="tag">{tag}</span>
    {at && <time dateTime={at}>{new Date(at).toLocaleTimeString(lang, {timeStyle: 'short'})}</time>}
  </div>
);

/** Addresses a person sent can be followed; what an AI or a visitor wrote stays text. */
const linked = (text: string): ComponentChildren =>
  text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/).map((part, index) =>
    index % 2 ? (
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    ),
  );

const eventText = ({event, author}: Drawn, t: Texts): string => {
  switch (event) {
    case 'human_requested':
      return t.eventHuman;
    case 'ai_objected':
      return t.eventObjected;
    case 'agent_joined':
      return fill(t.eventJoined, {name: author.name ?? t.somebody});
    case 'handed_back':
      return t.eventBack;
    case 'closed':
      return t.eventClosed;
    case 'reopened':
      return t.eventReopened;
    case null:
      return '';
  }
  return '';
};

/** Where an answer stands, on one line; the passage itself behind it. */
const Cited = ({citation, t}: {citation: NonNullable<Drawn['citation']>; t: Texts}) => {
  const {document, section, page, quote, language} = citation;
  return (
    <details class="src cite">
      <summary>
        {fill(t.source, {source: document})}
        {page !== null && `, ${fill(t.page, {page})}`}
      </summary>
      {section.length > 0 && <p lang={language}>{section.join(' › ')}</p>}
      <blockquote lang={language} dir="auto">
        {quote}
      </blockquote>
    </details>
  );
};

export const MessageView = ({message, t, lang}: {message: Drawn; t: Texts; lang: string}) => {
  const {author, text, at, source, citation} = message;
  if (author.kind === 'system')
    return (
      <p class="ev" dir="auto">
        {eventText(message, t) || text}
      </p>
    );
  if (author.kind === 'visitor')
    return (
      <div class="m vi">
        <span class="vh">{t.you}</span>
        <div class="mb" dir="auto">
          {text}
        </div>
      </div>
    );
  const person = author.kind === 'agent';
  return (
    <div class={`m ${person ? 'hu' : 'ai'}`}>
      <Avatar name={person ? (author.name ?? t.person) : null} t={t} />
      <div class="mx">
        <Head
          name={author.name ?? (person ? t.somebody : t.assistant)}
          tag={person ? t.person : t.ai}
          at={at}
          lang={lang}
        />
        <div class="mb" dir="auto">
          {person ? linked(text) : text}
        </div>
        {source && <p class="src">{fill(t.source, {source})}</p>}
        {citation && <Cited citation={citation} t={t} />}
      </div>
    </div>
  );
};

/** The answer as it is being written. Not read out piece by piece: its message is, once it is whole. */
export const StreamView = ({text, t, lang}: {text: string; t: Texts; lang: string}) => (
  <div class="m ai" aria-hidden="true">
    <Avatar name={null} t={t} />
    <div class="mx">
      <Head name={t.assistant} tag={t.ai} lang={lang} />
      <div class="mb" dir="auto">
        {text}
        <span class="caret" />
      </div>
    </div>
  </div>
);

export const TypingView = ({name, t}: {name: string | null; t: Texts}) => (
  <div class={`m ${name === null ? 'ai' : 'hu'}`} aria-hidden="true">
    <Avatar name={name} t={t} />
    <div class="mb dots">
      <i />
      <i />
      <i />
    </div>
  </div>
);

export const OutgoingView = ({
  item,
  online,
  t,
  onRetry,
  onAnew,
  onDrop,
}: {
  item: Outgoing;
  online: boolean;
  t: Texts;
  onRetry: () => void;
  onAnew: () => void;
  onDrop: () => void;
}) => {
  const failed = item.failed !== undefined;
  const full = item.failed === 'conversations.full';
  const state = failed
    ? full
      ? t.failedFull
      : item.failed === 'conversations.text_too_long'
        ? t.failedTooLong
        : t.failed
    : item.acked
      ? t.sent
      : online
        ? t.sending
        : t.kept;
  return (
    <div class={`m vi out${failed ? ' bad' : ''}`}>
      <span class="vh">{t.you}</span>
      <div class="mb" dir="auto">
        {item.kind === 'message' ? item.text : item.kind === 'human' ? t.talkToPerson : t.noAi}
      </div>
      <p class="ms">
        {failed && <AlertIcon />}
        {state}
        {failed && (
          <>
            <button type="button" class="link" onClick={full ? onAnew : onRetry}>
              {full ? t.anew : t.again}
            </button>
            <button type="button" class="link" onClick={onDrop}>
              {t.remove}
            </button>
          </>
        )}
      </p>
    </div>
  );
};
