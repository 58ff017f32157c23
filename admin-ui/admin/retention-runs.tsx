import {IconClock} from '@tabler/icons-react';
import {Empty} from '../shared/components/empty.tsx';
import {State} from '../shared/components/state.tsx';
import {Time} from '../shared/components/time.tsx';
import {formatMs, formatNumber} from '../shared/format.ts';
import {retentionCategories} from '../shared/retention-words.ts';
import type {Retention} from './retention-page.tsx';

export const RetentionRuns = ({runs}: {runs: Retention['runs']}) =>
  runs.length === 0 ? (
    <Empty title="No run yet" icon={IconClock}>
      The first one is tonight. Each run leaves a line here with what it deleted.
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
          </tr>
        </thead>
        <tbody>
          {runs.map(({id, startedAt, finishedAt, removed}) => (
            <tr key={id}>
              <td>
                <Time at={startedAt} />
              </td>
              <td data-l="State">
                {finishedAt === null ? (
                  <State tone="at">Not finished</State>
                ) : (
                  <>
                    <State tone="ok">Finished</State>
                    <small>in {formatMs(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)))}</small>
                  </>
                )}
              </td>
              {retentionCategories.map(({key, label}) => (
                <td key={key} data-l={label} className="r">
                  {formatNumber(removed[key] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
