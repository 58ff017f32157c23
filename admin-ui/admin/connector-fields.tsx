import {NativeSelect, PasswordInput, TextInput} from '@mantine/core';
import type {Field} from './connector-words.ts';

/** A connector's form, drawn from what its type says it needs. A secret that is set is never shown again. */
export const ConnectorField = ({
  field,
  value,
  error,
  secretSet,
  onChange,
}: {
  field: Field;
  value: unknown;
  error: string | undefined;
  secretSet: boolean;
  onChange: (value: unknown) => void;
}) => {
  const {kind, label, help, options, required} = field;
  const text = typeof value === 'string' ? value : '';
  const named = required ? label : `${label} (optional)`;
  switch (kind) {
    case 'switch':
      return (
        <label className="check top">
          <input
            type="checkbox"
            checked={value === true}
            onChange={event => onChange(event.currentTarget.checked)}
          />
          <span>
            <b>{label}</b>
            <span className="dim s13" style={{display: 'block'}}>
              {help}
            </span>
          </span>
        </label>
      );
    case 'select':
      return (
        <NativeSelect
          label={named}
          description={help}
          error={error}
          data={[...(text === '' ? [{value: '', label: 'Choose'}] : []), ...(options ?? [])]}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
        />
      );
    case 'secret':
      return (
        <div>
          <PasswordInput
            disabled={value === null}
            label={secretSet ? `${label}: set` : named}
            description={
              secretSet ? `${help} It cannot be read back. Leave empty to keep it, or write a new one.` : help
            }
            error={error}
            autoComplete="off"
            value={text}
            visibilityToggleButtonProps={{'aria-label': `Show ${label}`, tabIndex: 0}}
            onChange={event => onChange(event.currentTarget.value)}
          />
          {secretSet && !required ? (
            <label className="check">
              <input
                type="checkbox"
                checked={value === null}
                onChange={event => onChange(event.currentTarget.checked ? null : '')}
              />
              Remove it when I save
            </label>
          ) : null}
        </div>
      );
    case 'url':
    case 'text':
      return (
        <TextInput
          label={named}
          description={help}
          error={error}
          autoComplete="off"
          spellCheck={false}
          inputMode={kind === 'url' ? 'url' : 'text'}
          classNames={kind === 'url' ? {input: 'mono'} : {}}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
        />
      );
  }
};
