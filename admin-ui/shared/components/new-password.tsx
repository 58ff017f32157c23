import {PasswordInput} from '@mantine/core';

const shortest = 12;

export const passwordProblem = (value: string) => {
  if (value === '') return 'Choose a password.';
  if (value.length < shortest) return `Use at least ${shortest} characters. This one has ${value.length}.`;
  return value.length > 128 ? 'Use at most 128 characters.' : null;
};

/** Length is what makes a password strong; no rule about digits or signs is asked for. */
const judge = (length: number) => {
  if (length === 0)
    return {step: 0, word: `At least ${shortest} characters. A few words in a row are easy to remember.`};
  if (length < shortest) return {step: 1, word: `${shortest - length} more to go`};
  if (length < 16) return {step: 2, word: 'Long enough'};
  if (length < 24) return {step: 3, word: 'Strong'};
  return {step: 4, word: 'Very strong'};
};

export const NewPassword = ({
  label,
  value,
  onChange,
  error,
  id,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  id?: string;
}) => {
  const {step, word} = judge(value.length);
  return (
    <div>
      <PasswordInput
        label={label}
        autoComplete="new-password"
        value={value}
        maxLength={128}
        onChange={event => onChange(event.currentTarget.value)}
        error={error ?? undefined}
        visibilityToggleButtonProps={{'aria-label': 'Show password', tabIndex: 0}}
        {...(id === undefined ? {} : {id})}
      />
      <div className="strength" data-step={step} aria-live="polite">
        <span className="bars" aria-hidden>
          <i />
          <i />
          <i />
          <i />
        </span>
        <span>{word}</span>
      </div>
    </div>
  );
};
