import {PasswordInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import {request} from './api.ts';
import {NewPassword, passwordProblem} from './components/new-password.tsx';
import {Note} from './components/state.tsx';
import {fieldErrors} from './field-errors.ts';

export const ChangePassword = ({onDone}: {onDone: () => void}) => {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [state, setState] = useState<'writing' | 'sending' | 'done'>('writing');
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = passwordProblem(next);
    setProblem(wrong);
    if (wrong !== null) return;
    setState('sending');
    setFailure(null);
    try {
      await request('POST', '/api/session/password', {current, next});
      setState('done');
    } catch (error) {
      const refused = fieldErrors(error)['next'];
      if (refused === undefined) setFailure(error instanceof Error ? error.message : String(error));
      else setProblem(refused);
      setState('writing');
    }
  };
  if (state === 'done')
    return (
      <div className="col">
        <Note tone="ok" title="Your password is changed.">
          You stay signed in here. Everywhere else you are signed out.
        </Note>
        <div className="row">
          <span className="sp" />
          <button type="button" className="btn p" onClick={onDone}>
            Close
          </button>
        </div>
      </div>
    );
  return (
    <form className="col" onSubmit={event => void send(event)} noValidate>
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        value={current}
        onChange={event => setCurrent(event.currentTarget.value)}
        visibilityToggleButtonProps={{'aria-label': 'Show current password'}}
        data-autofocus
      />
      <NewPassword label="New password" value={next} onChange={setNext} error={problem} />
      {failure === null ? null : <Note tone="da">{failure}</Note>}
      <div className="row">
        <span className="sp" />
        <button type="button" className="btn" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" className="btn p" disabled={state === 'sending'}>
          {state === 'sending' ? 'Changing' : 'Change password'}
        </button>
      </div>
    </form>
  );
};
