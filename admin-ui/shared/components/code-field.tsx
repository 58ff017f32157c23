import {TextInput} from '@mantine/core';
import {useState} from 'react';

/** The six digits of an authenticator app; where it is lost, a recovery code. */
export const CodeField = ({
  value,
  onChange,
  error,
  recovery = true,
  focus = true,
}: {
  value: string;
  onChange: (code: string) => void;
  error?: string | null;
  /** Is a recovery code good here, too? */
  recovery?: boolean;
  /** Is it what one came for? */
  focus?: boolean;
}) => {
  const [lost, setLost] = useState(false);
  return (
    <div>
      <TextInput
        key={lost ? 'recovery' : 'app'}
        label={lost ? 'Recovery code' : 'Code'}
        description={
          lost ? 'One of the ten you kept. It works once.' : 'Six digits from your authenticator app.'
        }
        name="code"
        autoComplete="one-time-code"
        inputMode={lost ? 'text' : 'numeric'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={lost ? 40 : 12}
        classNames={{input: 'mono'}}
        value={value}
        error={error ?? undefined}
        onChange={event => onChange(event.currentTarget.value)}
        autoFocus={focus || lost}
        {...(focus ? {'data-autofocus': true} : {})}
      />
      {recovery ? (
        <button
          type="button"
          className="link s13"
          style={{marginTop: 6}}
          onClick={() => {
            setLost(!lost);
            onChange('');
          }}
        >
          {lost ? 'Use the authenticator app' : 'Use a recovery code'}
        </button>
      ) : null}
    </div>
  );
};
