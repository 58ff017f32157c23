import {TextInput} from '@mantine/core';
import {IconPlus, IconX} from '@tabler/icons-react';
import {useId, useState} from 'react';
import {originProblem, toOrigin} from '../check.ts';

/** The addresses that may show the widget. Takes a pasted page address and keeps its origin. */
export const OriginsEditor = ({
  value,
  onChange,
  draft,
  onDraft,
}: {
  value: readonly string[];
  onChange: (origins: string[]) => void;
  /** What stands in the line and is not yet on the list; kept by the form, so that it is not lost on the way. */
  draft: string;
  onDraft: (text: string) => void;
}) => {
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const id = useId();
  const add = () => {
    if (draft.trim() === '') return;
    const origin = toOrigin(draft);
    const wrong =
      originProblem(origin) ?? (value.includes(origin) ? `${origin} is on the list already.` : null);
    setProblem(wrong);
    if (wrong !== null) return;
    onChange([...value, origin]);
    onDraft('');
    setSaid(`${origin} added`);
  };
  return (
    <div>
      <TextInput
        id={id}
        label="Addresses that may show the chat"
        description="Paste any page address; scheme and host are kept. With and without www are two addresses."
        placeholder="https://www.example.com"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        value={draft}
        error={problem ?? undefined}
        inputContainer={input => (
          <div className="originline">
            {input}
            <button type="button" className="btn" onClick={add}>
              <IconPlus className="i s" aria-hidden />
              Add
            </button>
          </div>
        )}
        onChange={event => {
          onDraft(event.currentTarget.value);
          setProblem(null);
        }}
        onKeyDown={event => {
          if (event.key !== 'Enter' || draft.trim() === '') return;
          event.preventDefault();
          add();
        }}
      />
      {value.length === 0 ? null : (
        <ul className="originlist" aria-label="Addresses on the list">
          {value.map(origin => (
            <li key={origin}>
              <span className="mono break">{origin}</span>
              <button
                type="button"
                className="btn q ic sm"
                aria-label={`Remove ${origin}`}
                onClick={() => {
                  onChange(value.filter(other => other !== origin));
                  setSaid(`${origin} removed`);
                }}
              >
                <IconX className="i s" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <span className="vh" role="status">
        {said}
      </span>
    </div>
  );
};
