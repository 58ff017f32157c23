import {
  IconArchive,
  IconArrowBackUp,
  IconChevronLeft,
  IconHandStop,
  IconListDetails,
} from '@tabler/icons-react';
import type {RefObject} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {State} from '../shared/components/state.tsx';
import {nameOf} from './inbox-list.ts';
import type {Thread} from './thread.ts';
import {languageWords, pageWords} from './words.ts';

const whereabouts = (one: ConversationSummary, {visitor}: Thread): string =>
  [
    one.company,
    one.online ? 'here now' : 'has left the page',
    visitor?.page ? `on ${pageWords(visitor.page)}` : one.siteName,
    languageWords[one.locale],
  ]
    .filter(Boolean)
    .join(', ');

/** Whom one talks with, and what can be done. The main act is the way to the visitor. */
export const ConversationHead = ({
  one,
  thread,
  mine,
  busy,
  waiting,
  facts,
  factsShown,
  heading,
  onBack,
  onFacts,
  onAccept,
  onHandBack,
  onClose,
}: {
  one: ConversationSummary;
  thread: Thread;
  mine: boolean;
  busy: boolean;
  /** How many others wait for a person, for whoever sees no list. */
  waiting: number;
  facts: number;
  factsShown: boolean;
  heading: RefObject<HTMLHeadingElement | null>;
  onBack: () => void;
  onFacts: () => void;
  onAccept: () => void;
  onHandBack: () => void;
  onClose: () => void;
}) => {
  const free = one.state === 'ai' || one.state === 'waiting';
  return (
    <header>
      <button
        type="button"
        className="btn ic bk"
        aria-label={waiting > 0 ? `Back to the list, ${waiting} waiting for a person` : 'Back to the list'}
        onClick={onBack}
      >
        <IconChevronLeft className="i" aria-hidden />
        {waiting > 0 ? <span className="badge">{waiting}</span> : null}
      </button>
      <div className="who">
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {nameOf(one)}
        </h2>
        <p className="dim s13">{whereabouts(one, thread)}</p>
        {thread.legalHold ? (
          <State tone="in">
            Legal hold<span className="dim">: nothing here is deleted</span>
          </State>
        ) : null}
      </div>
      <span className="sp" />
      <button
        type="button"
        className="btn tofacts"
        aria-expanded={factsShown}
        aria-controls="facts"
        onClick={onFacts}
      >
        <IconListDetails className="i s" aria-hidden />
        Facts {facts}
      </button>
      {mine && !one.aiObjected ? (
        <button type="button" className="btn" disabled={busy} onClick={onHandBack}>
          <IconArrowBackUp className="i s" aria-hidden />
          Hand back <kbd aria-hidden>H</kbd>
        </button>
      ) : null}
      {mine || free ? (
        <button type="button" className="btn" disabled={busy} onClick={onClose}>
          <IconArchive className="i s" aria-hidden />
          Close <kbd aria-hidden>C</kbd>
        </button>
      ) : null}
      {free ? (
        <button type="button" className="btn p" disabled={busy} onClick={onAccept}>
          <IconHandStop className="i s" aria-hidden />
          {one.waiting ? 'Accept' : 'Take over'} <kbd aria-hidden>T</kbd>
        </button>
      ) : null}
    </header>
  );
};
