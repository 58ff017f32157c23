import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {formatInstant, plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {ClockNote} from '../clock-note.tsx';
import {LastExport} from './exports.tsx';
import {Choices, Reminders} from './running.tsx';
import {StartForm} from './start-form.tsx';
import {type CancellationView, dayIn, path} from './words.ts';

const Top = ({data}: {data: CancellationView}) => {
  const {current, blockers} = data;
  if (!current) {
    return (
      <Standing
        tone={blockers.length === 0 ? 'ok' : 'in'}
        state="Not cancelled."
        meaning={
          blockers.length === 0
            ? 'Data is kept as the page Retention says, and no end is set.'
            : 'Data is kept as the page Retention says. It could not be deleted now: something holds it back.'
        }
        next={
          data.lastRevoked
            ? `Nothing. A cancellation was taken back by ${data.lastRevoked.revokedBy}, ${formatInstant(data.lastRevoked.revokedAt)}.`
            : 'Nothing. Who wants to leave finds below what happens then.'
        }
      />
    );
  }
  const day = dayIn(current.endsAt, current.timeZone);
  if (current.heldBackSince !== null) {
    return (
      <Standing
        tone="in"
        state="The deletion is held back."
        meaning={`It was due on ${day}. What is named below forbids it, and nothing was deleted.`}
        next="Nothing: it goes on by itself once that has ended. An administrator can still take it back."
      />
    );
  }
  return (
    <Standing
      tone={current.daysLeft <= 7 ? 'da' : 'at'}
      state={`Everything is deleted in ${plural(current.daysLeft, 'day')}.`}
      meaning={`${current.startedBy} cancelled. On ${day} all data and all keys are destroyed, and a signed certificate says so.`}
      next="Make a last export and keep it elsewhere, or take the cancellation back."
    />
  );
};

const Blockers = ({data}: {data: CancellationView}) =>
  data.blockers.length === 0 ? null : (
    <Section title="What holds the deletion back">
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Why</th>
              <th scope="col">Until</th>
            </tr>
          </thead>
          <tbody>
            {data.blockers.map(({what, reason, until}) => (
              <tr key={what + reason}>
                <td>{what}</td>
                <td data-l="Why">{reason}</td>
                <td data-l="Until">{until ?? 'somebody ends it'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );

const CancellationPage = () => {
  const mayAct = useSession().user.role === 'administrator';
  const {data, error, refetch} = useGet<CancellationView>(path, {
    every: found => (found?.exports.some(({state}) => state === 'running') ? 1000 : 60_000),
  });
  if (error)
    return (
      <Page title="Cancellation">
        <LoadFailed what="The cancellation" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!data)
    return (
      <Page title="Cancellation">
        <Loading what="the cancellation" rows={6} />
      </Page>
    );
  const {current} = data;
  return (
    <Page title="Cancellation">
      <Top data={data} />
      <ClockNote time={data.time} />
      <Blockers data={data} />
      {current ? (
        <>
          {mayAct ? <LastExport data={data} current={current} /> : null}
          {mayAct ? <Choices data={data} current={current} /> : null}
          <Reminders data={data} current={current} />
        </>
      ) : null}
      {!current && mayAct && data.blockers.length === 0 ? <StartForm data={data} /> : null}
    </Page>
  );
};
export default CancellationPage;
