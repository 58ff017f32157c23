import {PasswordInput, TextInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import {request} from './api.ts';
import {Note} from './components/state.tsx';
import {adoptSession, type Session} from './session.tsx';

/** E-mail and password. A wrong answer keeps both, and says no more than the appliance does about which was wrong. */
export const SignInForm = ({email: known, onDone}: {email?: string; onDone: (session: Session) => void}) => {
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() === '' || password === '') {
      setFailure('Write your e-mail address and your password.');
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const session = await request<Session>('POST', '/api/session', {email: email.trim(), password});
      adoptSession(session);
      onDone(session);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="col" onSubmit={event => void send(event)} noValidate>
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        readOnly={known !== undefined}
        onChange={event => setEmail(event.currentTarget.value)}
        {...(known === undefined ? {autoFocus: true} : {})}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={event => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{'aria-label': 'Show password', tabIndex: 0}}
        {...(known === undefined ? {} : {'data-autofocus': true})}
      />
      {failure === null ? null : <Note tone="da">{failure}</Note>}
      <button type="submit" className="btn p" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
    </form>
  );
};
