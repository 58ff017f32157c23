import {useState} from 'react';
import {useAct} from '../shared/act.ts';
import {request} from '../shared/api.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import type {User} from '../shared/session.tsx';

/** For whoever lost the phone and the recovery codes. */
export const ResetFactor = ({user}: {user: User}) => {
  const [asking, setAsking] = useState(false);
  const {act, busy, error} = useAct(
    () => request('DELETE', `/api/admin/users/${user.id}/second-factor`),
    '/api/admin/users',
  );
  return (
    <>
      <button type="button" className="btn d sm" onClick={() => setAsking(true)}>
        Reset second factor<span className="vh"> of {user.name}</span>
      </button>
      <Consequence
        open={asking}
        title={`Reset the second factor of ${user.name}`}
        act="Reset it"
        busy={busy}
        error={error}
        onClose={() => setAsking(false)}
        onAct={() => void act(undefined).then(done => done && setAsking(false))}
      >
        <p>
          {user.name} is signed out everywhere. App and recovery codes are forgotten; where a second factor is
          needed, a new one is set up at the next sign-in.
        </p>
        <p>Make sure that it is {user.name} who asks: until then the password alone opens the account.</p>
      </Consequence>
    </>
  );
};
