import {IconUserPlus} from '@tabler/icons-react';
import {useState} from 'react';
import type {listUsers} from '../../appliance/features/accounts/accounts.schema.ts';
import type {Answer} from '../shared/api.ts';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {type User, useSession} from '../shared/session.tsx';
import {Invite} from './invite.tsx';
import {OneTimeLink, type PersonalLink} from './one-time-link.tsx';
import {Person} from './person.tsx';
import {FactorPolicy} from './factor-policy.tsx';

const path = '/api/admin/users';

const Top = ({users}: {users: User[]}) => {
  const active = users.filter(user => !user.disabledAt && !user.invited && !user.accessEnded);
  const invited = users.filter(user => user.invited && !user.disabledAt);
  const administrators = active.filter(({role}) => role === 'administrator');
  const agents = active.filter(({role}) => role === 'agent');
  const readers = active.filter(({role}) => role === 'privacy_officer' || role === 'auditor');
  const alone = administrators.length === 1;
  return (
    <Standing
      tone={alone ? 'at' : 'ok'}
      state={
        alone
          ? 'There is only one administrator.'
          : `${plural(active.length, 'person', 'people')} can sign in.`
      }
      meaning={`${plural(administrators.length, 'administrator')} may change everything here and answer visitors; ${plural(agents.length, 'agent')} may only see conversations and leads${readers.length === 0 ? '' : `; ${plural(readers.length, 'privacy officer or auditor', 'privacy officers and auditors')} only read`}.${invited.length === 0 ? '' : ` ${plural(invited.length, 'invitation')} not opened yet.`}`}
      next={
        alone
          ? 'Invite a second administrator. If the only one loses the password or the phone, only the command reset-password on the host helps.'
          : 'Nothing now. Disable the account of whoever leaves.'
      }
    />
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
          <FactorPolicy users={data.users} />
        </>
      ) : (
        <Loading what="the list of people" rows={6} />
      )}
    </Page>
  );
};
export default PeoplePage;
