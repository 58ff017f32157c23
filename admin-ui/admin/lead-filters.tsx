import {NativeSelect, TextInput} from '@mantine/core';
import {useDebouncedCallback} from '@mantine/hooks';
import {useEffect, useState} from 'react';
import type {LeadFilter} from '../shared/router.tsx';
import {deliveryState, deliveryStates} from './connector-words.ts';

/** The filter lives in the address, so that a reload, a bookmark and the way back keep it. */
export const LeadFilters = ({
  filter,
  onChange,
}: {
  filter: LeadFilter;
  onChange: (part: LeadFilter) => void;
}) => {
  const [q, setQ] = useState(filter.q ?? '');
  const [points, setPoints] = useState(filter.minPoints === undefined ? '' : String(filter.minPoints));
  const settle = useDebouncedCallback(onChange, 300);
  // Cleared from outside: the fields follow.
  useEffect(() => {
    if (filter.q === undefined) setQ('');
  }, [filter.q]);
  useEffect(() => {
    if (filter.minPoints === undefined) setPoints('');
  }, [filter.minPoints]);
  return (
    <div className="filters" role="search" aria-label="Filter leads">
      <TextInput
        className="grow"
        label="Name, company or e-mail"
        type="search"
        value={q}
        maxLength={100}
        onChange={event => {
          setQ(event.currentTarget.value);
          settle({q: event.currentTarget.value || undefined});
        }}
      />
      <TextInput
        label="Score from"
        inputMode="numeric"
        value={points}
        error={/^\d{0,4}$/.test(points) ? undefined : 'A number'}
        onChange={event => {
          const text = event.currentTarget.value.trim();
          setPoints(text);
          if (/^\d{0,4}$/.test(text))
            settle({minPoints: text === '' ? undefined : Math.min(1000, Number(text))});
        }}
      />
      <NativeSelect
        label="Sent to CRM"
        data={[
          {value: '', label: 'All'},
          ...deliveryStates.map(state => ({value: state, label: deliveryState[state].word})),
        ]}
        value={filter.delivery ?? ''}
        onChange={event =>
          onChange({delivery: deliveryStates.find(state => state === event.currentTarget.value)})
        }
      />
      <TextInput
        label="From"
        type="date"
        value={filter.from ?? ''}
        onChange={event => onChange({from: event.currentTarget.value || undefined})}
      />
      <TextInput
        label="To"
        type="date"
        value={filter.to ?? ''}
        onChange={event => onChange({to: event.currentTarget.value || undefined})}
      />
    </div>
  );
};
