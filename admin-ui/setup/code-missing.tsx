import {TextInput} from '@mantine/core';
import {useState} from 'react';
import {Brand} from '../shared/components/mark.tsx';
import {codeIn} from './answers.ts';

/** Whoever can read the appliance's own output may set it up; the code in it is the proof. */
export const CodeMissing = ({onCode}: {onCode: (code: string) => void}) => {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <div className="alone">
      <Brand below="Set-up" />
      <main>
        <h1>The set-up code is missing</h1>
        <p className="t2">
          When the appliance starts for the first time it prints an address with{' '}
          <span className="mono">#code=</span> in it. Open that address, or paste it here.
        </p>
        <ul className="bullets t2">
          <li>Started by hand: look at the terminal it runs in.</li>
          <li>
            Started as a service: look in its log, with <span className="mono">journalctl -u crowlit</span>.
          </li>
          <li>
            Not to be found: restart the appliance. It prints a new address as long as it is not set up.
          </li>
        </ul>
        <form
          className="col after"
          onSubmit={event => {
            event.preventDefault();
            const code = codeIn(text);
            if (code === '') setProblem('Paste the code or the whole address.');
            else onCode(code);
          }}
        >
          <TextInput
            label="Set-up code or address"
            autoComplete="off"
            spellCheck={false}
            value={text}
            error={problem ?? undefined}
            onChange={event => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <button type="submit" className="btn p">
            Begin
          </button>
        </form>
      </main>
    </div>
  );
};
