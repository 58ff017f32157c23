import {useQuery} from '@tanstack/react-query';
import {Link, useNavigate, useParams} from '@tanstack/react-router';
import {type FormEvent, useEffect, useRef, useState} from 'react';
import type {acceptInvitation, invitation} from '../../appliance/features/accounts/accounts.schema.ts';
import {type Answer, ApiError, request} from '../shared/api.ts';
import {Loading} from '../shared/components/empty.tsx';
import {Brand} from '../shared/components/mark.tsx';
import {NewPassword, passwordProblem} from '../shared/components/new-password.tsx';
import {Note} from '../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../shared/field-errors.ts';
import {formatWhole} from '../shared/format.ts';
import {homeOf} from '../shared/nav-items.ts';
import {adoptSession, sessionQuery} from '../shared/session.tsx';
import {queryClient} from '../shared/query.ts';

const InvitationPage = () => {
  const {token} = useParams({from: '/invitation/$token'});
  const path = `/api/invitations/${encodeURIComponent(token)}`;
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const {data, error, refetch} = useQuery({
    queryKey: [path],
    queryFn: () => request<Answer<typeof invitation>>('GET', path),
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    document.title = data?.reset ? 'New password · Crowlit' : 'Invitation · Crowlit';
    // The first POST of somebody without a session may need the token that comes with it.
    void queryClient.ensureQueryData(sessionQuery);
  }, [data]);
  const accept = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = passwordProblem(password);
    setProblem(wrong);
    if (wrong !== null) {
      focusFirstError(form.current);
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const session = await request<Answer<typeof acceptInvitation>>('POST', path, {password});
      adoptSession(session);
      // whoever has a second factor is asked for it, as at every sign-in
      await navigate({to: session.user ? homeOf(session.user.role) : '/sign-in'});
    } catch (caught) {
      const refused = fieldErrors(caught)['password'];
      if (refused === undefined) setFailure(messageOf(caught));
      else {
        setProblem(refused);
        focusFirstError(form.current);
      }
      setBusy(false);
    }
  };
  return (
    <div className="alone">
      <Brand />
      <main>
        {error ? (
          <>
            <h1>This link cannot be opened</h1>
            <p className="t2">{error.message}</p>
            <p className="row wrap" style={{marginTop: 16}}>
              {error instanceof ApiError && error.status === 0 ? (
                <button type="button" className="btn" onClick={() => void refetch()}>
                  Try again
                </button>
              ) : (
                <span className="t2">
                  A link works once: an invitation for seven days, a new password for an hour. Ask the
                  administrator who gave it to you for another.
                </span>
              )}
              <Link to="/sign-in" className="btn">
                Sign in
              </Link>
            </p>
          </>
        ) : data ? (
          <>
            <h1>{data.reset ? `A new password for ${data.name}` : `Welcome, ${data.name}`}</h1>
            <p className="t2">
              {data.reset
                ? `Choose another password for ${data.email}. Where you are signed in now, you will be signed out.`
                : `Choose a password. You sign in with ${data.email} from then on.`}
            </p>
            <form ref={form} className="panel pad box col" onSubmit={event => void accept(event)} noValidate>
              <input type="email" autoComplete="username" value={data.email} readOnly hidden />
              <NewPassword label="Your password" value={password} onChange={setPassword} error={problem} />
              {failure === null ? null : <Note tone="da">{failure}</Note>}
              <button type="submit" className="btn p" disabled={busy}>
                {busy ? 'Signing in' : 'Set password and sign in'}
              </button>
            </form>
            <p className="dim s13">This link works once, until {formatWhole(data.expiresAt)}.</p>
          </>
        ) : (
          <Loading what="the link" />
        )}
      </main>
    </div>
  );
};
export default InvitationPage;
