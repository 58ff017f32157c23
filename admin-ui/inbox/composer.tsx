import {IconLock} from '@tabler/icons-react';
import {type Ref, useImperativeHandle, useLayoutEffect, useRef, useState} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {nameOf} from './inbox-list.ts';
import {isMine} from './calls.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';

const longest = 4000;
export type ComposerHandle = {focus: () => void; add: (text: string) => void};

/** Whoever touches a glass needs Enter for lines; Send is beside the thumb. */
const enterSends = () => !matchMedia('(pointer: coarse)').matches;

const growsByItself = CSS.supports('field-sizing', 'content');

export const Composer = ({
  one,
  typing,
  handle,
  onLeave,
}: {
  one: ConversationSummary;
  /** Who is writing, in words; an empty text where nobody is. */
  typing: string;
  handle: Ref<ComposerHandle>;
  onLeave: () => void;
}) => {
  const inbox = useInboxControl();
  const mine = useInbox(state => isMine(state, one));
  const acting = useInbox(({acting}) => acting.get(one.id));
  const [text, setText] = useState(() => inbox.kept.draft(one.id));
  const field = useRef<HTMLTextAreaElement>(null);
  const name = nameOf(one);
  const trimmed = text.trim();
  const tooLong = trimmed.length > longest;
  const canSend = trimmed !== '' && !tooLong && acting === undefined;
  const change = (value: string) => {
    setText(value);
    inbox.kept.setDraft(one.id, value);
  };
  useImperativeHandle(handle, () => ({
    focus: () => field.current?.focus(),
    add: added => change(text.trim() === '' ? added : `${text}\n${added}`),
  }));
  useLayoutEffect(() => {
    const area = field.current;
    if (!area || growsByItself) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 176)}px`;
  }, [text]);

  const send = async () => {
    if (!canSend) {
      field.current?.focus();
      return;
    }
    if (await inbox.say(one.id, trimmed)) change('');
    field.current?.focus();
  };

  if (one.state === 'closed' || (one.state === 'agent' && !mine))
    return (
      <footer className="shut">
        <IconLock className="i s" aria-hidden />
        <p>
          {one.state === 'closed'
            ? `This conversation is closed. When ${name} writes again, it opens with the AI.`
            : `${one.agent?.name ?? 'A colleague'} answers here. You can read along.`}
          {trimmed === '' ? null : (
            <>
              {' '}
              What you wrote is kept: <q>{trimmed}</q>
            </>
          )}
        </p>
      </footer>
    );
  return (
    <footer>
      <p className="typing" aria-hidden={typing === ''}>
        {typing === '' ? null : (
          <>
            <span className="dots" aria-hidden>
              <i />
              <i />
              <i />
            </span>
            {typing}
          </>
        )}
      </p>
      <div className="comp">
        <textarea
          ref={field}
          rows={1}
          aria-label={`Reply to ${name}`}
          placeholder={mine ? `Write to ${name}` : 'Writing here takes over from the AI'}
          value={text}
          onChange={({currentTarget: {value}}) => {
            change(value);
            inbox.typing(one.id, value.trim() !== '');
            // Writing takes over: from here on the AI does not speak into the agent's sentence.
            // Once that has failed, only T, the button or Enter try again.
            const failed = inbox.store.get().notice?.conversationId === one.id;
            if (!mine && !failed && acting === undefined && value.trim() !== '')
              void inbox.act(one.id, 'accept');
          }}
          onBlur={() => inbox.typing(one.id, false)}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              event.preventDefault();
              onLeave();
            }
            const sends = event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
            if (!sends || (!enterSends() && !event.ctrlKey && !event.metaKey)) return;
            event.preventDefault();
            void send();
          }}
        />
        <div className="row">
          {tooLong || trimmed.length > longest - 400 ? (
            <span className={tooLong ? 's12 over' : 'dim s12'} role={tooLong ? 'alert' : undefined}>
              {tooLong
                ? `${trimmed.length - longest} characters too many: send it in parts`
                : `${longest - trimmed.length} characters left`}
            </span>
          ) : null}
          <span className="sp" />
          <span className="dim s12 hint">Enter sends, Shift Enter adds a line</span>
          <button
            type="button"
            className={canSend ? 'btn p' : 'btn'}
            aria-disabled={!canSend}
            onClick={() => void send()}
          >
            Send
          </button>
        </div>
      </div>
    </footer>
  );
};
