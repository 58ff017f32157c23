import {NativeSelect, TextInput} from '@mantine/core';
import {type FormEvent, useEffect, useRef, useState} from 'react';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {numberFacts, segment, spansBySeq} from '../../inbox/evidence.ts';
import {Score} from '../../shared/components/score.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {fieldWord} from '../../shared/field-words.ts';
import {citedFrom} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';
import type {People, Trial} from './use-trial.ts';

const Lines = ({trial}: {trial: Trial}) => {
  const spans = spansBySeq(numberFacts(trial.facts));
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const list = end.current?.parentElement;
    if (list) list.scrollTop = list.scrollHeight;
  }, [trial]);
  return (
    <ol className="pb-lines" role="log" aria-label="The conversation tried out" tabIndex={0}>
      {trial.lines.map(({seq, author, text, quickReplies, source, citation}, index) => (
        <li key={seq} className={author} ref={index === trial.lines.length - 1 ? end : undefined}>
          <b className="s12 dim">{author === 'ai' ? 'AI' : 'You, as a visitor'}</b>
          <p dir="auto">
            {segment(text, spans.get(seq) ?? []).map((piece, at) =>
              piece.ids.length === 0 ? (
                piece.text
              ) : (
                <mark key={at}>
                  {piece.text}
                  {piece.ends.map(number => (
                    <sup key={number}>
                      <span className="vh">fact </span>
                      {number}
                    </sup>
                  ))}
                </mark>
              ),
            )}
          </p>
          {source ? <small>Quoted from {source}</small> : null}
          {citation ? <small>Quoted from {citedFrom(citation)}</small> : null}
          {quickReplies.length > 0 ? <small>Offered to tap: {quickReplies.join(' · ')}</small> : null}
        </li>
      ))}
    </ol>
  );
};

const Facts = ({trial}: {trial: Trial}) => (
  <div className="col" style={{gap: 8}} aria-live="polite">
    <h3>Facts</h3>
    {trial.facts.length === 0 ? (
      <p className="dim s13">None yet. Each stands here with the words that prove it.</p>
    ) : (
      <ul className="pb-facts">
        {numberFacts(trial.facts).map(({id, number, field, display, evidence}) => (
          <li key={id}>
            <span className="dim s12">
              {fieldWord(field)} <span className="mono">{number}</span>
            </span>
            <b dir="auto">{display}</b>
            <q className="quote s13" dir="auto">
              {evidence.quote}
            </q>
          </li>
        ))}
      </ul>
    )}
    {trial.lines.length === 1 ? null : (
      <p>
        <State tone="in">
          {trial.waitsForPerson
            ? 'A person is called; the AI is quiet'
            : trial.next
              ? `Asks next: ${fieldWord(trial.next)}`
              : 'Asks nothing more'}
        </State>
      </p>
    )}
    {trial.score.teams.map(({team, why}) => (
      <p key={team} className="s13">
        <b>For {team}.</b> {why}
      </p>
    ))}
    <h3>Score</h3>
    <Score score={trial.score} />
  </div>
);

/** Type as a visitor; see what the AI would say, note and count, by the draft as it stands this moment. */
export const TryPanel = ({
  languages,
  language,
  onLanguage,
  people,
  onPeople,
  said,
  onSaid,
  trial,
  error,
  broken,
  busy,
}: {
  languages: readonly Locale[];
  language: Locale;
  onLanguage: (language: Locale) => void;
  people: People;
  onPeople: (people: People) => void;
  said: readonly string[];
  onSaid: (said: string[]) => void;
  trial: Trial | null;
  error: unknown;
  /** How many places of the draft are not right yet. */
  broken: number;
  busy: boolean;
}) => {
  const [text, setText] = useState('');
  const full = said.length >= 20;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '' || full) return;
    onSaid([...said, text.trim()]);
    setText('');
  };
  return (
    <aside className="panel pb-try" aria-label="Try it">
      <div className="row">
        <h2 className="h">Try it</h2>
        <span className="dim s13" role="status">
          {busy ? 'Answering' : ''}
        </span>
        <span className="sp" />
        {said.length > 0 ? (
          <button type="button" className="link" onClick={() => onSaid([])}>
            Start again
          </button>
        ) : null}
      </div>
      <div className="fields">
        <NativeSelect
          label="The visitor writes"
          data={languages.map(value => ({value, label: languageName(value)}))}
          value={language}
          onChange={({currentTarget: {value}}) => onLanguage(value as Locale)}
        />
        <NativeSelect
          label="Your people are"
          data={[
            {value: 'free', label: 'available'},
            {value: 'busy', label: 'busy'},
            {value: 'closed', label: 'gone home'},
          ]}
          value={people}
          onChange={({currentTarget: {value}}) => onPeople(value as People)}
        />
      </div>
      {broken > 0 ? (
        <Note
          tone="at"
          title={broken === 1 ? 'One place is not right yet.' : `${broken} places are not right yet.`}
        >
          They are marked. What stands here is from before.
        </Note>
      ) : error ? (
        <Note tone="da">{messageOf(error)}</Note>
      ) : null}
      {trial ? <Lines trial={trial} /> : <div className="skel" style={{height: 120}} />}
      <form className="row" onSubmit={send}>
        <TextInput
          style={{flex: 1}}
          aria-label="Write as a visitor"
          placeholder="Write as a visitor"
          maxLength={2000}
          value={text}
          onChange={({currentTarget: {value}}) => setText(value)}
        />
        <button type="submit" className="btn" aria-disabled={text.trim() === '' || full}>
          Send
        </button>
      </form>
      <p className="dim s13">
        {full ? 'Twenty messages are the most here. Start again to go on.' : 'Nothing typed here is kept.'}
      </p>
      {trial ? <Facts trial={trial} /> : null}
    </aside>
  );
};
