import {NativeSelect, NumberInput} from '@mantine/core';
import {State} from '../../../shared/components/state.tsx';
import {formatNumber} from '../../../shared/format.ts';
import type {RetentionCategory} from '../../../shared/retention-words.ts';
import {
  categoriesOf,
  countOf,
  type Draft,
  type DryRun,
  inForce,
  organisation,
  type Retention,
  valueOf,
} from './retention.ts';

/** Periods of the organisation, or of the website that is chosen. */
export const Periods = ({
  data,
  draft,
  place,
  dry,
  readOnly,
  problems,
  onPlace,
  onChange,
}: {
  data: Retention;
  draft: Draft;
  place: string;
  dry: DryRun | undefined;
  readOnly: boolean;
  problems: Record<string, string>;
  onPlace: (place: string) => void;
  onChange: (key: RetentionCategory, days: number | string) => void;
}) => {
  const siteName = data.sites.find(({siteId}) => siteId === place)?.siteName;
  return (
    <>
      <div className="filters">
        <NativeSelect
          label="For"
          data={[
            {value: organisation, label: 'The organisation'},
            ...data.sites.map(({siteId, siteName, days}) => ({
              value: siteId,
              label: Object.keys(days).length > 0 ? `${siteName}, with periods of its own` : siteName,
            })),
          ]}
          value={place}
          onChange={event => onPlace(event.currentTarget.value)}
        />
        {place === organisation ? null : (
          <p className="t2 s13 grow">
            An empty field keeps it as long as the organisation does. A number here goes before it.
          </p>
        )}
      </div>
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Category</th>
              <th>Kept for</th>
              <th>What happens each night</th>
              <th>Lawful minimum</th>
              <th className="r">Would go now</th>
            </tr>
          </thead>
          <tbody>
            {categoriesOf(place).map(({key, promise, label, what, sentence}) => {
              const value = valueOf(data, draft, place, key);
              const before = inForce(data, place, key);
              const changed = (value === '' ? undefined : Number(value)) !== before;
              const minimum = data.minimums.find(({category}) => category === key);
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
                        suffix={Number(value) === 1 ? ' day' : ' days'}
                        placeholder={place === organisation ? '' : `${formatNumber(data.days[key])} days`}
                        min={1}
                        max={3650}
                        clampBehavior="none"
                        allowDecimal={false}
                        allowNegative={false}
                        thousandSeparator
                        hideControls
                        readOnly={readOnly}
                        value={value}
                        error={problems[key]}
                        onChange={days => onChange(key, days)}
                      />
                      {changed ? (
                        <span className="t2 s13">
                          in force:{' '}
                          <b>
                            {before === undefined ? 'as the organisation' : `${formatNumber(before)} days`}
                          </b>
                        </span>
                      ) : null}
                    </div>
                  </td>
                  <td className="t2">{sentence(value === '' ? data.days[key] : value)}</td>
                  <td data-l="Lawful minimum">
                    {minimum ? (
                      <>
                        {formatNumber(minimum.days)} days
                        <small>{minimum.law}</small>
                      </>
                    ) : (
                      <span className="dim">None</span>
                    )}
                  </td>
                  <td data-l="Would go now" className="r">
                    {dry ? (
                      formatNumber(countOf(dry, {category: key, siteName}))
                    ) : (
                      <State tone="no">Counting</State>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
};
