import {NativeSelect, PasswordInput, TextInput} from '@mantine/core';
import {useState} from 'react';
import {CopyBox} from '../shared/components/copy.tsx';
import {Note} from '../shared/components/state.tsx';
import type {Field} from './connector-words.ts';

/** Made in this browser; it leaves it only when the form is saved. */
const newSecret = (prefix: string) =>
  prefix + btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));

/** Makes a secret, and shows it this one time: the receiver needs it too, and it cannot be read back. */
const Generate = ({
  prefix,
  label,
  value,
  onMade,
}: {
  prefix: string;
  label: string;
  value: string;
  onMade: (secret: string) => void;
}) => {
  const [made, setMade] = useState<string | null>(null);
  const generate = () => {
    const secret = newSecret(prefix);
    setMade(secret);
    onMade(secret);
  };
  const shown = made !== null && made === value;
  return (
    <div className="col" style={{gap: 8, marginTop: 8}}>
      <button
        type="button"
        className="btn sm"
        style={{alignSelf: 'start', justifySelf: 'start'}}
        onClick={generate}
      >
        {shown ? 'Generate another' : 'Generate'}
        <span className="vh"> {label.toLowerCase()}</span>
      </button>
      {shown ? (
        <>
          <Note tone="at" title="Copy it now, for the receiver.">
            It is in the field above. Once this is saved it cannot be shown again.
          </Note>
          <CopyBox text={made} what={label.toLowerCase()} />
        </>
      ) : null}
    </div>
  );
};

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
          {field.generatedPrefix === undefined ? null : (
            <Generate prefix={field.generatedPrefix} label={label} value={text} onMade={onChange} />
          )}
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
