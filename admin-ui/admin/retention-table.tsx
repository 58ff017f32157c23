import {NumberInput} from '@mantine/core';
import {formatNumber} from '../shared/format.ts';
import {type RetentionCategory, retentionCategories} from '../shared/retention-words.ts';
import type {Retention} from './retention-page.tsx';

export const RetentionTable = ({
  data,
  readOnly,
  value,
  problems,
  onChange,
}: {
  data: Retention;
  readOnly: boolean;
  value: (key: RetentionCategory) => number | string;
  problems: Record<string, string>;
  onChange: (key: RetentionCategory, days: number | string) => void;
}) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Category</th>
          <th>Kept for</th>
          <th>What happens each night</th>
          <th className="r">Would go now</th>
        </tr>
      </thead>
      <tbody>
        {retentionCategories.map(({key, promise, label, what, sentence}) => {
          const changed = Number(value(key)) !== data.days[key];
          return (
            <tr key={key} className={changed ? 'changed' : ''}>
              <td>
                <span className="dim mono">{promise}</span> <b>{label}</b>
                <small>{what}</small>
              </td>
              <td data-l="Kept for">
                <div className="keptfor">
                  <NumberInput
                    aria-label={`Days that ${label.toLowerCase()} are kept`}
                    suffix={Number(value(key)) === 1 ? ' day' : ' days'}
                    min={1}
                    max={3650}
                    clampBehavior="none"
                    allowDecimal={false}
                    allowNegative={false}
                    thousandSeparator
                    hideControls
                    readOnly={readOnly}
                    value={value(key)}
                    error={problems[key]}
                    onChange={days => onChange(key, days)}
                  />
                  {changed ? (
                    <span className="t2 s13">
                      in force: <b>{formatNumber(data.days[key])} days</b>
                    </span>
                  ) : null}
                </div>
              </td>
              <td className="t2">{sentence(value(key))}</td>
              <td data-l="Would go now" className="r">
                {formatNumber(data.wouldRemove[key] ?? 0)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);
