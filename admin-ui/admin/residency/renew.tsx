import {Modal} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../../shared/field-errors.ts';
import {Exception, useException} from '../exception.tsx';
import {Sentence} from '../sentence.tsx';
import {type Destination, path} from './words.ts';

type Purpose = 'crm_sync' | 'mail' | 'model_server' | 'model_mirror';

/** A new end for an exception, or its end now. */
export const ExceptionActs = ({destination}: {destination: Destination}) => {
  const {id, host, port, region, exception} = destination;
  const form = useRef<HTMLFormElement>(null);
  const [asking, setAsking] = useState<'renew' | 'end' | null>(null);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const draft = useException(region);
  const at = `${path}/${id}/exception`;
  const renew = useAct((terms: object) => request('POST', at, terms), '/api/admin');
  const end = useAct(() => request('DELETE', at), '/api/admin');
  const close = () => {
    setAsking(null);
    renew.clear();
    end.clear();
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setProblems(draft.problems);
    if (draft.terms === null) return focusFirstError(form.current);
    if (await renew.act(draft.terms)) close();
  };
  return (
    <div className="row wrap">
      <button type="button" className="btn" onClick={() => setAsking('renew')}>
        {exception ? 'Ask for a new end' : 'Ask for an exception'}
        <span className="vh"> for {host}</span>
      </button>
      {exception && !exception.ended ? (
        <button type="button" className="btn d" onClick={() => setAsking('end')}>
          End now<span className="vh">: the exception for {host}</span>
        </button>
      ) : null}
      <Modal
        opened={asking === 'renew'}
        onClose={close}
        title={`Exception for ${host}`}
        closeButtonProps={{'aria-label': 'Close'}}
        size="lg"
      >
        <form ref={form} className="col" noValidate onSubmit={event => void send(event)}>
          <Exception exception={draft} problems={{...problems, ...fieldErrors(renew.error)}} />
          <Sentence
            where={`${host}:${port}`}
            region={region}
            inside={destination.private}
            exception={draft}
            signing={{
              purpose: destination.purpose as Purpose,
              categories: destination.categories,
              plain: destination.plain,
            }}
          />
          <p className="dim s13">
            You sign this sentence by asking. Until another administrator approves it, everything stays as it
            is.
          </p>
          {renew.error ? <Note tone="da">{messageOf(renew.error)}</Note> : null}
          <div className="row wrap">
            <span className="sp" />
            <button type="button" className="btn" onClick={close}>
              Leave it as it is
            </button>
            <button type="submit" className="btn p" disabled={renew.busy}>
              Sign and ask
            </button>
          </div>
        </form>
      </Modal>
      <Consequence
        open={asking === 'end'}
        title={`End the exception for ${host}`}
        act="End it now"
        busy={end.busy}
        error={end.error}
        onClose={close}
        onAct={() => void end.act(undefined).then(done => done && close())}
      >
        <p>Nothing is sent there any more, and what is under way is cut. What waits for it is kept.</p>
      </Consequence>
    </div>
  );
};
