import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {RefObject} from 'preact';
import {fill, type Texts} from '../texts/texts.ts';
import {SendIcon} from './icons.tsx';

/** As PROTOCOL.md says, counted after trimming. */
const limit = 4000;
const countFrom = 3500;
/** Told again while typing goes on; the server forgets it after six seconds. */
const typingEveryMs = 3000;
const typingEndsMs = 4000;

/** Spaces and characters without a shape only: nothing anybody could read. */
const invisible = (text: string) => /^[\s\p{Cf}\p{Z}\p{Cc}]*$/u.test(text);

export const Composer = ({
  t,
  lang,
  placeholder,
  draft,
  field,
  onSend,
  onDraft,
  onTyping,
}: {
  t: Texts;
  lang: string;
  placeholder: string;
  draft: string;
  field: RefObject<HTMLTextAreaElement | null>;
  onSend: (text: string) => void;
  onDraft: (text: string) => void;
  onTyping: (on: boolean) => void;
}) => {
  const [text, setText] = useState(draft);
  const typing = useRef({told: 0, end: undefined as ReturnType<typeof setTimeout> | undefined});
  const length = text.trim().length;
  const over = length - limit;
  const ready = over <= 0 && !invisible(text);
  const number = (value: number) => value.toLocaleString(lang);

  const stopTyping = () => {
    clearTimeout(typing.current.end);
    if (typing.current.told > 0) onTyping(false);
    typing.current.told = 0;
  };
  const change = (value: string) => {
    setText(value);
    onDraft(value);
    if (invisible(value)) return stopTyping();
    const now = Date.now();
    if (now - typing.current.told > typingEveryMs) {
      onTyping(true);
      typing.current.told = now;
    }
    clearTimeout(typing.current.end);
    typing.current.end = setTimeout(stopTyping, typingEndsMs);
  };
  const send = () => {
    if (!ready) return;
    onSend(text.trim());
    setText('');
    onDraft('');
    stopTyping();
    field.current?.focus();
  };
  useEffect(() => () => clearTimeout(typing.current.end), []);
  useLayoutEffect(() => {
    const {current} = field;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight, 134)}px`;
  }, [text, field]);

  return (
    <form
      class="wc"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={t.message}
        aria-invalid={over > 0}
        aria-describedby="count"
        placeholder={placeholder}
        enterkeyhint="send"
        value={text}
        onInput={event => change(event.currentTarget.value)}
        onKeyDown={event => {
          // 229: an input method is still choosing characters (Safari ends the composition one event too early).
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="btn ic p" aria-label={t.send} aria-disabled={!ready}>
        <SendIcon />
      </button>
      <p id="count" class={over > 0 ? 'cnt over' : 'cnt'} role="status">
        {over > 0
          ? fill(t.tooLong, {count: number(over)})
          : length > countFrom
            ? fill(t.left, {count: number(length), limit: number(limit)})
            : ''}
      </p>
    </form>
  );
};
