import {useAct} from '../../../shared/act.ts';
import {request} from '../../../shared/api.ts';
import {Note} from '../../../shared/components/state.tsx';
import {messageOf} from '../../../shared/field-errors.ts';
import {formatWhole} from '../../../shared/format.ts';
import {path, type Retention} from './retention.ts';

const noticeable = 60 * 60_000;

/** A clock that is not believed deletes nothing: an administrator looks at it. */
export const ClockNote = ({clock, readOnly}: Pick<Retention, 'clock'> & {readOnly: boolean}) => {
  const {act, busy, error} = useAct(() => request('POST', `${path}/clock`, {now: clock.now}), path);
  const isBehind = Date.parse(clock.trusted) - Date.parse(clock.now) > noticeable;
  if (clock.suspicious === null && !isBehind) return null;
  return (
    <div style={{marginBottom: 28}}>
      <Note
        tone="at"
        title={
          clock.suspicious === null ? 'The clock was set back.' : 'Nothing is deleted: the clock is doubted.'
        }
        {...(readOnly
          ? {}
          : {
              action: (
                <button type="button" className="btn" disabled={busy} onClick={() => void act(undefined)}>
                  The clock is right: it is {formatWhole(clock.now)}
                </button>
              ),
            })}
      >
        {clock.suspicious ??
          `The clock of this server says ${formatWhole(clock.now)}. By what has passed it is ${formatWhole(clock.trusted)}, and deletions go by that: nothing is kept for longer. Set the clock right.`}
        {error ? <p>{messageOf(error)}</p> : null}
      </Note>
    </div>
  );
};
