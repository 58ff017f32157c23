import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {WidgetSettings} from '../../features/sites/sites.schema.ts';
import {fill, placeName, type Texts} from '../texts/texts.ts';
import type {Bridge} from './bridge.ts';
import type {Chat} from './chat.ts';
import {Composer} from './composer.tsx';
import {type Conversation, hasObjected, unread} from './conversation-state.ts';
import type {DeviceStore} from './device-store.ts';
import {Form} from './form.tsx';
import {Mark, MinusIcon, OfflineIcon, PersonIcon} from './icons.tsx';
import {Log} from './log.tsx';
import {Avatar} from './message.tsx';
import {UsageBar} from './privacy-usage.tsx';
import {NoticeLink, Privacy} from './privacy.tsx';
import type {Right} from './rights-calls.ts';
import {Choice} from './rights-done.tsx';
import type {Usage} from './usage.ts';

/** Where the chat covers the whole screen, Tab stays in it: what lies behind cannot be seen. */
const keepFocus = (event: KeyboardEvent & {currentTarget: HTMLElement}) => {
  const stops = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('button,textarea,a[href],[tabindex="0"]'),
  ];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
};

/** A line that is back within this was never gone, for a reader. */
const offlinePatienceMs = 1500;

const Disclosure = ({c, t}: {c: Conversation; t: Texts}) => {
  const [strong, more] =
    c.state === 'agent'
      ? [fill(t.agentStrip, {name: c.agent?.name ?? t.somebody}), t.agentMore]
      : c.state === 'waiting' && hasObjected(c)
        ? [t.withoutAiStrip, c.personFree ? t.withoutAiFree : t.withoutAiNone]
        : c.state === 'waiting'
          ? [t.waitingStrip, c.personFree ? t.waitingFree : t.waitingNone]
          : c.state === 'closed'
            ? [t.closedStrip, t.closedMore]
            : [t.aiStrip, c.personFree ? t.aiFree : t.aiLater];
  const person = c.state === 'agent';
  const without = c.state === 'waiting' && hasObjected(c);
  return (
    <div class={`dis${person || without ? ' hu' : ''}`}>
      {c.state !== 'closed' && !without && (
        <Avatar name={person ? (c.agent?.name ?? t.person) : null} t={t} small />
      )}
      <span>
        <b>{strong}</b> <br />
        {more}
      </span>
    </div>
  );
};

/** What the launcher says of a chat that is out of sight. */
const news = (c: Conversation, looked: number, visible: boolean, t: Texts) => {
  const count = unread(c, looked);
  const person = c.state === 'agent';
  const line = count > 0 ? (person ? t.newsPerson : t.newBelow) : person ? t.newsHere : '';
  return visible ? {news: '', count: 0} : {news: line, count};
};

const Refused = ({t, onAgain}: {t: Texts; onAgain: () => void}) => (
  <div class="ref" role="alert">
    <b>{t.refused}</b>
    <p>{t.refusedMeaning}</p>
    <button type="button" class="btn" onClick={onAgain}>
      {t.again}
    </button>
  </div>
);

export type AppProps = {
  settings: WidgetSettings;
  t: Texts;
  lang: string;
  chat: Chat;
  usage: Usage;
  store: DeviceStore;
  bridge: Bridge;
  /** Before the visitor's eyes: open, and the tab in front. */
  visible: boolean;
  /** A new one each time. `modal`: on a screen where focus would raise a keyboard. `focus`: by a person, just now. */
  opened: {modal: boolean; focus: boolean};
};

