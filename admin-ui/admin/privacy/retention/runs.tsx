import {IconClock, IconDownload} from '@tabler/icons-react';
import {Empty} from '../../../shared/components/empty.tsx';
import {State, type Tone} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {formatMs, formatNumber, plural} from '../../../shared/format.ts';
import {retentionCategories} from '../../../shared/retention-words.ts';
import {path, type Retention} from './retention.ts';

type Run = Retention['runs'][number];

const words: Record<Run['state'], {tone: Tone; word: string}> = {
  queued: {tone: 'in', word: 'Goes on soon'},
  running: {tone: 'in', word: 'Under way'},
  finished: {tone: 'ok', word: 'Finished'},
  held_back: {tone: 'at', word: 'Held back'},
  interrupted: {tone: 'at', word: 'Not finished'},
};

const detail = ({state, startedAt, finishedAt, looked, attempts, kept}: Run): string =>
  [
    state === 'finished' && finishedAt
      ? `in ${formatMs(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)))}`
      : null,
    state === 'running' || state === 'queued' ? `${formatNumber(looked)} looked at so far` : null,
    attempts > 1 && state !== 'queued' ? `taken up ${plural(attempts - 1, 'time')}` : null,
    kept.legalHold > 0 ? `${formatNumber(kept.legalHold)} kept by a legal hold` : null,
    kept.restricted > 0 ? `${formatNumber(kept.restricted)} restricted` : null,
  ]
    .filter(Boolean)
    .join(', ');

const RunState = ({run}: {run: Run}) => (
  <>
    <State tone={words[run.state].tone}>{words[run.state].word}</State>
    <small>{detail(run)}</small>
    {run.problem === null ? null : <small>{run.problem}</small>}
  </>
);

/** What each run removed, with its receipt. */
export const Runs = ({runs}: {runs: Retention['runs']}) =>
  runs.length === 0 ? (
    <Empty title="No run yet" icon={IconClock}>
      The first one is tonight. Each run leaves a line here with what it deleted, and a signed receipt.
    </Empty>
  ) : (
    <div className="panel">
      <table className="table stack">
        <thead>
          <tr>
            <th>Began</th>
            <th>State</th>
            {retentionCategories.map(({key, label}) => (
              <th key={key} className="r">
                {label}
              </th>
            ))}
            <th>Receipt</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(run => (
            <tr key={run.id}>
              <td>
                <Time at={run.startedAt} />
              </td>
              <td data-l="State">
                <RunState run={run} />
              </td>
              {retentionCategories.map(({key, label}) => (
                <td key={key} data-l={label} className="r">
                  {formatNumber(run.removed[key] ?? 0)}
                </td>
              ))}
              <td data-l="Receipt">
                {run.hasReceipt ? (
                  <a className="btn sm" href={`${path}/runs/${run.id}/receipt`} download>
                    <IconDownload className="i s" aria-hidden />
                    Receipt<span className="vh"> of the run that began {run.startedAt}</span>
                  </a>
                ) : (
                  <span className="dim">None</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
