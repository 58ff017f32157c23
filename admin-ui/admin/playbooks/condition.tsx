import {NativeSelect, NumberInput, TextInput} from '@mantine/core';
import type {Condition} from '../../../appliance/features/qualification/engine/playbook.schema.ts';
import {fieldWord} from '../../shared/field-words.ts';
import {useEditing} from './editing.tsx';
import {answerable, fields, spell} from './words.ts';

type Kind = 'company_size' | 'budget' | 'timeline' | 'authority' | 'intent' | 'known';
const kinds: {value: Kind; label: string}[] = [
  {value: 'known', label: 'Something is known'},
  {value: 'company_size', label: 'Company size'},
  {value: 'budget', label: 'Budget'},
  {value: 'timeline', label: 'Timeline'},
  {value: 'authority', label: 'Authority'},
  {value: 'intent', label: 'The visitor wants something'},
];
const kindOf = (when: Condition): Kind =>
  'known' in when ? 'known' : 'intent' in when ? 'intent' : when.fact;
const starts: Record<Kind, Condition> = {
  known: {known: ['email', 'phone']},
  intent: {intent: ['pricing', 'demo']},
  company_size: {fact: 'company_size', atLeast: 10},
  budget: {fact: 'budget', atLeast: 1000, per: 'year', currencies: ['EUR']},
  timeline: {fact: 'timeline', within: '3-6m'},
  authority: {fact: 'authority', oneOf: ['decision_maker']},
};

const Several = <T extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  legend: string;
  options: {value: T; label: string}[];
  value: readonly T[];
  onChange: (value: T[]) => void;
}) => (
  <fieldset className="all">
    <legend className="mantine-InputWrapper-label">{legend}</legend>
    <div className="checks">
      {options.map(option => (
        <label key={option.value} className="check">
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={({currentTarget: {checked}}) => {
              const next = options
                .map(one => one.value)
                .filter(one => (one === option.value ? checked : value.includes(one)));
              if (next.length > 0) onChange(next);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  </fieldset>
);

const Amount = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) => (
  <NumberInput
    label={label}
    min={1}
    allowNegative={false}
    hideControls
    value={value ?? ''}
    onChange={next => onChange(typeof next === 'number' && next > 0 ? next : undefined)}
  />
);

const Details = ({
  when,
  path,
  onChange,
}: {
  when: Condition;
  path: string;
  onChange: (when: Condition) => void;
}) => {
  const {problems} = useEditing();
  if ('known' in when)
    return (
      <Several
        legend="Any of these"
        options={fields.map(value => ({value, label: fieldWord(value)}))}
        value={when.known}
        onChange={known => onChange({known})}
      />
    );
  if ('intent' in when)
    return (
      <Several
        legend="Any of these"
        options={([...answerable, 'human_request', 'video_request'] as const).map(value => ({
          value,
          label: spell(value),
        }))}
        value={when.intent}
        onChange={intent => onChange({intent})}
      />
    );
  switch (when.fact) {
    case 'company_size': {
      const {atLeast, atMost} = when;
      const bounds = (from: number | undefined, to: number | undefined) =>
        onChange({
          fact: 'company_size',
          ...(from === undefined ? {} : {atLeast: from}),
          ...(to === undefined ? {} : {atMost: to}),
        });
      return (
        <>
          <Amount label="People, at least" value={atLeast} onChange={from => bounds(from, atMost)} />
          <Amount label="People, at most" value={atMost} onChange={to => bounds(atLeast, to)} />
        </>
      );
    }
    case 'budget':
      return (
        <>
          <Amount
            label="At least"
            value={when.atLeast}
            onChange={atLeast => atLeast !== undefined && onChange({...when, atLeast})}
          />
          <NativeSelect
            label="For"
            data={[
              {value: 'once', label: 'once'},
              {value: 'month', label: 'a month'},
              {value: 'year', label: 'a year'},
            ]}
            value={when.per}
            onChange={({currentTarget: {value}}) => onChange({...when, per: value as typeof when.per})}
          />
          <TextInput
            label="In any of these currencies"
            description="EUR, CHF. Amounts are compared as written, none is converted."
            defaultValue={when.currencies.join(', ')}
            error={Object.entries(problems).find(([place]) => place.startsWith(`${path}.currencies`))?.[1]}
            onChange={({currentTarget: {value}}) =>
              onChange({...when, currencies: value.toUpperCase().match(/[A-Z]+/g) ?? []})
            }
          />
        </>
      );
    case 'timeline':
      return (
        <NativeSelect
          label="It is to happen"
          data={[
            {value: '0-1m', label: 'within a month'},
            {value: '1-3m', label: 'within three months'},
            {value: '3-6m', label: 'within six months'},
            {value: '6-12m', label: 'within a year'},
            {value: '12m+', label: 'at any named time'},
          ]}
          value={when.within}
          onChange={({currentTarget: {value}}) => onChange({...when, within: value as typeof when.within})}
        />
      );
    case 'authority':
      return (
        <Several
          legend="The visitor is any of these"
          options={(['decision_maker', 'influencer', 'user'] as const).map(value => ({
            value,
            label: spell(value),
          }))}
          value={when.oneOf}
          onChange={oneOf => onChange({...when, oneOf})}
        />
      );
  }
};

/** When a rule gives its points, or a team should take over. */
export const ConditionFields = (props: {
  when: Condition;
  path: string;
  onChange: (when: Condition) => void;
}) => (
  <>
    <NativeSelect
      label="When"
      data={kinds}
      value={kindOf(props.when)}
      onChange={({currentTarget: {value}}) => props.onChange(starts[value as Kind])}
    />
    <Details {...props} />
  </>
);
