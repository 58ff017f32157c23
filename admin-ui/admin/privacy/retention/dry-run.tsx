import {TextInput} from '@mantine/core';
import {IconCheck, IconLock} from '@tabler/icons-react';
import {type Ref, useState} from 'react';
import {useAct} from '../../../shared/act.ts';
import {request} from '../../../shared/api.ts';
import {LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Section} from '../../../shared/components/page.tsx';
import {Note} from '../../../shared/components/state.tsx';
import {messageOf} from '../../../shared/field-errors.ts';
import {formatInstant, plural} from '../../../shared/format.ts';
import {Outcome} from './outcome.tsx';
import {
  type Change,
  changeWords,
  countOf,
  isShorter,
  path,
  type Periods,
  type Retention,
  useDryRun,
} from './retention.ts';

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
export const DryRunOfChange = ({
  data,
  changes,
  proposed,
  onDiscard,
  onSaved,
  ref,
}: {
  data: Retention;
  changes: Change[];
  proposed: Periods;
  onDiscard: () => void;
  onSaved: () => void;
  ref: Ref<HTMLDivElement>;
}) => {
  const [typed, setTyped] = useState('');
  const {data: dry, error, refetch} = useDryRun(proposed);
  const save = useAct(() => request('PUT', path, proposed), path);
  const count = dry ? countOf(dry) : 0;
  const needsNumber = count > 0 && changes.some(change => isShorter(data, change));
  const unlocked = dry !== undefined && (!needsNumber || typed.replaceAll(/[\s.,]/g, '') === String(count));
  const words = changes.map(change => changeWords(data, change)).join('. ');
  return (
    <Section title="Dry run of your change" hint={`${words}. Nothing was deleted.`}>
      <div className="dry" ref={ref} tabIndex={-1}>
        <Phases unlocked={unlocked} at={formatInstant(data.nextRunAt)} />
        <div className="body">
          {error ? (
            <LoadFailed what="The dry run" error={error} onRetry={() => void refetch()} />
          ) : dry === undefined ? (
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
              <Outcome dry={dry} />
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
