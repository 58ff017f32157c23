import {useEffect, useRef, useState} from 'react';
import {Note} from '../../shared/components/state.tsx';

/** The one moment in which they can be seen. */
export const RecoveryCodes = ({codes, onDone}: {codes: readonly string[]; onDone: () => void}) => {
  const box = useRef<HTMLDivElement>(null);
  const [kept, setKept] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => box.current?.focus(), []);
  const text = `${codes.join('\n')}\n`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      setSaid('This browser does not let the page copy: mark them and press Ctrl C, or keep them as a file.');
    }
  };
  return (
    <div className="panel pad col factor" ref={box} tabIndex={-1}>
      <Note tone="at" title="Keep these ten recovery codes now. They are shown only once.">
        Each opens your account once in place of the app’s code, when the phone is lost. Keep them apart from
        the phone: on paper, or in a password manager.
      </Note>
      <ul className="codes mono" aria-label="Recovery codes">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row wrap">
        <button type="button" className="btn" onClick={() => void copy()}>
          Copy all
        </button>
        <a
          className="btn"
          download="crowlit-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
        >
          Keep as a file
        </a>
        <span className="s13 t2" role="status">
          {said}
        </span>
      </div>
      <label className="check">
        <input type="checkbox" checked={kept} onChange={event => setKept(event.currentTarget.checked)} />
        <span>I have kept them.</span>
      </label>
      <div className="row">
        <button type="button" className="btn p" disabled={!kept} onClick={onDone}>
          Go on
        </button>
      </div>
    </div>
  );
};
