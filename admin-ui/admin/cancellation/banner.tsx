import {Link} from '@tanstack/react-router';
import {Note} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {type CancellationView, dayIn, path} from './words.ts';

const warned = ['administrator', 'privacy_officer'];

/** On every page of those who can do something about it, from the first day to the last. */
export const CancellationBanner = () => {
  const {user} = useSession();
  const {data} = useGet<CancellationView>(path, {every: 5 * 60_000, enabled: warned.includes(user.role)});
  const current = data?.current;
  if (!data || !current || !warned.includes(user.role)) return null;
  const day = dayIn(current.endsAt, current.timeZone);
  return (
    <div className="cancelled">
      <Note
        tone={current.heldBackSince !== null ? 'in' : current.daysLeft <= 7 ? 'da' : 'at'}
        title={
          current.heldBackSince === null
            ? `Everything here is deleted in ${plural(current.daysLeft, 'day')}.`
            : 'Everything here is deleted as soon as nothing holds it back any more.'
        }
        action={
          <Link to="/admin/cancellation" className="btn sm">
            Cancellation
          </Link>
        }
      >
        {current.heldBackSince === null ? `On ${day}, with all keys.` : `It was due on ${day}.`}{' '}
        {data.time.doubt?.words}
      </Note>
    </div>
  );
};
