import {Textarea} from '@mantine/core';
import {IconScale} from '@tabler/icons-react';
import {useState} from 'react';
import {useAct} from '../../../shared/act.ts';
import {type Answer, request} from '../../../shared/api.ts';
import {requiredProblem} from '../../../shared/check.ts';
import {Empty, LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Section} from '../../../shared/components/page.tsx';
import {Note, State} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {messageOf} from '../../../shared/field-errors.ts';
import {formatDay} from '../../../shared/format.ts';
import {useGet} from '../../../shared/query.ts';
import {pseudonym} from '../../../shared/roles.ts';
import type {listHolds} from '../../../../appliance/features/privacy/retention.schema.ts';
import {HoldForm} from './hold-form.tsx';
import {type Hold, holdsPath, path, type Retention} from './retention.ts';

const covers = ({scope, scopeId, siteName}: Hold): string =>
  scope === 'everything'
    ? 'Everything'
    : scope === 'site'
      ? (siteName ?? '')
      : `Visitor, ${pseudonym(scopeId ?? '')}`;

const Lift = ({hold, onDone}: {hold: Hold; onDone: () => void}) => {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const {act, busy, error} = useAct(
    () => request('POST', `${holdsPath}/${hold.id}/lift`, {reason: reason.trim()}),
    holdsPath,
    path,
  );
  return (
    <form
      className="col"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        const wrong = requiredProblem(reason, 'why the hold ends');
        setProblem(wrong);
        if (wrong === null && !busy) void act(undefined).then(done => done && onDone());
      }}
    >
      <Textarea
        label="Why it ends"
        description="It stands in the audit log. What has outlived its period goes with the next run."
        autosize
        autoFocus
        minRows={2}
        maxLength={1000}
        value={reason}
        error={problem}
        onChange={event => setReason(event.currentTarget.value)}
      />
      {error ? (
        <Note tone="da" title="The hold is still in force.">
          {messageOf(error)}
        </Note>
      ) : null}
      <div className="row wrap">
        <button type="submit" className="btn df" disabled={busy}>
          Lift the hold
        </button>
        <button type="button" className="btn" onClick={onDone}>
          Keep it
        </button>
      </div>
    </form>
  );
};

const Row = ({hold, readOnly}: {hold: Hold; readOnly: boolean}) => {
  const [lifting, setLifting] = useState(false);
  const isDue = hold.reviewOn !== null && hold.reviewOn <= new Date().toISOString().slice(0, 10);
  return (
    <>
      <tr className={lifting ? 'over' : ''}>
        <td>
          <b>{covers(hold)}</b>
          <small className="break">{hold.reason}</small>
        </td>
        <td data-l="State">
          {hold.lifted ? (
            <>
              <State tone="no">Lifted</State>
              <small>
                {hold.lifted.by.name ?? 'a former user'}, <Time at={hold.lifted.at} />: {hold.lifted.reason}
              </small>
            </>
          ) : (
            <State tone="in">In force</State>
          )}
        </td>
        <td data-l="Answers for it">
          {hold.owner}
          <small>
            set by {hold.setBy.name ?? 'a former user'}, {formatDay(hold.setAt)}
          </small>
        </td>
        <td data-l="Review">
          {hold.reviewOn === null ? (
            <span className="dim">no date</span>
          ) : isDue && !hold.lifted ? (
            <State tone="at">Due since {formatDay(hold.reviewOn)}</State>
          ) : (
            formatDay(hold.reviewOn)
          )}
        </td>
        <td className="acts">
          {hold.lifted || readOnly || lifting ? null : (
            <button type="button" className="btn sm" onClick={() => setLifting(true)}>
              Lift<span className="vh"> the hold on {covers(hold)}</span>
            </button>
          )}
        </td>
      </tr>
      {lifting ? (
        <tr className="under">
          <td colSpan={5}>
            <Lift hold={hold} onDone={() => setLifting(false)} />
          </td>
        </tr>
      ) : null}
    </>
  );
};

/** What is not deleted, whatever its period: who says so, why, and until when it is looked at again. */
export const Holds = ({
  sites,
  readOnly,
  about,
}: {
  sites: Retention['sites'];
  readOnly: boolean;
  /** A lead or conversation that somebody came here for. */
  about: string | undefined;
}) => {
  const {data, error, refetch} = useGet<Answer<typeof listHolds>>(holdsPath);
  const [placing, setPlacing] = useState(about !== undefined && !readOnly);
  return (
    <Section
      title="Legal holds"
      hint="Suspend deletion until lifted"
      aside={
        readOnly || placing ? undefined : (
          <button type="button" className="btn sm" onClick={() => setPlacing(true)}>
            <IconScale className="i s" aria-hidden />
            Place a legal hold
          </button>
        )
      }
    >
      {placing ? <HoldForm sites={sites} about={about} onClose={() => setPlacing(false)} /> : null}
      {error ? (
        <LoadFailed what="The legal holds" error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the legal holds" rows={2} />
      ) : data.holds.length === 0 ? (
        <Empty title="No legal hold" icon={IconScale}>
          Everything is deleted when its period ends. An administrator places a hold where data is needed as
          evidence.
        </Empty>
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>What it covers</th>
                <th>State</th>
                <th>Answers for it</th>
                <th>Review</th>
                <th>
                  <span className="vh">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.holds.map(hold => (
                <Row key={hold.id} hold={hold} readOnly={readOnly} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
};
