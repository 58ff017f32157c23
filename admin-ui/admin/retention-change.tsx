import {TextInput} from '@mantine/core';
import {IconCheck, IconLock} from '@tabler/icons-react';
import {type Ref, useState} from 'react';
import {useAct} from '../shared/act.ts';
import {request, withQuery} from '../shared/api.ts';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note, State} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {formatInstant, formatNumber, plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {type RetentionCategory, retentionCategories} from '../shared/retention-words.ts';
import {type Retention, total} from './retention-page.tsx';

export type Days = Record<RetentionCategory, number>;

const Phases = ({unlocked, at}: {unlocked: boolean; at: string}) => (
  <ol className="phases">
    <li className="done">
      <IconCheck className="i" aria-hidden />
      <b>Change</b>
      <small>Not saved</small>
    </li>
    <li className={unlocked ? 'done' : 'on'} aria-current={unlocked ? undefined : 'step'}>
      {unlocked ? <IconCheck className="i" aria-hidden /> : <span className="num">2</span>}
      <b>Dry run</b>
      <small>Read what would happen</small>
    </li>
    <li className={unlocked ? 'on' : ''} aria-current={unlocked ? 'step' : undefined}>
      <span className="num">3</span>
      <b>In force</b>
      <small>Next run {at}</small>
    </li>
  </ol>
);

/** Shows what a change of periods would delete, counted on the real data, before it can be put in force. */
export const RetentionChange = ({
  days,
  proposed,
  nextRunAt,
  onDiscard,
  onSaved,
  ref,
}: {
  days: Days;
  proposed: Days;
  nextRunAt: string;
  onDiscard: () => void;
  onSaved: () => void;
  ref: Ref<HTMLDivElement>;
}) => {
  const [typed, setTyped] = useState('');
  const {data, error, refetch, isPlaceholderData} = useGet<Retention>(
    withQuery('/api/admin/retention', proposed),
  );
  const save = useAct(() => request('PUT', '/api/admin/retention', proposed), '/api/admin/retention');
  const changed = retentionCategories.filter(({key}) => proposed[key] !== days[key]);
  const shorter = changed.filter(({key}) => proposed[key] < days[key]);
  const counted =
    data &&
    !isPlaceholderData &&
    retentionCategories.every(({key}) => data.countedWith[key] === proposed[key])
      ? data.wouldRemove
      : null;
  const count = counted ? total(counted) : 0;
  const needsNumber = shorter.length > 0 && count > 0;
  const unlocked = counted !== null && (!needsNumber || typed.replaceAll(/[\s.,]/g, '') === String(count));
  const words = changed
    .map(({key, label}) => `${label}: ${formatNumber(days[key])} to ${formatNumber(proposed[key])} days`)
    .join('. ');
  return (
    <Section title="Dry run of your change" hint={`${words}. Nothing was deleted.`}>
      <div className="dry" ref={ref} tabIndex={-1}>
        <Phases unlocked={unlocked} at={formatInstant(nextRunAt)} />
        <div className="body">
          {error ? (
            <LoadFailed what="The dry run" error={error} onRetry={() => void refetch()} />
          ) : counted === null ? (
            <Loading what="the dry run" />
          ) : (
            <>
              <div role="status">
                <p className="lead">
                  The next run would delete <b>{plural(count, 'record')}</b>.
                </p>
                <p className="t2 s13">
                  {count === 0
                    ? 'Nothing is older than the new limits now.'
                    : 'The appliance cannot bring deleted records back. Counted just now; the number grows a little until the run.'}
                </p>
              </div>
              <table className="table stack">
                <thead>
                  <tr>
                    <th>Category</th>
                    <th>What would happen</th>
                    <th className="r">Records</th>
                    <th>Why</th>
                  </tr>
                </thead>
                <tbody>
                  {retentionCategories.map(({key, label}) => (
                    <tr key={key}>
                      <td>
                        <b>{label}</b>
                      </td>
                      <td>
                        {(counted[key] ?? 0) === 0 ? (
                          <State tone="ok">Nothing goes</State>
                        ) : (
                          <State tone="da">Deleted</State>
                        )}
                      </td>
                      <td data-l="Records" className="r">
                        <b>{formatNumber(counted[key] ?? 0)}</b>
                      </td>
                      <td data-l="Why" className="t2">
                        Older than {plural(proposed[key], 'day')}
                        {proposed[key] === days[key] ? ', as in force' : ', as changed'}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )}
          {save.error ? (
            <Note tone="da" title="Nothing was changed.">
              {messageOf(save.error)}
            </Note>
          ) : null}
        </div>
        <div className="foot">
          {needsNumber ? (
            <TextInput
              label="Type the number of records to confirm you have read this"
              description={`${count} unlocks the last step.`}
              inputMode="numeric"
              autoComplete="off"
              value={typed}
              maw={460}
              onChange={event => setTyped(event.currentTarget.value)}
            />
          ) : null}
          <div className="row wrap">
            <span className="sp" />
            <button type="button" className="btn" onClick={onDiscard}>
              Discard the change
            </button>
            <button
              type="button"
              className={unlocked ? (needsNumber ? 'btn df' : 'btn p') : 'btn'}
              aria-disabled={!unlocked || save.busy}
              onClick={() => {
                if (unlocked && !save.busy) void save.act(undefined).then(done => done && onSaved());
              }}
            >
              {unlocked ? null : <IconLock className="i s" aria-hidden />}
              Put it in force
              {unlocked || !needsNumber ? null : <span className="vh"> (locked: type {count} above)</span>}
            </button>
          </div>
        </div>
      </div>
    </Section>
  );
};
