import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {plural} from '../../shared/format.ts';
import {addDays, type CancellationView, type Current, dayIn, path} from './words.ts';

/** Who was reminded when, and who will be. */
export const Reminders = ({data, current}: {data: CancellationView; current: Current}) => (
  <Section title="Reminders" hint="To all administrators and the privacy contact">
    <div className="panel">
      <table className="table stack">
        <thead>
          <tr>
            <th scope="col">Before the end</th>
            <th scope="col">Day</th>
            <th scope="col">By mail</th>
          </tr>
        </thead>
        <tbody>
          {[30, 7, 1].map(days => {
            const done = current.reminders.find(one => one.days === days);
            return (
              <tr key={days}>
                <td>{plural(days, 'day')}</td>
                <td data-l="Day">{dayIn(addDays(current.endsAt, -days), current.timeZone)}</td>
                <td data-l="By mail" className="t2">
                  {done
                    ? done.letters > 0
                      ? `${plural(done.letters, 'letter')} given to the outbox`
                      : 'Passed over: a later one was due already'
                    : data.mail === 'set'
                      ? 'Not yet'
                      : 'No mail server is set'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  </Section>
);

/** What an administrator can still do about it. */
export const Choices = ({data, current}: {data: CancellationView; current: Current}) => {
  const [asking, setAsking] = useState(false);
  const revoke = useAct(() => request<CancellationView>('DELETE', path), path);
  const widget = useAct(
    (stopped: boolean) => request<CancellationView>('PUT', `${path}/widget`, {stopped}),
    path,
  );
  const stopped = current.widgetStoppedAt !== null;
  return (
    <Section title="What you can still do">
      <div className="panel pad col">
        <div className="row wrap">
          <div className="grow">
            <b>Take the cancellation back</b>
            <div className="t2">
              Everything stays and goes on. Exports that were made are removed from this server.
            </div>
          </div>
          <button type="button" className="btn p" onClick={() => setAsking(true)}>
            Take it back
          </button>
        </div>
        <div className="row wrap">
          <div className="grow">
            <b>{stopped ? 'The widget is stopped' : 'The widget keeps working'}</b>
            <div className="t2">
              {stopped
                ? 'No new chat begins on any of your websites.'
                : 'Visitors chat as before, until the last day.'}
            </div>
          </div>
          <button
            type="button"
            className="btn"
            disabled={widget.busy}
            onClick={() => void widget.act(!stopped)}
          >
            {stopped ? 'Let it work again' : 'Stop it now'}
          </button>
        </div>
        {widget.error ? <Note tone="da">{messageOf(widget.error)}</Note> : null}
      </div>
      <Consequence
        open={asking}
        title="Take the cancellation back"
        act="Take it back"
        danger={false}
        busy={revoke.busy}
        error={revoke.error}
        onClose={() => setAsking(false)}
        onAct={() => void revoke.act(undefined).then(done => done && setAsking(false))}
      >
        <p>
          Nothing is deleted on {dayIn(current.endsAt, current.timeZone)}, and everything goes on as before.
          {data.mail === 'set' ? ' Whoever was reminded by mail is told so.' : ''}
        </p>
        <p>You can cancel again at any time; then thirty days begin anew.</p>
      </Consequence>
    </Section>
  );
};
