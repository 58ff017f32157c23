import type {TrustedNow} from '../../appliance/kit/schema.ts';
import {useAct} from '../shared/act.ts';
import {request} from '../shared/api.ts';
import {Note} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {formatWhole} from '../shared/format.ts';
import {useSession} from '../shared/session.tsx';

/** A clock that jumped is believed once somebody says that it is right. */
export const ClockNote = ({time}: {time: TrustedNow}) => {
  const mayAct = useSession().user.role === 'administrator';
  const {now, serverClock, doubt} = time;
  const {act, busy, error} = useAct(
    () => request('POST', '/api/admin/clock', {serverClock}),
    '/api/admin/retention',
    '/api/admin/cancellation',
  );
  if (!doubt) return null;
  return (
    <div style={{marginBottom: 28}}>
      <Note
        tone="at"
        title="Is the clock of this server right?"
        {...(mayAct
          ? {
              action: (
                <button type="button" className="btn sm" disabled={busy} onClick={() => void act(undefined)}>
                  Yes, it is right
                </button>
              ),
            }
          : {})}
      >
        {doubt.words} It says {formatWhole(serverClock)}; deletions go by {formatWhole(now)}, so that nothing
        goes early or late. If it is wrong, set it right.
        {mayAct ? '' : ' If it is right, an administrator says so here.'}
        {error ? <p>{messageOf(error)}</p> : null}
      </Note>
    </div>
  );
};
