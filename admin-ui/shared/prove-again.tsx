import {Modal, PasswordInput} from '@mantine/core';
import {useQuery} from '@tanstack/react-query';
import {type FormEvent, useEffect, useRef, useState} from 'react';
import {request, setProof} from './api.ts';
import {CodeField} from './components/code-field.tsx';
import {Note} from './components/state.tsx';
import {messageOf} from './field-errors.ts';
import {adoptSession, type Session, sessionQuery} from './session.tsx';

/** Before an act on accounts in an old session: the person shows once more that it is them, and the act goes on. */
export const ProveAgain = () => {
  const {data: session} = useQuery(sessionQuery);
  const answer = useRef<((proved: boolean) => void) | null>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const close = (proved: boolean) => {
    setOpen(false);
    setTyped('');
    setFailure(null);
    answer.current?.(proved);
    answer.current = null;
  };
  useEffect(() => {
    setProof(
      () =>
        new Promise(resolve => {
          // of two acts at once the first is given up
          answer.current?.(false);
          answer.current = resolve;
          setOpen(true);
        }),
    );
    return () => setProof(null);
  }, []);
  const byCode = session?.secondFactor?.on ?? false;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      adoptSession(
        await request<Session>('POST', '/api/session/proof', byCode ? {code: typed} : {password: typed}),
      );
      close(true);
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={open}
      onClose={() => close(false)}
      title="Is it still you?"
      zIndex={300}
      closeButtonProps={{'aria-label': 'Close'}}
    >
      <form className="col" onSubmit={event => void send(event)} noValidate>
        <p className="t2">
          You signed in a while ago, and this touches accounts or all data. Show once more that it is you;
          then it goes on.
        </p>
        {byCode ? (
          <CodeField value={typed} onChange={setTyped} />
        ) : (
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
            visibilityToggleButtonProps={{'aria-label': 'Show password', tabIndex: 0}}
            data-autofocus
          />
        )}
        {failure === null ? null : <Note tone="da">{failure}</Note>}
        <div className="row">
          <span className="sp" />
          <button type="button" className="btn" onClick={() => close(false)}>
            Cancel
          </button>
          <button type="submit" className="btn p" disabled={busy || typed.trim() === ''}>
            {busy ? 'Checking' : 'Go on'}
          </button>
        </div>
      </form>
    </Modal>
  );
};
