import {PasswordInput, TextInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import {ApiError, request} from './api.ts';
import {CodeField} from './components/code-field.tsx';
import {Note} from './components/state.tsx';
import {messageOf} from './field-errors.ts';
import {adoptSession, type Session} from './session.tsx';

/**
 * E-mail and password, then the code of whoever has a second factor. A wrong answer keeps what was typed, and says no more
 * than the appliance does about which was wrong.
 */
export const SignInForm = ({email: known, onDone}: {email?: string; onDone: (session: Session) => void}) => {
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() === '' || password === '') {
      setFailure('Write your e-mail address and your password.');
      return;
    }
    if (code?.trim() === '') {
      setFailure('Type the code.');
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const session = await request<Session>('POST', '/api/session', {
        email: email.trim(),
        password,
        ...(code === null ? {} : {code}),
      });
      adoptSession(session);
      onDone(session);
    } catch (error) {
      if (code === null && error instanceof ApiError && error.code === 'accounts.code_needed') setCode('');
      else setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="col" onSubmit={event => void send(event)} noValidate>
      {code === null ? (
        <>
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
        </>
      ) : (
        <>
          <p className="t2 break" role="status">
            The password of <b>{email.trim()}</b> is right. Now the second factor.
          </p>
          <CodeField value={code} onChange={setCode} />
        </>
      )}
      {failure === null ? null : <Note tone="da">{failure}</Note>}
      <button type="submit" className="btn p" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
      {code === null ? null : (
        <button
          type="button"
          className="btn"
          onClick={() => {
            setCode(null);
            setPassword('');
            setFailure(null);
          }}
        >
          Back
        </button>
      )}
    </form>
  );
};
