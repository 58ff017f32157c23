import {Fragment, useState} from 'react';
import {Link} from '@tanstack/react-router';
import type {listTexts} from '../../../appliance/features/privacy/consent/consent.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Expand} from '../../shared/components/expand.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatNumber} from '../../shared/format.ts';
import {actWords, languageWords} from './consent-words.ts';

type Texts = Answer<typeof listTexts>;
type Text = Texts['texts'][number];

const counts = (text: Text) =>
  Object.entries(text.counts)
    .filter(([, count]) => count > 0)
    .map(([act, count]) => `${actWords[act as keyof typeof actWords].label} ${formatNumber(count)}`)
    .join(', ');

const Row = ({text, label}: {text: Text; label: string}) => {
  const [open, setOpen] = useState(false);
  const under = `text-${text.kind}-${text.language}-${text.hash}`;
  const words =
    text.hash === null
      ? 'Nothing was shown: the answer came by the browser or in the chat.'
      : text.kind === 'privacy_notice'
        ? 'All of the notice in that version.'
        : text.text;
  return (
    <tbody>
      <tr className={open ? 'over' : ''}>
        <td>
          <Expand open={open} onToggle={() => setOpen(!open)} controls={under}>
            {label}
          </Expand>
        </td>
        <td data-l="Language">{languageWords[text.language]}</td>
        <td data-l="Version">{text.version ?? <span className="dim">none</span>}</td>
        <td data-l="First shown">
          {text.firstShownAt ? (
            <Time at={text.firstShownAt} />
          ) : (
            <span className="dim">as its version says</span>
          )}
        </td>
        <td data-l="How often">{counts(text)}</td>
      </tr>
      {open ? (
        <tr className="under" id={under}>
          <td colSpan={5}>
            <p style={{whiteSpace: 'pre-line', maxWidth: '80ch'}}>{words}</p>
            {text.kind === 'privacy_notice' ? <Link to="/admin/notice">Notice and its versions</Link> : null}
            {text.hash ? (
              <p className="hash">
                <span className="dim">SHA-256</span> {text.hash}
              </p>
            ) : null}
          </td>
        </tr>
      ) : null}
    </tbody>
  );
};

/** Each text that people were shown, once, and how often they answered how. */
export const ConsentTexts = ({kinds, texts}: Texts) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Text</th>
          <th>Language</th>
          <th>Version</th>
          <th>First shown</th>
          <th>How often</th>
        </tr>
      </thead>
      {kinds.map(({kind, label}) => (
        <Fragment key={kind}>
          {texts
            .filter(text => text.kind === kind)
            .map(text => (
              <Row key={`${text.language} ${text.version} ${text.hash}`} text={text} label={label} />
            ))}
        </Fragment>
      ))}
    </table>
  </div>
);
