import {IconMessageQuestion} from '@tabler/icons-react';
import type {Locale} from '../../appliance/kit/schema.ts';
import {Empty} from '../shared/components/empty.tsx';
import {fieldWord} from '../shared/field-words.ts';
import {conditionWords, type Playbook, spell, textIn} from './playbook-words.ts';

type Part = {playbook: Playbook; language: Locale};

export const PlaybookRules = ({playbook, language}: Part) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Rule</th>
          <th>Gives points when</th>
          <th className="r">Points</th>
        </tr>
      </thead>
      <tbody>
        {playbook.rules.map(({id, label, why, points, when}) => (
          <tr key={id}>
            <td>
              <b>{textIn(label, language)}</b>
              <small>{textIn(why, language)}</small>
            </td>
            <td data-l="When" className="t2">
              {conditionWords(when)}
            </td>
            <td data-l="Points" className="r">
              <b>{points > 0 ? `+${points}` : `−${-points}`}</b>
            </td>
          </tr>
        ))}
        {playbook.disqualifiedBy.length === 0 ? null : (
          <tr>
            <td>
              <b>Never a lead</b>
              <small>Whatever the points are.</small>
            </td>
            <td data-l="When" className="t2">
              the visitor shows: {playbook.disqualifiedBy.map(spell).join(', ')}
            </td>
            <td className="r" />
          </tr>
        )}
      </tbody>
    </table>
  </div>
);

const Replies = ({texts}: {texts: readonly string[] | undefined}) =>
  texts === undefined || texts.length === 0 ? null : (
    <span className="row wrap" style={{marginTop: 6}}>
      <span className="dim s13">Buttons:</span>
      {texts.map(text => (
        <span key={text} className="tag">
          {text}
        </span>
      ))}
    </span>
  );

export const PlaybookDialogue = ({playbook, language}: Part) => (
  <ol className="panel qa" lang={language}>
    <li>
      <p className="dim s13" lang="en">
        First: says that it is an AI and offers a person, then
      </p>
      <p>{textIn(playbook.greeting, language) ?? 'the built-in greeting'}</p>
      <Replies texts={textIn(playbook.starters, language)} />
    </li>
    {playbook.facts.map(({field, question, quickReplies}, index) => (
      <li key={field}>
        <p className="dim s13" lang="en">
          {index + 1}. {fieldWord(field)}
        </p>
        {(textIn(question, language) ?? []).map(wording => (
          <p key={wording}>{wording}</p>
        ))}
        <Replies texts={textIn(quickReplies, language)} />
      </li>
    ))}
  </ol>
);

export const PlaybookAnswers = ({playbook, language}: Part) =>
  playbook.faq.length === 0 ? (
    <Empty title="No answers yet" icon={IconMessageQuestion}>
      To a question it has no answer for, the chat says so and offers a person. It never makes one up.
    </Empty>
  ) : (
    <ul className="panel qa" lang={language}>
      {playbook.faq.map(({id, phrases, answer, source}) => (
        <li key={id}>
          <p className="dim s13">{(textIn(phrases, language) ?? []).join(' · ')}</p>
          <p>{textIn(answer, language)}</p>
          <p className="dim s13">
            <span lang="en">Source:</span> {typeof source === 'string' ? source : textIn(source, language)}
          </p>
        </li>
      ))}
    </ul>
  );
