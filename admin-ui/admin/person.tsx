import {useState} from 'react';
import type {
  createUser,
  resetPassword,
  updateUser,
} from '../../appliance/features/accounts/accounts.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, type Body, request} from '../shared/api.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import {PersonAvatar} from '../shared/components/person.tsx';
import {Note, State} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {formatDay} from '../shared/format.ts';
import {languageName} from '../shared/languages.tsx';
import type {User} from '../shared/session.tsx';
import type {PersonalLink} from './one-time-link.tsx';
import {RoleOf} from './person-role.tsx';
import {ResetFactor} from './reset-factor.tsx';

const path = '/api/admin/users';

const StateOf = ({user}: {user: User}) => {
  if (user.disabledAt) return <State tone="no">Disabled {formatDay(user.disabledAt)}</State>;
  if (user.accessEnded) return <State tone="at">Access ended</State>;
  return user.invited ? <State tone="in">Invited</State> : <State tone="ok">Can sign in</State>;
};

/** One person in the list: who they are, what they may do, and what can be done for them. */
export const Person = ({
  user,
  self,
  onLink,
}: {
  user: User;
  self: boolean;
  onLink: (link: PersonalLink) => void;
}) => {
  const [asking, setAsking] = useState(false);
  const {act, busy, error} = useAct(
    (body: Body<typeof updateUser>) => request('PATCH', `${path}/${user.id}`, body),
    path,
  );
  const again = useAct(() => {
    const {name, email, role, languages, accessEndsAt} = user;
    return request<Answer<typeof createUser>>('POST', path, {name, email, role, languages, accessEndsAt});
  }, path);
  const reset = useAct(
    () => request<Answer<typeof resetPassword>>('POST', `${path}/${user.id}/password-reset`),
    path,
  );
  const problem = error ?? again.error ?? reset.error;
  return (
    <tr className={user.disabledAt ? 'off' : ''}>
      <td>
        <div className="person">
          <PersonAvatar name={user.name} />
          <div>
            <b>
              {user.name}
              {self ? <span className="dim"> (you)</span> : null}
            </b>
            <small>{user.email}</small>
          </div>
        </div>
      </td>
      <td data-l="Role">
        <RoleOf user={user} self={self} busy={busy} onChange={body => act(body)} />
        {problem && !asking ? <Note tone="da">{messageOf(problem)}</Note> : null}
      </td>
      <td data-l="Speaks" className="t2">
        {user.languages.map(languageName).join(', ')}
      </td>
      <td data-l="State">
        <StateOf user={user} />
        {user.invited || user.disabledAt ? null : (
          <small>{user.secondFactor ? 'With a second factor' : 'No second factor'}</small>
        )}
      </td>
      <td>
        <div className="acts">
          {user.invited && !user.disabledAt ? (
            <button
              type="button"
              className="btn sm"
              disabled={again.busy}
              onClick={() =>
                void again.act(undefined).then(
                  answer =>
                    answer &&
                    onLink({
                      kind: 'invitation',
                      name: user.name,
                      url: answer.value.invitationUrl,
                      mailed: answer.value.mailed,
                    }),
                )
              }
            >
              New link<span className="vh"> for {user.name}, the old one stops working</span>
            </button>
          ) : null}
          {self || user.invited || user.disabledAt ? null : (
            <button
              type="button"
              className="btn sm"
              disabled={reset.busy}
              onClick={() =>
                void reset.act(undefined).then(
                  answer =>
                    answer &&
                    onLink({
                      kind: 'reset',
                      name: user.name,
                      url: answer.value.resetUrl,
                      mailed: answer.value.mailed,
                    }),
                )
              }
            >
              New password<span className="vh"> for {user.name}: makes a one-time link</span>
            </button>
          )}
          {user.secondFactor && !self ? <ResetFactor user={user} /> : null}
          {self ? null : user.disabledAt ? (
            <button
              type="button"
              className="btn sm"
              disabled={busy}
              onClick={() => void act({disabled: false})}
            >
              Enable<span className="vh"> {user.name}</span>
            </button>
          ) : (
            <button type="button" className="btn d sm" onClick={() => setAsking(true)}>
              Disable<span className="vh"> {user.name}</span>
            </button>
          )}
        </div>
        <Consequence
          open={asking}
          title={`Disable ${user.name}`}
          act={`Disable ${user.name}`}
          busy={busy}
          error={error}
          onClose={() => setAsking(false)}
          onAct={() => void act({disabled: true}).then(done => done && setAsking(false))}
        >
          <p>{user.name} is signed out everywhere and cannot sign in again.</p>
          <p>Transcripts and the audit log keep the name. You can enable the account again at any time.</p>
        </Consequence>
      </td>
    </tr>
  );
};
