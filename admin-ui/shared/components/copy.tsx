import {IconCheck, IconCopy} from '@tabler/icons-react';
import {useRef, useState} from 'react';

/** Something to carry elsewhere: shown whole, copied with a button, and selected where copying is not allowed. */
export const CopyBox = ({text, what}: {text: string; what: string}) => {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState<'copied' | 'select' | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      // Only secure pages may write to the clipboard: then it is marked, ready for Ctrl C.
      if (code.current) window.getSelection()?.selectAllChildren(code.current);
      setSaid('select');
    }
  };
  return (
    <div className="copybox">
      <code ref={code} className="mono break">
        {text}
      </code>
      <button type="button" className="btn sm" onClick={() => void copy()} aria-label={`Copy ${what}`}>
        {said === 'copied' ? (
          <IconCheck className="i s" aria-hidden />
        ) : (
          <IconCopy className="i s" aria-hidden />
        )}
        {said === 'copied' ? 'Copied' : 'Copy'}
      </button>
      <span className={said === 'select' ? 's13 t2' : 'vh'} role="status">
        {said === 'copied' ? `Copied ${what}` : said === 'select' ? 'Marked. Press Ctrl C to copy it.' : ''}
      </span>
    </div>
  );
};
