import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Expand} from '../../shared/components/expand.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {Tries} from '../../shared/components/tries.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {formatRelative, plural} from '../../shared/format.ts';
import {kindWords, type MailRow as Mail, outboxPath, path, stateWords} from './words.ts';

const Result = ({mail}: {mail: Mail}) => {
  const {tone, word} = stateWords[mail.state];
  return (
    <>
      <State tone={tone}>{word}</State>
      {mail.state !== 'sent' && mail.lastError ? <small>{mail.lastError.message}</small> : null}
      {mail.nextAttemptAt ? <small>Next try {formatRelative(mail.nextAttemptAt)}</small> : null}
    </>
  );
};

/** One letter and each try. Neither its address nor its content is here: the appliance does not show them. */
export const MailRow = ({mail}: {mail: Mail}) => {
  const [open, setOpen] = useState(false);
  const {act, busy, error} = useAct(
    () => request('POST', `${outboxPath}/${mail.id}/retry`),
    outboxPath,
    path,
  );
  const under = `tries-${mail.id}`;
  const to = mail.to ?? 'somebody who is gone';
  return (
    <tbody>
      <tr className={open ? 'over' : ''}>
        <td>
          <Time at={mail.createdAt} />
        </td>
        <td data-l="What" className="nowrap">
          {kindWords[mail.kind]}
        </td>
        <td data-l="To">{to}</td>
        <td data-l="Result">
          <Result mail={mail} />
        </td>
        <td data-l="Tries" className="nowrap">
          {mail.log.length === 0 ? (
            mail.attempts
          ) : (
            <Expand open={open} onToggle={() => setOpen(!open)} controls={under}>
              {plural(mail.attempts, 'try', 'tries')}
            </Expand>
          )}
        </td>
        <td>
          {mail.canRetry ? (
            <div className="acts">
              <button type="button" className="btn sm" disabled={busy} onClick={() => void act(undefined)}>
                {busy ? 'Asking' : 'Try again now'}
                <span className="vh">
                  : {kindWords[mail.kind]} to {to}
                </span>
              </button>
            </div>
          ) : null}
          {error ? <Note tone="da">{messageOf(error)}</Note> : null}
        </td>
      </tr>
      {open ? <Tries rowId={under} log={mail.log} id={mail.id} /> : null}
    </tbody>
  );
};
