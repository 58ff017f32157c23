import {NativeSelect} from '@mantine/core';
import {IconUserPlus} from '@tabler/icons-react';
import {useState} from 'react';
import type {
  createUser,
  listUsers,
  resetPassword,
  updateUser,
} from '../../appliance/features/accounts/accounts.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, type Body, request} from '../shared/api.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {PersonAvatar} from '../shared/components/person.tsx';
import {Note, Standing, State} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {formatDay, plural} from '../shared/format.ts';
import {languageName} from '../shared/languages.tsx';
import {useGet} from '../shared/query.ts';
import {type User, useSession} from '../shared/session.tsx';
import {Invite} from './invite.tsx';
import {OneTimeLink, type PersonalLink} from './one-time-link.tsx';

const path = '/api/admin/users';

const StateOf = ({user}: {user: User}) => {
  if (user.disabledAt) return <State tone="no">Disabled {formatDay(user.disabledAt)}</State>;
  return user.invited ? <State tone="in">Invited</State> : <State tone="ok">Can sign in</State>;
};

const Top = ({users}: {users: User[]}) => {
  const active = users.filter(user => !user.disabledAt && !user.invited);
  const invited = users.filter(user => user.invited && !user.disabledAt);
  const administrators = active.filter(({role}) => role === 'administrator');
  const agents = active.filter(({role}) => role === 'agent');
  const alone = administrators.length === 1;
  return (
    <Standing
      tone={alone ? 'at' : 'ok'}
      state={
        alone
          ? 'There is only one administrator.'
          : `${plural(active.length, 'person', 'people')} can sign in.`
      }
      meaning={`${plural(administrators.length, 'administrator')} may change everything here and answer visitors; ${plural(agents.length, 'agent')} may only see conversations and leads.${invited.length === 0 ? '' : ` ${plural(invited.length, 'invitation')} not opened yet.`}`}
      next={
        alone
          ? 'Invite a second administrator. If the only one loses the password, only the command reset-password on the host helps.'
          : 'Nothing now. Disable the account of whoever leaves.'
      }
    />
  );
};

const Person = ({user, self, onLink}: {user: User; self: boolean; onLink: (link: PersonalLink) => void}) => {
  const [asking, setAsking] = useState(false);
  const {act, busy, error} = useAct(
    (body: Body<typeof updateUser>) => request('PATCH', `${path}/${user.id}`, body),
    path,
  );
  const again = useAct(() => {
    const {name, email, role, languages} = user;
    return request<Answer<typeof createUser>>('POST', path, {name, email, role, languages});
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
        <NativeSelect
          aria-label={`Role of ${user.name}`}
          data={[
            {value: 'administrator', label: 'Administrator'},
            {value: 'agent', label: 'Agent'},
          ]}
          value={user.role}
          disabled={self || busy || user.disabledAt !== null}
          onChange={event => void act({role: event.currentTarget.value as User['role']})}
        />
        {problem && !asking ? <Note tone="da">{messageOf(problem)}</Note> : null}
      </td>
      <td data-l="Speaks" className="t2">
        {user.languages.map(languageName).join(', ')}
      </td>
      <td data-l="State">
        <StateOf user={user} />
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

const PeoplePage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listUsers>>(path);
  const {user: me} = useSession();
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<PersonalLink | null>(null);
  return (
    <Page
      title="People and roles"
      actions={
        <button type="button" className="btn p" aria-expanded={inviting} onClick={() => setInviting(true)}>
          <IconUserPlus className="i s" aria-hidden />
          Invite a person
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The list of people" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top users={data.users} />
          {inviting ? <Invite onClose={() => setInviting(false)} /> : null}
          {link ? (
            <OneTimeLink {...link}>
              <button type="button" className="btn" onClick={() => setLink(null)}>
                Done, I have the link
              </button>
            </OneTimeLink>
          ) : null}
          <Section title="People">
            <div className="panel">
              <table className="table stack middle">
                <thead>
                  <tr>
                    <th>Person</th>
                    <th>Role</th>
                    <th>Speaks</th>
                    <th>State</th>
                    <th>
                      <span className="vh">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.users.map(user => (
                    <Person key={user.id} user={user} self={user.id === me.id} onLink={setLink} />
                  ))}
                </tbody>
              </table>
            </div>
          </Section>
        </>
      ) : (
        <Loading what="the list of people" rows={6} />
      )}
    </Page>
  );
};
export default PeoplePage;