export const App = ({settings, t, lang, chat, usage, store, bridge, visible, opened}: AppProps) => {
  const [c, setConversation] = useState(chat.get());
  const [offline, setOffline] = useState(false);
  const [privacy, setPrivacy] = useState<{right: Right | null} | null>(null);
  const [kept, setKept] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const looked = useRef(store.looked());
  useEffect(() => {
    const unsubscribe = chat.subscribe(() => setConversation(chat.get()));
    return () => void unsubscribe();
  }, [chat]);

  useEffect(() => {
    if (c.phase !== 'offline') return setOffline(false);
    const timer = setTimeout(() => setOffline(true), offlinePatienceMs);
    return () => clearTimeout(timer);
  }, [c.phase]);
  useEffect(() => {
    if (opened.focus) (opened.modal ? heading : field).current?.focus();
  }, [opened]);
  const last = c.messages.length;
  // Before the next frame is drawn: a hidden one is not drawn at all.
  useLayoutEffect(() => {
    if (visible && last !== looked.current) store.keepLooked((looked.current = last));
    bridge.tell({crowlit: 'news', ...news(c, looked.current, visible, t)});
  }, [visible, last, c.state, bridge]);

  const agent = c.state === 'agent' ? (c.agent?.name ?? t.somebody) : null;
  const asked = c.state === 'waiting' || c.outgoing.some(({kind, failed}) => kind === 'human' && !failed);
  const objected = hasObjected(c);
  /** Nobody there, and no AI wanted: a form instead of a chat that nobody answers. Once it is sent, the chat again. */
  const left = c.messages.findLastIndex(({event}) => event === 'ai_objected');
  const alone =
    objected &&
    c.state === 'waiting' &&
    !c.personFree &&
    !c.messages.slice(left + 1).some(({author}) => author.kind === 'visitor') &&
    !c.outgoing.some(({kind}) => kind === 'message');
  /** Nothing is left to go on with. */
  const leave = () => (bridge.framed ? bridge.tell({crowlit: 'lost'}) : location.reload());
  const say = (text: string) => {
    chat.say(text);
    field.current?.focus();
  };
  return (
    <main
      class="w"
      onKeyDown={event => {
        if (event.key === 'Tab' && opened.modal && !privacy) keepFocus(event);
        if (event.key === 'Escape' && !privacy && !event.isComposing) bridge.tell({crowlit: 'close'});
      }}
    >
      <header class="wh">
        {agent === null ? <Mark /> : <Avatar name={agent} t={t} />}
        <h1 class="ht" ref={heading} tabIndex={-1}>
          <b>
            <bdi>{agent ?? settings.company}</bdi>
          </b>
          <small>{agent === null ? settings.siteName : fill(t.personAt, {company: settings.company})}</small>
        </h1>
        {bridge.framed && (
          <button
            type="button"
            class="btn ic q"
            aria-label={t.minimise}
            onClick={() => bridge.tell({crowlit: 'close'})}
          >
            <MinusIcon />
          </button>
        )}
      </header>
      <Disclosure c={c} t={t} />
      <div role="status">
        {offline && (
          <p class="off">
            <OfflineIcon />
            <span>{t.offline}</span>
          </p>
        )}
      </div>
      {c.usage?.question && <UsageBar question={c.usage.question} usage={usage} t={t} />}
      {c.phase === 'refused' && <Refused t={t} onAgain={() => void chat.tryAgain()} />}
      <Log conversation={c} chat={chat} t={t} lang={lang} visible={visible} onReply={say} />
      {c.messages.at(-1)?.card === 'privacy' && c.messages.at(-1)?.seq !== kept && (
        <Choice t={t} onChoose={right => setPrivacy({right})} onKeep={() => setKept(last)} />
      )}
      {agent === null && !alone && (
        <div class="hum">
          <button
            type="button"
            class="btn"
            aria-disabled={asked}
            onClick={() => asked || chat.askForPerson()}
          >
            <PersonIcon />
            {asked ? t.personAsked : t.talkToPerson}
          </button>
        </div>
      )}
      {alone ? (
        <Form t={t} onSend={chat.say} />
      ) : (
        <Composer
          t={t}
          lang={lang}
          placeholder={agent === null ? t.placeholder : fill(t.placeholderTo, {name: agent})}
          draft={store.draft()}
          field={field}
          onSend={chat.say}
          onDraft={store.keepDraft}
          onTyping={chat.typing}
        />
      )}
      <p class="lg">
        <button type="button" class="link" onClick={() => setPrivacy({right: null})}>
          {t.privacy}
        </button>
        <NoticeLink settings={settings} t={t} lang={lang} />
        <span>{fill(t.storedIn, {region: placeName(settings.region, lang)})}</span>
      </p>
      {privacy && (
        <Privacy
          settings={settings}
          t={t}
          lang={lang}
          usage={usage}
          chat={chat}
          right={privacy.right}
          objected={objected}
          onObject={chat.objectToAi}
          onErased={leave}
          onClose={() => {
            setPrivacy(null);
            if (chat.isErased()) leave();
          }}
        />
      )}
    </main>
  );
};
