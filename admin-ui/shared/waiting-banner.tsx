import {Link, useMatchRoute} from '@tanstack/react-router';
import type {waitingCount} from '../../appliance/features/privacy/residency.schema.ts';
import type {Answer} from './api.ts';
import {Note} from './components/state.tsx';
import {Time} from './components/time.tsx';
import {plural} from './format.ts';
import {useGet} from './query.ts';
import {useSession} from './session.tsx';

/** Above every page of who may decide it, or must know of it: more may soon leave this server. */
export const WaitingBanner = () => {
  const {role} = useSession().user;
  const told = role === 'administrator' || role === 'privacy_officer';
  const {data} = useGet<Answer<typeof waitingCount>>('/api/admin/destinations/waiting', {
    enabled: told,
    every: 60_000,
  });
  // which says it itself, and more
  const there = useMatchRoute()({to: '/admin/residency'}) !== false;
  if (!data || data.waiting === 0 || there) return null;
  return (
    <Note
      tone="at"
      title={`${plural(data.waiting, 'destination waits', 'destinations wait')} for a second person.`}
      action={<Link to="/admin/residency">Look at it</Link>}
    >
      {data.opensAt === null ? (
        'Nothing goes there before an administrator who did not ask for it has approved it.'
      ) : (
        <>
          With one administrator alone it takes force on <Time at={data.opensAt} />, unless it is withdrawn.
        </>
      )}
    </Note>
  );
};
